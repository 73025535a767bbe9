set role hr_sec;
create or replace function sec.invite_administrator(bureau_name text, new_membership uuid, account bytea, invitation uuid, code bytea, new_salt bytea, new_public bytea, expires timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_bureaus uuid[]; begin
  found_bureaus := array(select b.id from app.bureau b where b.name = bureau_name);
  if cardinality(found_bureaus) <> 1 then return cardinality(found_bureaus); end if;
  insert into app.membership (id, bureau_id, role, account_sealed) values (new_membership, found_bureaus[1], 'TA', account);
  insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values (invitation, new_membership, code, new_salt, new_public, expires);
  perform sec.append('[{"action": "installation.administrator_invited"}]'::jsonb);
  return 1; end $$;
drop function sec.bureaus_called(text);
reset role;
set role hr_owner;
