-- Process facts of a case: state, dates, who must act. No words: those are items in a compartment.
create table app.case_file (
    id uuid primary key,
    bureau_id uuid not null references app.bureau,
    number text not null check (number ~ '^HG-[0-9]{4}-[0-9]{4,}$'),
    state text not null check (state in ('notified','screening','deferred','not_reviewed','commissioned','preparation','gathering','panel','drafting','consultation','quality_review','decided','published','closed_unpublished','follow_up','closed')),
    state_since timestamptz not null,
    left_state text check (left_state in ('screening','commissioned','preparation','gathering','panel','drafting','consultation','quality_review')),
    profile text not null,
    profile_version text not null,
    child_variant boolean not null default false,
    practice boolean not null,
    purpose text not null check (purpose in ('review', 'register_only')),
    ground text not null check (ground in ('consent','public_task','wpg_provision','medical_confidentiality_exception','court_order','other')),
    region integer,
    zone text not null check (zone in ('european', 'caribbean')),
    language text not null default 'nl' check (language in ('nl', 'en', 'pap')),
    notified_on date not null,
    deferred_days integer not null default 0,
    round integer not null default 1,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    unique (bureau_id, number),
    check ((state = 'deferred') = (left_state is not null))
);
create index case_in_order on app.case_file (bureau_id, state, number desc);
create index case_by_number on app.case_file (bureau_id, number desc);
alter table app.case_party add foreign key (case_id) references app.case_file;
alter table app.compartment add foreign key (case_id) references app.case_file;
create table app.case_step (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    step text not null check (step ~ '^T[0-9]{1,2}$'),
    from_state text,
    to_state text not null,
    membership_id uuid references app.membership,
    role text not null,
    reason_item_id uuid references app.item,
    versions jsonb not null default '{}',
    at timestamptz not null default now()
);
create index step_of_case on app.case_step (case_id, at);
-- What has been done, as a date: 'terms_adopted', 'om_consulted', 'words_asked' ... ; guards read these, never content.
create table app.milestone (
    case_id uuid not null references app.case_file,
    name text not null check (length(name) between 1 and 60),
    subject_id uuid not null default '00000000-0000-0000-0000-000000000000',
    membership_id uuid,
    detail text not null default '' check (length(detail) <= 60),
    at timestamptz not null default now(),
    primary key (case_id, name, subject_id)
);
create table app.deadline (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    kind text not null check (length(kind) between 1 and 60),
    subject_id uuid,
    membership_id uuid,
    role text not null,
    started_on date not null,
    due_on date not null,
    extended integer not null default 0,
    reminded text[] not null default '{}',
    paused_on date,
    done_at timestamptz
);
create index deadline_of_case on app.deadline (case_id) where done_at is null;
create index deadline_by_day on app.deadline (due_on) where done_at is null;
create table app.proposal (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    kind text not null check (kind in ('not_reviewed', 'closed_unpublished', 'reopened', 'stopped')),
    state text not null default 'open' check (state in ('open', 'signed', 'refused', 'withdrawn')),
    by_membership_id uuid not null references app.membership,
    signed_by_id uuid references app.membership,
    words_item_id uuid references app.item,
    made_at timestamptz not null default now(),
    settled_at timestamptz,
    check (by_membership_id is distinct from signed_by_id)
);
create unique index one_open_proposal on app.proposal (case_id, kind) where state = 'open';
comment on table app.case_file is 'a case: number, state, profile; names and narrative are items';
comment on table app.case_step is 'every transition: who, when, versions of profile and forms';
comment on table app.milestone is 'dated facts the guards of the state machine read';
comment on table app.deadline is 'terms: started, due, extended, done; late never moves a case';
comment on table app.proposal is 'a second signature asked of the national coordination';

set role hr_sec;
create function sec.sees_process(target_bureau uuid, is_practice boolean) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce(sec.role() in ('CO', 'NC', 'RM') and sec.bureau() = target_bureau or sec.role() in ('NC', 'RM') and sec.bureau() is null and not is_practice or sec.role() = 'worker', false) $$;
revoke all on function sec.sees_process(uuid, boolean) from public;
grant execute on function sec.sees_process(uuid, boolean) to hr_app, hr_owner;
create function sec.my_cases() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case_id from app.case_party where membership_id = sec.hat() and (until is null or until > now()) $$;
revoke all on function sec.my_cases() from public;
grant execute on function sec.my_cases() to hr_app, hr_owner;
reset role;
set role hr_owner;
-- Written out, not as a call per row: the case list walks an index.
create policy of_parties on app.case_file for select using (id in (select sec.my_cases()));
create policy of_bureau on app.case_file for select using (bureau_id = (select sec.bureau()) and (select sec.role()) in ('CO', 'NC', 'RM'));
create policy of_nation on app.case_file for select using ((select sec.role()) in ('NC', 'RM') and (select sec.bureau()) is null and not practice);
create policy of_worker on app.case_file using ((select sec.role()) = 'worker');
create policy notified on app.case_file for insert with check (bureau_id = (select sec.bureau()) and (select sec.role()) = 'CO');
create policy led on app.case_file for update using (id in (select sec.my_cases()) or (select sec.role()) in ('NC', 'RM'));
create function app.sees_case(target uuid) returns boolean language sql stable set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_file c where c.id = target) $$;
revoke all on function app.sees_case(uuid) from public;
grant execute on function app.sees_case(uuid) to hr_app, hr_owner;
do $$ declare t text; begin
  foreach t in array array['case_file', 'case_step', 'milestone', 'deadline', 'proposal'] loop
    execute format('alter table app.%I enable row level security, force row level security', t);
  end loop;
  foreach t in array array['case_step', 'milestone', 'deadline', 'proposal'] loop
    execute format('create policy with_case on app.%I for select using (app.sees_case(case_id))', t);
    execute format('create policy added on app.%I for insert with check (app.sees_case(case_id))', t);
  end loop;
  foreach t in array array['milestone', 'deadline', 'proposal'] loop
    execute format('create policy changed on app.%I for update using (app.sees_case(case_id))', t);
  end loop; end $$;
grant select, insert on app.case_file, app.case_step, app.milestone, app.deadline, app.proposal to hr_app;
grant update (state, state_since, left_state, profile, profile_version, child_variant, region, language, deferred_days, round, version, changed_at) on app.case_file to hr_app;
grant update (at, detail, membership_id) on app.milestone to hr_app;
grant update (due_on, extended, reminded, paused_on, done_at, membership_id, role) on app.deadline to hr_app;
grant update (state, signed_by_id, settled_at) on app.proposal to hr_app;
