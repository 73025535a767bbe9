//! Cohen's kappa: agreement of two coders beyond what their own habits would give by chance.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Category, Ratings, number};

/// Cohen's kappa with what it is made of.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Kappa {
    /// Units both coded.
    pub units: usize,
    /// Share coded alike.
    pub observed: f64,
    /// Share that would be coded alike by chance, given how often each coder uses each category.
    pub expected: f64,
    /// (observed - expected) / (1 - expected). Absent when both used one and the same category throughout: chance alone would
    /// have given that too.
    pub kappa: Option<f64>,
}

/// Cohen's kappa of two coders, unweighted, over the units both coded. `None` without such a unit.
///
/// # Source
/// Cohen, Educational and Psychological Measurement 20 (1960) 37-46.
pub fn kappa(ratings: &Ratings, first: u64, second: u64) -> Option<Kappa> {
    let given = |by: &[(u64, Category)], coder: u64| by.iter().find(|(who, _)| *who == coder).map(|(_, category)| *category);
    let both = ratings.units().iter().filter_map(|unit| Some((given(&unit.by, first)?, given(&unit.by, second)?)));
    let mut margins: BTreeMap<Category, (usize, usize)> = BTreeMap::new();
    let (mut units, mut alike) = (0_usize, 0_usize);
    for (one, other) in both {
        units += 1;
        alike += usize::from(one == other);
        margins.entry(one).or_default().0 += 1;
        margins.entry(other).or_default().1 += 1;
    }
    if units == 0 {
        return None;
    }
    // Counted in whole numbers: whether chance alone explains everything must not hang on a rounding.
    let products: usize = margins.values().map(|(one, other)| one * other).sum();
    let observed = number(alike) / number(units);
    let expected = number(products) / number(units * units);
    let kappa = (products < units * units).then(|| (observed - expected) / (1.0 - expected));
    Some(Kappa { units, observed, expected, kappa })
}
