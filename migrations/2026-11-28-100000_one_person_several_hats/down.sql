set role hr_sec;
create or replace function sec.recall_invitation(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target for update;
  if m.id is null or not sec.may_code(target) or m.state = 'ended' then return 'absent'; end if;
  if m.person_id is not null then return 'used'; end if;
  if exists (select from app.reflection r where r.contact_id = target and r.state in ('invited', 'answered')) then return 'awaited'; end if;
  update sec.invitation set recalled_at = now(), enrolment_hash = null, enrolment_sealed = null where membership_id = target and used_at is null;
  update app.membership set state = 'ended', invited_public = null, invited_public_mac = null where id = target;
  delete from app.key_grant where membership_id = target;
  delete from app.item_grant where membership_id = target;
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  return 'recalled'; end $$;
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; me uuid := sec.me(); begin
  select * into m from app.membership t where t.id = target and (t.bureau_id is not distinct from sec.bureau() or t.role = 'RP' and sec.bureau() is null)
     and t.state in ('invited', 'waiting') and t.role not in ('TA', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat())
    or m.role = 'RP' and (sec.role() <> 'RP' or me not in (select sec.confirmers(m.bureau_id))) then return 'absent'; end if;
  if m.person_id = me then return 'own'; end if;
  if exists (select from app.membership a where a.person_id = me and a.role = 'TA' and a.state = 'active' and (a.bureau_id is not distinct from m.bureau_id or a.bureau_id is not distinct from sec.bureau())) then
    return 'administrator'; end if;
  if exists (select from app.membership i where i.id = m.invited_by and i.person_id = me) then return 'inviter'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = me) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
drop function sec.my_places();
drop function sec.held_in(uuid);
drop function sec.under(uuid);
drop function sec.join_with(bytea, bytea);
create function sec.join_with(code bytea, second bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_membership uuid; found_invitation uuid; m app.membership; held boolean; begin
  select f.id, f.membership_id into found_invitation, found_membership from sec.invitation_for(code, second) f;
  if found_invitation is null or sec.me() is null then return null; end if;
  update sec.invitation set used_at = now() where id = found_invitation;
  update app.membership set person_id = sec.me() where id = found_membership;
  select exists (select from (select p.case_id as id from app.case_party p where p.membership_id = found_membership
      union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = found_membership
      union select r.case_id from app.reflection r where r.contact_id = found_membership) cases where cases.id is not null and sec.conflicted(cases.id, found_membership)) into held;
  update app.membership set state = case when not held and sec.starts_at_once(found_membership, sec.me()) then 'active' else 'waiting' end
   where id = found_membership returning * into m;
  perform sec.tell_of_officer(found_membership);
  if held and m.invited_by is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, subject_id) values (gen_random_uuid(), m.bureau_id, m.invited_by, 'task_assigned', found_membership);
  end if;
  return found_membership; end $$;
drop function sec.held_for(uuid);
create or replace function sec.conflicted(target_case uuid, target_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
     where mine.id = target_hat and (mine.role in ('RE', 'SU') or other.role in ('RE', 'SU') or (mine.organisation_id is null) <> (other.organisation_id is null))
       and (exists (select from app.case_party p where p.case_id = target_case and p.membership_id = other.id)
         or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = target_case and m.membership_id = other.id))) $$;
revoke all on function sec.join_with(bytea, bytea) from public;
grant execute on function sec.join_with(bytea, bytea) to hr_app;
reset role;
set role hr_owner;
delete from app.notice where kind = 'role_added';
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent','printed_code_used','officer_unconfirmed'));
