set role hr_owner;
set role hr_sec;
drop function sec.told_twice(uuid);
reset role;
set role hr_owner;
