set role hr_sec;
create or replace function sec.take_back_import(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
reset role;
set role hr_owner;
revoke select (loaded_at) on app.import from hr_sec;
drop trigger dated on app.import;
drop function app.dates_load();
alter table app.import drop loaded_at;
set role hr_owner;
