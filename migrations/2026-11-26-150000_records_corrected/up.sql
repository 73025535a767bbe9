-- Complete records that are corrected, and past cases that go over into a newer codebook: as a record was before stands beside it, with why.
-- What closes with a third coder's agreement only is known without opening what lies apart.
set role hr_owner;
alter table app.coding_before alter case_id drop not null;
alter table app.coding_before add why text not null default 'codebook' check (why in ('codebook', 'new_facts', 'judgment', 'source_corrected', 'coding_error'));
alter table app.coding_before drop constraint coding_before_pkey;
alter table app.coding_before add primary key (record_id, slot, codebook, membership_id, kept_at);
comment on column app.coding_before.why is 'why the codes were set aside: a newer codebook (or, for codes that were not final, another coder), or the reason for correcting a complete record';
create policy imported on app.coding_before for select to hr_app using (case_id is null and (select sec.role()) = 'RM' and exists (select from app.record r where r.id = record_id));
alter table app.coding add third_wanted boolean not null default false;
comment on column app.coding.third_wanted is 'whether a check fires that lets the record close with a third coder''s agreement only';
grant update (third_wanted) on app.coding to hr_app;
grant update (third_wanted) on app.coding to hr_sec;
-- A merge has a reason too.
alter table app.record_pair drop constraint record_pair_reason_check;
alter table app.record_pair add constraint record_pair_reason_check check (reason in ('other_people', 'other_event', 'same_household', 'no_ground', 'merged_elsewhere', 'same_people', 'same_event', 'moved'));
reset role;

set role hr_sec;
-- A register manager opens a complete record again: all codings are kept as they are, with the reason, and the settled one opens for its coder.
-- Returns whose it is; nothing when it is not complete.
create function sec.reopen_record(target uuid, reason text) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.record; settled text; begin
  select * into r from app.record where id = target for update;
  if not found or sec.role() is distinct from 'RM' or r.state <> 'complete'
     or not exists (select from app.case_file f where f.id = r.case_id and sec.sees_process(f.bureau_id, f.practice)) then return null; end if;
  settled := coalesce(r.recoded_slot, (select c.slot from app.coding c where c.record_id = target and c.slot in ('c1', 'c3') and c.final_at is not null order by c.slot desc limit 1));
  insert into app.coding_before (record_id, case_id, slot, codebook, membership_id, codes, worked, version, apart_id, apart_version, final_at, why)
    select c.record_id, c.case_id, c.slot, r.codebook, c.membership_id, c.codes, c.worked, c.version, c.apart_id, i.version, c.final_at, reason
      from app.coding c left join app.item i on i.id = c.apart_id where c.record_id = target and (r.recoded_slot is null or c.slot = r.recoded_slot);
  update app.record set state = 'second_final', recoded_slot = settled, version = r.version + 1, changed_at = now() where id = target;
  update app.coding set final_at = null, changed_at = now() where record_id = target and slot = settled;
  return settled; end $$;
-- A past case out of a file goes over into a newer codebook, as far as its codes do; as it was loaded it stays beside.
create function sec.take_over_past_case(target uuid, new_codebook text, new_codes jsonb) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.record; begin
  select * into r from app.record where id = target for update;
  if not found or sec.role() is distinct from 'RM' or r.state <> 'imported' or r.codebook = new_codebook or r.bureau_id is distinct from sec.bureau() then return false; end if;
  insert into app.coding_before (record_id, case_id, slot, codebook, membership_id, codes, worked, version, apart_id, final_at, why)
    select c.record_id, null, c.slot, r.codebook, c.membership_id, c.codes, c.worked, c.version, null, c.final_at, 'codebook' from app.coding c where c.record_id = target;
  update app.coding set codes = new_codes, worked = null, version = version + 1, changed_at = now() where record_id = target;
  update app.record set codebook = new_codebook, version = r.version + 1, changed_at = now() where id = target;
  return true; end $$;
