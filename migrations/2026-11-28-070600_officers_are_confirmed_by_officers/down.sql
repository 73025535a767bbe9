set role hr_sec;
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau() and t.state in ('invited', 'waiting')
     and t.role not in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat()) then return 'absent'; end if;
  if m.person_id = sec.me() then return 'own'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = sec.me()) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
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
create or replace function sec.finish_enrolment(token bytea, new_person uuid, account bytea, new_lookup bytea, new_public bytea, public_mac bytea, new_language text, new_salt bytea, passphrase bytea, printed bytea, totp bytea, first_step bigint) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i sec.invitation; begin
  select * into i from sec.invitation t where t.enrolment_hash = sha256(token) and t.enrolment_until > now() and t.used_at is null and t.recalled_at is null for update;
  if i.id is null then raise exception 'no enrolment' using errcode = '28000'; end if;
  insert into app.person (id, account_sealed, public_key, public_key_mac, language) values (new_person, account, new_public, public_mac, new_language);
  insert into sec.person_secret (person_id, lookup_hash, salt, passphrase_wrapped, printed_wrapped, totp_sealed, totp_spent)
  values (new_person, new_lookup, new_salt, passphrase, printed, totp, array[first_step]);
  update sec.invitation set used_at = now(), enrolment_hash = null, enrolment_sealed = null where id = i.id;
  update app.membership set person_id = new_person, state = case when role in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') or second_confirmed_by is not null then 'active' else 'waiting' end
   where id = i.membership_id;
  return i.membership_id; end $$;
drop function sec.officers_waiting();
drop function sec.tell_of_officer(uuid);
drop function sec.starts_at_once(uuid, uuid);
drop function sec.confirmers(uuid);
reset role;
set role hr_owner;
alter table app.notice drop constraint notice_kind_check;
delete from app.notice where kind = 'officer_unconfirmed';
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent','printed_code_used'));
set role hr_owner;
