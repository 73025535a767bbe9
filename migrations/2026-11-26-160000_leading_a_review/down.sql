set role hr_owner;
revoke update (owner_id) on app.recommendation from hr_app;
set role hr_owner;
