set role hr_sec;
drop function sec.phase_of_mine(uuid);
set role hr_owner;
