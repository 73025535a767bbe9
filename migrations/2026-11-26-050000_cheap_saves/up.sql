-- The same walls, cheaper once more: the signed context is read by one function, and what asks for a part of it is written into the
-- statement that asks instead of being called; the session is entered with one query; the log asks once who is there.
set role hr_sec;
create or replace function sec.who() returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare who text := current_setting('hr.who', true); secret bytea; begin
  if coalesce(who, '') = '' then return null; end if;
  select key into secret from sec.context_key;
  if current_setting('hr.tag', true) is distinct from encode(public.hmac(
       convert_to(who || '|' || pg_backend_pid() || '|' || extract(epoch from transaction_timestamp())::text, 'UTF8'), secret, 'sha256'), 'hex') then
    raise exception 'forged context' using errcode = '28000'; end if;
  return who; end $$;
grant execute on function sec.who() to hr_app, hr_owner;
comment on function sec.who() is 'the context of this transaction, its tag checked: person | membership | bureau | role | organisation | session; null without one';
create or replace function sec.part(n integer) returns text language sql stable return nullif(split_part(sec.who(), '|', n), '');
create or replace function sec.me() returns uuid language sql stable return nullif(split_part(sec.who(), '|', 1), '')::uuid;
create or replace function sec.hat() returns uuid language sql stable return nullif(split_part(sec.who(), '|', 2), '')::uuid;
create or replace function sec.bureau() returns uuid language sql stable return nullif(split_part(sec.who(), '|', 3), '')::uuid;
create or replace function sec.role() returns text language sql stable return nullif(split_part(sec.who(), '|', 4), '');
create or replace function sec.organisation() returns uuid language sql stable return nullif(split_part(sec.who(), '|', 5), '')::uuid;
create or replace function sec.session() returns uuid language sql stable return nullif(split_part(sec.who(), '|', 6), '')::uuid;

create or replace function sec.enter(handle bytea) returns table (
    session_id uuid, person_id uuid, membership_id uuid, bureau_id uuid, role text, organisation_id uuid, wrapped_key bytea,
    stepped_up_at timestamptz, ends_at timestamptz, account_sealed bytea, language text, public_key bytea,
    bureau_name text, bureau_zone text, bureau_calendar text, bureau_practice boolean, neutral_site text, hats integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare wanted uuid; who text; secret bytea; digest bytea := sha256(handle); begin
  select s.id, s.person_id, s.membership_id, m.id, m.bureau_id, coalesce(m.role, 'nobody'), m.organisation_id, s.wrapped_key, s.stepped_up_at, s.ends_at,
         p.account_sealed, p.language, p.public_key, b.name, b.zone, b.calendar, coalesce(b.practice, false), b.neutral_site,
         (select count(*)::integer from app.membership h where h.person_id = s.person_id and h.state = 'active')
    into session_id, person_id, wanted, membership_id, bureau_id, role, organisation_id, wrapped_key, stepped_up_at, ends_at,
         account_sealed, language, public_key, bureau_name, bureau_zone, bureau_calendar, bureau_practice, neutral_site, hats
    from sec.session s join app.person p on p.id = s.person_id
    left join app.membership m on m.id = s.membership_id and m.person_id = s.person_id and m.state = 'active' and (m.until is null or m.until > now())
    left join app.bureau b on b.id = m.bureau_id
    where s.handle_hash = digest and s.ended_at is null and s.ends_at > now() and s.rotated_at > now() - interval '45 minutes';
  -- No such session, or one whose hat is worn no more.
  if session_id is null or wanted is not null and membership_id is null then raise exception 'no session' using errcode = '28000'; end if;
  -- As in sec.set_context, written out: this opens every request.
  who := concat_ws('|', person_id::text, coalesce(membership_id::text, ''), coalesce(bureau_id::text, ''), role, coalesce(organisation_id::text, ''), session_id::text);
  select key into secret from sec.context_key;
  perform set_config('hr.who', who, true), set_config('hr.tag', encode(public.hmac(
      convert_to(who || '|' || pg_backend_pid() || '|' || extract(epoch from transaction_timestamp())::text, 'UTF8'), secret, 'sha256'), 'hex'), true);
  return next; end $$;

create or replace function sec.append(entries jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare e jsonb; head sec.log_head; body bytea; next_hash bytea; moment timestamptz; who jsonb; parts text[] := string_to_array(sec.who(), '|', '');
  me uuid := parts[1]; hat uuid := parts[2]; bureau uuid := parts[3]; organisation uuid := parts[5]; worn text := coalesce(parts[4], 'nobody'); begin
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
