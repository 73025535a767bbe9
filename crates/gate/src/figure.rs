//! From a perturbed count to a figure: rounding, totals, percentages.

use crate::count::Tally;
use crate::perturb::Table;

/// Cells are multiples of this.
pub const ROUNDING: u32 = 5;
/// Totals are multiples of this: coarser than cells, so that a total less its cells says nothing of a hidden one.
pub const TOTAL_ROUNDING: u32 = 10;

/// The nearest multiple of `base`; halfway goes to the even multiple, so that rounding has no drift.
pub fn rounded(value: u32, base: u32) -> u32 {
    let base = base.max(1);
    let (below, over) = (value / base, value % base);
    let up = match (over * 2).cmp(&base) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => below % 2,
        std::cmp::Ordering::Greater => 1,
    };
    below.saturating_add(up).saturating_mul(base)
}

/// What is shown of a cell's units.
pub fn cell(table: &Table, tally: Tally) -> u32 {
    rounded(table.apply(tally.cell_key, tally.units), ROUNDING)
}

/// What is shown of a group's units: perturbed by its own key like any cell, never a sum of figures.
pub fn total(table: &Table, tally: Tally) -> u32 {
    rounded(table.apply(tally.cell_key, tally.units), TOTAL_ROUNDING)
}

/// A whole percentage of two *shown* figures; of anything else a percentage would undo noise and rounding. None when the total
/// is shown as 0.
pub fn percent(cell: u32, total: u32) -> Option<u8> {
    let share = (u64::from(cell) * 200 + u64::from(total)).checked_div(u64::from(total) * 2)?;
    u8::try_from(share.min(100)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hide::THRESHOLD;

    proptest! {
        #[test]
        fn a_rounded_figure_is_the_nearest_multiple(value in 0_u32..5_000_000) {
            for base in [ROUNDING, TOTAL_ROUNDING] {
                let shown = rounded(value, base);
                prop_assert_eq!(shown % base, 0);
                prop_assert!(shown.abs_diff(value) * 2 <= base);
            }
        }
        #[test]
        fn rounding_keeps_order(one in 0_u32..1_000_000, more in 0_u32..100) {
            prop_assert!(rounded(one, 5) <= rounded(one + more, 5));
        }
    }

    #[test]
    fn halfway_goes_up_as_often_as_down() {
        assert_eq!([5, 15, 25, 35].map(|value| rounded(value, 10)), [0, 20, 20, 40]);
        let drift: i64 = (0..1000).map(|value| i64::from(rounded(value, 10)) - i64::from(value)).sum();
        assert_eq!(drift, 0);
    }

    #[test]
    fn no_shown_cell_exceeds_its_total_whatever_the_noise() {
        // All counts that pass the threshold on both sides, with the worst noise on each.
        for cell in THRESHOLD..400 {
            for rest in THRESHOLD..60 {
                let (shown, whole) = (rounded(cell + 3, ROUNDING), rounded(cell + rest - 3, TOTAL_ROUNDING));
                assert!(shown <= whole, "{cell} of {}: {shown} of {whole}", cell + rest);
            }
        }
    }

    #[test]
    fn percentages_are_whole_and_of_shown_figures() {
        assert_eq!([percent(15, 40), percent(20, 30), percent(0, 0), percent(40, 40)], [Some(38), Some(67), None, Some(100)]);
    }
}
