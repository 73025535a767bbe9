//! A relative on one card, for their contact: how to reach them, what they wish, what was placed and answered. No words of theirs.

use form::{Answers, text_of};
use serde::Serialize;
use serde_json::Value;

use super::place::TEXTS;
use super::questions;
use super::register::plan_of;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::{CaseId, RelativeId};
use crate::names;
use crate::people;
use crate::tx::{Place, Refused, Tx};

/// Who sees a relative's card: the named contact, and who stands in.
pub static CARD: Act = Act { name: "relative.card", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// A relative on one card.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Id.
    pub id: RelativeId,
    /// Name.
    pub name: String,
    /// Lines of the address.
    pub address: Vec<String>,
    /// Named contact and who stands in.
    pub contacts: Vec<String>,
    /// Codes of what they want.
    pub wants: Vec<String>,
    /// Codes of the ways by which they may be reached.
    pub ways: Vec<String>,
    /// Safe hours, in their words.
    pub safe_hours: String,
    /// Days of the year without a message.
    pub quiet_days: usize,
    /// Which word they use themselves for the death.
    pub word_for_death: String,
    /// `paused` or `stopped`.
    pub held: Option<String>,
    /// `active`, `frozen`, `ended`.
    pub state: String,
    /// What is decided on them: `invited`, `own_wish`, `asked`, `later`, `not`; none while that is open.
    pub decision: Option<String>,
    /// Whether the relative has signed in since they were invited.
    pub signed_in: bool,
    /// How many documents of theirs lie with panel or report.
    pub placed: usize,
    /// Questions asked, and how many of them have an answer.
    pub asked: usize,
    /// Questions with an answer.
    pub answered: usize,
}

/// The card of a relative.
///
/// # Errors
/// `NotFound` for who is not their contact.
pub fn card(tx: &mut Tx, id: RelativeId) -> Result<Card, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&CARD, Place::Compartment(found.compartment), id.uuid())?;
    let (plan, decision) = (plan_of(tx, &permit)?, super::decide::decided(tx, &found)?);
    let asked = questions(tx, id)?;
    let placed = super::place::placed_items(tx, &permit, found.withdrawn_at)?.len();
    let members = compartments::members(tx, found.compartment)?;
    let hats = |role: Role| -> Vec<_> { members.iter().filter(|member| member.role == role).map(|member| member.membership).collect() };
    let (contacts, own) = (hats(Role::Coordinator), hats(Role::Relative));
    let signed_in = store::have_signed_in(tx.db(), own)?;
    let names = people::names_of(tx, contacts)?;
    let codes = |field: &str| plan.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let person = |part: &str| of_person(&plan, part);
    Ok(Card {
        id, name: person("name"), address: person("address").split([',', '\n']).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(), contacts: names.into_values().collect(),
        wants: codes("wants"), ways: codes("channel"), safe_hours: text_of(&plan, "safe_hours"), quiet_days: codes("blocked_dates").len(), word_for_death: text_of(&plan, "word_for_death"),
        held: found.held, state: found.state, decision, signed_in, placed, answered: asked.iter().filter(|one| one.state != "asked").count(), asked: asked.len(),
    })
}

/// The name of a relative, for their contact: where a page names them and needs nothing else of their card. It is a look at the card all the same.
///
/// # Errors
/// `NotFound` for who is not their contact; `Locked`.
pub fn name(tx: &mut Tx, id: RelativeId) -> Result<String, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&CARD, Place::Compartment(found.compartment), id.uuid())?;
    Ok(of_person(&plan_of(tx, &permit)?, "name"))
}

/// A name as it is compared: its words without case and accents, in any order.
fn compared(name: &str) -> Vec<String> {
    let mut words: Vec<String> = names::tokens(name).into_iter().map(|(word, _)| word).collect();
    words.sort();
    if words.is_empty() && !name.trim().is_empty() { vec![name.trim().to_lowercase()] } else { words }
}

/// The relatives of a case, of those the caller is the contact of, who go by the name in a plan: whoever went back to the form is asked whether
/// it is somebody else. Whose place can't be opened now is not compared.
///
/// # Errors
/// `NoSession`; database errors.
pub fn of_that_name(tx: &mut Tx, case: CaseId, plan: &Answers) -> Result<Vec<(RelativeId, String)>, Refused> {
    let wanted = compared(&of_person(plan, "name"));
    let mut found = vec![];
    for place in super::mine(tx)?.into_iter().filter(|place| place.case == Some(case) && !wanted.is_empty()) {
        let called = tx.attempt(|tx| name(tx, place.id))?.unwrap_or_default();
        if compared(&called) == wanted {
            found.push((place.id, called));
        }
    }
    Ok(found)
}

/// Whether a name is that of the relative a plan is of, however it is written.
pub(super) fn is_called(plan: &Answers, name: &str) -> bool {
    let own = compared(&of_person(plan, "name"));
    !own.is_empty() && own == compared(name)
}

/// A part of who somebody is, in their contact plan.
fn of_person(plan: &Answers, part: &str) -> String {
    plan.get("person").and_then(|person| person.get(part)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The texts of a relative's words that are meant for more than their contact: field and use.
pub fn marked(words: &Answers) -> Vec<(&'static str, String)> {
    TEXTS.into_iter().filter_map(|field| {
        let text = words.get(field)?;
        let part = |id: &str| text.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        (!part("text").is_empty() && !matches!(part("use").as_str(), "" | "contact_only")).then(|| (field, part("use")))
    }).collect()
}
#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn one_name_is_the_same_however_it_is_written() {
        assert_eq!(compared("Hélène van der Berg"), compared("BERG, Helene"));
        assert_ne!(compared("Tim Levenstone"), compared("Tom Levenstone"));
        assert_eq!((compared("-"), compared(" ")), (vec!["-".to_owned()], vec![]));
    }
}
