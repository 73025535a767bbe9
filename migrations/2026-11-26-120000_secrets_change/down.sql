set role hr_sec;
drop function sec.change_secret(bytea, bytea, bytea, bytea, bigint);
drop function sec.awaited_secret();
drop function sec.await_secret(bytea, bytea);
alter table sec.person_secret drop printed_awaited, drop totp_awaited, drop awaited_until;
-- A changed passphrase or printed code ends every other session.
create function sec.change_secret(new_salt bytea, new_passphrase bytea, new_printed bytea) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update sec.person_secret set salt = coalesce(new_salt, salt), passphrase_wrapped = coalesce(new_passphrase, passphrase_wrapped),
     printed_wrapped = coalesce(new_printed, printed_wrapped), changed_at = now() where person_id = sec.me();
  update sec.session set ended_at = now(), ended_because = 'credentials_changed', wrapped_key = null where person_id = sec.me() and id <> sec.session() and ended_at is null; end $$;
revoke all on function sec.change_secret(bytea, bytea, bytea) from public;
grant execute on function sec.change_secret(bytea, bytea, bytea) to hr_app;
reset role;
set role hr_owner;
delete from app.notice where kind = 'sign_in_changed';
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed',
    'read_by_other','publication_date','action_due','deferred','resumed'));
