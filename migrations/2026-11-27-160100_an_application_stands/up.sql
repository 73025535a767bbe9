-- What the committee decides on is what stands: an application is written until it is handed in, and an assessment, its author's alone, until the
-- committee decides. While a project runs a member may write one more, on why it is to end.
set role hr_sec;
create function sec.project_takes(within uuid, the_kind text, the_author uuid, last timestamptz) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin return exists (select from app.project p where p.compartment_id = within and case the_kind
    when 'research-application' then p.state in ('draft', 'returned')
    else the_author = mine and p.state in ('submitted', 'approved') and (last is null or p.decided_at is null or last > p.decided_at) end); end $$;
revoke all on function sec.project_takes(uuid, text, uuid, timestamptz) from public;
grant execute on function sec.project_takes(uuid, text, uuid, timestamptz) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy while_written on app.item as restrictive for insert to hr_app
    with check (case when kind in ('research-application', 'research-assessment') then sec.project_takes(compartment_id, kind, author_id, null) else true end);
create policy still_written on app.item as restrictive for update to hr_app
    using (case when kind in ('research-application', 'research-assessment') then sec.project_takes(compartment_id, kind, author_id, changed_at) else true end);
