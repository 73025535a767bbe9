-- Who stops a review decides what happens with what was released into it (T23): kept as long as it would have been, given back, or shredded at
-- once. Here stands the least of it: copies the chair has shredded go at once, those that go back stay thirty days.
set role hr_owner;
set role hr_sec;
create function sec.stopped_copies_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_file f join app.case_step s on s.case_id = f.id and s.step = 'T23'
     join app.milestone d on d.case_id = f.id and d.name = 'released_decided' and d.subject_id = '00000000-0000-0000-0000-000000000000' and d.at <= s.at
   where f.id = target and f.state in ('not_reviewed', 'closed') and not exists (select from app.case_step later where later.case_id = f.id and later.step in ('T3', 'T16', 'T23') and later.at > s.at)
     and (d.detail = 'shred' or d.detail = 'return' and s.at <= now() - interval '30 days')) $$;
comment on function sec.stopped_copies_due(uuid) is 'whether the copies of what was released into a stopped review may go before their usual day, as its chair decided';
create or replace function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and ((c.kind = 'reflection' or c.kind = 'panel' and exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else sec.room_due(c.id) or c.kind = 'panel' and sec.stopped_copies_due(c.case_id) end
     or c.kind <> 'reflection' and sec.room_due(c.id))) $$;
revoke all on function sec.stopped_copies_due(uuid) from public;
reset role;
set role hr_owner;
