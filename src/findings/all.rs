//! Recommendations over all cases, until they are done (`ux.md` section 5.7): process facts for who takes part, the words for who reads the
//! panel's room.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{RECOMMENDATION, recommended, store};
use crate::access::Kind;
use crate::compartments;
use crate::ids::{CaseId, OrganisationId, RecommendationId};
use crate::tx::{Entry, Paged, Place, Refused, Tx, paged};

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// Only this state.
    pub state: Option<String>,
    /// Only those past their day and not done.
    pub overdue: bool,
    /// Where the page begins, as another page told it; none for the first.
    pub at: Option<String>,
}

/// How many a page has.
const AT_ONCE: i64 = 25;

/// A recommendation among those of other cases.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// Id.
    pub id: RecommendationId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_number: String,
    /// Number in the report.
    pub number: i32,
    /// Owner.
    pub owner: Option<OrganisationId>,
    /// Owner's name.
    pub owner_name: String,
    /// State.
    pub state: String,
    /// Whether what was done was shown.
    pub shown: bool,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether that has passed with nothing done.
    pub overdue: bool,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// A page of the recommendations of the cases the caller sees, first due first.
///
/// # Errors
/// `Faults` for a place that is none in this list; what may not be seen is not there.
pub fn all(tx: &mut Tx, wanted: &Followed) -> Result<Paged<Action>, Refused> {
    let today = tx.today();
    tx.note(Entry::done("recommendation.list_all"));
    paged(tx, "recommendations by day", wanted.at.as_deref(), AT_ONCE, |tx, at, most| store::all(tx.db(), wanted, at, today, most), |one: &Action| (one.due_on, one.id))
}

/// The words of the recommendations of a case, as adopted; for who reads the panel's room.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn texts(tx: &mut Tx, case: CaseId) -> Result<BTreeMap<RecommendationId, String>, Refused> {
    let panel = compartments::of_kind(tx, case, Kind::Panel)?;
    let read = tx.permit(RECOMMENDATION.read, Place::Compartment(panel), None)?;
    Ok(recommended(tx, &read)?.into_iter().map(|(one, answers)| (one.id, form::text_of(&answers, "text"))).collect())
}
