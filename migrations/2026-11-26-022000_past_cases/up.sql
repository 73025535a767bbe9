-- Past cases from a file: a record without a case file, coded once, loaded all or none. The file itself, its mapping and its faults are
-- sealed under the installation key and go when they are no longer needed.
set role hr_owner;
create table app.import (
    id uuid primary key,
    -- None for the country's register; a practice bureau's manager loads into its own.
    bureau_id uuid references app.bureau,
    membership_id uuid not null references app.membership,
    state text not null default 'uploaded' check (state in ('uploaded', 'checking', 'checked', 'loading', 'loaded', 'abandoned')),
    -- Keyed: equal files are known without being kept.
    file_mac bytea not null check (length(file_mac) = 32),
    sealed_file bytea,
    sealed_mapping bytea,
    sealed_faults bytea,
    rows integer not null check (rows >= 0),
    done integer not null default 0 check (done >= 0),
    faulty integer not null default 0 check (faulty >= 0),
    warned integer not null default 0 check (warned >= 0),
    codebook text not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    -- The last sign of life of the check or the load.
    moved_at timestamptz not null default now(),
    check (state not in ('loaded', 'abandoned') or sealed_file is null)
);
create index import_of_register on app.import (bureau_id, created_at desc);
create unique index import_once on app.import (coalesce(bureau_id, '00000000-0000-0000-0000-000000000000'), file_mac) where state in ('loading', 'loaded');
-- How columns of these names were read the last time.
create table app.import_mapping (
    register uuid not null,
    header_mac bytea not null check (length(header_mac) = 32),
    sealed bytea not null,
    changed_at timestamptz not null default now(),
    primary key (register, header_mac)
);
comment on table app.import is 'a file with past cases on its way into the register: how far it is; file, mapping and faults only sealed';
comment on table app.import_mapping is 'how columns of a file were mapped to variables the last time; sealed under the installation key';
alter table app.record alter case_id drop not null;
alter table app.record alter bureau_id drop not null;
alter table app.record alter compartment_id drop not null;
alter table app.record add import_id uuid references app.import;
alter table app.record add constraint record_origin check (num_nonnulls(case_id, import_id) = 1 and (case_id is null) = (compartment_id is null) and (case_id is null or bureau_id is not null));
alter table app.record drop constraint record_state_check;
alter table app.record add constraint record_state_check check (state in ('open', 'first_final', 'second_final', 'adjudicated', 'complete', 'merged', 'imported'));
alter table app.record add constraint record_imported check (state <> 'imported' or import_id is not null);
create index record_of_import on app.record (import_id) where import_id is not null;
alter table app.coding alter case_id drop not null;
alter table app.import enable row level security, force row level security;
alter table app.import_mapping enable row level security, force row level security;
create policy of_manager on app.import for select to hr_app using ((select sec.role()) = 'RM' and bureau_id is not distinct from (select sec.bureau()));
create policy uploaded on app.import for insert to hr_app with check ((select sec.role()) = 'RM' and membership_id = (select sec.hat()) and state = 'uploaded' and bureau_id is not distinct from (select sec.bureau())
    and (bureau_id is null or exists (select from app.bureau b where b.id = bureau_id and b.practice)));
create policy moved on app.import for update to hr_app using ((select sec.role()) = 'RM' and bureau_id is not distinct from (select sec.bureau()));
-- What nobody went on with for a week goes.
create policy forgotten on app.import for select to hr_app using ((select sec.role()) = 'worker');
create policy forgotten_on_its_day on app.import for update to hr_app using ((select sec.role()) = 'worker' and state not in ('loaded', 'abandoned') and moved_at < now() - interval '7 days') with check (state = 'abandoned');
create policy of_manager on app.import_mapping to hr_app using ((select sec.role()) = 'RM' and register = coalesce((select sec.bureau()), '00000000-0000-0000-0000-000000000000'));
create policy imported on app.record for select to hr_app using (case_id is null and (select sec.role()) in ('RM', 'NC') and bureau_id is not distinct from (select sec.bureau()));
create policy loaded on app.record for insert to hr_app with check (case_id is null and state = 'imported' and (select sec.role()) = 'RM' and bureau_id is not distinct from (select sec.bureau())
    and exists (select from app.import i where i.id = import_id and i.state = 'loading'));
create policy imported on app.coding for select to hr_app using (case_id is null and (select sec.role()) = 'RM' and exists (select from app.record r where r.id = record_id));
create policy loaded on app.coding for insert to hr_app with check (case_id is null and slot = 'c1' and (select sec.role()) = 'RM' and membership_id = (select sec.hat())
    and exists (select from app.record r where r.id = record_id and r.import_id is not null));
-- Codes of a past case stand as they were loaded.
create policy not_imported on app.coding as restrictive for update to hr_app using (case_id is not null);
grant select, insert on app.import, app.import_mapping to hr_app;
grant update (state, sealed_file, sealed_mapping, sealed_faults, rows, done, faulty, warned, version, moved_at) on app.import to hr_app;
grant update (sealed, changed_at) on app.import_mapping to hr_app;
set role hr_sec;
-- As before; also for a past case, by the register manager who loads it.
create or replace function sec.place_marks(target uuid, kinds text[], persons integer[], hashes bytea[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if cardinality(kinds) > 1000 or not exists (select from app.record r where r.id = target and r.state <> 'merged'
     and (sec.role() = 'CO' and sec.leads_case(r.case_id) or sec.role() = 'RM' and r.state = 'imported' and r.bureau_id is not distinct from sec.bureau())) then return; end if;
  delete from app.record_mark where record_id = target;
  insert into app.record_mark (record_id, kind, person, hash) select target, m.kind, m.person, m.hash from unnest(kinds, persons, hashes) m (kind, person, hash) on conflict do nothing;
  insert into app.mark_due (record_id) values (target) on conflict (record_id) do update set since = now(); end $$;
reset role;
set role hr_owner;
