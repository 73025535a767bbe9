-- What opens one's key can be changed: the passphrase, the printed code, the authenticator. A new code or authenticator waits, sealed to
-- its owner, until they have shown that they hold it; only then does the old one stop. Whoever is changed hears of it.
set role hr_owner;
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed',
    'read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed'));
reset role;
set role hr_sec;
alter table sec.person_secret add printed_awaited bytea check (length(printed_awaited) <= 1000), add totp_awaited bytea check (length(totp_awaited) <= 1000),
    add awaited_until timestamptz;
comment on column sec.person_secret.printed_awaited is 'a new printed code not yet shown to be on paper, sealed to its owner';
comment on column sec.person_secret.totp_awaited is 'a new authenticator not yet shown to work, sealed to its owner';
create function sec.await_secret(printed bytea, totp bytea) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ update sec.person_secret set printed_awaited = printed, totp_awaited = totp, awaited_until = now() + interval '30 minutes' where person_id = sec.me() $$;
create function sec.awaited_secret() returns table (printed bytea, totp bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select s.printed_awaited, s.totp_awaited from sec.person_secret s where s.person_id = sec.me() and s.awaited_until > now() $$;

drop function sec.change_secret(bytea, bytea, bytea);
-- Only within five minutes of confirming who one is. Every other session ends: whoever opened one knew what counts no more.
create function sec.change_secret(new_salt bytea, new_passphrase bytea, new_printed bytea, new_totp bytea, first_step bigint) returns void
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
revoke all on function sec.await_secret(bytea, bytea), sec.awaited_secret(), sec.change_secret(bytea, bytea, bytea, bytea, bigint) from public;
grant execute on function sec.await_secret(bytea, bytea), sec.awaited_secret(), sec.change_secret(bytea, bytea, bytea, bytea, bigint) to hr_app;
reset role;
set role hr_owner;
