set role hr_owner;
drop policy of_ended_projects on app.released_table;
drop policy sec_reads on app.table_query;
revoke select on app.table_query from hr_sec;
reset role;
set role hr_sec;
drop function sec.left_in_mine(uuid, uuid, text, text);
reset role;
set role hr_owner;
