-- One event notified twice: keyed hashes of agreed fields, compared here by the worker; the register manager sees which records may be one
-- and which kinds of fields agree. Two coordinators agree before two records become one.
set role hr_owner;
alter table app.record add merged_into_id uuid references app.record;
alter table app.record drop constraint record_state_check;
alter table app.record add constraint record_state_check check (state in ('open', 'first_final', 'second_final', 'adjudicated', 'complete', 'merged'));
alter table app.record add constraint record_merged check ((state = 'merged') = (merged_into_id is not null));
create index record_merged_into on app.record (merged_into_id) where merged_into_id is not null;
alter table app.case_file drop constraint case_file_state_check;
alter table app.case_file add constraint case_file_state_check check (state in ('notified','screening','deferred','not_reviewed','commissioned','preparation','gathering','panel','drafting','consultation','quality_review','decided','published','closed_unpublished','follow_up','closed','merged'));
-- Marks belong to the functions below alone: nobody else reads, writes or counts them.
create table app.record_mark (
    record_id uuid not null references app.record,
    kind text not null check (kind ~ '^[a-z_]{1,30}$'),
    -- Which victim, from 1; 0 is the event itself.
    person integer not null default 0 check (person between 0 and 50),
    hash bytea not null check (length(hash) = 32),
    primary key (record_id, kind, person, hash)
);
create index mark_by_hash on app.record_mark (kind, hash) include (record_id, person);
create table app.mark_due (
    record_id uuid primary key references app.record,
    since timestamptz not null default now()
);
create table app.record_pair (
    id uuid primary key default gen_random_uuid(),
    first_id uuid not null references app.record,
    second_id uuid not null references app.record,
    kinds text[] not null,
    score integer not null,
    state text not null default 'open' check (state in ('open', 'rejected', 'proposed', 'refused', 'merged')),
    reason text check (reason in ('other_people', 'other_event', 'same_household', 'no_ground', 'merged_elsewhere')),
    keeps_id uuid references app.record,
    found_at timestamptz not null default now(),
    settled_by uuid references app.membership,
    settled_at timestamptz,
    check (first_id < second_id),
    check (keeps_id is null or keeps_id in (first_id, second_id)),
    check (state not in ('proposed', 'merged') or keeps_id is not null),
    check (state <> 'rejected' or reason is not null),
    unique (first_id, second_id)
);
create index pair_of_second on app.record_pair (second_id);
-- What a leading coordinator is asked: only that another bureau notified what may be the same case.
create table app.merge_question (
    pair_id uuid not null references app.record_pair,
    case_id uuid not null references app.case_file,
    other_bureau text not null,
    leads boolean not null,
    asked_by uuid not null references app.membership,
    state text not null default 'open' check (state in ('open', 'agreed', 'refused', 'merged')),
    membership_id uuid references app.membership,
    asked_at timestamptz not null default now(),
    answered_at timestamptz,
    primary key (pair_id, case_id)
);
create index merge_question_of_case on app.merge_question (case_id);
comment on table app.record_mark is 'keyed hashes of agreed fields of a record, for finding one event notified twice; read by functions only';
comment on table app.mark_due is 'records whose marks changed since the worker compared them';
comment on table app.record_pair is 'two records that may be one event: which kinds of fields agree, and what came of it';
comment on table app.merge_question is 'whether two cases are one, asked of the leading coordinator of each';
do $$ declare t text; begin
  foreach t in array array['record_mark', 'mark_due', 'record_pair', 'merge_question'] loop
    execute format('alter table app.%I enable row level security, force row level security', t);
    execute format('create policy only_sec on app.%I to hr_sec using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on app.%I to hr_sec', t);
  end loop; end $$;
create policy sec_merges on app.record for update to hr_sec using (true) with check (true);
create policy sec_merges on app.case_file for update to hr_sec using (true) with check (true);
create policy sec_merges on app.case_step for insert to hr_sec with check (true);
create policy sec_merges on app.deadline for update to hr_sec using (true) with check (true);
create policy sec_reads on app.deadline for select to hr_sec using (true);
create policy sec_merges on app.organisation for insert to hr_sec with check (true);
grant update (state, merged_into_id, version, changed_at) on app.record to hr_sec;
grant update (state, left_state, state_since, version, changed_at) on app.case_file to hr_sec;
grant insert on app.case_step, app.organisation to hr_sec;
grant update (done_at), select on app.deadline to hr_sec;

