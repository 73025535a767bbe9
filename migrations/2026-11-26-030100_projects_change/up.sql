-- Projects change after they were approved: a later last day, or an end by the committee; two of its members decide on each.
-- And what left the register is listed for all, without its figures.
set role hr_owner;
create table app.project_change (
    id uuid primary key,
    project_id uuid not null references app.project,
    kind text not null check (kind in ('renewal', 'withdrawal')),
    until date,
    reason text check (reason in ('statement_broken', 'other_purpose', 'interest', 'people_left', 'not_answered')),
    state text not null default 'open' check (state in ('open', 'agreed', 'declined')),
    asked_by uuid not null references app.membership,
    asked_at timestamptz not null default now(),
    settled_at timestamptz,
    check ((kind = 'renewal') = (until is not null)),
    check ((kind = 'withdrawal') = (reason is not null))
);
create unique index project_change_once on app.project_change (project_id, kind) where state = 'open';
create table app.project_change_vote (
    change_id uuid not null references app.project_change,
    membership_id uuid not null references app.membership,
    agrees boolean not null,
    voted_at timestamptz not null default now(),
    primary key (change_id, membership_id)
);
comment on table app.project_change is 'a later last day that an applicant asks for, or an end that the committee proposes, with the reason from a list; no words of people';
comment on table app.project_change_vote is 'votes of the access committee on one change of a project';
alter table app.project_change enable row level security;
alter table app.project_change force row level security;
alter table app.project_change_vote enable row level security;
alter table app.project_change_vote force row level security;
create policy sec_reads on app.project_change for select to hr_sec using (true);
grant select on app.project_change to hr_sec;

set role hr_sec;
-- The project a change belongs to.
create function sec.project_of_change(target uuid) returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return (select c.project_id from app.project_change c where c.id = target and c.state = 'open'); end $$;
-- Every table that left, for whom, and whether it is public: no figure, and the day alone.
create function sec.outputs() returns table (snapshot_id uuid, question_id text, outcome text, second text, released_on date, is_public boolean, project text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return query select t.snapshot_id, t.question_id, t.outcome, t.second, t.released_at::date, t.public_at is not null, p.number
     from app.released_table t left join app.project p on p.id = t.project_id order by t.released_at desc, t.question_id limit 500; end $$;
revoke all on function sec.project_of_change(uuid), sec.outputs() from public;
grant execute on function sec.project_of_change(uuid), sec.outputs() to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy of_project on app.project_change for select using (sec.takes_part_in_project(project_id) or sec.decides_on_project(project_id));
create policy asked on app.project_change for insert with check (state = 'open' and asked_by = (select sec.hat()) and case kind
    when 'renewal' then (select sec.role()) = 'RS' and exists (select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and p.state = 'approved')
    else (select sec.role()) = 'RC' and sec.decides_on_project(project_id) end);
create policy settled on app.project_change for update using ((select sec.role()) = 'RC' and sec.decides_on_project(project_id));
create policy of_committee on app.project_change_vote for select using ((select sec.role()) = 'RC' and exists (select from app.project_change c where c.id = change_id));
create policy voted on app.project_change_vote for insert with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(sec.project_of_change(change_id)));
grant select, insert on app.project_change, app.project_change_vote to hr_app;
grant update (state, settled_at) on app.project_change to hr_app;
