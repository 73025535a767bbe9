-- An answer that was given to who had just confirmed who they are is given again to who has just confirmed it too. Of what was kept before nobody
-- can say, so all of that wants it, for the day it is kept.
set role hr_owner;
alter table app.answer_kept add confirmed boolean not null default true;
alter table app.answer_kept alter confirmed set default false;
comment on column app.answer_kept.confirmed is 'whether the act wanted a fresh confirmation of who one is; its answer then wants one again';
grant update (confirmed) on app.answer_kept to hr_app;
reset role;
set role hr_owner;
