set role hr_sec;
create or replace function sec.my_granted_items() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if exists (select from app.case_party p where p.membership_id = mine and p.role = 'QA' and p.statement_signed_at is null) then
    return query select g.item_id from app.item_grant g join app.item i on i.id = g.item_id join app.compartment c on c.id = i.compartment_id
     where g.membership_id = mine and (g.until is null or g.until > now())
       and not exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = mine and p.role = 'QA' and p.statement_signed_at is null);
  else
    return query select g.item_id from app.item_grant g where g.membership_id = mine and (g.until is null or g.until > now());
  end if; end $$;
reset role;
set role hr_owner;
