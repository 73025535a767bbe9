-- A bureau is found by its name, whatever case and spaces it is written with, or by its id where several have that name.
set role hr_owner;
set role hr_sec;
create function sec.bureaus_called(called text) returns table (id uuid, name text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select b.id, b.name from app.bureau b where lower(regexp_replace(b.name, '\s+', '', 'g')) = lower(regexp_replace(called, '\s+', '', 'g')) or b.id::text = lower(btrim(called)) order by b.name, b.id $$;
revoke all on function sec.bureaus_called(text) from public;
grant execute on function sec.bureaus_called(text) to hr_owner;
create or replace function sec.invite_administrator(bureau_name text, new_membership uuid, account bytea, invitation uuid, code bytea, new_salt bytea, new_public bytea, expires timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_bureaus uuid[]; begin
  found_bureaus := array(select b.id from sec.bureaus_called(bureau_name) b);
  if cardinality(found_bureaus) <> 1 then return cardinality(found_bureaus); end if;
  insert into app.membership (id, bureau_id, role, account_sealed) values (new_membership, found_bureaus[1], 'TA', account);
  insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values (invitation, new_membership, code, new_salt, new_public, expires);
  perform sec.append('[{"action": "installation.administrator_invited"}]'::jsonb);
  return 1; end $$;
reset role;
set role hr_owner;
