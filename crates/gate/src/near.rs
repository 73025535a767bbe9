//! The rule that looks at keys only: a group is hidden when one to nine cases are all that tell it from a larger group that may
//! also be shown. Otherwise the two figures differ by those cases' answers, noise or not.
//!
//! Larger groups are those made by dropping one of its keys, and also those of every other allowed table in which it happens
//! to lie whole (a police unit in its part of the country, or by chance: all cases of a region in one period are partners).
//! Groups that a few cases tell apart without either holding the other are seen to where the register is made (`register.rs`).
//!
//! As it is fixed by the snapshot's keys, it does not depend on what was asked before, and is computed once per snapshot.

use crate::Malformed;
use crate::columns::Columns;
use crate::hide::is_few;

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
