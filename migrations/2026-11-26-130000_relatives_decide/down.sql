-- As it was before relatives decided by themselves.
set role hr_owner;
drop policy supporter_named on app.compartment_member;
reset role;
set role hr_sec;
create or replace function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.compartment c where c.id = target and c.frozen_at is null and (
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
create or replace function sec.withdraw_words(of uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare r app.relative; copies uuid[]; begin
  select * into r from app.relative t where t.id = of for update;
  if r.id is null or not exists (select from app.compartment_member m where m.compartment_id = r.compartment_id and m.membership_id = sec.hat() and m.role in ('RE', 'CO')
      and m.access = 'full' and (m.until is null or m.until > now())) then return -1; end if;
  select coalesce(array_agg(i.id), '{}') into copies from app.item i join app.compartment c on c.id = i.compartment_id
    where c.case_id = r.case_id and c.kind in ('panel', 'report') and i.removed_at is null and (i.kind in ('relative-words', 'chronology-entry', 'statement') and i.subject_id = r.id
      or i.kind in ('statement', 'reply') and i.subject_id in (select p.id from app.passage p where p.compartment_id = r.compartment_id));
  delete from app.item_grant g where g.item_id = any(copies);
  delete from keys.item_key k where k.item_id = any(copies);
  update app.item set removed_at = now() where id = any(copies);
  update app.relative set withdrawn_at = now() where id = of;
  return cardinality(copies); end $$;
drop function sec.number_question(uuid), sec.names_supporter(uuid), sec.relative_wants_nothing(uuid, boolean), sec.hold_relative(uuid, text), sec.left_alone(uuid);
reset role;
set role hr_owner;
delete from app.notice where kind = 'asks_to_be_told';
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed'));
revoke update (number) on app.question from hr_sec;
revoke select on app.question from hr_sec;
drop policy sec_numbers on app.question;
drop policy sec_reads on app.question;
drop index app.question_number;
alter table app.question drop column number;
revoke update (held, held_at, wants_nothing) on app.relative from hr_sec;
alter table app.relative drop column wants_nothing, drop column held_at, drop column held;
set role hr_owner;
