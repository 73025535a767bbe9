set role hr_owner;
set role hr_sec;
drop function sec.tell_twice(uuid, text);
create or replace function sec.pair_records(given_kinds text[], given_weights integer[], least_score integer, at_most integer) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare lines bigint[]; due uuid[]; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  select array_agg(d.id), array_agg(distinct d.record_id) into lines, due from (select q.id, q.record_id from app.mark_due q order by q.id limit at_most for update skip locked) d;
  if lines is null then return 0; end if;
  with found as materialized (select a.one, a.other, a.agreed, a.weighs from sec.agreeing(due, given_kinds, given_weights, least_score) a),
  gone as (delete from app.record_pair p where p.state = 'open' and (p.first_id = any(due) or p.second_id = any(due)) and not exists (select from found f where f.one = p.first_id and f.other = p.second_id))
  insert into app.record_pair (first_id, second_id, kinds, score) select f.one, f.other, f.agreed, f.weighs from found f order by f.one, f.other
    on conflict (first_id, second_id) do update set kinds = excluded.kinds, score = excluded.score where record_pair.state = 'open';
  delete from app.mark_due where id = any(lines);
  return cardinality(lines); end $$;
-- Nobody compared what was only told.
delete from app.record_pair where kinds = array['told'] and state = 'open';
set role hr_owner;
