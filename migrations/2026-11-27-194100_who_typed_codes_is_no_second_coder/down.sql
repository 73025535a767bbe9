set role hr_owner;
alter policy begun on app.coding with check (slot = 'intake' and membership_id = (select sec.hat()) and (select sec.role()) = 'CO' and sec.codes_record(case_id)
    or slot <> 'intake' and final_at is null and (select sec.role()) = 'RM' and app.sees_case(case_id));
reset role;
set role hr_sec;
drop function sec.typed_codes(uuid, uuid, text);
reset role;
set role hr_owner;
