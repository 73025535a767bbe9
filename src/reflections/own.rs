//! An organisation's own text, whole: for a copy in its own file, and to look for names in it before others read it.

use form::{Answers, FormDef};
use serde_json::Value;

use super::view::{Outside, mine};
use super::write::{ENTRY, INVITATION, REFLECTION};
use super::release::Shared;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::{CompartmentId, ItemId, ReflectionId};
use crate::names::{Likely, likely};
use crate::tx::{Permit, Place, Refused, Tx};

/// Who takes a copy: who reads it.
pub static COPY: Act = Act { name: "reflection.copy", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };
/// Who has names looked for: who reads it.
pub static FIND_NAMES: Act = Act { name: "reflection.find_names", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };

/// A document as the organisation wrote it.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its form.
    pub kind: &'static str,
    /// Which document.
    pub document: ItemId,
    /// Its answers, what stays inside too.
    pub answers: Answers,
}

/// A likely name in an answer.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NameFound {
    /// Form of the document.
    pub kind: &'static str,
    /// The document.
    pub document: ItemId,
    /// The question.
    pub question: String,
    /// The part it stands in.
    pub part: String,
    /// The name.
    #[serde(flatten)]
    pub name: Likely,
}

/// All that was written, the reflection first, then events in order of time.
fn written(tx: &mut Tx, permit: &Permit) -> Result<Vec<Own>, Refused> {
    let mut all = vec![];
    for sheet in [&REFLECTION, &ENTRY] {
        for listed in compartments::list(tx, permit, sheet.form, None)? {
            all.push(Own { kind: sheet.form, document: listed.id, answers: compartments::open::<Answers>(tx, permit, listed.id)?.body });
        }
    }
    let when = |own: &Own| own.answers.get("when").and_then(Value::as_str).unwrap_or_default().to_owned();
    all.sort_by_key(|own| (own.kind == ENTRY.form, when(own)));
    Ok(all)
}

/// What the organisation wrote, for a copy in its own file.
///
/// # Errors
/// `NotFound` for who is not of it; `NotYours`; `Locked`.
pub fn own_copy(tx: &mut Tx, id: ReflectionId) -> Result<(Outside, Vec<Own>), Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(&COPY, Place::Compartment(found.compartment), id.uuid())?;
    let outside = mine(tx)?.into_iter().find(|own| own.outside.id == id).ok_or(Refused::NotFound)?.outside;
    Ok((outside, written(tx, &permit)?))
}

/// Likely names in all that was written.
///
/// # Errors
/// `NotFound`; `NotYours`; `Locked`.
pub fn find_names(tx: &mut Tx, id: ReflectionId) -> Result<Vec<NameFound>, Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(&FIND_NAMES, Place::Compartment(found.compartment), id.uuid())?;
    let all = written(tx, &permit)?;
    found_in(tx, found.compartment, all.iter().map(|own| (own.kind, own.document, &own.answers)))
}

/// Likely names in what a release would share: the approver sees them beside it.
///
/// # Errors
/// `Locked`.
pub fn names_to_release(tx: &mut Tx, within: CompartmentId, shared: &[Shared]) -> Result<Vec<NameFound>, Refused> {
    found_in(tx, within, shared.iter().map(|one| (one.kind, one.document, &one.answers)))
}

fn found_in<'a>(tx: &mut Tx, within: CompartmentId, documents: impl Iterator<Item = (&'static str, ItemId, &'a Answers)>) -> Result<Vec<NameFound>, Refused> {
    let told = told(tx, within)?;
    let mut names = vec![];
    for (kind, document, answers) in documents {
        names.extend(in_answers(&forms::definition(tx, kind)?, kind, document, answers, &told));
    }
    Ok(names)
}

/// Likely names in one document, for the page its writer checks it on; nothing for what is no organisation's document.
///
/// # Errors
/// `Locked`.
pub fn names_in(tx: &mut Tx, within: CompartmentId, definition: &FormDef, document: ItemId, answers: &Answers) -> Result<Option<Vec<NameFound>>, Refused> {
    let kind = [&REFLECTION, &ENTRY].into_iter().map(|sheet| sheet.form).find(|kind| *kind == definition.id);
    let Some(kind) = kind else { return Ok(None) };
    if store::of_compartment(tx.db(), within)?.is_none() {
        return Ok(None);
    }
    let told = told(tx, within)?;
    Ok(Some(in_answers(definition, kind, document, answers, &told)))
}

/// Names the organisation was told to find its file by; and the names of organisations of the case it knows.
struct Told {
    people: Vec<String>,
    organisations: Vec<String>,
}

fn told(tx: &mut Tx, within: CompartmentId) -> Result<Told, Refused> {
    let permit = tx.permit(INVITATION.read, Place::Compartment(within), within.uuid())?;
    let mut people = vec![];
    for listed in compartments::list(tx, &permit, INVITATION.form, None)? {
        let invitation = compartments::open::<Answers>(tx, &permit, listed.id)?.body;
        people.extend(invitation.get("identification").map(texts).unwrap_or_default().into_iter().map(str::to_owned));
    }
    let organisations = mine(tx)?.into_iter().map(|own| own.outside.name).collect();
    Ok(Told { people, organisations })
}

/// The texts of a value, at any depth.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

fn in_answers(definition: &FormDef, kind: &'static str, document: ItemId, answers: &Answers, told: &Told) -> Vec<NameFound> {
    definition.fields().flat_map(|field| {
        let text = answers.get(&field.id).map(texts).unwrap_or_default().join("\n");
        let part = definition.part_of(&field.id).map(|part| part.id.clone()).unwrap_or_default();
        likely(&text, &told.people, &told.organisations).into_iter().map(move |name| NameFound { kind, document, question: field.id.clone(), part: part.clone(), name })
    }).collect()
}
