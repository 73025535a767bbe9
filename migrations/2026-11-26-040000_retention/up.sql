-- What is kept how long stands in config/retention.toml; here stands the least of it. Beside reflections and their copies now also
-- what lies in the other rooms of a case: twenty-four months after it ended, no sooner, whatever the code says.
set role hr_sec;
-- Whether a room of a case that goes no further may be emptied.
create function sec.room_due(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.compartment c join app.case_file f on f.id = c.case_id
     where c.id = target and f.state in ('not_reviewed', 'closed') and f.state_since <= now() - interval '24 months'); end $$;
create or replace function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and ((c.kind = 'reflection' or c.kind = 'panel' and exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else sec.room_due(c.id) end
     or c.kind <> 'reflection' and sec.room_due(c.id))) $$;
revoke all on function sec.room_due(uuid) from public;
grant execute on function sec.room_due(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
-- How a relative may be reached goes with their words.
create policy shredded_on_its_day on app.delivery for delete using ((select sec.role()) = 'worker' and sec.room_due(compartment_id));
