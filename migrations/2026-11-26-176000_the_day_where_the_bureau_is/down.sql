set role hr_owner;
alter policy open_to_all on app.publication using (published_on <= current_date and taken_down_on is null);
alter policy a_day_before on app.publication using (
    published_on <= current_date + 1 and taken_down_on is null and (select sec.role()) in ('RE', 'SU') and sec.in_case(case_id));
reset role;
set role hr_sec;
create or replace function sec.withdrawn(target uuid) returns table (id uuid, bureau text, kind text, version integer, taken_down_on date, newer uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, b.name, p.kind, p.version, p.taken_down_on,
     (select n.id from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.taken_down_on is null and n.published_on <= current_date order by n.version desc limit 1)
   from app.publication p join app.bureau b on b.id = p.bureau_id
   where p.taken_down_on is not null and p.published_on <= p.taken_down_on and (target is null or p.id = target)
     and (target is not null or not exists (select from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.version > p.version))
   order by p.taken_down_on desc, p.id limit 100 $$;
drop function sec.day_in(uuid);
reset role;
set role hr_owner;
