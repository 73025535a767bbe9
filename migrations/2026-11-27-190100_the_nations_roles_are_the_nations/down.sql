set role hr_owner;
alter policy changed on app.proposal using (by_membership_id = (select sec.hat()) or (select sec.role()) = 'NC' and app.sees_case(case_id));
drop policy coders_of_bureaus on app.membership;
alter policy hats_invited on app.membership with check (
    invited_by = (select sec.hat()) and bureau_id is not distinct from (select sec.bureau()) and case (select sec.role())
        when 'TA' then role not in ('RE', 'SU', 'AC', 'AU', 'AP')
        when 'CO' then role in ('AC', 'RE', 'SU')
        when 'SE' then role = 'AC'
        when 'AC' then role in ('AU', 'AP') and organisation_id = (select sec.organisation())
        when 'RE' then role = 'SU'
        else false end);
set role hr_sec;
drop function sec.codes_for_a_bureau(uuid);
drop function sec.in_practice();
reset role;
set role hr_owner;
