do $$ declare s text; o text; begin
  foreach s in array array['app', 'keys', 'frozen', 'sec', 'migration'] loop
    o := case when s = 'sec' then 'hr_sec' else 'hr_owner' end;
    execute format('set role %I', o);
    execute format('alter default privileges for role %I in schema %I revoke select on tables from hr_backup', o, s);
    execute format('alter default privileges for role %I in schema %I revoke select on sequences from hr_backup', o, s);
    execute format('revoke select on all sequences in schema %I from hr_backup', s);
    execute format('revoke select on all tables in schema %I from hr_backup', s);
    execute format('revoke usage on schema %I from hr_backup', s);
  end loop; end $$;
set role hr_owner;
