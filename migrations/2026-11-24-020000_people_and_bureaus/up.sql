-- Bureaus, their organisations, persons and the hats they wear.
create table app.bureau (
    id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    zone text not null default 'Europe/Amsterdam',
    calendar text not null default 'nl',
    language text not null default 'nl' check (language in ('nl', 'en', 'pap')),
    practice boolean not null default false,
    phone text not null default '',
    neutral_site text not null default 'https://www.knmi.nl/',
    profiles text[] not null default '{full,light,batch,caribbean}',
    recovery_public bytea check (length(recovery_public) = 32),
    recovery_mac bytea,
    created_at timestamptz not null default now()
);
create table app.organisation (
    id uuid primary key,
    bureau_id uuid not null references app.bureau,
    parent_id uuid references app.organisation,
    name text not null check (length(name) between 1 and 200),
    kind integer not null,
    successor_id uuid references app.organisation,
    created_at timestamptz not null default now(),
    ended_on date
);
create index organisation_of_bureau on app.organisation (bureau_id, name);
create table app.person (
    id uuid primary key,
    account_sealed bytea not null,
    public_key bytea not null check (length(public_key) = 32),
    public_key_mac bytea not null,
    language text not null default 'nl' check (language in ('nl', 'en', 'pap')),
    created_at timestamptz not null default now()
);
create table app.membership (
    id uuid primary key,
    person_id uuid references app.person,
    bureau_id uuid references app.bureau,
    organisation_id uuid references app.organisation,
    role text not null check (role in ('CO','CH','PM','SE','CD','RM','AC','AU','AP','RE','SU','QA','RS','RC','OC','RP','TA','NC')),
    state text not null default 'invited' check (state in ('invited', 'waiting', 'active', 'ended')),
    account_sealed bytea not null,
    invited_public bytea check (length(invited_public) = 32),
    invited_public_mac bytea,
    invited_by uuid references app.membership,
    first_confirmed_by uuid references app.membership,
    second_confirmed_by uuid references app.membership,
    stand_in_for uuid references app.membership,
    since timestamptz not null default now(),
    until timestamptz,
    check (first_confirmed_by is distinct from second_confirmed_by or first_confirmed_by is null)
);
create index membership_of_person on app.membership (person_id) where state = 'active';
create index membership_of_bureau on app.membership (bureau_id, role);
-- The shares of the recovery key: one pair of halves for each pair of officers.
create table app.recovery_share (
    bureau_id uuid not null references app.bureau,
    officer_id uuid not null references app.membership,
    partner_id uuid not null references app.membership,
    share_sealed bytea not null,
    created_at timestamptz not null default now(),
    primary key (bureau_id, officer_id, partner_id),
    check (officer_id <> partner_id)
);
comment on column app.person.account_sealed is 'name, mail and telephone, sealed under the installation key';
comment on column app.membership.account_sealed is 'the name the inviter gave, sealed under the installation key';
comment on column app.recovery_share.share_sealed is 'half of the recovery key, sealed to one officer';
comment on table app.bureau is 'a review bureau, the tenant';
comment on table app.organisation is 'a chain partner, or a unit of one (parent_id)';
comment on table app.person is 'an account; its private key is in no table of this schema';
comment on table app.membership is 'a hat: one person in one role; access hangs on it';
comment on table app.recovery_share is 'two officers together can restore a key, one alone cannot (I-5)';

-- hr_sec looks memberships up while opening a session and in the functions policies call.
do $$ declare t text; begin
  foreach t in array array['bureau', 'organisation', 'person', 'membership', 'recovery_share'] loop
    execute format('alter table app.%I enable row level security, force row level security', t);
    execute format('create policy sec_reads on app.%I for select to hr_sec using (true)', t);
    execute format('grant select on app.%I to hr_sec', t);
  end loop; end $$;
create policy sec_writes on app.membership for update to hr_sec using (true) with check (true);
grant update (state, person_id, invited_public, invited_public_mac, account_sealed, first_confirmed_by, second_confirmed_by) on app.membership to hr_sec;
create policy sec_inserts on app.person for insert to hr_sec with check (true);
grant insert on app.person to hr_sec;

