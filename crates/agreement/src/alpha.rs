//! Krippendorff's alpha: one minus the disagreement seen over the disagreement that chance would give.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Category, Ratings, number};

/// How far apart two codes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Different or not.
    Nominal,
    /// By how many codings lie between them, in the order of their numbers.
    Ordinal,
    /// By the difference of their numbers, squared.
    Interval,
}

/// Krippendorff's alpha of any number of coders, some of whom may have skipped units. 1 is full agreement, 0 what chance would
/// give, below 0 worse. `None` when fewer than two codings can be paired or when all are the same: data without variation say
/// nothing about whether coders can tell cases apart.
///
/// A missing code has no place on an ordinal or interval scale; there it counts as not coded. On a nominal scale it is a
/// category like others, unless it was taken out before.
///
/// # Source
/// Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section E.
pub fn alpha(ratings: &Ratings, scale: Scale) -> Option<f64> {
    let coded = Coded::new(ratings, scale);
    coded.alpha(&vec![1; coded.units.len()])
}

/// Codings made ready for being computed over and over: codes are places in a list, units without a pair are gone.
pub(crate) struct Coded {
    scale: Scale,
    values: Vec<f64>,
    pub(crate) units: Vec<Vec<usize>>,
    /// Units that belong to one case.
    pub(crate) cases: Vec<Vec<usize>>,
}

impl Coded {
    pub(crate) fn new(ratings: &Ratings, scale: Scale) -> Coded {
        let on_scale = (scale != Scale::Nominal).then(|| ratings.without_missing());
        let ratings = on_scale.as_ref().unwrap_or(ratings);
        let places: BTreeMap<Category, usize> = ratings.frequencies().into_keys().zip(0..).collect();
        let value = |category: &Category| match category {
            // Codes, ages and days: far below 2^53, so exact.
            Category::Code(code) | Category::Missing(code) => *code as f64,
        };
        let values = places.keys().map(value).collect();
        let mut cases: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let mut units = Vec::new();
        for (place, unit) in ratings.pairable().enumerate() {
            cases.entry(unit.case).or_default().push(place);
            units.push(unit.by.iter().filter_map(|(_, category)| places.get(category).copied()).collect());
        }
        Coded { scale, values, units, cases: cases.into_values().collect() }
    }

    /// Alpha when each unit counts so many times.
    pub(crate) fn alpha(&self, times: &[u32]) -> Option<f64> {
        let mut counts = vec![0.0; self.values.len()];
        for (unit, times) in self.units.iter().zip(times) {
            for place in unit {
                if let Some(count) = counts.get_mut(*place) {
                    *count += f64::from(*times);
                }
            }
        }
        let codings: f64 = counts.iter().sum();
        let scores = self.scores(&counts);
        let expected = match &scores {
            None => codings * codings - counts.iter().map(|count| count * count).sum::<f64>(),
            Some(scores) => {
                // The double sum over all pairs of codings is twice the number of codings times the squares about the mean.
                let mean = counts.iter().zip(scores).map(|(count, score)| count * score).sum::<f64>() / codings;
                2.0 * codings * counts.iter().zip(scores).map(|(count, score)| count * (score - mean).powi(2)).sum::<f64>()
            }
        };
        let varied = counts.iter().filter(|count| **count > 0.0).count() > 1;
        if !varied || expected <= 0.0 {
            return None;
        }
        let observed: f64 = self.units.iter().zip(times).filter(|(_, times)| **times > 0)
            .map(|(unit, times)| f64::from(*times) * within(unit, scores.as_deref()) / number(unit.len() - 1))
            .sum();
        Some(1.0 - (codings - 1.0) * observed / expected)
    }

    /// Where each code lies. On an ordinal scale two codes lie as far apart as their middle ranks: Krippendorff's sum over the
    /// codes from one to the other, less half of both ends, is the difference of those ranks.
    fn scores(&self, counts: &[f64]) -> Option<Vec<f64>> {
        match self.scale {
            Scale::Nominal => None,
            Scale::Interval => Some(self.values.clone()),
            Scale::Ordinal => Some(
                counts.iter().scan(0.0, |below, count| {
                    let middle = *below + count / 2.0;
                    *below += count;
                    Some(middle)
                }).collect(),
            ),
        }
    }
}

/// Sum of the squared differences over all ordered pairs of codings of a unit.
fn within(unit: &[usize], scores: Option<&[f64]>) -> f64 {
    let apart = |one: usize, other: usize| match scores {
        None => if one == other { 0.0 } else { 1.0 },
        Some(scores) => {
            let score = |place: usize| scores.get(place).copied().unwrap_or_default();
            (score(one) - score(other)).powi(2)
        }
    };
    let pairs = unit.iter().enumerate().flat_map(|(place, one)| unit.iter().skip(place + 1).map(move |other| (*one, *other)));
    2.0 * pairs.map(|(one, other)| apart(one, other)).sum::<f64>()
}
