-- Where a relative's case stands, for who belongs to that relative's place: the state and since when, and nothing else of the case. A frozen
-- place stays as it was on the day it was frozen, and does not say so (workflow.md section 7).
set role hr_sec;
create function sec.phase_of_mine(target uuid) returns table (state text, left_state text, since timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.to_state, case when s.to_state = 'deferred' then s.from_state end, s.at
     from app.relative r join app.compartment c on c.id = r.compartment_id join app.case_step s on s.case_id = r.case_id
    where r.id = target and r.compartment_id in (select sec.my_compartments()) and s.at <= coalesce(c.frozen_at, 'infinity') order by s.at desc limit 1 $$;
revoke all on function sec.phase_of_mine(uuid) from public;
grant execute on function sec.phase_of_mine(uuid) to hr_app;
set role hr_owner;
