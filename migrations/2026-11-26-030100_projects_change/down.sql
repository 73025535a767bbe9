set role hr_owner;
drop table app.project_change_vote, app.project_change cascade;
set role hr_sec;
drop function sec.project_of_change(uuid), sec.outputs();
set role hr_owner;
