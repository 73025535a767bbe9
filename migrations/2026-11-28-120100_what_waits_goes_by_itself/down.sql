set role hr_sec;
drop function sec.has_left(text, uuid);
drop function sec.forget_parked();
reset role;
set role hr_owner;
