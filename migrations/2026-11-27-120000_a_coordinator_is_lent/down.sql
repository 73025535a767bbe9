-- What was lent ends with the table that says it was lent.
set role hr_sec;
do $$ declare l record; begin for l in select membership_id from app.loan where ended_at is null loop perform sec.close_loan(l.membership_id); end loop; end $$;
reset role;
set role hr_owner;
drop trigger lent on app.compartment_member;
drop trigger lent on app.key_grant;
drop trigger lent on app.item_grant;
drop function app.keeps_out_lent();
reset role;
set role hr_sec;
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau() and t.state in ('invited', 'waiting')
     and t.role not in ('TA', 'RP', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') then return 'absent'; end if;
  if m.person_id = sec.me() then return 'own'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = sec.me()) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
create or replace function sec.end_hat(target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update app.membership t set state = 'ended' where t.id = target and t.state <> 'ended' and t.bureau_id is not distinct from sec.bureau()
    and (sec.role() = 'TA' and t.role not in ('RE', 'SU') or t.invited_by = sec.hat());
  get diagnostics done = row_count; return done = 1; end $$;
drop function sec.take_on(uuid);
drop function sec.let_read(uuid, uuid);
drop function sec.openable(uuid, uuid);
drop function sec.kept_out(uuid, uuid);
drop function sec.end_due_loans();
drop function sec.end_loan(uuid);
drop function sec.close_loan(uuid);
drop function sec.loans();
drop function sec.lend(uuid, uuid, uuid, date, bytea);
drop function sec.coordinators_to_lend();
drop function sec.nobody_to_act();
drop function sec.without_coordinator(uuid);
drop function sec.has_coordinator(uuid);
create function sec.nobody_to_act() returns table (bureau text, calendar text, since timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select b.name, b.calendar, greatest(c.state_since, coalesce((select max(p.until) from app.case_party p where p.case_id = c.id and p.until <= now()), c.state_since))
   from app.case_file c join app.bureau b on b.id = c.bureau_id
   where sec.role() = 'NC' and (sec.bureau() is null and not c.practice or c.bureau_id = sec.bureau()) and c.state not in ('not_reviewed', 'closed', 'merged')
     and exists (select from (select 'CO' as role union select d.role from (select t.role from app.deadline t where t.case_id = c.id and t.done_at is null and t.paused_on is null order by t.due_on limit 1) d where d.role in ('CH', 'SE', 'QA')) needed
       where not exists (select from app.case_party p join app.membership m on m.id = p.membership_id where p.case_id = c.id and p.role = needed.role and m.state = 'active' and (p.until is null or p.until > now()))) $$;
revoke all on function sec.nobody_to_act() from public;
grant execute on function sec.nobody_to_act() to hr_app;
reset role;
set role hr_owner;
delete from app.notice where kind = 'lent';
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told'));
revoke insert, update (deputy) on app.case_party from hr_sec;
drop policy sec_takes_on on app.case_party;
drop table app.loan;
