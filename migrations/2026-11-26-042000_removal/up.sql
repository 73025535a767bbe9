-- The wrong person in a case: the coordinator names the person's key, or a relative's place; two officers of the bureau decide, and read
-- nothing (workflow.md section 7). What they see is a reference, a key without a name, and a reason out of a list.
set role hr_owner;
create table app.removal (
    id uuid primary key,
    case_id uuid not null references app.case_file,
    bureau_id uuid not null references app.bureau,
    -- A row of the notification (v1, s2, c1, o1), or a relative's place.
    subject text not null check (subject ~ '^([vsco][0-9]{1,3}|relative)$'),
    relative_id uuid references app.relative,
    reason text not null check (reason in ('mistaken_identity', 'entered_twice', 'not_concerned')),
    state text not null default 'open' check (state in ('open', 'first', 'confirmed', 'done', 'refused', 'withdrawn')),
    by_membership_id uuid not null references app.membership,
    first_by_id uuid references app.membership,
    first_reason text check (first_reason in ('source_checked', 'court', 'asked_by_person')),
    second_by_id uuid references app.membership,
    second_reason text check (second_reason in ('source_checked', 'court', 'asked_by_person')),
    made_at timestamptz not null default now(),
    settled_at timestamptz,
    done_at timestamptz,
    check ((subject = 'relative') = (relative_id is not null)),
    -- Nobody decides alone, whatever the code does (I-5).
    check (first_by_id is null or first_by_id <> by_membership_id),
    check (second_by_id is null or second_by_id <> by_membership_id and second_by_id <> first_by_id),
    check (state not in ('confirmed', 'done') or first_by_id is not null and second_by_id is not null and first_reason is not null and second_reason is not null)
);
create unique index one_open_removal on app.removal (case_id, subject, coalesce(relative_id, case_id)) where state in ('open', 'first', 'confirmed');
create index removal_of_bureau on app.removal (bureau_id, made_at desc);
comment on table app.removal is 'a person to be removed from a case: by key, never by name; decided by two officers';
alter table app.removal enable row level security;
alter table app.removal force row level security;
create policy sec_decides on app.removal to hr_sec using (true) with check (true);
create policy of_coordinators on app.removal for select using ((select sec.role()) = 'CO' and sec.leads_case(case_id));
create policy of_officers on app.removal for select using ((select sec.role()) = 'RP' and bureau_id = (select sec.bureau()));
create policy proposed on app.removal for insert with check (
    by_membership_id = (select sec.hat()) and bureau_id = (select sec.bureau()) and (select sec.role()) = 'CO' and sec.leads_case(case_id) and state = 'open');
create policy carried_out on app.removal for update using ((select sec.role()) = 'CO' and sec.leads_case(case_id));
grant select on app.removal to hr_app;
grant insert (id, case_id, bureau_id, subject, relative_id, reason, by_membership_id) on app.removal to hr_app;
grant update (state, settled_at, done_at) on app.removal to hr_app;
grant select, update on app.removal to hr_sec;

create policy sec_empties on app.item_draft for delete to hr_sec using (true);
create policy sec_reads on app.item_draft for select to hr_sec using (true);
grant select, delete on app.item_draft to hr_sec;
create policy sec_empties on app.delivery for delete to hr_sec using (true);
create policy sec_reads on app.delivery for select to hr_sec using (true);
grant select, delete on app.delivery to hr_sec;
create policy sec_closes on app.compartment for update to hr_sec using (true) with check (true);
grant update (frozen_at) on app.compartment to hr_sec;
grant update (state) on app.relative to hr_sec;
create policy sec_closes on app.passage for update to hr_sec using (true) with check (true);
grant update (state) on app.passage to hr_sec;
-- The hashes of a removed person's names go with them.
create policy taken_back on app.name_token for delete using (sec.leads_case(case_id));
grant delete on app.name_token to hr_app;

