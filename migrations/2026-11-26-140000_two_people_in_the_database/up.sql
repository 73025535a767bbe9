-- What two people decide, the database asks two people for as well: votes are counted by person, nobody decides on their own work or after
-- they declared an interest, and a table leaves by a request that is open and of its purpose. Columns that a policy can't compare, a
-- trigger does; what definer functions and the owner change is not its business.
set role hr_owner;
-- Why a request ended as refused: a checker's word, or the gate's.
alter table app.output_request add refused_for text check (refused_for in ('checker', 'gate-reconstruction', 'gate-family', 'outcome-not-public'));
comment on column app.output_request.refused_for is 'why it ended as refused: a checker, or a rule of the gate that decides after both agreed';
grant update (refused_for) on app.output_request to hr_app;
alter table app.table_query drop constraint table_query_answer_check;
alter table app.table_query add constraint table_query_answer_check check (answer in ('released', 'repeated', 'budget', 'quota', 'reconstruction', 'family'));
-- How many cells an approving member gives; the least of those who approve counts.
alter table app.project_vote add cells integer check (cells between 1 and 300);
comment on column app.project_vote.cells is 'cells of the register''s budget that an approving member gives; the least counts';
-- A person who comes after approval works once the committee agreed.
alter table app.project_change drop constraint project_change_kind_check;
alter table app.project_change add constraint project_change_kind_check check (kind in ('renewal', 'withdrawal', 'person'));
alter table app.project_person add change_id uuid references app.project_change;
comment on column app.project_person.change_id is 'the change that brings this person into an approved project; empty for who was approved with it';
create index project_person_by_change on app.project_person (change_id) where change_id is not null;
create policy sec_reads on app.project_vote for select to hr_sec using (true);
create policy sec_reads on app.project_change_vote for select to hr_sec using (true);
grant select on app.project_vote, app.project_change_vote to hr_sec;
reset role;

set role hr_sec;
-- Whether the person behind the hat works in a project, or ever did, in whatever hat; or declared an interest in it.
create function sec.has_interest(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); me uuid; begin
  select m.person_id into me from app.membership m where m.id = mine;
  return exists (select from app.project p join app.membership m on m.id = p.applicant_id where p.id = target and m.person_id = me)
      or exists (select from app.project_person w join app.membership m on m.id = w.membership_id where w.project_id = target and m.person_id = me)
      or exists (select from app.project_vote v join app.membership m on m.id = v.membership_id where v.project_id = target and v.vote = 'conflict' and m.person_id = me); end $$;
-- Who may decide on a project: the hats of the committee whose person neither works in it nor declared an interest.
create function sec.deciders(target uuid) returns table (hat uuid, person uuid) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not (sec.takes_part_in_project(target) or sec.decides_on_project(target)) then return; end if;
  return query select c.id, c.person_id from app.project p join app.membership c on c.bureau_id is not distinct from p.bureau_id and c.role = 'RC' and c.state = 'active' and c.person_id is not null
   where p.id = target and not exists (
     select from app.membership o where o.person_id = c.person_id and (o.id = p.applicant_id
       or exists (select from app.project_person w where w.project_id = target and w.membership_id = o.id)
       or exists (select from app.project_vote v where v.project_id = target and v.membership_id = o.id and v.vote = 'conflict')))
   order by c.id; end $$;
-- Two people gave the same vote on the version of an application that lies before the committee.
create function sec.voted_by_two(target uuid, the_vote text) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return (select count(distinct m.person_id) from app.project p join app.project_vote v on v.project_id = p.id and v.version = p.version join app.membership m on m.id = v.membership_id
   where p.id = target and v.vote = the_vote) >= 2; end $$;
