set role hr_owner;
set role hr_sec;
drop function sec.key_of_nation(uuid);
drop function sec.asks_the_nation();
reset role;
set role hr_owner;
