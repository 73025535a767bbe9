-- A bureau without a coordinator (`workflow.md` section 7): the national coordination lends one of another bureau until a day. What is lent is a
-- hat of the bureau with process rights. It opens nothing: whatever would let it read is refused here, room by room, until a member of the bureau
-- lets it in. And any coordinator of a bureau takes on a case of it that nobody coordinates.
set role hr_owner;
create table app.loan (
    membership_id uuid primary key references app.membership,
    from_id uuid not null references app.membership,
    bureau_id uuid not null references app.bureau,
    until date not null,
    lent_by uuid not null references app.membership,
    lent_at timestamptz not null default now(),
    rooms uuid[] not null default '{}',
    ended_at timestamptz,
    check (membership_id <> from_id)
);
create index loan_of_bureau on app.loan (bureau_id);
comment on table app.loan is 'a coordinator of one bureau lent to another, until and with a day';
comment on column app.loan.membership_id is 'the hat of the bureau lent to; each loan has one of its own';
comment on column app.loan.from_id is 'the hat the person wears in their own bureau';
comment on column app.loan.rooms is 'the compartments a member of the bureau let them read';
alter table app.loan enable row level security;
alter table app.loan force row level security;
create policy sec_lends on app.loan to hr_sec using (true) with check (true);
create policy own on app.loan for select to hr_app using (exists (select from app.membership m where m.id = membership_id and m.person_id = (select sec.me())));
create policy of_bureau on app.loan for select to hr_app using (bureau_id = (select sec.bureau()) and (select sec.role()) in ('CO', 'CH', 'SE', 'TA', 'RP'));
grant select (membership_id, bureau_id, until, lent_at, ended_at) on app.loan to hr_app;
grant select, insert on app.loan to hr_sec;
grant update (rooms, ended_at) on app.loan to hr_sec;
create policy sec_takes_on on app.case_party for insert to hr_sec with check (true);
grant insert on app.case_party to hr_sec;
grant update (deputy) on app.case_party to hr_sec;
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent'));
reset role;

set role hr_sec;
-- Whether somebody coordinates a case: a hat that is worn still, also one that stands in.
create function sec.has_coordinator(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p join app.membership m on m.id = p.membership_id where p.case_id = target and p.role = 'CO' and (p.until is null or p.until > now())
     and m.state = 'active' and (m.until is null or m.until > now())) $$;
