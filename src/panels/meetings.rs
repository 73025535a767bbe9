//! Terms of reference and meetings: written by the secretary, adopted by the chair.

use chrono::NaiveDate;
use form::{Answers, text_of};

use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Opened};
use crate::forms::{self, Saved, sheet};
use crate::ids::{CaseId, ItemId};
use crate::notices;
use crate::tx::{Permit, Place, Refused, Tx};

sheet!(/// The terms of reference (5.3), whose questions stand in the report, each with its answer.
    TERMS, "terms-of-reference" in Panel, "panel.terms", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Secretary, Chair], once true, then cases::unfrozen);
sheet!(/// A meeting (5.7).
    MEETING, "meeting" in Panel, "panel.meeting", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Secretary, Chair], then meeting_saved);

/// Whether a meeting is planned: its day is today or to come, and nothing was told of it yet.
pub fn is_planned(meeting: &Answers, today: NaiveDate) -> bool {
    let on = forms::date_of(meeting, "on");
    text_of(meeting, "minutes").trim().is_empty() && on.is_some_and(|on| on >= today)
}

/// A meeting may lie ahead; its minutes, and who was there, do not. The panel hears of one that is planned.
fn meeting_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let there = saved.answers.get("attendance").and_then(serde_json::Value::as_array).is_some_and(|rows| !rows.is_empty());
    if there || !text_of(&saved.answers, "minutes").trim().is_empty() {
        forms::have_been(tx, &saved.answers, &["on"])?;
    }
    if saved.version == 1 && is_planned(&saved.answers, tx.today()) {
        let (case, me) = (permit.case().ok_or(Refused::NotFound)?, tx.hat()?);
        for hat in cases::hats_in_role(tx, case, Role::PanelMember)?.into_iter().filter(|hat| *hat != me) {
            notices::tell(tx, hat, notices::Kind::Placed, Some(case), Some(saved.id.uuid()))?;
        }
    }
    Ok(())
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

fn adopt(tx: &mut Tx, case: CaseId, (item, seen): (ItemId, Option<i32>), act: &'static Act, kind: &str, name: &'static str) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(act, Place::Compartment(within), item.uuid())?;
    let listed = compartments::list(tx, &permit, kind, None)?.into_iter().find(|document| document.id == item).ok_or(Refused::NotFound)?;
    cases::read_before(seen, listed.version)?;
    if !listed.complete {
        return Err(Refused::Rule("document-incomplete"));
    }
    cases::adopt(tx, &permit, name, item.uuid(), listed.version)
}

/// The terms of reference in the version that was adopted; before their adoption as they were last written.
///
/// # Errors
/// `Locked`.
pub fn adopted_terms(tx: &mut Tx, read: &Permit) -> Result<Option<Opened<Answers>>, Refused> {
    let case = read.case().ok_or(Refused::NotFound)?;
    let adopted = cases::adopted(tx, case, "terms_adopted")?;
    let mut all = compartments::open_all::<Answers>(tx, read, TERMS.form)?;
    match all.iter().rposition(|terms| adopted.contains_key(&terms.listed.id.uuid())) {
        Some(at) => { let terms = all.swap_remove(at); compartments::as_of(tx, read, terms, &adopted).map(Some) }
        None => Ok(all.pop()),
    }
}

/// Adopts the terms of reference.
///
/// # Errors
/// `Stale` when somebody saved since `seen`; `Rule("document-incomplete")`; `NotFound`.
pub fn adopt_terms(tx: &mut Tx, case: CaseId, item: ItemId, seen: Option<i32>) -> Result<(), Refused> {
    adopt(tx, case, (item, seen), &ADOPT_TERMS, TERMS.form, "terms_adopted")
}

/// Adopts a meeting's minutes.
///
/// # Errors
/// As [`adopt_terms`]; `Rule("nobody-was-there")` for a meeting without anybody present.
pub fn adopt_minutes(tx: &mut Tx, case: CaseId, item: ItemId, seen: Option<i32>) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    let minutes = forms::open(tx, &MEETING, within, item)?.answers;
    let there = |row: &serde_json::Value| matches!(row.get("state").and_then(serde_json::Value::as_str), Some("present" | "substitute"));
    if !minutes.get("attendance").and_then(serde_json::Value::as_array).is_some_and(|rows| rows.iter().any(there)) {
        return Err(Refused::Rule("nobody-was-there"));
    }
    adopt(tx, case, (item, seen), &ADOPT_MINUTES, MEETING.form, "minutes_adopted")
}
