-- What a contact answers lies in the organisation's own room too, sealed to it: its approver reads what they confirm. The contact still opens nothing
-- there.
set role hr_owner;
set role hr_sec;
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
       or c.kind = 'reflection' and sec.role() = 'AC' and exists (select from app.compartment_member m
           where m.compartment_id = c.id and m.membership_id = sec.hat() and m.role = 'AC' and (m.until is null or m.until > now()))
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id)
          and exists (select from app.proposal p where p.case_id = c.case_id)
       or c.kind in ('case', 'panel') and sec.role() = 'CO' and sec.may_place_between(c.id, c.case_id, c.kind))) $$;
set role hr_owner;
