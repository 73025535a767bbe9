set role hr_owner;
drop policy not_merged on app.coding;
set role hr_sec;
create or replace function sec.end_evidence() returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id join app.record r on r.case_id = c.case_id
    where i.id = g.item_id and g.purpose = 'evidence' and (g.until is null or g.until > now()) and r.state = 'complete';
  get diagnostics done = row_count; return done; end $$;
drop function sec.settle_merge(uuid);
drop function sec.pair_records(text[], integer[], integer, integer);
drop function sec.agreeing(uuid, text[], integer[], integer);
drop function sec.place_marks(uuid, text[], integer[], bytea[]);
reset role;
set role hr_owner;
drop table app.merge_question, app.record_pair, app.mark_due, app.record_mark;
revoke update (state, merged_into_id, version, changed_at) on app.record from hr_sec;
revoke update (state, left_state, state_since, version, changed_at) on app.case_file from hr_sec;
revoke insert on app.case_step, app.organisation from hr_sec;
revoke update (done_at), select on app.deadline from hr_sec;
drop policy sec_merges on app.organisation;
drop policy sec_reads on app.deadline;
drop policy sec_merges on app.deadline;
drop policy sec_merges on app.case_step;
drop policy sec_merges on app.case_file;
drop policy sec_merges on app.record;
create policy moving on app.case_file to hr_owner using (true) with check (true);
create policy moving on app.record to hr_owner using (true) with check (true);
-- What was merged is closed in the old list of states; its step stays in the history.
update app.case_file set state = 'closed' where state = 'merged';
alter table app.case_file drop constraint case_file_state_check;
alter table app.case_file add constraint case_file_state_check check (state in ('notified','screening','deferred','not_reviewed','commissioned','preparation','gathering','panel','drafting','consultation','quality_review','decided','published','closed_unpublished','follow_up','closed'));
drop index app.record_merged_into;
alter table app.record drop constraint record_merged;
update app.record set state = 'open' where state = 'merged';
alter table app.record drop constraint record_state_check;
alter table app.record add constraint record_state_check check (state in ('open', 'first_final', 'second_final', 'adjudicated', 'complete'));
alter table app.record drop column merged_into_id;
drop policy moving on app.case_file;
drop policy moving on app.record;
