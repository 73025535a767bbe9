-- The definer functions do not read the officers' shares: they need no sight of them.
set role hr_owner;
drop policy sec_reads on app.recovery_share;
revoke select on app.recovery_share from hr_sec;