-- The least that an approving member gave; sixty where none was named.
create function sec.cells_voted(target uuid) returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return coalesce((select min(v.cells) from app.project p join app.project_vote v on v.project_id = p.id and v.version = p.version where p.id = target and v.vote = 'approve'), 60); end $$;
-- Two people agreed to a change, or did not.
create function sec.change_voted_by_two(target uuid, agreed boolean) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return (select count(distinct m.person_id) from app.project_change_vote v join app.membership m on m.id = v.membership_id where v.change_id = target and v.agrees = agreed) >= 2; end $$;
create function sec.change_agreed(target uuid, the_kind text, the_day date) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.project_change c where c.project_id = target and c.kind = the_kind and c.state = 'agreed' and (the_day is null or c.until = the_day)); end $$;
-- Whether the hat may check a request: open, asked by somebody else, not checked by the same person in another hat (in this one the key
-- of the table holds), not of a project the person works in.
create function sec.may_check(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); me uuid; begin
  select m.person_id into me from app.membership m where m.id = mine;
  return exists (select from app.output_request r where r.id = target and r.state = 'open' and not sec.has_interest(r.project_id)
     and not exists (select from app.membership m where m.id = r.requested_by and m.person_id = me)
     and not exists (select from app.output_check c join app.membership m on m.id = c.membership_id where c.request_id = r.id and c.membership_id <> mine and m.person_id = me)); end $$;
-- Two different people found that a table of an open request may leave; one that becomes public, by a request for that.
reset role;
set role hr_owner;
drop policy released on app.released_table;
drop policy made_public on app.released_table;
reset role;
set role hr_sec;
drop function sec.output_agreed(uuid, text);
create function sec.output_agreed(snapshot uuid, question text, publication boolean) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.output_request r where r.snapshot_id = snapshot and r.question_id = question and r.state = 'open' and (not publication or r.purpose = 'publication') and
     (select count(distinct m.person_id) from app.output_check c join app.membership m on m.id = c.membership_id where c.request_id = r.id and c.verdict = 'release') >= 2
     and not exists (select from app.output_check c where c.request_id = r.id and c.verdict = 'refuse')); end $$;
-- Whether a request may end so: refused by a checker's word or, after two agreed, by the gate's; released when two agreed and it has left.
create function sec.request_ends(target uuid, as_what text) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare agreed integer; begin
  select count(distinct m.person_id) into agreed from app.output_check c join app.membership m on m.id = c.membership_id where c.request_id = target and c.verdict = 'release';
  return case as_what when 'open' then true
    when 'refused' then agreed >= 2 or exists (select from app.output_check c where c.request_id = target and c.verdict = 'refuse')
    when 'released' then agreed >= 2 and exists (select from app.output_request r join app.released_table t on t.snapshot_id = r.snapshot_id and t.question_id = r.question_id where r.id = target)
    else false end; end $$;
-- Who was added after approval works in a project once the committee agreed.
create or replace function sec.my_projects() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select p.id from app.project_person w join app.project p on p.id = w.project_id
   where w.membership_id = mine and w.signed_at is not null and (w.until is null or w.until > now()) and p.state = 'approved' and p.ends_on >= current_date
     and (w.change_id is null or exists (select from app.project_change c where c.id = w.change_id and c.state = 'agreed')); end $$;
-- Whether the codes of a record are settled: those of the third coder, of both others, or those that were coded on.
create function sec.settled(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.record r where r.id = target and case
     when r.recoded_slot is not null then exists (select from app.coding c where c.record_id = target and c.slot = r.recoded_slot and c.final_at is not null)
     else exists (select from app.coding c where c.record_id = target and c.slot = 'c3' and c.final_at is not null)
       or 2 = (select count(*) from app.coding c where c.record_id = target and c.slot in ('c1', 'c2') and c.final_at is not null) end); end $$;
revoke all on function sec.has_interest(uuid), sec.deciders(uuid), sec.voted_by_two(uuid, text), sec.cells_voted(uuid), sec.change_voted_by_two(uuid, boolean), sec.change_agreed(uuid, text, date),
  sec.may_check(uuid), sec.output_agreed(uuid, text, boolean), sec.request_ends(uuid, text), sec.settled(uuid) from public;
grant execute on function sec.has_interest(uuid), sec.deciders(uuid), sec.voted_by_two(uuid, text), sec.cells_voted(uuid), sec.change_voted_by_two(uuid, boolean), sec.change_agreed(uuid, text, date),
  sec.may_check(uuid), sec.output_agreed(uuid, text, boolean), sec.request_ends(uuid, text), sec.settled(uuid) to hr_app, hr_owner;
reset role;

