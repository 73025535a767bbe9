set role hr_owner;
drop policy changed on app.milestone;
create policy changed on app.milestone for update using (app.sees_case(case_id));
drop policy changed on app.proposal;
create policy changed on app.proposal for update using (app.sees_case(case_id));
drop policy added on app.proposal;
create policy added on app.proposal for insert with check (app.sees_case(case_id));
drop policy changed on app.deadline;
create policy changed on app.deadline for update using (app.sees_case(case_id));
drop policy added on app.deadline;
create policy added on app.deadline for insert with check (app.sees_case(case_id));
drop policy added on app.case_step;
create policy added on app.case_step for insert with check (app.sees_case(case_id));
drop policy led on app.case_file;
create policy led on app.case_file for update using (id in (select sec.my_cases()) or (select sec.role()) in ('NC', 'RM'));
drop policy removed_by_members on app.key_grant;
create policy removed_by_members on app.key_grant for delete using (compartment_id in (select sec.my_compartments()));
drop policy ended on app.compartment_member;
create policy ended on app.compartment_member for update using (compartment_id in (select sec.my_compartments()));
drop policy named on app.compartment_member;
create policy named on app.compartment_member for insert with check (
    compartment_id in (select sec.my_writing_compartments()) or membership_id = (select sec.hat()) and sec.is_first_member(compartment_id)
    or compartment_id in (select sec.my_compartments()) and exists (select from app.compartment c where c.id = compartment_id and c.kind in ('reflection', 'action'))
    or exists (select from app.compartment c where c.id = compartment_id and c.first_member_id = membership_id and c.epoch = 0));
drop policy made on app.compartment;
create policy made on app.compartment for insert with check (bureau_id is not distinct from (select sec.bureau()) or (select sec.is_national()));
drop policy named on app.case_party;
create policy named on app.case_party for insert with check (sec.leads_case(case_id) or role = 'CO' and membership_id = (select sec.hat()) or (select sec.role()) = 'RM' and role = 'CD');
drop policy of_bureau on app.case_party;
create policy of_bureau on app.case_party for select using ((select sec.role()) in ('CO', 'NC', 'RM'));
set role hr_sec;
drop function sec.moves_case(uuid), sec.names_members(uuid);
reset role;
set role hr_owner;
