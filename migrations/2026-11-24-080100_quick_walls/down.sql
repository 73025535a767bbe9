-- As they were before.
set role hr_owner;
alter policy by_placing on app.compartment_epoch rename to of_placers;
alter policy by_placing on app.compartment rename to of_placers;
alter policy among_parties on app.case_file rename to of_parties;
alter policy acquainted on app.person rename to known;
alter policy acquainted on app.membership rename to known;
alter policy written on keys.item_key with check (
    compartment_id = sec.item_compartment(item_id) and (compartment_id in (select sec.my_writing_compartments()) or sec.may_place(compartment_id)));
alter policy written on app.item_version with check (
    author_id = (select sec.hat()) and compartment_id = sec.item_compartment(item_id)
    and (compartment_id in (select sec.my_writing_compartments()) or placed and sec.may_place(compartment_id)));
alter policy rewritten on app.item using (compartment_id in (select sec.my_writing_compartments()));
alter policy written on app.item with check (
    author_id = (select sec.hat()) and (compartment_id in (select sec.my_writing_compartments()) or placed and sec.may_place(compartment_id)));
alter policy own on app.item_draft using (membership_id = (select sec.hat()) and compartment_id in (select sec.my_writing_compartments()));
do $$ declare t text; begin
  foreach t in array array['case_step', 'milestone', 'deadline', 'proposal'] loop
    execute format('alter policy with_case on app.%I using (app.sees_case(case_id))', t);
  end loop; end $$;
create or replace function app.sees_case(target uuid) returns boolean language sql stable set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_file c where c.id = target) $$;
drop index app.case_by_number_alone, app.relative_of_compartment, app.membership_by_person, app.compartment_by_member;
create index compartment_of_member on app.compartment_member (membership_id);
reset role;
set role hr_sec;
drop function sec.writes_in(uuid);
create or replace function sec.part(n integer) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select nullif(split_part(sec.who(), '|', n), '') $$;
create or replace function sec.me() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(1)::uuid $$;
create or replace function sec.hat() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(2)::uuid $$;
create or replace function sec.bureau() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(3)::uuid $$;
create or replace function sec.role() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(4) $$;
create or replace function sec.organisation() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(5)::uuid $$;
create or replace function sec.my_cases() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case_id from app.case_party where membership_id = sec.hat() and (until is null or until > now()) $$;
create or replace function sec.my_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.compartment_member where membership_id = sec.hat() and (until is null or until > now()) $$;
create or replace function sec.my_open_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.compartment_id from app.compartment_member m join app.compartment c on c.id = m.compartment_id
   where m.membership_id = sec.hat() and m.access in ('full', 'read') and (m.until is null or m.until > now())
     and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat()
         and p.role <> 'CO' and p.statement_signed_at is null)) $$;
create or replace function sec.my_writing_compartments() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select o from sec.my_open_compartments() o where exists (select from app.compartment_member m
   where m.compartment_id = o and m.membership_id = sec.hat() and m.access = 'full' and (m.until is null or m.until > now())) $$;
create or replace function sec.my_granted_items() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select item_id from app.item_grant where membership_id = sec.hat() and (until is null or until > now()) $$;
create or replace function sec.leads_case(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now())) $$;
create or replace function sec.takes_part(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and (p.until is null or p.until > now())) $$;
create or replace function sec.codes_record(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role in ('CD', 'CO', 'RM') and (p.until is null or p.until > now())) $$;
create or replace function sec.item_compartment(target uuid) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select compartment_id from app.item where id = target $$;
create or replace function sec.shares_bureau_with(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.person_id = person and m.bureau_id is not distinct from sec.bureau() and m.role not in ('RE', 'SU')) $$;
create or replace function sec.knows_hat(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.id = target and m.invited_by = sec.hat())
     or exists (select from app.compartment_member m where m.membership_id = target and m.compartment_id in (select sec.my_compartments())) $$;
create or replace function sec.knows_person(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.membership m where m.person_id = target and (m.organisation_id = sec.organisation() and m.role in ('AC', 'AU', 'AP') and sec.role() in ('AC', 'AU', 'AP') or sec.knows_hat(m.id))) $$;
create or replace function sec.append(entries jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare e jsonb; head sec.log_head; body bytea; next_hash bytea; doc jsonb; moment timestamptz := clock_timestamp(); begin
  select * into head from sec.log_head for update;
  for e in select * from jsonb_array_elements(entries) loop
    doc := jsonb_build_object('at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'person', sec.me(), 'membership', sec.hat(), 'bureau', sec.bureau(),
        'organisation', sec.organisation(), 'role', coalesce(sec.role(), 'nobody')) || e;
    body := convert_to(doc::text, 'UTF8');
    next_hash := sha256(head.hash || int8send(head.seq + 1) || int8send(length(body)::bigint) || body);
    insert into sec.log_entry values (head.seq + 1, moment, sec.me(), sec.hat(), sec.bureau(), sec.organisation(), coalesce(sec.role(), 'nobody'), e->>'action',
        (e->>'compartment')::uuid, (e->>'case')::uuid, (e->>'object')::uuid, coalesce(e->>'result', 'done'), body, head.hash, next_hash);
    head.seq := head.seq + 1; head.hash := next_hash;
  end loop;
  update sec.log_head set seq = head.seq, hash = head.hash;
  return head.seq; end $$;
reset role;
set role hr_owner;
