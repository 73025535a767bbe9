-- Who is asking, inside one transaction: sessions, the signed context, and the functions every policy calls.
-- Everything here belongs to hr_sec, a role nobody can log in as; the application may only call functions.
create schema app;
create schema keys;
grant usage on schema app, keys to hr_app, hr_sec;
set role hr_sec;
create schema sec;
grant usage on schema sec to hr_app, hr_owner;

create table sec.context_key (only_row boolean primary key default true check (only_row), key bytea not null);
insert into sec.context_key (key) values (public.gen_random_bytes(32));
create table sec.worker (only_row boolean primary key default true check (only_row), token_hash bytea not null);

create table sec.session (
    id uuid primary key default gen_random_uuid(),
    handle_hash bytea not null unique,
    person_id uuid not null,
    membership_id uuid,
    family_id uuid not null,
    refresh_hash bytea not null unique,
    spent_refresh_hash bytea,
    rotated_at timestamptz not null default now(),
    wrapped_key bytea,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ends_at timestamptz not null,
    ended_at timestamptz,
    ended_because text check (ended_because in ('signed_out', 'elsewhere', 'replayed', 'revoked', 'left', 'credentials_changed')),
    stepped_up_at timestamptz,
    place_label text not null default '' check (length(place_label) <= 120)
);
create index session_of_person on sec.session (person_id) where ended_at is null;

create table sec.person_secret (
    person_id uuid primary key,
    lookup_hash bytea not null unique,
    salt bytea not null check (length(salt) = 16),
    passphrase_wrapped bytea not null,
    printed_wrapped bytea not null,
    totp_sealed bytea not null,
    totp_spent bigint[] not null default '{}',
    changed_at timestamptz not null default now()
);

create table sec.soft_lock (
    subject bytea primary key,
    failures integer not null default 0,
    locked_until timestamptz not null default now(),
    touched_at timestamptz not null default now()
);

create table sec.invitation (
    id uuid primary key,
    code_hash bytea not null unique,
    second_hash bytea,
    salt bytea not null check (length(salt) = 16),
    public_key bytea not null check (length(public_key) = 32),
    membership_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    recalled_at timestamptz,
    enrolment_hash bytea unique,
    enrolment_sealed bytea,
    enrolment_until timestamptz
);
create index invitation_of_membership on sec.invitation (membership_id);

do $$ declare t text; begin
  foreach t in array array['context_key', 'worker', 'session', 'person_secret', 'soft_lock', 'invitation'] loop
    execute format('alter table sec.%I enable row level security, force row level security', t);
    execute format('create policy only_sec on sec.%I to hr_sec using (true) with check (true)', t);
  end loop; end $$;
comment on table sec.context_key is 'signs the transaction''s context; never leaves the database';
comment on table sec.session is 'one row a signed-in device; tokens and handles only as hashes, the private key only wrapped';
comment on table sec.person_secret is 'ways to unlock: the private key wrapped per method, TOTP secret sealed under the installation key';
comment on table sec.soft_lock is 'slows guessing; liftable, never permanent (security.md section 6)';
comment on table sec.invitation is 'typed one-time codes, as keyed hashes; the public half of the key pair the code yields';
comment on table sec.worker is 'hash of the worker''s token';

-- The tag binds the context to this backend and this transaction: a copied setting is refused.
create function sec.tag(who text) returns bytea language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select public.hmac(convert_to(who || '|' || pg_backend_pid() || '|' || extract(epoch from transaction_timestamp())::text, 'UTF8'),
                      (select key from sec.context_key), 'sha256') $$;
create function sec.set_context(who text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin perform set_config('hr.who', who, true), set_config('hr.tag', encode(sec.tag(who), 'hex'), true); end $$;
create function sec.who() returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare who text := current_setting('hr.who', true); begin
  if coalesce(who, '') = '' then return null; end if;
  if current_setting('hr.tag', true) is distinct from encode(sec.tag(who), 'hex') then
    raise exception 'forged context' using errcode = '28000'; end if;
  return who; end $$;
-- person | membership | bureau | role | organisation; empty parts are null.
create function sec.part(n integer) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select nullif(split_part(sec.who(), '|', n), '') $$;
create function sec.me() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(1)::uuid $$;
create function sec.hat() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(2)::uuid $$;
create function sec.bureau() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(3)::uuid $$;
create function sec.role() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(4) $$;
create function sec.organisation() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(5)::uuid $$;

-- Without a session there are exactly two contexts: the public one and the worker's.
create function sec.enter_public() returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ select sec.set_context('|||public|') $$;
create function sec.enter_worker(token bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from sec.worker where token_hash = sha256(token)) then raise exception 'no worker' using errcode = '28000'; end if;
  perform sec.set_context('|||worker|'); end $$;
-- Called while migrating, as the owner of the schema.
create function sec.set_worker(token bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ insert into sec.worker (token_hash) values (sha256(token)) on conflict (only_row) do update set token_hash = excluded.token_hash $$;

revoke all on all functions in schema sec from public;
grant execute on function sec.enter_public(), sec.enter_worker(bytea), sec.me(), sec.hat(), sec.bureau(), sec.role(), sec.organisation() to hr_app;
grant execute on function sec.me(), sec.hat(), sec.bureau(), sec.role(), sec.organisation() to hr_owner;
reset role;
set role hr_owner;
