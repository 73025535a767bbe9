-- Who is asked whether two cases are one reads which the other is where their own bureau has both: its coordinators see all its cases. Of another
-- bureau's case nothing is told but whose it is.
set role hr_owner;
set role hr_sec;
create function sec.own_other_cases(target uuid) returns table (pair_id uuid, case_id uuid, number text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select q.pair_id, o.id, o.number from app.merge_question q join app.record_pair p on p.id = q.pair_id
     join app.record mine on mine.id in (p.first_id, p.second_id) and mine.case_id = q.case_id
     join app.record other on other.id in (p.first_id, p.second_id) and other.id <> mine.id join app.case_file o on o.id = other.case_id
   where q.case_id = target and sec.role() = 'CO' and o.bureau_id = sec.bureau() and sec.takes_part(target) $$;
revoke all on function sec.own_other_cases(uuid) from public;
grant execute on function sec.own_other_cases(uuid) to hr_app;
reset role;
set role hr_owner;
