-- What happens by itself: mail by the relatives' own rules, reminders, shredding on its day. And three walls made narrower:
-- who may tell whom, who may place where, and a supporter who only reads.
set role hr_owner;
create policy sec_reads on app.proposal for select to hr_sec using (true);
create policy sec_reads on app.case_step for select to hr_sec using (true);
create policy sec_reads on app.case_file for select to hr_sec using (true);
create policy sec_reads on app.reflection for select to hr_sec using (true);
grant select on app.proposal, app.case_step, app.case_file, app.reflection to hr_sec;
alter table app.compartment_member drop constraint compartment_member_access_check;
alter table app.compartment_member add constraint compartment_member_access_check check (access in ('full', 'read', 'facts'));
set role hr_sec;
create or replace function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.compartment_id from app.compartment_member m join app.compartment c on c.id = m.compartment_id
   where m.membership_id = sec.hat() and m.access in ('full', 'read') and (m.until is null or m.until > now())
     and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat()
         and p.role <> 'CO' and p.statement_signed_at is null)) $$;
-- Those the hat may also write in.
create function sec.my_writing_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select o from sec.my_open_compartments() o where exists (select from app.compartment_member m
   where m.compartment_id = o and m.membership_id = sec.hat() and m.access = 'full' and (m.until is null or m.until > now())) $$;
-- Who may put something where they do not read, act by act: the bureau into an organisation's or a relative's place; what an
-- organisation releases or answers into the panel; its answers and replies into case and report; a national signature.
create or replace function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.compartment c where c.id = target and c.frozen_at is null and (
       exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat() and (p.until is null or p.until > now()) and case c.kind
           when 'coding' then p.role in ('CO', 'CD', 'RM') when 'report' then p.role in ('CO', 'CH', 'SE', 'QA') when 'national' then p.role in ('CO', 'CH', 'SE', 'QA')
           when 'reflection' then p.role in ('CO', 'CH', 'SE') when 'kin' then p.role in ('CO', 'CH', 'SE') when 'action' then p.role in ('CO', 'CH', 'SE')
           when 'panel' then p.role in ('CO', 'CH', 'SE') when 'case' then p.role in ('CO', 'CH', 'SE') else false end)
       or exists (select from app.compartment mine join app.compartment_member m on m.compartment_id = mine.id
           where m.membership_id = sec.hat() and (m.until is null or m.until > now()) and mine.case_id = c.case_id and case c.kind
           when 'panel' then mine.kind = 'reflection' and m.role in ('AU', 'AP') when 'report' then mine.kind = 'reflection' and m.role in ('AC', 'AP')
           when 'case' then mine.kind in ('reflection', 'action') and m.role in ('AC', 'AP') else false end)
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id)
          and exists (select from app.proposal p where p.case_id = c.case_id))) $$;
-- Whom a hat may tell that something is ready.
create function sec.may_tell(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.id = target and (sec.knows_hat(m.id) or case
       when sec.role() in ('RE', 'SU') then false
       when sec.role() in ('AC', 'AU', 'AP') then m.organisation_id = sec.organisation() or m.bureau_id = sec.bureau() and m.role in ('CO', 'CH', 'SE', 'PM')
       when sec.bureau() is null then m.role in ('CO', 'CH', 'SE', 'CD', 'RM', 'QA', 'NC')
       else m.bureau_id = sec.bureau() or m.bureau_id is null and m.role in ('NC', 'QA', 'RM', 'CD') end)) $$;
