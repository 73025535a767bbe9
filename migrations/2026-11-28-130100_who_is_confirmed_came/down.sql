set role hr_sec;
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
  if m.first_confirmed_by is null or not exists (select from app.membership f where f.id = m.first_confirmed_by and f.state = 'active' and (f.until is null or f.until > now())) then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = me) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' and not exists (select from sec.held_for(target)) then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
reset role;
set role hr_owner;
