set role hr_sec;
delete from app.mark_due d using app.mark_due e where e.record_id = d.record_id and e.id > d.id;
set role hr_owner;
drop index app.mark_due_of_record;
alter table app.mark_due drop constraint mark_due_pkey;
alter table app.mark_due drop id;
alter table app.mark_due add primary key (record_id);
set role hr_sec;
drop function sec.pair_records(text[], integer[], integer, integer);
drop function sec.agreeing(uuid[], text[], integer[], integer);
create function sec.agreeing(target uuid, given_kinds text[], given_weights integer[], least_score integer) returns table (other uuid, agreed text[], weighs integer) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return query
    with own as (select r.id, r.practice, r.bureau_id from app.record r where r.id = target and r.state <> 'merged'),
    given as (select w.kind, w.weight from unnest(given_kinds, given_weights) w (kind, weight)),
    -- The lightest kinds, which together stay below the score: a pair must agree on one of the others, and those tell records apart.
    light as (select l.kind from (select g.kind, sum(g.weight) over (order by g.weight, g.kind) as so_far from given g) l where l.so_far < least_score),
    near as materialized (select distinct o.record_id from own join app.record_mark m on m.record_id = own.id and m.kind not in (select l.kind from light l)
       join app.record_mark o on o.kind = m.kind and o.hash = m.hash and o.record_id <> m.record_id
       join app.record r on r.id = o.record_id and r.state <> 'merged' and r.practice = own.practice and (not own.practice or r.bureau_id = own.bureau_id)),
    hit as (select distinct o.record_id, m.kind, m.person as mine, o.person as theirs from near n join app.record_mark m on m.record_id = target
       join app.record_mark o on o.record_id = n.record_id and o.kind = m.kind and o.hash = m.hash and (o.person = 0) = (m.person = 0)),
    victim as (select h.record_id, array_agg(h.kind order by h.kind) as of_kinds, sum(g.weight) as score from hit h join given g using (kind) where h.mine > 0 group by h.record_id, h.mine, h.theirs),
    best as (select distinct on (v.record_id) v.record_id, v.of_kinds, v.score from victim v order by v.record_id, v.score desc),
    event as (select h.record_id, array_agg(h.kind order by h.kind) as of_kinds, sum(g.weight) as score from hit h join given g using (kind) where h.mine = 0 group by h.record_id)
    select coalesce(e.record_id, b.record_id), coalesce(e.of_kinds, '{}') || coalesce(b.of_kinds, '{}'), (coalesce(e.score, 0) + coalesce(b.score, 0))::integer
      from event e full join best b on b.record_id = e.record_id
     where coalesce(e.score, 0) + coalesce(b.score, 0) >= least_score order by 3 desc limit 50; end $$;
-- Compares records whose marks changed since the last time.
create function sec.pair_records(given_kinds text[], given_weights integer[], least_score integer, at_most integer) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare due uuid; done integer := 0; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  for due in select d.record_id from app.mark_due d order by d.since limit at_most for update skip locked loop
    delete from app.record_pair p where p.state = 'open' and due in (p.first_id, p.second_id)
      and not exists (select from sec.agreeing(due, given_kinds, given_weights, least_score) a where a.other in (p.first_id, p.second_id));
    insert into app.record_pair (first_id, second_id, kinds, score)
      select least(a.other, due), greatest(a.other, due), a.agreed, a.weighs from sec.agreeing(due, given_kinds, given_weights, least_score) a
      on conflict (first_id, second_id) do update set kinds = excluded.kinds, score = excluded.score where record_pair.state = 'open';
    delete from app.mark_due d where d.record_id = due;
    done := done + 1;
  end loop;
  return done; end $$;
create or replace function sec.place_marks(target uuid, kinds text[], persons integer[], hashes bytea[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if cardinality(kinds) > 1000 or not exists (select from app.record r where r.id = target and r.state <> 'merged'
     and (sec.role() = 'CO' and sec.leads_case(r.case_id) or sec.role() = 'RM' and r.state = 'imported' and r.bureau_id is not distinct from sec.bureau())) then return; end if;
  delete from app.record_mark where record_id = target;
  insert into app.record_mark (record_id, kind, person, hash) select target, m.kind, m.person, m.hash from unnest(kinds, persons, hashes) m (kind, person, hash) on conflict do nothing;
  insert into app.mark_due (record_id) values (target) on conflict (record_id) do update set since = now(); end $$;
revoke all on function sec.agreeing(uuid, text[], integer[], integer), sec.pair_records(text[], integer[], integer, integer) from public;
grant execute on function sec.pair_records(text[], integer[], integer, integer) to hr_app;
set role hr_owner;
