//! Searching: what the caller's own compartments hold is decrypted and looked through, and nothing of it is stored (`security.md`
//! section 4, search). Only that a document fits comes back, never a word of it.

use serde_json::Value;

use super::items::{key_in, opened, is_placed};
use super::keys::place_private;
use super::{item_store, store};
use crate::access::{Kind, Role};
use crate::ids::{CaseId, CompartmentId, ItemId};
use crate::tx::{Entry, Permit, Refused, Tx};

/// How much is decrypted for one search, in bytes (`security.md` section 4).
pub const MOST_BYTES: usize = 32 * 1024 * 1024;
/// How many documents are opened for one search: a placed one costs a key agreement.
pub const MOST_DOCUMENTS: usize = 3_000;

/// A compartment the hat worn opens, with its role there.
#[derive(Clone, Debug)]
pub struct Own {
    /// The compartment.
    pub id: CompartmentId,
    /// Its kind.
    pub kind: Kind,
    /// Its case.
    pub case: Option<CaseId>,
    /// The role held in it.
    pub role: Role,
}

/// A document that fits.
#[derive(Clone, Debug)]
pub struct Fits {
    /// The document.
    pub item: ItemId,
    /// What it is: a form's name.
    pub kind: String,
}

/// How much may still be decrypted.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    bytes: usize,
    documents: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { bytes: MOST_BYTES, documents: MOST_DOCUMENTS }
    }
}

impl Budget {
    /// Whether nothing may be decrypted any more.
    pub fn spent(&self) -> bool {
        self.bytes == 0 || self.documents == 0
    }
}

/// The compartments the hat worn opens, those of the newest cases first.
///
/// # Errors
/// `NoSession`.
pub fn own(tx: &mut Tx) -> Result<Vec<Own>, Refused> {
    let hat = tx.hat()?;
    store::own_open(tx.db(), hat)
}

/// The documents of some kinds in a compartment whose words contain `needle`, in lower case. A compartment where something was found has
/// an entry in its log; one whose key still waits holds nothing yet.
///
/// # Errors
/// `Locked`; database errors.
pub fn scan(tx: &mut Tx, permit: &Permit, own: &Own, kinds: &[&str], needle: &str, budget: &mut Budget) -> Result<Vec<Fits>, Refused> {
    tx.private_key()?;
    let within = super::find(tx, own.id)?;
    let (mut halves, mut found) = (std::collections::BTreeMap::new(), vec![]);
    for (row, version, sealed) in item_store::whole_items(tx.db(), own.id, kinds, None, i64::try_from(budget.documents).unwrap_or(i64::MAX))? {
        if budget.bytes < version.body.len() || budget.documents == 0 {
            *budget = Budget { bytes: 0, documents: 0 };
            break;
        }
        budget.bytes -= version.body.len();
        budget.documents -= 1;
        if is_placed(&version, &sealed) && !halves.contains_key(&version.epoch) {
            match place_private(tx, own.id, version.epoch) {
                Ok(half) => drop(halves.insert(version.epoch, half)),
                Err(_) => continue,
            }
        }
        let Ok(key) = key_in(tx, &row, &within, &version, &sealed, halves.get(&version.epoch)) else { continue };
        let Ok(document) = opened::<Value>(&row, &within, &version, &key) else { continue };
        if contains(&document.body, needle) {
            found.push(Fits { item: row.id, kind: row.kind });
        }
    }
    if !found.is_empty() {
        tx.note(Entry { action: permit.act().name, compartment: Some(own.id), case: own.case, object: None, result: "done" });
    }
    Ok(found)
}

/// The documents of some kinds in a compartment, unopened: those whose title fits.
///
/// # Errors
/// Database errors only.
pub fn titled(tx: &mut Tx, own: &Own, kinds: &[&str]) -> Result<Vec<Fits>, Refused> {
    let mut all = vec![];
    for kind in kinds {
        all.extend(item_store::items(tx.db(), own.id, kind, None)?.into_iter().map(|row| Fits { item: row.id, kind: row.kind }));
    }
    Ok(all)
}

/// Whether words of a document contain the needle; names of fields are none.
fn contains(value: &Value, needle: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(needle),
        Value::Array(all) => all.iter().any(|one| contains(one, needle)),
        Value::Object(all) => all.values().any(|one| contains(one, needle)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_found_at_any_depth_and_names_of_fields_are_not() {
        let body = json!({ "answers": { "what": "Zij belde de Huisarts", "rows": [{ "text": "tweemaal" }] }, "count": 3 });
        assert!(contains(&body, "huisarts") && contains(&body, "tweemaal"));
        assert!(!contains(&body, "answers") && !contains(&body, "rows") && !contains(&body, "3"));
    }
}
