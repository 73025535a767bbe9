-- Who writes a section of the report at this moment: others read, remark, and take over when the writer has stopped. Only that there is a
-- draft, never a word of it; and only in the report, which has several writers.
set role hr_owner;
alter table app.item_draft add column begun_at timestamptz not null default now();
grant update (begun_at) on app.item_draft to hr_app;
reset role;

set role hr_sec;
create function sec.drafts_on(target uuid) returns table (membership_id uuid, begun_at timestamptz, saved_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  return query select d.membership_id, d.begun_at, d.saved_at from app.item_draft d join app.item i on i.id = d.item_id join app.compartment c on c.id = i.compartment_id
   where d.item_id = target and c.kind = 'report' and i.removed_at is null
     and c.id in (select sec.my_writing_compartments()) order by d.saved_at desc; end $$;
revoke all on function sec.drafts_on(uuid) from public;
grant execute on function sec.drafts_on(uuid) to hr_app;

-- What is typed in a form that was never saved is kept like a form that came too late: sealed to its author, for the same 72 hours. The
-- page replaces what it kept before.
create function sec.keep_parked(which uuid, new_sealed bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare who uuid := sec.me(); found uuid; begin
  if who is null then return null; end if;
  update sec.parked set sealed = new_sealed, created_at = now() where id = which and person_id = who returning id into found;
  if found is null and (select count(*) from sec.parked k where k.person_id = who) < 50 then
    insert into sec.parked (person_id, sealed) values (who, new_sealed) returning id into found;
  end if;
  return found; end $$;
revoke all on function sec.keep_parked(uuid, bytea) from public;
grant execute on function sec.keep_parked(uuid, bytea) to hr_app;
reset role;
set role hr_owner;
