//! Gwet's AC1: agreement corrected for chance where nearly all cases share a code and kappa and alpha mislead.

use std::collections::BTreeMap;

use crate::{Category, Ratings, number, percent};

/// Gwet's AC1 of any number of coders. `categories` is how many categories a coder could choose from; where more were used, it
/// is that number. `None` without a unit coded by two, or with a single category: then there was nothing to choose.
///
/// # Source
/// Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008) 29-48; for missing codings Gwet, Handbook of
/// Inter-Rater Reliability (2014), chapter 3: agreement over the units coded by two or more, prevalence over all coded units.
pub fn ac1(ratings: &Ratings, categories: usize) -> Option<f64> {
    let observed = percent(ratings)?;
    let mut prevalence: BTreeMap<Category, f64> = BTreeMap::new();
    let coded: Vec<_> = ratings.units().iter().filter(|unit| !unit.by.is_empty()).collect();
    for unit in &coded {
        for (_, category) in &unit.by {
            *prevalence.entry(*category).or_default() += 1.0 / number(unit.by.len());
        }
    }
    let choices = categories.max(prevalence.len());
    if choices < 2 {
        return None;
    }
    let units = number(coded.len());
    let spread: f64 = prevalence.values().map(|sum| sum / units * (1.0 - sum / units)).sum();
    let expected = spread / number(choices - 1);
    Some((observed - expected) / (1.0 - expected))
}
