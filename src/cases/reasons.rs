//! Why something was done: the words given with a declared fact, an extension, a recall, a proposal, a refusal. Sealed in the case, read
//! by who holds its key (`workflow.md` section 3: every transition keeps why, every extension stays visible).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::term_store;
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::CaseId;
use crate::people;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who reads them: who holds the key of the case.
pub static READ_REASONS: Act = Act { name: "case.read_reasons", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// What was given as a reason.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What for: the name of a declared fact, `extended`, `go_on`, `recalled`, `taken_down`, `proposal`, `proposal_refused` ...
    pub about: String,
    /// The document, term or reflection it belongs to.
    pub subject: Option<Uuid>,
    /// The kind of the term that was extended, or what was proposed.
    pub kind: Option<String>,
    /// Until when a term ran before.
    pub from: Option<NaiveDate>,
    /// Until when it runs since.
    pub until: Option<NaiveDate>,
    /// The words.
    pub words: String,
    /// Who gave it, where the caller may know the name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    about: Option<String>,
    #[serde(flatten)]
    of: Of,
    words: String,
}

/// What else is kept of it, where there is something.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Of {
    /// What was proposed, or the number of a recommendation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Until when a term ran before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Until when it runs since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// The kind of the documents they are.
const KIND: &str = "reason";

/// Keeps why something was done with the case, sealed to who holds its key: what for, and the document, term or reflection it belongs to.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn keep_reason(tx: &mut Tx, permit: &Permit, case: CaseId, about: &str, subject: Uuid, of: Of, words: &str) -> Result<(), Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let written = Written { kind: KIND, subject: Some(subject), form_version: "1", ground: "public_task", complete: true };
    compartments::place(tx, permit, within, &written, &Kept { about: Some(about.to_owned()), of, words: words.to_owned() }).map(drop)
}

/// The reasons given in a case, oldest first.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn reasons(tx: &mut Tx, case: CaseId) -> Result<Vec<Reason>, Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let permit = tx.permit(&READ_REASONS, Place::Compartment(within), case.uuid())?;
    let terms = term_store::terms(tx.db(), case)?;
    let mut all = vec![];
    for (what, about) in [("reason", ""), ("proposal", "proposal")] {
        all.extend(compartments::open_all::<Kept>(tx, &permit, what)?.into_iter().map(|opened| (about, opened)));
    }
    all.sort_by_key(|(_, opened)| opened.written_at);
    let names = people::names_of(tx, all.iter().map(|(_, opened)| opened.written_by).collect())?;
    Ok(all.into_iter().map(|(about, opened)| {
        let subject = opened.listed.subject;
        let term = terms.iter().find(|(id, ..)| Some(id.uuid()) == subject).map(|(_, kind, ..)| kind.clone());
        let kept = opened.body;
        Reason {
            about: kept.about.unwrap_or_else(|| about.to_owned()), subject, kind: kept.of.kind.or(term), from: kept.of.from, until: kept.of.until, words: kept.words,
            by: names.get(&opened.written_by).cloned().unwrap_or_default(), at: opened.written_at,
        }
    }).collect())
}
