//! The documents of the report compartment.

use form::{Answers, FormDef};
use serde_json::Value;

use crate::cases;
use crate::compartments;
use crate::forms::{self, Saved, sheet};
use crate::ids::CompartmentId;
use crate::names;
use crate::settings::Naming;
use crate::tx::{FieldFault, Permit, Refused, Tx};

sheet!(/// A section written by hand (5.15); one of each name.
    SECTION, "report-section" in Report, "report.section", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary], named "section", one_writer true, then cases::unfrozen);
sheet!(/// Who is called what in the report.
    PSEUDONYMS, "pseudonyms" in Report, "report.pseudonyms", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary], once true, then cases::unfrozen);
sheet!(/// The publication decision (5.17).
    DECISION, "publication-decision" in Report, "report.decision", read [Coordinator, Chair, Secretary], write [Coordinator], once true, asked names_offered, rules can_be, then decided);
sheet!(/// Learning brief and red-flag cards (5.18).
    LEARNING, "learning" in Report, "report.learning", read [Coordinator, Chair, Secretary], write [Coordinator, Chair, Secretary], once true, then cases::unfrozen);
sheet!(/// What the quality reviewer found (5.16), placed here.
    QUALITY, "quality" in Report, "report.quality", read [Coordinator, Chair, Secretary], write []);

/// A real first name is offered only where the variant leaves it to relatives.
fn names_offered(tx: &mut Tx, within: CompartmentId, decision: FormDef) -> Result<FormDef, Refused> {
    let chosen = cases::profile_of_place(tx, within)?.naming == Naming::RelativesChoose;
    Ok(if chosen { decision } else { decision.without_options("how", &["real_first_name"]) })
}

/// The day is one that can be: nothing is published on a day that has passed. After it was published the decision keeps the day it had.
fn can_be(tx: &mut Tx, within: CompartmentId, decision: &Answers) -> Result<(), Refused> {
    let day = forms::date_of(decision, "publish_on");
    let (_, case) = compartments::kind_of(tx, within)?;
    let case = case.ok_or(Refused::NotFound)?;
    if day.is_some_and(|day| day < tx.today()) && super::addendum::latest(tx, case, "report")?.is_none() {
        return Err(Refused::Faults(vec![FieldFault::new("publish_on", "in-the-past")]));
    }
    no_real_names(tx, within, decision)
}

/// Where the variant gives nobody's own name, none is decided on, and none is let through as a name that may stand (`workflow.md` section 6).
fn no_real_names(tx: &mut Tx, within: CompartmentId, decision: &Answers) -> Result<(), Refused> {
    if cases::profile_of_place(tx, within)?.naming == Naming::RelativesChoose {
        return Ok(());
    }
    let decision = form::normal(&forms::definition(tx, DECISION.form)?, decision);
    let rows = |field: &str| decision.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let refused = |field: String| FieldFault::new(field, "real-name-not-in-variant");
    let mut faults: Vec<FieldFault> = rows("naming_decision").iter().enumerate().filter(|(_, row)| row.get("how").and_then(Value::as_str) == Some("real_first_name"))
        .map(|(at, _)| refused(format!("naming_decision[{at}].how"))).collect();
    let (_, case) = compartments::kind_of(tx, within)?;
    let case = case.ok_or(Refused::NotFound)?;
    let known = names::of_case(tx, case)?;
    for (at, name) in rows("allowed_names").iter().enumerate() {
        let somebodys = names::tokens(name.as_str().unwrap_or_default()).into_iter()
            .any(|(word, _)| known.get(names::hash(tx, case, &word).as_slice()).is_some_and(|reason| matches!(reason.as_str(), "name" | "alias" | "relative")));
        if somebodys {
            faults.push(refused(format!("allowed_names[{at}]")));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faults(faults)) }
}

fn decided(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    if !saved.complete {
        return Ok(());
    }
    cases::record_as(tx, permit, "publication_decided", uuid::Uuid::nil(), saved.answers.get("form").and_then(Value::as_str).unwrap_or_default())?;
    let case = permit.case().ok_or(Refused::NotFound)?;
    // Decided anew after publication: the worker keeps the day named now.
    let day = forms::date_of(&saved.answers, "take_down_on");
    super::store::set_take_down_on(tx.db(), case, day)?;
    super::national::place(tx, case)
}
