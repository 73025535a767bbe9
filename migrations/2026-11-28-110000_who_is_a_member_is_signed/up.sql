-- Who is in a room, whose a hat is, and for which hat a code is, carry a MAC under the installation key, which no database holds: rows written by who
-- administers the database have none, or one of another row, and no key is sealed by them. Rows from before are signed by the start that runs this.
set role hr_owner;
alter table app.compartment_member add named_mac bytea;
comment on column app.compartment_member.named_mac is 'under the installation key: the program made this hat a member of this room, with this access; null waits for a holder of the key';
alter table app.membership add person_mac bytea;
comment on column app.membership.person_mac is 'under the installation key: this hat is of this person';
grant update (named_mac) on app.compartment_member to hr_app, hr_sec;
grant update (person_mac) on app.membership to hr_sec;
reset role;
set role hr_sec;
alter table sec.invitation add hat_mac bytea;
comment on column sec.invitation.hat_mac is 'under the installation key: this code is for this hat';
-- As before, with what says that the code is for the hat.
drop function sec.invitation_for(bytea, bytea);
create function sec.invitation_for(code bytea, second bytea) returns table (id uuid, membership_id uuid, salt bytea, role text, account_sealed bytea, language text, hat_mac bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select i.id, i.membership_id, i.salt, m.role, m.account_sealed, coalesce(b.language, 'nl'), i.hat_mac from sec.invitation i join app.membership m on m.id = i.membership_id
     left join app.bureau b on b.id = m.bureau_id
   where i.code_hash = code and i.used_at is null and i.recalled_at is null and i.expires_at > now() and m.state = 'invited'
     and (i.second_hash is null or i.second_hash = second) $$;
-- As before, with what says whose the hat is.
drop function sec.key_of_nation(uuid);
create function sec.key_of_nation(target uuid) returns table (person_id uuid, public_key bytea, public_key_mac bytea, person_mac bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, p.public_key, p.public_key_mac, m.person_mac from app.membership m join app.person p on p.id = m.person_id
   where m.id = target and m.bureau_id is null and m.role in ('NC', 'QA', 'RM', 'CD') and m.state = 'active' and (m.until is null or m.until > now())
     and (sec.asks_the_nation() or sec.role() = 'SE' and exists (select from app.case_party p where p.membership_id = m.id and (p.until is null or p.until > now()) and sec.takes_part(p.case_id))) $$;
drop function sec.coordinators_to_lend();
create function sec.coordinators_to_lend() returns table (hat uuid, person uuid, account_sealed bytea, bureau_id uuid, bureau text, cases bigint, not_to uuid[], person_mac bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.id, m.person_id, p.account_sealed, b.id, b.name,
     (select count(*) from app.case_party c join app.case_file f on f.id = c.case_id where c.membership_id = m.id and c.role = 'CO' and not c.deputy and (c.until is null or c.until > now()) and f.state not in ('not_reviewed', 'closed', 'merged')),
     array(select o.bureau_id from app.membership o where o.person_id = m.person_id and o.role = 'CO' and o.state <> 'ended' and (o.until is null or o.until > now())), m.person_mac
   from app.membership m join app.person p on p.id = m.person_id join app.bureau b on b.id = m.bureau_id
   where sec.role() = 'NC' and sec.bureau() is null and m.role = 'CO' and m.state = 'active' and (m.until is null or m.until > now()) and not b.practice and m.person_id is distinct from sec.me()
     and not exists (select from app.loan l where l.membership_id = m.id) $$;
-- What the program says of a code and a hat it has just made: once.
create function sec.bind_code(which uuid, mac bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.invitation set hat_mac = mac where id = which and hat_mac is null and used_at is null $$;
create function sec.bind_person(target uuid, mac bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update app.membership set person_mac = mac where id = target and person_mac is null and person_id is not null $$;
-- Lets in by hand: only by who holds the room's key, and as far as the member reaches.
create function sec.sign_member(room uuid, target uuid, reach text, mac bytea) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if sec.hat() is null or sec.lacks_key(room, sec.hat()) then return false; end if;
  update app.compartment_member m set named_mac = mac where m.compartment_id = room and m.membership_id = target and m.access = reach and not m.awaits and (m.until is null or m.until > now());
  return found; end $$;
-- A member nothing vouches for waits, from now on, until a holder of the key lets them in; true the first time.
create function sec.hold_back(room uuid, target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if sec.hat() is null or target = sec.hat() or sec.lacks_key(room, sec.hat()) then return false; end if;
  update app.compartment_member m set awaits = true where m.compartment_id = room and m.membership_id = target and not m.awaits and (m.until is null or m.until > now());
  return found; end $$;
revoke all on function sec.invitation_for(bytea, bytea), sec.key_of_nation(uuid), sec.coordinators_to_lend(), sec.bind_code(uuid, bytea), sec.bind_person(uuid, bytea),
  sec.sign_member(uuid, uuid, text, bytea), sec.hold_back(uuid, uuid) from public;
grant execute on function sec.invitation_for(bytea, bytea), sec.key_of_nation(uuid), sec.coordinators_to_lend(), sec.bind_code(uuid, bytea), sec.bind_person(uuid, bytea),
  sec.sign_member(uuid, uuid, text, bytea), sec.hold_back(uuid, uuid) to hr_app;
grant execute on function sec.bind_code(uuid, bytea) to hr_owner;
reset role;
set role hr_owner;
-- As before; and who waits is signed when they are let in, not earlier.
create or replace function app.keys_are_handed_over() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'key_grant' then
    if new.membership_id is not null and sec.awaits_key(new.compartment_id, new.membership_id) then
      raise exception 'row-level security: who waits for a key gets it from somebody who hands it over' using errcode = 'insufficient_privilege'; end if;
    return new; end if;
  if current_user = 'hr_app' then
    if new.membership_id is distinct from sec.hat() then
      new.awaits := sec.waits_when_named(new.compartment_id, new.membership_id, case when tg_op = 'UPDATE' then old.awaits else false end);
    elsif tg_op = 'INSERT' then new.awaits := false; end if; end if;
  if new.awaits then new.named_mac := null; end if;
  return new; end $$;
set role hr_owner;
