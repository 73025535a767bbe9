//! When a new snapshot may be frozen, and what a new one must hide because an earlier one showed it.
//!
//! Cases are added between snapshots. A group that gained one case would give that case's answer as the difference of last
//! year's figure and this year's. So a group is also hidden when one to nine cases make the difference, by their keys, to what
//! it was in an earlier snapshot, or to any group of any table there: a group of one table may be another table's group of last
//! year but for a few cases. A group that did not change keeps its figure to the unit, as long as records keep their
//! record keys and the register its noise table: fresh noise every year could be averaged away.
//!
//! That a figure is kept to the unit tells, when it moves, that a case's own answer was corrected. So a case with a corrected code counts as
//! one of the difference, though it stands in the same group: with one to nine of them the group is hidden. New cases and corrected ones are
//! counted together, and the new ones by themselves: many corrections cover no new case.
//!
//! All this holds once more for the cases to whom the question applies, where it does not apply to all.
//!
//! Groups are compared by the cases in them, whatever their codes are called: each snapshot is read by the list it was frozen with,
//! so that another codebook, other labels or other keys change nothing about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::Malformed;
use crate::columns::Columns;
use crate::hide::{THRESHOLD, falls_short, is_few};

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

/// Which cases are in which groups of a table, and with what: by case, then by group.
pub(crate) struct Members {
    parts: Vec<(u32, u32, Part)>,
    /// Cases of each group.
    cases: Vec<u32>,
    /// Where these are those to whom a question applies, and an answer decides who they are: the others of the table.
    outside: Option<Box<Members>>,
}

impl Members {
    /// Of the table by `keys`.
    pub(crate) fn of(columns: &Columns, keys: &[&str]) -> Result<Members, Malformed> {
        let keys = keys.iter().map(|key| columns.column(key)).collect::<Result<Vec<_>, _>>()?;
        let mut parts: Vec<(u32, u32, Part)> = columns.cases.iter().zip(&columns.record_keys).enumerate()
            .map(|(row, (case, record_key))| {
                let group = keys.iter().fold(0, |group, key| group * u32::from(key.codes) + key.code(row));
                (*case, group, (1, u32::from(*record_key)))
            }).collect();
        parts.sort_unstable();
        parts.dedup_by(|next, kept| {
            let same = next.0 == kept.0 && next.1 == kept.1;
            if same {
                kept.2 = (kept.2.0 + next.2.0, kept.2.1 + next.2.1);
            }
            same
        });
        let mut cases = vec![0; keys.iter().map(|key| usize::from(key.codes)).product()];
        for (_, group, _) in &parts {
            if let Some(cases) = cases.get_mut(*group as usize) {
                *cases += 1;
            }
        }
        Ok(Members { parts, cases, outside: None })
    }

    /// The same, beside those of the same table to whom the question does not apply, as an answer decides.
    pub(crate) fn beside(self, outside: Members) -> Members {
        Members { outside: Some(Box::new(outside)), ..self }
    }

    /// Cases of a group.
    pub(crate) fn cases(&self, group: usize) -> u32 {
        self.cases.get(group).copied().unwrap_or_default()
    }
}

/// For every group of a table now: whether one to nine cases make the difference to a group of a table of an earlier snapshot, the same
/// table or another: comparing any two of them must give nobody's answer. Cases that were `corrected` are part of the difference.
pub(crate) fn changed(now: &Members, earlier: &Members, corrected: &BTreeSet<u32>, groups: usize) -> Vec<bool> {
    close(now, earlier, corrected, groups, is_few)
}

/// The same, and groups that are what they were: for two forms of one answer, of which one may show what the other hides.
pub(crate) fn changed_or_same(now: &Members, earlier: &Members, groups: usize) -> Vec<bool> {
    close(now, earlier, &BTreeSet::new(), groups, |apart| apart < THRESHOLD)
}

/// Groups of two tables that one to nine cases tell apart, whether one holds the other or not, those `corrected` counted as in [`changed`]. Where an
/// answer decides to whom the question applies, also those whose difference falls short of ten to whom it applies and ten to whom it does not.
pub(crate) fn few_apart(one: &Members, other: &Members, corrected: &BTreeSet<u32>) -> Vec<(usize, usize)> {
    let outside = one.outside.as_deref().zip(other.outside.as_deref());
    let others: BTreeMap<(usize, usize), u32> = outside.into_iter().flat_map(|(these, those)| apart(these, those, &BTreeSet::new()))
        .map(|(group, opposite, apart, _)| ((group, opposite), apart)).collect();
    let short = |group: usize, opposite: usize, applying: u32| outside.is_some_and(|(these, those)| {
        // Groups without one of the others in common differ by all of them.
        let apart = others.get(&(group, opposite)).copied().unwrap_or_else(|| these.cases(group) + those.cases(opposite));
        falls_short(applying, apart)
    });
    apart(one, other, corrected).into_iter().filter(|(group, opposite, apart, otherwise)| is_few(*apart) || is_few(apart + otherwise) || short(*group, *opposite, *apart))
        .map(|(group, opposite, ..)| (group, opposite)).collect()
}

fn close(now: &Members, earlier: &Members, corrected: &BTreeSet<u32>, groups: usize, hides: fn(u32) -> bool) -> Vec<bool> {
    let mut few = vec![false; groups];
    for (is_in, _, apart, otherwise) in apart(now, earlier, corrected) {
        if let Some(few) = few.get_mut(is_in).filter(|_| hides(apart) || hides(apart + otherwise)) {
            *few = true;
        }
    }
    few
}

/// Of a group of each table that have a case in common: cases by which they differ, and cases they have in common that were corrected.
fn apart(now: &Members, earlier: &Members, corrected: &BTreeSet<u32>) -> Vec<(usize, usize, u32, u32)> {
    // Only groups with a case in common can be few cases apart and both large enough to be shown.
    // In common: cases in both groups, those of them with the same units, and those of these that were corrected.
    let mut common: BTreeMap<(u32, u32), (u32, u32, u32)> = BTreeMap::new();
    let mut before = earlier.parts.as_slice();
    for of_case in now.parts.chunk_by(|one, other| one.0 == other.0) {
        let Some(case) = of_case.first().map(|part| part.0) else { continue };
        let other = corrected.contains(&case);
        before = before.get(before.partition_point(|part| part.0 < case)..).unwrap_or_default();
        for (_, was_in, had) in before.iter().take_while(|part| part.0 == case) {
            for (_, is_in, has) in of_case {
                let (both, same, otherwise) = common.entry((*is_in, *was_in)).or_default();
                (*both, *same, *otherwise) = (*both + 1, *same + u32::from(has == had), *otherwise + u32::from(other && has == had));
            }
        }
    }
    common.into_iter().map(|((is_in, was_in), (both, same, otherwise))| {
        let (is_in, was_in) = (is_in as usize, was_in as usize);
        (is_in, was_in, now.cases(is_in) + earlier.cases(was_in) - both - same, otherwise)
    }).collect()
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
