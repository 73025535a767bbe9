-- What is held in a case, as its person takes part in it otherwise (rulings.md 18), is kept and is settled by who coordinates the case: where it is no
-- conflict they take part after all, else the role ends. Who is relative and professional in one case never takes part as both (workflow.md section 7).
set role hr_sec;
create table sec.held (
    case_id uuid not null,
    membership_id uuid not null,
    compartment_id uuid,
    at timestamptz not null default now(),
    settled text check (settled in ('admitted', 'ended')),
    settled_by_id uuid,
    settled_at timestamptz,
    primary key (case_id, membership_id),
    check ((settled is null) = (settled_at is null) and (settled is null) = (settled_by_id is null))
);
alter table sec.held enable row level security;
alter table sec.held force row level security;
create policy only_sec on sec.held to hr_sec using (true) with check (true);
comment on table sec.held is 'roles in a case that were accepted outwardly and have no effect, with the place they would belong to, and how the coordinator settled it';
-- As before; what the coordinator settled as no conflict is none, but for who is relative and professional.
create or replace function sec.conflicted(target_case uuid, target_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
     where mine.id = target_hat and ((mine.role in ('RE', 'SU')) <> (other.role in ('RE', 'SU')) or (mine.organisation_id is null) <> (other.organisation_id is null)
         and not exists (select from sec.held h where h.case_id = target_case and h.membership_id = target_hat and h.settled = 'admitted'))
       and (exists (select from app.case_party p where p.case_id = target_case and p.membership_id = other.id)
         or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = target_case and m.membership_id = other.id))) $$;
