set role hr_owner;
do $$ declare p record; begin
  for p in select schemaname, tablename, policyname from pg_policies where schemaname in ('app', 'keys', 'frozen') and roles = '{hr_app}'
      and not (schemaname = 'frozen' and policyname in ('open_to_all', 'taken')) loop
    execute format('alter policy %I on %I.%I to public', p.policyname, p.schemaname, p.tablename);
  end loop; end $$;
