set role hr_owner;
drop policy asked on app.table_query;
create policy asked on app.table_query for insert to hr_app with check (membership_id = (select sec.hat()) and sec.of_register(snapshot_id) and (select sec.role()) in ('RS', 'OC'));
set role hr_owner;
