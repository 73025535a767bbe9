-- The register opens to research: frozen snapshots, projects, the ledger of what has left. Words of an application stay items.
--
-- A register belongs to nobody's bureau; a practice bureau has a practice register of its own, with invented records.
set role hr_owner;
-- A number for the counting copy: the same in every snapshot, and telling nothing outside it.
alter table app.record add column case_no integer generated always as identity;
create schema frozen;
grant usage on schema frozen to hr_app, hr_register;
create table frozen.snapshot (
    id uuid primary key,
    bureau_id uuid references app.bureau,
    number integer not null check (number > 0),
    codebook text not null,
    cases integer not null check (cases >= 0),
    -- SHA-256 over its rows in order: what was counted can be shown to be what was frozen.
    hash bytea not null check (length(hash) = 32),
    quality jsonb not null,
    taken_by uuid not null references app.membership,
    taken_at timestamptz not null default now()
);
create unique index snapshot_number on frozen.snapshot (coalesce(bureau_id, '00000000-0000-0000-0000-000000000000'), number);
-- One row a case: its codes per level, missing ones as codes, and its record keys. The application puts them in and can't read them.
create table frozen.case_row (
    snapshot_id uuid not null references frozen.snapshot,
    case_no integer not null,
    levels jsonb not null,
    primary key (snapshot_id, case_no)
);
create table app.project (
    id uuid primary key,
    bureau_id uuid references app.bureau,
    compartment_id uuid not null references app.compartment,
    number text not null,
    applicant_id uuid not null references app.membership,
    state text not null default 'draft' check (state in ('draft', 'submitted', 'returned', 'approved', 'declined', 'withdrawn', 'ended')),
    outcomes text[] not null default '{}',
    cells integer not null default 60 check (cells between 0 and 1000),
    ends_on date,
    submitted_at timestamptz,
    decided_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now()
);
create unique index project_number on app.project (coalesce(bureau_id, '00000000-0000-0000-0000-000000000000'), number);
create table app.project_person (
    project_id uuid not null references app.project,
    membership_id uuid not null references app.membership,
    signed_at timestamptz,
    until timestamptz,
    primary key (project_id, membership_id)
);
create index project_of_person on app.project_person (membership_id);
create table app.project_vote (
    project_id uuid not null references app.project,
    version integer not null,
    membership_id uuid not null references app.membership,
    vote text not null check (vote in ('approve', 'return', 'decline', 'conflict')),
    voted_at timestamptz not null default now(),
    primary key (project_id, version, membership_id)
);
-- What the public may know of an approved project; copied out of the sealed application when two members of the committee agreed.
create table app.project_listed (
    project_id uuid primary key references app.project,
    bureau_id uuid references app.bureau,
    number text not null,
    title text not null check (length(title) between 1 and 300),
    summary text not null check (length(summary) between 1 and 2000),
    organisation text not null check (length(organisation) <= 300),
    since date not null,
    ends_on date,
    ended_on date
);
-- The ledger: every table that left, once. Its cells count by their keys, hidden ones too.
create table app.released_table (
    snapshot_id uuid not null references frozen.snapshot,
    question_id text not null check (length(question_id) = 64),
    outcome text not null,
    second text,
    cells integer not null check (cells > 0),
    body jsonb not null,
    auc real,
    checked boolean not null default false,
    -- None for the fixed set of a snapshot.
    project_id uuid references app.project,
    released_by uuid references app.membership,
    released_at timestamptz not null default now(),
    public_at timestamptz,
    primary key (snapshot_id, question_id)
);
create index released_by_project on app.released_table (project_id, snapshot_id);
-- Who asked what, also when nothing left.
create table app.table_query (
    id bigint generated always as identity primary key,
    snapshot_id uuid not null references frozen.snapshot,
    project_id uuid references app.project,
    membership_id uuid not null references app.membership,
    outcome text not null,
    second text,
    answer text not null check (answer in ('released', 'repeated', 'budget', 'quota', 'reconstruction')),
    cost integer not null check (cost >= 0),
    asked_at timestamptz not null default now()
);
create index query_of_member on app.table_query (membership_id, asked_at);
create index query_of_project on app.table_query (project_id, asked_at);
-- What goes beyond the automatic budget, or into the open: two output checkers, two people.
create table app.output_request (
    id uuid primary key,
    bureau_id uuid references app.bureau,
    project_id uuid references app.project,
    snapshot_id uuid not null references frozen.snapshot,
    question_id text not null check (length(question_id) = 64),
    outcome text not null,
    second text,
    purpose text not null check (purpose in ('beyond_budget', 'publication')),
    reason text not null check (reason in ('research_question', 'comparison', 'series', 'policy', 'fixed_set')),
    state text not null default 'open' check (state in ('open', 'released', 'refused')),
    requested_by uuid references app.membership,
    requested_at timestamptz not null default now()
);
create unique index output_request_once on app.output_request (snapshot_id, question_id, purpose) where state = 'open';
create table app.output_check (
    request_id uuid not null references app.output_request,
    membership_id uuid not null references app.membership,
    verdict text not null check (verdict in ('release', 'refuse')),
    reason text not null check (reason in ('safe', 'small_group', 'adds_up', 'not_needed', 'outside_project')),
    checked_at timestamptz not null default now(),
    primary key (request_id, membership_id)
);
comment on table frozen.snapshot is 'a frozen, numbered state of the register; researchers only ever see snapshots';
comment on table frozen.case_row is 'codes of one case in a snapshot; only the counting copy reads them';
comment on table app.project is 'a research project: who asked, how far it is, what it may ask; its words are items of its compartment';
comment on table app.project_person is 'who works in a project; nobody asks before having signed';
comment on table app.project_vote is 'votes of the access committee on one version of an application';
comment on table app.project_listed is 'approved projects as the public may know them; no seal';
comment on table app.released_table is 'the register-wide ledger: every table that left through the gate';
comment on table app.table_query is 'who asked which table, and what the gate answered';
comment on table app.output_request is 'a table that two output checkers must agree on';
comment on table app.output_check is 'what one output checker found';

