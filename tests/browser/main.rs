//! A real browser over a played case: every page of every role, what must work without scripts, and what is never lost.
//! Tests run one at a time; the case is played once in a run, and each test walks in a copy of its own.
#![allow(clippy::unwrap_used)]

mod before;
mod chrome;
#[path = "../support/facts.rs"]
mod facts;
mod hands;
mod judge;
#[allow(dead_code, reason = "each binary uses its part")]
#[path = "../support/played.rs"]
mod played;
mod states;
mod wire;
mod world;

mod a_coder_codes_by_keyboard;
mod a_manager_settles_what_is_twice;
mod a_researcher_comes_to_a_file;
mod a_session_asks_before_it_ends;
mod every_page_is_fit;
mod it_works_without_scripts;
mod nothing_written_is_lost;
mod the_first_page_is_light;
mod what_cannot_be_undone_is_asked_first;
