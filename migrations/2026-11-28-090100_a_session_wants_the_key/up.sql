-- A session opens, and counts as confirmed, only for who shows that the key was opened: a value that follows from the private key alone, of which
-- the hash is kept. Whoever reached the database with statements of their own, in whatever session, became anybody without it.
set role hr_sec;
alter table sec.person_secret add proof_hash bytea check (length(proof_hash) = 32);
comment on column sec.person_secret.proof_hash is 'hash of what follows from the private key; null for an account from before, till its next sign-in';

-- For the functions below; the application can't call it.
create function sec.shows_key(person uuid, proof bytea) returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from sec.person_secret s where s.person_id = person and s.proof_hash = sha256(proof)) then
    raise exception 'the key was not shown' using errcode = '42501'; end if; end $$;
-- The first proof of an account from before there was one: once, and only with the server's own token, which stands outside the database.
create function sec.first_proof(person uuid, proof bytea, token bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from sec.worker w where w.token_hash = sha256(token)) then raise exception 'no worker' using errcode = '28000'; end if;
  update sec.person_secret set proof_hash = sha256(proof) where person_id = person and proof_hash is null; end $$;

drop function sec.material(bytea);
-- What sign-in needs to try a passphrase; an unknown name yields no row and the caller answers alike.
create function sec.material(lookup bytea) returns table (person_id uuid, salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea, public_key bytea, proven boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.person_id, s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed, p.public_key, s.proof_hash is not null
     from sec.person_secret s join app.person p on p.id = s.person_id where s.lookup_hash = lookup $$;
drop function sec.my_material();
create function sec.my_material() returns table (salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea, proven boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed, s.proof_hash is not null from sec.person_secret s where s.person_id = sec.me() $$;

drop function sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text);
create function sec.open_session(person uuid, hat uuid, handle_hash bytea, refresh_hash bytea, wrapped bytea, ends timestamptz, label text, proof bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_id uuid; begin
  perform sec.shows_key(person, proof);
  if hat is not null and not exists (select from app.membership m where m.id = hat and m.person_id = person and m.state = 'active') then
    raise exception 'no such hat' using errcode = '28000'; end if;
  insert into sec.session (person_id, membership_id, family_id, handle_hash, refresh_hash, wrapped_key, ends_at, stepped_up_at, place_label)
  values (person, hat, gen_random_uuid(), handle_hash, refresh_hash, wrapped, ends, now(), label) returning id into new_id;
  return new_id; end $$;
drop function sec.stepped_up();
create function sec.stepped_up(proof bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  perform sec.shows_key(sec.me(), proof);
  update sec.session set stepped_up_at = now() where id = sec.session(); end $$;
-- A session that is to be set up first counts as confirmed, so it wants the key as well.
drop function sec.set_up_only();
create function sec.set_up_only(proof bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  perform sec.shows_key(sec.me(), proof);
  update sec.session set sets_up = 'authenticator', membership_id = null where id = sec.session();
  -- Told once, under one hat: the oldest, as none is worn.
  select * into m from app.membership h where h.person_id = sec.me() and h.state = 'active' and (h.until is null or h.until > now()) order by h.since limit 1;
  if m.id is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, urgent) values (gen_random_uuid(), m.bureau_id, m.id, 'printed_code_used', true); end if; end $$;

drop function sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint);
-- A content role of the bureau waits for two confirmations (ruling 19); officers, administrators and everyone whose case
-- already chose them (organisations, relatives) start at once.
create function sec.finish_enrolment(token bytea, new_person uuid, account bytea, new_lookup bytea, new_public bytea, public_mac bytea, new_language text,
    new_salt bytea, passphrase bytea, printed bytea, totp bytea, first_step bigint, proof bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i sec.invitation; begin
  select * into i from sec.invitation t where t.enrolment_hash = sha256(token) and t.enrolment_until > now() and t.used_at is null and t.recalled_at is null for update;
  if i.id is null then raise exception 'no enrolment' using errcode = '28000'; end if;
  insert into app.person (id, account_sealed, public_key, public_key_mac, language) values (new_person, account, new_public, public_mac, new_language);
  insert into sec.person_secret (person_id, lookup_hash, salt, passphrase_wrapped, printed_wrapped, totp_sealed, totp_spent, proof_hash)
  values (new_person, new_lookup, new_salt, passphrase, printed, totp, array[first_step], sha256(proof));
  update sec.invitation set used_at = now(), enrolment_hash = null, enrolment_sealed = null where id = i.id;
  update app.membership set person_id = new_person, state = case when sec.starts_at_once(i.membership_id, new_person) then 'active' else 'waiting' end where id = i.membership_id;
  perform sec.tell_of_officer(i.membership_id);
  return i.membership_id; end $$;

revoke all on function sec.shows_key(uuid, bytea), sec.first_proof(uuid, bytea, bytea), sec.material(bytea), sec.my_material(),
    sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text, bytea), sec.stepped_up(bytea), sec.set_up_only(bytea),
    sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint, bytea) from public;
grant execute on function sec.first_proof(uuid, bytea, bytea), sec.material(bytea), sec.my_material(),
    sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text, bytea), sec.stepped_up(bytea), sec.set_up_only(bytea),
    sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint, bytea) to hr_app;
reset role;
set role hr_owner;
