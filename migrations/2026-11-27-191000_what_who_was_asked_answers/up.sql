-- Who is named to a case can tell of an interest, or say no, instead of accepting (rulings.md 18). It is told to the coordinator of the case and
-- nobody else; until the coordinator settles it nobody signs, however often they press.
set role hr_owner;
create table app.party_answer (
    case_id uuid not null,
    membership_id uuid not null,
    answer text not null check (answer in ('conflict', 'declined')),
    why text not null default '' check (why in ('', 'no_time', 'knows_somebody', 'other')),
    at timestamptz not null default now(),
    settled text check (settled in ('admitted', 'ended')),
    settled_by_id uuid references app.membership,
    settled_at timestamptz,
    primary key (case_id, membership_id),
    foreign key (case_id, membership_id) references app.case_party (case_id, membership_id),
    check ((settled is null) = (settled_at is null) and (settled is null) = (settled_by_id is null))
);
comment on table app.party_answer is 'what somebody who was named to a case answered instead of accepting, for its coordinator';
-- What was declared before stands as a milestone that nobody read.
alter table app.milestone no force row level security;
alter table app.case_party no force row level security;
insert into app.party_answer (case_id, membership_id, answer, at)
  select m.case_id, m.subject_id, 'conflict', m.at from app.milestone m join app.case_party p on p.case_id = m.case_id and p.membership_id = m.subject_id
  where m.name = 'conflict_declared' and p.statement_signed_at is null;
alter table app.milestone force row level security;
alter table app.case_party force row level security;
alter table app.party_answer enable row level security;
alter table app.party_answer force row level security;
create policy own on app.party_answer for select to hr_app using (membership_id = (select sec.hat()));
create policy of_coordinators on app.party_answer for select to hr_app using ((select sec.role()) = 'CO' and sec.leads_case(case_id));
create policy told on app.party_answer for insert to hr_app with check (membership_id = (select sec.hat()) and settled is null and sec.takes_part(case_id));
create policy told_anew on app.party_answer for update to hr_app using (membership_id = (select sec.hat()) and sec.takes_part(case_id)) with check (membership_id = (select sec.hat()) and settled is null);
create policy settled on app.party_answer for update to hr_app using ((select sec.role()) = 'CO' and sec.leads_case(case_id) and membership_id <> (select sec.hat()))
  with check ((select sec.role()) = 'CO' and sec.leads_case(case_id) and membership_id <> (select sec.hat()) and settled is not null and settled_by_id = (select sec.hat()));
grant select, insert on app.party_answer to hr_app;
grant update (answer, why, at, settled, settled_by_id, settled_at) on app.party_answer to hr_app;
-- The second wall: nobody signs beside an answer that is not settled.
create function app.holds_unsettled() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.statement_signed_at is not null and old.statement_signed_at is null
     and exists (select from app.party_answer a where a.case_id = new.case_id and a.membership_id = new.membership_id and a.settled is distinct from 'admitted') then
    raise exception 'an answer is not settled' using errcode = '42501'; end if;
  return new; end $$;
revoke all on function app.holds_unsettled() from public;
create trigger unsettled before update of statement_signed_at on app.case_party for each row execute function app.holds_unsettled();
set role hr_owner;
