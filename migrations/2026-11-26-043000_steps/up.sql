-- Who hears of a step; who belongs to a place one puts something into; and a conflict of interest that is accepted outwardly and held.
set role hr_owner;
-- Steps taken are told by the worker, which alone may know everybody they concern. Those there are were told as it was then.
alter table app.case_step add told_at timestamptz default now();
alter table app.case_step alter told_at drop default;
create index step_to_tell on app.case_step (at) where told_at is null;
create policy told on app.case_step for update using ((select sec.role()) = 'worker');
grant update (told_at) on app.case_step to hr_app;
create policy sec_tells on app.notice for insert to hr_sec with check (true);
grant insert on app.notice to hr_sec;
-- The day a supplementary question is to be answered by: of the first that is open.
alter table app.reflection add question_due_on date;
grant update (question_due_on) on app.reflection to hr_app;
set role hr_sec;
-- Whom to tell that something was placed: who answers for an organisation's place, or the relative; for who may place there.
create function sec.owners_of(target uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin if not sec.may_place(target) and target not in (select sec.my_compartments()) then return; end if;
  return query select m.membership_id from app.compartment_member m where m.compartment_id = target and m.role in ('AC', 'AP', 'RE') and (m.until is null or m.until > now()); end $$;
revoke all on function sec.owners_of(uuid) from public;
grant execute on function sec.owners_of(uuid) to hr_app;
-- Who is professional and relative in one case: a code redeemed by somebody who has an account already is accepted, and the hat waits
-- without effect; who invited is told (rulings.md 18). To the one who redeems it all looks alike.
create or replace function sec.join_with(code bytea, second bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_membership uuid; found_invitation uuid; m app.membership; held boolean; begin
  select f.id, f.membership_id into found_invitation, found_membership from sec.invitation_for(code, second) f;
  if found_invitation is null or sec.me() is null then return null; end if;
  update sec.invitation set used_at = now() where id = found_invitation;
  update app.membership set person_id = sec.me() where id = found_membership;
  select exists (select from (select p.case_id as id from app.case_party p where p.membership_id = found_membership
      union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = found_membership
      union select r.case_id from app.reflection r where r.contact_id = found_membership) cases where cases.id is not null and sec.conflicted(cases.id, found_membership)) into held;
  update app.membership set state = case when not held and (role in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') or second_confirmed_by is not null) then 'active' else 'waiting' end
   where id = found_membership returning * into m;
  if held and m.invited_by is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, subject_id) values (gen_random_uuid(), m.bureau_id, m.invited_by, 'task_assigned', found_membership);
  end if;
  return found_membership; end $$;
reset role;
set role hr_owner;
