set role hr_owner;
drop index app.pair_by_likeness;
set role hr_owner;
