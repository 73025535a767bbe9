-- A question's number runs over the case: a gap in their own would show a relative that others ask too. It is read by nobody but the function that gives it,
-- to the coordinator who places the question; and nobody brings one of their own.
set role hr_owner;
revoke select on app.question from hr_app;
grant select (id, relative_id, case_id, compartment_id, item_id, answer_item_id, state, due_on, asked_at, reminded) on app.question to hr_app;
create function app.numbers_no_question() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin if current_user = 'hr_app' then new.number := null; end if; return new; end $$;
revoke all on function app.numbers_no_question() from public;
create trigger unnumbered before insert on app.question for each row execute function app.numbers_no_question();
set role hr_owner;
