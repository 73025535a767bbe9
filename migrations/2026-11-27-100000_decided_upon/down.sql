set role hr_sec;
drop function sec.relatives_open(uuid);
reset role;
set role hr_owner;
revoke select on app.milestone from hr_sec;
drop policy sec_reads on app.milestone;
