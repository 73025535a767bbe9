-- The role a backup is made with reads every table, past the policies, and writes none (`security.md` section 5). What signs contexts and the
-- sessions are in no backup: it may lock them, as `pg_dump` does with whatever it describes, which PostgreSQL gives only who may read.
do $$ declare s text; o text; begin
  foreach s in array array['app', 'keys', 'frozen', 'sec', 'migration'] loop
    o := case when s = 'sec' then 'hr_sec' else 'hr_owner' end;
    execute format('set role %I', o);
    execute format('grant usage on schema %I to hr_backup', s);
    execute format('grant select on all tables in schema %I to hr_backup', s);
    execute format('grant select on all sequences in schema %I to hr_backup', s);
    execute format('alter default privileges for role %I in schema %I grant select on tables to hr_backup', o, s);
    execute format('alter default privileges for role %I in schema %I grant select on sequences to hr_backup', o, s);
  end loop; end $$;
set role hr_owner;
