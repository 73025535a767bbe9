-- Who is told: of a publication and what is added to it, of its end, of who read what was released; and who leads a case, for those
-- inside it who may not see its parties.
set role hr_owner;
-- The day a publication is taken down by itself; and who was told that it is there. What is there already was told.
alter table app.publication add take_down_on date;
alter table app.publication add relatives_told_at timestamptz default now();
alter table app.publication alter relatives_told_at drop default;
alter table app.publication add told_at timestamptz default now();
alter table app.publication alter told_at drop default;
create index publication_to_take_down on app.publication (take_down_on) where taken_down_on is null;
create index publication_to_tell on app.publication (published_on) where told_at is null;
grant update (take_down_on, relatives_told_at, told_at) on app.publication to hr_app;
create policy of_worker on app.publication for select using ((select sec.role()) = 'worker');
create policy worker_tells on app.publication for update using ((select sec.role()) = 'worker');
-- Relatives read a day before others (rulings.md 11).
create policy a_day_before on app.publication for select using (
    published_on <= current_date + 1 and taken_down_on is null and (select sec.role()) in ('RE', 'SU') and sec.in_case(case_id));
create policy sec_reads on app.publication for select to hr_sec using (true);
grant select (id, case_id, bureau_id, kind, version, published_on, taken_down_on) on app.publication to hr_sec;
create policy sec_reads on app.relative for select to hr_sec using (true);
create policy sec_withdraws on app.relative for update to hr_sec using (true) with check (true);
-- When a relative took back that their words are used.
alter table app.relative add withdrawn_at timestamptz;
grant select on app.relative to hr_sec;
grant update (withdrawn_at) on app.relative to hr_sec;
create policy sec_reads on app.passage for select to hr_sec using (true);
grant select on app.passage to hr_sec;
create policy sec_removes on app.item for update to hr_sec using (true) with check (true);
grant update (removed_at) on app.item to hr_sec;

