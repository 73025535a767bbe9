set role hr_sec;
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
  if m.role in ('CO', 'CH', 'SE', 'PM', 'QA') then perform sec.let_go(target); end if;
  return 'ended'; end $$;
create or replace function sec.let_go(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
create or replace function sec.end_owners(target uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.recommendation; n integer; begin
  select * into r from app.recommendation where id = target;
  if not found or r.compartment_id is null or not sec.leads_case(r.case_id) then return 0; end if;
  update app.compartment_member set until = now() where compartment_id = r.compartment_id and (until is null or until > now());
  get diagnostics n = row_count;
  return n; end $$;
create or replace function sec.pass_on_kin(the_case uuid, gone uuid, heir uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.relative; follows uuid; n integer := 0; begin
  if sec.role() is distinct from 'CO' or not sec.leads_case(the_case) then return 0; end if;
  for r in select * from app.relative k where k.case_id = the_case loop
    update app.compartment_member m set until = now() where m.compartment_id = r.compartment_id and m.membership_id = gone and (m.until is null or m.until > now());
    if found then n := n + 1; end if;
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
create or replace function sec.owners_of(target uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin if not sec.may_place(target) and target not in (select sec.my_compartments()) then return; end if;
  return query select m.membership_id from app.compartment_member m where m.compartment_id = target and m.role in ('AC', 'AP', 'RE') and (m.until is null or m.until > now()); end $$;
drop function sec.is_worn(uuid);
reset role;
set role hr_owner;
