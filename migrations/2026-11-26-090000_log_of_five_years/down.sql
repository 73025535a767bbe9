-- Only a log from which nothing went can begin at its first entry again.
set role hr_sec;
do $$ begin
  if (select seq from sec.log_start) > 0 then raise exception 'entries of more than five years are gone; the log cannot begin at its first entry again'; end if; end $$;
create or replace function sec.log_page(after bigint, how_many integer) returns table (seq bigint, stored bytea, previous bytea, hash bytea, columns_agree boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.stored, l.previous, l.hash,
     (convert_from(l.stored, 'UTF8')::jsonb ->> 'action') = l.action and (convert_from(l.stored, 'UTF8')::jsonb ->> 'person')::uuid is not distinct from l.person_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'object')::uuid is not distinct from l.object_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'compartment')::uuid is not distinct from l.compartment_id
   from sec.log_entry l where l.seq > after order by l.seq limit how_many $$;
drop function sec.log_begin();
drop function sec.anchor();
drop function sec.trim_log(integer);
drop table sec.log_start;
reset role;
set role hr_owner;
