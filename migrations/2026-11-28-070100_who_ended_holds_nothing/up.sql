-- Who ended holds nothing: every role lets go of its rooms, keys and documents, not only those of the bureau; a coordinator's part beside relatives, and
-- an owner's of a recommendation, end with their keys; and nobody whose hat ended is told or given anything. The next who unlocks begins new keys.
set role hr_sec;
-- Whether a hat is worn, or may be once its code is redeemed: it has not ended.
create function sec.is_worn(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership h where h.id = target and h.state <> 'ended' and (h.until is null or h.until > now())) $$;
revoke all on function sec.is_worn(uuid) from public;
grant execute on function sec.is_worn(uuid) to hr_app;
create or replace function sec.owners_of(target uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin if not sec.may_place(target) and target not in (select sec.my_compartments()) then return; end if;
  return query select m.membership_id from app.compartment_member m where m.compartment_id = target and m.role in ('AC', 'AP', 'RE') and (m.until is null or m.until > now()) and sec.is_worn(m.membership_id); end $$;
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
create or replace function sec.end_owners(target uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.recommendation; n integer; begin
  select * into r from app.recommendation where id = target;
  if not found or r.compartment_id is null or not sec.leads_case(r.case_id) then return 0; end if;
  update app.compartment_member set until = now() where compartment_id = r.compartment_id and (until is null or until > now());
  get diagnostics n = row_count;
  delete from app.key_grant where compartment_id = r.compartment_id and membership_id is not null;
  return n; end $$;
-- As before, for every role; those concerned in organisations hear of it too.
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
create or replace function sec.end_hat(target uuid, because text, at_once boolean) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
  perform sec.let_go(target);
  return 'ended'; end $$;
-- Who was ended before is let go of too.
do $$ declare gone record; begin
  for gone in select h.id from app.membership h where h.state = 'ended' and (
      exists (select from app.case_party p where p.membership_id = h.id and (p.until is null or p.until > now()))
      or exists (select from app.compartment_member m where m.membership_id = h.id and (m.until is null or m.until > now()))
      or exists (select from app.item_grant g where g.membership_id = h.id and (g.until is null or g.until > now()))) loop
    perform sec.let_go(gone.id);
  end loop; end $$;
-- And of keys to places one left: the last wrap of a place stays.
delete from app.key_grant g using app.compartment_member m, app.compartment c where m.compartment_id = g.compartment_id and m.membership_id = g.membership_id and m.until <= now() and c.id = g.compartment_id
  and exists (select from app.key_grant o join app.compartment_member n on n.compartment_id = o.compartment_id and n.membership_id = o.membership_id and n.access <> 'facts' and (n.until is null or n.until > now())
    where o.compartment_id = c.id and o.epoch = c.epoch and o.membership_id <> g.membership_id and sec.is_worn(o.membership_id));
reset role;
set role hr_owner;
