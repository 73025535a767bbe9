//! How the review was held, as those who took part felt it (form 5.19): by role, without person, and shown with five answers or more.

use std::collections::BTreeMap;

use form::{Answers, FormDef};
use serde::Serialize;
use serde_json::{Map, Value};

use super::store::{self, Given, NewEvaluation};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::CaseId;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who evaluates how the review was held: everyone who took part.
pub static EVALUATE: Act = Act { name: "case.evaluate", within: Kind::System, by: &[], step_up: false };
/// Who reads the outcome.
pub static READ_EVALUATION: Act = Act { name: "case.read_evaluation", within: Kind::Case, by: &[Role::Coordinator, Role::NationalCoordinator], step_up: false };
static READ_WORDS: Act = Act { name: "case.read_evaluation_words", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// The fewest answers that are shown together.
const FEWEST: usize = 5;

/// The questions that are asked of relatives alone (`workflow.md` 5.19).
const OF_RELATIVES: [&str; 4] = ["heard", "insight", "too_long", "text"];

/// The form as somebody is asked it: those of relatives are asked of them and who supports them.
pub fn asked_of(mut form: FormDef, role: Option<Role>) -> FormDef {
    if !role.is_some_and(Role::of_relatives) {
        form.parts.iter_mut().for_each(|part| part.fields.retain(|field| !OF_RELATIVES.contains(&field.id.as_str())));
    }
    form
}

/// Evaluates: figures by role, words sealed to those who lead the case; neither says who. Given again, it replaces the first.
///
/// # Errors
/// `Faults`; `NotFound` for a case one took no part in.
pub fn evaluate(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<(), Refused> {
    tx.permit(&EVALUATE, Place::Hat, None)?;
    let answers = forms::whole(tx, "evaluation", answers)?;
    let (figures, words): (Map<String, Value>, Map<String, Value>) = answers.into_iter().filter(|(_, value)| !value.is_null()).partition(|(_, value)| value.is_number() || value.is_boolean());
    let words: Map<String, Value> = words.into_iter().filter(|(_, value)| value.as_str().is_some_and(|text| !text.trim().is_empty())).collect();
    let id = uuid::Uuid::new_v4();
    let sealed = if words.is_empty() { None } else { Some(compartments::seal_unsigned(tx, case, id, &words)?) };
    // One a hat and case, found again without naming the hat.
    let once = tx.parts().installation.mac("lering evaluation", &[&case.bytes(), &tx.hat()?.bytes()]);
    let kept = store::evaluate(tx.db(), NewEvaluation { id, case, figures: &Value::Object(figures), words: sealed, once: &once })?;
    if kept { Ok(()) } else { Err(Refused::NotFound) }
}

/// Whether the caller took part in a case and so may evaluate it; for the page with the form.
///
/// # Errors
/// `NotFound` for a case one took no part in.
pub fn may_evaluate(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    if !store::in_case(tx.db(), case)? {
        return Err(Refused::NotFound);
    }
    tx.permit(&EVALUATE, Place::Hat, case.uuid()).map(drop)
}

/// Whether the caller took part in a case: only they evaluate it.
///
/// # Errors
/// Database errors only.
pub fn took_part(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    store::in_case(tx.db(), case)
}

/// The outcome of some roles together.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Role codes.
    pub roles: Vec<String>,
    /// How many answered.
    pub answers: usize,
    /// The mean of each question: of a yes or no, the share of yes.
    pub means: BTreeMap<String, f64>,
    /// What was written, by question; for who leads the case.
    pub words: BTreeMap<String, Vec<String>>,
}

/// The outcome, never of fewer than five: a role of its own with five or more, the other roles together, else nothing of them.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn evaluated(tx: &mut Tx, case: CaseId) -> Result<Vec<Group>, Refused> {
    let permit = tx.permit(&READ_EVALUATION, Place::Case(case), case.uuid())?;
    let own = compartments::of_case(tx, case, Kind::Case)?.pop().filter(|_| permit.role() == Role::Coordinator);
    let open = match own {
        Some(room) => tx.permit(&READ_WORDS, Place::Compartment(room.id), case.uuid()).ok(),
        None => None,
    };
    grouped(store::evaluations(tx.db(), case)?).into_iter().map(|(roles, given)| {
        let words = match &open {
            Some(permit) => words_of(tx, permit, &given)?,
            None => BTreeMap::new(),
        };
        Ok(Group { roles, answers: given.len(), means: means_of(&given), words })
    }).collect()
}

