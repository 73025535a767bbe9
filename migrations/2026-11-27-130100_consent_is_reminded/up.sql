-- Who is asked whether a thematic review may read what they released is reminded before the day to answer, as of everything else with a day
-- (workflow.md section 3). The worker keeps what was said, and nothing else of a copy asked for.
set role hr_owner;
alter table app.thematic_item add reminded text[] not null default '{}';
comment on column app.thematic_item.reminded is 'marks of reminders that were said';
create policy reminded on app.thematic_item for update to hr_app using ((select sec.role()) = 'worker' and state = 'asked') with check ((select sec.role()) = 'worker' and state = 'asked');
grant update (reminded) on app.thematic_item to hr_app;
set role hr_owner;
