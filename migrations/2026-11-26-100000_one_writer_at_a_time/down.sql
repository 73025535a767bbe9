set role hr_sec;
drop function sec.drafts_on(uuid), sec.keep_parked(uuid, bytea);
reset role;
set role hr_owner;
alter table app.item_draft drop column begun_at;
