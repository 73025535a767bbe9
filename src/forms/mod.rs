//! Forms as sealed documents: checked, kept as drafts, saved as versions, never overwritten.
//!
//! A [`Sheet`] says which form may lie in which kind of compartment, who reads and who writes it there, and what follows from a
//! saved version. How to add a form: its definition in `config/forms`, and its sheet in the room it belongs to.

mod choices;
mod days;
mod sheet;

use chrono::{DateTime, Utc};
use form::{Answers, Fault, FormDef, Rule, check, missing, normal};
use serde::Serialize;
use uuid::Uuid;

pub use choices::{Choices, Known, kinds_of_organisations};
pub use days::{before_death, date_of, day_of, have_been, is_after_death, is_to_come};
pub use sheet::{Asked, Closed, Remove, Rules, Sheet, Unread};
pub(crate) use sheet::sheet;

use crate::access::Kind;
use crate::compartments::{self, Listed, Written};
use crate::ids::{CompartmentId, ItemId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

/// What became of a save.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Saved {
    /// The document.
    pub id: ItemId,
    /// Its version now.
    pub version: i32,
    /// Whether everything required is there.
    pub complete: bool,
    /// Questions still open.
    pub missing: Vec<FieldFault>,
    /// The answers as they were stored.
    #[serde(skip)]
    pub answers: Answers,
    /// What the document is about.
    #[serde(skip)]
    pub subject: Option<Uuid>,
}

/// An opened document.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Id.
    pub id: ItemId,
    /// Version.
    pub version: i32,
    /// Whether everything required is there.
    pub complete: bool,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Version of the form it was written with.
    pub form_version: String,
    /// When this version was written.
    pub written_at: DateTime<Utc>,
    /// The answers.
    pub answers: Answers,
    /// Whether it may be taken away again by the caller.
    #[serde(skip)]
    pub removable: bool,
    /// Whether it is another's, and theirs alone to change, or closed to everybody.
    #[serde(skip)]
    pub anothers: bool,
}

/// The definition of a form.
///
/// # Errors
/// `NotFound` for a form there is not.
pub fn definition(tx: &Tx, form: &str) -> Result<FormDef, Refused> {
    tx.parts().config.forms.get(form).cloned().ok_or(Refused::NotFound)
}

/// The definition of a form as it is asked in a place: a case's variant may leave something out, and who answers a part of it only is asked
/// that part, in words of their own.
///
/// # Errors
/// `NotFound` for a form there is not, or a place the caller does not belong to.
pub fn asked(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId) -> Result<FormDef, Refused> {
    let whole = in_variant(tx, sheet, within)?;
    match sheet.narrowed {
        Some(narrowed) => narrowed(tx, within, whole),
        None => Ok(whole),
    }
}

/// The form as a case's variant asks it of all who answer it together.
fn in_variant(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId) -> Result<FormDef, Refused> {
    let whole = definition(tx, sheet.form)?;
    match sheet.asked {
        Some(asked) => asked(tx, within, whole),
        None => Ok(whole),
    }
}

/// A form as it is asked in a place, for who would begin one there.
///
/// # Errors
/// As [`asked`]; the rule by which the place takes none.
pub fn begin(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId) -> Result<FormDef, Refused> {
    held_to(tx, sheet, within, &Answers::new())?;
    still_open(tx, sheet, within, None)?;
    asked(tx, sheet, within)
}

/// Refuses answers to questions of the form that are not asked here.
fn only_asked(tx: &Tx, sheet: &'static Sheet, asked: &FormDef, answers: &Answers) -> Result<(), Refused> {
    let whole = if sheet.asked.is_some() { definition(tx, sheet.form)? } else { return Ok(()) };
    let unasked: Vec<FieldFault> = answers.keys().filter(|id| asked.field(id).is_none() && whole.field(id).is_some()).map(|id| FieldFault::new(id.clone(), "not-in-variant")).collect();
    if unasked.is_empty() { Ok(()) } else { Err(Refused::Faults(unasked)) }
}

