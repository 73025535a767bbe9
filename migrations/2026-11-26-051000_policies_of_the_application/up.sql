-- The application's policies are for the application's role. Until now they held for everybody, the definer functions' role among them: what
-- those functions are let in by (`sec_…`) stood beside policies that showed them the same, and its loss could not be noticed.
set role hr_owner;
do $$ declare p record; begin
  for p in select schemaname, tablename, policyname from pg_policies where schemaname in ('app', 'keys', 'frozen') and roles = '{public}' loop
    execute format('alter policy %I on %I.%I to hr_app', p.policyname, p.schemaname, p.tablename);
  end loop; end $$;
