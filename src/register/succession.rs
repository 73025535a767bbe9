//! A new version of the codebook and the records coded under the one before. A register manager starts it, record by record: the old codes stay as
//! they were, the lines of the new version take over what they can, and the rest is work for the coder whose codes were settled.
//!
//! Since a part of the codes lies apart, they go over in their coder's own session, and what follows from them is worked out anew there.

use codebook::{Codebook, Record, map_record, map_worked};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::apart::{self, Whole};
use super::{following, settled_store};
use super::store::{self, Found, SlotRow};
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::notices;
use crate::settings::Configured;
use crate::tx::{Place, Refused, Tx};

/// Who takes a record over into a new codebook.
pub static TAKE_OVER: Act = Act { name: "record.take_over", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };

/// Who takes past cases out of files over.
pub static TAKE_OVER_PAST: Act = Act { name: "register.take_over_past", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// An answer that no line takes over: a coder looks at it again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Left {
    /// Where, as `victim[0].victim_sex`.
    pub field: String,
    /// What stood there.
    pub was: Value,
    /// The codes to choose from, if the new version names them.
    pub choices: Vec<i64>,
    /// Why, by its stable name: `split`, `broken`, or `not-in-version`.
    pub rule: String,
}

/// Takes a complete record over into the newest codebook. Its coder is told.
///
/// # Errors
/// `NotFound`; `Rule("nothing-to-take-over")` for a record that is not complete or already under the newest.
pub fn take_over(tx: &mut Tx, id: RecordId) -> Result<(), Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&TAKE_OVER, Place::Case(found.case), id.uuid())?;
    let newest = tx.parts().config.codebook.version.clone();
    let slot = store::take_over(tx.db(), id, &newest)?.ok_or(Refused::Rule("nothing-to-take-over"))?;
    let coder = store::slots(tx.db(), id)?.into_iter().find(|found| found.slot == slot).ok_or(Refused::NotFound)?.membership;
    notices::tell(tx, coder, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// The codebook a coding stands under: that of its record, or, final before the record went over, the one it was made with.
pub(super) fn book_of_slot<'a>(config: &'a Configured, found: &Found, slot: &SlotRow) -> Result<&'a Codebook, Refused> {
    let version = slot.worked_by.as_ref().filter(|_| slot.finished).unwrap_or(&found.codebook);
    super::coding::book_of(config, version)
}

/// A coder's own codes under the codebook of the record: as they stand, or taken over from the version they were saved with.
///
/// # Errors
/// As [`apart::whole`].
pub(super) fn current(tx: &mut Tx, found: &Found, slot: &SlotRow) -> Result<Whole, Refused> {
    let parts = tx.parts();
    let old = match slot.worked_by.as_deref() {
        Some(version) => super::coding::book_of(&parts.config, version)?,
        None => super::coding::book_of(&parts.config, &found.codebook)?,
    };
    let mut whole = apart::whole(tx, found, slot, old)?;
    if slot.finished || old.version == found.codebook {
        following::fill(tx, found, slot, old, &mut whole.rows)?;
        return Ok(whole);
    }
    let (rows, work) = gone_over(&parts.config, &whole.rows, &old.version, &found.codebook);
    let new = super::coding::book_of(&parts.config, &found.codebook)?;
    whole.beside.retain(|field, _| apart::stands(new, &rows, field));
    (whole.rows, whole.work) = (rows, work);
    following::fill(tx, found, slot, new, &mut whole.rows)?;
    Ok(whole)
}

/// Version by version, by the lines of each.
pub(super) fn gone_over(config: &Configured, rows: &Record, from: &str, to: &str) -> (Record, Vec<Left>) {
    let (mut rows, mut work) = (rows.clone(), vec![]);
    let Some(last) = config.codebook_of(to) else { return (rows, work) };
    for version in last.history.iter().skip_while(|version| version.version != from).skip(1) {
        let book = config.codebook_of(&version.version).unwrap_or(last);
        let (mapped, left) = map_record(&rows, &version.mapping, book);
        rows = mapped;
        work.extend(left.into_iter().map(|left| Left { field: left.place.field(), was: left.was, choices: left.choices, rule: left.rule.to_owned() }));
        if version.version == to {
            break;
        }
    }
    (rows, work)
}

/// Settled codes as they count under the newest codebook, whatever the one they were settled under: what no line takes over counts as not
/// looked for, until a coder answers it.
pub(super) fn carried(config: &Configured, settled: store::Settled) -> store::Settled {
    let new = &config.codebook;
    let Some(old) = config.codebook_of(&settled.codebook).filter(|old| old.version != new.version) else { return settled };
    let (codes, _) = gone_over(config, &settled.codes, &old.version, &new.version);
    let worked = settled.worked.map(|worked| map_worked(old, new, &settled.codes, &worked, &codes));
    store::Settled { number: settled.number, codebook: new.version.clone(), codes, worked }
}

/// A complete record that stands under an earlier codebook.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Earlier {
    /// The record.
    pub record: RecordId,
    /// The number of its case; none for a past case out of a file.
    pub case_number: Option<String>,
    /// The codebook it stands under.
    pub codebook: String,
    /// Answers no line takes over: a coder looks at them again once the record goes over.
    pub left: usize,
}

/// Complete records under an earlier codebook, those with most left to do first. They count as far as lines take them over.
///
/// # Errors
/// `NotFound` for other roles.
pub fn earlier(tx: &mut Tx) -> Result<Vec<Earlier>, Refused> {
    tx.permit(&super::COMPLETENESS, Place::Hat, None)?;
    let parts = tx.parts();
    let newest = parts.config.codebook.version.clone();
    let mut found: Vec<Earlier> = settled_store::under_earlier(tx.db(), &newest)?.into_iter().map(|(record, case_number, codebook, codes)| {
        let left = gone_over(&parts.config, &codes, &codebook, &newest).1.len();
        Earlier { record, case_number, codebook, left }
    }).collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.left));
    Ok(found)
}

/// Takes past cases out of files over into the newest codebook, as far as its lines carry their codes; the codes stay as they were loaded beside
/// them. Nobody has a file to look anything up in, so that what is left is not looked for. Returns how many went over.
///
/// # Errors
/// `NotFound` for other roles; `Rule("nothing-to-take-over")`.
pub fn take_over_past_cases(tx: &mut Tx) -> Result<usize, Refused> {
    tx.permit(&TAKE_OVER_PAST, Place::Hat, None)?;
    let parts = tx.parts();
    let newest = parts.config.codebook.version.clone();
    let mut done = 0;
    for (record, number, codebook, codes) in settled_store::under_earlier(tx.db(), &newest)? {
        if number.is_none() {
            let (codes, _) = gone_over(&parts.config, &codes, &codebook, &newest);
            done += usize::from(settled_store::take_over_past_case(tx.db(), record, &newest, &codes)?);
        }
    }
    if done == 0 { Err(Refused::Rule("nothing-to-take-over")) } else { Ok(done) }
}
