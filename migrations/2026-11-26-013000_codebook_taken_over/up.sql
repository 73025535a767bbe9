-- Records that go over into a new version of the codebook: the old codes stay as they were, the settled ones are coded on.
set role hr_owner;
alter table app.record add recoded_slot text check (recoded_slot in ('c1', 'c3'));
comment on column app.record.recoded_slot is 'whose settled codes went over into a newer codebook and count; empty for a record still under its first';
create table app.coding_before (
    record_id uuid not null references app.record,
    case_id uuid not null references app.case_file,
    slot text not null check (slot in ('intake', 'c1', 'c2', 'c3')),
    codebook text not null,
    membership_id uuid not null references app.membership,
    codes jsonb not null,
    worked jsonb,
    version integer not null,
    apart_id uuid references app.item,
    apart_version integer,
    final_at timestamptz,
    kept_at timestamptz not null default now(),
    primary key (record_id, slot, codebook)
);
comment on table app.coding_before is 'codes as they stood under an earlier codebook; never changed';
alter table app.coding_before enable row level security, force row level security;
create policy own on app.coding_before for select using (membership_id = (select sec.hat()));
create policy of_manager on app.coding_before for select using ((select sec.role()) = 'RM' and app.sees_case(case_id));
create policy sec_keeps on app.coding_before to hr_sec using (true) with check (true);
create policy sec_takes_over on app.coding for update to hr_sec using (true);
create policy sec_takes_over on app.record for update to hr_sec using (true);
grant select on app.coding_before to hr_app;
grant select, insert on app.coding_before to hr_sec;
grant update (final_at, changed_at) on app.coding to hr_sec;
grant update (codebook, state, recoded_slot, version, changed_at) on app.record to hr_sec;
reset role;

set role hr_sec;
-- A register manager takes a complete record over: its codings are kept as they are, and the one that was settled opens again for its coder,
-- under the new version. Returns whose it is; nothing when there is nothing to take over.
create function sec.take_over(target uuid, new_codebook text) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.record; settled text; begin
  select * into r from app.record where id = target for update;
  if not found or sec.role() is distinct from 'RM' or r.state <> 'complete' or r.codebook = new_codebook
     or not exists (select from app.case_file f where f.id = r.case_id and sec.sees_process(f.bureau_id, f.practice)) then return null; end if;
  settled := coalesce(r.recoded_slot, (select c.slot from app.coding c where c.record_id = target and c.slot in ('c1', 'c3') and c.final_at is not null order by c.slot desc limit 1));
  insert into app.coding_before (record_id, case_id, slot, codebook, membership_id, codes, worked, version, apart_id, apart_version, final_at)
    select c.record_id, c.case_id, c.slot, r.codebook, c.membership_id, c.codes, c.worked, c.version, c.apart_id, i.version, c.final_at
      from app.coding c left join app.item i on i.id = c.apart_id where c.record_id = target and (r.recoded_slot is null or c.slot = r.recoded_slot);
  update app.coding set final_at = null, changed_at = now() where record_id = target and slot = settled;
  update app.record set codebook = new_codebook, state = 'second_final', recoded_slot = settled, version = r.version + 1, changed_at = now() where id = target;
  return settled; end $$;
revoke all on function sec.take_over(uuid, text) from public;
grant execute on function sec.take_over(uuid, text) to hr_app;
set role hr_owner;