set role hr_owner;
-- An applicant writes until it is handed in, also what came back; the committee decides, by two; the register's manager does not.
drop policy moved_by_applicant on app.project;
create policy moved_by_applicant on app.project for update to hr_app using (applicant_id = (select sec.hat())) with check (applicant_id = (select sec.hat()));
drop policy decided on app.project;
create policy decided on app.project for update to hr_app using ((select sec.role()) = 'RC' and state in ('submitted', 'approved') and bureau_id is not distinct from (select sec.bureau()))
    with check ((select sec.role()) = 'RC' and bureau_id is not distinct from (select sec.bureau()));
create function app.keeps_project() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare written boolean := old.state in ('draft', 'returned'); allowed boolean; begin
  if current_user <> 'hr_app' then return new; end if;
  if old.applicant_id = sec.hat() then
    allowed := new.cells = old.cells
      and (new.state = old.state or written and new.state in ('submitted', 'withdrawn') or old.state = 'submitted' and new.state = 'withdrawn' or old.state = 'approved' and new.state = 'ended')
      and (written or new.outcomes = old.outcomes and new.ends_on is not distinct from old.ends_on and new.version = old.version) and new.version - old.version in (0, 1);
  else
    allowed := new.outcomes = old.outcomes and new.version = old.version
      and (new.cells = old.cells or old.state = 'submitted' and new.state = 'approved' and new.cells = sec.cells_voted(old.id))
      and (new.state = old.state or old.state = 'approved' and new.state = 'ended' and sec.change_agreed(old.id, 'withdrawal', null)
        or old.state = 'submitted' and sec.voted_by_two(old.id, case new.state when 'approved' then 'approve' when 'returned' then 'return' when 'declined' then 'decline' end))
      and (new.ends_on is not distinct from old.ends_on or new.ends_on is not null and sec.change_agreed(old.id, 'renewal', new.ends_on));
  end if;
  if allowed then return new; end if;
  raise exception 'not by who asks, or not by two' using errcode = 'insufficient_privilege'; end $$;
revoke all on function app.keeps_project() from public;
create trigger kept before update on app.project for each row execute function app.keeps_project();

-- Each signs for themselves; the applicant names people, and says that somebody left.
drop policy named on app.project_person;
create policy named on app.project_person for insert to hr_app with check (signed_at is null and exists (
    select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and (p.state in ('draft', 'returned') and change_id is null
      or p.state = 'approved' and exists (select from app.project_change c where c.id = change_id and c.project_id = p.id and c.kind = 'person' and c.state = 'open'))));
drop policy signed_or_ended on app.project_person;
create policy signed_or_ended on app.project_person for update to hr_app using (membership_id = (select sec.hat())
    or exists (select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat())));
create function app.keeps_project_person() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare mine uuid := sec.hat(); begin
  if current_user <> 'hr_app' then return new; end if;
  if (new.signed_at is not distinct from old.signed_at or old.membership_id = mine and old.signed_at is null)
     and (new.until is not distinct from old.until or old.until is null and exists (select from app.project p where p.id = old.project_id and p.applicant_id = mine)) then return new; end if;
  raise exception 'each signs for themselves, and the applicant ends' using errcode = 'insufficient_privilege'; end $$;
revoke all on function app.keeps_project_person() from public;
create trigger kept before update on app.project_person for each row execute function app.keeps_project_person();

drop policy voted on app.project_vote;
create policy voted on app.project_vote for insert to hr_app with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(project_id) and not sec.has_interest(project_id)
    and exists (select from app.project p where p.id = project_id and p.version = project_vote.version));

-- What everybody may know of a project changes by the votes that changed the project, or ends by its applicant.
drop policy listed on app.project_listed;
create policy listed on app.project_listed for insert to hr_app with check ((select sec.role()) = 'RC' and sec.decides_on_project(project_id) and sec.voted_by_two(project_id, 'approve'));
drop policy ended on app.project_listed;
create policy ended on app.project_listed for update to hr_app using ((select sec.role()) = 'RC' and sec.decides_on_project(project_id)
    or exists (select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat())));
create function app.keeps_project_listed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user <> 'hr_app' then return new; end if;
  if (new.ends_on is not distinct from old.ends_on or sec.role() = 'RC' and new.ends_on is not null and sec.change_agreed(old.project_id, 'renewal', new.ends_on))
     and (new.ended_on is not distinct from old.ended_on or old.ended_on is null and (sec.role() = 'RS' or sec.change_agreed(old.project_id, 'withdrawal', null))) then return new; end if;
  raise exception 'not by two' using errcode = 'insufficient_privilege'; end $$;