-- The cases of a coordinator's own bureau that what they are about to notify agrees with: the same fields and weights as between bureaus. Nothing
-- is kept of the question, and no field is told.
create function sec.own_alike(kinds text[], persons integer[], hashes bytea[], given_kinds text[], given_weights integer[], least_score integer) returns table (found_case uuid) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if sec.role() is distinct from 'CO' or cardinality(kinds) > 1000 then return; end if;
  return query
    with mine as (select m.kind, m.person, m.hash from unnest(kinds, persons, hashes) m (kind, person, hash)),
    given as (select w.kind, w.weight from unnest(given_kinds, given_weights) w (kind, weight)),
    light as (select l.kind from (select g.kind, sum(g.weight) over (order by g.weight, g.kind) as so_far from given g) l where l.so_far < least_score),
    near as materialized (select distinct o.record_id, r.case_id from mine m join app.record_mark o on o.kind = m.kind and o.hash = m.hash
       join app.record r on r.id = o.record_id and r.state <> 'merged' and r.case_id is not null and r.bureau_id = sec.bureau() where m.kind not in (select l.kind from light l)),
    hit as (select distinct o.record_id, m.kind, m.person as mine, o.person as theirs from near n join app.record_mark o on o.record_id = n.record_id
       join mine m on m.kind = o.kind and m.hash = o.hash and (o.person = 0) = (m.person = 0)),
    victim as (select h.record_id, sum(g.weight) as score from hit h join given g using (kind) where h.mine > 0 group by h.record_id, h.mine, h.theirs),
    best as (select v.record_id, max(v.score) as score from victim v group by v.record_id),
    event as (select h.record_id, sum(g.weight) as score from hit h join given g using (kind) where h.mine = 0 group by h.record_id)
    select n.case_id from near n left join event e on e.record_id = n.record_id left join best b on b.record_id = n.record_id
     where coalesce(e.score, 0) + coalesce(b.score, 0) >= least_score limit 20; end $$;
revoke all on function sec.own_alike(text[], integer[], bytea[], text[], integer[], integer) from public;
grant execute on function sec.own_alike(text[], integer[], bytea[], text[], integer[], integer) to hr_app;
-- How often codes stand in records, for whoever compares two codebooks: as counts, by codebook, variable and code; none of a practice register.
-- A variable that lies apart is not among them.
create function sec.codes_in_use() returns table (codebook text, variable text, code bigint, times bigint) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with kept as (
      select coalesce(c.worked_by, r.codebook) as codebook, c.codes from app.coding c join app.record r on r.id = c.record_id where not r.practice
      union all select b.codebook, b.codes from app.coding_before b join app.record r on r.id = b.record_id where not r.practice),
    cells as (
      select k.codebook, cell.key as variable, cell.value from kept k, jsonb_each(k.codes) as level, jsonb_array_elements(case when jsonb_typeof(level.value) = 'array' then level.value else '[]' end) as line,
        jsonb_each(case when jsonb_typeof(line) = 'object' then line else '{}' end) as cell where jsonb_typeof(cell.value) <> 'null')
  select c.codebook, c.variable, case when jsonb_typeof(one.value) = 'number' and one.value::text ~ '^-?[0-9]{1,9}$' then one.value::text::bigint end, count(*)
    from cells c, jsonb_array_elements(case when jsonb_typeof(c.value) = 'array' then c.value else jsonb_build_array(c.value) end) as one (value) group by 1, 2, 3 $$;
-- The codebooks they stand under.
create function sec.codebooks_in_use() returns setof text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select distinct r.codebook from app.record r union select distinct b.codebook from app.coding_before b $$;
revoke all on function sec.codes_in_use(), sec.codebooks_in_use() from public;
grant execute on function sec.codes_in_use(), sec.codebooks_in_use() to hr_owner;
revoke all on function sec.reopen_record(uuid, text), sec.take_over_past_case(uuid, text, jsonb) from public;
grant execute on function sec.reopen_record(uuid, text), sec.take_over_past_case(uuid, text, jsonb) to hr_app;
reset role;
set role hr_owner;
