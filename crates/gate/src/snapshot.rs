//! When a new snapshot may be frozen, and what a new one must hide because an earlier one showed it.
//!
//! Cases are added between snapshots. A group that gained one case would give that case's answer as the difference of last
//! year's figure and this year's. So a group is also hidden when one to nine cases make the difference, by their keys, to what
//! it was in an earlier snapshot. A group that did not change keeps its figure to the unit, as long as records keep their
//! record keys and the register its noise table: fresh noise every year could be averaged away.

use std::collections::BTreeMap;

use crate::Malformed;
use crate::columns::Columns;
use crate::hide::{THRESHOLD, is_few};

/// Least time between two snapshots.
pub const LEAST_DAYS: u32 = 365;

/// Why no snapshot can be frozen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooSoon {
    /// Less than a year since the last.
    #[error("{0} days since the last snapshot, 365 wanted")]
    Days(u32),
    /// Fewer than ten new cases.
    #[error("{0} new cases since the last snapshot, 10 wanted")]
    Cases(u32),
}

/// Whether a snapshot may follow the last one, so many days and new cases later.
///
/// # Errors
/// [`TooSoon`] when it is too early or too little is new.
pub fn may_follow(days: u32, new_cases: u32) -> Result<(), TooSoon> {
    if days < LEAST_DAYS {
        Err(TooSoon::Days(days))
    } else if new_cases < THRESHOLD {
        Err(TooSoon::Cases(new_cases))
    } else {
        Ok(())
    }
}

/// What a case brings to a group: units, and the sum of their record keys, which changes when a unit is replaced by another.
type Part = (u32, u32);

/// For every group by `keys`: whether one to nine cases make the difference to an earlier snapshot.
pub(crate) fn changed(now: &Columns, earlier: &Columns, keys: &[&str], groups: usize) -> Result<Vec<bool>, Malformed> {
    let (now, before) = (parts(now, keys)?, parts(earlier, keys)?);
    let mut different = vec![0_u32; groups];
    let appeared = now.iter().filter(|(place, part)| before.get(*place) != Some(*part));
    let gone = before.iter().filter(|(place, _)| !now.contains_key(*place));
    for ((group, _), _) in appeared.chain(gone) {
        if let Some(count) = different.get_mut(*group as usize) {
            *count += 1;
        }
    }
    Ok(different.into_iter().map(is_few).collect())
}

/// Each case's part in each group.
fn parts(columns: &Columns, keys: &[&str]) -> Result<BTreeMap<(u32, u32), Part>, Malformed> {
    let keys = keys.iter().map(|key| columns.column(key)).collect::<Result<Vec<_>, _>>()?;
    let mut parts: BTreeMap<(u32, u32), Part> = BTreeMap::new();
    for (row, (case, record_key)) in columns.cases.iter().zip(&columns.record_keys).enumerate() {
        let group = keys.iter().fold(0, |group, key| group * u32::from(key.codes) + key.code(row));
        let part = parts.entry((group, *case)).or_default();
        *part = (part.0 + 1, part.1 + u32::from(*record_key));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_and_ten_cases() {
        assert_eq!(may_follow(365, 10), Ok(()));
        assert_eq!(may_follow(364, 100), Err(TooSoon::Days(364)));
        assert_eq!(may_follow(400, 9), Err(TooSoon::Cases(9)));
    }
}
