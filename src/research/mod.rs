//! Research with the register: applications, the committee that decides on them, projects, and the tables they ask.
//!
//! A researcher sees no record and no case. Everything that leaves goes through the gate (package `gate`), is written in the
//! register-wide ledger first, and costs of a budget that all researchers share. What goes beyond it, or into the open, two
//! output checkers agree on. A register is the country's; a practice bureau has one of its own, with invented records.

mod api;
mod change;
mod change_store;
mod committee;
mod confirm_page;
mod doubt;
mod drawn;
mod exports;
mod fixed_set;
mod help;
mod left;
mod output;
mod output_store;
mod pages;
mod people;
mod project;
mod project_pages;
mod script_pages;
mod scripts;
mod snapshot_pages;
mod store;
mod table;
mod table_pages;
mod tables;

pub use change::{AGREE, Change, END, Kind as ChangeKind, RENEW, agree, propose_end, renew};
pub use committee::{Standing, VOTE, VOTES, Vote, assessed, vote};
pub use fixed_set::{FIXED_SET, FixedSet, FixedState, LeftOut, fixed_state, freeze, propose_fixed_set};
pub use help::{Example, examples};
pub use left::{Output, outputs};
pub use output::{Adds, Beside, CHECK, Checked, FINDINGS, REASONS, REQUEST, Request, Verdict, check, request, requests};
pub use people::{END_PERSON, NAME_PERSON, SIGN, end_person, name_person, sign};
pub use project::{APPLICATION, ASSESSMENT, BEGIN, HAND_IN, Listed, Person, Next, ProjectView, Public, State, WITHDRAW, Choosable, begin, choosable, choose_outcomes, find, hand_in, list, next, of_compartment, of_hat, public_list, view, withdraw};
pub use scripts::{Priced, Ran, Script, price, run, written};
pub use tables::{AN_HOUR, Asked, Body, Cell, Closed, Group, PREVIEW, Preview, RELEASE, Table, Wanted, askable, preview, release, table, tables};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
    table_pages::routes(routes);
    confirm_page::routes(routes);
    project_pages::routes(routes);
    script_pages::routes(routes);
    snapshot_pages::routes(routes);
    help::routes(routes);
}
