-- A hat is ended knowingly: what hangs on it is told first, with a reason; who alone holds a key is ended only where that is said once more; the
-- last administrator is not. With the hat end its parts in cases and its places, and those concerned hear of it. Taking a case on brings the
-- relatives whose contact is gone.
set role hr_owner;
alter table app.membership add ended_because text check (ended_because in ('left', 'other_role', 'mistake', 'safety', 'asked'));
alter table app.membership add ended_at timestamptz;
comment on column app.membership.ended_because is 'why the hat was ended, as a code';
grant update (ended_because, ended_at) on app.membership to hr_sec;
grant update (deputy) on app.compartment_member to hr_sec;
create policy sec_counts on app.recovery_share for select to hr_sec using (true);
grant select (bureau_id, officer_id) on app.recovery_share to hr_sec;
set role hr_sec;
-- Whether a hat is the caller's to end.
create function sec.may_end_hat(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership t where t.id = target and t.state <> 'ended' and t.bureau_id is not distinct from sec.bureau()
     and (sec.role() = 'TA' and t.role not in ('RE', 'SU') or t.invited_by = sec.hat())) $$;
-- The compartments of which a hat alone holds the key. Of a relative's place that is so where nobody else of the bureau does: their own key opens
-- it to them, and to who follows once they sign in.
create function sec.held_alone(target uuid) returns table (compartment_id uuid, case_id uuid, kind text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select c.id, c.case_id, c.kind from app.key_grant g join app.compartment c on c.id = g.compartment_id and c.epoch = g.epoch
     join app.compartment_member m on m.compartment_id = c.id and m.membership_id = target and m.access <> 'facts' and (m.until is null or m.until > now())
   where g.membership_id = target and not exists (
     select from app.key_grant o join app.compartment_member n on n.compartment_id = o.compartment_id and n.membership_id = o.membership_id and n.access <> 'facts' and (n.until is null or n.until > now())
       join app.membership h on h.id = o.membership_id and h.state = 'active' and (h.until is null or h.until > now())
     where o.compartment_id = c.id and o.epoch = c.epoch and o.membership_id <> target and (c.kind <> 'kin' or n.role = 'CO')) $$;
-- How many officers who are there hold halves of a bureau's recovery key, but for one. Who became one later holds none. Not for the application.
create function sec.officers_with_share(of uuid, but uuid) returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select count(distinct s.officer_id) from app.recovery_share s join app.membership o on o.id = s.officer_id and o.state = 'active' and (o.until is null or o.until > now())
   where s.bureau_id = of and s.officer_id is distinct from but $$;
-- The same of one's own bureau, for its administrators and officers.
create function sec.officers_holding() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case when sec.role() in ('TA', 'RP') then sec.officers_with_share(sec.bureau(), null) else 0 end $$;
-- What hangs on a hat, in numbers, for who may end it: no case and no relative is named to an administrator.
create function sec.hangs_on(target uuid) returns table (role text, led bigint, parts bigint, rooms_alone bigint, relatives bigint, relatives_alone bigint, administrators bigint, officers bigint, recovery boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare m app.membership; begin
  if not sec.may_end_hat(target) then return; end if;
  select * into m from app.membership t where t.id = target;
  return query select m.role,
    (select count(*) from app.case_party p join app.case_file c on c.id = p.case_id and c.state not in ('not_reviewed', 'closed', 'merged')
       where p.membership_id = target and p.role = 'CO' and not p.deputy and (p.until is null or p.until > now())),
    (select count(*) from app.case_party p join app.case_file c on c.id = p.case_id and c.state not in ('not_reviewed', 'closed', 'merged')
       where p.membership_id = target and (p.role <> 'CO' or p.deputy) and (p.until is null or p.until > now())),
    (select count(*) from sec.held_alone(target) a where a.kind <> 'kin'),
    (select count(*) from app.relative r where r.contact_id = target and r.state <> 'ended'),
    (select count(*) from sec.held_alone(target) a where a.kind = 'kin'),
    (select count(*) from app.membership o where o.id <> target and o.bureau_id = m.bureau_id and o.role = 'TA' and o.state = 'active' and (o.until is null or o.until > now())),
    case when exists (select from app.bureau b where b.id = m.bureau_id and b.recovery_public is not null) then sec.officers_with_share(m.bureau_id, target)
      else (select count(*) from app.membership o where o.id <> target and o.bureau_id = m.bureau_id and o.role = 'RP' and o.state = 'active' and (o.until is null or o.until > now())) end,
    coalesce((select b.recovery_public is not null from app.bureau b where b.id = m.bureau_id), false); end $$;
-- Lets go of everything a hat of the bureau has in cases. Who stood in follows: in a case as its coordinator, beside a relative as their contact. The
-- last wrap of a key stays where it is, closed with the hat: nothing is destroyed by an end. Not for the application.
create function sec.let_go(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare cases uuid[]; places uuid[]; r app.relative; follows uuid; begin
  cases := array(select p.case_id from app.case_party p where p.membership_id = target and (p.until is null or p.until > now()));
  places := array(select k.compartment_id from app.relative k where k.contact_id = target and k.state = 'active' and k.held is null and not k.wants_nothing);
  delete from app.key_grant g where g.membership_id = target and g.compartment_id not in (select a.compartment_id from sec.held_alone(target) a);
  update app.case_party set until = now() where membership_id = target and (until is null or until > now());
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  update app.item_grant set until = now(), sealed = '' where membership_id = target and (until is null or until > now());
  update app.case_party p set deputy = false from (
      select distinct on (d.case_id) d.case_id, d.membership_id from app.case_party d join app.membership h on h.id = d.membership_id and h.state = 'active'
      where d.case_id = any (cases) and d.role = 'CO' and d.deputy and d.until is null
        and not exists (select from app.case_party l where l.case_id = d.case_id and l.role = 'CO' and not l.deputy and (l.until is null or l.until > now()))
      order by d.case_id, d.since) heir
    where p.case_id = heir.case_id and p.membership_id = heir.membership_id;
  update app.relative k set contact_id = heir.membership_id from (
      select distinct on (m.compartment_id) m.compartment_id, m.membership_id from app.compartment_member m join app.membership h on h.id = m.membership_id and h.state = 'active'
      where m.role = 'CO' and m.membership_id <> target and (m.until is null or m.until > now()) order by m.compartment_id, m.deputy desc) heir
    where k.contact_id = target and heir.compartment_id = k.compartment_id;
  update app.compartment_member m set deputy = false from app.relative k
    where k.case_id = any (cases) and k.compartment_id = m.compartment_id and k.contact_id = m.membership_id and m.role = 'CO' and m.deputy;
  update app.compartment_member m set deputy = false from app.compartment c, app.case_party p
    where p.case_id = any (cases) and p.role = 'CO' and not p.deputy and p.membership_id = m.membership_id and c.id = m.compartment_id and c.case_id = p.case_id and c.kind <> 'kin' and m.deputy;
  -- Where nobody stood in beside a relative, who leads the case follows; their key comes when the relative next signs in.
  for r in select k.* from app.relative k where k.contact_id = target and k.state <> 'ended' loop
    follows := (select l.membership_id from app.case_party l join app.membership h on h.id = l.membership_id and h.state = 'active'
       where l.case_id = r.case_id and l.role = 'CO' and not l.deputy and (l.until is null or l.until > now()) and not exists (select from app.loan o where o.membership_id = l.membership_id) order by l.since limit 1);
    continue when follows is null;
    insert into app.compartment_member (compartment_id, membership_id, role, access, deputy) values (r.compartment_id, follows, 'CO', 'full', false)
      on conflict (compartment_id, membership_id) do update set until = null, access = 'full';
    update app.relative set contact_id = follows where id = r.id;
  end loop;
  -- Who goes on with it hears that something changed, and nothing more.
  insert into app.notice (id, bureau_id, membership_id, kind, case_id)
    select gen_random_uuid(), m.bureau_id, p.membership_id, 'state_changed', p.case_id from app.case_party p join app.membership m on m.id = p.membership_id and m.state = 'active'
     where p.case_id = any (cases) and (p.until is null or p.until > now());
  insert into app.notice (id, bureau_id, membership_id, kind)
    select gen_random_uuid(), h.bureau_id, m.membership_id, 'state_changed' from app.compartment_member m join app.membership h on h.id = m.membership_id and h.state = 'active'
     where m.compartment_id = any (places) and m.role = 'RE' and (m.until is null or m.until > now()); end $$;
drop function sec.end_hat(uuid);
create function sec.end_hat(target uuid, because text, at_once boolean) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  if not sec.may_end_hat(target) then return 'absent'; end if;
  select * into m from app.membership t where t.id = target for update;
  -- Two administrators who end each other wait for one another.
  perform pg_advisory_xact_lock(hashtextextended(coalesce(m.bureau_id, target)::text, 13));
  if m.role = 'TA' and m.state = 'active' and not exists (select from app.membership o where o.id <> target and o.bureau_id = m.bureau_id and o.role = 'TA' and o.state = 'active' and (o.until is null or o.until > now())) then
    return 'last'; end if;
  -- One officer alone can restore nothing, and nobody can give others a share.
  if m.role = 'RP' and m.state = 'active' and exists (select from app.recovery_share s where s.officer_id = target) and sec.officers_with_share(m.bureau_id, target) < 2 then return 'last_officers'; end if;
  if not at_once and exists (select from sec.held_alone(target)) then return 'alone'; end if;
  update app.membership t set state = 'ended', ended_because = because, ended_at = now() where t.id = target and t.state <> 'ended';
  if not found then return 'absent'; end if;
  perform sec.close_loan(target);
  if m.role in ('CO', 'CH', 'SE', 'PM', 'QA') then perform sec.let_go(target); end if;
  return 'ended'; end $$;
-- The rooms of a case, but those of relatives, of which somebody alone holds the key: for who ends their part.
create function sec.alone_in_case(the_case uuid, target uuid) returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin if sec.role() is distinct from 'CO' or not sec.leads_case(the_case) then return 0; end if;
  return (select count(*) from sec.held_alone(target) a where a.case_id = the_case and a.kind in ('case', 'coding', 'panel', 'report')); end $$;
-- Whether anybody who is there still holds the key of what is in a case, for coordinators of its bureau.
create function sec.key_is_held(the_case uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select sec.role() is distinct from 'CO' or not exists (select from app.compartment c where c.case_id = the_case and c.kind = 'case' and c.epoch > 0 and c.bureau_id = sec.bureau())
   or exists (select from app.compartment c join app.key_grant g on g.compartment_id = c.id and g.epoch = c.epoch
     join app.compartment_member m on m.compartment_id = c.id and m.membership_id = g.membership_id and m.access <> 'facts' and (m.until is null or m.until > now())
     join app.membership h on h.id = g.membership_id and h.state = 'active' and (h.until is null or h.until > now())
   where c.case_id = the_case and c.kind = 'case' and c.bureau_id = sec.bureau()) $$;
-- How many relatives a case has, for who coordinates it: also those whose place is another's, or nobody's any more.
create function sec.count_relatives(the_case uuid) returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case when sec.role() = 'CO' and sec.leads_case(the_case) then (select count(*) from app.relative r where r.case_id = the_case and r.state <> 'ended') else 0 end $$;
-- Where a relative's contact is gone, who coordinates the case is told instead; where nobody does, the bureau's other coordinators. True where that is so.
create function sec.tell_instead(of uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.relative; told integer; begin
  select * into r from app.relative t where t.id = of and t.compartment_id in (select sec.my_compartments());
  if r.id is null or exists (select from app.membership m where m.id = r.contact_id and m.state = 'active' and (m.until is null or m.until > now())) then return false; end if;
  insert into app.notice (id, bureau_id, membership_id, kind, case_id)
    select gen_random_uuid(), m.bureau_id, m.id, 'task_assigned', r.case_id from app.case_party p join app.membership m on m.id = p.membership_id and m.state = 'active'
     where p.case_id = r.case_id and p.role = 'CO' and (p.until is null or p.until > now());
  get diagnostics told = row_count;
  if told = 0 then
    insert into app.notice (id, bureau_id, membership_id, kind, case_id)
      select gen_random_uuid(), m.bureau_id, m.id, 'task_assigned', r.case_id from app.membership m join app.case_file c on c.id = r.case_id and c.bureau_id = m.bureau_id
       where m.role = 'CO' and m.state = 'active' and (m.until is null or m.until > now()) and not exists (select from app.loan l where l.membership_id = m.id);
  end if;
  return true; end $$;
-- Whom the worker reminds of what waits with a relative: their contact; where that one is gone, who coordinates the case, or a coordinator of the bureau.
create function sec.in_charge(of uuid) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce(
     (select m.id from app.membership m where m.id = r.contact_id and m.state = 'active' and (m.until is null or m.until > now())),
     (select m.id from app.case_party p join app.membership m on m.id = p.membership_id and m.state = 'active' and (m.until is null or m.until > now())
       where p.case_id = r.case_id and p.role = 'CO' and (p.until is null or p.until > now()) order by p.deputy, p.since limit 1),
     (select m.id from app.membership m join app.case_file c on c.id = r.case_id and c.bureau_id = m.bureau_id where m.role = 'CO' and m.state = 'active' and (m.until is null or m.until > now())
       and not exists (select from app.loan l where l.membership_id = m.id) order by m.since limit 1), r.contact_id)
   from app.relative r where r.id = of and sec.role() = 'worker' $$;
-- As before; who takes a case on follows as contact of the relatives whose contact is gone. Their key comes when the relative next signs in.
create or replace function sec.take_on(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); lent boolean; ends timestamptz; kin app.relative; begin
  if sec.role() is distinct from 'CO' or not exists (select from app.case_file c where c.id = target and c.bureau_id = sec.bureau() and c.state <> 'merged') then return 'absent'; end if;
  perform pg_advisory_xact_lock(hashtextextended(target::text, 12));
  if sec.has_coordinator(target) then return 'led'; end if;
  if sec.conflicted(target, mine) then return 'conflict'; end if;
  lent := exists (select from app.loan l where l.membership_id = mine);
  select m.until into ends from app.membership m where m.id = mine;
  insert into app.case_party (case_id, membership_id, role, until) values (target, mine, 'CO', ends)
    on conflict (case_id, membership_id) do update set until = excluded.until, deputy = false;
  update app.loan set rooms = array(select r from unnest(rooms) r except select c.id from app.compartment c where c.case_id = target) where membership_id = mine;
  insert into app.compartment_member (compartment_id, membership_id, role, access, deputy, until)
    select c.id, mine, 'CO', case when lent then 'facts' else 'full' end, false, ends from app.compartment c where c.case_id = target and c.kind in ('case', 'coding', 'panel', 'report') and c.epoch > 0
    on conflict (compartment_id, membership_id) do update set access = excluded.access, until = excluded.until;
  if lent then return 'taken'; end if;
  for kin in select k.* from app.relative k join app.membership h on h.id = k.contact_id where k.case_id = target and k.state <> 'ended' and h.state = 'ended' loop
    insert into app.compartment_member (compartment_id, membership_id, role, access, deputy) values (kin.compartment_id, mine, 'CO', 'full', false)
      on conflict (compartment_id, membership_id) do update set until = null, access = 'full';
    update app.relative set contact_id = mine where id = kin.id;
  end loop;
  return 'taken'; end $$;
revoke all on function sec.officers_with_share(uuid, uuid), sec.officers_holding(), sec.may_end_hat(uuid), sec.held_alone(uuid), sec.hangs_on(uuid), sec.let_go(uuid), sec.end_hat(uuid, text, boolean), sec.alone_in_case(uuid, uuid), sec.key_is_held(uuid),
  sec.count_relatives(uuid), sec.tell_instead(uuid), sec.in_charge(uuid) from public;
-- Who was ended before is let go of too.
do $$ declare gone record; begin
  for gone in select h.id from app.membership h where h.state = 'ended' and h.role in ('CO', 'CH', 'SE', 'PM', 'QA')
      and exists (select from app.case_party p where p.membership_id = h.id and (p.until is null or p.until > now())) loop
    perform sec.let_go(gone.id);
  end loop; end $$;
grant execute on function sec.officers_holding(), sec.hangs_on(uuid), sec.end_hat(uuid, text, boolean), sec.alone_in_case(uuid, uuid), sec.key_is_held(uuid), sec.count_relatives(uuid), sec.tell_instead(uuid), sec.in_charge(uuid) to hr_app;
reset role;
set role hr_owner;
