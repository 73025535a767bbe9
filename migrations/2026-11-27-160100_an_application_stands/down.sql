set role hr_owner;
drop policy while_written on app.item;
drop policy still_written on app.item;
reset role;
set role hr_sec;
drop function sec.project_takes(uuid, text, uuid, timestamptz);
reset role;
set role hr_owner;
