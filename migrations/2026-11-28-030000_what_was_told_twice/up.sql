-- Who told that a case was notified twice by their own bureau reads what was told, and what became of it: the other case is of their bureau too,
-- and the register manager judges it without a word to anybody until then.
set role hr_owner;
set role hr_sec;
create function sec.told_twice(target uuid) returns table (number text, state text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select o.number, p.state from app.record mine join app.record_pair p on mine.id in (p.first_id, p.second_id) and 'told' = any(p.kinds)
     join app.record other on other.id in (p.first_id, p.second_id) and other.id <> mine.id join app.case_file o on o.id = other.case_id
   where mine.case_id = target and p.state in ('open', 'rejected') and sec.role() = 'CO' and o.bureau_id = sec.bureau() and sec.leads_case(target) order by o.number $$;
revoke all on function sec.told_twice(uuid) from public;
grant execute on function sec.told_twice(uuid) to hr_app;
reset role;
set role hr_owner;
