set role hr_owner;
drop table app.external_total;
