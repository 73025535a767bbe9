-- Sign-in, sessions, invitations: the only ways the application reaches the tables of sec.
create policy sec_inserts on app.bureau for insert to hr_sec with check (true);
create policy sec_inserts on app.membership for insert to hr_sec with check (true);
grant insert on app.bureau, app.membership to hr_sec;

set role hr_sec;

-- Opens the request: checks session and hat, and signs the context for this transaction only.
create function sec.enter(handle bytea) returns table (
    session_id uuid, person_id uuid, membership_id uuid, bureau_id uuid, role text, organisation_id uuid, wrapped_key bytea,
    stepped_up_at timestamptz, ends_at timestamptz, account_sealed bytea, language text, public_key bytea,
    bureau_name text, bureau_zone text, bureau_calendar text, bureau_practice boolean, neutral_site text, hats integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s sec.session; m app.membership; begin
  select * into s from sec.session t where t.handle_hash = sha256(handle) and t.ended_at is null and t.ends_at > now()
     and t.rotated_at > now() - interval '45 minutes';
  if s.id is null then raise exception 'no session' using errcode = '28000'; end if;
  if s.membership_id is not null then
    select * into m from app.membership t where t.id = s.membership_id and t.person_id = s.person_id and t.state = 'active'
       and (t.until is null or t.until > now());
    if m.id is null then raise exception 'no session' using errcode = '28000'; end if;
  end if;
  perform sec.set_context(concat_ws('|', s.person_id::text, coalesce(m.id::text, ''), coalesce(m.bureau_id::text, ''),
      coalesce(m.role, 'nobody'), coalesce(m.organisation_id::text, ''), s.id::text));
  return query select s.id, s.person_id, m.id, m.bureau_id, coalesce(m.role, 'nobody'), m.organisation_id, s.wrapped_key,
      s.stepped_up_at, s.ends_at, p.account_sealed, p.language, p.public_key,
      b.name, b.zone, b.calendar, coalesce(b.practice, false), b.neutral_site,
      (select count(*)::integer from app.membership h where h.person_id = s.person_id and h.state = 'active')
    from app.person p left join app.bureau b on b.id = m.bureau_id where p.id = s.person_id; end $$;

create function sec.session() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(6)::uuid $$;

-- What sign-in needs to try a passphrase; an unknown name yields no row and the caller answers alike.
create function sec.material(lookup bytea) returns table (person_id uuid, salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea, public_key bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.person_id, s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed, p.public_key from sec.person_secret s join app.person p on p.id = s.person_id where s.lookup_hash = lookup $$;
create function sec.my_material() returns table (salt bytea, passphrase_wrapped bytea, printed_wrapped bytea, totp_sealed bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.salt, s.passphrase_wrapped, s.printed_wrapped, s.totp_sealed from sec.person_secret s where s.person_id = sec.me() $$;

-- Soft lock: 1, 3, 5, 10 seconds; seconds still to wait.
create function sec.lock_left(lock_subject bytea) returns double precision language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce((select greatest(0, extract(epoch from locked_until - clock_timestamp()))::double precision from sec.soft_lock where subject = lock_subject), 0) $$;
create function sec.lock_failed(lock_subject bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ insert into sec.soft_lock as l (subject, failures, locked_until, touched_at) values (lock_subject, 1, clock_timestamp() + interval '1 second', now())
   on conflict (subject) do update set failures = case when l.touched_at < now() - interval '1 hour' then 1 else l.failures + 1 end, touched_at = now(),
     locked_until = clock_timestamp() + (case when l.touched_at < now() - interval '1 hour' then 1 when l.failures = 1 then 3 when l.failures = 2 then 5 else 10 end) * interval '1 second' $$;
create function sec.lock_cleared(lock_subject bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ delete from sec.soft_lock where subject = lock_subject $$;

-- Each TOTP step is accepted once; the last few spent ones are kept.
create function sec.spend_totp(person uuid, step bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare done integer; begin
  update sec.person_secret set totp_spent = (array_append(totp_spent, step))[greatest(1, cardinality(totp_spent) - 6):]
   where person_id = person and not (totp_spent @> array[step]);
  get diagnostics done = row_count; return done = 1; end $$;

create function sec.open_session(person uuid, hat uuid, handle_hash bytea, refresh_hash bytea, wrapped bytea, ends timestamptz, label text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_id uuid; begin
  if hat is not null and not exists (select from app.membership m where m.id = hat and m.person_id = person and m.state = 'active') then
    raise exception 'no such hat' using errcode = '28000'; end if;
  insert into sec.session (person_id, membership_id, family_id, handle_hash, refresh_hash, wrapped_key, ends_at, stepped_up_at, place_label)
  values (person, hat, gen_random_uuid(), handle_hash, refresh_hash, wrapped, ends, now(), label) returning id into new_id;
  return new_id; end $$;

-- Single use: a replay within 15 seconds is two tabs and mints nothing; later it is theft and ends the family.
create function sec.rotate(old_refresh bytea, new_hash bytea) returns table (outcome text, session_id uuid, person_id uuid, role text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s sec.session; begin
  select * into s from sec.session t where t.refresh_hash = sha256(old_refresh) or t.spent_refresh_hash = sha256(old_refresh) for update;
  if s.id is null or s.ended_at is not null or s.ends_at <= now() then return query select 'unknown'::text, null::uuid, null::uuid, null::text; return; end if;
  if s.refresh_hash <> sha256(old_refresh) then
    if s.rotated_at > now() - interval '15 seconds' then return query select 'race'::text, s.id, s.person_id, null::text; return; end if;
    update sec.session t set ended_at = now(), ended_because = 'replayed' where t.family_id = s.family_id and t.ended_at is null;
    return query select 'replayed'::text, s.id, s.person_id, null::text; return; end if;
  if s.rotated_at < now() - interval '30 minutes' then return query select 'unknown'::text, null::uuid, null::uuid, null::text; return; end if;
  update sec.session t set refresh_hash = new_hash, spent_refresh_hash = s.refresh_hash, rotated_at = now(), seen_at = now() where t.id = s.id;
  return query select 'rotated'::text, s.id, s.person_id, (select m.role from app.membership m where m.id = s.membership_id); end $$;

create function sec.end_sessions(which text, because text) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update sec.session t set ended_at = now(), ended_because = because, wrapped_key = null where t.person_id = sec.me() and t.ended_at is null
    and case which when 'this' then t.id = sec.session() when 'others' then t.id <> sec.session() when 'all' then true else t.id::text = which end;
  get diagnostics done = row_count; return done; end $$;
create function sec.my_sessions() returns table (id uuid, created_at timestamptz, seen_at timestamptz, ends_at timestamptz, place_label text, here boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select t.id, t.created_at, t.seen_at, t.ends_at, t.place_label, t.id = sec.session() from sec.session t
   where t.person_id = sec.me() and t.ended_at is null and t.ends_at > now() order by t.created_at desc $$;
create function sec.stepped_up() returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.session set stepped_up_at = now() where id = sec.session() $$;
create function sec.set_unlocked(wrapped bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.session set wrapped_key = wrapped where id = sec.session() $$;
create function sec.wear(new_hat uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update sec.session s set membership_id = new_hat where s.id = sec.session()
    and exists (select from app.membership m where m.id = new_hat and m.person_id = sec.me() and m.state = 'active');
  get diagnostics done = row_count; return done = 1; end $$;
-- A changed passphrase or printed code ends every other session.
create function sec.change_secret(new_salt bytea, new_passphrase bytea, new_printed bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update sec.person_secret set salt = coalesce(new_salt, salt), passphrase_wrapped = coalesce(new_passphrase, passphrase_wrapped),
     printed_wrapped = coalesce(new_printed, printed_wrapped), changed_at = now() where person_id = sec.me();
  update sec.session set ended_at = now(), ended_because = 'credentials_changed', wrapped_key = null where person_id = sec.me() and id <> sec.session() and ended_at is null; end $$;

-- Invitations. Wrong, expired, used and unknown codes are one answer: no row.
create function sec.invite(invitation_id uuid, for_membership uuid, code bytea, second bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from app.membership m where m.id = for_membership and m.state = 'invited'
      and (m.invited_by = sec.hat() or sec.role() in ('TA', 'CO', 'AC') and m.bureau_id is not distinct from sec.bureau() and (sec.role() <> 'AC' or m.organisation_id = sec.organisation()))) then
    raise exception 'not invited by you' using errcode = '42501'; end if;
  update sec.invitation set recalled_at = now() where membership_id = for_membership and used_at is null;
  insert into sec.invitation (id, membership_id, code_hash, second_hash, salt, public_key, expires_at)
  values (invitation_id, for_membership, code, second, new_salt, new_public, expires); end $$;
create function sec.invitation_for(code bytea, second bytea) returns table (id uuid, membership_id uuid, salt bytea, role text, account_sealed bytea, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select i.id, i.membership_id, i.salt, m.role, m.account_sealed, coalesce(b.language, 'nl') from sec.invitation i join app.membership m on m.id = i.membership_id
     left join app.bureau b on b.id = m.bureau_id
   where i.code_hash = code and i.used_at is null and i.recalled_at is null and i.expires_at > now() and m.state = 'invited'
     and (i.second_hash is null or i.second_hash = second) $$;
create function sec.begin_enrolment(which uuid, token bytea, sealed bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.invitation set enrolment_hash = sha256(token), enrolment_sealed = sealed, enrolment_until = now() + interval '30 minutes' where id = which and used_at is null $$;
create function sec.enrolment(token bytea) returns table (id uuid, membership_id uuid, sealed bytea, role text, account_sealed bytea, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select i.id, i.membership_id, i.enrolment_sealed, m.role, m.account_sealed, coalesce(b.language, 'nl') from sec.invitation i join app.membership m on m.id = i.membership_id left join app.bureau b on b.id = m.bureau_id
   where i.enrolment_hash = sha256(token) and i.enrolment_until > now() and i.used_at is null and i.recalled_at is null $$;
-- A content role of the bureau waits for two confirmations (ruling 19); officers, administrators and everyone whose case
-- already chose them (organisations, relatives) start at once.
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
  update app.membership set person_id = new_person, state = case when role in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') or second_confirmed_by is not null then 'active' else 'waiting' end
   where id = i.membership_id;
  return i.membership_id; end $$;
-- Someone who already has an account joins with the code: the hat is added, no key changes.
create function sec.join_with(code bytea, second bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_membership uuid; found_invitation uuid; begin
  select f.id, f.membership_id into found_invitation, found_membership from sec.invitation_for(code, second) f;
  if found_invitation is null or sec.me() is null then return null; end if;
  update sec.invitation set used_at = now() where id = found_invitation;
  update app.membership set person_id = sec.me(), state = case when role in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') or second_confirmed_by is not null then 'active' else 'waiting' end
   where id = found_membership;
  return found_membership; end $$;
-- A content role is granted by two people, none of them an administrator nor the person (ruling 19).
create function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau() and t.state in ('invited', 'waiting')
     and t.role not in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') then return 'absent'; end if;
  if m.person_id = sec.me() then return 'own'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = sec.me()) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
-- Ending a hat works on the next request (I-7): sec.enter asks for an active one.
create function sec.end_hat(target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update app.membership t set state = 'ended' where t.id = target and t.state <> 'ended' and t.bureau_id is not distinct from sec.bureau()
    and (sec.role() = 'TA' and t.role not in ('RE', 'SU') or t.invited_by = sec.hat());
  get diagnostics done = row_count; return done = 1; end $$;
-- First administrator of a new bureau, from the command line only.
create function sec.create_bureau(new_bureau uuid, bureau_name text, bureau_zone text, bureau_calendar text, bureau_language text, is_practice boolean,
    new_membership uuid, account bytea, invitation uuid, code bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.bureau (id, name, zone, calendar, language, practice) values (new_bureau, bureau_name, bureau_zone, bureau_calendar, bureau_language, is_practice);
  insert into app.membership (id, bureau_id, role, account_sealed) values (new_membership, new_bureau, 'TA', account);
  insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values (invitation, new_membership, code, new_salt, new_public, expires); end $$;
-- A national hat (NC, RM, ...) is made on the command line too; its bureau is empty.
create function sec.create_national(new_membership uuid, new_role text, account bytea, invitation uuid, code bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.membership (id, role, account_sealed, first_confirmed_by, second_confirmed_by) values (new_membership, new_role, account, null, null);
  update app.membership set state = 'invited' where id = new_membership;
  insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values (invitation, new_membership, code, new_salt, new_public, expires); end $$;

-- A text whose session ran out (not revoked) is sealed to its author; 72 hours.
create table sec.parked (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null,
    sealed bytea not null check (length(sealed) <= 1200000),
    created_at timestamptz not null default now()
);
alter table sec.parked enable row level security;
alter table sec.parked force row level security;
create policy only_sec on sec.parked to hr_sec using (true) with check (true);
comment on table sec.parked is 'what was typed when the session had ended, sealed to its author';
create function sec.parking(handle bytea) returns table (person_id uuid, public_key bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.person_id, p.public_key from sec.session s join app.person p on p.id = s.person_id where s.handle_hash = sha256(handle)
     and s.ends_at > now() - interval '72 hours' and (s.ended_because is null or s.ended_because in ('signed_out')) $$;
create function sec.park(handle bytea, new_sealed bytea) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid; begin
  select p.person_id into who from sec.parking(handle) p;
  if who is null or (select count(*) from sec.parked k where k.person_id = who) >= 50 then return false; end if;
  insert into sec.parked (person_id, sealed) values (who, new_sealed); return true; end $$;
create function sec.my_parked() returns table (id uuid, sealed bytea, created_at timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select k.id, k.sealed, k.created_at from sec.parked k where k.person_id = sec.me() and k.created_at > now() - interval '72 hours' order by k.created_at $$;
create function sec.unpark(which uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ delete from sec.parked where id = which and person_id = sec.me() $$;

revoke all on all functions in schema sec from public;
grant execute on function sec.enter(bytea), sec.session(), sec.material(bytea), sec.my_material(), sec.lock_left(bytea), sec.lock_failed(bytea), sec.lock_cleared(bytea),
    sec.spend_totp(uuid, bigint), sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text), sec.rotate(bytea, bytea), sec.end_sessions(text, text),
    sec.my_sessions(), sec.stepped_up(), sec.set_unlocked(bytea), sec.wear(uuid), sec.change_secret(bytea, bytea, bytea),
    sec.invite(uuid, uuid, bytea, bytea, bytea, bytea, timestamptz), sec.invitation_for(bytea, bytea), sec.begin_enrolment(uuid, bytea, bytea), sec.enrolment(bytea),
    sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint), sec.join_with(bytea, bytea),
    sec.confirm_hat(uuid), sec.end_hat(uuid), sec.parking(bytea), sec.park(bytea, bytea), sec.my_parked(), sec.unpark(uuid) to hr_app;
grant execute on function sec.create_bureau(uuid, text, text, text, text, boolean, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz),
    sec.create_national(uuid, text, bytea, uuid, bytea, bytea, bytea, timestamptz), sec.set_worker(bytea), sec.session() to hr_owner;
reset role;
set role hr_owner;
