set role hr_owner;
drop policy once_decided on app.item;
reset role;
set role hr_sec;
drop function sec.assessment_is_open(uuid, uuid, timestamptz);
reset role;
set role hr_owner;
