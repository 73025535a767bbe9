-- The same walls, cheaper for who works in one room: the application names the room a transaction works in, and a policy asks of that room alone
-- whether it is open to the hat, before it asks for all rooms that are. The name opens nothing: a room that is not open to the hat is no room here,
-- and what lies elsewhere is seen as before. A coordinator of 134 cases belongs to 670 rooms, which every statement listed.
set role hr_sec;
create function sec.room() returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare named uuid := nullif(current_setting('hr.room', true), '')::uuid; mine uuid; begin
  if named is null then return null; end if;
  mine := sec.hat();
  if exists (select from app.compartment_member m join app.compartment c on c.id = m.compartment_id
     where m.compartment_id = named and m.membership_id = mine and m.access in ('full', 'read') and (m.until is null or m.until > now())
       and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = mine
           and p.role <> 'CO' and p.statement_signed_at is null)))
  then return named; end if;
  return null; end $$;
comment on function sec.room() is 'the room this transaction named, if it is open to the hat; else none';
-- Whether an item holds the hat's own codes, not final yet. Asked by a function: written into the policy, the policies of codings and records
-- came along into every plan that changes an item.
create function sec.codes_apart(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.coding c where c.apart_id = target and c.membership_id = mine and c.final_at is null); end $$;
revoke all on function sec.room(), sec.codes_apart(uuid) from public;
grant execute on function sec.room(), sec.codes_apart(uuid) to hr_app, hr_owner;
-- As before, from the other's rooms on and room by room: it ends at the first that is shared, and does not list all of one's own.
create or replace function sec.knows_hat(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.compartment_member other where other.membership_id = target and exists (
             select from app.compartment_member own where own.compartment_id = other.compartment_id and own.membership_id = mine and (own.until is null or own.until > now()) offset 0))
      or exists (select from app.membership m where m.id = target and m.invited_by = mine); end $$;
reset role;
set role hr_owner;
alter policy of_members on app.item using (compartment_id = (select sec.room()) or compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.item_version using (compartment_id = (select sec.room()) or compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.key_grant using (compartment_id = (select sec.room()) or compartment_id in (select sec.my_open_compartments()));
alter policy of_members on keys.item_key using (compartment_id = (select sec.room()) or compartment_id in (select sec.my_open_compartments()));
alter policy of_members on app.compartment using (id = (select sec.room()) or id in (select sec.my_compartments()));
alter policy of_members on app.compartment_member using (compartment_id = (select sec.room()) or compartment_id in (select sec.my_compartments()));
alter policy of_coder on app.item using (kind = 'codes' and author_id = (select sec.hat()) and sec.codes_apart(id));
create index coding_apart on app.coding (apart_id);
