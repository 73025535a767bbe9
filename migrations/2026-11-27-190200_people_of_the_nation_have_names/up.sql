-- Whom one works with across bureaus has a name: a bureau's coordinators, chairs and register manager know those of the nation they ask, and the nation's
-- register manager the coders of bureaus. Who takes part in a case knows who else does. The account is sealed under the installation's key; the program reads the name in it and nothing else.
set role hr_owner;
set role hr_sec;
create function sec.accounts_beyond(hats uuid[]) returns table (membership_id uuid, person_id uuid, account_sealed bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select m.id, p.id, p.account_sealed from app.membership m join app.person p on p.id = m.person_id
   where m.id = any (hats) and m.state <> 'ended' and (
     m.bureau_id is null and m.role in ('NC', 'QA', 'RM', 'CD') and sec.bureau() is not null and (sec.role() in ('CO', 'CH', 'RM')
         or sec.role() in ('SE', 'PM') and exists (select from app.case_party p where p.membership_id = m.id and (p.until is null or p.until > now()) and sec.takes_part(p.case_id)))
     or m.role = 'CD' and m.state = 'active' and sec.role() = 'RM' and sec.bureau() is null and sec.codes_for_a_bureau(m.bureau_id)) $$;
revoke all on function sec.accounts_beyond(uuid[]) from public;
grant execute on function sec.accounts_beyond(uuid[]) to hr_app;
reset role;
set role hr_owner;
