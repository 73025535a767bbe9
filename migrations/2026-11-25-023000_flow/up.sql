-- What goes wrong and is put right: invitations recalled, reflections corrected, who stands in, who ceases to belong.
set role hr_owner;
alter table app.reflection drop constraint reflection_state_check;
alter table app.reflection add constraint reflection_state_check check (state in ('invited', 'answered', 'nothing_known', 'declined', 'released', 'withdrawn', 'closed', 'recalled'));
-- After the release nothing is taken back; a correction is a further released version beside it.
alter table app.reflection add corrections integer not null default 0 check (corrections >= 0);
alter table app.reflection add released_at timestamptz;
grant update (corrections, released_at) on app.reflection to hr_app;
-- Beside the report stands its learning brief; each has versions, and an old one stays when a new one comes.
alter table app.publication add kind text not null default 'report' check (kind in ('report', 'learning'));
alter table app.publication drop constraint publication_case_id_version_key;
alter table app.publication add constraint publication_once unique (case_id, kind, version);
-- Recalling takes away what was sealed for somebody; the functions below do that, and nobody else may.
create policy sec_recalls on app.key_grant for delete to hr_sec using (true);
create policy sec_reads on app.key_grant for select to hr_sec using (true);
create policy sec_recalls on app.item_grant for delete to hr_sec using (true);
create policy sec_recalls on app.compartment_member for update to hr_sec using (true);
create policy sec_recalls on keys.item_key for delete to hr_sec using (true);
create policy sec_reads on keys.item_key for select to hr_sec using (true);
grant select, delete on app.key_grant, app.item_grant, keys.item_key to hr_sec;
grant update (until) on app.compartment_member to hr_sec;
grant usage on schema keys to hr_sec;
grant update (until, sealed) on app.item_grant to hr_sec;
create policy sec_ends on app.item_grant for update to hr_sec using (true);
create policy sec_reads on app.record for select to hr_sec using (true);
grant select on app.record to hr_sec;
set role hr_sec;
-- An invitation nobody redeemed: its code works no more, and what was sealed to it is gone. Whoever invited recalls; so does the
-- bureau's administrator, but for relatives.
create function sec.recall_invitation(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  select * into m from app.membership t where t.id = target and t.bureau_id is not distinct from sec.bureau()
    and (t.invited_by = sec.hat() or sec.role() = 'TA' and t.role not in ('RE', 'SU') or sec.role() = 'CO' and t.role in ('AC', 'RE', 'SU') and sec.knows_hat(t.id)) for update;
  if m.id is null or m.state = 'ended' then return 'absent'; end if;
  if m.person_id is not null then return 'used'; end if;
  if exists (select from app.reflection r where r.contact_id = target and r.state in ('invited', 'answered')) then return 'awaited'; end if;
  update sec.invitation set recalled_at = now(), enrolment_hash = null, enrolment_sealed = null where membership_id = target and used_at is null;
  update app.membership set state = 'ended', invited_public = null, invited_public_mac = null where id = target;
  delete from app.key_grant where membership_id = target;
  delete from app.item_grant where membership_id = target;
  update app.compartment_member set until = now() where membership_id = target and (until is null or until > now());
  return 'recalled'; end $$;
-- The invitation of a recalled reflection becomes unreadable to the organisation. Before the answer everything that waited is;
-- afterwards what the organisation wrote itself stays its own.
create function sec.shred_invitation(target uuid) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare within uuid; unborn boolean; done integer; begin
  select r.compartment_id, c.epoch = 0 into within, unborn from app.reflection r join app.compartment c on c.id = r.compartment_id
    where r.id = target and r.state = 'recalled' and sec.leads_case(r.case_id);
  if within is null then return 0; end if;
  delete from app.item_grant g using app.item i where i.id = g.item_id and i.compartment_id = within and (unborn or i.kind = 'invitation');
  delete from keys.item_key k using app.item i where i.id = k.item_id and i.compartment_id = within and (unborn or i.kind = 'invitation');
  get diagnostics done = row_count;
  if unborn then update app.compartment_member set until = now() where compartment_id = within; end if;
  return done; end $$;
-- Where single items were sealed to the hat: it sees that the compartment is there, and opens those items alone.
create function sec.my_granted_compartments() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select i.compartment_id from app.item_grant g join app.item i on i.id = g.item_id where g.membership_id = mine and (g.until is null or g.until > now()); end $$;
-- What a coder got as evidence ends with the record (rulings.md 2).
create function sec.end_evidence() returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  if sec.role() is distinct from 'worker' then return 0; end if;
  update app.item_grant g set until = now(), sealed = '' from app.item i join app.compartment c on c.id = i.compartment_id join app.record r on r.case_id = c.case_id
    where i.id = g.item_id and g.purpose = 'evidence' and (g.until is null or g.until > now()) and r.state = 'complete';
  get diagnostics done = row_count; return done; end $$;
revoke all on function sec.recall_invitation(uuid), sec.shred_invitation(uuid), sec.my_granted_compartments(), sec.end_evidence() from public;
grant execute on function sec.recall_invitation(uuid), sec.shred_invitation(uuid), sec.my_granted_compartments(), sec.end_evidence() to hr_app;
grant execute on function sec.my_granted_compartments() to hr_owner;
-- Whether a hat is a supporter in a compartment: the relative ends that alone.
create function sec.supports(within uuid, target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.compartment_member m where m.compartment_id = within and m.membership_id = target and m.role = 'SU') $$;
revoke all on function sec.supports(uuid, uuid) from public;
grant execute on function sec.supports(uuid, uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy among_granted on app.compartment for select using (id in (select sec.my_granted_compartments()));
create policy supporter_ended on app.compartment_member for update using (role = 'SU' and (select sec.role()) = 'RE' and compartment_id in (select sec.my_writing_compartments()));
create policy supporter_ended on app.key_grant for delete using ((select sec.role()) = 'RE' and compartment_id in (select sec.my_writing_compartments()) and sec.supports(compartment_id, membership_id));
create policy ended on app.delivery for delete using (compartment_id in (select sec.my_writing_compartments()));
grant delete on app.delivery to hr_app;
create index step_of_adoption on app.case_step (case_id, at) where step = 'T16';

-- Answers by Idempotency-Key: sealed to who asked, with a hash of what was asked. A key is taken within the transaction of the act, so
-- that an act never happens twice; its answer follows.
truncate app.answer_kept;
alter table app.answer_kept drop column body, drop column location;
alter table app.answer_kept add request_hash bytea not null check (length(request_hash) = 32);
alter table app.answer_kept add sealed bytea;
create index answer_kept_since on app.answer_kept (created_at);
create policy forgotten on app.answer_kept for select using ((select sec.role()) = 'worker');
create policy forgotten_on_its_day on app.answer_kept for delete using ((select sec.role()) = 'worker' and created_at < now() - interval '24 hours');
grant update (status, sealed), delete on app.answer_kept to hr_app;
comment on table app.answer_kept is 'answers by Idempotency-Key, sealed to who asked; kept a day';

-- Evaluations: one a hat and case, given again it replaces the first; words are sealed to the case, and no row names who wrote it.
alter table app.evaluation add once bytea check (length(once) = 32);
alter table app.evaluation add words bytea;
alter table app.evaluation add epoch integer;
create unique index evaluation_once on app.evaluation (once);
drop policy given on app.evaluation;
revoke insert on app.evaluation from hr_app;
create policy sec_keeps on app.evaluation to hr_sec using (true) with check (true);
create policy sec_reads on app.compartment_epoch for select to hr_sec using (true);
grant select, insert, update on app.evaluation to hr_sec;
grant select on app.compartment_epoch to hr_sec;
set role hr_sec;
-- What words for the coordinator are sealed to: for whoever took part in the case.
create function sec.evaluation_room(target uuid) returns table (compartment_id uuid, epoch integer, place_public bytea, mac bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select c.id, e.epoch, e.place_public, e.mac from app.compartment c join app.compartment_epoch e on e.compartment_id = c.id and e.epoch = c.epoch
   where c.case_id = target and c.kind = 'case' and c.epoch > 0 and sec.in_case(target) $$;
create function sec.evaluate(target uuid, new_id uuid, figures jsonb, new_words bytea, new_epoch integer, new_once bytea) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not sec.in_case(target) or sec.role() is null then return false; end if;
  insert into app.evaluation (id, case_id, role, answers, words, epoch, once) values (new_id, target, sec.role(), figures, new_words, new_epoch, new_once)
    on conflict (once) do update set id = excluded.id, answers = excluded.answers, words = excluded.words, epoch = excluded.epoch;
  return true; end $$;
revoke all on function sec.evaluation_room(uuid), sec.evaluate(uuid, uuid, jsonb, bytea, integer, bytea) from public;
grant execute on function sec.evaluation_room(uuid), sec.evaluate(uuid, uuid, jsonb, bytea, integer, bytea) to hr_app;
reset role;
set role hr_owner;

-- Where an organisation no longer exists its legal successor is invited; the report says so.
alter table app.reflection add stands_for_id uuid references app.organisation;
