//! A dissent: what one member of the panel holds against a finding. It stays with that member's role (`workflow.md` 5.8): nobody else
//! changes it or takes it away, and it stands with the finding and in the report under the role.

use form::{Answers, text_of};
use serde::Serialize;

use super::FINDING;
use crate::access::{Kind, Role};
use crate::cases;
use crate::compartments;
use crate::forms::{self, Saved, sheet};
use crate::ids::{CaseId, ItemId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

sheet!(/// A dissent (5.8): one of each member to a finding.
    DISSENT, "dissent" in Panel, "dissent", read [Coordinator, Chair, Secretary, PanelMember], write [Chair, Secretary, PanelMember], named "finding", own true, then added, removed may_go);

/// That dissent was recorded, of each with the role it stays with (T11).
pub(super) const RECORDED: &str = "dissent_recorded";

/// A dissent to a finding.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dissent {
    /// Id.
    pub id: ItemId,
    /// The finding.
    pub finding: ItemId,
    /// The role of whose it is; never a name.
    pub role: Role,
    /// Words.
    pub text: String,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// A dissent is to a finding of the panel, and stays with that one; it stands in the report, so it keeps still with it.
fn added(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let case = permit.case().ok_or(Refused::NotFound)?;
    cases::text_may_change(tx, case)?;
    let finding = text_of(&saved.answers, "finding");
    let wrong = |rule: &str| Refused::Faults(vec![FieldFault::new("finding", rule)]);
    if finding.is_empty() {
        return Err(wrong("required"));
    }
    let item: ItemId = finding.parse().map_err(|_| wrong("not-an-option"))?;
    compartments::subject_of(tx, permit, item, FINDING.form).map_err(|_| wrong("not-an-option"))?;
    if saved.subject != Some(forms::named(&finding)) {
        return Err(wrong("dissent-stays"));
    }
    if saved.complete {
        cases::record_as(tx, permit, RECORDED, saved.id.uuid(), permit.role().code())?;
    }
    Ok(())
}

fn may_go(tx: &mut Tx, permit: &Permit, _: ItemId) -> Result<(), Refused> {
    cases::text_may_change(tx, permit.case().ok_or(Refused::NotFound)?)
}

/// Every dissent in the panel's room, oldest first.
///
/// # Errors
/// `Locked`.
pub fn dissents_in(tx: &mut Tx, read: &Permit) -> Result<Vec<Dissent>, Refused> {
    let case = read.case().ok_or(Refused::NotFound)?;
    let (roles, me) = (cases::details_of(tx, case, RECORDED)?, tx.hat()?);
    let all = compartments::open_all::<Answers>(tx, read, DISSENT.form)?;
    Ok(all.into_iter().filter(|one| one.listed.complete).filter_map(|one| {
        let role = roles.get(&one.listed.id.uuid()).and_then(|code| Role::from_code(code))?;
        Some(Dissent { id: one.listed.id, finding: text_of(&one.body, "finding").parse().ok()?, role, text: text_of(&one.body, "text"), own: one.listed.author == me })
    }).collect())
}

/// Every dissent of a case, for who reads the panel's room.
///
/// # Errors
/// `NotFound`, `NotYours`, `Locked`.
pub fn dissents(tx: &mut Tx, case: CaseId) -> Result<Vec<Dissent>, Refused> {
    let within = compartments::of_kind(tx, case, Kind::Panel)?;
    let read = tx.permit(DISSENT.read, Place::Compartment(within), case.uuid())?;
    dissents_in(tx, &read)
}
