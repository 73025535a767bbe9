-- A relative chooses whether the bureau's recovery applies to their place (`security.md` section 4; ruling 13).
set role hr_owner;
-- Nothing while nobody chose: it applies from birth.
alter table app.compartment add recovery boolean check (recovery is null or kind = 'kin');
grant update (recovery) on app.compartment to hr_sec;
reset role;
set role hr_sec;
-- The relative alone chooses. Without recovery no epoch is sealed to the bureau any more, the earlier ones neither. False for everybody else.
create function sec.choose_recovery(place uuid, applies boolean) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from app.compartment_member m join app.compartment c on c.id = m.compartment_id and c.kind = 'kin'
      where m.compartment_id = place and m.membership_id = sec.hat() and m.role = 'RE' and m.access = 'full' and (m.until is null or m.until > now())) then return false; end if;
  update app.compartment set recovery = applies where id = place;
  if not applies then delete from app.key_grant where compartment_id = place and for_recovery; end if;
  return true; end $$;
revoke all on function sec.choose_recovery(uuid, boolean) from public;
grant execute on function sec.choose_recovery(uuid, boolean) to hr_app;
reset role;
set role hr_owner;
