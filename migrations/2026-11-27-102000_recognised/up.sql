-- Words by which one would be recognised in a small place, beside names: nicknames, neighbourhoods, boats, churches, employers. They are hashed as
-- names are, with a reason of their own.
set role hr_owner;
alter table app.name_token drop constraint name_token_reason_check;
alter table app.name_token add constraint name_token_reason_check check (reason in ('name', 'alias', 'address', 'worker', 'relative', 'organisation', 'date', 'recognised'));
