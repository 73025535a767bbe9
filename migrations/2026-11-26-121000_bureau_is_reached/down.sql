set role hr_sec;
drop function sec.create_bureau(uuid, text, text, text, text, boolean, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz, text, text);
create function sec.create_bureau(new_bureau uuid, bureau_name text, bureau_zone text, bureau_calendar text, bureau_language text, is_practice boolean,
    new_membership uuid, account bytea, invitation uuid, code bytea, new_salt bytea, new_public bytea, expires timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.bureau (id, name, zone, calendar, language, practice) values (new_bureau, bureau_name, bureau_zone, bureau_calendar, bureau_language, is_practice);
  insert into app.membership (id, bureau_id, role, account_sealed) values (new_membership, new_bureau, 'TA', account);
  insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values (invitation, new_membership, code, new_salt, new_public, expires); end $$;
revoke all on function sec.create_bureau(uuid, text, text, text, text, boolean, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz) from public;
grant execute on function sec.create_bureau(uuid, text, text, text, text, boolean, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz) to hr_owner;
reset role;
set role hr_owner;
