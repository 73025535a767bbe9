-- Who told of an interest in a case, or said that they know somebody in it, is held there under whatever hat: the answer is the person's (rulings.md 18).
-- What the coordinator lets in later, under the one hat or the other, counts from then on.
set role hr_sec;
create function sec.knows_elsewhere(target uuid, the_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
       join app.party_answer a on a.case_id = target and a.membership_id = other.id
     where mine.id = the_hat and (a.answer = 'conflict' or a.why = 'knows_somebody') and a.settled is distinct from 'admitted'
       -- What who is held answers is kept for them: it is the hold that says so, not they.
       and not exists (select from sec.held o where o.case_id = target and o.membership_id = other.id and (o.settled is null or o.settled_at > a.at))
       and not exists (select from sec.held h where h.case_id = target and h.membership_id = the_hat and h.settled = 'admitted' and h.settled_at >= a.at)
       and not exists (select from app.party_answer own where own.case_id = target and own.membership_id = the_hat and own.settled = 'admitted' and own.settled_at >= a.at)) $$;
-- The same of the hat worn: what its wearer said themself.
create function sec.told_elsewhere(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select sec.hat() is not null and sec.knows_elsewhere(target, sec.hat()) $$;
revoke all on function sec.knows_elsewhere(uuid, uuid), sec.told_elsewhere(uuid) from public;
grant execute on function sec.told_elsewhere(uuid) to hr_app;
-- As before; or by what its person answered under another.
create or replace function sec.is_held(target uuid, the_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from sec.held h where h.case_id = target and h.membership_id = the_hat and h.settled is null) or sec.knows_elsewhere(target, the_hat) $$;
-- As before; and whom an answer holds.
create or replace function sec.hold(target uuid, the_hat uuid, room uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not sec.in_case(target) or not (sec.conflicted(target, the_hat) or sec.knows_elsewhere(target, the_hat)) or room is not null and not exists (select from app.compartment c where c.id = room and c.case_id = target) then return false; end if;
  insert into sec.held (case_id, membership_id, compartment_id) values (target, the_hat, room)
    on conflict (case_id, membership_id) do update set compartment_id = excluded.compartment_id, at = now(), settled = null, settled_by_id = null, settled_at = null;
  insert into app.notice (id, bureau_id, membership_id, kind, case_id, subject_id)
    select gen_random_uuid(), c.bureau_id, p.membership_id, 'task_assigned', c.id, the_hat from app.case_file c join app.case_party p on p.case_id = c.id
     where c.id = target and p.role = 'CO' and (p.until is null or p.until > now());
  return true; end $$;
-- As before, with who told of an interest, or said they know somebody, under another hat.
create or replace function sec.held_in(target uuid) returns table (hat uuid, held_role text, other uuid, other_role text, lifts boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select distinct on (m.id) m.id, m.role, o.id, o.role, (m.role in ('RE', 'SU')) = (o.role in ('RE', 'SU'))
   from app.membership m join app.membership o on o.person_id = m.person_id and o.id <> m.id
     and ((m.role in ('RE', 'SU')) <> (o.role in ('RE', 'SU')) or (m.organisation_id is null) <> (o.organisation_id is null)
       or exists (select from app.party_answer a where a.case_id = target and a.membership_id = o.id and (a.answer = 'conflict' or a.why = 'knows_somebody') and a.settled is distinct from 'admitted'))
   where sec.role() = 'CO' and exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role = 'CO' and (p.until is null or p.until > now()))
     and (m.state <> 'ended' and exists (select from sec.held h where h.case_id = target and h.membership_id = m.id and h.settled is null)
       or m.state <> 'ended' and sec.knows_elsewhere(target, m.id)
         and exists (select from app.case_party p where p.case_id = target and p.membership_id = m.id and (p.until is null or p.until > now()))
         and not exists (select from app.party_answer a where a.case_id = target and a.membership_id = m.id and a.settled is null)
       or m.state = 'waiting' and target in (select h.id from sec.held_for(m.id) h(id))
       and m.id in (select p.membership_id from app.case_party p where p.case_id = target
         union select k.membership_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target
         union select r.contact_id from app.reflection r where r.case_id = target))
     and (exists (select from app.case_party p where p.case_id = target and p.membership_id = o.id)
       or exists (select from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target and k.membership_id = o.id))
   order by m.id, (m.role in ('RE', 'SU')) <> (o.role in ('RE', 'SU')) desc, o.since $$;
-- As before; nor does who said that they know somebody take a case on.
create or replace function sec.take_on(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); lent boolean; ends timestamptz; kin app.relative; begin
  if sec.role() is distinct from 'CO' or not exists (select from app.case_file c where c.id = target and c.bureau_id = sec.bureau() and c.state <> 'merged') then return 'absent'; end if;
  perform pg_advisory_xact_lock(hashtextextended(target::text, 12));
  if sec.has_coordinator(target) then return 'led'; end if;
  if sec.conflicted(target, mine) or exists (select from app.party_answer a join app.membership h on h.id = a.membership_id and h.person_id = sec.me()
     where a.case_id = target and (a.answer = 'conflict' or a.why = 'knows_somebody') and a.settled is distinct from 'admitted') then return 'conflict'; end if;
  lent := exists (select from app.loan l where l.membership_id = mine);
  select m.until into ends from app.membership m where m.id = mine;
  insert into app.case_party (case_id, membership_id, role, until) values (target, mine, 'CO', ends)
    on conflict (case_id, membership_id) do update set until = excluded.until, deputy = false;
  update app.loan set rooms = array(select r from unnest(rooms) r except select c.id from app.compartment c where c.case_id = target) where membership_id = mine;
  insert into app.compartment_member (compartment_id, membership_id, role, access, deputy, until, awaits)
    select c.id, mine, 'CO', case when lent then 'facts' else 'full' end, false, ends, not lent and sec.lacks_key(c.id, mine) from app.compartment c where c.case_id = target and c.kind in ('case', 'coding', 'panel', 'report') and c.epoch > 0
    on conflict (compartment_id, membership_id) do update set access = excluded.access, until = excluded.until, awaits = excluded.awaits;
  if lent then return 'taken'; end if;
  for kin in select k.* from app.relative k join app.membership h on h.id = k.contact_id where k.case_id = target and k.state <> 'ended' and h.state = 'ended' loop
    insert into app.compartment_member (compartment_id, membership_id, role, access, deputy, awaits) values (kin.compartment_id, mine, 'CO', 'full', false, sec.lacks_key(kin.compartment_id, mine))
      on conflict (compartment_id, membership_id) do update set until = null, access = 'full', awaits = excluded.awaits;
    update app.relative set contact_id = mine where id = kin.id;
  end loop;
  -- Who could hand them the keys hears of it: those who lead the case, and the relatives.
  insert into app.notice (id, bureau_id, membership_id, kind, case_id)
    select distinct on (m.membership_id) gen_random_uuid(), h.bureau_id, m.membership_id, 'task_assigned', target from app.compartment_member own join app.compartment c on c.id = own.compartment_id and c.case_id = target and c.kind in ('case', 'coding', 'panel', 'report')
      join app.compartment_member m on m.compartment_id = c.id and m.role in ('CO', 'CH', 'SE') and m.membership_id <> mine and not m.awaits and (m.until is null or m.until > now()) and not sec.lacks_key(c.id, m.membership_id)
      join app.membership h on h.id = m.membership_id and h.state = 'active'
     where own.membership_id = mine and own.awaits;
  insert into app.notice (id, bureau_id, membership_id, kind)
    select distinct on (m.membership_id) gen_random_uuid(), h.bureau_id, m.membership_id, 'state_changed' from app.compartment_member own join app.compartment c on c.id = own.compartment_id and c.case_id = target and c.kind = 'kin'
      join app.relative k on k.compartment_id = c.id and k.contact_id = mine and k.state = 'active' and k.held is null and not k.wants_nothing
      join app.compartment_member m on m.compartment_id = c.id and m.role = 'RE' and (m.until is null or m.until > now()) join app.membership h on h.id = m.membership_id and h.state = 'active'
     where own.membership_id = mine and own.awaits;
  return 'taken'; end $$;
reset role;
set role hr_owner;
