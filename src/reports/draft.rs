//! The documents of the report compartment.

use crate::cases;
use crate::forms::{Saved, sheet};
use crate::tx::{Permit, Refused, Tx};

sheet!(/// A section written by hand (5.15); one of each name.
    SECTION, "report-section" in Report, "report.section", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary], named "section", one_writer true, then cases::unfrozen);
sheet!(/// Who is called what in the report.
    PSEUDONYMS, "pseudonyms" in Report, "report.pseudonyms", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary], then cases::unfrozen);
sheet!(/// The publication decision (5.17).
    DECISION, "publication-decision" in Report, "report.decision", read [Coordinator, Chair, Secretary], write [Coordinator], then decided);
sheet!(/// Learning brief and red-flag cards (5.18).
    LEARNING, "learning" in Report, "report.learning", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary]);
sheet!(/// What the quality reviewer found (5.16), placed here.
    QUALITY, "quality" in Report, "report.quality", read [Coordinator, Chair, Secretary], write []);

fn decided(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    if !saved.complete {
        return Ok(());
    }
    cases::record(tx, permit, "publication_decided", None)?;
    let case = permit.case().ok_or(Refused::NotFound)?;
    // Decided anew after publication: the worker keeps the day named now.
    let day = saved.answers.get("take_down_on").and_then(serde_json::Value::as_str).and_then(|day| day.parse().ok());
    super::store::set_take_down_on(tx.db(), case, day)?;
    super::national::place(tx, case)
}
