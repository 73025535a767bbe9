-- A recommendation that was changed is adopted anew, and its owner may be another.
set role hr_owner;
grant update (owner_id) on app.recommendation to hr_app;
set role hr_owner;