set role hr_sec;
-- What was published and taken down: that it was, never what it said.
create function sec.withdrawn(target uuid) returns table (id uuid, bureau text, kind text, version integer, taken_down_on date, newer uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, b.name, p.kind, p.version, p.taken_down_on,
     (select n.id from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.taken_down_on is null and n.published_on <= current_date order by n.version desc limit 1)
   from app.publication p join app.bureau b on b.id = p.bureau_id
   where p.taken_down_on is not null and p.published_on <= p.taken_down_on and (target is null or p.id = target)
     and (target is not null or not exists (select from app.publication n where n.case_id = p.case_id and n.kind = p.kind and n.version > p.version))
   order by p.taken_down_on desc, p.id limit 100 $$;
-- Who leads a case, for everybody who takes part in it in any way: whom to tell, not who they are.
create function sec.leaders_of(target uuid) returns table (membership_id uuid, role text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin if not sec.in_case(target) then return; end if;
  return query select p.membership_id, p.role from app.case_party p join app.membership m on m.id = p.membership_id and m.state = 'active'
    where p.case_id = target and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now()) order by p.since; end $$;
-- Acts that open what was released or placed.
create function sec.opens_released(act text) returns boolean language sql immutable security definer set search_path = pg_catalog, pg_temp as
$$ select act in ('panel.read_released', 'panel.entry.read', 'item.read_granted', 'report.read', 'report.preview', 'report.name_check', 'report.read_final_draft', 'search.read') $$;
-- Since when something out of a compartment lies in another room of the case, for others to read.
create function sec.released_into(target uuid) returns table (room uuid, since timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, r.released_at from app.reflection r join app.compartment p on p.case_id = r.case_id and p.kind = 'panel'
     where r.compartment_id = target and r.released_at is not null
   union all
   select i.compartment_id, min(i.created_at) from app.relative k join app.compartment p on p.case_id = k.case_id and p.kind in ('panel', 'report')
     join app.item i on i.compartment_id = p.id and i.subject_id = k.id where k.compartment_id = target group by i.compartment_id $$;
-- The log of a compartment of mine, and of the copies out of it: owners see who read what they released (I-4).
create or replace function sec.log_of(target uuid, before bigint, how_many integer) returns table (seq bigint, at timestamptz, role text, organisation_id uuid, membership_id uuid, action text, object_id uuid, result text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.at, l.role, l.organisation_id, l.membership_id, l.action, l.object_id, l.result from (
     (select * from sec.log_entry e where e.compartment_id = target and (before is null or e.seq < before) order by e.seq desc limit least(how_many, 500))
     union all
     (select e.* from sec.released_into(target) r join sec.log_entry e on e.compartment_id = r.room and e.at >= r.since
       where sec.opens_released(e.action) and (before is null or e.seq < before) order by e.seq desc limit least(how_many, 500))) l
   where target in (select sec.my_compartments()) order by l.seq desc limit least(how_many, 500) $$;

-- How far the log was told to owners: once a day.
create table sec.read_digest (only_row boolean primary key default true check (only_row), seq bigint not null, ran_at timestamptz not null);
alter table sec.read_digest enable row level security;
alter table sec.read_digest force row level security;
create policy only_sec on sec.read_digest to hr_sec using (true) with check (true);
comment on table sec.read_digest is 'how far owners were told, once a day, that others read what they released';
insert into sec.read_digest (seq, ran_at) select seq, now() - interval '1 day' from sec.log_head;
-- Whose released or placed words others opened since the last time: approver and author of another organisation, and the relative. No
-- content, no names, no count. Once a day, whoever asks.
create function sec.read_by_others() returns table (membership_id uuid, bureau_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare told sec.read_digest; head bigint; begin
  if sec.role() is distinct from 'worker' then return; end if;
  select * into told from sec.read_digest for update skip locked;
  if told.only_row is null or told.ran_at > now() - interval '20 hours' then return; end if;
  select h.seq into head from sec.log_head h;
  update sec.read_digest set seq = head, ran_at = now();
  return query
    with opened as (select e.compartment_id as room, e.organisation_id as organisation, e.membership_id as reader, max(e.at) as last from sec.log_entry e
        where e.seq > told.seq and e.seq <= head and e.result = 'done' and e.compartment_id is not null and sec.opens_released(e.action) group by 1, 2, 3),
      owned as (select distinct c.id as place from opened o join app.compartment r on r.id = o.room join app.compartment c on c.case_id = r.case_id and c.kind in ('reflection', 'kin')
        cross join lateral sec.released_into(c.id) i where i.room = o.room and i.since <= o.last
          and not exists (select from app.reflection f where f.compartment_id = c.id and f.organisation_id = o.organisation)
          and (c.kind = 'reflection' or not exists (select from app.compartment_member own where own.compartment_id = c.id and own.membership_id = o.reader)))
    select distinct m.membership_id, h.bureau_id from owned w join app.compartment_member m on m.compartment_id = w.place and m.role in ('AU', 'AP', 'RE') and (m.until is null or m.until > now())
      join app.membership h on h.id = m.membership_id and h.state = 'active'; end $$;

-- A relative takes back that their words are used: the copies in panel and report can't be opened any more and leave the lists. Their own
-- place stays as it is. What was published is put right by the coordinator, as a new version.
create function sec.withdraw_words(of uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare r app.relative; copies uuid[]; begin
  select * into r from app.relative t where t.id = of for update;
  if r.id is null or not exists (select from app.compartment_member m where m.compartment_id = r.compartment_id and m.membership_id = sec.hat() and m.role in ('RE', 'CO')
      and m.access = 'full' and (m.until is null or m.until > now())) then return -1; end if;
  select coalesce(array_agg(i.id), '{}') into copies from app.item i join app.compartment c on c.id = i.compartment_id
    where c.case_id = r.case_id and c.kind in ('panel', 'report') and i.removed_at is null and (i.kind in ('relative-words', 'chronology-entry', 'statement') and i.subject_id = r.id
      or i.kind in ('statement', 'reply') and i.subject_id in (select p.id from app.passage p where p.compartment_id = r.compartment_id));
  delete from app.item_grant g where g.item_id = any(copies);
  delete from keys.item_key k where k.item_id = any(copies);
  update app.item set removed_at = now() where id = any(copies);
  update app.relative set withdrawn_at = now() where id = of;
  return cardinality(copies); end $$;
revoke all on function sec.withdrawn(uuid), sec.leaders_of(uuid), sec.opens_released(text), sec.released_into(uuid), sec.read_by_others(), sec.withdraw_words(uuid) from public;
grant execute on function sec.withdrawn(uuid), sec.leaders_of(uuid), sec.read_by_others(), sec.withdraw_words(uuid) to hr_app;
reset role;
set role hr_owner;
