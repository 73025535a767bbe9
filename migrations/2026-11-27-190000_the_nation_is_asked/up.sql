-- Who leads a review asks people of the nation: to co-sign, to read the quality, to code. What is asked is sealed to their public key, which no policy
-- of persons shows across bureaus. These functions give that key, and the name, of who is active in such a role now; of the account nothing else is
-- to be read with a key, and the row of the person stays hidden. A secretary seals to who takes part in the same case: evidence to a coder. In a bureau for practice nobody of the nation is asked.
set role hr_owner;
set role hr_sec;
create function sec.asks_the_nation() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce(sec.role() in ('CO', 'CH') and exists (select from app.bureau b where b.id = sec.bureau() and not b.practice), false) $$;
create function sec.key_of_nation(target uuid) returns table (person_id uuid, public_key bytea, public_key_mac bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select p.id, p.public_key, p.public_key_mac from app.membership m join app.person p on p.id = m.person_id
   where m.id = target and m.bureau_id is null and m.role in ('NC', 'QA', 'RM', 'CD') and m.state = 'active' and (m.until is null or m.until > now())
     and (sec.asks_the_nation() or sec.role() = 'SE' and exists (select from app.case_party p where p.membership_id = m.id and (p.until is null or p.until > now()) and sec.takes_part(p.case_id))) $$;
revoke all on function sec.asks_the_nation(), sec.key_of_nation(uuid) from public;
grant execute on function sec.key_of_nation(uuid) to hr_app;
reset role;
set role hr_owner;
