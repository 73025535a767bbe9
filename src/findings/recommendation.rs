//! A recommendation: what must change, at whom, by when, and how one sees that it works. Adopted by the chair, numbered.

use chrono::NaiveDate;
use form::Answers;
use serde::Serialize;
use serde_json::Value;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::forms::{Saved, sheet};
use crate::ids::{CaseId, CompartmentId, ItemId, OrganisationId, RecommendationId};
use crate::tx::{Entry, FieldFault, Permit, Place, Refused, Tx};

sheet!(/// A recommendation (5.9).
    RECOMMENDATION, "recommendation" in Panel, "recommendation", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Chair, Secretary, PanelMember], then checked);

/// An adopted one stands in the report; one whose owner was told is with the owner.
fn checked(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let case = permit.case().ok_or(Refused::NotFound)?;
    match store::of_case(tx.db(), case)?.into_iter().find(|adopted| adopted.item == saved.id) {
        Some(adopted) if adopted.compartment.is_some() => Err(Refused::Rule("with-its-owner")),
        Some(_) => cases::text_may_change(tx, case),
        None => Ok(()),
    }
}

/// Who adopts a recommendation.
pub static ADOPT: Act = Act { name: "recommendation.adopt", within: Kind::Panel, by: &[Role::Chair], step_up: false };

/// A recommendation as its process is seen.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recommendation {
    /// Id.
    pub id: RecommendationId,
    /// Number in the report.
    pub number: i32,
    /// Its words, in the panel.
    pub item: ItemId,
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
    /// The owner's compartment.
    pub compartment: Option<CompartmentId>,
}

/// Adopts a recommendation and gives it its number. Changed since, it is adopted anew and keeps the number; owner and day are those of now.
///
/// # Errors
/// `Stale` when somebody saved since `seen`; `Rule("document-incomplete")`; `Rule("report-frozen")`; `Faults` for an owner that is no organisation of the bureau, and for a day that has passed; `Rule("already-there")`.
pub fn adopt(tx: &mut Tx, case: CaseId, item: ItemId, seen: Option<i32>) -> Result<(RecommendationId, i32), Refused> {
    let within = compartments::of_kind(tx, case, Kind::Panel)?;
    let permit = tx.permit(&ADOPT, Place::Compartment(within), item.uuid())?;
    cases::text_may_change(tx, case)?;
    compartments::subject_of(tx, &permit, item, RECOMMENDATION.form)?;
    let opened = compartments::open::<Answers>(tx, &permit, item)?;
    cases::read_before(seen, opened.listed.version)?;
    if !opened.listed.complete {
        return Err(Refused::Rule("document-incomplete"));
    }
    let text = |id: &str| opened.body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
    let owner: OrganisationId = text("owner").parse().map_err(|_| Refused::Faults(vec![FieldFault::new("owner", "not-an-option")]))?;
    let due: NaiveDate = text("due").parse().map_err(|_| Refused::Faults(vec![FieldFault::new("due", "impossible-date")]))?;
    if due < tx.today() {
        return Err(Refused::Faults(vec![FieldFault::new("due", "in-the-past")]));
    }
    let known = store::of_case(tx.db(), case)?.into_iter().find(|adopted| adopted.item == item);
    let found = match known {
        None => store::adopt(tx.db(), case, item, owner, due)?,
        Some(before) => {
            let holds = cases::holds(&cases::adopted(tx, case, "recommendation_adopted")?, item.uuid(), opened.listed.version);
            if holds || before.compartment.is_some() {
                return Err(Refused::Rule("already-there"));
            }
            store::adopt_anew(tx.db(), before.id, owner, due)?;
            (before.id, before.number)
        }
    };
    cases::adopt(tx, &permit, "recommendation_adopted", item.uuid(), opened.listed.version)?;
    Ok(found)
}

/// The recommendations of a case; for an owner, its own.
///
/// # Errors
/// Database errors only.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Recommendation>, Refused> {
    if cases::only_asked(tx, case)? {
        return Ok(vec![]);
    }
    tx.note(Entry::done("recommendation.list").of_case(case));
    store::of_case(tx.db(), case)
}
