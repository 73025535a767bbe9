-- Lists come a page at a time from a row on: by day they walk these. That a term is seen with its case is asked term by term: as one list of all
-- cases one sees it took a national hat 0.2 s at 200,000.
set role hr_owner;
create index deadline_open_by_day on app.deadline (due_on, case_id) where done_at is null and paused_on is null;
create index recommendation_by_day on app.recommendation (due_on, id);
alter policy with_case on app.deadline using (exists (select from app.case_file c where c.id = case_id offset 0));
set role hr_owner;
