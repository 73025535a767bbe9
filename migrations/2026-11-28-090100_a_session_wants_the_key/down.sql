set role hr_sec;
drop function sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint, bytea);
create function sec.finish_enrolment(token bytea, new_person uuid, account bytea, new_lookup bytea, new_public bytea, public_mac bytea, new_language text,
    new_salt bytea, passphrase bytea, printed bytea, totp bytea, first_step bigint) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i sec.invitation; begin
  select * into i from sec.invitation t where t.enrolment_hash = sha256(token) and t.enrolment_until > now() and t.used_at is null and t.recalled_at is null for update;
  if i.id is null then raise exception 'no enrolment' using errcode = '28000'; end if;
  insert into app.person (id, account_sealed, public_key, public_key_mac, language) values (new_person, account, new_public, public_mac, new_language);
  insert into sec.person_secret (person_id, lookup_hash, salt, passphrase_wrapped, printed_wrapped, totp_sealed, totp_spent)
  values (new_person, new_lookup, new_salt, passphrase, printed, totp, array[first_step]);
  update sec.invitation set used_at = now(), enrolment_hash = null, enrolment_sealed = null where id = i.id;
  update app.membership set person_id = new_person, state = case when sec.starts_at_once(i.membership_id, new_person) then 'active' else 'waiting' end where id = i.membership_id;
  perform sec.tell_of_officer(i.membership_id);
  return i.membership_id; end $$;
drop function sec.set_up_only(bytea);
create function sec.set_up_only() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  update sec.session set sets_up = 'authenticator', membership_id = null where id = sec.session();
  -- Told once, under one hat: the oldest, as none is worn.
  select * into m from app.membership h where h.person_id = sec.me() and h.state = 'active' and (h.until is null or h.until > now()) order by h.since limit 1;
  if m.id is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, urgent) values (gen_random_uuid(), m.bureau_id, m.id, 'printed_code_used', true); end if; end $$;
drop function sec.stepped_up(bytea);
create function sec.stepped_up() returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.session set stepped_up_at = now() where id = sec.session() $$;
drop function sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text, bytea);
create function sec.open_session(person uuid, hat uuid, handle_hash bytea, refresh_hash bytea, wrapped bytea, ends timestamptz, label text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_id uuid; begin
  if hat is not null and not exists (select from app.membership m where m.id = hat and m.person_id = person and m.state = 'active') then
    raise exception 'no such hat' using errcode = '28000'; end if;
  insert into sec.session (person_id, membership_id, family_id, handle_hash, refresh_hash, wrapped_key, ends_at, stepped_up_at, place_label)
  values (person, hat, gen_random_uuid(), handle_hash, refresh_hash, wrapped, ends, now(), label) returning id into new_id;
  return new_id; end $$;
drop function sec.my_material();
create function sec.my_material() returns table (salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed from sec.person_secret s where s.person_id = sec.me() $$;
drop function sec.material(bytea);
create function sec.material(lookup bytea) returns table (person_id uuid, salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea, public_key bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.person_id, s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed, p.public_key from sec.person_secret s join app.person p on p.id = s.person_id where s.lookup_hash = lookup $$;
drop function sec.first_proof(uuid, bytea, bytea), sec.shows_key(uuid, bytea);
revoke all on function sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint), sec.set_up_only(), sec.stepped_up(),
    sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text), sec.my_material(), sec.material(bytea) from public;
grant execute on function sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint), sec.set_up_only(), sec.stepped_up(),
    sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text), sec.my_material(), sec.material(bytea) to hr_app;
alter table sec.person_secret drop proof_hash;
reset role;
set role hr_owner;
