-- What lies apart stays sealed in its documents; only the way to it goes.
set role hr_sec;
drop function sec.codes_to_hand_on();
drop function sec.final_pair(uuid);
create function sec.final_pair(target uuid) returns table (codes jsonb) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if not exists (select from app.coding c where c.record_id = target and c.slot = 'c3' and c.membership_id = mine)
     or (select count(*) from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') and c.final_at is not null) < 2 then return; end if;
  return query select c.codes from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') order by c.slot; end $$;
revoke all on function sec.final_pair(uuid) from public;
grant execute on function sec.final_pair(uuid) to hr_app, hr_owner;
create or replace function sec.end_evidence() returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id join app.record r on r.case_id = c.case_id
    where i.id = g.item_id and g.purpose = 'evidence' and (g.until is null or g.until > now()) and r.state = 'complete';
  get diagnostics done = row_count; return done; end $$;
reset role;
set role hr_owner;
drop policy blind on app.deadline;
drop policy blind on app.case_party;
drop policy of_coder on app.item;
alter table app.coding drop column apart_id, drop column apart_mac, drop column worked, drop column worked_by, drop column open_count;
comment on column app.coding.codes is null;
set role hr_owner;