set role hr_sec;
-- Marks of a record, all anew: by the coordinator who leads its case. The same work and the same answer whether anything agrees or not:
-- they are compared later, by the worker.
create function sec.place_marks(target uuid, kinds text[], persons integer[], hashes bytea[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if sec.role() is distinct from 'CO' or cardinality(kinds) > 1000
     or not exists (select from app.record r where r.id = target and r.state <> 'merged' and sec.leads_case(r.case_id)) then return; end if;
  delete from app.record_mark where record_id = target;
  insert into app.record_mark (record_id, kind, person, hash) select target, m.kind, m.person, m.hash from unnest(kinds, persons, hashes) m (kind, person, hash) on conflict do nothing;
  insert into app.mark_due (record_id) values (target) on conflict (record_id) do update set since = now(); end $$;
-- The records whose marks agree with those of one: which kinds, and what they weigh together. What two victims have in common counts by
-- the best pair of them. Only within one register: the country's, or one practice bureau's.
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
-- What came of a proposal: one refusal ends it; once everybody asked has agreed, two records become one. Until then nothing happens.
create function sec.settle_merge(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare p app.record_pair; gone app.record; kept app.record; was app.case_file; begin
  select * into p from app.record_pair q where q.id = target and q.state = 'proposed' for update;
  if p.id is null or not (sec.role() = 'CO' and exists (select from app.merge_question q where q.pair_id = target and sec.leads_case(q.case_id))
                       or sec.role() = 'RM' and p.settled_by = sec.hat()) then return 'absent'; end if;
  if exists (select from app.merge_question q where q.pair_id = target and q.state = 'refused') then
    update app.record_pair set state = 'refused' where id = target;
    delete from app.merge_question where pair_id = target and state = 'open';
    return 'refused';
  end if;
  if exists (select from app.merge_question q where q.pair_id = target and q.state <> 'agreed') then return 'waiting'; end if;
  select * into kept from app.record r where r.id = p.keeps_id for update;
  select * into gone from app.record r where r.id in (p.first_id, p.second_id) and r.id <> p.keeps_id for update;
  -- Where a case goes, both have been asked; a past case out of a file has nobody to ask.
  if kept.state = 'merged' or gone.state = 'merged' or gone.case_id is not null and (kept.case_id is null
     or (select count(*) from app.merge_question q where q.pair_id = target and q.case_id in (kept.case_id, gone.case_id)) < 2) then return 'absent'; end if;
  select * into was from app.case_file c where c.id = gone.case_id for update;
  if was.id is not null then
    if coalesce(was.left_state, was.state) not in ('notified', 'screening', 'not_reviewed', 'commissioned', 'preparation') then return 'too_late'; end if;
    update app.case_file set state = 'merged', left_state = null, state_since = now(), version = version + 1, changed_at = now() where id = was.id;
    insert into app.case_step (id, case_id, step, from_state, to_state, role) values (gen_random_uuid(), was.id, 'T24', was.state, 'merged', sec.role());
    update app.deadline set done_at = now() where case_id = was.id and done_at is null;
    if kept.case_id is not null and kept.bureau_id <> gone.bureau_id then
      insert into app.organisation (id, bureau_id, name, kind) select gen_random_uuid(), kept.bureau_id, b.name, 90 from app.bureau b
        where b.id = gone.bureau_id and not exists (select from app.organisation o where o.bureau_id = kept.bureau_id and o.name = b.name);
    end if;
  end if;
  update app.record set state = 'merged', merged_into_id = kept.id, version = version + 1, changed_at = now() where id = gone.id;
  update app.record_pair set state = 'merged' where id = target;
  update app.merge_question set state = 'merged' where pair_id = target;
  delete from app.record_mark where record_id = gone.id;
  delete from app.mark_due where record_id = gone.id;
  update app.record_pair set state = 'rejected', reason = 'merged_elsewhere' where state in ('open', 'refused', 'proposed') and gone.id in (first_id, second_id);
  delete from app.merge_question q using app.record_pair o where o.id = q.pair_id and o.reason = 'merged_elsewhere' and q.state <> 'merged';
  return 'merged'; end $$;
-- What a coder got as evidence ends with the record, also when it went into another.
create or replace function sec.end_evidence() returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id join app.record r on r.case_id = c.case_id
    where i.id = g.item_id and g.purpose = 'evidence' and (g.until is null or g.until > now()) and r.state in ('complete', 'merged');
  get diagnostics done = row_count; return done; end $$;
revoke all on function sec.agreeing(uuid, text[], integer[], integer), sec.place_marks(uuid, text[], integer[], bytea[]), sec.pair_records(text[], integer[], integer, integer), sec.settle_merge(uuid) from public;
grant execute on function sec.place_marks(uuid, text[], integer[], bytea[]), sec.pair_records(text[], integer[], integer, integer), sec.settle_merge(uuid) to hr_app;
reset role;
set role hr_owner;
-- The register manager sees a pair where both records are theirs to see; no other role sees any.
create policy of_manager on app.record_pair for select to hr_app using ((select sec.role()) = 'RM'
    and exists (select from app.record r where r.id = first_id) and exists (select from app.record r where r.id = second_id));
create policy settled on app.record_pair for update to hr_app using ((select sec.role()) = 'RM' and state <> 'merged'
    and exists (select from app.record r where r.id = first_id) and exists (select from app.record r where r.id = second_id))
    with check (state in ('rejected', 'proposed') and settled_by = (select sec.hat()));
create policy of_manager on app.merge_question for select to hr_app using ((select sec.role()) = 'RM' and app.sees_case(case_id));
create policy of_leaders on app.merge_question for select to hr_app using ((select sec.role()) = 'CO' and sec.leads_case(case_id));
create policy asked on app.merge_question for insert to hr_app with check ((select sec.role()) = 'RM' and state = 'open' and membership_id is null and asked_by = (select sec.hat()) and app.sees_case(case_id)
    and exists (select from app.record_pair p where p.id = pair_id and p.state = 'proposed'));
create policy asked_anew on app.merge_question for update to hr_app using ((select sec.role()) = 'RM' and app.sees_case(case_id)) with check (state = 'open' and membership_id is null and asked_by = (select sec.hat()));
create policy answered on app.merge_question for update to hr_app using ((select sec.role()) = 'CO' and state = 'open' and sec.leads_case(case_id))
    with check (state in ('agreed', 'refused') and membership_id = (select sec.hat()));
-- Codes of a record that went into another are kept as they were.
create policy not_merged on app.coding as restrictive for update to hr_app using (not exists (select from app.record r where r.id = record_id and r.state = 'merged'));
grant select on app.record_pair, app.merge_question to hr_app;
grant update (state, reason, keeps_id, settled_by, settled_at) on app.record_pair to hr_app;
grant insert on app.merge_question to hr_app;
grant update (state, other_bureau, leads, asked_by, membership_id, asked_at, answered_at) on app.merge_question to hr_app;
