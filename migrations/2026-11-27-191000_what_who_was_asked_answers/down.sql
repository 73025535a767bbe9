set role hr_owner;
drop trigger unsettled on app.case_party;
drop function app.holds_unsettled();
drop table app.party_answer;
set role hr_owner;
