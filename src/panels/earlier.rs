//! What of earlier reviews lies with the panel of a thematic one, and what of a panel's copies can go to another.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::meetings::panel_of;
use super::timeline::{READ, latest_copies};
use crate::compartments;
use crate::ids::{CaseId, ItemId, OrganisationId, ReflectionId};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{Place, Refused, Tx};

/// Where a copy from an earlier review comes from, as far as the panel is told: no name, no case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Earlier {
    /// Kind of the organisation, a code of the codebook's list `organisation`.
    pub kind: i64,
    /// Which of the earlier reviews, by its number in this one.
    pub review: i32,
}

impl Earlier {
    /// Where a copy comes from; none for one of the panel's own case.
    pub fn of(copy: &Value) -> Option<Earlier> {
        serde_json::from_value(copy.get("earlier")?.clone()).ok()
    }

    /// What its giver is called.
    pub fn called(self, config: &Configured, words: &Words) -> String {
        let kind = config.codebook.listed("organisation", self.kind).map(|label| label.get(words.code()).to_owned()).unwrap_or_else(|| words.t("an-organisation"));
        words.with("earlier-review-of", &[("number", &self.review.to_string()), ("kind", &kind)])
    }
}

/// A copy that an organisation released into the case.
#[derive(Clone, Debug)]
pub struct ReleasedCopy {
    /// The copy.
    pub id: ItemId,
    /// Its form: `reflection`, `chronology-entry`.
    pub kind: &'static str,
    /// The reflection it was released with.
    pub reflection: ReflectionId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The organisation's own document it was made of.
    pub document: ItemId,
    /// Version of its form.
    pub form_version: String,
    /// The copy as it lies there.
    pub body: Value,
}

/// What organisations released into a case, as it stands: what was shredded or removed is not there, and of a corrected document the last copy only.
///
/// # Errors
/// `NotFound` before there is a panel; `Locked`.
pub fn released_copies(tx: &mut Tx, case: CaseId) -> Result<Vec<ReleasedCopy>, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let mut all = vec![];
    for kind in ["reflection", "chronology-entry"] {
        for opened in compartments::open_all::<Value>(tx, &permit, kind)? {
            let id = |part: &str| opened.body.get(part).and_then(Value::as_str).and_then(|id| id.parse::<uuid::Uuid>().ok());
            // Words of relatives and the panel's own entries have no organisation, and so have copies from an earlier review.
            let (Some(organisation), Some(document), Some(reflection)) = (id("organisation"), id("document"), opened.listed.subject) else { continue };
            let copy = ReleasedCopy {
                id: opened.listed.id, kind, reflection: reflection.into(), organisation: organisation.into(), document: document.into(), form_version: opened.form_version, body: opened.body,
            };
            all.push(copy);
        }
    }
    let latest = latest_copies(all.iter().map(|copy| (Some(copy.document.uuid()), copy.body.get("correction").and_then(Value::as_i64), copy.id)));
    all.retain(|copy| latest.get(&copy.document.uuid()) == Some(&copy.id));
    Ok(all)
}
