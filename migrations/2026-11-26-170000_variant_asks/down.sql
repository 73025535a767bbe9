set role hr_sec;
drop function sec.reviewer_from(uuid, uuid);
drop function sec.variant_of(uuid);
reset role;
set role hr_owner;
