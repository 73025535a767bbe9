-- What hangs on a case, a compartment, an organisation or a person's hat is looked for by it on every page; without an index each look read
-- the whole table (the terms of a case: 80,000 rows of 20,000 cases). Reversible.
set role hr_owner;
create index deadline_all_of_case on app.deadline (case_id);
create index proposal_of_case on app.proposal (case_id);
create index question_of_case on app.question (case_id);
create index question_of_compartment on app.question (compartment_id);
create index recommendation_of_compartment on app.recommendation (compartment_id);
create index recommendation_of_owner on app.recommendation (owner_id);
create index record_of_compartment on app.record (compartment_id);
create index record_of_bureau on app.record (bureau_id);
create index coding_of_case on app.coding (case_id);
create index coding_before_of_case on app.coding_before (case_id);
create index removal_of_case on app.removal (case_id);
create index reflection_of_organisation on app.reflection (organisation_id);
create index reflection_standing_for on app.reflection (stands_for_id) where stands_for_id is not null;
create index reflection_inner_of_compartment on app.reflection_inner (compartment_id);
create index relative_of_contact on app.relative (contact_id);
create index delivery_of_compartment on app.delivery (compartment_id);
create index project_of_compartment on app.project (compartment_id);
create index project_change_of_project on app.project_change (project_id);
create index output_request_of_project on app.output_request (project_id);
create index publication_of_bureau on app.publication (bureau_id);
create index item_grant_of_hat on app.item_grant (membership_id);
create index key_grant_of_hat on app.key_grant (membership_id);
create index membership_of_organisation on app.membership (organisation_id);