-- As before; a case in which it was ended holds a hat no longer.
create or replace function sec.held_for(target_hat uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select cases.id from (select p.case_id as id from app.case_party p where p.membership_id = target_hat
     union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = target_hat
     union select r.case_id from app.reflection r where r.contact_id = target_hat) cases
   where cases.id is not null and sec.conflicted(cases.id, target_hat)
     and not exists (select from sec.held h where h.case_id = cases.id and h.membership_id = target_hat and h.settled = 'ended') $$;
-- Whether a hat is held in a case by a row of its own: named while it could be worn.
create function sec.is_held(target uuid, the_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from sec.held h where h.case_id = target and h.membership_id = the_hat and h.settled is null) $$;
-- Holds a hat that was named in a case, where its person takes part otherwise, and tells the coordinators. Whether it did. `room` is where it would belong.
create function sec.hold(target uuid, the_hat uuid, room uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not sec.in_case(target) or not sec.conflicted(target, the_hat) or room is not null and not exists (select from app.compartment c where c.id = room and c.case_id = target) then return false; end if;
  insert into sec.held (case_id, membership_id, compartment_id) values (target, the_hat, room)
    on conflict (case_id, membership_id) do update set compartment_id = excluded.compartment_id, at = now(), settled = null, settled_by_id = null, settled_at = null;
  insert into app.notice (id, bureau_id, membership_id, kind, case_id, subject_id)
    select gen_random_uuid(), c.bureau_id, p.membership_id, 'task_assigned', c.id, the_hat from app.case_file c join app.case_party p on p.case_id = c.id
     where c.id = target and p.role = 'CO' and (p.until is null or p.until > now());
  return true; end $$;
-- Who is held from a place of the caller's: to them it looks like an invitation nobody answered.
create function sec.held_here(room uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if room not in (select sec.my_compartments()) then return; end if;
  return query select h.membership_id from sec.held h join app.membership m on m.id = h.membership_id and m.state <> 'ended'
    where h.compartment_id = room and h.settled is null and not exists (select from app.compartment_member k where k.compartment_id = room and k.membership_id = h.membership_id and (k.until is null or k.until > now())); end $$;
-- Who let somebody in who is held there thinks better of it. Whether there was somebody.
create function sec.unhold_here(room uuid, the_hat uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if the_hat not in (select sec.held_here(room)) then return false; end if;
  update sec.held h set settled = 'ended', settled_by_id = sec.hat(), settled_at = now() where h.compartment_id = room and h.membership_id = the_hat and h.settled is null;
  return found; end $$;
drop function sec.held_in(uuid);
-- As before, with who was held when they were named, and whether it can be settled as no conflict.
create function sec.held_in(target uuid) returns table (hat uuid, held_role text, other uuid, other_role text, lifts boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select distinct on (m.id) m.id, m.role, o.id, o.role, (m.role in ('RE', 'SU')) = (o.role in ('RE', 'SU'))
   from app.membership m join app.membership o on o.person_id = m.person_id and o.id <> m.id
     and ((m.role in ('RE', 'SU')) <> (o.role in ('RE', 'SU')) or (m.organisation_id is null) <> (o.organisation_id is null))
   where sec.role() = 'CO' and exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role = 'CO' and (p.until is null or p.until > now()))
     and (m.state <> 'ended' and sec.is_held(target, m.id)
       or m.state = 'waiting' and target in (select h.id from sec.held_for(m.id) h(id))
       and m.id in (select p.membership_id from app.case_party p where p.case_id = target
         union select k.membership_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target
         union select r.contact_id from app.reflection r where r.case_id = target))
     and (exists (select from app.case_party p where p.case_id = target and p.membership_id = o.id)
       or exists (select from app.compartment_member k join app.compartment c on c.id = k.compartment_id where c.case_id = target and k.membership_id = o.id))
   order by m.id, (m.role in ('RE', 'SU')) <> (o.role in ('RE', 'SU')) desc, o.since $$;
-- Settles what is held in a case: `admitted` or `ended`. Answers `absent`, `kin` where it only ends, `party` or `other` when done: whether the hat is one of
-- the case's own people. What was sealed to a code that is used up is deleted: who holds the key hands it on when they next unlock.
create function sec.settle_held(target uuid, the_hat uuid, how text) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; lifted boolean; room uuid; waited boolean; is_party boolean; begin
  select h.lifts into lifted from sec.held_in(target) h where h.hat = the_hat;
  if not found then return 'absent'; end if;
  select * into m from app.membership t where t.id = the_hat for update;
  if how = 'admitted' and m.person_id = sec.me() then return 'absent'; end if;
  if how = 'admitted' and not lifted then return 'kin'; end if;
  waited := m.state = 'waiting';
  is_party := exists (select from app.case_party p where p.case_id = target and p.membership_id = the_hat and (p.until is null or p.until > now()));
  insert into sec.held (case_id, membership_id, settled, settled_by_id, settled_at) values (target, the_hat, how, sec.hat(), now())
    on conflict (case_id, membership_id) do update set settled = excluded.settled, settled_by_id = excluded.settled_by_id, settled_at = excluded.settled_at
    returning compartment_id into room;
  if waited then
    delete from app.key_grant g using app.compartment c where c.id = g.compartment_id and c.case_id = target and g.membership_id = the_hat;
    update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id
     where i.id = g.item_id and c.case_id = target and g.membership_id = the_hat and (g.until is null or g.until > now());
  end if;
  if how = 'ended' then
    update app.case_party p set until = now() where p.case_id = target and p.membership_id = the_hat and (p.until is null or p.until > now());
    update app.compartment_member k set until = now() from app.compartment c where c.id = k.compartment_id and c.case_id = target and k.membership_id = the_hat and (k.until is null or k.until > now());
    -- An organisation's contact hears that something changed, and names another.
    insert into app.notice (id, bureau_id, membership_id, kind)
      select distinct on (h.id) gen_random_uuid(), h.bureau_id, h.id, 'state_changed' from app.reflection f join app.reflection_inner i on i.reflection_id = f.id and the_hat in (i.author_id, i.approver_id)
        join app.membership h on h.id = f.contact_id and h.state = 'active' and h.id <> the_hat where f.case_id = target;
  elsif room is not null then
    insert into app.compartment_member (compartment_id, membership_id, role, access) values (room, the_hat, m.role, 'full')
      on conflict (compartment_id, membership_id) do update set until = null, access = excluded.access;
  end if;
  -- A role of an organisation or beside a relative is for one case; a code that is held there opens nothing else.
  if waited and how = 'ended' and m.role in ('AC', 'AU', 'AP', 'RE', 'SU') and not exists (
      select from app.compartment_member k where k.membership_id = the_hat and (k.until is null or k.until > now())) then
    update app.membership t set state = 'ended', invited_public = null, invited_public_mac = null where t.id = the_hat;
  elsif waited and sec.starts_at_once(the_hat, m.person_id) and not exists (select from sec.held_for(the_hat)) then
    update app.membership t set state = 'active' where t.id = the_hat;
  end if;
  if how = 'admitted' and not is_party then
    insert into app.notice (id, bureau_id, membership_id, kind) values (gen_random_uuid(), m.bureau_id, the_hat, 'task_assigned'); end if;
  return case when is_party then 'party' else 'other' end; end $$;
revoke all on function sec.is_held(uuid, uuid), sec.hold(uuid, uuid, uuid), sec.held_here(uuid), sec.unhold_here(uuid, uuid), sec.held_in(uuid), sec.settle_held(uuid, uuid, text) from public;
grant execute on function sec.is_held(uuid, uuid), sec.hold(uuid, uuid, uuid), sec.held_here(uuid), sec.unhold_here(uuid, uuid), sec.held_in(uuid), sec.settle_held(uuid, uuid, text) to hr_app;
grant execute on function sec.is_held(uuid, uuid) to hr_owner;
reset role;
set role hr_owner;
-- As before, nor while they are held.
create or replace function app.holds_unsettled() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.statement_signed_at is not null and old.statement_signed_at is null
     and (sec.is_held(new.case_id, new.membership_id)
       or exists (select from app.party_answer a where a.case_id = new.case_id and a.membership_id = new.membership_id and a.settled is distinct from 'admitted')) then
    raise exception 'an answer is not settled' using errcode = '42501'; end if;
  return new; end $$;
