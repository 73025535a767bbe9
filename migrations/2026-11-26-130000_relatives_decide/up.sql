-- Relatives decide: they pause, stop and go on by themselves; who wants nothing is left alone; their supporter is theirs to let in. What
-- is placed of them can be taken back whole: questions, answers in the report and wishes on names too.
set role hr_owner;
-- What a relative decided of taking part: nothing, while they take part.
alter table app.relative add held text check (held in ('paused', 'stopped'));
alter table app.relative add held_at timestamptz;
-- Whether their contact plan says that they want nothing.
alter table app.relative add wants_nothing boolean not null default false;
grant update (held, held_at, wants_nothing) on app.relative to hr_sec;
-- The number of a question in the report: given when it is placed, kept whatever becomes of it.
alter table app.question add number integer;
create unique index question_number on app.question (case_id, number);
create policy sec_reads on app.question for select to hr_sec using (true);
create policy sec_numbers on app.question for update to hr_sec using (true) with check (true);
grant select on app.question to hr_sec;
grant update (number) on app.question to hr_sec;
-- That somebody asks to be told, instead of reading by themselves.
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told'));

set role hr_sec;
-- Whether nothing may be placed with a relative: only who belongs to the place learns why.
create function sec.left_alone(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.relative r where r.compartment_id = target and (r.held is not null or r.wants_nothing))
     and not exists (select from app.compartment_member m where m.compartment_id = target and m.membership_id = sec.hat() and (m.until is null or m.until > now())) $$;
create or replace function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.compartment c where c.id = target and c.frozen_at is null and (c.kind <> 'kin' or not sec.left_alone(c.id)) and (
       exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat() and (p.until is null or p.until > now()) and case c.kind
           when 'coding' then p.role in ('CO', 'CD', 'RM') when 'report' then p.role in ('CO', 'CH', 'SE', 'QA') when 'national' then p.role in ('CO', 'CH', 'SE', 'QA')
           when 'reflection' then p.role in ('CO', 'CH', 'SE') when 'kin' then p.role in ('CO', 'CH', 'SE') when 'action' then p.role in ('CO', 'CH', 'SE')
           when 'panel' then p.role in ('CO', 'CH', 'SE') when 'case' then p.role in ('CO', 'CH', 'SE') else false end)
       or exists (select from app.compartment mine join app.compartment_member m on m.compartment_id = mine.id
           where m.membership_id = sec.hat() and (m.until is null or m.until > now()) and mine.case_id = c.case_id and case c.kind
           when 'panel' then mine.kind = 'reflection' and m.role in ('AU', 'AP') when 'report' then mine.kind = 'reflection' and m.role in ('AC', 'AP')
           when 'case' then mine.kind in ('reflection', 'action') and m.role in ('AC', 'AP') else false end)
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id)
          and exists (select from app.proposal p where p.case_id = c.case_id))) $$;
-- A relative pauses, stops or goes on; their contact writes it down for who tells it. False for everybody else.
create function sec.hold_relative(of uuid, how text) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare place uuid; begin
  select r.compartment_id into place from app.relative r where r.id = of for update;
  if place is null or not exists (select from app.compartment_member m where m.compartment_id = place and m.membership_id = sec.hat() and m.role in ('RE', 'CO')
      and m.access = 'full' and (m.until is null or m.until > now())) then return false; end if;
  update app.relative set held = how, held_at = case when how is null then null else now() end where id = of;
  return true; end $$;
-- Whether a relative wants nothing, as the contact plan saved in their place says.
create function sec.relative_wants_nothing(place uuid, nothing boolean) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from app.compartment_member m where m.compartment_id = place and m.membership_id = sec.hat() and m.role in ('RE', 'CO')
      and m.access = 'full' and (m.until is null or m.until > now())) then return; end if;
  update app.relative set wants_nothing = nothing where compartment_id = place and wants_nothing <> nothing; end $$;
-- Gives a question its number in the case, once. The contact alone does; numbers of other relatives' questions stay unseen.
create function sec.number_question(target uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare q app.question; given integer; begin
  select * into q from app.question t where t.id = target for update;
  if q.id is null or not exists (select from app.compartment_member m where m.compartment_id = q.compartment_id and m.membership_id = sec.hat() and m.role = 'CO'
      and m.access = 'full' and (m.until is null or m.until > now())) then return null; end if;
  if q.number is not null then return q.number; end if;
  perform pg_advisory_xact_lock(hashtextextended(q.case_id::text, 0));
  select coalesce(max(t.number), 0) + 1 into given from app.question t where t.case_id = q.case_id;
  update app.question set number = given where id = target;
  return given; end $$;
-- A relative lets in a supporter of their own, and nobody else.
create function sec.names_supporter(within uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select sec.role() = 'RE' and exists (select from app.compartment_member m join app.compartment c on c.id = m.compartment_id and c.kind = 'kin'
     where m.compartment_id = within and m.membership_id = sec.hat() and m.role = 'RE' and m.access = 'full' and (m.until is null or m.until > now())) $$;
-- Takes back what was placed of a relative: what follows belongs to their words since questions and wishes are placed too.
create or replace function sec.withdraw_words(of uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare r app.relative; copies uuid[]; begin
  select * into r from app.relative t where t.id = of for update;
  if r.id is null or not exists (select from app.compartment_member m where m.compartment_id = r.compartment_id and m.membership_id = sec.hat() and m.role in ('RE', 'CO')
      and m.access = 'full' and (m.until is null or m.until > now())) then return -1; end if;
  select coalesce(array_agg(i.id), '{}') into copies from app.item i join app.compartment c on c.id = i.compartment_id
    where c.case_id = r.case_id and c.kind in ('panel', 'report') and i.removed_at is null
      and (i.kind in ('relative-words', 'chronology-entry', 'statement', 'relative-question', 'relative-answer', 'naming-wish') and i.subject_id = r.id
      or i.kind in ('statement', 'reply') and i.subject_id in (select p.id from app.passage p where p.compartment_id = r.compartment_id));
  delete from app.item_grant g where g.item_id = any(copies);
  delete from keys.item_key k where k.item_id = any(copies);
  update app.item set removed_at = now() where id = any(copies);
  update app.relative set withdrawn_at = now() where id = of;
  return cardinality(copies); end $$;
revoke all on function sec.left_alone(uuid), sec.hold_relative(uuid, text), sec.relative_wants_nothing(uuid, boolean), sec.names_supporter(uuid), sec.number_question(uuid) from public;
grant execute on function sec.left_alone(uuid), sec.hold_relative(uuid, text), sec.relative_wants_nothing(uuid, boolean), sec.names_supporter(uuid) to hr_app, hr_owner;
grant execute on function sec.number_question(uuid) to hr_app;
reset role;
set role hr_owner;
create policy supporter_named on app.compartment_member for insert to hr_app with check (role = 'SU' and access in ('full', 'read') and sec.names_supporter(compartment_id));
set role hr_owner;
