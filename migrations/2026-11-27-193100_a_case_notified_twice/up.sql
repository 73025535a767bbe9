-- A coordinator tells that a case of theirs was notified twice by their own bureau: an empty second one agrees in nothing that is compared. The
-- register manager judges it as any other pair, and what was told stays until then, whatever changes in either.
set role hr_owner;
set role hr_sec;
create or replace function sec.pair_records(given_kinds text[], given_weights integer[], least_score integer, at_most integer) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare lines bigint[]; due uuid[]; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  select array_agg(d.id), array_agg(distinct d.record_id) into lines, due from (select q.id, q.record_id from app.mark_due q order by q.id limit at_most for update skip locked) d;
  if lines is null then return 0; end if;
  with found as materialized (select a.one, a.other, a.agreed, a.weighs from sec.agreeing(due, given_kinds, given_weights, least_score) a),
  gone as (delete from app.record_pair p where p.state = 'open' and not 'told' = any(p.kinds) and (p.first_id = any(due) or p.second_id = any(due)) and not exists (select from found f where f.one = p.first_id and f.other = p.second_id))
  insert into app.record_pair (first_id, second_id, kinds, score) select f.one, f.other, f.agreed, f.weighs from found f order by f.one, f.other
    on conflict (first_id, second_id) do update set kinds = excluded.kinds, score = excluded.score where record_pair.state = 'open' and not 'told' = any(record_pair.kinds);
  delete from app.mark_due where id = any(lines);
  return cardinality(lines); end $$;
create function sec.tell_twice(target uuid, other_number text) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid; other uuid; begin
  if sec.role() is distinct from 'CO' or not sec.leads_case(target) then return false; end if;
  select r.id into mine from app.record r where r.case_id = target and r.state <> 'merged';
  select r.id into other from app.case_file c join app.record r on r.case_id = c.id and r.state <> 'merged'
    where c.number = other_number and c.id <> target and c.bureau_id = sec.bureau() and sec.bureau() = (select o.bureau_id from app.case_file o where o.id = target);
  if mine is null or other is null then return false; end if;
  insert into app.record_pair (first_id, second_id, kinds, score) values (least(mine, other), greatest(mine, other), array['told'], 1000)
    on conflict (first_id, second_id) do update set kinds = case when 'told' = any(record_pair.kinds) then record_pair.kinds else array_append(record_pair.kinds, 'told') end,
      score = greatest(record_pair.score, 1000), state = 'open', reason = null, keeps_id = null, settled_by = null, settled_at = null
    where record_pair.state in ('open', 'rejected', 'refused');
  return true; end $$;
revoke all on function sec.tell_twice(uuid, text) from public;
grant execute on function sec.tell_twice(uuid, text) to hr_app;
set role hr_owner;
