-- On each relative registered in a case something is decided before the review begins (T8). The chair, who takes that step, sees no relative:
-- how many there are, and on how many nothing is decided yet, is told as two numbers.
set role hr_owner;
create policy sec_reads on app.milestone for select to hr_sec using (true);
grant select on app.milestone to hr_sec;
set role hr_sec;
create function sec.relatives_open(target uuid) returns table (registered bigint, open bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and (p.until is null or p.until > now()))
     and not exists (select from app.case_file f where f.id = target and sec.sees_process(f.bureau_id, f.practice)) then return; end if;
  -- Who was let in is invited; who stopped, wants nothing or took their words back decided themselves; of a frozen place nothing is asked.
  return query select count(*), count(*) filter (where r.state = 'active' and r.held is null and not r.wants_nothing and r.withdrawn_at is null
      and not exists (select from app.compartment_member m where m.compartment_id = r.compartment_id and m.role = 'RE' and (m.until is null or m.until > now()))
      and not exists (select from app.milestone d where d.case_id = target and d.name = 'relative_decided' and d.subject_id = r.id))
    from app.relative r where r.case_id = target and r.state <> 'ended'; end $$;
comment on function sec.relatives_open(uuid) is 'how many relatives are registered in a case, and on how many nothing is decided; for who sees its process';
revoke all on function sec.relatives_open(uuid) from public;
grant execute on function sec.relatives_open(uuid) to hr_app;
reset role;
set role hr_owner;
