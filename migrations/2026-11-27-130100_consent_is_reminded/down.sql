set role hr_owner;
drop policy reminded on app.thematic_item;
alter table app.thematic_item drop column reminded;
set role hr_owner;