/// Groups that may be shown. The rest is shown together, or not at all: no total is given that the shown groups could be taken from.
fn grouped(all: Vec<Given>) -> Vec<(Vec<String>, Vec<Given>)> {
    let mut by_role: BTreeMap<String, Vec<Given>> = BTreeMap::new();
    for given in all {
        by_role.entry(given.1.clone()).or_default().push(given);
    }
    let (large, small): (Vec<_>, Vec<_>) = by_role.into_iter().partition(|(_, given)| given.len() >= FEWEST);
    let mut groups: Vec<(Vec<String>, Vec<Given>)> = large.into_iter().map(|(role, given)| (vec![role], given)).collect();
    let (roles, rest): (Vec<String>, Vec<Vec<Given>>) = small.into_iter().unzip();
    let rest: Vec<Given> = rest.into_iter().flatten().collect();
    if rest.len() >= FEWEST {
        groups.push((roles, rest));
    }
    groups
}

fn means_of(given: &[Given]) -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (id, value) in given.iter().filter_map(|(_, _, answers, ..)| answers.as_object()).flatten() {
        let Some(figure) = value.as_f64().or_else(|| value.as_bool().map(f64::from)) else { continue };
        let sum = sums.entry(id.clone()).or_default();
        *sum = (sum.0 + figure, sum.1 + 1.0);
    }
    // A question that fewer answered is not shown either.
    sums.into_iter().filter(|(_, (_, count))| *count >= FEWEST as f64).map(|(id, (sum, count))| (id, (sum / count * 10.0).round() / 10.0)).collect()
}

/// In the order of the alphabet, so that the order tells nothing.
fn words_of(tx: &mut Tx, permit: &Permit, given: &[Given]) -> Result<BTreeMap<String, Vec<String>>, Refused> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, _, _, sealed, epoch) in given {
        let (Some(sealed), Some(epoch)) = (sealed, epoch) else { continue };
        for (question, text) in compartments::open_unsigned::<BTreeMap<String, String>>(tx, permit, *epoch, *id, sealed)? {
            all.entry(question).or_default().push(text);
        }
    }
    all.values_mut().for_each(|texts| texts.sort());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(role: &str, fair: i64) -> Given {
        (uuid::Uuid::new_v4(), role.into(), json!({ "fair": fair }), None, None)
    }

    #[test]
    fn no_group_under_five_is_shown_and_none_can_be_taken_from_a_total() {
        let of = |counts: &[(&str, usize)]| grouped(counts.iter().flat_map(|(role, count)| (0..*count).map(|_| given(role, 4))).collect()).into_iter().map(|(roles, given)| (roles.join("+"), given.len())).collect::<Vec<_>>();
        assert_eq!(of(&[("AU", 4)]), []);
        assert_eq!(of(&[("AU", 5), ("CH", 1)]), [("AU".to_owned(), 5)], "one chair is not shown, nor in a total");
        assert_eq!(of(&[("AU", 5), ("CH", 1), ("PM", 4)]), [("AU".to_owned(), 5), ("CH+PM".to_owned(), 5)]);
        assert_eq!(means_of(&[given("AU", 1), given("AU", 2), given("AU", 2), given("AU", 5), given("AU", 5)])["fair"], 3.0);
        assert!(means_of(&[given("AU", 1), given("AU", 2)]).is_empty());
    }
}
