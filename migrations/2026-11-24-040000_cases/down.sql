alter table app.case_party drop constraint case_party_case_id_fkey;
alter table app.compartment drop constraint compartment_case_id_fkey;
drop table app.proposal, app.deadline, app.milestone, app.case_step cascade;
drop function app.sees_case(uuid);
drop table app.case_file cascade;
set role hr_sec;
drop function sec.my_cases(), sec.sees_process(uuid, boolean);
set role hr_owner;
