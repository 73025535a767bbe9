-- What left the register for a project stays readable to its people when it has ended, was taken back or is past its last day: they cite it.
-- Nothing new is asked there, and of what others asked they see no more than everybody.
set role hr_sec;
-- Whether a table left for a project that is over and that the hat worked in, signed for; asked again there counts as well.
create function sec.left_in_mine(the_project uuid, snapshot uuid, the_outcome text, the_second text) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.project_person w join app.project p on p.id = w.project_id
   where w.membership_id = mine and w.signed_at is not null and (w.until is null or w.until > now())
     and (w.change_id is null or exists (select from app.project_change c where c.id = w.change_id and c.state = 'agreed'))
     and (p.state in ('ended', 'withdrawn') or p.state = 'approved' and p.ends_on < current_date)
     and (p.id = the_project or exists (select from app.table_query q where q.project_id = p.id and q.snapshot_id = snapshot and q.outcome = the_outcome
       and q.second is not distinct from the_second and q.answer in ('released', 'repeated')))); end $$;
revoke all on function sec.left_in_mine(uuid, uuid, text, text) from public;
grant execute on function sec.left_in_mine(uuid, uuid, text, text) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy sec_reads on app.table_query for select to hr_sec using (true);
grant select on app.table_query to hr_sec;
create policy of_ended_projects on app.released_table for select to hr_app
    using ((select sec.role()) = 'RS' and sec.of_register(snapshot_id) and sec.left_in_mine(project_id, snapshot_id, outcome, second));
