-- What a case's variant asks of those who see no case: an organisation's people and relatives are asked what the profile says, and told no
-- more of the case than that.
set role hr_sec;
create function sec.variant_of(target uuid) returns table (profile text, version text, child boolean, language text, region integer) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select f.profile, f.profile_version, f.child_variant, f.language, f.region from app.compartment c join app.case_file f on f.id = c.case_id
    where c.id = target and c.id in (select sec.my_compartments()) $$;
-- Where a quality reviewer comes from, for who names one: of the nation, of another bureau, one of this bureau's coordinators, or somebody
-- else of this bureau. Which other hats they wear is not told.
create function sec.reviewer_from(target_case uuid, target_hat uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case when h.bureau_id is null then 'nation'
               when exists (select from app.membership o where o.person_id = h.person_id and o.bureau_id = c.bureau_id and o.role = 'CO' and o.state = 'active') then 'coordinator'
               when exists (select from app.membership o where o.person_id = h.person_id and o.bureau_id = c.bureau_id and o.role <> 'QA' and o.state <> 'ended') then 'bureau'
               when exists (select from app.membership o join app.bureau b on b.id = o.bureau_id where o.person_id = h.person_id and o.bureau_id <> c.bureau_id and not b.practice
                              and o.role in ('CO', 'CH', 'SE', 'PM', 'QA') and o.state = 'active') then 'other'
               else 'unknown' end
     from app.case_file c join app.membership h on h.id = target_hat and h.role = 'QA'
    where c.id = target_case and exists (select from app.case_party p where p.case_id = c.id and p.membership_id = sec.hat() and p.role in ('CO', 'CH') and (p.until is null or p.until > now())) $$;
revoke all on function sec.variant_of(uuid), sec.reviewer_from(uuid, uuid) from public;
grant execute on function sec.variant_of(uuid), sec.reviewer_from(uuid, uuid) to hr_app;
reset role;
set role hr_owner;