set role hr_sec;
-- Which roles see process facts of every bureau that is no practice bureau (ruling 32).
create function sec.is_national() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce(sec.role() in ('NC', 'RM', 'QA', 'OC', 'RS', 'RC') and sec.bureau() is null, false) $$;
revoke all on function sec.is_national() from public;
grant execute on function sec.is_national() to hr_app, hr_owner;
-- Persons with whom the caller shares a bureau, a compartment or a case: whose public key and name may be needed.
create function sec.shares_bureau_with(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.person_id = person and m.bureau_id is not distinct from sec.bureau() and m.role not in ('RE', 'SU')) $$;
revoke all on function sec.shares_bureau_with(uuid) from public;
grant execute on function sec.shares_bureau_with(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;

create policy own_bureau on app.bureau for select using (
    id = (select sec.bureau()) or (select sec.is_national()) or (select sec.role()) in ('worker', 'public'));
create policy administrator_changes on app.bureau for update using (id = (select sec.bureau()) and (select sec.role()) in ('TA', 'RP'));
create policy own_organisations on app.organisation for select using (
    bureau_id = (select sec.bureau()) and (select sec.role()) not in ('RE', 'SU', 'AC', 'AU', 'AP') or id = (select sec.organisation()));
create policy organisations_added on app.organisation for insert with check (
    bureau_id = (select sec.bureau()) and (select sec.role()) in ('CO', 'SE', 'CH', 'TA'));
create policy organisations_changed on app.organisation for update using (
    bureau_id = (select sec.bureau()) and (select sec.role()) in ('CO', 'TA'));
create policy self on app.person using (id = (select sec.me()));
create policy colleagues on app.person for select using ((select sec.role()) in ('CO','CH','PM','SE','CD','RM','QA','TA','RP','NC') and sec.shares_bureau_with(id));
create policy worker_reads on app.person for select using ((select sec.role()) = 'worker');
create policy own_hats on app.membership for select using (person_id = (select sec.me()) or id = (select sec.hat()));
-- Administrators never see relatives' accounts (ruling 19); chain partners see their own organisation's people.
create policy bureau_sees_hats on app.membership for select using (
    bureau_id is not distinct from (select sec.bureau()) and role not in ('RE', 'SU')
    and (select sec.role()) in ('CO', 'CH', 'SE', 'PM', 'CD', 'RM', 'QA', 'TA', 'RP', 'NC'));
create policy organisation_sees_hats on app.membership for select using (
    organisation_id = (select sec.organisation()) and (select sec.role()) in ('AC', 'AU', 'AP') and role in ('AC', 'AU', 'AP'));
create policy worker_sees_hats on app.membership for select using ((select sec.role()) = 'worker');
create policy hats_invited on app.membership for insert with check (
    invited_by = (select sec.hat()) and bureau_id is not distinct from (select sec.bureau()) and case (select sec.role())
        when 'TA' then role not in ('RE', 'SU', 'AC', 'AU', 'AP')
        when 'CO' then role in ('AC', 'RE', 'SU')
        when 'SE' then role = 'AC'
        when 'AC' then role in ('AU', 'AP') and organisation_id = (select sec.organisation())
        when 'RE' then role = 'SU'
        else false end);
create policy officers_share on app.recovery_share for select using (officer_id = (select sec.hat()));
create policy shares_made on app.recovery_share for insert with check (bureau_id = (select sec.bureau()) and (select sec.role()) = 'RP');
create policy shares_replaced on app.recovery_share for delete using (bureau_id = (select sec.bureau()) and (select sec.role()) = 'RP');

grant select on app.bureau, app.organisation, app.person, app.membership, app.recovery_share to hr_app;
grant update (name, zone, calendar, language, phone, neutral_site, profiles, recovery_public, recovery_mac) on app.bureau to hr_app;
grant insert on app.organisation, app.membership, app.recovery_share to hr_app;
grant delete on app.recovery_share to hr_app;
grant update (name, kind, successor_id, ended_on) on app.organisation to hr_app;
grant update (account_sealed, language) on app.person to hr_app;
