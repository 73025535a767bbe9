-- Whether a snapshot holds a load is asked of what nobody can write: the database dates a load, once, and who takes one back waits by itself till no
-- snapshot and no other load is under way.
set role hr_owner;
alter table app.import add loaded_at timestamptz;
comment on column app.import.loaded_at is 'when its records came into the register, as the database saw it';
alter table app.import no force row level security;
update app.import set loaded_at = moved_at where state in ('loaded', 'taken_back');
alter table app.import force row level security;
create function app.dates_load() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and current_user = 'hr_app' then new.loaded_at := null; end if;
  if new.state = 'loaded' and new.loaded_at is null then new.loaded_at := now(); end if;
  return new; end $$;
revoke all on function app.dates_load() from public;
create trigger dated before insert or update on app.import for each row execute function app.dates_load();
grant select (loaded_at) on app.import to hr_sec;
reset role;

set role hr_sec;
-- As before, after who freezes, loads or takes back now; a snapshot that was begun in the minute before may hold it too.
create or replace function sec.take_back_import(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare of_register uuid; now_in text; since timestamptz; ids uuid[]; begin
  perform pg_advisory_xact_lock(hashtextextended('past cases', 0));
  select i.bureau_id, i.state, i.loaded_at into of_register, now_in, since from app.import i where i.id = target;
  if not found or sec.role() is distinct from 'RM' or of_register is distinct from sec.bureau() then return null; end if;
  if now_in <> 'loaded' then return 'not_loaded'; end if;
  if exists (select from frozen.snapshot s where s.bureau_id is not distinct from of_register and (since is null or s.taken_at >= since - interval '1 minute')) then return 'frozen'; end if;
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
