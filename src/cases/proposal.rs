//! Second signatures: a proposal beside the state, open, signed, refused with a reason or withdrawn (ruling 26).

use serde::Serialize;
use serde_json::json;

use super::{party_store, proposal_store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::{CaseId, ItemId, ProposalId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who asks for a second signature.
pub static PROPOSE: Act = Act { name: "proposal.make", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who gives or refuses it.
pub static SIGN: Act = Act { name: "proposal.sign", within: Kind::National, by: &[Role::NationalCoordinator], step_up: true };
/// Who reads the words of a proposal.
pub static READ: Act = Act { name: "proposal.read", within: Kind::National, by: &[Role::NationalCoordinator], step_up: false };

/// What can be proposed.
pub const KINDS: [&str; 4] = ["not_reviewed", "closed_unpublished", "reopened", "stopped"];

/// A proposal.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// The case.
    pub case: CaseId,
    /// Number of the case.
    pub case_number: String,
    /// What is proposed.
    pub kind: String,
    /// `open`, `signed`, `refused`, `withdrawn`.
    pub state: String,
    /// The words, sealed.
    #[serde(skip)]
    pub words: Option<ItemId>,
}

/// Asks the national coordination to sign. The words are sealed to those who may sign.
///
/// # Errors
/// `Faults` without words or for an unknown kind; `Rule("no-national-coordinator")` when there is nobody to sign.
pub fn propose(tx: &mut Tx, case: CaseId, kind: &str, words: &str) -> Result<ProposalId, Refused> {
    let permit = tx.permit(&PROPOSE, Place::Case(case), case.uuid())?;
    let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else { return Err(Refused::Faults(vec![FieldFault::new("kind", "not-an-option")])) };
    if words.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("words", "required")]));
    }
    let signers = super::national_coordinators(tx)?;
    if signers.is_empty() {
        return Err(Refused::Rule("no-national-coordinator"));
    }
    let within = compartments::of_case(tx, case, Kind::Case)?.pop().ok_or(Refused::NotFound)?;
    let written = Written { kind: "proposal", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    let item = compartments::place_for(tx, &permit, within.id, &written, &json!({ "kind": kind, "words": words }), &signers)?;
    let (id, hat) = (ProposalId::new(), tx.hat()?);
    proposal_store::insert_proposal(tx.db(), id, case, kind, hat, item)?;
    for signer in signers {
        notices::tell(tx, signer, notices::Kind::TaskAssigned, Some(case), None)?;
    }
    Ok(id)
}

/// The open proposals the hat worn may sign.
///
/// # Errors
/// `NotFound` for other roles.
pub fn waiting(tx: &mut Tx) -> Result<Vec<(Proposal, String)>, Refused> {
    tx.permit(&READ, Place::Hat, None)?;
    proposal_store::open_proposals(tx.db())?.into_iter().map(|proposal| {
        let words = match proposal.words {
            Some(item) => compartments::open_granted::<serde_json::Value>(tx, item)?.body.get("words").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
            None => String::new(),
        };
        Ok((proposal, words))
    }).collect()
}

/// Signs or refuses.
///
/// # Errors
/// `NotFound` for a proposal that is not open or not to be seen; `Rule("own-role")` for one's own; `StepUp`.
pub fn settle(tx: &mut Tx, id: ProposalId, signed: bool) -> Result<(), Refused> {
    tx.permit(&SIGN, Place::Hat, id.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    let (case, by) = proposal_store::settle_proposal(tx.db(), id, if signed { "signed" } else { "refused" }, hat, now)?;
    // Nobody signs their own proposal, whichever hat it was made in (`workflow.md` rule f).
    if party_store::one_person(tx.db(), hat, by)? {
        return Err(Refused::Rule("own-role"));
    }
    notices::tell(tx, by, notices::Kind::Answered, Some(case), None)
}
