set role hr_owner;
set role hr_sec;
drop function sec.log_in_days(uuid, text, text[], text[], text, date, date, integer), sec.acts_seen_in(uuid), sec.seen_in(uuid);
set role hr_owner;
