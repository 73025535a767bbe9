set role hr_owner;
set role hr_sec;
drop function sec.own_other_cases(uuid);
reset role;
set role hr_owner;
