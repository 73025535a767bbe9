set role hr_owner;
drop index app.deadline_all_of_case, app.proposal_of_case, app.question_of_case, app.question_of_compartment, app.recommendation_of_compartment, app.recommendation_of_owner,
    app.record_of_compartment, app.record_of_bureau, app.coding_of_case, app.coding_before_of_case, app.removal_of_case, app.reflection_of_organisation,
    app.reflection_standing_for, app.reflection_inner_of_compartment, app.relative_of_contact, app.delivery_of_compartment, app.project_of_compartment, app.project_change_of_project,
    app.output_request_of_project, app.publication_of_bureau, app.item_grant_of_hat, app.key_grant_of_hat, app.membership_of_organisation;
