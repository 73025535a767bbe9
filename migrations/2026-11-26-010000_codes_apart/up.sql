-- Values that never leave the register, or name somebody by themselves, no longer stand in app.coding: they lie in one sealed document a
-- coder, with the coder's notes, and what follows from the whole record is kept plain beside the codes (decision 0011).
set role hr_owner;
alter table app.coding add apart_id uuid references app.item;
alter table app.coding add apart_mac bytea check (length(apart_mac) = 32);
alter table app.coding add worked jsonb;
alter table app.coding add worked_by text;
alter table app.coding add open_count integer not null default 0 check (open_count >= 0);
comment on column app.coding.codes is 'codes that may stand plainly; the rest lies in the sealed document apart_id';
comment on column app.coding.apart_id is 'the sealed document with this coder''s other values and notes; empty until it was first saved';
comment on column app.coding.apart_mac is 'keyed hash of the sealed values when they became final: whether two coders agree can be told without opening them';
comment on column app.coding.worked is 'what follows from the whole record, worked out in the coder''s session: tables of rows, no value that lies apart';
comment on column app.coding.worked_by is 'the version of the codebook that worked it out; empty for codes saved before values lay apart';
comment on column app.coding.open_count is 'questions up to closing that nobody answered yet, of the whole record';
grant update (apart_id, apart_mac, worked, worked_by, open_count) on app.coding to hr_app;
-- A coder saves their own document anew until their codes are final.
create policy of_coder on app.item for update using (kind = 'codes' and author_id = (select sec.hat()) and exists (
    select from app.coding c where c.apart_id = item.id and c.membership_id = (select sec.hat()) and c.final_at is null));
-- A coder knows no other coder of a case, nor the term that ends when the first of them is done.
create policy blind on app.case_party as restrictive for select using ((select sec.role()) is distinct from 'CD' or role <> 'CD' or membership_id = (select sec.hat()));
create policy blind on app.deadline as restrictive for select using ((select sec.role()) is distinct from 'CD' or kind <> 'intake_codes');
reset role;

set role hr_sec;
-- Sealed codes that the hat opens and that wait for somebody: those of the notification for who begins to code, both codings for who
-- settles them, once both are final.
create function sec.codes_to_hand_on() returns table (item_id uuid, version integer, membership_id uuid) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select i.id, i.version, reader.membership_id
    from app.compartment_member m join app.record r on r.compartment_id = m.compartment_id
    join app.coding written on written.record_id = r.id join app.item i on i.id = written.apart_id and i.removed_at is null
    join app.coding reader on reader.record_id = r.id and reader.final_at is null
   where m.membership_id = mine and m.access in ('full', 'read') and (m.until is null or m.until > now()) and r.state <> 'complete'
     and (written.slot = 'intake' and reader.slot in ('c1', 'c2') and reader.apart_id is null
       or written.slot in ('c1', 'c2') and reader.slot = 'c3' and 2 = (select count(*) from app.coding f where f.record_id = r.id and f.slot in ('c1', 'c2') and f.final_at is not null))
     and not exists (select from app.item_grant g where g.item_id = i.id and g.version = i.version and g.membership_id = reader.membership_id)
   limit 200; end $$;
-- Both final codings of a record, for the third coder who settles it, and whether a sealed part goes with each.
drop function sec.final_pair(uuid);
create function sec.final_pair(target uuid) returns table (codes jsonb, apart boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if not exists (select from app.coding c where c.record_id = target and c.slot = 'c3' and c.membership_id = mine)
     or (select count(*) from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') and c.final_at is not null) < 2 then return; end if;
  return query select c.codes, c.apart_id is not null from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') order by c.slot; end $$;
revoke all on function sec.codes_to_hand_on(), sec.final_pair(uuid) from public;
grant execute on function sec.codes_to_hand_on(), sec.final_pair(uuid) to hr_app;
-- What a coder got for the time of coding ends with the record.
create or replace function sec.end_evidence() returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id join app.record r on r.case_id = c.case_id
    where i.id = g.item_id and g.purpose in ('evidence', 'coding') and (g.until is null or g.until > now()) and r.state = 'complete';
  get diagnostics done = row_count; return done; end $$;
set role hr_owner;
