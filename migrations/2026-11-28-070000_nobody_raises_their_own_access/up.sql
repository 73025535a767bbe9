-- Nobody raises their own access to a room, nor takes back the end of their own part: who decides about others decides not about themselves. And who
-- told of an interest in a case, and was not let in, does not come back to it by taking it on.
set role hr_owner;
drop policy changed on app.case_party;
create policy changed on app.case_party for update to hr_app using (sec.leads_case(case_id) or membership_id = (select sec.hat()) and (until is null or until > now()))
  with check (sec.leads_case(case_id) or membership_id = (select sec.hat()));
create function app.keeps_own_part() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare ladder text[] := array['facts', 'read', 'full']; raised boolean := false; begin
  if current_user <> 'hr_app' or old.membership_id is distinct from sec.hat() then return new; end if;
  if tg_table_name = 'compartment_member' then raised := array_position(ladder, new.access) > array_position(ladder, old.access); end if;
  if raised or new.until is distinct from old.until and (new.until is null or new.until > old.until) then
    raise exception 'row-level security: nobody raises their own access or takes back their own end' using errcode = 'insufficient_privilege'; end if;
  return new; end $$;
revoke all on function app.keeps_own_part() from public;
create trigger own_part before update on app.compartment_member for each row execute function app.keeps_own_part();
create trigger own_part before update on app.case_party for each row execute function app.keeps_own_part();
create policy sec_reads on app.party_answer for select to hr_sec using (true);
grant select on app.party_answer to hr_sec;
reset role;
set role hr_sec;
-- As before, but for who told of an interest.
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
reset role;
set role hr_owner;
