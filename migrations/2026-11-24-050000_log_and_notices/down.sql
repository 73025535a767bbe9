drop table app.notice, app.answer_kept;
set role hr_sec;
drop function sec.append(jsonb), sec.log_of(uuid, bigint, integer), sec.log_of_mine(bigint, integer), sec.log_page(bigint, integer), sec.log_end();
set role hr_owner;
set role hr_sec;
drop table sec.log_entry, sec.log_head;
set role hr_owner;
