set role hr_sec;
drop function sec.keys_so_far(uuid);
reset role;
set role hr_owner;
