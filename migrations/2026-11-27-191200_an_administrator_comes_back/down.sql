set role hr_sec;
drop function sec.invite_administrator(text, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz);
reset role;
set role hr_owner;
