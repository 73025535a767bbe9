-- Who runs the accounts of a bureau, or of the nation, holds no share of its recovery key: one person would invite and confirm. Who is both already counts as
-- no officer who confirms.
set role hr_sec;
-- Whether a hat one has a code for would make one both in one bureau.
create function sec.administers_and_holds(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m join app.membership own on own.person_id = sec.me() and own.id <> m.id and own.state <> 'ended' and own.bureau_id is not distinct from m.bureau_id
   where m.id = target and (m.role = 'TA' and own.role = 'RP' or m.role = 'RP' and own.role = 'TA')) $$;
-- Whether who is signed in runs the accounts here, under whatever hat.
create function sec.administers() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership a where a.person_id = sec.me() and a.role = 'TA' and a.state = 'active' and a.bureau_id is not distinct from sec.bureau()) $$;
revoke all on function sec.administers_and_holds(uuid), sec.administers() from public;
grant execute on function sec.administers_and_holds(uuid), sec.administers() to hr_app;
-- As before, without those who run the accounts.
create or replace function sec.confirmers(of uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare own uuid[]; begin
  own := array(select distinct o.person_id from app.membership o where o.role = 'RP' and o.bureau_id is not distinct from of and o.person_id is not null and o.state = 'active' and (o.until is null or o.until > now())
     and not exists (select from app.membership t where t.person_id = o.person_id and t.role = 'TA' and t.state = 'active' and t.bureau_id is not distinct from of));
  return query select unnest(own);
  if cardinality(own) < 2 and exists (select from app.bureau b where b.id = of and b.recovery_public is not null and not b.practice) then
    return query select distinct o.person_id from app.membership o where o.role = 'RP' and o.bureau_id is null and o.person_id is not null and o.person_id <> all (own) and o.state = 'active' and (o.until is null or o.until > now())
       and not exists (select from app.membership t where t.person_id = o.person_id and t.role = 'TA' and t.state = 'active' and (t.bureau_id is null or t.bureau_id = of));
  end if; end $$;
-- As before; an administrator is told so.
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; me uuid := sec.me(); begin
  select * into m from app.membership t where t.id = target and (t.bureau_id is not distinct from sec.bureau() or t.role = 'RP' and sec.bureau() is null)
     and t.state in ('invited', 'waiting') and t.role not in ('TA', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat())
    or m.role = 'RP' and sec.role() <> 'RP' then return 'absent'; end if;
  if m.person_id = me then return 'own'; end if;
  if exists (select from app.membership a where a.person_id = me and a.role = 'TA' and a.state = 'active' and (a.bureau_id is not distinct from m.bureau_id or a.bureau_id is not distinct from sec.bureau())) then
    return 'administrator'; end if;
  if m.role = 'RP' and me not in (select sec.confirmers(m.bureau_id)) then return 'absent'; end if;
  if exists (select from app.membership i where i.id = m.invited_by and i.person_id = me) then return 'inviter'; end if;
  if m.state = 'invited' then return 'unredeemed'; end if;
  if m.first_confirmed_by is null or not exists (select from app.membership f where f.id = m.first_confirmed_by and f.state = 'active' and (f.until is null or f.until > now())) then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = me) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when not exists (select from sec.held_for(target)) then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
-- As before; but no administrator becomes an officer, and the reverse: the code stays good.
create or replace function sec.join_with(code bytea, second bytea) returns table (hat uuid, opens boolean) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare which uuid; m app.membership; told app.membership; held uuid[]; begin
  if not exists (select from sec.session s where s.id = sec.session() and s.person_id = sec.me() and s.sets_up is null and s.stepped_up_at > now() - interval '5 minutes') then
    raise exception 'not confirmed' using errcode = '42501'; end if;
  select f.id, f.membership_id into which, hat from sec.invitation_for(code, second) f;
  if which is null then return; end if;
  if sec.administers_and_holds(hat) then raise exception 'an administrator holds no share' using errcode = '42501'; end if;
  update sec.invitation set used_at = now(), enrolment_hash = null, enrolment_sealed = null where id = which and used_at is null;
  -- Somebody else was a moment earlier.
  if not found then return; end if;
  update app.membership t set person_id = sec.me() where t.id = hat;
  held := array(select sec.held_for(hat));
  update app.membership t set state = case when held = '{}' and sec.starts_at_once(hat, sec.me()) then 'active' else 'waiting' end
   where t.id = hat returning * into m;
  perform sec.tell_of_officer(hat);
  insert into app.notice (id, bureau_id, membership_id, kind, case_id, subject_id)
    select gen_random_uuid(), c.bureau_id, p.membership_id, 'task_assigned', c.id, hat from app.case_file c join app.case_party p on p.case_id = c.id
     where c.id = any(held) and p.role = 'CO' and (p.until is null or p.until > now());
  -- Told once, under one hat: the one worn; where none is, the oldest.
  select * into told from app.membership h where h.person_id = sec.me() and h.state = 'active' and (h.until is null or h.until > now())
   order by h.id = sec.hat() desc nulls last, h.id = hat, h.since limit 1;
  if told.id is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, urgent) values (gen_random_uuid(), told.bureau_id, told.id, 'role_added', true); end if;
  opens := m.state = 'active';
  return next; end $$;
reset role;
set role hr_owner;
