-- A table is asked in a project of one's own that is open; without one only where output is checked.
set role hr_owner;
drop policy asked on app.table_query;
create policy asked on app.table_query for insert to hr_app with check (membership_id = (select sec.hat()) and sec.of_register(snapshot_id)
  and case (select sec.role()) when 'RS' then project_id in (select sec.my_projects()) when 'OC' then exists (select from app.output_request r
    where r.snapshot_id = table_query.snapshot_id and r.project_id is not distinct from table_query.project_id and r.outcome = table_query.outcome) else false end);
set role hr_owner;
