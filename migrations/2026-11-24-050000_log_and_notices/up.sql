-- The hash-chained log, the outbox, and answers remembered by idempotency key.
set role hr_sec;
create table sec.log_head (only_row boolean primary key default true check (only_row), seq bigint not null, hash bytea not null);
insert into sec.log_head (seq, hash) values (0, sha256('lering log'));
create table sec.log_entry (
    seq bigint primary key,
    at timestamptz not null,
    person_id uuid,
    membership_id uuid,
    bureau_id uuid,
    organisation_id uuid,
    role text not null,
    action text not null,
    compartment_id uuid,
    case_id uuid,
    object_id uuid,
    result text not null,
    stored bytea not null,
    previous bytea not null unique,
    hash bytea not null unique
);
create index log_of_compartment on sec.log_entry (compartment_id, seq desc) where compartment_id is not null;
create index log_of_case on sec.log_entry (case_id, seq desc) where case_id is not null;
create index log_of_person on sec.log_entry (person_id, seq desc);
do $$ declare t text; begin
  foreach t in array array['log_head', 'log_entry'] loop
    execute format('alter table sec.%I enable row level security, force row level security', t);
    execute format('create policy only_sec on sec.%I to hr_sec using (true) with check (true)', t);
  end loop; end $$;
comment on table sec.log_entry is 'who did what to which object; each entry hashes the one before over the stored bytes (I-8)';
comment on table sec.log_head is 'last sequence and hash; locked for one statement an append';
-- entries: a JSON array of {action, compartment, case, object, result, purpose, ground, emergency}. Person and hat come from
-- the signed context, so no caller can write another's entry. The columns are read copies; `stored` is what is hashed.
create function sec.append(entries jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare e jsonb; head sec.log_head; body bytea; next_hash bytea; doc jsonb; moment timestamptz := clock_timestamp(); begin
  select * into head from sec.log_head for update;
  for e in select * from jsonb_array_elements(entries) loop
    doc := jsonb_build_object('at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'person', sec.me(), 'membership', sec.hat(), 'bureau', sec.bureau(),
        'organisation', sec.organisation(), 'role', coalesce(sec.role(), 'nobody')) || e;
    body := convert_to(doc::text, 'UTF8');
    next_hash := sha256(head.hash || int8send(head.seq + 1) || int8send(length(body)::bigint) || body);
    insert into sec.log_entry values (head.seq + 1, moment, sec.me(), sec.hat(), sec.bureau(), sec.organisation(), coalesce(sec.role(), 'nobody'), e->>'action',
        (e->>'compartment')::uuid, (e->>'case')::uuid, (e->>'object')::uuid, coalesce(e->>'result', 'done'), body, head.hash, next_hash);
    head.seq := head.seq + 1; head.hash := next_hash;
  end loop;
  update sec.log_head set seq = head.seq, hash = head.hash;
  return head.seq; end $$;
-- What happened to a compartment of mine; reading it is an entry too (the caller notes it).
create function sec.log_of(target uuid, before bigint, how_many integer) returns table (seq bigint, at timestamptz, role text, organisation_id uuid, membership_id uuid, action text, object_id uuid, result text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.at, l.role, l.organisation_id, l.membership_id, l.action, l.object_id, l.result from sec.log_entry l
   where l.compartment_id = target and target in (select sec.my_compartments()) and (before is null or l.seq < before) order by l.seq desc limit least(how_many, 500) $$;
create function sec.log_of_mine(before bigint, how_many integer) returns table (seq bigint, at timestamptz, role text, action text, object_id uuid, result text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.at, l.role, l.action, l.object_id, l.result from sec.log_entry l
   where l.person_id = sec.me() and (before is null or l.seq < before) order by l.seq desc limit least(how_many, 500) $$;
-- For `audit verify`, as the owner.
create function sec.log_page(after bigint, how_many integer) returns table (seq bigint, stored bytea, previous bytea, hash bytea, columns_agree boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.stored, l.previous, l.hash,
     (convert_from(l.stored, 'UTF8')::jsonb ->> 'action') = l.action and (convert_from(l.stored, 'UTF8')::jsonb ->> 'person')::uuid is not distinct from l.person_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'object')::uuid is not distinct from l.object_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'compartment')::uuid is not distinct from l.compartment_id
   from sec.log_entry l where l.seq > after order by l.seq limit how_many $$;
create function sec.log_end() returns table (seq bigint, hash bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select seq, hash from sec.log_head $$;
revoke all on function sec.append(jsonb), sec.log_of(uuid, bigint, integer), sec.log_of_mine(bigint, integer), sec.log_page(bigint, integer), sec.log_end() from public;
grant execute on function sec.append(jsonb), sec.log_of(uuid, bigint, integer), sec.log_of_mine(bigint, integer) to hr_app;
grant execute on function sec.log_page(bigint, integer), sec.log_end() to hr_owner;
reset role;
set role hr_owner;

create table app.notice (
    id uuid primary key,
    bureau_id uuid references app.bureau,
    membership_id uuid not null references app.membership,
    kind text not null check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed')),
    case_id uuid,
    subject_id uuid,
    urgent boolean not null default false,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'held', 'failed', 'page_only')),
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    last_error text not null default '' check (length(last_error) <= 200),
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    read_at timestamptz
);
create index notice_to_send on app.notice (next_at) where state = 'waiting';
create index notice_of_hat on app.notice (membership_id, created_at desc);
create table app.answer_kept (
    key_hash bytea not null,
    membership_id uuid not null,
    route text not null,
    status integer not null,
    location text not null default '',
    body jsonb not null,
    created_at timestamptz not null default now(),
    primary key (membership_id, key_hash)
);
comment on table app.notice is 'outbox: who is told that something is ready; never what';
comment on table app.answer_kept is 'answers by Idempotency-Key, ids and versions only';
alter table app.notice enable row level security;
alter table app.notice force row level security;
alter table app.answer_kept enable row level security;
alter table app.answer_kept force row level security;
create policy own on app.notice for select using (membership_id = (select sec.hat()));
create policy outbox on app.notice for select using (bureau_id = (select sec.bureau()) and (select sec.role()) = 'TA');
create policy worker on app.notice using ((select sec.role()) = 'worker');
create policy noted on app.notice for insert with check ((select sec.me()) is not null);
create policy read_by_me on app.notice for update using (membership_id = (select sec.hat()));
create policy own on app.answer_kept using (membership_id = (select sec.hat()));
grant select, insert on app.notice, app.answer_kept to hr_app;
grant update (state, attempts, next_at, last_error, sent_at, read_at) on app.notice to hr_app;
