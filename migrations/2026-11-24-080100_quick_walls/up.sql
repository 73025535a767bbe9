-- The same walls, cheaper: nobody sees more or less than before. What every statement asks is compiled once a connection instead of
-- planned at each call; a case's process rows look their case up within the statement; and since PostgreSQL asks permissive
-- policies in reverse order of their names until one holds, those that cost most get the names that come last.
set role hr_sec;
create or replace function sec.part(n integer) returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare who text := current_setting('hr.who', true); begin
  if coalesce(who, '') = '' then return null; end if;
  -- As in sec.tag, written out: this is asked several times in every statement.
  if current_setting('hr.tag', true) is distinct from encode(public.hmac(
       convert_to(who || '|' || pg_backend_pid() || '|' || extract(epoch from transaction_timestamp())::text, 'UTF8'), (select key from sec.context_key), 'sha256'), 'hex') then
    raise exception 'forged context' using errcode = '28000'; end if;
  return nullif(split_part(who, '|', n), ''); end $$;
create or replace function sec.me() returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$ begin return sec.part(1)::uuid; end $$;
create or replace function sec.hat() returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$ begin return sec.part(2)::uuid; end $$;
create or replace function sec.bureau() returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$ begin return sec.part(3)::uuid; end $$;
create or replace function sec.role() returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$ begin return sec.part(4); end $$;
create or replace function sec.organisation() returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$ begin return sec.part(5)::uuid; end $$;
-- Sets of one hat: the hat is asked once, not once a row.
create or replace function sec.my_cases() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select p.case_id from app.case_party p where p.membership_id = mine and (p.until is null or p.until > now()); end $$;
create or replace function sec.my_compartments() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select m.compartment_id from app.compartment_member m where m.membership_id = mine and (m.until is null or m.until > now()); end $$;
create or replace function sec.my_open_compartments() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select m.compartment_id from app.compartment_member m
   where m.membership_id = mine and m.access in ('full', 'read') and (m.until is null or m.until > now())
     and m.compartment_id <> all (array(select c.id from app.case_party p join app.compartment c on c.case_id = p.case_id and c.kind in ('panel', 'report')
       where p.membership_id = mine and p.role <> 'CO' and p.statement_signed_at is null)); end $$;
create or replace function sec.my_writing_compartments() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select o from sec.my_open_compartments() o join app.compartment_member m on m.compartment_id = o and m.membership_id = mine
   where m.access = 'full' and (m.until is null or m.until > now()); end $$;
-- The same for one compartment: what is written is one row, and does not ask for all of the hat's compartments.
create function sec.writes_in(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.compartment_member m join app.compartment c on c.id = m.compartment_id
   where m.compartment_id = target and m.membership_id = mine and m.access = 'full' and (m.until is null or m.until > now())
     and not (c.kind in ('panel', 'report') and exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = mine
         and p.role <> 'CO' and p.statement_signed_at is null))); end $$;
revoke all on function sec.writes_in(uuid) from public;
grant execute on function sec.writes_in(uuid) to hr_app, hr_owner;
create or replace function sec.my_granted_items() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return query select g.item_id from app.item_grant g where g.membership_id = mine and (g.until is null or g.until > now()); end $$;
-- One row at a time.
create or replace function sec.leads_case(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.case_party p where p.case_id = target and p.membership_id = mine and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now())); end $$;
create or replace function sec.takes_part(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.case_party p where p.case_id = target and p.membership_id = mine and (p.until is null or p.until > now())); end $$;
create or replace function sec.codes_record(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.case_party p where p.case_id = target and p.membership_id = mine and p.role in ('CD', 'CO', 'RM') and (p.until is null or p.until > now())); end $$;
create or replace function sec.item_compartment(target uuid) returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return (select compartment_id from app.item where id = target); end $$;
create or replace function sec.shares_bureau_with(person uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.bureau(); begin
  return exists (select from app.membership m where m.person_id = person and m.bureau_id is not distinct from mine and m.role not in ('RE', 'SU')); end $$;
create or replace function sec.knows_hat(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  return exists (select from app.membership m where m.id = target and m.invited_by = mine)
      or exists (select from app.compartment_member other join app.compartment_member own on own.compartment_id = other.compartment_id
           where other.membership_id = target and own.membership_id = mine and (own.until is null or own.until > now())); end $$;
create or replace function sec.knows_person(target uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.organisation(); within boolean := sec.role() in ('AC', 'AU', 'AP'); begin
  return exists (select from app.membership m where m.person_id = target and (m.organisation_id = mine and m.role in ('AC', 'AU', 'AP') and within or sec.knows_hat(m.id))); end $$;
-- The caller is asked before the head of the log is locked, and once, not once an entry.
create or replace function sec.append(entries jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare e jsonb; head sec.log_head; body bytea; next_hash bytea; moment timestamptz; who jsonb;
  me uuid := sec.me(); hat uuid := sec.hat(); bureau uuid := sec.bureau(); organisation uuid := sec.organisation(); worn text := coalesce(sec.role(), 'nobody'); begin
  select * into head from sec.log_head for update;
  moment := clock_timestamp();
  who := jsonb_build_object('at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'person', me, 'membership', hat, 'bureau', bureau,
      'organisation', organisation, 'role', worn);
  for e in select * from jsonb_array_elements(entries) loop
    body := convert_to((who || e)::text, 'UTF8');
    next_hash := sha256(head.hash || int8send(head.seq + 1) || int8send(length(body)::bigint) || body);
    insert into sec.log_entry values (head.seq + 1, moment, me, hat, bureau, organisation, worn, e->>'action',
        (e->>'compartment')::uuid, (e->>'case')::uuid, (e->>'object')::uuid, coalesce(e->>'result', 'done'), body, head.hash, next_hash);
    head.seq := head.seq + 1; head.hash := next_hash;
  end loop;
  update sec.log_head set seq = head.seq, hash = head.hash;
  return head.seq; end $$;
reset role;
set role hr_owner;
create index compartment_by_member on app.compartment_member (membership_id, compartment_id) include (access, until);
drop index app.compartment_of_member;
create index membership_by_person on app.membership (person_id);
create index relative_of_compartment on app.relative (compartment_id);
create index case_by_number_alone on app.case_file (number desc);
create or replace function app.sees_case(target uuid) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as
$$ begin return exists (select from app.case_file c where c.id = target); end $$;
do $$ declare t text; begin
  foreach t in array array['case_step', 'milestone', 'deadline', 'proposal'] loop
    execute format('alter policy with_case on app.%I using (exists (select from app.case_file c where c.id = case_id))', t);
  end loop; end $$;
alter policy own on app.item_draft using (membership_id = (select sec.hat()) and sec.writes_in(compartment_id));
alter policy written on app.item with check (author_id = (select sec.hat()) and (sec.writes_in(compartment_id) or placed and sec.may_place(compartment_id)));
alter policy rewritten on app.item using (sec.writes_in(compartment_id));
alter policy written on app.item_version with check (
    author_id = (select sec.hat()) and compartment_id = sec.item_compartment(item_id) and (sec.writes_in(compartment_id) or placed and sec.may_place(compartment_id)));
alter policy written on keys.item_key with check (
    compartment_id = sec.item_compartment(item_id) and (sec.writes_in(compartment_id) or sec.may_place(compartment_id)));
alter policy known on app.membership rename to acquainted;
alter policy known on app.person rename to acquainted;
alter policy of_parties on app.case_file rename to among_parties;
alter policy of_placers on app.compartment rename to by_placing;
alter policy of_placers on app.compartment_epoch rename to by_placing;
