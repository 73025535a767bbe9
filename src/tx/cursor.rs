//! Where a page of a long list begins: after a row, or before it, by what the list is ordered by. Rows that come or go between two pages move
//! no other: nothing is skipped or shown twice because of them. In an address the row's key is sealed, so that it says nothing and nobody
//! makes one up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{FieldFault, Parts, Refused, Tx};

const DOMAIN: &str = "cursor";

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor<K> {
    /// What the row beside it is ordered by.
    pub key: K,
    /// Whether the page before that row is wanted, not the one after.
    pub back: bool,
}

impl<K: Serialize + DeserializeOwned> Cursor<K> {
    fn sealed(&self, parts: &Parts, list: &str) -> String {
        let told = serde_json::to_vec(self).unwrap_or_default();
        BASE64.encode(parts.installation.seal_account(DOMAIN, list.as_bytes(), &told, &mut rand::rng()))
    }
    /// The place a text stands for; a text of another list or order, or one somebody made, stands for none.
    fn opened(parts: &Parts, list: &str, text: &str) -> Result<Cursor<K>, Refused> {
        let fault = || Refused::Faults(vec![FieldFault::new("cursor", "not-an-option")]);
        let sealed = BASE64.decode(text).map_err(|_| fault())?;
        let told = parts.installation.open_account(DOMAIN, list.as_bytes(), &sealed).map_err(|_| fault())?;
        serde_json::from_slice(&told).map_err(|_| fault())
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Paged<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// What to ask with for the page before; none on the first.
    pub before: Option<String>,
    /// For the page after; none on the last.
    pub next: Option<String>,
}

/// The page a person asked for; where their place was none in the list, one in another order or made by hand, what `first` gives.
///
/// # Errors
/// As either.
pub fn or_first<T>(found: Result<T, Refused>, first: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    if let Err(Refused::Faults(_)) = found { first() } else { found }
}

/// The page of a list beside a place, or its first. `list` names it with its order; `load` gives so many rows from a place on, walking the way
/// it looks; `key` says what a row is ordered by.
///
/// # Errors
/// `Faults` for a text that is no place in this list; what `load` fails with.
pub fn paged<K, T>(
    tx: &mut Tx, list: &str, at: Option<&str>, size: i64, load: impl Fn(&mut Tx, Option<&Cursor<K>>, i64) -> Result<Vec<T>, Refused>, key: impl Fn(&T) -> K,
) -> Result<Paged<T>, Refused>
where
    K: Serialize + DeserializeOwned,
{
    let (parts, most) = (tx.parts(), usize::try_from(size).unwrap_or_default());
    let mut at = at.filter(|text| !text.is_empty()).map(|text| Cursor::opened(&parts, list, text)).transpose()?;
    let mut rows = load(tx, at.as_ref(), size + 1)?;
    // Nothing comes after any more, or what is before does not fill a page: the list from its beginning.
    if at.as_ref().is_some_and(|at| rows.is_empty() || at.back && rows.len() <= most) {
        at = None;
        rows = load(tx, None, size + 1)?;
    }
    let more = rows.len() > most;
    rows.truncate(most);
    let back = at.as_ref().is_some_and(|at| at.back);
    if back {
        rows.reverse();
    }
    let beside = |row: Option<&T>, back: bool| row.map(|row| Cursor { key: key(row), back }.sealed(&parts, list));
    let before = if at.is_some() { beside(rows.first(), true) } else { None };
    let next = if more || back { beside(rows.last(), false) } else { None };
    Ok(Paged { rows, before, next })
}
