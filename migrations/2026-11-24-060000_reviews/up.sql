-- The process of a review: reflections, relatives, passages, recommendations, publications, coded records. Words stay items.
set role hr_sec;
-- Whether the hat takes part in a case in any way: as a party, or in any of its compartments.
create function sec.in_case(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and (p.until is null or p.until > now()))
     or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id
         where c.case_id = target and m.membership_id = sec.hat() and (m.until is null or m.until > now())) $$;
-- Panel and report open only to who signed the statement of this case (workflow.md section 1); the coordinator signs none.
create or replace function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.compartment_id from app.compartment_member m join app.compartment c on c.id = m.compartment_id
   where m.membership_id = sec.hat() and m.access = 'full' and (m.until is null or m.until > now())
     and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat()
         and p.role <> 'CO' and p.statement_signed_at is null)) $$;
-- Leading coordinators and the chair place into an organisation's or a relative's compartment; so does whoever is named there.
create function sec.codes_record(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role in ('CD', 'CO', 'RM') and (p.until is null or p.until > now())) $$;
-- Nobody is professional and relative in one case (workflow.md rule f).
create function sec.conflicted(target_case uuid, target_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
     where mine.id = target_hat and (mine.role in ('RE', 'SU') or other.role in ('RE', 'SU') or (mine.organisation_id is null) <> (other.organisation_id is null))
       and (exists (select from app.case_party p where p.case_id = target_case and p.membership_id = other.id)
         or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = target_case and m.membership_id = other.id))) $$;
