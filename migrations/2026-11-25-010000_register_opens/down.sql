-- Snapshots and the ledger go with it: what left can't be taken back, so a new ledger must not be begun on the same records.
set role hr_owner;
drop policy given_up on app.key_grant;
drop policy left_by_member on app.compartment_member;
drop policy made_for_project on app.compartment;
drop policy sec_reads on app.coding;
revoke select on app.coding from hr_sec;
drop policy committee on app.person;
drop policy committee on app.membership;
drop table app.output_check, app.output_request, app.table_query, app.released_table, app.project_listed, app.project_vote, app.project_person, app.project, frozen.case_row, frozen.snapshot cascade;
set role hr_sec;
drop function sec.my_projects(), sec.takes_part_in_project(uuid), sec.decides_on_project(uuid), sec.of_register(uuid), sec.ledger(uuid), sec.output_agreed(uuid, text), sec.final_pair(uuid);
create or replace function sec.names_members(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.compartment_member m where m.compartment_id = target and m.membership_id = sec.hat() and (m.until is null or m.until > now())
     and m.role in ('CO', 'CH', 'SE', 'AC', 'RM')) $$;
set role hr_owner;
drop schema frozen;
alter table app.record drop column case_no;
