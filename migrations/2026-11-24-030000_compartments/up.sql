-- The one access concept: a row lives in one compartment; membership decides policies, keys and the log alike.
create table app.compartment (
    id uuid primary key,
    bureau_id uuid references app.bureau,
    case_id uuid,
    kind text not null check (kind in ('system', 'case', 'reflection', 'panel', 'kin', 'report', 'action', 'coding', 'national', 'project', 'library')),
    -- 0 until its first member has unlocked once: what is placed till then is sealed to that person, or to the code they got.
    epoch integer not null default 0,
    first_member_id uuid references app.membership,
    frozen_at timestamptz,
    created_at timestamptz not null default now()
);
create index compartment_of_case on app.compartment (case_id, kind);
create table app.compartment_epoch (
    compartment_id uuid not null references app.compartment,
    epoch integer not null,
    place_public bytea not null check (length(place_public) = 32),
    place_private_sealed bytea,
    mac bytea not null,
    started_at timestamptz not null default now(),
    primary key (compartment_id, epoch)
);
create table app.compartment_member (
    compartment_id uuid not null references app.compartment,
    membership_id uuid not null references app.membership,
    role text not null check (role in ('CO','CH','PM','SE','CD','RM','AC','AU','AP','RE','SU','QA','RS','RC','OC','RP','TA','NC')),
    -- full: holds the key. facts: sees the process inside (an organisation's contact), no content but single items.
    access text not null default 'full' check (access in ('full', 'facts')),
    deputy boolean not null default false,
    since timestamptz not null default now(),
    until timestamptz,
    primary key (compartment_id, membership_id)
);
create index compartment_of_member on app.compartment_member (membership_id);
create table app.key_grant (
    id uuid primary key default gen_random_uuid(),
    compartment_id uuid not null references app.compartment,
    epoch integer not null,
    membership_id uuid references app.membership,
    for_recovery boolean not null default false,
    sealed bytea not null,
    mac bytea not null,
    granted_by uuid,
    granted_at timestamptz not null default now(),
    check (for_recovery = (membership_id is null)),
    unique (compartment_id, epoch, membership_id),
    foreign key (compartment_id, epoch) references app.compartment_epoch
);
create unique index recovery_grant_once on app.key_grant (compartment_id, epoch) where for_recovery;
create table app.item (
    id uuid primary key,
    compartment_id uuid not null references app.compartment,
    kind text not null check (length(kind) between 1 and 60),
    subject_id uuid,
    version integer not null default 1,
    placed boolean not null default false,
    complete boolean not null default false,
    author_id uuid not null references app.membership,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    removed_at timestamptz
);
create index item_of_compartment on app.item (compartment_id, kind, subject_id);
create table app.item_version (
    item_id uuid not null references app.item,
    version integer not null,
    compartment_id uuid not null references app.compartment,
    epoch integer not null,
    placed boolean not null default false,
    author_id uuid not null references app.membership,
    form_version text not null default '',
    ground text not null default '',
    body bytea not null,
    created_at timestamptz not null default now(),
    primary key (item_id, version)
);
create table app.item_draft (
    item_id uuid not null references app.item,
    membership_id uuid not null references app.membership,
    compartment_id uuid not null references app.compartment,
    seen_version integer not null,
    revision integer not null default 1,
    epoch integer not null,
    key_sealed bytea not null,
    body bytea not null,
    saved_at timestamptz not null default now(),
    primary key (item_id, membership_id)
);
create table app.item_grant (
    item_id uuid not null references app.item,
    version integer not null,
    membership_id uuid not null references app.membership,
    sealed bytea not null,
    purpose text not null,
    granted_by uuid not null,
    granted_at timestamptz not null default now(),
    until timestamptz,
    primary key (item_id, version, membership_id)
);
-- Item keys stand in a schema of their own: with its short backup, a shredded item stays unreadable (I-12).
create table keys.item_key (
    item_id uuid not null references app.item,
    version integer not null,
    compartment_id uuid not null references app.compartment,
    sealed bytea not null,
    primary key (item_id, version)
);
comment on table app.compartment is 'a room with a key of its own (product.md section 3)';
comment on table app.compartment_epoch is 'an epoch of a compartment''s key: the public half one may place with, the private half under the key';
comment on table app.compartment_member is 'who belongs to a compartment, in which role, until when';
comment on table app.key_grant is 'the compartment''s key, sealed to one member or to the bureau''s recovery key';
comment on table app.item is 'a sealed document: a form, a text, a copy; only ids, kind and dates are plain';
comment on column app.item_version.body is 'sealed under the item''s own key; SQL never reads it';
comment on table app.item_version is 'every saved version, append only';
comment on table app.item_draft is 'one autosaved draft a writer, replaced at each save';
comment on table app.item_grant is 'one item''s key, sealed to one person, for a purpose and a time';
comment on table keys.item_key is 'an item''s key under its compartment''s key; deleting it shreds the item';

do $$ declare t text; begin
  foreach t in array array['app.compartment', 'app.compartment_epoch', 'app.compartment_member', 'app.key_grant', 'app.item', 'app.item_version', 'app.item_draft', 'app.item_grant', 'keys.item_key'] loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
  end loop;
  foreach t in array array['app.compartment', 'app.compartment_member', 'app.item_grant', 'app.item'] loop
    execute format('create policy sec_reads on %s for select to hr_sec using (true)', t);
    execute format('grant select on %s to hr_sec', t);
  end loop; end $$;

create table app.case_party (
    case_id uuid not null,
    membership_id uuid not null references app.membership,
    role text not null check (role in ('CO','CH','PM','SE','CD','RM','QA','NC')),
    deputy boolean not null default false,
    sector text not null default '',
    dv_expert boolean not null default false,
    accepted_at timestamptz,
    statement_signed_at timestamptz,
    since timestamptz not null default now(),
    until timestamptz,
    primary key (case_id, membership_id)
);
create index case_of_party on app.case_party (membership_id);
alter table app.case_party enable row level security;
alter table app.case_party force row level security;
create policy sec_reads on app.case_party for select to hr_sec using (true);
grant select on app.case_party to hr_sec;
comment on table app.case_party is 'who takes part in a case on the bureau''s side';

set role hr_sec;
-- Compartments of the hat now worn, whatever the access.
create function sec.my_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.compartment_member where membership_id = sec.hat() and (until is null or until > now()) $$;
-- Those whose content the hat may read.
create function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.compartment_member where membership_id = sec.hat() and access = 'full' and (until is null or until > now()) $$;
create function sec.my_granted_items() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select item_id from app.item_grant where membership_id = sec.hat() and (until is null or until > now()) $$;
-- Who may put something into a compartment without reading there: by the role held in the same case.
create function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
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
-- Which roles lead a case and so may make compartments and parties in it.
create function sec.leads_case(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now())) $$;
create function sec.takes_part(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and (p.until is null or p.until > now())) $$;
create function sec.is_first_member(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.compartment c where c.id = target and c.first_member_id = sec.hat() and c.epoch = 0) $$;
create function sec.item_compartment(target uuid) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.item where id = target $$;
revoke all on function sec.my_compartments(), sec.my_open_compartments(), sec.my_granted_items(), sec.may_place(uuid), sec.leads_case(uuid), sec.takes_part(uuid), sec.is_first_member(uuid), sec.item_compartment(uuid) from public;
grant execute on function sec.my_compartments(), sec.my_open_compartments(), sec.my_granted_items(), sec.may_place(uuid), sec.leads_case(uuid), sec.takes_part(uuid), sec.is_first_member(uuid), sec.item_compartment(uuid) to hr_app, hr_owner;
-- Whose key one may need: those one invited, and those one shares a compartment or an organisation with.
create function sec.knows_hat(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.id = target and m.invited_by = sec.hat())
     or exists (select from app.compartment_member m where m.membership_id = target and m.compartment_id in (select sec.my_compartments())) $$;
