set role hr_owner;
drop policy manager_named on app.case_party;
drop policy nation_known on app.membership;
drop table app.coding, app.record, app.evaluation, app.publication, app.name_token, app.recommendation, app.passage, app.question, app.relative, app.reflection_inner, app.reflection;
set role hr_sec;
create or replace function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.compartment_member where membership_id = sec.hat() and access = 'full' and (until is null or until > now()) $$;
drop function sec.in_case(uuid), sec.codes_record(uuid), sec.conflicted(uuid, uuid);
reset role;
set role hr_owner;