revoke all on function app.keeps_project_listed() from public;
create trigger kept before update on app.project_listed for each row execute function app.keeps_project_listed();

drop policy asked on app.project_change;
create policy asked on app.project_change for insert to hr_app with check (state = 'open' and asked_by = (select sec.hat()) and case
    when kind in ('renewal', 'person') then (select sec.role()) = 'RS' and exists (select from app.project p where p.id = project_id and p.applicant_id = (select sec.hat()) and p.state = 'approved')
    else (select sec.role()) = 'RC' and sec.decides_on_project(project_id) and not sec.has_interest(project_id) end);
drop policy settled on app.project_change;
create policy settled on app.project_change for update to hr_app using ((select sec.role()) = 'RC' and sec.decides_on_project(project_id))
    with check (state = 'open' or state = 'agreed' and sec.change_voted_by_two(id, true) or state = 'declined' and sec.change_voted_by_two(id, false));
drop policy voted on app.project_change_vote;
create policy voted on app.project_change_vote for insert to hr_app with check ((select sec.role()) = 'RC' and membership_id = (select sec.hat()) and sec.decides_on_project(sec.project_of_change(change_id))
    and not sec.has_interest(sec.project_of_change(change_id)));

create policy released on app.released_table for insert to hr_app with check (public_at is null and sec.of_register(snapshot_id) and case (select sec.role())
    when 'RS' then released_by = (select sec.hat()) and not checked and project_id in (select sec.my_projects())
    when 'OC' then released_by = (select sec.hat()) and checked and sec.output_agreed(snapshot_id, question_id, false) else false end);
create policy made_public on app.released_table for update to hr_app using ((select sec.role()) = 'OC' and sec.of_register(snapshot_id) and sec.output_agreed(snapshot_id, question_id, true));
drop policy settled on app.output_request;
create policy settled on app.output_request for update to hr_app using ((select sec.role()) = 'OC' and state = 'open' and bureau_id is not distinct from (select sec.bureau()))
    with check (sec.request_ends(id, state));
drop policy found on app.output_check;
create policy found on app.output_check for insert to hr_app with check ((select sec.role()) = 'OC' and membership_id = (select sec.hat()) and sec.may_check(request_id)
    and exists (select from app.output_request r where r.id = request_id));

-- Codes are begun by who leads the notification, for themselves, and by the register's manager for coders; final ones stay as they are.
drop policy begun on app.coding;
create policy begun on app.coding for insert to hr_app with check (slot = 'intake' and membership_id = (select sec.hat()) and (select sec.role()) = 'CO' and sec.codes_record(case_id)
    or slot <> 'intake' and final_at is null and (select sec.role()) = 'RM' and app.sees_case(case_id));
-- What an earlier version of this software saved plainly is still taken apart, and nothing else of final codes changes.
create function app.keeps_coding() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user <> 'hr_app' or old.final_at is null or row(new.*) is not distinct from row(old.*) then return new; end if;
  if new.final_at = old.final_at and new.version = old.version and (old.apart_id is null and new.apart_id is not null and old.codes @> new.codes
     or old.apart_mac is null and new.apart_id is not distinct from old.apart_id and new.codes = old.codes and new.worked is not distinct from old.worked and new.open_count = old.open_count) then return new; end if;
  raise exception 'final codes stay as they are' using errcode = 'insufficient_privilege'; end $$;
revoke all on function app.keeps_coding() from public;
create trigger kept before update on app.coding for each row execute function app.keeps_coding();
-- A coordinator's own codes change when the record was last touched, and nothing else; the manager closes what is settled.
create function app.keeps_record() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user <> 'hr_app' or new.state = old.state or sec.role() = 'RM' and new.state = 'complete' and old.state <> 'merged' and sec.settled(old.id) then return new; end if;
  raise exception 'a record is complete when its codes are settled' using errcode = 'insufficient_privilege'; end $$;
revoke all on function app.keeps_record() from public;
create trigger kept before update on app.record for each row execute function app.keeps_record();
