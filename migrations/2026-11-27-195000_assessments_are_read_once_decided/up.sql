-- What a member of the committee found is their own until the committee has decided on what lies before it: neither the applicant nor another
-- member reads it before, in a list, by its address or in a search. What led to an earlier decision stays open.
set role hr_sec;
create function sec.assessment_is_open(within uuid, the_author uuid, last timestamptz) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin return the_author = mine or sec.role() = 'worker' or not exists (select from app.project p where p.compartment_id = within
    and (p.decided_at is null or p.state in ('submitted', 'withdrawn') and last > p.decided_at)); end $$;
revoke all on function sec.assessment_is_open(uuid, uuid, timestamptz) from public;
grant execute on function sec.assessment_is_open(uuid, uuid, timestamptz) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy once_decided on app.item as restrictive for select to hr_app
    using (case when kind = 'research-assessment' then sec.assessment_is_open(compartment_id, author_id, changed_at) else true end);