/// What is stored when somebody answers who is asked a part of the form only: what others answer stays as it stands. Sent along unchanged it
/// is no fault.
fn beside(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, stands: &Answers, answers: &Answers) -> Result<(FormDef, Answers), Refused> {
    let whole = in_variant(tx, sheet, within)?;
    only_asked(tx, sheet, &whole, answers)?;
    if sheet.narrowed.is_none() {
        return Ok((whole, answers.clone()));
    }
    let own = asked(tx, sheet, within)?;
    let others = |id: &str| own.field(id).is_none() && whole.field(id).is_some();
    let changed: Vec<FieldFault> = answers.iter().filter(|(id, value)| others(id) && stands.get(id.as_str()) != Some(*value)).map(|(id, _)| FieldFault::new(id.clone(), "filled-in-by-another")).collect();
    if !changed.is_empty() {
        return Err(Refused::Faults(changed));
    }
    let told = answers.iter().filter(|(id, _)| !others(id)).chain(stands.iter().filter(|(id, _)| others(id)));
    let all = told.map(|(id, value)| (id.clone(), value.clone())).collect();
    Ok((whole, all))
}

fn held_to(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, answers: &Answers) -> Result<(), Refused> {
    sheet.rules.map_or(Ok(()), |rules| rules(tx, within, answers))
}

/// Refuses to write where a room says that it is over.
fn still_open(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: Option<ItemId>) -> Result<(), Refused> {
    sheet.closed.map_or(Ok(()), |closed| closed(tx, within, id))
}

/// The legal ground a document is kept on, beside the case's own: relatives give their words by consent.
pub fn ground_of(kind: Kind) -> &'static str {
    if kind == Kind::Kin { "consent" } else { "public_task" }
}

/// Checks answers against a form.
///
/// # Errors
/// `Faults` for everything that can't be stored.
pub fn checked(tx: &Tx, form: &str, answers: &Answers) -> Result<(Answers, Vec<FieldFault>), Refused> {
    let definition = definition(tx, form)?;
    checked_against(tx, &definition, answers)
}

/// Checks answers against a form as it is asked.
fn checked_against(tx: &Tx, definition: &FormDef, answers: &Answers) -> Result<(Answers, Vec<FieldFault>), Refused> {
    let parts = tx.parts();
    let lists = parts.config.lists();
    refuse(check(definition, answers, &lists))?;
    let open = missing(definition, answers).iter().map(|path| FieldFault::new(path.to_string(), "required")).collect();
    Ok((normal(definition, answers), open))
}

/// Refuses answers with these faults.
///
/// # Errors
/// `Faults`, unless there are none.
pub fn refuse(faults: Vec<Fault>) -> Result<(), Refused> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refused::Faults(faults.into_iter().map(|fault| FieldFault {
        words: fault.rule.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), rule: fault.rule.name().to_owned(), field: fault.path,
    }).collect()))
}

/// What a use case refused, as a form shows it: each rule with its own text, also those of a room.
pub fn shown(refused: Vec<FieldFault>) -> Vec<Fault> {
    refused.into_iter().map(|fault| Fault { path: fault.field, rule: Rule::Room { name: fault.rule, words: fault.words } }).collect()
}

/// Answers that must be whole.
///
/// # Errors
/// `Faults` for what can't be stored, and for every required question left open.
pub fn whole(tx: &Tx, form: &str, answers: &Answers) -> Result<Answers, Refused> {
    whole_against(tx, &definition(tx, form)?, answers)
}

/// Answers to a form as it is asked, that must be whole.
///
/// # Errors
/// As [`whole`].
pub fn whole_against(tx: &Tx, definition: &FormDef, answers: &Answers) -> Result<Answers, Refused> {
    let (answers, open) = checked_against(tx, definition, answers)?;
    if open.is_empty() { Ok(answers) } else { Err(Refused::Faults(open)) }
}

