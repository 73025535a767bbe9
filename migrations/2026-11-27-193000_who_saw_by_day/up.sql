-- Who has seen this, by day: each role's looks and writings of a day as one line with one count, over the whole log of a room. What is counted is a
-- look, not how many texts it opened; and a writing never goes from the list because of looks.
set role hr_owner;
set role hr_sec;
-- What happened in a room, and to the copies out of it, since they lie elsewhere.
create function sec.seen_in(target uuid) returns setof sec.log_entry language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select e.* from sec.log_entry e where e.compartment_id = target
   union all
   select e.* from sec.released_into(target) r join sec.log_entry e on e.compartment_id = r.room and e.at >= r.since where sec.opens_released(e.action) $$;
-- The names of the acts, so that whoever shows them says which only look.
create function sec.acts_seen_in(target uuid) returns setof text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select distinct l.action from sec.seen_in(target) l where target in (select sec.my_compartments()) $$;
-- What a page opened in one transaction, or in several at once, is one look.
create function sec.log_in_days(target uuid, of_zone text, acts text[], deeds text[], only_deed text, from_day date, to_day date, how_many integer)
returns table (day date, role text, own boolean, deed text, times bigint, at timestamptz, seq bigint) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ with told as (
       select l.seq, l.at, l.role, l.membership_id, l.membership_id is not distinct from sec.hat() as own, (l.at at time zone of_zone)::date as day,
              case when l.result <> 'done' then 'refused' else coalesce(k.deed, 'wrote') end as deed
         from sec.seen_in(target) l left join unnest(acts, deeds) k (act, deed) on k.act = l.action where target in (select sec.my_compartments())),
   fits as (select t.* from told t where (only_deed is null or t.deed = only_deed) and (from_day is null or t.day >= from_day) and (to_day is null or t.day <= to_day)),
   days as (select distinct f.day from fits f order by f.day desc limit least(how_many, 366)),
   apart as (
       select f.*, (f.at - lag(f.at) over (partition by f.day, f.role, f.membership_id, f.deed order by f.at, f.seq)
                    <= case when f.deed in ('wrote', 'access') then interval '0' else interval '5 seconds' end) is not true as begins
         from fits f join days d on d.day = f.day)
   select a.day, a.role, a.own, a.deed, count(*) filter (where a.begins), max(a.at), max(a.seq) from apart a group by a.day, a.role, a.own, a.deed order by a.day desc, max(a.seq) desc $$;
revoke all on function sec.seen_in(uuid), sec.acts_seen_in(uuid), sec.log_in_days(uuid, text, text[], text[], text, date, date, integer) from public;
grant execute on function sec.acts_seen_in(uuid), sec.log_in_days(uuid, text, text[], text[], text, date, date, integer) to hr_app;
set role hr_owner;
