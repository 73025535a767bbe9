//! Counting distinct cases where one case can have several rows (two victims, three relations). Rows come sorted by case.
//!
//! For a parent (a group) and a value within it (an outcome) three numbers are kept: cases with any row in the parent, cases
//! with any row of the value, and cases *all* of whose rows in the parent have the value. Cases with another value as well are
//! the first minus the third: that is the remainder, which no subtraction of the second would give.

use crate::columns::NO_CASE;

#[derive(Clone, Copy)]
struct Open {
    case: u32,
    value: u32,
    mixed: bool,
}

/// Accumulators for one pass.
pub(crate) struct Runs {
    values: u32,
    open: Vec<Open>,
    last: Vec<u32>,
    parents: Vec<u32>,
    with: Vec<u32>,
    only: Vec<u32>,
}

impl Runs {
    pub(crate) fn new(parents: usize, values: usize) -> Self {
        Self {
            values: u32::try_from(values).unwrap_or(u32::MAX),
            open: vec![Open { case: NO_CASE, value: 0, mixed: false }; parents],
            last: vec![NO_CASE; parents * values],
            parents: vec![0; parents],
            with: vec![0; parents * values],
            only: vec![0; parents * values],
        }
    }

    /// One row. `cell` is parent times the number of values plus value.
    pub(crate) fn see(&mut self, case: u32, cell: u32) {
        let (parent, value) = (cell / self.values, cell % self.values);
        let (Ok(parent), Ok(cell)) = (usize::try_from(parent), usize::try_from(cell)) else { return };
        let Some(open) = self.open.get_mut(parent) else { return };
        if open.case == case {
            open.mixed |= open.value != value;
        } else {
            let done = std::mem::replace(open, Open { case, value, mixed: false });
            add(&mut self.parents, parent);
            close(&mut self.only, self.values, parent, done);
        }
        if let Some(last) = self.last.get_mut(cell)
            && *last != case
        {
            *last = case;
            add(&mut self.with, cell);
        }
    }

    /// Cases per parent, cases per cell, cases per cell that are nowhere else in the parent.
    pub(crate) fn end(mut self) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        for (parent, open) in self.open.iter().enumerate() {
            close(&mut self.only, self.values, parent, *open);
        }
        (self.parents, self.with, self.only)
    }
}

fn add(counts: &mut [u32], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

fn close(only: &mut [u32], values: u32, parent: usize, open: Open) {
    if open.case != NO_CASE && !open.mixed {
        let at = usize::try_from(values).ok().zip(usize::try_from(open.value).ok());
        add(only, at.map_or(usize::MAX, |(values, value)| parent * values + value));
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
        assert_eq!(runs.end(), (vec![2, 1], vec![1, 2, 1, 0], vec![0, 1, 1, 0]));
    }
}
