set role hr_owner;
drop index app.pair_by_likeness;
create index pair_by_likeness on app.record_pair ((state = 'open') desc, (state = 'proposed') desc, score desc, found_at);
alter table app.import drop column sealed_title;
drop index app.record_of_row;
alter table app.record drop column row_mac;
set role hr_owner;
