set role hr_sec;
create or replace function sec.my_granted_items() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select g.item_id from app.item_grant g where g.membership_id = mine and (g.until is null or g.until > now()); end $$;
reset role;
set role hr_owner;
