drop table app.recovery_share, app.membership, app.person, app.organisation, app.bureau cascade;
set role hr_sec;
drop function sec.is_national(), sec.shares_bureau_with(uuid);
set role hr_owner;
