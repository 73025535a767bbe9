//! Questions of relatives, as their contacts placed them: each has a number of its own, and the report answers it.

use serde::Serialize;
use serde_json::Value;

use super::meetings::panel_of;
use super::timeline::READ;
use crate::compartments;
use crate::ids::{CaseId, ItemId};
use crate::tx::{Place, Refused, Tx};

/// A question of a relative, without a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelativesQuestion {
    /// By which findings and terms of reference point to it: `r1`.
    pub key: String,
    /// Number in the case.
    pub number: i64,
    /// The copy in the panel.
    pub id: ItemId,
    /// The question it was copied from.
    pub question: String,
    /// The words.
    pub text: String,
    /// Whether the terms of reference name it.
    pub in_terms: bool,
}

/// The questions of relatives that lie with the panel, by number.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn relatives_questions(tx: &mut Tx, case: CaseId) -> Result<Vec<RelativesQuestion>, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let terms = compartments::open_all::<Value>(tx, &permit, "terms-of-reference")?.pop().map(|terms| terms.body).unwrap_or_default();
    let named: Vec<String> = terms.get("relatives_questions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(|key| key.trim().to_lowercase()).collect();
    let mut all: Vec<RelativesQuestion> = compartments::open_all::<Value>(tx, &permit, "relative-question")?.into_iter().map(|opened| {
        let part = |id: &str| opened.body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = opened.body.get("number").and_then(Value::as_i64).unwrap_or_default();
        let key = format!("r{number}");
        RelativesQuestion { in_terms: named.contains(&key), key, number, id: opened.listed.id, question: part("question"), text: part("text") }
    }).collect();
    all.sort_by_key(|question| question.number);
    Ok(all)
}
