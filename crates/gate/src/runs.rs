//! Counting distinct cases where one case can have several rows (two victims, three relations). Rows come sorted by case.
//!
//! For a parent (a group) and a value within it (an outcome) three numbers are kept: cases with any row in the parent, cases
//! with any row of the value, and cases *all* of whose rows in the parent have the value. Cases with another value as well are
//! the first minus the third: that is the remainder, which no subtraction of the second would give. And how many rows one case has at most of a
//! value, and besides it: a figure that is mostly one case's rows tells of that case.

use crate::columns::NO_CASE;

#[derive(Clone, Copy)]
struct Open {
    case: u32,
    value: u32,
    mixed: bool,
    rows: u32,
}

/// Accumulators for one pass.
pub(crate) struct Runs {
    values: u32,
    open: Vec<Open>,
    last: Vec<u32>,
    /// Rows of that case in the cell.
    here: Vec<u32>,
    seen: Seen,
}

/// What a pass found.
pub(crate) struct Seen {
    /// Cases per parent.
    pub(crate) parents: Vec<u32>,
    /// Cases per cell.
    pub(crate) with: Vec<u32>,
    /// Cases per cell that are nowhere else in the parent.
    pub(crate) only: Vec<u32>,
    /// Most rows of one case in a cell.
    most: Vec<u32>,
    /// Most rows of one case in the parent that are not in the cell.
    besides: Vec<u32>,
}

impl Seen {
    /// Whether one case has over half of the rows of a cell, or of its remainder. Where it has over half of the parent's, one of both is so.
    pub(crate) fn dominated(&self, cell: usize, rows: u32, besides: u32) -> bool {
        let over = |most: &[u32], rows: u32| most.get(cell).is_some_and(|most| most.saturating_mul(2) > rows);
        over(&self.most, rows) || over(&self.besides, besides)
    }
}

impl Runs {
    pub(crate) fn new(parents: usize, values: usize) -> Self {
        Self {
            values: u32::try_from(values).unwrap_or(u32::MAX),
            open: vec![Open { case: NO_CASE, value: 0, mixed: false, rows: 0 }; parents],
            last: vec![NO_CASE; parents * values],
            here: vec![0; parents * values],
            seen: Seen {
                parents: vec![0; parents],
                with: vec![0; parents * values],
                only: vec![0; parents * values],
                most: vec![0; parents * values],
                besides: vec![0; parents * values],
            },
        }
    }

    /// One row. `cell` is parent times the number of values plus value.
    pub(crate) fn see(&mut self, case: u32, cell: u32) {
        let (parent, value) = (cell / self.values, cell % self.values);
        let (Ok(parent), Ok(cell)) = (usize::try_from(parent), usize::try_from(cell)) else { return };
        let Some(open) = self.open.get_mut(parent) else { return };
        if open.case == case {
            open.mixed |= open.value != value;
            open.rows += 1;
        } else {
            let done = std::mem::replace(open, Open { case, value, mixed: false, rows: 1 });
            add(&mut self.seen.parents, parent);
            self.close(parent, done);
        }
        if let (Some(last), Some(here)) = (self.last.get_mut(cell), self.here.get_mut(cell)) {
            if *last == case {
                *here += 1;
            } else {
                (*last, *here) = (case, 1);
                add(&mut self.seen.with, cell);
            }
        }
    }

    /// What was found.
    pub(crate) fn end(mut self) -> Seen {
        for (parent, open) in std::mem::take(&mut self.open).into_iter().enumerate() {
            self.close(parent, open);
        }
        self.seen
    }

    /// A parent's case has no more rows.
    fn close(&mut self, parent: usize, done: Open) {
        let (Ok(values), Ok(own)) = (usize::try_from(self.values), usize::try_from(done.value)) else { return };
        if done.case == NO_CASE {
            return;
        }
        if !done.mixed {
            add(&mut self.seen.only, parent * values + own);
        }
        let cells = parent * values..(parent + 1) * values;
        let rows = self.last.get(cells.clone()).into_iter().flatten().zip(self.here.get(cells.clone()).into_iter().flatten());
        let most = self.seen.most.get_mut(cells.clone()).into_iter().flatten().zip(self.seen.besides.get_mut(cells).into_iter().flatten());
        for ((last, here), (most, besides)) in rows.zip(most) {
            let here = if *last == done.case { *here } else { 0 };
            (*most, *besides) = ((*most).max(here), (*besides).max(done.rows - here));
        }
    }
}

fn add(counts: &mut [u32], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_with_two_answers_is_in_both_cells_and_in_both_remainders() {
        // Case 1: 0 and 1; case 2: 1 twice; case 3: 0 in the second group.
        let mut runs = Runs::new(2, 2);
        for (case, cell) in [(1, 0), (1, 1), (2, 1), (2, 1), (3, 2)] {
            runs.see(case, cell);
        }
        let seen = runs.end();
        assert_eq!((seen.parents, seen.with, seen.only), (vec![2, 1], vec![1, 2, 1, 0], vec![0, 1, 1, 0]));
        assert_eq!((seen.most, seen.besides), (vec![1, 2, 1, 0], vec![2, 1, 0, 1]));
    }
}
