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
create or replace function sec.session() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select sec.part(6)::uuid $$;
create or replace function sec.enter(handle bytea) returns table (
    session_id uuid, person_id uuid, membership_id uuid, bureau_id uuid, role text, organisation_id uuid, wrapped_key bytea,
    stepped_up_at timestamptz, ends_at timestamptz, account_sealed bytea, language text, public_key bytea,
    bureau_name text, bureau_zone text, bureau_calendar text, bureau_practice boolean, neutral_site text, hats integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s sec.session; m app.membership; begin
  select * into s from sec.session t where t.handle_hash = sha256(handle) and t.ended_at is null and t.ends_at > now()
     and t.rotated_at > now() - interval '45 minutes';
  if s.id is null then raise exception 'no session' using errcode = '28000'; end if;
  if s.membership_id is not null then
    select * into m from app.membership t where t.id = s.membership_id and t.person_id = s.person_id and t.state = 'active'
       and (t.until is null or t.until > now());
    if m.id is null then raise exception 'no session' using errcode = '28000'; end if;
  end if;
  perform sec.set_context(concat_ws('|', s.person_id::text, coalesce(m.id::text, ''), coalesce(m.bureau_id::text, ''),
      coalesce(m.role, 'nobody'), coalesce(m.organisation_id::text, ''), s.id::text));
  return query select s.id, s.person_id, m.id, m.bureau_id, coalesce(m.role, 'nobody'), m.organisation_id, s.wrapped_key,
      s.stepped_up_at, s.ends_at, p.account_sealed, p.language, p.public_key,
      b.name, b.zone, b.calendar, coalesce(b.practice, false), b.neutral_site,
      (select count(*)::integer from app.membership h where h.person_id = s.person_id and h.state = 'active')
    from app.person p left join app.bureau b on b.id = m.bureau_id where p.id = s.person_id; end $$;
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
create or replace function sec.who() returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare who text := current_setting('hr.who', true); begin
  if coalesce(who, '') = '' then return null; end if;
  if current_setting('hr.tag', true) is distinct from encode(sec.tag(who), 'hex') then
    raise exception 'forged context' using errcode = '28000'; end if;
  return who; end $$;
revoke execute on function sec.who() from hr_app, hr_owner;
comment on function sec.who() is null;
reset role;
set role hr_owner;
