//! The rule that looks at keys only: a group is hidden when one to nine cases are all that tell it from a larger group that may
//! also be shown. Otherwise the two figures differ by those cases' answers, noise or not.
//!
//! Larger groups are those made by dropping one of its keys, and also those of every other allowed table in which it happens
//! to lie whole (a police unit in its part of the country, or by chance: all cases of a region in one period are partners).
//! Groups that a few cases tell apart without either holding the other are seen to where the register is made (`register.rs`).
//!
//! Of an outcome that does not apply to all it is looked at once more among those to whom it applies (`asked.rs`).
//!
//! As it is fixed by the snapshot's keys, it does not depend on what was asked before, and is computed once per snapshot.

use std::collections::BTreeMap;

use crate::Malformed;
use crate::columns::Columns;
use crate::hide::{falls_short, is_few};

/// Which groups of a unit's tables are hidden, by second key, none first.
pub(crate) type Near = BTreeMap<Option<String>, Vec<bool>>;

/// The keys of a table.
pub(crate) fn keys<'a>(period: &'a str, second: Option<&'a str>) -> Vec<&'a str> {
    std::iter::once(period).chain(second).collect()
}

/// For every group of the table by `period` and perhaps `second` (the second key runs fastest): whether it is hidden.
/// `others` are the keys that may stand beside the period in other tables.
///
/// # Errors
/// [`Malformed`] when a key isn't in the columns or a count of three keys gets too large.
pub fn near(columns: &Columns, period: &str, second: Option<&str>, others: &[&str]) -> Result<Vec<bool>, Malformed> {
    let Some(key) = second else {
        // Dropping the period leaves all cases.
        return Ok(columns.count(&[], period)?.cells.iter().map(|cell| is_few(cell.rest)).collect());
    };
    // A key counted in the outcome's place: the remainder of a cell is what lies outside it in the larger group.
    let within_period = columns.count(&[period], key)?;
    let within_key = columns.count(&[key], period)?;
    let (periods, codes) = (within_key.values, within_period.values);
    let mut hidden: Vec<bool> = within_period.cells.iter().map(|cell| is_few(cell.rest)).collect();
    for (group, hidden) in hidden.iter_mut().enumerate() {
        let turned = (group % codes) * periods + group / codes;
        *hidden |= within_key.cells.get(turned).is_some_and(|cell| is_few(cell.rest));
    }
    for other in others.iter().filter(|other| **other != key) {
        let within_other = columns.count(&[period, other], key)?;
        let groups_per_period = within_other.groups.len() / periods;
        for (number, cell) in within_other.cells.iter().enumerate() {
            let (larger, code) = (number / codes, number % codes);
            let group = larger / groups_per_period * codes + code;
            let lies_whole = within_period.cells.get(group).is_some_and(|whole| whole.units == cell.units && cell.units > 0);
            if let Some(hidden) = hidden.get_mut(group).filter(|_| lies_whole) {
                *hidden |= is_few(cell.rest);
            }
        }
    }
    Ok(hidden)
}

/// The same where an answer decides to whom a question applies, of groups and the group of their period: whether those by whom the two differ fall short
/// of ten on a side. `applying` and `outside` are the rows of either kind.
pub(crate) fn short(applying: &Columns, outside: &Columns, period: &str, second: Option<&str>) -> Result<Vec<bool>, Malformed> {
    // No table holds more than a period.
    let Some(key) = second else { return Ok(vec![false; applying.codes(period)?.into()]) };
    let (applying, outside) = (applying.count(&[period], key)?, outside.count(&[period], key)?);
    Ok(applying.cells.iter().zip(&outside.cells).map(|(applying, outside)| falls_short(applying.rest, outside.rest)).collect())
}
