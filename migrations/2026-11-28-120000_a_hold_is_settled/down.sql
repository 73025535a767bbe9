set role hr_owner;
create or replace function app.holds_unsettled() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.statement_signed_at is not null and old.statement_signed_at is null
     and exists (select from app.party_answer a where a.case_id = new.case_id and a.membership_id = new.membership_id and a.settled is distinct from 'admitted') then
    raise exception 'an answer is not settled' using errcode = '42501'; end if;
  return new; end $$;
reset role;
set role hr_sec;
drop function sec.settle_held(uuid, uuid, text);
drop function sec.held_in(uuid);
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
create or replace function sec.held_for(target_hat uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select cases.id from (select p.case_id as id from app.case_party p where p.membership_id = target_hat
     union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = target_hat
     union select r.case_id from app.reflection r where r.contact_id = target_hat) cases where cases.id is not null and sec.conflicted(cases.id, target_hat) $$;
create or replace function sec.conflicted(target_case uuid, target_hat uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.membership mine join app.membership other on other.person_id = mine.person_id and other.id <> mine.id
     where mine.id = target_hat and ((mine.role in ('RE', 'SU')) <> (other.role in ('RE', 'SU')) or (mine.organisation_id is null) <> (other.organisation_id is null))
       and (exists (select from app.case_party p where p.case_id = target_case and p.membership_id = other.id)
         or exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = target_case and m.membership_id = other.id))) $$;
drop function sec.unhold_here(uuid, uuid);
drop function sec.held_here(uuid);
drop function sec.hold(uuid, uuid, uuid);
drop function sec.is_held(uuid, uuid);
drop table sec.held;
revoke all on function sec.held_in(uuid) from public;
grant execute on function sec.held_in(uuid) to hr_app;
reset role;
set role hr_owner;
