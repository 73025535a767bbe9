set role hr_sec;
-- Only within five minutes of confirming who one is. Every other session ends: whoever opened one knew what counts no more.
create or replace function sec.change_secret(new_salt bytea, new_passphrase bytea, new_printed bytea, new_totp bytea, first_step bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; begin
  if not exists (select from sec.session s where s.id = sec.session() and s.person_id = sec.me() and s.stepped_up_at > now() - interval '5 minutes') then
    raise exception 'not confirmed' using errcode = '42501'; end if;
  update sec.person_secret set salt = coalesce(new_salt, salt), passphrase_wrapped = coalesce(new_passphrase, passphrase_wrapped),
     printed_wrapped = coalesce(new_printed, printed_wrapped), totp_sealed = coalesce(new_totp, totp_sealed),
     totp_spent = case when new_totp is null then totp_spent else array[first_step] end,
     printed_awaited = null, totp_awaited = null, awaited_until = null, changed_at = now() where person_id = sec.me();
  update sec.session set ended_at = now(), ended_because = 'credentials_changed', wrapped_key = null where person_id = sec.me() and id <> sec.session() and ended_at is null;
  -- Told once, under one hat: where none is worn, the oldest.
  select * into m from app.membership h where h.person_id = sec.me() and h.state = 'active' and (h.until is null or h.until > now()) order by h.id = sec.hat() desc nulls last, h.since limit 1;
  if m.id is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, urgent) values (gen_random_uuid(), m.bureau_id, m.id, 'sign_in_changed', true); end if; end $$;
create or replace function sec.wear(new_hat uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done integer; begin
  update sec.session s set membership_id = new_hat where s.id = sec.session()
    and exists (select from app.membership m where m.id = new_hat and m.person_id = sec.me() and m.state = 'active');
  get diagnostics done = row_count; return done = 1; end $$;
drop function sec.enter(bytea);
create function sec.enter(handle bytea) returns table (
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
revoke all on function sec.enter(bytea) from public;
grant execute on function sec.enter(bytea) to hr_app;
drop function sec.set_up_only();
-- A session that was to be set up first would open everything.
update sec.session set ended_at = now(), ended_because = 'revoked', wrapped_key = null where sets_up is not null and ended_at is null;
alter table sec.session drop constraint sets_up_without_hat, drop sets_up;
reset role;
set role hr_owner;
delete from app.notice where kind = 'printed_code_used';
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent'));
