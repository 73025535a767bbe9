-- A committee whose members do not agree does not stand still: whoever may decide and has not voted does; when all have and no two agree, they
-- vote again on the same version, after they spoke. Who declared an interest does not count.
set role hr_sec;
-- How it stands with the application that lies before the committee, in people: who read it and have not voted, who voted, and who may decide but
-- came to the committee after it was handed in, and have no key to it.
create function sec.committee_stands(target uuid) returns table (waiting integer, voted integer, further integer) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not (sec.takes_part_in_project(target) or sec.decides_on_project(target)) then return; end if;
  return query select count(*) filter (where b.reads and not b.has_voted)::integer, count(*) filter (where b.has_voted)::integer, count(*) filter (where not b.reads and not b.has_voted)::integer from (
    select d.person, bool_or(exists (select from app.compartment_member m where m.compartment_id = p.compartment_id and m.membership_id = d.hat and (m.until is null or m.until > now()))) as reads,
           bool_or(exists (select from app.project_vote v where v.project_id = p.id and v.version = p.version and v.membership_id = d.hat)) as has_voted
      from app.project p cross join sec.deciders(target) d where p.id = target and p.state = 'submitted' group by d.person) b; end $$;
-- Whether all who may decide have voted and no two agree: two votes alike would have decided.
create function sec.committee_divided(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from sec.committee_stands(target) s where s.waiting = 0 and s.voted >= 2); end $$;
revoke all on function sec.committee_stands(uuid), sec.committee_divided(uuid) from public;
grant execute on function sec.committee_stands(uuid), sec.committee_divided(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy voted_again on app.project_vote for update to hr_app
    using ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and vote <> 'conflict' and sec.committee_divided(project_id)
      and exists (select from app.project p where p.id = project_id and p.version = project_vote.version))
    with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()));
grant update (vote, cells, voted_at) on app.project_vote to hr_app;