create function sec.knows_person(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.person_id = target and (m.organisation_id = sec.organisation() and m.role in ('AC', 'AU', 'AP') and sec.role() in ('AC', 'AU', 'AP') or sec.knows_hat(m.id))) $$;
revoke all on function sec.knows_hat(uuid), sec.knows_person(uuid) from public;
grant execute on function sec.knows_hat(uuid), sec.knows_person(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
create policy known on app.membership for select using (sec.knows_hat(id));
create policy known on app.person for select using (sec.knows_person(id));

create policy of_members on app.compartment for select using (id in (select sec.my_compartments()));
create policy of_placers on app.compartment for select using (case_id is not null and sec.may_place(id));
create policy made on app.compartment for insert with check (bureau_id is not distinct from (select sec.bureau()) or (select sec.is_national()));
create policy born_or_frozen on app.compartment for update using (id in (select sec.my_open_compartments()) or sec.is_first_member(id) or sec.leads_case(case_id) and kind = 'kin');
create policy of_members on app.compartment_epoch for select using (compartment_id in (select sec.my_compartments()));
create policy of_placers on app.compartment_epoch for select using (sec.may_place(compartment_id));
create policy started on app.compartment_epoch for insert with check (
    compartment_id in (select sec.my_open_compartments()) or sec.is_first_member(compartment_id) or epoch = 0 and sec.may_place(compartment_id));
create policy adopted on app.compartment_epoch for update using (epoch = 0 and sec.is_first_member(compartment_id));
create policy own on app.compartment_member for select using (membership_id = (select sec.hat()));
create policy of_members on app.compartment_member for select using (compartment_id in (select sec.my_compartments()));
-- Members are named by a member, by the first member at birth, or by those who lead the case while it is not born yet.
create policy named on app.compartment_member for insert with check (
    compartment_id in (select sec.my_compartments()) or membership_id = (select sec.hat()) and sec.is_first_member(compartment_id)
    or exists (select from app.compartment c where c.id = compartment_id and c.first_member_id = membership_id and c.epoch = 0));
create policy ended on app.compartment_member for update using (compartment_id in (select sec.my_compartments()));
create policy own on app.key_grant for select using (membership_id = (select sec.hat()));
create policy of_members on app.key_grant for select using (compartment_id in (select sec.my_open_compartments()));
create policy sealed_by_members on app.key_grant for insert with check (compartment_id in (select sec.my_compartments()) or sec.is_first_member(compartment_id));
-- Redeeming a code re-seals what waited for it to the person's own key.
create policy adopted on app.key_grant for update using (membership_id = (select sec.hat()));
create policy removed_by_members on app.key_grant for delete using (compartment_id in (select sec.my_compartments()));
create policy of_members on app.item for select using (compartment_id in (select sec.my_open_compartments()));
create policy granted on app.item for select using (id in (select sec.my_granted_items()));
create policy written on app.item for insert with check (
    author_id = (select sec.hat()) and (compartment_id in (select sec.my_open_compartments()) or placed and sec.may_place(compartment_id)));
create policy rewritten on app.item for update using (compartment_id in (select sec.my_open_compartments()));
create policy of_members on app.item_version for select using (compartment_id in (select sec.my_open_compartments()));
create policy granted on app.item_version for select using (item_id in (select sec.my_granted_items()));
create policy written on app.item_version for insert with check (
    author_id = (select sec.hat()) and compartment_id = sec.item_compartment(item_id)
    and (compartment_id in (select sec.my_open_compartments()) or placed and sec.may_place(compartment_id)));
create policy own on app.item_draft using (membership_id = (select sec.hat()) and compartment_id in (select sec.my_open_compartments()));
create policy own on app.item_grant for select using (membership_id = (select sec.hat()));
create policy of_members on app.item_grant for select using (sec.item_compartment(item_id) in (select sec.my_open_compartments()));
create policy granted_by_members on app.item_grant for insert with check (
    granted_by = (select sec.hat()) and (sec.item_compartment(item_id) in (select sec.my_open_compartments()) or sec.may_place(sec.item_compartment(item_id))));
create policy ended on app.item_grant for update using (sec.item_compartment(item_id) in (select sec.my_open_compartments()));
create policy adopted on app.item_grant for update using (membership_id = (select sec.hat()));
create policy of_members on keys.item_key for select using (compartment_id in (select sec.my_open_compartments()));
create policy written on keys.item_key for insert with check (
    compartment_id = sec.item_compartment(item_id) and (compartment_id in (select sec.my_open_compartments()) or sec.may_place(compartment_id)));
create policy of_first_member on keys.item_key for select using (sec.is_first_member(compartment_id));
create policy resealed on keys.item_key for update using (compartment_id in (select sec.my_open_compartments()) or sec.is_first_member(compartment_id));
create policy shredded on keys.item_key for delete using (compartment_id in (select sec.my_open_compartments()));

create policy of_parties on app.case_party for select using (membership_id = (select sec.hat()) or sec.takes_part(case_id));
create policy of_bureau on app.case_party for select using ((select sec.role()) in ('CO', 'NC', 'RM'));
create policy named on app.case_party for insert with check (sec.leads_case(case_id) or role = 'CO' and membership_id = (select sec.hat()) or (select sec.role()) = 'RM' and role = 'CD');
create policy changed on app.case_party for update using (sec.leads_case(case_id) or membership_id = (select sec.hat()));

grant select on app.compartment, app.compartment_epoch, app.compartment_member, app.key_grant, app.item, app.item_version, app.item_draft, app.item_grant, app.case_party, keys.item_key to hr_app;
grant insert on app.compartment, app.compartment_epoch, app.compartment_member, app.key_grant, app.item, app.item_version, app.item_draft, app.item_grant, app.case_party, keys.item_key to hr_app;
-- Column grants: what is made stays in its compartment.
grant update (epoch, frozen_at) on app.compartment to hr_app;
grant update (place_public, mac) on app.compartment_epoch to hr_app;
grant update (until, access) on app.compartment_member to hr_app;
grant update (version, complete, changed_at, removed_at) on app.item to hr_app;
grant update (seen_version, revision, epoch, key_sealed, body, saved_at) on app.item_draft to hr_app;
grant update (until, sealed) on app.item_grant to hr_app;
grant update (sealed, mac) on app.key_grant to hr_app;
grant update (sealed) on keys.item_key to hr_app;
grant update (accepted_at, statement_signed_at, until, sector, dv_expert) on app.case_party to hr_app;
grant delete on app.key_grant, app.item_draft, keys.item_key to hr_app;