/// The id under which a document with a name of its own is found: made from the name, so that it exists once.
pub fn named(name: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new().chain_update(b"lering section ").chain_update(name.as_bytes()).finalize();
    Uuid::from_slice(digest.get(..16).unwrap_or_default()).unwrap_or_default()
}

/// A new document.
///
/// # Errors
/// `NotFound`, `NotYours`, `Faults`, `Locked`; the rule by which the place takes none.
pub fn create(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, subject: Option<Uuid>, answers: &Answers) -> Result<Saved, Refused> {
    let permit = tx.permit(sheet.write, Place::Compartment(within), subject)?;
    held_to(tx, sheet, within, answers)?;
    still_open(tx, sheet, within, None)?;
    let (definition, answers) = beside(tx, sheet, within, &Answers::new(), answers)?;
    let (answers, missing) = checked_against(tx, &definition, &answers)?;
    let version = definition.version;
    let complete = missing.is_empty();
    let name = sheet.named_by.and_then(|field| answers.get(field)).and_then(serde_json::Value::as_str);
    let subject = name.map(named).or(subject);
    let me = tx.hat()?;
    if name.is_some() && compartments::list(tx, &permit, sheet.form, subject)?.iter().any(|there| !sheet.own || there.author == me) {
        return Err(Refused::Rule("already-there"));
    }
    if sheet.once {
        // Who posts twice at once makes one.
        compartments::one_at_a_time(tx, within)?;
        if !compartments::list(tx, &permit, sheet.form, None)?.is_empty() {
            return Err(Refused::Rule("already-there"));
        }
    }
    let written = Written { kind: sheet.form, subject, form_version: &version, ground: ground_of(sheet.write.within), complete };
    let id = compartments::put(tx, &permit, &written, &answers)?;
    follow(tx, sheet, &permit, Saved { id, version: 1, complete, missing, answers, subject })
}

/// The one document of a form a place holds one of; none where there is none yet, and for other forms.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn there(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId) -> Result<Option<ItemId>, Refused> {
    if sheet.once { Ok(list(tx, sheet, within, None)?.pop().map(|listed| listed.id)) } else { Ok(None) }
}

/// A further version. `seen` is the version the writer started from; the writer's draft is done with.
///
/// # Errors
/// `Stale` when somebody saved in between: nothing is overwritten; `Rule("somebody-writes")` where one writes at a time and it is another;
/// `NotYours` for a document that is another's own; the rule by which it is closed.
pub fn save(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId, seen: i32, answers: &Answers) -> Result<Saved, Refused> {
    let permit = tx.permit(sheet.write, Place::Compartment(within), id.uuid())?;
    of_author(tx, sheet, &permit, id)?;
    still_open(tx, sheet, within, Some(id))?;
    held_to(tx, sheet, within, answers)?;
    let stands = if sheet.narrowed.is_some() { stored(tx, sheet, &permit, id)? } else { Answers::new() };
    let (definition, answers) = beside(tx, sheet, within, &stands, answers)?;
    let (answers, missing) = checked_against(tx, &definition, &answers)?;
    let version = definition.version;
    let complete = missing.is_empty();
    let subject = compartments::subject_of(tx, &permit, id, sheet.form)?;
    if sheet.one_writer && compartments::written_by_another(tx, &permit, id, sheet.form)?.is_some() {
        return Err(Refused::Rule("somebody-writes"));
    }
    let written = Written { kind: sheet.form, subject, form_version: &version, ground: ground_of(sheet.write.within), complete };
    let now = compartments::finish(tx, &permit, id, seen, &written, &answers)?;
    follow(tx, sheet, &permit, Saved { id, version: now, complete, missing, answers, subject })
}

/// The answers of a document as they stand.
fn stored(tx: &mut Tx, sheet: &Sheet, permit: &Permit, id: ItemId) -> Result<Answers, Refused> {
    compartments::subject_of(tx, permit, id, sheet.form)?;
    Ok(compartments::open::<Answers>(tx, permit, id)?.body)
}

