drop schema keys cascade;
drop schema app cascade;
set role hr_sec;
drop schema sec cascade;
set role hr_owner;
