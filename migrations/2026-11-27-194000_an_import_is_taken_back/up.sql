-- A load of past cases that was a mistake is taken back, all of it or nothing, while no snapshot holds its records and nobody worked on them.
set role hr_owner;
alter table app.import drop constraint import_state_check;
alter table app.import add constraint import_state_check check (state in ('uploaded', 'checking', 'checked', 'loading', 'loaded', 'abandoned', 'taken_back'));
alter table app.import add taken_back_for text check (taken_back_for in ('wrong_file', 'wrong_mapping', 'known_already', 'no_ground'));
alter table app.import add taken_back_at timestamptz;
alter table app.import add constraint import_taken_back check ((state = 'taken_back') = (taken_back_for is not null) and (taken_back_for is null) = (taken_back_at is null));
comment on column app.import.taken_back_for is 'why its records were taken out of the register again';
grant update (taken_back_for, taken_back_at) on app.import to hr_app;
alter policy forgotten_on_its_day on app.import using ((select sec.role()) = 'worker' and state not in ('loaded', 'abandoned', 'taken_back') and moved_at < now() - interval '7 days');
-- What a record is looked for by when it goes.
create index pair_that_keeps on app.record_pair (keeps_id) where keeps_id is not null;
create policy sec_reads on app.import for select to hr_sec using (true);
create policy sec_takes_back on app.record for delete to hr_sec using (true);
create policy sec_takes_back on app.coding for delete to hr_sec using (true);
grant select (id, bureau_id, state, moved_at) on app.import to hr_sec;
grant delete on app.record, app.coding, app.coding_before to hr_sec;
reset role;

set role hr_sec;
-- Takes the records of a loaded file out of the register of the register manager who asks. Says why not where a snapshot was taken since, or where
-- one of them was made one with another, is about to be, or was coded by somebody.
create function sec.take_back_import(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare of_register uuid; now_in text; since timestamptz; ids uuid[]; begin
  select i.bureau_id, i.state, i.moved_at into of_register, now_in, since from app.import i where i.id = target;
  if not found or sec.role() is distinct from 'RM' or of_register is distinct from sec.bureau() then return null; end if;
  if now_in <> 'loaded' then return 'not_loaded'; end if;
  if exists (select from frozen.snapshot s where s.bureau_id is not distinct from of_register and s.taken_at >= since) then return 'frozen'; end if;
  ids := array(select r.id from app.record r where r.import_id = target);
  if exists (select from app.record r where r.import_id = target and r.state = 'merged') or exists (select from app.record r where r.merged_into_id = any (ids))
     or exists (select from app.record_pair p where (p.first_id = any (ids) or p.second_id = any (ids)) and p.state in ('proposed', 'merged')) then return 'merged'; end if;
  if exists (select from app.record r where r.import_id = target and r.state <> 'imported') or exists (select from app.coding c where c.record_id = any (ids) and c.slot <> 'c1') then return 'coded'; end if;
  delete from app.merge_question q using app.record_pair p where q.pair_id = p.id and (p.first_id = any (ids) or p.second_id = any (ids));
  delete from app.record_pair p where p.first_id = any (ids) or p.second_id = any (ids);
  delete from app.record_mark m where m.record_id = any (ids);
  delete from app.mark_due d where d.record_id = any (ids);
  delete from app.coding_before b where b.record_id = any (ids);
  delete from app.coding c where c.record_id = any (ids);
  delete from app.record r where r.id = any (ids);
  return 'taken_back'; end $$;
revoke all on function sec.take_back_import(uuid) from public;
grant execute on function sec.take_back_import(uuid) to hr_app;
reset role;
set role hr_owner;
