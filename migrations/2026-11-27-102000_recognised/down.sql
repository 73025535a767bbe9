set role hr_owner;
create policy taken_down on app.name_token to hr_owner using (true);
delete from app.name_token where reason = 'recognised';
drop policy taken_down on app.name_token;
alter table app.name_token drop constraint name_token_reason_check;
alter table app.name_token add constraint name_token_reason_check check (reason in ('name', 'alias', 'address', 'worker', 'relative', 'organisation', 'date'));
