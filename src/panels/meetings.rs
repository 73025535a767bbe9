//! Terms of reference and meetings: written by the secretary, adopted by the chair.

use form::text_of;

use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::forms::{self, Saved, sheet};
use crate::ids::{CaseId, ItemId};
use crate::tx::{Permit, Place, Refused, Tx};

sheet!(/// The terms of reference (5.3), whose questions stand in the report, each with its answer.
    TERMS, "terms-of-reference" in Panel, "panel.terms", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Secretary, Chair], then cases::unfrozen);
sheet!(/// A meeting (5.7).
    MEETING, "meeting" in Panel, "panel.meeting", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Secretary, Chair], then meeting_saved);

/// A meeting may lie ahead; its minutes do not.
fn meeting_saved(tx: &mut Tx, _: &Permit, saved: &Saved) -> Result<(), Refused> {
    if text_of(&saved.answers, "minutes").trim().is_empty() { Ok(()) } else { forms::have_been(tx, &saved.answers, &["on"]) }
}

/// Who adopts the terms of reference.
pub static ADOPT_TERMS: Act = Act { name: "panel.adopt_terms", within: Kind::Panel, by: &[Role::Chair], step_up: false };
/// Who adopts minutes.
pub static ADOPT_MINUTES: Act = Act { name: "panel.adopt_minutes", within: Kind::Panel, by: &[Role::Chair], step_up: false };

/// The panel's compartment of a case.
///
/// # Errors
/// `NotFound` before there is a panel, and for who does not see it.
pub fn panel_of(tx: &mut Tx, case: CaseId) -> Result<crate::ids::CompartmentId, Refused> {
    compartments::of_kind(tx, case, Kind::Panel)
}

fn adopt(tx: &mut Tx, case: CaseId, item: ItemId, act: &'static Act, kind: &str) -> Result<Permit, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(act, Place::Compartment(within), item.uuid())?;
    let listed = compartments::list(tx, &permit, kind, None)?.into_iter().find(|document| document.id == item).ok_or(Refused::NotFound)?;
    if listed.complete { Ok(permit) } else { Err(Refused::Rule("document-incomplete")) }
}

/// Adopts the terms of reference.
///
/// # Errors
/// `Rule("document-incomplete")`; `NotFound`.
pub fn adopt_terms(tx: &mut Tx, case: CaseId, item: ItemId) -> Result<(), Refused> {
    let permit = adopt(tx, case, item, &ADOPT_TERMS, TERMS.form)?;
    cases::record(tx, &permit, "terms_adopted", None)
}

/// Adopts a meeting's minutes.
///
/// # Errors
/// As [`adopt_terms`].
pub fn adopt_minutes(tx: &mut Tx, case: CaseId, item: ItemId) -> Result<(), Refused> {
    let permit = adopt(tx, case, item, &ADOPT_MINUTES, MEETING.form)?;
    cases::record(tx, &permit, "minutes_adopted", Some(item.uuid()))
}
