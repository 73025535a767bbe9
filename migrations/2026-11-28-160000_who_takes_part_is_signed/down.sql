set role hr_owner;
drop trigger unmarked on app.compartment_member;
drop trigger unmarked on app.case_party;
drop function app.an_end_takes_the_mark();
alter table app.case_party drop named_mac;
set role hr_owner;
