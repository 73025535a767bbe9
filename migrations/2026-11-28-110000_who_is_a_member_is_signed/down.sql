set role hr_owner;
create or replace function app.keys_are_handed_over() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'key_grant' then
    if new.membership_id is not null and sec.awaits_key(new.compartment_id, new.membership_id) then
      raise exception 'row-level security: who waits for a key gets it from somebody who hands it over' using errcode = 'insufficient_privilege'; end if;
    return new; end if;
  if current_user <> 'hr_app' then return new; end if;
  if new.membership_id is distinct from sec.hat() then
    new.awaits := sec.waits_when_named(new.compartment_id, new.membership_id, case when tg_op = 'UPDATE' then old.awaits else false end);
  elsif tg_op = 'INSERT' then new.awaits := false; end if;
  return new; end $$;
reset role;
set role hr_sec;
drop function sec.hold_back(uuid, uuid);
drop function sec.sign_member(uuid, uuid, text, bytea);
drop function sec.bind_person(uuid, bytea);
drop function sec.bind_code(uuid, bytea);
drop function sec.coordinators_to_lend();
create function sec.coordinators_to_lend() returns table (hat uuid, person uuid, account_sealed bytea, bureau_id uuid, bureau text, cases bigint, not_to uuid[]) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.id, m.person_id, p.account_sealed, b.id, b.name,
     (select count(*) from app.case_party c join app.case_file f on f.id = c.case_id where c.membership_id = m.id and c.role = 'CO' and not c.deputy and (c.until is null or c.until > now()) and f.state not in ('not_reviewed', 'closed', 'merged')),
     array(select o.bureau_id from app.membership o where o.person_id = m.person_id and o.role = 'CO' and o.state <> 'ended' and (o.until is null or o.until > now()))
   from app.membership m join app.person p on p.id = m.person_id join app.bureau b on b.id = m.bureau_id
   where sec.role() = 'NC' and sec.bureau() is null and m.role = 'CO' and m.state = 'active' and (m.until is null or m.until > now()) and not b.practice and m.person_id is distinct from sec.me()
     and not exists (select from app.loan l where l.membership_id = m.id) $$;
drop function sec.key_of_nation(uuid);
create function sec.key_of_nation(target uuid) returns table (person_id uuid, public_key bytea, public_key_mac bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, p.public_key, p.public_key_mac from app.membership m join app.person p on p.id = m.person_id
   where m.id = target and m.bureau_id is null and m.role in ('NC', 'QA', 'RM', 'CD') and m.state = 'active' and (m.until is null or m.until > now())
     and (sec.asks_the_nation() or sec.role() = 'SE' and exists (select from app.case_party p where p.membership_id = m.id and (p.until is null or p.until > now()) and sec.takes_part(p.case_id))) $$;
drop function sec.invitation_for(bytea, bytea);
create function sec.invitation_for(code bytea, second bytea) returns table (id uuid, membership_id uuid, salt bytea, role text, account_sealed bytea, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select i.id, i.membership_id, i.salt, m.role, m.account_sealed, coalesce(b.language, 'nl') from sec.invitation i join app.membership m on m.id = i.membership_id
     left join app.bureau b on b.id = m.bureau_id
   where i.code_hash = code and i.used_at is null and i.recalled_at is null and i.expires_at > now() and m.state = 'invited'
     and (i.second_hash is null or i.second_hash = second) $$;
revoke all on function sec.invitation_for(bytea, bytea), sec.key_of_nation(uuid), sec.coordinators_to_lend() from public;
grant execute on function sec.invitation_for(bytea, bytea), sec.key_of_nation(uuid), sec.coordinators_to_lend() to hr_app;
alter table sec.invitation drop hat_mac;
reset role;
set role hr_owner;
alter table app.membership drop person_mac;
alter table app.compartment_member drop named_mac;
set role hr_owner;
