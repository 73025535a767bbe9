set role hr_owner;
set role hr_sec;
create or replace function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and ((c.kind = 'reflection' or c.kind = 'panel' and exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else sec.room_due(c.id) end
     or c.kind <> 'reflection' and sec.room_due(c.id))) $$;
drop function sec.stopped_copies_due(uuid);
reset role;
set role hr_owner;
