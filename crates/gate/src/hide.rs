//! Which cells are hidden. Keys are looked at before counts, and the reason never tells on which side a cell fell short: that
//! would tell whether nearly nobody or nearly everybody has the answer.
//!
//! Those to whom a question does not apply are counted on neither side: who they are follows from keys that everybody knows, so that
//! "yes 11, no 1, does not apply 20" tells of twelve people and not of 32. Their own cell is never shown: where it follows from keys, tables
//! by those keys tell it, and where it follows from another answer, a table of that one does, under its own rules.
//!
//! A group's total is of those to whom the question applies. The total of all is known from tables of other outcomes, so that one less the other
//! is how many the question does not apply to. Where keys tell that it is no secret; where another answer does, the total is a figure of that
//! answer, and shown as a cell of it would be.
//!
//! Groups close to each other are those that few cases tell apart, and those that few cases *to whom the question applies* tell apart, however many
//! others do: their figures differ by the answers of those few.

use crate::count::Tally;

/// Least number of cases in a cell, and in its remainder.
pub const THRESHOLD: u32 = 10;

/// Least number of cases to whom the question applies in a group of which any cell is shown: ten on both sides, and twice as many more as the noise
/// moves a figure at most. Who knows that a cell lies between ten and all but ten then still has as many numbers to choose from as the noise
/// gives; of twenty cases two shown cells would be ten each.
pub const LEAST_GROUP: u32 = 26;

/// Why a cell is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// By its keys alone: a few cases are all that tell this group from a larger one, so that two tables together would give
    /// their answers.
    Near,
    /// Fewer than ten cases in the cell or in its remainder, or none; a group too small for two sides; or one case has over half of the units of the
    /// cell or of its remainder, so that a figure would be nearly that case's.
    Small,
    /// Those to whom the question does not apply: no figure of the table, which counts the others.
    Outside,
}

/// To whom a question applies, as far as a total of them goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// To everybody of the snapshot.
    ToAll,
    /// To some, as everybody knows.
    ByKeys,
    /// To some, by another answer of theirs.
    ByAnswer,
}

impl Hidden {
    /// The key of the reason in plain words.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Near => "gate-hidden-near",
            Self::Small => "gate-hidden-small",
            Self::Outside => "gate-hidden-outside",
        }
    }
}

/// Whether so many cases outside a group (or in the difference of two) point at people: some, but fewer than ten. None at all
/// is no difference: both groups are one.
pub fn is_few(cases: u32) -> bool {
    (1..THRESHOLD).contains(&cases)
}

/// Whether cases by which two groups differ would tell of the answer that decides to whom a question applies: as a figure of that answer they
/// would be shown with ten on both sides only. The difference of the two totals is that figure, and two that are the same say "none".
pub fn falls_short(applying: u32, outside: u32) -> bool {
    applying + outside > 0 && (applying < THRESHOLD || outside < THRESHOLD)
}

/// Whether a cell is hidden. `near` comes from the keys alone ([`crate::near`]), `applies` is the number of cases of the group to whom the question
/// applies.
pub fn verdict(near: bool, applies: u32, cell: Tally) -> Option<Hidden> {
    if near {
        Some(Hidden::Near)
    } else if applies < LEAST_GROUP || cell.cases < THRESHOLD || cell.rest < THRESHOLD || cell.dominated {
        Some(Hidden::Small)
    } else {
        None
    }
}

/// Whether the total of those of a group to whom the question applies is hidden. Where it applies to all, by the keys alone: a total knows no
/// outcome. Else as a group of cells; where another answer decides to whom it applies, also as a cell of that answer.
pub fn verdict_of_total(near: bool, applies: Applies, total: Tally) -> Option<Hidden> {
    let least = if applies == Applies::ToAll { THRESHOLD } else { LEAST_GROUP };
    let tells = applies == Applies::ByAnswer && (total.rest < THRESHOLD || total.dominated);
    if near {
        Some(Hidden::Near)
    } else if total.cases < least || tells {
        Some(Hidden::Small)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shown_means_ten_on_both_sides_of_twenty_six(cases in 0_u32..40, rest in 0_u32..40, units in 0_u32..200, cell_key: u8) {
            let cell = Tally { units, cases, rest, cell_key, dominated: false };
            let applies = cases + rest;
            prop_assert_eq!(verdict(false, applies, cell).is_none(), cases >= 10 && rest >= 10 && applies >= 26);
            prop_assert_eq!(verdict(true, applies, cell), Some(Hidden::Near));
            let dominated = Tally { dominated: true, ..cell };
            prop_assert!(verdict(false, applies, dominated).is_some());
            // Neither side is told from the other.
            let turned = Tally { cases: rest, rest: cases, ..cell };
            prop_assert_eq!(verdict(false, applies, cell), verdict(false, applies, turned));
        }
    }

    #[test]
    fn cases_count_and_not_units() {
        let many_victims = Tally { units: 40, cases: 9, rest: 30, ..Tally::default() };
        assert_eq!(verdict(false, 39, many_victims), Some(Hidden::Small));
    }

    #[test]
    fn a_shown_cell_leaves_as_many_numbers_as_the_noise_has() {
        let noise = u32::from(crate::entropy::LIMIT.unsigned_abs());
        assert_eq!(LEAST_GROUP, 2 * THRESHOLD + 2 * noise);
        assert!((THRESHOLD..=LEAST_GROUP - THRESHOLD).count() >= (0..=2 * noise).count());
    }

    #[test]
    fn a_total_of_some_is_shown_as_a_group_and_where_an_answer_decides_as_a_cell() {
        let of = |cases: u32, rest: u32| Tally { cases, rest, ..Tally::default() };
        let shown = |applies: Applies, total: Tally| verdict_of_total(false, applies, total).is_none();
        assert!(shown(Applies::ToAll, of(10, 0)) && !shown(Applies::ToAll, of(9, 0)));
        assert!(shown(Applies::ByKeys, of(26, 1)) && !shown(Applies::ByKeys, of(25, 40)));
        assert_eq!([0, 9, 10].map(|rest| shown(Applies::ByAnswer, of(26, rest))), [false, false, true]);
        assert!(!shown(Applies::ByAnswer, Tally { dominated: true, ..of(26, 10) }));
        assert_eq!(verdict_of_total(true, Applies::ToAll, of(40, 0)), Some(Hidden::Near));
    }

    #[test]
    fn ten_on_both_sides_or_nobody_at_all() {
        assert_eq!([(0, 0), (10, 10), (9, 10), (10, 9), (0, 30), (30, 0)].map(|(applying, outside)| falls_short(applying, outside)), [false, false, true, true, true, true]);
    }

    #[test]
    fn few_is_one_to_nine() {
        assert_eq!([0, 1, 9, 10].map(is_few), [false, true, true, false]);
    }
}