create function sec.is_relatives(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.id = target and m.role in ('RE', 'SU')) $$;
-- When a reflection may be shredded: twelve months after the last adoption; where none comes, 24 months after the last step
-- (ruling 24). The files under config may wait longer, never shorter.
create function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and (c.kind = 'reflection' or c.kind = 'panel' and exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else f.state in ('not_reviewed', 'closed') and f.state_since <= now() - interval '24 months' end) $$;
revoke all on function sec.my_writing_compartments(), sec.may_tell(uuid), sec.is_relatives(uuid), sec.shred_due(uuid) from public;
grant execute on function sec.my_writing_compartments(), sec.may_tell(uuid), sec.is_relatives(uuid), sec.shred_due(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;

-- A relative's rules for messages: channel, hours, days, language; sealed under the installation key, so that the worker can
-- keep them; risk, wishes and reasons stay in the compartment (ruling 8).
create table app.delivery (
    membership_id uuid primary key references app.membership,
    compartment_id uuid not null references app.compartment,
    sealed bytea not null,
    changed_at timestamptz not null default now()
);
comment on table app.delivery is 'how a relative may be reached, for the worker; sealed under the installation key';
alter table app.delivery enable row level security;
alter table app.delivery force row level security;
create policy of_members on app.delivery for select using (compartment_id in (select sec.my_open_compartments()));
create policy kept on app.delivery for insert with check (compartment_id in (select sec.my_writing_compartments()));
create policy changed on app.delivery for update using (compartment_id in (select sec.my_writing_compartments()));
create policy of_worker on app.delivery for select using ((select sec.role()) = 'worker');
grant select, insert on app.delivery to hr_app;
grant update (sealed, changed_at) on app.delivery to hr_app;

alter table app.reflection add reminded text[] not null default '{}';
alter table app.question add reminded text[] not null default '{}';
alter table app.relative add reminded text[] not null default '{}';
alter table app.recommendation add reminded text[] not null default '{}';
grant update (reminded) on app.reflection, app.question, app.relative, app.recommendation to hr_app;

drop policy noted on app.notice;
create policy noted on app.notice for insert with check (
    (select sec.role()) = 'worker' or (select sec.me()) is not null and bureau_id is not distinct from (select sec.bureau()) and sec.may_tell(membership_id));
-- Administrators see what waits, never relatives' accounts (ruling 19).
drop policy outbox on app.notice;
create policy outbox on app.notice for select using (bureau_id = (select sec.bureau()) and (select sec.role()) = 'TA' and not sec.is_relatives(membership_id));
create policy offered_again on app.notice for update using (bureau_id = (select sec.bureau()) and (select sec.role()) = 'TA' and not sec.is_relatives(membership_id));
create index notice_sent on app.notice (membership_id, sent_at desc) where sent_at is not null;

create policy of_worker on app.case_party for select using ((select sec.role()) = 'worker');
create policy of_worker on app.compartment for select using ((select sec.role()) = 'worker');
create policy of_worker on app.compartment_member for select using ((select sec.role()) = 'worker');
create policy of_worker on app.relative for select using ((select sec.role()) = 'worker');
create policy of_worker on app.question for select using ((select sec.role()) = 'worker');
create policy reminded on app.reflection for update using ((select sec.role()) = 'worker');
create policy reminded on app.relative for update using ((select sec.role()) = 'worker');
create policy reminded on app.question for update using ((select sec.role()) = 'worker');
create policy reminded on app.recommendation for update using ((select sec.role()) = 'worker');
create policy worker_shreds on keys.item_key for select using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
create policy shredded_on_its_day on keys.item_key for delete using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
create policy worker_shreds on app.item for select using ((select sec.role()) = 'worker' and sec.shred_due(id));
create policy worker_shreds on app.item_draft for select using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
create policy shredded_on_its_day on app.item_draft for delete using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
create policy worker_shreds on app.item_grant for select using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
create policy shredded_on_its_day on app.item_grant for delete using ((select sec.role()) = 'worker' and sec.shred_due(item_id));
grant delete on app.item_grant to hr_app;

-- Writing needs more than reading.
drop policy written on app.item;
create policy written on app.item for insert with check (
    author_id = (select sec.hat()) and (compartment_id in (select sec.my_writing_compartments()) or placed and sec.may_place(compartment_id)));
drop policy rewritten on app.item;
create policy rewritten on app.item for update using (compartment_id in (select sec.my_writing_compartments()));
drop policy written on app.item_version;
create policy written on app.item_version for insert with check (
    author_id = (select sec.hat()) and compartment_id = sec.item_compartment(item_id)
    and (compartment_id in (select sec.my_writing_compartments()) or placed and sec.may_place(compartment_id)));
drop policy own on app.item_draft;
create policy own on app.item_draft using (membership_id = (select sec.hat()) and compartment_id in (select sec.my_writing_compartments()));
drop policy written on keys.item_key;
create policy written on keys.item_key for insert with check (
    compartment_id = sec.item_compartment(item_id) and (compartment_id in (select sec.my_writing_compartments()) or sec.may_place(compartment_id)));
drop policy shredded on keys.item_key;
create policy shredded on keys.item_key for delete using (compartment_id in (select sec.my_writing_compartments()));
drop policy asked on app.question;
create policy asked on app.question for insert with check (compartment_id in (select sec.my_writing_compartments()));
drop policy named on app.compartment_member;
create policy named on app.compartment_member for insert with check (
    compartment_id in (select sec.my_writing_compartments()) or membership_id = (select sec.hat()) and sec.is_first_member(compartment_id)
    or compartment_id in (select sec.my_compartments()) and exists (select from app.compartment c where c.id = compartment_id and c.kind in ('reflection', 'action'))
    or exists (select from app.compartment c where c.id = compartment_id and c.first_member_id = membership_id and c.epoch = 0));
