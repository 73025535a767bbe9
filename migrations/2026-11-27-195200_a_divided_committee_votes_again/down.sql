set role hr_owner;
drop policy voted_again on app.project_vote;
revoke update (vote, cells, voted_at) on app.project_vote from hr_app;
reset role;
set role hr_sec;
drop function sec.committee_divided(uuid);
drop function sec.committee_stands(uuid);
reset role;
set role hr_owner;
