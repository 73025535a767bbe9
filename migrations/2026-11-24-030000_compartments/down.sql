drop policy known on app.membership;
drop policy known on app.person;
drop table keys.item_key, app.item_grant, app.item_draft, app.item_version, app.item, app.key_grant, app.compartment_member, app.compartment_epoch, app.case_party, app.compartment cascade;
set role hr_sec;
drop function sec.knows_person(uuid), sec.knows_hat(uuid), sec.my_compartments(), sec.my_open_compartments(), sec.my_granted_items(), sec.may_place(uuid), sec.leads_case(uuid), sec.takes_part(uuid), sec.is_first_member(uuid), sec.item_compartment(uuid);
set role hr_owner;
