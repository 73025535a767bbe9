set role hr_owner;
drop trigger unnumbered on app.question;
drop function app.numbers_no_question();
revoke select (id, relative_id, case_id, compartment_id, item_id, answer_item_id, state, due_on, asked_at, reminded) on app.question from hr_app;
grant select on app.question to hr_app;
set role hr_owner;
