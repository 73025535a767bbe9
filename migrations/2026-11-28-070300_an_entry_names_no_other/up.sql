-- Who an entry of the log is of comes from the signed context alone: what is appended says what was done, and can't name another. All columns beside the
-- stored text are compared with it when the log is checked.
set role hr_sec;
create or replace function sec.append(entries jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare e jsonb; head sec.log_head; body bytea; next_hash bytea; moment timestamptz; who jsonb; parts text[] := string_to_array(sec.who(), '|', '');
  me uuid := parts[1]; hat uuid := parts[2]; bureau uuid := parts[3]; organisation uuid := parts[5]; worn text := coalesce(parts[4], 'nobody'); begin
  select * into head from sec.log_head for update;
  moment := clock_timestamp();
  who := jsonb_build_object('at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'person', me, 'membership', hat, 'bureau', bureau,
      'organisation', organisation, 'role', worn);
  for e in select * from jsonb_array_elements(entries) loop
    body := convert_to((e || who)::text, 'UTF8');
    next_hash := sha256(head.hash || int8send(head.seq + 1) || int8send(length(body)::bigint) || body);
    insert into sec.log_entry values (head.seq + 1, moment, me, hat, bureau, organisation, worn, e->>'action',
        (e->>'compartment')::uuid, (e->>'case')::uuid, (e->>'object')::uuid, coalesce(e->>'result', 'done'), body, head.hash, next_hash);
    head.seq := head.seq + 1; head.hash := next_hash;
  end loop;
  update sec.log_head set seq = head.seq, hash = head.hash;
  return head.seq; end $$;
create or replace function sec.log_page(after bigint, how_many integer) returns table(seq bigint, stored bytea, previous bytea, hash bytea, columns_agree boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select l.seq, l.stored, l.previous, l.hash,
     (convert_from(l.stored, 'UTF8')::jsonb ->> 'action') = l.action and (convert_from(l.stored, 'UTF8')::jsonb ->> 'person')::uuid is not distinct from l.person_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'object')::uuid is not distinct from l.object_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'compartment')::uuid is not distinct from l.compartment_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'at')::timestamptz = l.at
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'membership')::uuid is not distinct from l.membership_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'bureau')::uuid is not distinct from l.bureau_id
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'organisation')::uuid is not distinct from l.organisation_id and (convert_from(l.stored, 'UTF8')::jsonb ->> 'role') is not distinct from l.role
     and (convert_from(l.stored, 'UTF8')::jsonb ->> 'case')::uuid is not distinct from l.case_id and coalesce(convert_from(l.stored, 'UTF8')::jsonb ->> 'result', 'done') = l.result
   from sec.log_entry l where l.seq > after order by l.seq limit how_many $$;
reset role;
set role hr_owner;
