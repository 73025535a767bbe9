-- As it was before thematic reviews read earlier ones.
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
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id)
          and exists (select from app.proposal p where p.case_id = c.case_id))) $$;
create or replace function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and ((c.kind = 'reflection' or c.kind = 'panel' and exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else sec.room_due(c.id) or c.kind = 'panel' and sec.stopped_copies_due(c.case_id) end
     or c.kind <> 'reflection' and sec.room_due(c.id))) $$;
reset role;
set role hr_owner;
alter policy placed on app.name_token with check (sec.in_case(case_id));
drop table app.thematic_item, app.thematic_source;
reset role;
set role hr_sec;
drop function sec.gives_to(uuid);
drop function sec.may_place_between(uuid, uuid, text);
drop function sec.thematic_counts(uuid);
drop function sec.thematic_open(uuid);
drop function sec.thematic_stands(uuid);
drop function sec.coordinates(uuid);
reset role;
set role hr_owner;