revoke all on function sec.in_case(uuid), sec.codes_record(uuid), sec.conflicted(uuid, uuid) from public;
grant execute on function sec.in_case(uuid), sec.codes_record(uuid), sec.conflicted(uuid, uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
-- National people a bureau works with: who co-signs, who reads the quality, who codes.
create policy nation_known on app.membership for select using (
    bureau_id is null and role in ('NC', 'QA', 'RM', 'CD') and (select sec.role()) in ('CO', 'CH', 'RM'));

create table app.reflection (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    organisation_id uuid not null references app.organisation,
    compartment_id uuid not null references app.compartment,
    contact_id uuid not null references app.membership,
    state text not null default 'invited' check (state in ('invited', 'answered', 'nothing_known', 'declined', 'released', 'withdrawn', 'closed')),
    decline_reason text check (decline_reason in ('beroepsgeheim', 'strafzaak', 'capaciteit', 'eigen_onderzoek', 'anders')),
    due_on date not null,
    postponed integer not null default 0,
    round integer not null default 1,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
create index reflection_of_case on app.reflection (case_id);
create index reflection_of_compartment on app.reflection (compartment_id);
-- What happens inside the organisation is seen inside only (ruling 6).
create table app.reflection_inner (
    reflection_id uuid primary key references app.reflection,
    compartment_id uuid not null references app.compartment,
    state text not null check (state in ('accepted', 'writing', 'submitted', 'approved', 'closed')),
    author_id uuid references app.membership,
    approver_id uuid references app.membership,
    version integer not null default 1,
    changed_at timestamptz not null default now(),
    check (author_id is distinct from approver_id or author_id is null)
);
create table app.relative (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    compartment_id uuid not null references app.compartment,
    contact_id uuid not null references app.membership,
    state text not null default 'active' check (state in ('active', 'frozen', 'ended')),
    again_on date,
    created_at timestamptz not null default now()
);
create index relative_of_case on app.relative (case_id);
create table app.question (
    id uuid primary key,
    relative_id uuid not null references app.relative,
    case_id uuid not null references app.case_file,
    compartment_id uuid not null references app.compartment,
    item_id uuid not null references app.item,
    answer_item_id uuid references app.item,
    state text not null default 'asked' check (state in ('asked', 'answered', 'in_report', 'cannot_say')),
    due_on date not null,
    asked_at timestamptz not null default now()
);
create index question_of_relative on app.question (relative_id);
create table app.passage (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    compartment_id uuid not null references app.compartment,
    item_id uuid not null references app.item,
    about text not null check (length(about) between 1 and 60),
    round integer not null default 1,
    state text not null default 'placed' check (state in ('placed', 'opened', 'answered', 'no_answer', 'settled')),
    reply text check (reply in ('right', 'wrong', 'not_ours', 'too_recognisable', 'not_right', 'too_painful_or_recognisable', 'no_reply')),
    settled text check (settled in ('taken', 'partly', 'not')),
    due_on date not null,
    placed_by uuid not null references app.membership,
    placed_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
create index passage_of_case on app.passage (case_id);
create index passage_of_compartment on app.passage (compartment_id);
create table app.recommendation (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    item_id uuid not null unique references app.item,
    number integer not null,
    owner_id uuid references app.organisation,
    compartment_id uuid references app.compartment,
    state text not null default 'adopted' check (state in ('adopted', 'accepted', 'partly', 'refused', 'no_answer', 'under_way', 'done', 'effect_shown', 'overtaken')),
    shown boolean not null default false,
    due_on date not null,
    changed_at timestamptz not null default now(),
    unique (case_id, number)
);
-- Hashes, keyed per case, of the tokens of every sealed name, address and worker: the name check compares, and reads no name (ruling 9).
create table app.name_token (
    case_id uuid not null references app.case_file,
    hash bytea not null check (length(hash) = 32),
    reason text not null check (reason in ('name', 'alias', 'address', 'worker', 'relative', 'organisation', 'date')),
    placed_at timestamptz not null default now(),
    primary key (case_id, hash, reason)
);
create table app.publication (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    bureau_id uuid not null references app.bureau,
    practice boolean not null,
    language text not null check (language in ('nl', 'en', 'pap')),
    title text not null check (length(title) between 1 and 300),
    form text not null check (form in ('whole', 'summary', 'learning_brief')),
    version integer not null default 1,
    document jsonb not null,
    pdf bytea not null,
    digest bytea not null check (length(digest) = 32),
    published_on date not null,
    taken_down_on date,
    unique (case_id, version)
);
create index publication_by_day on app.publication (published_on desc);
-- Three minutes of everyone who took part, by role only; shown with five answers or more.
create table app.evaluation (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    role text not null,
    answers jsonb not null,
    given_on date not null default current_date
);
create index evaluation_of_case on app.evaluation (case_id);
create table app.record (
    id uuid primary key,
    case_id uuid not null unique references app.case_file,
    bureau_id uuid not null references app.bureau,
    practice boolean not null,
    compartment_id uuid not null references app.compartment,
    codebook text not null,
    state text not null default 'open' check (state in ('open', 'first_final', 'second_final', 'adjudicated', 'complete')),
    region integer,
    year integer not null,
    open_count integer not null default 0,
    version integer not null default 1,
    changed_at timestamptz not null default now()
);
create index record_by_year on app.record (year, region);
-- Codes of one coder. The second never sees the first's, nor that they exist, until both are final.
create table app.coding (
    record_id uuid not null references app.record,
    case_id uuid not null references app.case_file,
    slot text not null check (slot in ('intake', 'c1', 'c2', 'c3')),
    membership_id uuid not null references app.membership,
    codes jsonb not null default '{}',
    version integer not null default 1,
    final_at timestamptz,
    changed_at timestamptz not null default now(),
    primary key (record_id, slot)
);
create index coding_of_coder on app.coding (membership_id);

comment on table app.reflection is 'one organisation''s part in one case, as others see it: invited, answered, released, declined, closed, and when due';
comment on table app.reflection_inner is 'the same as the organisation''s own people see it: accepted, writing, submitted, approved';
comment on table app.relative is 'a relative in one case: who is their named contact; names, wishes and words are items';
comment on table app.question is 'a relative''s question: asked, answered, in the report, cannot say';
comment on table app.passage is 'a passage of the draft placed with an organisation or a relative for reaction';
comment on table app.recommendation is 'an adopted recommendation: owner, state, due date';
comment on table app.name_token is 'keyed hashes of names in a case''s sealed data, for the name check';
comment on table app.publication is 'published reports: open to all, no seal';
comment on table app.evaluation is 'figures of those who took part, by role, without person';
comment on table app.record is 'the coded record of a case in the central register: its state; codes are in app.coding';
comment on table app.coding is 'codes of one coder; the second is blind to the first';

do $$ declare t text; begin
  foreach t in array array['reflection', 'reflection_inner', 'relative', 'question', 'passage', 'recommendation', 'name_token', 'publication', 'evaluation', 'record', 'coding'] loop
    execute format('alter table app.%I enable row level security, force row level security', t);
  end loop; end $$;

create policy of_parties on app.reflection for select using (sec.takes_part(case_id) or (select sec.role()) in ('NC', 'worker') and app.sees_case(case_id));
create policy of_members on app.reflection for select using (compartment_id in (select sec.my_compartments()));
create policy invited on app.reflection for insert with check (sec.leads_case(case_id));
create policy answered on app.reflection for update using (compartment_id in (select sec.my_compartments()) or sec.leads_case(case_id));
create policy of_members on app.reflection_inner for select using (compartment_id in (select sec.my_compartments()));
create policy begun on app.reflection_inner for insert with check (compartment_id in (select sec.my_compartments()));
create policy moved on app.reflection_inner for update using (compartment_id in (select sec.my_compartments()));
create policy of_members on app.relative for select using (compartment_id in (select sec.my_compartments()));
create policy registered on app.relative for insert with check (contact_id = (select sec.hat()) and sec.leads_case(case_id));
create policy changed on app.relative for update using (contact_id = (select sec.hat()));
create policy of_members on app.question for select using (compartment_id in (select sec.my_compartments()));
create policy asked on app.question for insert with check (compartment_id in (select sec.my_open_compartments()));
create policy answered on app.question for update using (compartment_id in (select sec.my_open_compartments()));
create policy of_members on app.passage for select using (compartment_id in (select sec.my_compartments()));
create policy of_leaders on app.passage for select using (sec.leads_case(case_id));
create policy placed on app.passage for insert with check (placed_by = (select sec.hat()) and sec.leads_case(case_id) and sec.may_place(compartment_id));
create policy answered on app.passage for update using (compartment_id in (select sec.my_open_compartments()) or sec.leads_case(case_id));
create policy of_parties on app.recommendation for select using (sec.takes_part(case_id) or (select sec.role()) in ('NC', 'RM', 'worker') and app.sees_case(case_id));
create policy of_owners on app.recommendation for select using (compartment_id in (select sec.my_compartments()));
create policy adopted on app.recommendation for insert with check (sec.leads_case(case_id));
create policy moved on app.recommendation for update using (sec.leads_case(case_id) or compartment_id in (select sec.my_open_compartments()));
create policy of_leaders on app.name_token for select using (sec.leads_case(case_id));
create policy placed on app.name_token for insert with check (sec.in_case(case_id));
create policy open_to_all on app.publication for select using (published_on <= current_date and taken_down_on is null);
create policy of_leaders on app.publication for select using (sec.leads_case(case_id));
create policy published on app.publication for insert with check (sec.leads_case(case_id) and bureau_id = (select sec.bureau()));
create policy taken_down on app.publication for update using (sec.leads_case(case_id));
create policy given on app.evaluation for insert with check (sec.in_case(case_id));
create policy of_coordinators on app.evaluation for select using ((select sec.role()) in ('CO', 'NC') and app.sees_case(case_id));
create policy of_process on app.record for select using ((select sec.role()) in ('CO', 'RM', 'NC', 'worker') and app.sees_case(case_id) or sec.codes_record(case_id));
create policy begun on app.record for insert with check (sec.leads_case(case_id));
create policy moved on app.record for update using (sec.codes_record(case_id) or (select sec.role()) = 'RM' and app.sees_case(case_id));
create policy own on app.coding for select using (membership_id = (select sec.hat()));
create policy of_manager on app.coding for select using ((select sec.role()) = 'RM' and app.sees_case(case_id));
create policy begun on app.coding for insert with check (membership_id = (select sec.hat()) and sec.codes_record(case_id) or (select sec.role()) = 'RM' and app.sees_case(case_id));
create policy coded on app.coding for update using (membership_id = (select sec.hat()));
-- A register manager takes part in a case by naming its coders; the coder then sees the case's process.
create policy manager_named on app.case_party for insert with check ((select sec.role()) = 'RM' and role in ('CD', 'RM') and app.sees_case(case_id));

grant select, insert on app.reflection, app.reflection_inner, app.relative, app.question, app.passage, app.recommendation, app.name_token, app.publication, app.evaluation, app.record, app.coding to hr_app;
grant update (state, decline_reason, due_on, postponed, round, version, changed_at) on app.reflection to hr_app;
grant update (state, author_id, approver_id, version, changed_at) on app.reflection_inner to hr_app;
grant update (state, again_on, contact_id) on app.relative to hr_app;
grant update (state, answer_item_id) on app.question to hr_app;
grant update (state, reply, settled, changed_at) on app.passage to hr_app;
grant update (state, shown, compartment_id, due_on, changed_at) on app.recommendation to hr_app;
grant update (taken_down_on) on app.publication to hr_app;
grant update (state, open_count, version, changed_at) on app.record to hr_app;
grant update (codes, version, final_at, changed_at) on app.coding to hr_app;
