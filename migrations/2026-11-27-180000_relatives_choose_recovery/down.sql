set role hr_sec;
drop function sec.choose_recovery(uuid, boolean);
reset role;
set role hr_owner;
revoke update (recovery) on app.compartment from hr_sec;
alter table app.compartment drop column recovery;
set role hr_owner;
