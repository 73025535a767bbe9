-- A fact somebody declared by mistake can be taken back, as long as no step went by it. What the program records of a document, a meeting or a
-- relative has a subject, and stays.
set role hr_owner;
create policy taken_back on app.milestone for delete to hr_app using (subject_id = '00000000-0000-0000-0000-000000000000' and sec.moves_case(case_id));
grant delete on app.milestone to hr_app;
set role hr_owner;
