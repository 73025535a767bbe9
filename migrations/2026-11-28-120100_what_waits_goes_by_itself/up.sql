-- Texts that wait are deleted on their day, whoever comes or does not come; and who was taken off a case reads no more what they typed of it, though the hat
-- they typed it under lives on.
set role hr_sec;
create function sec.forget_parked() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  delete from sec.parked k where k.created_at < now() - interval '72 hours';
  get diagnostics gone = row_count;
  return gone; end $$;
-- Whether the hat worn belonged to what an address leads to, and does no more: a case, a room, a reflection or a relative's place.
create function sec.has_left(place text, target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); room uuid; begin
  if place = 'cases' then
    return exists (select from app.case_party p where p.case_id = target and p.membership_id = mine and p.until <= now()) and not sec.in_case(target); end if;
  room := case place when 'rooms' then target when 'tasks' then (select r.compartment_id from app.reflection r where r.id = target)
    when 'relatives' then (select k.compartment_id from app.relative k where k.id = target) end;
  return exists (select from app.compartment_member m where m.compartment_id = room and m.membership_id = mine and m.until <= now()); end $$;
revoke all on function sec.forget_parked(), sec.has_left(text, uuid) from public;
grant execute on function sec.forget_parked(), sec.has_left(text, uuid) to hr_app;
reset role;
set role hr_owner;
