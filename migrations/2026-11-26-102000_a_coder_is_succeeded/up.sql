-- A coder who leaves before their codes are final has a successor, who begins as the coder did and sees nothing of what was coded. The codes
-- of who left are kept as they were, beside those of an earlier codebook, and open to nobody new.
set role hr_owner;
alter table app.coding_before drop constraint coding_before_pkey;
alter table app.coding_before add primary key (record_id, slot, codebook, membership_id);
grant update (membership_id, codes, version, apart_id, apart_mac, worked, worked_by, open_count) on app.coding to hr_sec;
create policy sec_ends on app.case_party for update to hr_sec using (true);
grant update (until) on app.case_party to hr_sec;
reset role;

set role hr_sec;
-- Returns whom the successor follows; nothing when there is nobody to follow. The settled codes of a record that went over into a newer
-- codebook are coded on, since nobody is blind to them any more.
create function sec.succeed_coder(target uuid, the_slot text, new_hat uuid, begun jsonb) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.record; old app.coding; begin
  select * into r from app.record where id = target for update;
  if not found or sec.role() is distinct from 'RM' or the_slot = 'intake' or r.state in ('complete', 'merged')
     or not exists (select from app.case_file f where f.id = r.case_id and sec.sees_process(f.bureau_id, f.practice)) then return null; end if;
  select * into old from app.coding c where c.record_id = target and c.slot = the_slot and c.final_at is null and c.membership_id <> new_hat;
  if old.record_id is null then return null; end if;
  insert into app.coding_before (record_id, case_id, slot, codebook, membership_id, codes, worked, version, apart_id, apart_version, final_at)
    select old.record_id, old.case_id, old.slot, coalesce(old.worked_by, r.codebook), old.membership_id, old.codes, old.worked, old.version, old.apart_id, i.version, null
      from (select) one left join app.item i on i.id = old.apart_id;
  update app.coding set membership_id = new_hat, codes = case when r.recoded_slot = the_slot then old.codes else begun end, version = old.version + 1, apart_id = null, apart_mac = null,
      worked = null, worked_by = case when r.recoded_slot = the_slot then old.worked_by end, open_count = 0, changed_at = now()
    where record_id = target and slot = the_slot;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id
    where i.id = g.item_id and g.membership_id = old.membership_id and g.purpose in ('evidence', 'coding') and (g.until is null or g.until > now()) and c.case_id = r.case_id;
  update app.case_party set until = now() where case_id = r.case_id and membership_id = old.membership_id and role = 'CD' and (until is null or until > now());
  return old.membership_id; end $$;
revoke all on function sec.succeed_coder(uuid, text, uuid, jsonb) from public;
grant execute on function sec.succeed_coder(uuid, text, uuid, jsonb) to hr_app;
reset role;
set role hr_owner;
