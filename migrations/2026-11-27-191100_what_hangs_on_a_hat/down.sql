set role hr_sec;
create or replace function sec.take_on(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
drop function sec.in_charge(uuid);
drop function sec.tell_instead(uuid);
drop function sec.count_relatives(uuid);
drop function sec.key_is_held(uuid);
drop function sec.alone_in_case(uuid, uuid);
drop function sec.end_hat(uuid, text, boolean);
create function sec.end_hat(target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update app.membership t set state = 'ended' where t.id = target and t.state <> 'ended' and t.bureau_id is not distinct from sec.bureau()
    and (sec.role() = 'TA' and t.role not in ('RE', 'SU') or t.invited_by = sec.hat());
  get diagnostics done = row_count;
  if done = 1 then perform sec.close_loan(target); end if;
  return done = 1; end $$;
revoke all on function sec.end_hat(uuid) from public;
grant execute on function sec.end_hat(uuid) to hr_app;
drop function sec.let_go(uuid);
drop function sec.hangs_on(uuid);
drop function sec.officers_holding();
drop function sec.officers_with_share(uuid, uuid);
drop function sec.held_alone(uuid);
drop function sec.may_end_hat(uuid);
reset role;
set role hr_owner;
revoke update (deputy) on app.compartment_member from hr_sec;
revoke select (bureau_id, officer_id) on app.recovery_share from hr_sec;
drop policy sec_counts on app.recovery_share;
alter table app.membership drop column ended_at;
alter table app.membership drop column ended_because;
set role hr_owner;
