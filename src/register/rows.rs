//! Rows of a coding that go and come back, with all that hangs on them and what the coder said of them.

use std::collections::BTreeMap;

use codebook::{Codebook, Record, Taken, after, field, once_back, put_rows, take_rows};
use serde::{Deserialize, Serialize};

use super::apart::{Beside, Whole, place_of};

/// What was taken out of a coding, to be put back as it was.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Removed {
    rows: Vec<Taken>,
    beside: BTreeMap<String, Beside>,
}

/// What stands at fields once rows are gone: what stays at its new place, and what went with them at its old one.
fn moved<T>(at: BTreeMap<String, T>, gone: &[(String, usize)]) -> (BTreeMap<String, T>, BTreeMap<String, T>) {
    let (mut kept, mut went) = (BTreeMap::new(), BTreeMap::new());
    for (name, said) in at {
        match place_of(&name).map(|(level, row, variable)| after(level, row, gone).map(|now| field(level, now, variable))) {
            Some(Some(now)) => { kept.insert(now, said); }
            Some(None) => { went.insert(name, said); }
            None => { kept.insert(name, said); }
        }
    }
    (kept, went)
}

/// Takes a row out of a coding with the rows that link it or hang under it.
pub fn remove_row(book: &Codebook, rows: &mut Record, beside: &mut BTreeMap<String, Beside>, level: &str, at: usize) -> Removed {
    let gone = book.hangs_on(rows, level, at);
    let (kept, went) = moved(std::mem::take(beside), &gone);
    *beside = kept;
    Removed { rows: take_rows(rows, &gone), beside: went }
}

/// Puts back what was taken out: at its place, with what was said of it.
pub fn put_back(rows: &mut Record, beside: &mut BTreeMap<String, Beside>, removed: Removed) {
    let back: Vec<(String, usize)> = removed.rows.iter().map(|one| (one.level.clone(), one.at)).collect();
    put_rows(rows, &removed.rows);
    *beside = std::mem::take(beside).into_iter().map(|(name, said)| {
        let now = place_of(&name).map(|(level, row, variable)| field(level, once_back(level, row, &back), variable));
        (now.unwrap_or(name), said)
    }).chain(removed.beside).collect()
}

/// Rows that belong to nobody leave a coding: whom they were about was taken out.
pub(super) fn without_orphans(book: &Codebook, whole: &mut Whole) {
    // What hung on an orphan is one in its turn.
    for _ in 0..book.levels.len() {
        let gone = book.orphans(&whole.rows);
        if gone.is_empty() {
            return;
        }
        without(whole, &gone);
    }
}

/// Takes rows out of a coding, with what stands at them; the rest moves up.
pub(super) fn without(whole: &mut Whole, gone: &[(String, usize)]) {
    take_rows(&mut whole.rows, gone);
    whole.beside = moved(std::mem::take(&mut whole.beside), gone).0;
    whole.reasons = moved(std::mem::take(&mut whole.reasons), gone).0;
    whole.work.retain_mut(|left| {
        let now = place_of(&left.field).map(|(level, row, variable)| after(level, row, gone).map(|now| field(level, now, variable)));
        match now {
            Some(Some(now)) => { left.field = now; true }
            Some(None) => false,
            None => true,
        }
    });
}
