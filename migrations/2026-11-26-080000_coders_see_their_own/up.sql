-- A coder's context reads no record: its state, version and time of change tell of the other coder. What coding needs comes from a function
-- that knows only the coder's own progress until both are final, and declaring codes final moves the record without showing it.
set role hr_owner;
drop policy of_process on app.record;
create policy of_process on app.record for select to hr_app using ((select sec.role()) in ('CO', 'RM', 'NC', 'worker') and app.sees_case(case_id) or (select sec.role()) in ('CO', 'RM') and sec.codes_record(case_id));
drop policy moved on app.record;
create policy moved on app.record for update to hr_app using ((select sec.role()) = 'CO' and sec.codes_record(case_id) or (select sec.role()) = 'RM' and app.sees_case(case_id));
reset role;

set role hr_sec;
-- The records the hat codes, or one of them. Until both codings are final the state is that of the hat's own.
create function sec.records_coded(target uuid) returns table (id uuid, case_id uuid, compartment_id uuid, state text, codebook text, year integer, recoded_slot text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if sec.role() is distinct from 'CD' then return; end if;
  return query select r.id, r.case_id, r.compartment_id,
      case when r.state not in ('open', 'first_final') then r.state when c.final_at is null then 'open' else 'own_final' end, r.codebook, r.year, r.recoded_slot
    from app.coding c join app.record r on r.id = c.record_id
   where c.membership_id = mine and (target is null or r.id = target) and sec.codes_record(r.case_id); end $$;
-- How far a record is once the hat's own codes are final. Asked again, it moves nothing: it counts what is final.
create function sec.coding_final(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare own app.coding; r app.record; finished integer; now_is text; begin
  select * into r from app.record where id = target for update;
  select * into own from app.coding c where c.record_id = target and c.membership_id = sec.hat() and c.final_at is not null;
  if r.id is null or own.record_id is null or not sec.codes_record(r.case_id) then return; end if;
  select count(*) into finished from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') and c.final_at is not null;
  now_is := case when own.slot = 'c3' and r.state = 'second_final' then 'adjudicated'
                 when own.slot in ('c1', 'c2') and r.state in ('open', 'first_final') then case when finished = 2 then 'second_final' else 'first_final' end else r.state end;
  if now_is <> r.state then update app.record set state = now_is, version = version + 1, changed_at = now() where id = target; end if; end $$;
-- Whether a record whose codes the hat made went into another.
create function sec.own_merged(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.coding c join app.record r on r.id = c.record_id where c.record_id = target and c.membership_id = mine and r.state = 'merged'); end $$;
revoke all on function sec.records_coded(uuid), sec.coding_final(uuid), sec.own_merged(uuid) from public;
grant execute on function sec.records_coded(uuid), sec.coding_final(uuid), sec.own_merged(uuid) to hr_app;
reset role;

set role hr_owner;
-- Codes of a record that went into another are kept as they were, also by a coder, who sees no record.
drop policy not_merged on app.coding;
create policy not_merged on app.coding as restrictive for update to hr_app using (not sec.own_merged(record_id));
