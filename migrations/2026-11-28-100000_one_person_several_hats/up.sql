-- Who has an account takes another hat by its code: what waited for it is re-sealed, the person is told, and who is professional and relative in
-- one case is accepted outwardly, held without effect, and told to who coordinates the case and nobody else (rulings.md 18).
set role hr_owner;
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent','printed_code_used','officer_unconfirmed','role_added'));
reset role;
set role hr_sec;
-- As before; but who is a relative twice, or a relative's supporter as well, or supports two of them, is no professional for it.
create or replace function sec.conflicted(target_case uuid, target_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
     where mine.id = target_hat and ((mine.role in ('RE', 'SU')) <> (other.role in ('RE', 'SU')) or (mine.organisation_id is null) <> (other.organisation_id is null))
       and (exists (select from app.case_party p where p.case_id = target_case and p.membership_id = other.id)
         or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = target_case and m.membership_id = other.id))) $$;
-- The cases a hat is asked for, or belongs to, in which its person takes part otherwise.
create function sec.held_for(target_hat uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select cases.id from (select p.case_id as id from app.case_party p where p.membership_id = target_hat
     union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = target_hat
     union select r.case_id from app.reflection r where r.contact_id = target_hat) cases where cases.id is not null and sec.conflicted(cases.id, target_hat) $$;
drop function sec.join_with(bytea, bytea);
-- Only within five minutes of confirming who one is. Wrong, expired, used and unknown codes are one answer: no row. `opens` says whether the hat
-- can be worn: whatever holds it, the person is told alike.
create function sec.join_with(code bytea, second bytea) returns table (hat uuid, opens boolean) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare which uuid; m app.membership; told app.membership; held uuid[]; begin
  if not exists (select from sec.session s where s.id = sec.session() and s.person_id = sec.me() and s.sets_up is null and s.stepped_up_at > now() - interval '5 minutes') then
    raise exception 'not confirmed' using errcode = '42501'; end if;
  select f.id, f.membership_id into which, hat from sec.invitation_for(code, second) f;
  if which is null then return; end if;
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
-- For the rest of this transaction, as another hat of one's own, so that what waits for it can be opened; with none, as the one worn.
create function sec.under(other uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; worn uuid; begin
  select s.membership_id into worn from sec.session s where s.id = sec.session() and s.person_id = sec.me() and s.sets_up is null;
  select * into m from app.membership h where h.id = coalesce(other, worn) and h.person_id = sec.me() and h.state = 'active' and (h.until is null or h.until > now());
  if other is not null and m.id is null then return false; end if;
  perform sec.set_context(concat_ws('|', sec.me()::text, coalesce(m.id::text, ''), coalesce(m.bureau_id::text, ''), coalesce(m.role, 'nobody'), coalesce(m.organisation_id::text, ''), sec.session()::text));
  return true; end $$;
-- What is held in a case, for who coordinates it and nobody else: the hat that was taken, and the one by which its person takes part otherwise.
create function sec.held_in(target uuid) returns table (hat uuid, held_role text, other uuid, other_role text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select distinct on (m.id) m.id, m.role, o.id, o.role from app.membership m join app.membership o on o.person_id = m.person_id and o.id <> m.id
   where sec.role() = 'CO' and exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role = 'CO' and (p.until is null or p.until > now()))
     and m.state = 'waiting' and target in (select h.id from sec.held_for(m.id) h(id))
     and m.id in (select p.membership_id from app.case_party p where p.case_id = target
       union select k.membership_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target
       union select r.contact_id from app.reflection r where r.case_id = target)
     and (exists (select from app.case_party p where p.case_id = target and p.membership_id = o.id)
       or exists (select from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target and k.membership_id = o.id))
   order by m.id, o.since $$;
-- Where one's hats are, whichever is worn: who wears one of an organisation sees no other of the bureau, and chooses between their own all the same.
create function sec.my_places() returns table (hat uuid, bureau text, organisation text) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.id, b.name, nullif(concat_ws(', ', o.name, nullif(o.place, '')), '') from app.membership m left join app.bureau b on b.id = m.bureau_id left join app.organisation o on o.id = m.organisation_id
   where m.person_id = sec.me() and m.state <> 'ended' $$;
-- As before; what is held for a case stays held.
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; me uuid := sec.me(); begin
  select * into m from app.membership t where t.id = target and (t.bureau_id is not distinct from sec.bureau() or t.role = 'RP' and sec.bureau() is null)
     and t.state in ('invited', 'waiting') and t.role not in ('TA', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat())
    or m.role = 'RP' and (sec.role() <> 'RP' or me not in (select sec.confirmers(m.bureau_id))) then return 'absent'; end if;
  if m.person_id = me then return 'own'; end if;
  if exists (select from app.membership a where a.person_id = me and a.role = 'TA' and a.state = 'active' and (a.bureau_id is not distinct from m.bureau_id or a.bureau_id is not distinct from sec.bureau())) then
    return 'administrator'; end if;
  if exists (select from app.membership i where i.id = m.invited_by and i.person_id = me) then return 'inviter'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = me) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' and not exists (select from sec.held_for(target)) then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
-- As before; one that is held is recalled like one nobody redeemed: who gave it learns no more of it than that.
create or replace function sec.recall_invitation(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target for update;
  if m.id is null or not sec.may_code(target) or m.state = 'ended' then return 'absent'; end if;
  if m.person_id is not null and not (m.state = 'waiting' and m.role in ('AC', 'AU', 'AP', 'RE', 'SU')) then return 'used'; end if;
  if exists (select from app.reflection r where r.contact_id = target and r.state in ('invited', 'answered')) then return 'awaited'; end if;
  update sec.invitation set recalled_at = now(), enrolment_hash = null, enrolment_sealed = null where membership_id = target and used_at is null;
  update app.membership set state = 'ended', invited_public = null, invited_public_mac = null where id = target;
  delete from app.key_grant where membership_id = target;
  delete from app.item_grant where membership_id = target;
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  return 'recalled'; end $$;
revoke all on function sec.join_with(bytea, bytea), sec.under(uuid), sec.held_for(uuid), sec.my_places(), sec.held_in(uuid) from public;
grant execute on function sec.join_with(bytea, bytea), sec.under(uuid), sec.my_places(), sec.held_in(uuid) to hr_app;
reset role;
set role hr_owner;
