//! Somebody would rather be told than read (`ux.md` 1.4): the contact hears that it is so, and of which case; never of what.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::CompartmentId;
use crate::notices;
use crate::tx::{Permit, Place, Refused, Tx};

static ASK_KIN: Act = Act { name: "relative.ask_to_be_told", within: Kind::Kin, by: &[Role::Relative, Role::Supporter], step_up: false };
static ASK_REFLECTION: Act = Act { name: "reflection.ask_to_be_told", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };
static ASK_PANEL: Act = Act { name: "panel.ask_to_be_told", within: Kind::Panel, by: &[Role::PanelMember, Role::Chair, Role::Secretary], step_up: false };
static READ_KIN: Act = Act { name: "relative.asked_to_be_told", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };
static READ_PANEL: Act = Act { name: "panel.asked_to_be_told", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember], step_up: false };

/// The kind of the document that keeps it.
const KIND: &str = "asks-to-be-told";

/// Somebody who asked.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asks {
    /// What they were about to read: a passage, or none for all that lies there.
    pub about: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Asks to be told what lies in a place, or one thing of it. Asked again, it stays asked once.
///
/// # Errors
/// `NotFound` for who does not belong there.
pub fn ask_to_be_told(tx: &mut Tx, within: CompartmentId, about: Option<Uuid>) -> Result<(), Refused> {
    let (kind, case) = compartments::kind_of(tx, within)?;
    let act = match kind {
        Kind::Kin => &ASK_KIN,
        Kind::Reflection => &ASK_REFLECTION,
        Kind::Panel => &ASK_PANEL,
        _ => return Err(Refused::NotFound),
    };
    let permit = tx.permit(act, Place::Compartment(within), about)?;
    let hat = tx.hat()?;
    if compartments::list(tx, &permit, KIND, None)?.iter().any(|asked| asked.subject == about && asked.author == hat) {
        return Ok(());
    }
    let written = Written { kind: KIND, subject: about, form_version: "1", ground: "consent", complete: true };
    compartments::put(tx, &permit, &written, &json!({ "asks": true }))?;
    let case = case.ok_or(Refused::NotFound)?;
    // The named contact of a relative; for others who coordinate the case.
    let contacts = match kind {
        Kind::Kin => compartments::members(tx, within)?.into_iter().filter(|member| member.role == Role::Coordinator).map(|member| member.membership).collect(),
        _ => super::leaders(tx, case, &[Role::Coordinator])?,
    };
    for contact in contacts.into_iter().filter(|contact| *contact != hat) {
        notices::tell(tx, contact, notices::Kind::AsksToBeTold, Some(case), None)?;
    }
    Ok(())
}

/// Who asked to be told what lies in a relative's place or in the panel's, first first.
///
/// # Errors
/// `NotFound` for who does not belong there.
pub fn asked_to_be_told(tx: &mut Tx, within: CompartmentId) -> Result<Vec<Asks>, Refused> {
    let act = match compartments::kind_of(tx, within)?.0 {
        Kind::Kin => &READ_KIN,
        Kind::Panel => &READ_PANEL,
        _ => return Err(Refused::NotFound),
    };
    let permit: Permit = tx.permit(act, Place::Compartment(within), None)?;
    Ok(compartments::list(tx, &permit, KIND, None)?.into_iter().map(|one| Asks { about: one.subject, at: one.changed_at }).collect())
}
