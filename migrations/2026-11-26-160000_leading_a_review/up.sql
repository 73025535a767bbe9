-- A recommendation that was changed is adopted anew, and its owner may be another. Passages remind, as everything with a day does. Who must act
-- on a reflection is known inside only: a function tells the worker. An owner's contact who is replaced reads no
-- more. Who leaves a case or an organisation has a successor: as named contact of a relative, as contact of a reflection.
set role hr_owner;
grant update (owner_id) on app.recommendation to hr_app;
alter table app.passage add reminded text[] not null default '{}';
grant update (reminded) on app.passage to hr_app;
create policy of_worker on app.passage for select to hr_app using ((select sec.role()) = 'worker');
create policy reminded on app.passage for update to hr_app using ((select sec.role()) = 'worker');
create policy sec_reads on app.reflection_inner for select to hr_sec using (true);
create policy sec_reads on app.recommendation for select to hr_sec using (true);
grant select on app.reflection_inner, app.recommendation to hr_sec;
create policy sec_names on app.compartment_member for insert to hr_sec with check (true);
grant insert on app.compartment_member to hr_sec;
grant update (until, access) on app.compartment_member to hr_sec;
grant update (contact_id) on app.relative to hr_sec;
create policy sec_succeeds on app.reflection for update to hr_sec using (true) with check (true);
grant update (contact_id) on app.reflection to hr_sec;
reset role;

set role hr_sec;
create function sec.acting_inside(target uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case when i.state in ('submitted', 'approved') then i.approver_id else i.author_id end from app.reflection_inner i
   where i.reflection_id = target and sec.role() = 'worker' and case when i.state in ('submitted', 'approved') then i.approver_id else i.author_id end is not null $$;
-- Ends the membership of everybody in the room of a recommendation's owner: the room that comes after it begins with another contact.
create function sec.end_owners(target uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.recommendation; n integer; begin
  select * into r from app.recommendation where id = target;
  if not found or r.compartment_id is null or not sec.leads_case(r.case_id) then return 0; end if;
  update app.compartment_member set until = now() where compartment_id = r.compartment_id and (until is null or until > now());
  get diagnostics n = row_count;
  return n; end $$;
-- Somebody's part in a case ends: their places beside relatives too. Who stood in follows as named contact; where nobody did, the heir, whose
-- key comes when somebody who holds it next unlocks.
create function sec.pass_on_kin(the_case uuid, gone uuid, heir uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
-- The contact of an organisation leaves half-way: another of the same organisation follows, and sees the process inside.
create function sec.succeed_contact(target uuid, heir uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r app.reflection; begin
  select * into r from app.reflection where id = target for update;
  if not found or sec.role() is distinct from 'CO' or not sec.leads_case(r.case_id)
     or not exists (select from app.membership m where m.id = heir and m.role = 'AC' and m.state <> 'ended' and m.organisation_id = r.organisation_id) then return false; end if;
  update app.compartment_member m set until = now() where m.compartment_id = r.compartment_id and m.membership_id = r.contact_id and (m.until is null or m.until > now());
  insert into app.compartment_member (compartment_id, membership_id, role, access, deputy) values (r.compartment_id, heir, 'AC', 'facts', false)
    on conflict (compartment_id, membership_id) do update set until = null, access = 'facts';
  update app.reflection set contact_id = heir where id = target;
  return true; end $$;
-- Cases that wait for somebody who is not there: no coordinator, or nobody in the role whose term is first. Process facts, for the nation.
create function sec.nobody_to_act() returns table (bureau text, calendar text, since timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select b.name, b.calendar, greatest(c.state_since, coalesce((select max(p.until) from app.case_party p where p.case_id = c.id and p.until <= now()), c.state_since))
   from app.case_file c join app.bureau b on b.id = c.bureau_id
   where sec.role() = 'NC' and (sec.bureau() is null and not c.practice or c.bureau_id = sec.bureau()) and c.state not in ('not_reviewed', 'closed', 'merged')
     and exists (select from (select 'CO' as role union select d.role from (select t.role from app.deadline t where t.case_id = c.id and t.done_at is null and t.paused_on is null order by t.due_on limit 1) d where d.role in ('CH', 'SE', 'QA')) needed
       where not exists (select from app.case_party p join app.membership m on m.id = p.membership_id where p.case_id = c.id and p.role = needed.role and m.state = 'active' and (p.until is null or p.until > now()))) $$;
revoke all on function sec.acting_inside(uuid), sec.end_owners(uuid), sec.pass_on_kin(uuid, uuid, uuid), sec.succeed_contact(uuid, uuid), sec.nobody_to_act() from public;
grant execute on function sec.acting_inside(uuid), sec.end_owners(uuid), sec.pass_on_kin(uuid, uuid, uuid), sec.succeed_contact(uuid, uuid), sec.nobody_to_act() to hr_app;
reset role;
set role hr_owner;
