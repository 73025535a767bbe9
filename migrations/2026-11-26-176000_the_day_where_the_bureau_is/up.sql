-- A report opens on its day where the bureau is. Until now that was the day in UTC: for an hour or two after midnight in Europe a report published
-- that day was not there, and on the islands it was open hours before its day.
set role hr_sec;
create function sec.day_in(target uuid) returns date language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select (now() at time zone b.zone)::date from app.bureau b where b.id = target $$;
comment on function sec.day_in(uuid) is 'the day it is now where a bureau is';
revoke all on function sec.day_in(uuid) from public;
grant execute on function sec.day_in(uuid) to hr_app, hr_owner;
create or replace function sec.withdrawn(target uuid) returns table (id uuid, bureau text, kind text, version integer, taken_down_on date, newer uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, b.name, p.kind, p.version, p.taken_down_on,
     (select n.id from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.taken_down_on is null and n.published_on <= sec.day_in(n.bureau_id) order by n.version desc limit 1)
   from app.publication p join app.bureau b on b.id = p.bureau_id
   where p.taken_down_on is not null and p.published_on <= p.taken_down_on and (target is null or p.id = target)
     and (target is not null or not exists (select from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.version > p.version))
   order by p.taken_down_on desc, p.id limit 100 $$;
reset role;
set role hr_owner;
-- No zone is more than a day ahead: what lies further ahead is left out before the zone is asked.
alter policy open_to_all on app.publication using (taken_down_on is null and published_on <= current_date + 1 and published_on <= sec.day_in(bureau_id));
alter policy a_day_before on app.publication using (
    taken_down_on is null and published_on <= current_date + 2 and published_on <= sec.day_in(bureau_id) + 1 and (select sec.role()) in ('RE', 'SU') and sec.in_case(case_id));
