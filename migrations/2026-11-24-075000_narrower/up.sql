-- What the printed rows of tests/matrix showed too wide: process facts across bureaus, and writing where seeing was meant.
set role hr_sec;
-- Who decides about the members of a compartment: those who lead there, never whoever merely belongs to it.
create function sec.names_members(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.compartment_member m where m.compartment_id = target and m.membership_id = sec.hat() and (m.until is null or m.until > now())
     and m.role in ('CO', 'CH', 'SE', 'AC', 'RM')) $$;
-- Who moves a case: those who lead it, its quality reviewer, the register manager and the national coordination.
create function sec.moves_case(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select sec.role() = 'worker' or exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role in ('CO', 'CH', 'SE', 'QA') and (p.until is null or p.until > now()))
     or sec.role() in ('NC', 'RM') and exists (select from app.case_file f where f.id = target and sec.sees_process(f.bureau_id, f.practice)) $$;
revoke all on function sec.names_members(uuid), sec.moves_case(uuid) from public;
grant execute on function sec.names_members(uuid), sec.moves_case(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
drop policy of_bureau on app.case_party;
create policy of_bureau on app.case_party for select using ((select sec.role()) in ('CO', 'NC', 'RM') and app.sees_case(case_id));
drop policy named on app.case_party;
create policy named on app.case_party for insert with check (sec.leads_case(case_id) or role = 'CO' and membership_id = (select sec.hat()) and (select sec.role()) = 'CO' and app.sees_case(case_id));
drop policy made on app.compartment;
create policy made on app.compartment for insert with check ((select sec.role()) in ('CO', 'CH', 'SE') and bureau_id = (select sec.bureau()));
drop policy named on app.compartment_member;
create policy named on app.compartment_member for insert with check (
    sec.names_members(compartment_id) or membership_id = (select sec.hat()) and sec.is_first_member(compartment_id)
    or exists (select from app.compartment c where c.id = compartment_id and c.first_member_id = membership_id and c.epoch = 0));
drop policy ended on app.compartment_member;
create policy ended on app.compartment_member for update using (sec.names_members(compartment_id));
drop policy removed_by_members on app.key_grant;
create policy removed_by_members on app.key_grant for delete using (sec.names_members(compartment_id));
drop policy led on app.case_file;
create policy led on app.case_file for update using (sec.moves_case(id));
drop policy added on app.case_step;
create policy added on app.case_step for insert with check (sec.moves_case(case_id));
drop policy added on app.deadline;
create policy added on app.deadline for insert with check (sec.moves_case(case_id));
drop policy changed on app.deadline;
create policy changed on app.deadline for update using (sec.moves_case(case_id));
drop policy added on app.proposal;
create policy added on app.proposal for insert with check (by_membership_id = (select sec.hat()) and sec.leads_case(case_id));
drop policy changed on app.proposal;
create policy changed on app.proposal for update using (by_membership_id = (select sec.hat()) or (select sec.role()) = 'NC' and app.sees_case(case_id));
drop policy changed on app.milestone;
create policy changed on app.milestone for update using (membership_id = (select sec.hat()) and app.sees_case(case_id) or sec.moves_case(case_id));
