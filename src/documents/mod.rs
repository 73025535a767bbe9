//! Every form where it may lie: the one list of sheets, and their pages and API.
//!
//! How to add one: its definition in `config/forms`, its sheet in the room it belongs to, its line here.

mod api;
mod around;
mod brief;
mod choices;
mod copies;
mod dissents;
mod evidence;
mod fields;
mod list;
pub mod pages;
mod parts;
mod removal;
mod saving;
mod versions;
mod who_saw;

pub use around::{PartRead, by_part};
pub use parts::lacking_in;
pub use choices::drawn;
pub use dissents::of_role;
pub use who_saw::looks;

use crate::access::Kind;
use crate::forms::Sheet;
use crate::{cases, findings, panels, reflections, relatives, reports, research};

/// All sheets.
pub static SHEETS: [&Sheet; 25] = [
    &cases::NOTIFICATION, &cases::SCREENING, &cases::DEFERRAL, &reflections::REFLECTION, &reflections::ENTRY, &reflections::INVITATION, &reflections::LOG_QUESTION, &relatives::PLAN, &relatives::INPUT,
    &relatives::ENTRY, &panels::TERMS, &panels::MEETING, &panels::ENTRY, &findings::FINDING, &findings::DISSENT, &findings::RECOMMENDATION, &findings::RESPONSE, &findings::UPDATES,
    &reports::SECTION, &reports::PSEUDONYMS, &reports::DECISION, &reports::LEARNING, &reports::QUALITY,
    &research::APPLICATION, &research::ASSESSMENT,
];

/// The sheet of a form in a kind of compartment.
pub fn sheet_of(kind: Kind, form: &str) -> Option<&'static Sheet> {
    SHEETS.into_iter().find(|sheet| sheet.within() == kind && sheet.form == form)
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    list::routes(routes);
    pages::routes(routes);
    versions::routes(routes);
    removal::routes(routes);
    who_saw::routes(routes);
}
