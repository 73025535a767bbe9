set role hr_sec;
drop function sec.withdraw_words(uuid);
drop function sec.read_by_others();
drop table sec.read_digest;
create or replace function sec.log_of(target uuid, before bigint, how_many integer) returns table (seq bigint, at timestamptz, role text, organisation_id uuid, membership_id uuid, action text, object_id uuid, result text)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.at, l.role, l.organisation_id, l.membership_id, l.action, l.object_id, l.result from sec.log_entry l
   where l.compartment_id = target and target in (select sec.my_compartments()) and (before is null or l.seq < before) order by l.seq desc limit least(how_many, 500) $$;
drop function sec.released_into(uuid);
drop function sec.opens_released(text);
drop function sec.leaders_of(uuid);
drop function sec.withdrawn(uuid);
reset role;
set role hr_owner;
revoke update (removed_at) on app.item from hr_sec;
drop policy sec_removes on app.item;
revoke select on app.passage from hr_sec;
drop policy sec_reads on app.passage;
revoke update (withdrawn_at) on app.relative from hr_sec;
revoke select on app.relative from hr_sec;
alter table app.relative drop column withdrawn_at;
drop policy sec_withdraws on app.relative;
drop policy sec_reads on app.relative;
revoke select (id, case_id, bureau_id, kind, version, published_on, taken_down_on) on app.publication from hr_sec;
drop policy sec_reads on app.publication;
drop policy a_day_before on app.publication;
drop policy worker_tells on app.publication;
drop policy of_worker on app.publication;
alter table app.publication drop column told_at, drop column relatives_told_at, drop column take_down_on;
