set role hr_owner;
set role hr_sec;
drop function sec.accounts_beyond(uuid[]);
reset role;
set role hr_owner;
