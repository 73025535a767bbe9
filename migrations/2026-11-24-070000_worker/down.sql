set role hr_owner;
drop policy named on app.compartment_member;
create policy named on app.compartment_member for insert with check (
    compartment_id in (select sec.my_compartments()) or membership_id = (select sec.hat()) and sec.is_first_member(compartment_id)
    or exists (select from app.compartment c where c.id = compartment_id and c.first_member_id = membership_id and c.epoch = 0));
drop policy asked on app.question;
create policy asked on app.question for insert with check (compartment_id in (select sec.my_open_compartments()));
drop policy shredded on keys.item_key;
create policy shredded on keys.item_key for delete using (compartment_id in (select sec.my_open_compartments()));
drop policy written on keys.item_key;
create policy written on keys.item_key for insert with check (
    compartment_id = sec.item_compartment(item_id) and (compartment_id in (select sec.my_open_compartments()) or sec.may_place(compartment_id)));
drop policy own on app.item_draft;
create policy own on app.item_draft using (membership_id = (select sec.hat()) and compartment_id in (select sec.my_open_compartments()));
drop policy written on app.item_version;
create policy written on app.item_version for insert with check (
    author_id = (select sec.hat()) and compartment_id = sec.item_compartment(item_id)
    and (compartment_id in (select sec.my_open_compartments()) or placed and sec.may_place(compartment_id)));
drop policy rewritten on app.item;
create policy rewritten on app.item for update using (compartment_id in (select sec.my_open_compartments()));
drop policy written on app.item;
create policy written on app.item for insert with check (
    author_id = (select sec.hat()) and (compartment_id in (select sec.my_open_compartments()) or placed and sec.may_place(compartment_id)));
revoke delete on app.item_grant from hr_app;
drop policy shredded_on_its_day on app.item_grant;
drop policy worker_shreds on app.item_grant;
drop policy shredded_on_its_day on app.item_draft;
drop policy worker_shreds on app.item_draft;
drop policy worker_shreds on app.item;
drop policy shredded_on_its_day on keys.item_key;
drop policy worker_shreds on keys.item_key;
drop policy reminded on app.recommendation;
drop policy reminded on app.question;
drop policy reminded on app.relative;
drop policy reminded on app.reflection;
drop policy of_worker on app.question;
drop policy of_worker on app.relative;
drop policy of_worker on app.compartment_member;
drop policy of_worker on app.compartment;
drop policy of_worker on app.case_party;
drop index app.notice_sent;
drop policy offered_again on app.notice;
drop policy outbox on app.notice;
create policy outbox on app.notice for select using (bureau_id = (select sec.bureau()) and (select sec.role()) = 'TA');
drop policy noted on app.notice;
create policy noted on app.notice for insert with check ((select sec.me()) is not null);
alter table app.reflection drop reminded;
alter table app.question drop reminded;
alter table app.relative drop reminded;
alter table app.recommendation drop reminded;
drop table app.delivery;
set role hr_sec;
drop function sec.shred_due(uuid), sec.is_relatives(uuid), sec.may_tell(uuid), sec.my_writing_compartments();
create or replace function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.compartment c where c.id = target and c.frozen_at is null and (
       exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat() and (p.until is null or p.until > now()) and case c.kind
           when 'reflection' then p.role in ('CO', 'SE', 'CH') when 'panel' then true when 'case' then true when 'kin' then p.role in ('CO', 'CH', 'SE')
           when 'report' then true when 'coding' then p.role in ('CO', 'CH', 'SE', 'CD') when 'action' then p.role in ('CO', 'CH', 'SE') when 'national' then true else false end)
       or exists (select from app.compartment mine join app.compartment_member m on m.compartment_id = mine.id
           where m.membership_id = sec.hat() and (m.until is null or m.until > now()) and mine.case_id = c.case_id and case c.kind
           when 'panel' then m.role in ('AC', 'AU', 'AP', 'CO', 'CH', 'SE', 'PM') when 'case' then m.role in ('AC', 'AU', 'AP', 'CO', 'CH', 'SE', 'QA', 'NC')
           when 'report' then m.role in ('AP', 'AC', 'CO', 'CH', 'SE', 'QA') when 'kin' then m.role in ('CO', 'CH', 'SE')
           when 'coding' then m.role in ('CO', 'CH', 'SE', 'CD', 'RM') when 'national' then m.role in ('CO', 'CH', 'SE', 'QA', 'NC') when 'reflection' then m.role in ('CO', 'CH', 'SE') when 'action' then m.role in ('CO', 'CH', 'SE') else false end)
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id))) $$;
create or replace function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.compartment_id from app.compartment_member m join app.compartment c on c.id = m.compartment_id
   where m.membership_id = sec.hat() and m.access = 'full' and (m.until is null or m.until > now())
     and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat()
         and p.role <> 'CO' and p.statement_signed_at is null)) $$;
reset role;
set role hr_owner;
alter table app.compartment_member drop constraint compartment_member_access_check;
alter table app.compartment_member add constraint compartment_member_access_check check (access in ('full', 'facts'));
revoke select on app.proposal, app.case_step, app.case_file, app.reflection from hr_sec;
drop policy sec_reads on app.reflection;
drop policy sec_reads on app.case_file;
drop policy sec_reads on app.case_step;
drop policy sec_reads on app.proposal;
