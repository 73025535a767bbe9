set role hr_owner;
alter table app.answer_kept drop confirmed;
reset role;
set role hr_owner;
