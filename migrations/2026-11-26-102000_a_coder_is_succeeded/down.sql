-- Codes of who left stay where they were kept; of two with one codebook the later is given up.
set role hr_sec;
drop function sec.succeed_coder(uuid, text, uuid, jsonb);
reset role;
set role hr_owner;
drop policy sec_ends on app.case_party;
revoke update (until) on app.case_party from hr_sec;
revoke update (membership_id, codes, version, apart_id, apart_mac, worked, worked_by, open_count) on app.coding from hr_sec;
delete from app.coding_before b using app.coding_before o where o.record_id = b.record_id and o.slot = b.slot and o.codebook = b.codebook and (o.kept_at, o.membership_id) < (b.kept_at, b.membership_id);
alter table app.coding_before drop constraint coding_before_pkey;
alter table app.coding_before add primary key (record_id, slot, codebook);
