set role hr_sec;
create or replace function sec.drafts_on(target uuid) returns table (membership_id uuid, begun_at timestamptz, saved_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  return query select d.membership_id, d.begun_at, d.saved_at from app.item_draft d join app.item i on i.id = d.item_id join app.compartment c on c.id = i.compartment_id
   where d.item_id = target and c.kind = 'report' and i.removed_at is null
     and c.id in (select sec.my_writing_compartments()) order by d.saved_at desc; end $$;
reset role;
set role hr_owner;
