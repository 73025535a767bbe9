//! The rules on groups close to each other, for an outcome that does not apply to all. Two groups that many cases tell apart can differ by few to whom
//! the question applies: their figures less each other are the answers of those few. So all is looked at once more among those to whom it applies.
//!
//! Where keys say who they are, what is hidden follows from the keys still. Where an answer decides, it follows from that answer, and hiding may tell no
//! more of it than a hidden cell would: cases by which two groups differ must be ten or more on both sides, or none at all.

use std::collections::BTreeSet;

use crate::Malformed;
use crate::catalogue::Catalogue;
use crate::columns::Columns;
use crate::near::{Near, keys, near, short};
use crate::snapshot::{Members, few_apart};

/// The tables of a unit among those to whom an outcome applies.
pub(crate) struct Asked {
    /// Which groups of each are hidden, whatever other snapshots or groups that do not hold them show.
    pub(crate) near: Near,
    /// Who is in their groups.
    pub(crate) tables: Vec<(Option<String>, Members)>,
}

/// The rows to whom an outcome applies; none where it applies to all, or the list or the columns do not have it.
pub(crate) fn applying(catalogue: &Catalogue, columns: &Columns, outcome: &str, variables: &[&str]) -> Result<Option<Columns>, Malformed> {
    let code = catalogue.outside(outcome).filter(|_| columns.column(outcome).is_ok());
    code.map(|code| columns.part(variables, outcome, code, false)).transpose()
}

impl Asked {
    /// In one snapshot, of which the keys hide `whole` of any outcome.
    pub(crate) fn of(catalogue: &Catalogue, columns: &Columns, whole: &Near, outcome: &str, by_answer: bool) -> Result<Asked, Malformed> {
        let period = catalogue.period();
        let others: Vec<&str> = catalogue.keys_of(columns.unit()).map(|key| key.id.as_str()).collect();
        let all: Vec<&str> = others.iter().copied().chain([period]).collect();
        let part = applying(catalogue, columns, outcome, &all)?;
        let outside = match catalogue.outside(outcome).filter(|_| by_answer && part.is_some()) {
            Some(code) => Some(columns.part(&all, outcome, code, true)?),
            None => None,
        };
        let asked = part.as_ref().unwrap_or(columns);
        let (mut hides, mut tables) = (whole.clone(), vec![]);
        for (second, hidden) in &mut hides {
            let few = near(asked, period, second.as_deref(), &others)?;
            hidden.iter_mut().zip(few).for_each(|(hidden, few)| *hidden |= few);
            let by = keys(period, second.as_deref());
            let mut members = Members::of(asked, &by)?;
            if let Some(outside) = &outside {
                let few = short(asked, outside, period, second.as_deref())?;
                hidden.iter_mut().zip(few).for_each(|(hidden, few)| *hidden |= few);
                members = members.beside(Members::of(outside, &by)?);
            }
            tables.push((second.clone(), members));
        }
        Ok(Asked { near: hides, tables })
    }

    /// Hides what is close to a group that an earlier snapshot may have shown: what that one hid for still earlier ones, or for a group of another table
    /// that does not hold it, counts as shown.
    pub(crate) fn hide_after(&mut self, then: &Asked, corrected: &BTreeSet<u32>) {
        for (second, now) in &self.tables {
            let Some(hidden) = self.near.get_mut(second) else { continue };
            for (other, before) in &then.tables {
                let shown = |group: usize| then.near.get(other).and_then(|hidden| hidden.get(group)) == Some(&false);
                for (group, _) in few_apart(now, before, corrected).into_iter().filter(|(_, opposite)| shown(*opposite)) {
                    if let Some(hidden) = hidden.get_mut(group) {
                        *hidden = true;
                    }
                }
            }
        }
    }
}
