set role hr_owner;
drop trigger handed_over on app.key_grant;
drop trigger handed_over on app.compartment_member;
drop function app.keys_are_handed_over();
reset role;
set role hr_sec;
create or replace function sec.let_read(the_case uuid, target uuid) returns setof uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare opens uuid[] := array(select sec.openable(the_case, target)); begin
  if cardinality(opens) = 0 then return; end if;
  update app.membership set second_confirmed_by = sec.hat() where id = target and second_confirmed_by is null;
  update app.loan set rooms = rooms || opens where membership_id = target;
  insert into app.compartment_member (compartment_id, membership_id, role, access, deputy, until) select o, target, 'CO', 'full', false, h.until from unnest(opens) o, app.membership h where h.id = target
    on conflict (compartment_id, membership_id) do update set access = 'full', until = excluded.until;
  return query select unnest(opens); end $$;
create or replace function sec.openable(the_case uuid, target uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); me uuid := sec.me(); part text; begin
  if not exists (select from app.loan l join app.membership h on h.id = l.membership_id join app.membership n on n.id = l.lent_by
       join app.case_party p on p.case_id = the_case and p.membership_id = target and p.role = 'CO' and (p.until is null or p.until > now())
       where l.membership_id = target and l.ended_at is null and l.bureau_id = sec.bureau() and h.state = 'active' and h.until > now() and h.person_id <> me and n.person_id <> me)
     or exists (select from app.loan l where l.membership_id = mine) then return; end if;
  select p.role into part from app.case_party p where p.case_id = the_case and p.membership_id = mine and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now())
     and (p.role = 'CO' or p.statement_signed_at is not null);
  if part is null then return; end if;
  return query select c.id from app.compartment c
     join app.compartment_member m on m.compartment_id = c.id and m.membership_id = mine and m.access = 'full' and (m.until is null or m.until > now())
     join app.key_grant g on g.compartment_id = c.id and g.epoch = c.epoch and g.membership_id = mine
    where c.case_id = the_case and c.epoch > 0 and (c.kind in ('panel', 'report') or part = 'CO' and c.kind in ('case', 'coding'))
      and not exists (select from app.compartment_member o where o.compartment_id = c.id and o.membership_id = target and o.access = 'full' and (o.until is null or o.until > now())); end $$;
create or replace function sec.pass_on_kin(the_case uuid, gone uuid, heir uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.relative; follows uuid; n integer := 0; begin
  if sec.role() is distinct from 'CO' or not sec.leads_case(the_case) then return 0; end if;
  for r in select * from app.relative k where k.case_id = the_case loop
    update app.compartment_member m set until = now() where m.compartment_id = r.compartment_id and m.membership_id = gone and (m.until is null or m.until > now());
    if found then n := n + 1; end if;
    -- The last wrap there is stays where it is, closed with the part.
    delete from app.key_grant g using app.compartment c where c.id = r.compartment_id and g.compartment_id = c.id and g.membership_id = gone
      and exists (select from app.key_grant o join app.compartment_member m on m.compartment_id = o.compartment_id and m.membership_id = o.membership_id and m.access <> 'facts' and (m.until is null or m.until > now())
        where o.compartment_id = c.id and o.epoch = c.epoch and o.membership_id <> gone and sec.is_worn(o.membership_id));
    if r.contact_id is distinct from gone then continue; end if;
    follows := (select m.membership_id from app.compartment_member m where m.compartment_id = r.compartment_id and m.role = 'CO' and (m.until is null or m.until > now()) order by m.deputy desc limit 1);
    if follows is null then
      insert into app.compartment_member (compartment_id, membership_id, role, access, deputy) values (r.compartment_id, heir, 'CO', 'full', false)
        on conflict (compartment_id, membership_id) do update set until = null, access = 'full';
      follows := heir;
    end if;
    update app.relative set contact_id = follows where id = r.id;
  end loop;
  return n; end $$;
create or replace function sec.let_go(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare cases uuid[]; places uuid[]; rooms uuid[]; worn text; r app.relative; follows uuid; begin
  worn := (select h.role from app.membership h where h.id = target);
  rooms := array(select m.compartment_id from app.compartment_member m where m.membership_id = target and (m.until is null or m.until > now()));
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
     where p.case_id = any (cases) and (p.until is null or p.until > now()) and (worn <> 'CD' or p.role in ('CO', 'RM'));
  -- An organisation's contact hears that somebody of theirs is gone, and names another; of a contact who is gone the case's coordinators hear.
  insert into app.notice (id, bureau_id, membership_id, kind)
    select distinct on (h.id) gen_random_uuid(), h.bureau_id, h.id, 'state_changed' from app.reflection f join app.membership h on h.id = f.contact_id and h.state = 'active'
     where f.compartment_id = any (rooms) and h.id <> target;
  insert into app.notice (id, bureau_id, membership_id, kind, case_id)
    select distinct on (p.membership_id, p.case_id) gen_random_uuid(), m.bureau_id, p.membership_id, 'state_changed', p.case_id from app.reflection f join app.case_party p on p.case_id = f.case_id and p.role = 'CO' and (p.until is null or p.until > now())
      join app.membership m on m.id = p.membership_id and m.state = 'active'
     where f.contact_id = target and f.compartment_id = any (rooms);
  insert into app.notice (id, bureau_id, membership_id, kind)
    select gen_random_uuid(), h.bureau_id, m.membership_id, 'state_changed' from app.compartment_member m join app.membership h on h.id = m.membership_id and h.state = 'active'
     where m.compartment_id = any (places) and m.role = 'RE' and (m.until is null or m.until > now()); end $$;
create or replace function sec.take_on(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); lent boolean; ends timestamptz; kin app.relative; begin
  if sec.role() is distinct from 'CO' or not exists (select from app.case_file c where c.id = target and c.bureau_id = sec.bureau() and c.state <> 'merged') then return 'absent'; end if;
  perform pg_advisory_xact_lock(hashtextextended(target::text, 12));
  if sec.has_coordinator(target) then return 'led'; end if;
  if sec.conflicted(target, mine) or exists (select from app.party_answer a join app.membership h on h.id = a.membership_id and h.person_id = sec.me()
     where a.case_id = target and a.answer = 'conflict' and a.settled is distinct from 'admitted') then return 'conflict'; end if;
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
drop function sec.let_in_beside(uuid, uuid);
drop function sec.waits_when_named(uuid, uuid, boolean);
drop function sec.awaits_key(uuid, uuid);
drop function sec.lacks_key(uuid, uuid);
reset role;
set role hr_owner;
alter table app.compartment_member drop awaits;
set role hr_owner;