/// Refuses a document that is another's own.
fn of_author(tx: &mut Tx, sheet: &'static Sheet, permit: &Permit, id: ItemId) -> Result<(), Refused> {
    if sheet.own && compartments::author_of(tx, permit, id, sheet.form)? != tx.hat()? {
        to_be_read(tx, sheet, permit.compartment()?, id)?;
        return Err(Refused::NotYours);
    }
    Ok(())
}

fn follow(tx: &mut Tx, sheet: &'static Sheet, permit: &Permit, saved: Saved) -> Result<Saved, Refused> {
    if let Some(then) = sheet.then {
        then(tx, permit, &saved)?;
    }
    Ok(saved)
}

/// The documents of one form in a compartment, unopened, oldest first.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn list(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, subject: Option<Uuid>) -> Result<Vec<Listed>, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), None)?;
    let mut all = compartments::list(tx, &permit, sheet.form, subject)?;
    if let Some(unread) = sheet.unread {
        let (hat, mut read) = (tx.hat()?, vec![]);
        for listed in all {
            if listed.author == hat || !unread(tx, within, &listed)? {
                read.push(listed);
            }
        }
        all = read;
    }
    Ok(all)
}

/// Refuses a document that is another's and not to be read yet, as if it were not there.
fn to_be_read(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<(), Refused> {
    if sheet.unread.is_none() || list(tx, sheet, within, None)?.iter().any(|listed| listed.id == id) { Ok(()) } else { Err(Refused::NotFound) }
}

/// Opens a document.
///
/// # Errors
/// `NotFound`, `Locked`, `Sealed`.
pub fn open(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<Document, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, sheet.form)?;
    to_be_read(tx, sheet, within, id)?;
    let opened = compartments::open::<Answers>(tx, &permit, id)?;
    let anothers = sheet.own && opened.listed.author != tx.hat()? || still_open(tx, sheet, within, Some(id)).is_err();
    let removable = match sheet.remove {
        Some(remove) if !anothers && remove.act.allows(permit.role()) => (remove.unless)(tx, &permit, id).is_ok(),
        _ => false,
    };
    Ok(Document {
        id, version: opened.listed.version, complete: opened.listed.complete, subject: opened.listed.subject, form_version: opened.form_version,
        written_at: opened.written_at, answers: opened.body, removable, anothers,
    })
}

/// The versions of a document that can still be opened, newest first: number and when it was written.
///
/// # Errors
/// `NotFound`.
pub fn versions(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<Vec<(i32, DateTime<Utc>)>, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, sheet.form)?;
    to_be_read(tx, sheet, within, id)?;
    Ok(compartments::list_versions(tx, &permit, id)?.into_iter().map(|(version, _, at)| (version, at)).collect())
}

/// Opens one version of a document.
///
/// # Errors
/// As [`open`]; `NotFound` for a version there is not, or whose key is gone.
pub fn open_version(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId, version: i32) -> Result<Document, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, sheet.form)?;
    to_be_read(tx, sheet, within, id)?;
    let opened = compartments::open_version::<Answers>(tx, &permit, id, version)?;
    Ok(Document { id, version, complete: opened.listed.complete, subject: opened.listed.subject, form_version: opened.form_version, written_at: opened.written_at, answers: opened.body, removable: false, anothers: true })
}

/// Opens some documents of one form in a compartment: those a page names.
///
/// # Errors
/// As [`open`].
pub fn open_some(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, ids: &[ItemId]) -> Result<Vec<(ItemId, Answers)>, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), None)?;
    for id in ids {
        to_be_read(tx, sheet, within, *id)?;
    }
    Ok(compartments::open_some::<Answers>(tx, &permit, sheet.form, ids)?.into_iter().map(|opened| (opened.listed.id, opened.body)).collect())
}

