-- What was typed too late, or is being typed, belongs to the hat it was typed under: who is lent no longer, or no more in a bureau, does not read it
-- under another hat. It is kept only while that hat lives, and goes after its 72 hours for good.
set role hr_sec;
alter table sec.parked add membership_id uuid;
comment on column sec.parked.membership_id is 'the hat it was typed under; null where none was worn: then it is about one''s account';
-- From before: who ever had one hat typed under that; of others nobody can say.
delete from sec.parked k where (select count(*) from app.membership m where m.person_id = k.person_id) <> 1;
update sec.parked k set membership_id = (select m.id from app.membership m where m.person_id = k.person_id);

drop function sec.parking(bytea);
create function sec.parking(handle bytea) returns table (person_id uuid, public_key bytea, membership_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.person_id, p.public_key, s.membership_id from sec.session s join app.person p on p.id = s.person_id where s.handle_hash = sha256(handle)
     and s.ends_at > now() - interval '72 hours' and (s.ended_because is null or s.ended_because in ('signed_out'))
     and (s.membership_id is null or exists (select from app.membership m where m.id = s.membership_id and m.person_id = s.person_id and m.state = 'active'
          and (m.until is null or m.until > now()))) $$;
create or replace function sec.park(handle bytea, new_sealed bytea) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid; worn uuid; begin
  select p.person_id, p.membership_id into who, worn from sec.parking(handle) p;
  delete from sec.parked k where k.created_at < now() - interval '72 hours';
  if who is null or (select count(*) from sec.parked k where k.person_id = who) >= 50 then return false; end if;
  insert into sec.parked (person_id, membership_id, sealed) values (who, worn, new_sealed); return true; end $$;
-- The hat worn lives, or there would be no session.
create or replace function sec.my_parked() returns table (id uuid, sealed bytea, created_at timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select k.id, k.sealed, k.created_at from sec.parked k where k.person_id = sec.me() and (k.membership_id is null or k.membership_id = sec.hat())
     and k.created_at > now() - interval '72 hours' order by k.created_at $$;
create or replace function sec.keep_parked(which uuid, new_sealed bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare who uuid := sec.me(); found uuid; begin
  if who is null then return null; end if;
  delete from sec.parked k where k.created_at < now() - interval '72 hours';
  update sec.parked set sealed = new_sealed, created_at = now() where id = which and person_id = who and membership_id is not distinct from sec.hat() returning id into found;
  if found is null and (select count(*) from sec.parked k where k.person_id = who) < 50 then
    insert into sec.parked (person_id, membership_id, sealed) values (who, sec.hat(), new_sealed) returning id into found;
  end if;
  return found; end $$;
revoke all on function sec.parking(bytea) from public;
grant execute on function sec.parking(bytea) to hr_app;
reset role;
set role hr_owner;
