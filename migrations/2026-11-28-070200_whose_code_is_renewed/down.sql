set role hr_sec;
create or replace function sec.recall_invitation(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau()
    and (t.invited_by = sec.hat() or sec.role() = 'TA' and t.role not in ('RE', 'SU') or sec.role() = 'CO' and t.role in ('AC', 'RE', 'SU') and sec.knows_hat(t.id)) for update;
  if m.id is null or m.state = 'ended' then return 'absent'; end if;
  if m.person_id is not null then return 'used'; end if;
  if exists (select from app.reflection r where r.contact_id = target and r.state in ('invited', 'answered')) then return 'awaited'; end if;
  update sec.invitation set recalled_at = now(), enrolment_hash = null, enrolment_sealed = null where membership_id = target and used_at is null;
  update app.membership set state = 'ended', invited_public = null, invited_public_mac = null where id = target;
  delete from app.key_grant where membership_id = target;
  delete from app.item_grant where membership_id = target;
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  return 'recalled'; end $$;
create or replace function sec.invite(invitation_id uuid, for_membership uuid, code bytea, second bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from app.membership m where m.id = for_membership and m.state = 'invited'
      and (m.invited_by = sec.hat() or sec.role() in ('TA', 'CO', 'AC') and m.bureau_id is not distinct from sec.bureau() and (sec.role() <> 'AC' or m.organisation_id = sec.organisation()))) then
    raise exception 'not invited by you' using errcode = '42501'; end if;
  update sec.invitation set recalled_at = now() where membership_id = for_membership and used_at is null;
  insert into sec.invitation (id, membership_id, code_hash, second_hash, salt, public_key, expires_at)
  values (invitation_id, for_membership, code, second, new_salt, new_public, expires); end $$;
drop function sec.may_code(uuid);
reset role;
set role hr_owner;
