//! Agreement not corrected for chance: over all categories, and over those units where a category was named at all.

use serde::Serialize;

use crate::{Category, Ratings, number};

/// Share of agreeing pairs of coders, from 0 to 1; each unit weighs the same, however many coders it had. With two coders: the
/// share of units they coded alike. `None` without a unit coded by two.
///
/// # Source
/// Fleiss, Psychological Bulletin 76 (1971) 378-382, `P̄`; for missing codings Gwet, Handbook of Inter-Rater Reliability (2014),
/// chapter 2, `p_a`.
pub fn percent(ratings: &Ratings) -> Option<f64> {
    let shares = ratings.pairable().map(|unit| {
        let coders = number(unit.by.len());
        let agreeing: usize = unit.by.iter().map(|(_, category)| others(&unit.by, *category)).sum();
        number(agreeing) / (coders * (coders - 1.0))
    });
    let (sum, units) = shares.fold((0.0, 0_usize), |(sum, units), share| (sum + share, units + 1));
    (units > 0).then(|| sum / number(units))
}

/// How far coders agree on one category.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Specific {
    /// The category.
    pub category: Category,
    /// Share of all codings that name it, 0 to 1.
    pub share: f64,
    /// When one coder names it, how often another does: 0 to 1.
    pub agreement: f64,
}

/// Agreement on one category: of the pairs in which one coder names it, the share in which the other does too. For a yes/no
/// variable and its 'yes' this is positive agreement, 2a / (2a + b + c). `None` when nobody names it.
///
/// # Source
/// Cicchetti and Feinstein, Journal of Clinical Epidemiology 43 (1990) 551-558, `p_pos`; Spitzer and Fleiss, British Journal of
/// Psychiatry 125 (1974) 341-347 for several coders and categories.
pub fn specific(ratings: &Ratings, category: Category) -> Option<Specific> {
    let (mut agreeing, mut possible, mut named, mut codings) = (0_usize, 0_usize, 0_usize, 0_usize);
    for unit in ratings.pairable() {
        let here = unit.by.iter().filter(|(_, given)| *given == category).count();
        agreeing += here * here.saturating_sub(1);
        possible += here * (unit.by.len() - 1);
        named += here;
        codings += unit.by.len();
    }
    (possible > 0).then(|| Specific {
        category,
        share: number(named) / number(codings),
        agreement: number(agreeing) / number(possible),
    })
}

/// How many of the others in a unit gave the same category.
fn others(by: &[(u64, Category)], category: Category) -> usize {
    by.iter().filter(|(_, given)| *given == category).count().saturating_sub(1)
}