-- Whether a bureau has open cases and nobody coordinates any of them.
create function sec.without_coordinator(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce((select not bool_or(sec.has_coordinator(c.id)) from app.case_file c join app.bureau b on b.id = c.bureau_id
     where c.bureau_id = target and not b.practice and c.state not in ('not_reviewed', 'closed', 'merged')), false) $$;
-- As before, with the bureau's id, whether it is a coordinator who lacks, and whether the nation may lend one.
drop function sec.nobody_to_act();
create function sec.nobody_to_act() returns table (id uuid, bureau text, calendar text, since timestamptz, unled boolean, lendable boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ with waiting as materialized (
     select c.bureau_id, greatest(c.state_since, coalesce((select max(p.until) from app.case_party p where p.case_id = c.id and p.until <= now()), c.state_since)) as since, not sec.has_coordinator(c.id) as unled
     from app.case_file c
     where sec.role() = 'NC' and (sec.bureau() is null and not c.practice or c.bureau_id = sec.bureau()) and c.state not in ('not_reviewed', 'closed', 'merged')
       and exists (select from (select 'CO' as role union select d.role from (select t.role from app.deadline t where t.case_id = c.id and t.done_at is null and t.paused_on is null order by t.due_on limit 1) d where d.role in ('CH', 'SE', 'QA')) needed
         where not exists (select from app.case_party p join app.membership m on m.id = p.membership_id where p.case_id = c.id and p.role = needed.role and m.state = 'active' and (m.until is null or m.until > now()) and (p.until is null or p.until > now())))),
   lending as materialized (select w.bureau_id, sec.bureau() is null and sec.without_coordinator(w.bureau_id) as lendable from (select distinct bureau_id from waiting) w)
   select b.id, b.name, b.calendar, w.since, w.unled, l.lendable from waiting w join lending l on l.bureau_id = w.bureau_id join app.bureau b on b.id = w.bureau_id $$;
-- Whom the nation may lend: coordinators of bureaus that are not for practice, with how many open cases they lead and where they coordinate already.
create function sec.coordinators_to_lend() returns table (hat uuid, person uuid, account_sealed bytea, bureau_id uuid, bureau text, cases bigint, not_to uuid[]) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.id, m.person_id, p.account_sealed, b.id, b.name,
     (select count(*) from app.case_party c join app.case_file f on f.id = c.case_id where c.membership_id = m.id and c.role = 'CO' and not c.deputy and (c.until is null or c.until > now()) and f.state not in ('not_reviewed', 'closed', 'merged')),
     array(select o.bureau_id from app.membership o where o.person_id = m.person_id and o.role = 'CO' and o.state <> 'ended' and (o.until is null or o.until > now()))
   from app.membership m join app.person p on p.id = m.person_id join app.bureau b on b.id = m.bureau_id
   where sec.role() = 'NC' and sec.bureau() is null and m.role = 'CO' and m.state = 'active' and (m.until is null or m.until > now()) and not b.practice and m.person_id is distinct from sec.me()
     and not exists (select from app.loan l where l.membership_id = m.id) $$;
-- Lends one. The first confirmation of the hat is the nation's; the second is that of whoever in the bureau lets them read first.
create function sec.lend(new_hat uuid, lends uuid, to_bureau uuid, last_day date, account bytea) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare the_person uuid; ends timestamptz; begin
  if sec.role() is distinct from 'NC' or sec.bureau() is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtextextended(to_bureau::text, 11));
  if not sec.without_coordinator(to_bureau) then return false; end if;
  select c.person into the_person from sec.coordinators_to_lend() c where c.hat = lends and not to_bureau = any (c.not_to);
  select ((last_day + 1)::timestamp at time zone b.zone) into ends from app.bureau b where b.id = to_bureau;
  if the_person is null or ends <= now() or last_day > current_date + 367 then return false; end if;
  insert into app.membership (id, person_id, bureau_id, role, state, account_sealed, first_confirmed_by, until) values (new_hat, the_person, to_bureau, 'CO', 'active', account, sec.hat(), ends);
  insert into app.loan (membership_id, from_id, bureau_id, until, lent_by) values (new_hat, lends, to_bureau, last_day, sec.hat());
  return true; end $$;
-- The loans there are, for the nation.
create function sec.loans() returns table (hat uuid, person uuid, account_sealed bytea, bureau_id uuid, bureau text, until date, reads boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.membership_id, m.person_id, p.account_sealed, b.id, b.name, l.until, m.second_confirmed_by is not null
   from app.loan l join app.membership m on m.id = l.membership_id join app.person p on p.id = m.person_id join app.bureau b on b.id = l.bureau_id
   where sec.role() = 'NC' and sec.bureau() is null and l.ended_at is null order by l.lent_at, l.membership_id $$;
-- Ends a loan with all that hangs on it: the hat, its parts in cases, its places and their keys. Who stays begins new keys where it held one.
-- Not for the application: who may, is asked by the functions that call it.
create function sec.close_loan(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.loan set ended_at = now() where membership_id = target and ended_at is null;
  if not found then return; end if;
  update app.membership set state = 'ended' where id = target and state <> 'ended';
  update app.case_party set until = now() where membership_id = target and (until is null or until > now());
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  delete from app.key_grant where membership_id = target;
  update app.item_grant set until = now(), sealed = '' where membership_id = target and (until is null or until > now());
  -- A relative whose named contact it was has another, where one belongs to the place.
  update app.relative r set contact_id = heir.membership_id from (
      select distinct on (m.compartment_id) m.compartment_id, m.membership_id from app.compartment_member m where m.role = 'CO' and m.membership_id <> target and (m.until is null or m.until > now())
      order by m.compartment_id, m.deputy desc) heir
    where r.contact_id = target and heir.compartment_id = r.compartment_id; end $$;
-- By the nation, or by the person themself.
create function sec.end_loan(target uuid) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare home uuid; begin
  select l.from_id into home from app.loan l join app.membership m on m.id = l.membership_id where l.membership_id = target and l.ended_at is null
     and (sec.role() = 'NC' and sec.bureau() is null or m.person_id = sec.me());
  if home is not null then perform sec.close_loan(target); end if;
  return home; end $$;
-- Those whose day has come, for the worker; also those whose hat was ended otherwise.
create function sec.end_due_loans() returns table (hat uuid, home uuid, bureau uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare due record; begin
  if sec.role() is distinct from 'worker' then return; end if;
  for due in select l.membership_id, l.from_id, m.bureau_id from app.loan l join app.membership h on h.id = l.membership_id join app.membership m on m.id = l.from_id
      where l.ended_at is null and (h.until <= now() or h.state = 'ended') loop
    perform sec.close_loan(due.membership_id);
    hat := due.membership_id; home := due.from_id; bureau := due.bureau_id;
    return next;
  end loop; end $$;
-- Whether a hat is lent and a compartment closed to it: until its second confirmation all are, but those let in to; after it also open are those
-- it brings to life by itself.
create function sec.kept_out(target uuid, room uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare opened uuid[]; begin
  select l.rooms into opened from app.loan l where l.membership_id = target;
  if not found then return false; end if;
  return not exists (select from app.membership m where m.id = target and m.second_confirmed_by is not null)
      or room <> all (opened) and not exists (select from app.compartment c where c.id = room and c.first_member_id = target); end $$;
-- The rooms of a case the caller can open to somebody lent: a member of the bureau who takes part and holds the key. Panel and report; case and
-- coding where a coordinator does it. Never the person themself, nor who lent them, under whatever hat; nor another who is lent.
create function sec.openable(the_case uuid, target uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
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
-- Lets them in: the second confirmation of the hat, and full members of those rooms. The keys are handed on by the caller's session.
create function sec.let_read(the_case uuid, target uuid) returns setof uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare opens uuid[] := array(select sec.openable(the_case, target)); begin
  if cardinality(opens) = 0 then return; end if;
  update app.membership set second_confirmed_by = sec.hat() where id = target and second_confirmed_by is null;
  update app.loan set rooms = rooms || opens where membership_id = target;
  insert into app.compartment_member (compartment_id, membership_id, role, access, deputy, until) select o, target, 'CO', 'full', false, h.until from unnest(opens) o, app.membership h where h.id = target
    on conflict (compartment_id, membership_id) do update set access = 'full', until = excluded.until;
  return query select unnest(opens); end $$;
-- A coordinator of the bureau takes on a case of it that nobody coordinates. Their keys come when somebody who holds them next unlocks; who is
-- lent belongs to the rooms without one, so that they name people there.
create function sec.take_on(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); lent boolean; ends timestamptz; begin
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
  return 'taken'; end $$;
-- As before; who is lent confirms nobody's role.
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau() and t.state in ('invited', 'waiting')
     and t.role not in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat()) then return 'absent'; end if;
  if m.person_id = sec.me() then return 'own'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = sec.me()) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
-- As before; a loan ends with its hat.
create or replace function sec.end_hat(target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update app.membership t set state = 'ended' where t.id = target and t.state <> 'ended' and t.bureau_id is not distinct from sec.bureau()
    and (sec.role() = 'TA' and t.role not in ('RE', 'SU') or t.invited_by = sec.hat());
  get diagnostics done = row_count;
  if done = 1 then perform sec.close_loan(target); end if;
  return done = 1; end $$;
revoke all on function sec.has_coordinator(uuid), sec.without_coordinator(uuid), sec.nobody_to_act(), sec.coordinators_to_lend(), sec.lend(uuid, uuid, uuid, date, bytea), sec.loans(), sec.close_loan(uuid), sec.end_loan(uuid),
  sec.end_due_loans(), sec.kept_out(uuid, uuid), sec.openable(uuid, uuid), sec.let_read(uuid, uuid), sec.take_on(uuid) from public;
grant execute on function sec.nobody_to_act(), sec.coordinators_to_lend(), sec.lend(uuid, uuid, uuid, date, bytea), sec.loans(), sec.end_loan(uuid), sec.end_due_loans(), sec.kept_out(uuid, uuid), sec.openable(uuid, uuid),
  sec.let_read(uuid, uuid), sec.take_on(uuid) to hr_app;
grant execute on function sec.kept_out(uuid, uuid) to hr_owner;
reset role;

set role hr_owner;
-- The second wall, for whoever writes, the definer functions among them: no place with a key, no key and no single document for who is kept out.
create function app.keeps_out_lent() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare room uuid; begin
  if tg_table_name = 'compartment_member' then
    if new.access = 'facts' or new.until <= now() then return new; end if;
    room := new.compartment_id;
  elsif tg_table_name = 'item_grant' then
    if new.until <= now() then return new; end if;
    room := sec.item_compartment(new.item_id);
  else
    room := new.compartment_id;
  end if;
  if new.membership_id is not null and sec.kept_out(new.membership_id, room) then
    raise exception 'row-level security: who is lent reads nothing before a member of the bureau lets them' using errcode = 'insufficient_privilege'; end if;
  return new; end $$;
revoke all on function app.keeps_out_lent() from public;
create trigger lent before insert or update on app.compartment_member for each row execute function app.keeps_out_lent();
create trigger lent before insert or update on app.key_grant for each row execute function app.keeps_out_lent();
create trigger lent before insert or update on app.item_grant for each row execute function app.keeps_out_lent();