do $$ declare t text; begin
  foreach t in array array['frozen.snapshot', 'frozen.case_row', 'app.project', 'app.project_person', 'app.project_vote', 'app.project_listed', 'app.released_table', 'app.table_query', 'app.output_request', 'app.output_check'] loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
  end loop;
  foreach t in array array['app.project', 'app.project_person', 'app.released_table', 'app.output_request', 'app.output_check', 'frozen.snapshot', 'app.coding'] loop
    execute format('create policy sec_reads on %s for select to hr_sec using (true)', t);
    execute format('grant select on %s to hr_sec', t);
  end loop; end $$;
grant usage on schema frozen to hr_sec;

set role hr_sec;
-- Projects the hat works in now: approved, not over, signed for.
create function sec.my_projects() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select p.id from app.project_person w join app.project p on p.id = w.project_id
   where w.membership_id = mine and w.signed_at is not null and (w.until is null or w.until > now()) and p.state = 'approved' and p.ends_on >= current_date; end $$;
-- Projects the hat has a part in, whatever their state.
create function sec.takes_part_in_project(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.project p where p.id = target and p.applicant_id = mine)
      or exists (select from app.project_person w where w.project_id = target and w.membership_id = mine and (w.until is null or w.until > now())); end $$;
-- Whether the hat belongs to those who decide on projects and outputs of the project's register.
create function sec.decides_on_project(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return sec.role() in ('RC', 'OC', 'RM') and exists (select from app.project p where p.id = target and p.state <> 'draft' and p.bureau_id is not distinct from sec.bureau()); end $$;
-- Whether the hat is of the register a snapshot belongs to.
create function sec.of_register(snapshot uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from frozen.snapshot s where s.id = snapshot and s.bureau_id is not distinct from sec.bureau()); end $$;
-- What has been asked of a snapshot, by everybody: the budget is the register's. Keys only, no figure.
create function sec.ledger(snapshot uuid) returns table (outcome text, second text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not (sec.role() in ('RS', 'RC', 'OC', 'RM') and sec.of_register(snapshot)) then return; end if;
  return query select t.outcome, t.second from app.released_table t where t.snapshot_id = snapshot; end $$;
-- Two different people, none of them who asked, found that a table may leave.
create function sec.output_agreed(snapshot uuid, question text) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.output_request r where r.snapshot_id = snapshot and r.question_id = question and
     (select count(distinct m.person_id) from app.output_check c join app.membership m on m.id = c.membership_id where c.request_id = r.id and c.verdict = 'release') >= 2); end $$;
-- Both final codings of a record, for the third coder who settles it: no codes before both are final, nor who coded.
create function sec.final_pair(target uuid) returns table (codes jsonb) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if not exists (select from app.coding c where c.record_id = target and c.slot = 'c3' and c.membership_id = mine)
     or (select count(*) from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') and c.final_at is not null) < 2 then return; end if;
  return query select c.codes from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') order by c.slot; end $$;
-- Who decides about the members of a compartment: as before, and an applicant about their project's.
create or replace function sec.names_members(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.compartment_member m where m.compartment_id = target and m.membership_id = mine and (m.until is null or m.until > now())
     and (m.role in ('CO', 'CH', 'SE', 'AC', 'RM') or m.role = 'RS' and exists (select from app.compartment c where c.id = target and c.kind = 'project' and c.first_member_id = mine))); end $$;
revoke all on function sec.my_projects(), sec.takes_part_in_project(uuid), sec.decides_on_project(uuid), sec.of_register(uuid), sec.ledger(uuid), sec.output_agreed(uuid, text), sec.final_pair(uuid) from public;
grant execute on function sec.my_projects(), sec.takes_part_in_project(uuid), sec.decides_on_project(uuid), sec.of_register(uuid), sec.ledger(uuid), sec.output_agreed(uuid, text), sec.final_pair(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;

-- That a snapshot exists, and its quality note, is public.
create policy open_to_all on frozen.snapshot for select to hr_app using (true);
create policy counted on frozen.snapshot for select to hr_register using (true);
create policy taken on frozen.snapshot for insert to hr_app with check (
    (select sec.role()) = 'RM' and bureau_id is not distinct from (select sec.bureau()) and taken_by = (select sec.hat())
    and (bureau_id is null or exists (select from app.bureau b where b.id = bureau_id and b.practice)));
create policy counted on frozen.case_row for select to hr_register using (true);
create policy taken on frozen.case_row for insert to hr_app with check (
    (select sec.role()) = 'RM' and sec.of_register(snapshot_id));

create policy of_its_people on app.project for select using (sec.takes_part_in_project(id));
create policy of_deciders on app.project for select using ((select sec.role()) in ('RC', 'OC', 'RM') and state <> 'draft' and bureau_id is not distinct from (select sec.bureau()));
create policy begun on app.project for insert with check ((select sec.role()) = 'RS' and applicant_id = (select sec.hat()) and state = 'draft' and bureau_id is not distinct from (select sec.bureau()));
-- An applicant writes until it is handed in; what was approved can only be ended by them, never widened.
create policy moved_by_applicant on app.project for update using (applicant_id = (select sec.hat())) with check (applicant_id = (select sec.hat()) and state in ('draft', 'submitted', 'withdrawn', 'ended'));
create policy decided on app.project for update using ((select sec.role()) in ('RC', 'RM') and state <> 'draft' and bureau_id is not distinct from (select sec.bureau()));
create policy of_project on app.project_person for select using (membership_id = (select sec.hat()) or sec.takes_part_in_project(project_id) or sec.decides_on_project(project_id));
create policy named on app.project_person for insert with check (signed_at is null and exists (
    select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and p.state in ('draft', 'returned')));
create policy signed_or_ended on app.project_person for update using (membership_id = (select sec.hat()) or sec.takes_part_in_project(project_id));
create policy of_committee on app.project_vote for select using (sec.decides_on_project(project_id));
create policy voted on app.project_vote for insert with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(project_id));
create policy open_to_all on app.project_listed for select using (true);
create policy listed on app.project_listed for insert with check ((select sec.role()) = 'RC' and sec.decides_on_project(project_id));
create policy ended on app.project_listed for update using ((select sec.role()) in ('RC', 'RM') and sec.decides_on_project(project_id) or sec.takes_part_in_project(project_id));

create policy open_to_all on app.released_table for select using (public_at is not null);
create policy of_deciders on app.released_table for select using ((select sec.role()) in ('RC', 'OC', 'RM') and sec.of_register(snapshot_id));
create policy of_projects on app.released_table for select using ((select sec.role()) = 'RS' and sec.of_register(snapshot_id) and exists (
    select from app.project p where p.id in (select sec.my_projects()) and split_part(outcome, ':', 1) = any (p.outcomes)));
create policy released on app.released_table for insert with check (public_at is null and sec.of_register(snapshot_id) and case (select sec.role())
    when 'RS' then released_by = (select sec.hat()) and not checked and project_id in (select sec.my_projects())
    when 'OC' then released_by = (select sec.hat()) and checked and sec.output_agreed(snapshot_id, question_id) else false end);
create policy made_public on app.released_table for update using ((select sec.role()) = 'OC' and sec.of_register(snapshot_id) and sec.output_agreed(snapshot_id, question_id));
create policy own on app.table_query for select using (membership_id = (select sec.hat()));
create policy of_deciders on app.table_query for select using ((select sec.role()) in ('RC', 'OC', 'RM') and sec.of_register(snapshot_id));
create policy asked on app.table_query for insert with check (membership_id = (select sec.hat()) and sec.of_register(snapshot_id) and (select sec.role()) in ('RS', 'OC'));
create policy own on app.output_request for select using (requested_by = (select sec.hat()) or sec.takes_part_in_project(project_id));
create policy of_checkers on app.output_request for select using ((select sec.role()) in ('OC', 'RM', 'RC') and bureau_id is not distinct from (select sec.bureau()));
create policy requested on app.output_request for insert with check (requested_by = (select sec.hat()) and state = 'open' and bureau_id is not distinct from (select sec.bureau())
    and sec.of_register(snapshot_id) and case (select sec.role()) when 'RS' then project_id in (select sec.my_projects()) when 'RM' then project_id is null else false end);
create policy settled on app.output_request for update using ((select sec.role()) = 'OC' and bureau_id is not distinct from (select sec.bureau()));
create policy of_checkers on app.output_check for select using ((select sec.role()) in ('OC', 'RM') and exists (select from app.output_request r where r.id = request_id));
create policy found on app.output_check for insert with check ((select sec.role()) = 'OC' and membership_id = (select sec.hat())
    and exists (select from app.output_request r where r.id = request_id and r.state = 'open' and r.requested_by is distinct from (select sec.hat())));

-- A project's compartment is made by its applicant; a committee member with a conflict of interest leaves it.
create policy made_for_project on app.compartment for insert with check ((select sec.role()) = 'RS' and kind = 'project' and case_id is null
    and first_member_id = (select sec.hat()) and bureau_id is not distinct from (select sec.bureau()));
create policy given_up on app.key_grant for delete using (membership_id = (select sec.hat()));
create policy left_by_member on app.compartment_member for update using (membership_id = (select sec.hat())) with check (membership_id = (select sec.hat()) and until <= now());
-- The committee and a project's people need each other's keys and names.
create policy committee on app.membership for select using ((select sec.role()) in ('RS', 'RC', 'OC') and role in ('RC', 'RS', 'OC', 'RM') and bureau_id is not distinct from (select sec.bureau()));
create policy committee on app.person for select using ((select sec.role()) in ('RS', 'RC', 'OC') and exists (
    select from app.membership m where m.person_id = person.id and m.role in ('RC', 'RS', 'OC', 'RM') and m.bureau_id is not distinct from (select sec.bureau())));

grant select on frozen.snapshot, app.project, app.project_person, app.project_vote, app.project_listed, app.released_table, app.table_query, app.output_request, app.output_check to hr_app;
grant insert on frozen.snapshot, frozen.case_row, app.project, app.project_person, app.project_vote, app.project_listed, app.released_table, app.table_query, app.output_request, app.output_check to hr_app;
grant update (state, outcomes, cells, ends_on, submitted_at, decided_at, version) on app.project to hr_app;
grant update (signed_at, until) on app.project_person to hr_app;
grant update (ends_on, ended_on) on app.project_listed to hr_app;
grant update (public_at) on app.released_table to hr_app;
grant update (state) on app.output_request to hr_app;
grant select on frozen.snapshot, frozen.case_row to hr_register;
