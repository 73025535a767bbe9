//! Second signatures: a proposal beside the state, open, signed, refused with a reason or withdrawn (ruling 26).

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use super::reasons::{Of, keep_reason};
use super::{Step, party_store, proposal_store, store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::{CaseId, ItemId, MembershipId, ProposalId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx, needed};

/// Who asks for a second signature.
pub static PROPOSE: Act = Act { name: "proposal.make", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who gives or refuses it.
pub static SIGN: Act = Act { name: "proposal.sign", within: Kind::National, by: &[Role::NationalCoordinator], step_up: true };
/// Who reads the words of a proposal.
pub static READ: Act = Act { name: "proposal.read", within: Kind::National, by: &[Role::NationalCoordinator], step_up: false };

/// The longest reason, in characters.
const LONGEST: usize = 4_999;

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
/// `Faults` without words or for an unknown kind; `Rule("proposal-not-now")` for what can't be done where the case stands; `Rule("no-national-coordinator")` when there is nobody to sign.
pub fn propose(tx: &mut Tx, case: CaseId, kind: &str, words: &str) -> Result<ProposalId, Refused> {
    let permit = tx.permit(&PROPOSE, Place::Case(case), case.uuid())?;
    let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else { return Err(Refused::Faults(vec![FieldFault::new("kind", "not-an-option")])) };
    if words.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("words", "required")]));
    }
    // Only what can be done next is asked: else it would stand with the nation beside the right one.
    let (found, ..) = store::seen(tx.db(), case)?;
    if !Step::ALL.into_iter().any(|step| step.co_signed(found.state) == Some(kind) && step.leads(found.state, found.left).is_some()) {
        return Err(Refused::Rule("proposal-not-now"));
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

/// The open proposals the hat worn may sign, each with its words. Who came to the role after one was made, or whose key was made anew, has no key to
/// it: it is listed without words, and hides no other.
///
/// # Errors
/// `NotFound` for other roles; `Locked`.
pub fn waiting(tx: &mut Tx) -> Result<Vec<(Proposal, Option<String>)>, Refused> {
    tx.permit(&READ, Place::Hat, None)?;
    proposal_store::open_proposals(tx.db())?.into_iter().map(|proposal| {
        let words = match proposal.words {
            Some(item) => match compartments::open_granted::<serde_json::Value>(tx, item) {
                Ok(opened) => Some(opened.body.get("words").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()),
                // Not sealed to this hat, or to a key the person had before.
                Err(Refused::NotFound | Refused::Sealed(_)) => None,
                Err(why) => return Err(why),
            },
            None => Some(String::new()),
        };
        Ok((proposal, words))
    }).collect()
}

/// Signs, or refuses with the reason, which those who hold the key of the case read.
///
/// # Errors
/// `NotFound` for a proposal that is not open or not to be seen; `Faults` for a refusal without a reason; `Rule("own-role")` for one's
/// own; `Rule("role-of-the-nation")` for who a bureau made itself, where it is for no practice; `Rule("words-not-read")` for
/// who has no key to its words; `StepUp`.
pub fn settle(tx: &mut Tx, id: ProposalId, refused_because: Option<&str>) -> Result<(), Refused> {
    let permit = tx.permit(&SIGN, Place::Hat, id.uuid())?;
    let session = tx.session()?;
    if session.bureau.is_some() && !session.practice {
        return Err(Refused::Rule("role-of-the-nation"));
    }
    let because = refused_because.map(|words| needed("words", words, LONGEST)).transpose()?;
    let (hat, now) = (tx.hat()?, tx.now());
    let (case, kind, item) = proposal_store::open_proposal(tx.db(), id)?;
    // Nobody signs, or refuses, what they can't read.
    if let Some(item) = item && !compartments::is_granted(tx, item)? {
        return Err(Refused::Rule("words-not-read"));
    }
    if let Some(words) = because {
        keep_reason(tx, &permit, case, "proposal_refused", id.uuid(), Of { kind: Some(kind), ..Of::default() }, words)?;
    }
    let (case, by) = proposal_store::settle_proposal(tx.db(), id, if because.is_some() { "refused" } else { "signed" }, Some(hat), now)?;
    // Nobody signs their own proposal, whichever hat it was made in (`workflow.md` rule f).
    if party_store::one_person(tx.db(), hat, by)? {
        return Err(Refused::Rule("own-role"));
    }
    notices::tell(tx, by, notices::Kind::Answered, Some(case), None)
}

/// Who takes a proposal back: who made it.
pub static WITHDRAW: Act = Act { name: "proposal.withdraw", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };

/// What was asked for in a case, and what became of it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedFor {
    /// Id.
    pub id: ProposalId,
    /// What is proposed.
    pub kind: String,
    /// `open`, `signed`, `refused`, `withdrawn`.
    pub state: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was signed, refused or taken back.
    pub settled_at: Option<DateTime<Utc>>,
    /// Whether the caller made it.
    pub own: bool,
    /// Who signed or refused it.
    #[serde(skip)]
    pub settled_by: Option<MembershipId>,
}

/// What was asked of the national coordination in a case, latest first.
///
/// # Errors
/// Database errors only; what may not be seen is not there.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<AskedFor>, Refused> {
    let hat = tx.hat()?;
    tx.note(Entry::done("proposal.list").of_case(case));
    Ok(proposal_store::of_case(tx.db(), case)?.into_iter().map(|(id, kind, state, by, made_at, settled_at, settled_by)| AskedFor { id, kind, state, made_at, settled_at, own: by == hat, settled_by }).collect())
}

/// Takes an open proposal back.
///
/// # Errors
/// `NotFound` for one that is not open; `NotYours` for another's.
pub fn withdraw(tx: &mut Tx, case: CaseId, id: ProposalId) -> Result<(), Refused> {
    tx.permit(&WITHDRAW, Place::Case(case), id.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    let (of, by) = proposal_store::settle_proposal(tx.db(), id, "withdrawn", None, now)?;
    match (of == case, by == hat) {
        (false, _) => Err(Refused::NotFound),
        (true, false) => Err(Refused::NotYours),
        (true, true) => Ok(()),
    }
}
