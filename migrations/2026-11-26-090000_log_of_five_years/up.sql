-- The log is kept five years. What is older goes from its start only; where the chain begins from then on stands here, and in the chain
-- itself: the entry that says so is hashed like any other, so a start that was set by hand shows.
set role hr_sec;
create table sec.log_start (only_row boolean primary key default true check (only_row), seq bigint not null, hash bytea not null);
insert into sec.log_start (seq, hash) values (0, sha256('lering log'));
alter table sec.log_start enable row level security, force row level security;
create policy only_sec on sec.log_start to hr_sec using (true) with check (true);
comment on table sec.log_start is 'sequence and hash of the last entry that went for its age; the chain begins after it';
-- Removes entries of more than five years, at most so many, up to the first that is younger. Returns how many.
create function sec.trim_log(at_most integer) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare start sec.log_start; youngest bigint; last sec.log_entry; gone bigint; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  select * into start from sec.log_start for update skip locked;
  if start.only_row is null then return 0; end if;
  -- The sequence is the order, not the clock, which may have been set back.
  select min(w.seq) into youngest from (select l.seq, l.at from sec.log_entry l order by l.seq limit at_most) w where w.at >= now() - interval '5 years';
  select * into last from (select l.* from sec.log_entry l order by l.seq limit at_most) w where youngest is null or w.seq < youngest order by w.seq desc limit 1;
  if last.seq is null then return 0; end if;
  delete from sec.log_entry l where l.seq <= last.seq;
  get diagnostics gone = row_count;
  update sec.log_start set seq = last.seq, hash = last.hash;
  perform sec.append(jsonb_build_array(jsonb_build_object('action', 'log.trim', 'until', last.seq, 'of', encode(last.hash, 'hex'))));
  return gone; end $$;
create function sec.log_begin() returns table (seq bigint, hash bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select seq, hash from sec.log_start $$;
-- The head, for the worker, who writes it down outside the database.
create function sec.anchor() returns table (seq bigint, hash bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select h.seq, h.hash from sec.log_head h where sec.role() = 'worker' $$;
-- The moment is compared too: by it an entry goes.
create or replace function sec.log_page(after bigint, how_many integer) returns table (seq bigint, stored bytea, previous bytea, hash bytea, columns_agree boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.stored, l.previous, l.hash,
     (convert_from(l.stored, 'UTF8')::jsonb ->> 'action') = l.action and (convert_from(l.stored, 'UTF8')::jsonb ->> 'person')::uuid is not distinct from l.person_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'object')::uuid is not distinct from l.object_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'compartment')::uuid is not distinct from l.compartment_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'at')::timestamptz = l.at
   from sec.log_entry l where l.seq > after order by l.seq limit how_many $$;
revoke all on function sec.trim_log(integer), sec.anchor(), sec.log_begin() from public;
grant execute on function sec.trim_log(integer), sec.anchor() to hr_app;
grant execute on function sec.log_begin() to hr_owner;
reset role;
set role hr_owner;
