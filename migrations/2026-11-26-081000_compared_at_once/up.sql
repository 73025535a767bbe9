-- Many records are compared in one statement a batch, each pair once: ten thousand past cases take minutes, where they took a working day.
-- Saving marks only adds a line of work: it waits for no comparison and tells nothing of one by its time.
set role hr_owner;
alter table app.mark_due drop constraint mark_due_pkey;
alter table app.mark_due add id bigint generated always as identity primary key;
create index mark_due_of_record on app.mark_due (record_id);
reset role;

set role hr_sec;
create or replace function sec.place_marks(target uuid, kinds text[], persons integer[], hashes bytea[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if cardinality(kinds) > 1000 or not exists (select from app.record r where r.id = target and r.state <> 'merged'
     and (sec.role() = 'CO' and sec.leads_case(r.case_id) or sec.role() = 'RM' and r.state = 'imported' and r.bureau_id is not distinct from sec.bureau())) then return; end if;
  delete from app.record_mark where record_id = target;
  insert into app.record_mark (record_id, kind, person, hash) select target, m.kind, m.person, m.hash from unnest(kinds, persons, hashes) m (kind, person, hash) on conflict do nothing;
  insert into app.mark_due (record_id) values (target); end $$;
drop function sec.pair_records(text[], integer[], integer, integer);
drop function sec.agreeing(uuid, text[], integer[], integer);
-- The pairs of some records whose marks agree enough: which kinds, and what they weigh together. What two victims have in common counts by
-- the best pair of them. Only within one register: the country's, or one practice bureau's. Of a record at most fifty pairs, the likeliest.
create function sec.agreeing(of_records uuid[], given_kinds text[], given_weights integer[], least_score integer) returns table (one uuid, other uuid, agreed text[], weighs integer)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return query
    with due as materialized (select distinct d.id from unnest(of_records) d (id)),
    given as (select w.kind, w.weight from unnest(given_kinds, given_weights) w (kind, weight)),
    -- The lightest kinds, which together stay below the score: a pair must agree on one of the others, and those tell records apart.
    light as (select l.kind from (select g.kind, sum(g.weight) over (order by g.weight, g.kind) as so_far from given g) l where l.so_far < least_score),
    -- Each pair once, whichever of the two is looked at.
    near as materialized (select distinct least(m.record_id, o.record_id) as first_id, greatest(m.record_id, o.record_id) as second_id
       from due d join app.record own on own.id = d.id and own.state <> 'merged' join app.record_mark m on m.record_id = d.id
       join app.record_mark o on o.kind = m.kind and o.hash = m.hash and o.record_id <> m.record_id
       join app.record r on r.id = o.record_id and r.state <> 'merged' and r.practice = own.practice and (not own.practice or r.bureau_id = own.bureau_id)
      where m.kind not in (select l.kind from light l)),
    hit as (select n.first_id, n.second_id, m.kind, m.person as mine, o.person as theirs from near n join app.record_mark m on m.record_id = n.first_id
       join app.record_mark o on o.record_id = n.second_id and o.kind = m.kind and o.hash = m.hash and (o.person = 0) = (m.person = 0)
      group by n.first_id, n.second_id, m.kind, m.person, o.person),
    together as (select h.first_id, h.second_id, h.mine, string_agg(h.kind, ',' order by h.kind) as of_kinds, sum(g.weight) as score
       from hit h join given g using (kind) group by h.first_id, h.second_id, h.mine, h.theirs),
    scored as (select t.first_id, t.second_id, (coalesce(max(t.score) filter (where t.mine = 0), 0) + coalesce(max(t.score) filter (where t.mine > 0), 0))::integer as score,
       string_to_array(concat_ws(',', max(t.of_kinds) filter (where t.mine = 0), (array_agg(t.of_kinds order by t.score desc, t.of_kinds) filter (where t.mine > 0))[1]), ',') as of_kinds
       from together t group by t.first_id, t.second_id),
    ranked as (select s.*, row_number() over (partition by s.first_id order by s.score desc, s.second_id) as of_first, row_number() over (partition by s.second_id order by s.score desc, s.first_id) as of_second
       from scored s where s.score >= least_score)
    select r.first_id, r.second_id, r.of_kinds, r.score from ranked r left join due f on f.id = r.first_id left join due o on o.id = r.second_id
     where r.of_first <= 50 and f.id is not null or r.of_second <= 50 and o.id is not null; end $$;
-- Compares records whose marks changed since the last time, so many lines of work at once. Returns how many lines that were.
create function sec.pair_records(given_kinds text[], given_weights integer[], least_score integer, at_most integer) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
revoke all on function sec.agreeing(uuid[], text[], integer[], integer), sec.pair_records(text[], integer[], integer, integer) from public;
grant execute on function sec.pair_records(text[], integer[], integer, integer) to hr_app;
reset role;
set role hr_owner;
