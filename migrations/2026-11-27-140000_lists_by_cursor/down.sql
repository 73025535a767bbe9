set role hr_owner;
alter policy with_case on app.deadline using (exists (select from app.case_file c where c.id = case_id));
drop index app.recommendation_by_day;
drop index app.deadline_open_by_day;
set role hr_owner;
