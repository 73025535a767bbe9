set role hr_owner;
drop trigger kept on app.coding;
drop trigger kept on app.record;
drop trigger kept on app.project_listed;
drop trigger kept on app.project_person;
drop trigger kept on app.project;
drop function app.keeps_coding();
drop function app.keeps_record();
drop function app.keeps_project_listed();
drop function app.keeps_project_person();
drop function app.keeps_project();
drop policy begun on app.coding;
create policy begun on app.coding for insert to hr_app with check (membership_id = (select sec.hat()) and sec.codes_record(case_id) or (select sec.role()) = 'RM' and app.sees_case(case_id));
drop policy found on app.output_check;
create policy found on app.output_check for insert to hr_app with check ((select sec.role()) = 'OC' and membership_id = (select sec.hat())
    and exists (select from app.output_request r where r.id = request_id and r.state = 'open' and r.requested_by is distinct from (select sec.hat())));
drop policy settled on app.output_request;
create policy settled on app.output_request for update to hr_app using ((select sec.role()) = 'OC' and bureau_id is not distinct from (select sec.bureau()));
drop policy made_public on app.released_table;
drop policy released on app.released_table;
drop policy voted on app.project_change_vote;
create policy voted on app.project_change_vote for insert to hr_app with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(sec.project_of_change(change_id)));
drop policy settled on app.project_change;
create policy settled on app.project_change for update to hr_app using ((select sec.role()) = 'RC' and sec.decides_on_project(project_id));
drop policy asked on app.project_change;
create policy asked on app.project_change for insert to hr_app with check (state = 'open' and asked_by = (select sec.hat()) and case kind
    when 'renewal' then (select sec.role()) = 'RS' and exists (select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and p.state = 'approved')
    else (select sec.role()) = 'RC' and sec.decides_on_project(project_id) end);
drop policy ended on app.project_listed;
create policy ended on app.project_listed for update to hr_app using ((select sec.role()) in ('RC', 'RM') and sec.decides_on_project(project_id) or sec.takes_part_in_project(project_id));
drop policy listed on app.project_listed;
create policy listed on app.project_listed for insert to hr_app with check ((select sec.role()) = 'RC' and sec.decides_on_project(project_id));
drop policy voted on app.project_vote;
create policy voted on app.project_vote for insert to hr_app with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(project_id));
drop policy signed_or_ended on app.project_person;
create policy signed_or_ended on app.project_person for update to hr_app using (membership_id = (select sec.hat()) or sec.takes_part_in_project(project_id));
drop policy named on app.project_person;
create policy named on app.project_person for insert to hr_app with check (signed_at is null and exists (
    select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and p.state in ('draft', 'returned')));
drop policy decided on app.project;
create policy decided on app.project for update to hr_app using ((select sec.role()) in ('RC', 'RM') and state <> 'draft' and bureau_id is not distinct from (select sec.bureau()));
drop policy moved_by_applicant on app.project;
create policy moved_by_applicant on app.project for update to hr_app using (applicant_id = (select sec.hat())) with check (applicant_id = (select sec.hat()) and state in ('draft', 'submitted', 'withdrawn', 'ended'));
reset role;

set role hr_sec;
create or replace function sec.my_projects() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select p.id from app.project_person w join app.project p on p.id = w.project_id
   where w.membership_id = mine and w.signed_at is not null and (w.until is null or w.until > now()) and p.state = 'approved' and p.ends_on >= current_date; end $$;
drop function sec.settled(uuid);
drop function sec.request_ends(uuid, text);
drop function sec.output_agreed(uuid, text, boolean);
drop function sec.may_check(uuid);
drop function sec.change_agreed(uuid, text, date);
drop function sec.change_voted_by_two(uuid, boolean);
drop function sec.cells_voted(uuid);
drop function sec.voted_by_two(uuid, text);
drop function sec.deciders(uuid);
drop function sec.has_interest(uuid);
create function sec.output_agreed(snapshot uuid, question text) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.output_request r where r.snapshot_id = snapshot and r.question_id = question and
     (select count(distinct m.person_id) from app.output_check c join app.membership m on m.id = c.membership_id where c.request_id = r.id and c.verdict = 'release') >= 2); end $$;
revoke all on function sec.output_agreed(uuid, text) from public;
grant execute on function sec.output_agreed(uuid, text) to hr_app, hr_owner;
reset role;

set role hr_owner;
create policy released on app.released_table for insert to hr_app with check (public_at is null and sec.of_register(snapshot_id) and case (select sec.role())
    when 'RS' then released_by = (select sec.hat()) and not checked and project_id in (select sec.my_projects())
    when 'OC' then released_by = (select sec.hat()) and checked and sec.output_agreed(snapshot_id, question_id) else false end);
create policy made_public on app.released_table for update to hr_app using ((select sec.role()) = 'OC' and sec.of_register(snapshot_id) and sec.output_agreed(snapshot_id, question_id));
revoke select on app.project_vote, app.project_change_vote from hr_sec;
drop policy sec_reads on app.project_change_vote;
drop policy sec_reads on app.project_vote;
alter table app.project_person drop column change_id;
delete from app.project_change_vote v using app.project_change c where c.id = v.change_id and c.kind = 'person';
delete from app.project_change where kind = 'person';
alter table app.project_change drop constraint project_change_kind_check;
alter table app.project_change add constraint project_change_kind_check check (kind in ('renewal', 'withdrawal'));
alter table app.project_vote drop column cells;
delete from app.table_query where answer = 'family';
alter table app.table_query drop constraint table_query_answer_check;
alter table app.table_query add constraint table_query_answer_check check (answer in ('released', 'repeated', 'budget', 'quota', 'reconstruction'));
alter table app.output_request drop column refused_for;