set role hr_sec;
-- A relative's place is emptied and closed: every key of what lies there, and of the copies out of it; who belonged there belongs no more.
create function sec.empty_place(of uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare r app.relative; gone uuid[]; people uuid[]; begin
  select * into r from app.relative t where t.id = of for update;
  if r.id is null then return; end if;
  select coalesce(array_agg(i.id), '{}') into gone from app.item i join app.compartment c on c.id = i.compartment_id
    where i.compartment_id = r.compartment_id or c.case_id = r.case_id and c.kind in ('panel', 'report') and (i.subject_id = of
      or i.subject_id in (select p.id from app.passage p where p.compartment_id = r.compartment_id));
  delete from app.item_draft d where d.item_id = any(gone);
  delete from app.item_grant g where g.item_id = any(gone);
  delete from keys.item_key k where k.item_id = any(gone);
  update app.item set removed_at = now() where id = any(gone) and removed_at is null;
  delete from app.key_grant g where g.compartment_id = r.compartment_id;
  delete from app.delivery d where d.compartment_id = r.compartment_id;
  select coalesce(array_agg(m.membership_id), '{}') into people from app.compartment_member m where m.compartment_id = r.compartment_id and m.role in ('RE', 'SU');
  update app.compartment_member set until = now() where compartment_id = r.compartment_id and (until is null or until > now());
  update app.membership h set state = 'ended' where h.id = any(people) and not exists (
    select from app.compartment_member m where m.membership_id = h.id and (m.until is null or m.until > now()));
  update app.compartment set frozen_at = now() where id = r.compartment_id;
  update app.passage set state = 'no_answer' where compartment_id = r.compartment_id and state in ('placed', 'opened', 'answered');
  update app.relative set state = 'ended' where id = of; end $$;
-- An officer confirms: the second one, another person than the first and than who proposed, and no administrator, makes it so.
create function sec.confirm_removal(target uuid, why text) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare r app.removal; me uuid := sec.me(); begin
  if sec.role() is distinct from 'RP' then return 'absent'; end if;
  select * into r from app.removal t where t.id = target and t.bureau_id = sec.bureau() and t.state in ('open', 'first') for update;
  if r.id is null then return 'absent'; end if;
  if exists (select from app.membership m where m.id = r.by_membership_id and m.person_id = me) then return 'own'; end if;
  if exists (select from app.membership m where m.person_id = me and m.bureau_id = r.bureau_id and m.role = 'TA' and m.state = 'active') then return 'administrator'; end if;
  if r.first_by_id is null then
    update app.removal set first_by_id = sec.hat(), first_reason = why, state = 'first' where id = target;
    return 'first'; end if;
  if exists (select from app.membership m where m.id = r.first_by_id and m.person_id = me) then return 'same'; end if;
  update app.removal set second_by_id = sec.hat(), second_reason = why, state = case when r.relative_id is null then 'confirmed' else 'done' end, settled_at = now(),
    done_at = case when r.relative_id is null then null else now() end where id = target;
  if r.relative_id is not null then perform sec.empty_place(r.relative_id);
  -- Nobody else's unsaved notification brings the person back.
  else delete from app.item_draft d using app.item i, app.compartment c where d.item_id = i.id and i.kind = 'notification' and c.id = i.compartment_id and c.case_id = r.case_id; end if;
  return 'second'; end $$;
-- Either officer refuses.
create function sec.refuse_removal(target uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare done integer; begin
  update app.removal t set state = 'refused', settled_at = now() where t.id = target and sec.role() = 'RP' and t.bureau_id = sec.bureau() and t.state in ('open', 'first');
  get diagnostics done = row_count; return done = 1; end $$;
revoke all on function sec.empty_place(uuid), sec.confirm_removal(uuid, text), sec.refuse_removal(uuid) from public;
grant execute on function sec.confirm_removal(uuid, text), sec.refuse_removal(uuid) to hr_app;
reset role;
set role hr_owner;
