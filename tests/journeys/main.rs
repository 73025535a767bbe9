//! One file a journey; they share one binary, so that everything is linked once.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod a_case_moves_only_by_steps_that_are_ready;
mod a_case_is_seen_over_time;
mod a_compartment_opens_for_its_members_only;
mod a_content_role_is_granted_by_two_people;
mod a_killed_database_comes_back;
mod a_page_left_open_loses_nothing;
mod a_project_changes_only_with_two_members;
mod a_script_gives_the_same_tables;
mod a_practice_case_is_played_to_its_end;
mod a_released_reflection_is_corrected_beside_the_old;
mod an_evaluation_names_nobody;
mod an_invitation_is_recalled;
mod a_table_leaves_through_the_gate_only;
mod a_repeated_call_happens_once;
mod a_term_is_extended_with_a_reason;
mod a_word_that_may_not_stand_is_replaced_at_once;
mod bad_input_changes_nothing;
mod every_route_stands_in_the_matrix;
mod no_context_can_be_forged;
mod readers_get_placed_copies_for_a_time;
mod researchers_are_refused_clearly;
mod somebody_stands_in_for_a_time;
mod signing_in_tells_nothing_and_forgets_nothing;
mod owners_see_who_read;
mod the_catalogue_is_closed;
mod the_house_is_in_order;
mod the_log_shows_tampering;
mod what_is_new_after_publication_stands_beside_the_old;
mod who_left_and_what_ended_have_successors;
mod what_waits_for_an_invitee_opens_with_the_code;
mod the_researchers_examples_run;
mod the_worker_reminds_sends_and_shreds;
mod the_description_says_what_is_read;
