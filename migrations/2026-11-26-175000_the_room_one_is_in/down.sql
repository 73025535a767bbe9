set role hr_owner;
drop index app.coding_apart;
alter policy of_coder on app.item using (kind = 'codes' and author_id = (select sec.hat()) and exists (
    select from app.coding c where c.apart_id = item.id and c.membership_id = (select sec.hat()) and c.final_at is null));
alter policy of_members on app.item using (compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.item_version using (compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.key_grant using (compartment_id in (select sec.my_open_compartments()));
alter policy of_members on keys.item_key using (compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.compartment using (id in (select sec.my_compartments()));
alter policy of_members on app.compartment_member using (compartment_id in (select sec.my_compartments()));
reset role;
set role hr_sec;
drop function sec.room(), sec.codes_apart(uuid);
create or replace function sec.knows_hat(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.membership m where m.id = target and m.invited_by = mine)
      or exists (select from app.compartment_member other join app.compartment_member own on own.compartment_id = other.compartment_id
           where other.membership_id = target and own.membership_id = mine and (own.until is null or own.until > now())); end $$;
reset role;
set role hr_owner;
