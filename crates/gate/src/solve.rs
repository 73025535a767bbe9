//! Least squares with unknowns between 0 and 1: everything released is one linear equation over the unknown answers.
//!
//! People who share all keys in all tables are one unknown (their share with the answer): nothing released can tell them apart.
//! Each row is weighted by one over the root of its group's size. Within a table groups don't overlap, so the weighted rows
//! are orthonormal and the largest eigenvalue is at most the number of released figures a group has, summed over the tables:
//! that bound gives the step of the gradient method, with Nesterov's momentum and its restart (O'Donoghue and Candes, 2015).

/// What one table says: the group of each class, and per group how many figures were released and their mean.
pub(crate) struct Equations {
    pub(crate) group_of: Vec<u32>,
    pub(crate) rows: Vec<Row>,
}

/// A group's equation.
#[derive(Clone, Copy, Default)]
pub(crate) struct Row {
    /// Figures released: 0 to 2 (with and without the answer).
    pub(crate) figures: f64,
    /// People in the group.
    pub(crate) size: f64,
    /// Mean of what the figures say about how many have the answer.
    pub(crate) target: f64,
}

/// Steps at most. More steps follow the noise and rank people *worse* (tried: 40 to 600); with this many the attack comes a little
/// further than the reference of `reference.rs`, which solves to the end.
const STEPS: usize = 150;
/// Stops when no unknown moves more than this.
const STILL: f64 = 1e-6;

/// The share with the answer in each class (of `sizes` people), starting from `start`, which also decides what no equation
/// says anything about.
pub(crate) fn solve(sizes: &[f64], tables: &[Equations], start: f64) -> Vec<f64> {
    let bound: f64 = tables.iter().map(|table| table.rows.iter().map(|row| row.figures).fold(0.0, f64::max)).sum();
    let mut x = vec![start; sizes.len()];
    if bound <= 0.0 {
        return x;
    }
    let (mut y, mut slope) = (x.clone(), vec![0.0; x.len()]);
    let (mut sums, mut momentum) = (Vec::new(), 1.0_f64);
    for _ in 0..STEPS {
        slope.fill(0.0);
        for table in tables {
            downhill(table, sizes, &y, &mut sums, &mut slope);
        }
        let (mut moved, mut uphill) = (0.0_f64, 0.0);
        let next_momentum = f64::midpoint(1.0, (1.0 + 4.0 * momentum * momentum).sqrt());
        let carry = (momentum - 1.0) / next_momentum;
        for ((x, y), slope) in x.iter_mut().zip(&mut y).zip(&slope) {
            let next = (*y - slope / bound).clamp(0.0, 1.0);
            let step = next - *x;
            uphill += (*y - next) * step;
            moved = moved.max(step.abs());
            *y = next + carry * step;
            *x = next;
        }
        momentum = next_momentum;
        if uphill > 0.0 {
            momentum = 1.0;
            y.clone_from(&x);
        } else if moved < STILL {
            break;
        }
    }
    x
}

/// Adds one table's part of the slope, per person.
fn downhill(table: &Equations, sizes: &[f64], y: &[f64], sums: &mut Vec<f64>, slope: &mut [f64]) {
    sums.clear();
    sums.resize(table.rows.len(), 0.0);
    for ((group, size), y) in table.group_of.iter().zip(sizes).zip(y) {
        if let Some(sum) = sums.get_mut(*group as usize) {
            *sum += size * y;
        }
    }
    for (sum, row) in sums.iter_mut().zip(&table.rows) {
        *sum = if row.figures > 0.0 { row.figures * (*sum - row.target) / row.size } else { 0.0 };
    }
    for (group, slope) in table.group_of.iter().zip(slope) {
        if let Some(off) = sums.get(*group as usize) {
            *slope += off;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(figures: f64, size: f64, target: f64) -> Row {
        Row { figures, size, target }
    }

    #[test]
    fn exact_answers_are_found_and_bounds_hold() {
        // Four people, two tables of two groups: rows 0,1 | 2,3 and 0,2 | 1,3.
        let tables = [
            Equations { group_of: vec![0, 0, 1, 1], rows: vec![row(2.0, 2.0, 2.0), row(2.0, 2.0, 0.0)] },
            Equations { group_of: vec![0, 1, 0, 1], rows: vec![row(2.0, 2.0, 1.0), row(2.0, 2.0, 1.0)] },
        ];
        let found = solve(&[1.0; 4], &tables, 0.3);
        assert!(found.iter().zip([1.0, 1.0, 0.0, 0.0]).all(|(x, wanted)| (x - wanted).abs() < 1e-3), "{found:?}");
        let beyond = [Equations { group_of: vec![0], rows: vec![row(1.0, 5.0, 9.0)] }];
        assert_eq!(solve(&[5.0], &beyond, 0.3), [1.0]);
        assert_eq!(solve(&[5.0], &[], 0.3), [0.3]);
    }
}