/// Whether a document may be taken away: for the page that asks once more.
///
/// # Errors
/// `NotFound` for a form whose documents stay; the rule that holds it.
pub fn may_remove(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<Permit, Refused> {
    let remove = sheet.remove.ok_or(Refused::NotFound)?;
    let permit = tx.permit(remove.act, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, sheet.form)?;
    of_author(tx, sheet, &permit, id)?;
    (remove.unless)(tx, &permit, id)?;
    Ok(permit)
}

/// Takes a document away for good: out of the lists, and its keys are deleted.
///
/// # Errors
/// As [`may_remove`].
pub fn remove(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<(), Refused> {
    let permit = may_remove(tx, sheet, within, id)?;
    compartments::drop_draft(tx, &permit, id, sheet.form)?;
    compartments::shred(tx, &permit, id)?;
    compartments::remove(tx, &permit, id)
}

/// Opens every document of one form in a compartment.
///
/// # Errors
/// As [`open`].
pub fn open_all(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId) -> Result<Vec<Document>, Refused> {
    let ids: Vec<ItemId> = list(tx, sheet, within, None)?.into_iter().map(|listed| listed.id).collect();
    ids.into_iter().map(|id| open(tx, sheet, within, id)).collect()
}

/// Keeps a draft: whatever was typed, as long as it can be read. Returns the draft's revision.
///
/// # Errors
/// `Stale` when another tab kept a later draft; `Faults` for questions that are not asked there; `NotYours` for a document that is another's own;
/// the rule by which it is closed.
pub fn keep_draft(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId, seen: i32, revision: i32, answers: &Answers) -> Result<i32, Refused> {
    let permit = tx.permit(sheet.write, Place::Compartment(within), id.uuid())?;
    of_author(tx, sheet, &permit, id)?;
    still_open(tx, sheet, within, Some(id))?;
    if sheet.asked.is_some() {
        let definition = in_variant(tx, sheet, within)?;
        only_asked(tx, sheet, &definition, answers)?;
    }
    compartments::save_draft(tx, &permit, id, sheet.form, seen, revision, answers)
}

/// The caller's draft of a document.
///
/// # Errors
/// `NotFound`, `Locked`.
pub fn draft(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<Option<compartments::Draft<Answers>>, Refused> {
    let permit = tx.permit(sheet.write, Place::Compartment(within), id.uuid())?;
    compartments::open_draft(tx, &permit, id)
}

/// Whether another page of one's own kept other answers than those that are to be saved: a draft of another revision than this page has seen (`seen`),
/// which differs from what was saved and from what is told now. Nothing is saved over it unseen. `differ` says of which questions that counts.
pub fn kept_elsewhere((revision, draft): (i32, &Answers), seen: Option<i32>, saved: &Answers, told: &Answers, differ: impl Fn(&Answers, &Answers) -> bool) -> bool {
    seen != Some(revision) && differ(draft, saved) && differ(told, draft)
}

/// Throws the caller's draft of a document away: the text of now is taken instead.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn drop_draft(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<(), Refused> {
    let permit = tx.permit(sheet.write, Place::Compartment(within), id.uuid())?;
    compartments::drop_draft(tx, &permit, id, sheet.form)
}

/// Who else is writing a document of the report at this moment, and began before the caller.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn written_by_another(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId) -> Result<Option<compartments::Writing>, Refused> {
    let permit = tx.permit(sheet.read, Place::Compartment(within), id.uuid())?;
    compartments::written_by_another(tx, &permit, id, sheet.form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_page_kept_counts_where_it_is_newer_and_says_something_else() {
        let of = |text: &str| -> Answers { Answers::from_iter([("text".to_owned(), text.into())]) };
        let elsewhere = |seen, draft: &str, saved: &str, told: &str| kept_elsewhere((2, &of(draft)), seen, &of(saved), &of(told), |one, other| one != other);
        assert!(elsewhere(Some(1), "theirs", "saved", "mine") && elsewhere(None, "theirs", "saved", "saved"));
        assert!(!elsewhere(Some(2), "theirs", "saved", "mine"), "this page's own draft");
        assert!(!elsewhere(Some(1), "saved", "saved", "mine"), "nothing was changed there");
        assert!(!elsewhere(Some(1), "mine", "saved", "mine"), "the same words");
    }
}
