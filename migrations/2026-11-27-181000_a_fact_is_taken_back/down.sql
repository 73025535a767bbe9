set role hr_owner;
revoke delete on app.milestone from hr_app;
drop policy taken_back on app.milestone;
set role hr_owner;
