-- Who co-signs, keeps the register, researches, grants access to it or checks what leaves it is of the nation, not of a bureau (rulings 26 and 32). A
-- bureau for practice plays them itself; another makes none, and one it made earlier signs nothing any more.
set role hr_owner;
set role hr_sec;
create function sec.in_practice() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce((select b.practice from app.bureau b where b.id = sec.bureau()), false) $$;
-- The nation's register manager names who codes: coders of the nation, and those of the bureaus whose cases count.
create function sec.codes_for_a_bureau(bureau uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.bureau b where b.id = bureau and not b.practice) $$;
revoke all on function sec.in_practice(), sec.codes_for_a_bureau(uuid) from public;
grant execute on function sec.in_practice(), sec.codes_for_a_bureau(uuid) to hr_app, hr_owner;
reset role;
set role hr_owner;
alter policy hats_invited on app.membership with check (
    invited_by = (select sec.hat()) and bureau_id is not distinct from (select sec.bureau()) and case (select sec.role())
        when 'TA' then role not in ('RE', 'SU', 'AC', 'AU', 'AP') and (role not in ('NC', 'RM', 'RS', 'RC', 'OC') or bureau_id is null or (select sec.in_practice()))
        when 'CO' then role in ('AC', 'RE', 'SU')
        when 'SE' then role = 'AC'
        when 'AC' then role in ('AU', 'AP') and organisation_id = (select sec.organisation())
        when 'RE' then role = 'SU'
        else false end);
create policy coders_of_bureaus on app.membership for select to hr_app using (
    role = 'CD' and state = 'active' and (select sec.role()) = 'RM' and (select sec.bureau()) is null and sec.codes_for_a_bureau(bureau_id));
alter policy changed on app.proposal using (by_membership_id = (select sec.hat())
    or (select sec.role()) = 'NC' and app.sees_case(case_id) and ((select sec.bureau()) is null or (select sec.in_practice())));
set role hr_owner;
