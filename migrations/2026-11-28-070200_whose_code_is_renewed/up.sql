-- Who gives an invitation a new code may recall it, and nobody else: who invited; the administrator, but for relatives and who supports them; an organisation's
-- contact for its author and approver; a coordinator for contacts and relatives of the cases they lead.
set role hr_sec;
create function sec.may_code(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare m app.membership; worn text := sec.role(); begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau();
  if m.id is null then return false; end if;
  if m.invited_by = sec.hat() then return true; end if;
  return coalesce(case worn when 'TA' then m.role not in ('RE', 'SU') when 'AC' then m.role in ('AU', 'AP') and m.organisation_id = sec.organisation()
    when 'CO' then m.role in ('AC', 'RE', 'SU') and (
      exists (select from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = target and c.case_id is not null and sec.leads_case(c.case_id))
      or exists (select from app.reflection r where r.contact_id = target and sec.leads_case(r.case_id)))
    else false end, false); end $$;
revoke all on function sec.may_code(uuid) from public;
create or replace function sec.invite(invitation_id uuid, for_membership uuid, code bytea, second bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not sec.may_code(for_membership) or not exists (select from app.membership m where m.id = for_membership and m.state = 'invited') then
    raise exception 'not invited by you' using errcode = '42501'; end if;
  update sec.invitation set recalled_at = now() where membership_id = for_membership and used_at is null;
  insert into sec.invitation (id, membership_id, code_hash, second_hash, salt, public_key, expires_at)
  values (invitation_id, for_membership, code, second, new_salt, new_public, expires); end $$;
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
reset role;
set role hr_owner;
