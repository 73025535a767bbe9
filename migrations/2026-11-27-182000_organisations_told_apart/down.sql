set role hr_owner;
alter table app.organisation drop place;
set role hr_owner;
