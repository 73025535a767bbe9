-- Who typed codes of a case, with the notification or as a coder who was followed by another, is blind to nothing: neither its second nor its third
-- coder. The same person under another hat is the same person.
set role hr_sec;
create function sec.typed_codes(target uuid, hat uuid, the_slot text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with who as (select m.id from app.membership m where m.id = hat or m.person_id = (select o.person_id from app.membership o where o.id = hat))
  select sec.role() is not distinct from 'RM' and (
    exists (select from app.coding c where c.record_id = target and c.membership_id in (select w.id from who w) and (the_slot <> 'c1' or c.slot <> 'intake'))
    or the_slot <> 'c1' and exists (select from app.coding_before b where b.record_id = target and b.slot <> the_slot and b.membership_id in (select w.id from who w))) $$;
revoke all on function sec.typed_codes(uuid, uuid, text) from public;
grant execute on function sec.typed_codes(uuid, uuid, text) to hr_app;
reset role;
set role hr_owner;
alter policy begun on app.coding with check (slot = 'intake' and membership_id = (select sec.hat()) and (select sec.role()) = 'CO' and sec.codes_record(case_id)
    or slot <> 'intake' and final_at is null and (select sec.role()) = 'RM' and app.sees_case(case_id) and not sec.typed_codes(record_id, membership_id, slot));
