//! All figures of one run: the codings of a variable or an option, with missing codes as categories or without them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Bootstrap, Category, Interval, Kappa, Ratings, Rules, Scale, Specific, Verdict};
use crate::{ac1, alpha, bootstrap, kappa, number, percent, specific};

/// Two coders beside each other.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Pair {
    /// The coders, the lower number first.
    pub coders: (u64, u64),
    /// Cohen's kappa with units and share coded alike.
    pub kappa: Kappa,
    /// Krippendorff's alpha of these two.
    pub alpha: Option<f64>,
}

/// The figures of one run. Shares and coefficients from 0 (or below) to 1.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Run {
    /// Units coded by at least two.
    pub units: usize,
    /// Distinct cases they belong to: units of one case were coded from one file and say less than units of many.
    pub cases: usize,
    /// Codings in them.
    pub codings: usize,
    /// The scale alpha was computed on.
    pub scale: Scale,
    /// Share of pairs coded alike.
    pub percent: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
    /// Its bootstrap interval.
    pub interval: Option<Interval>,
    /// Gwet's AC1; not for an interval scale, where it would treat each number as a category.
    pub ac1: Option<f64>,
    /// Agreement per category; for a yes/no option that of 1 is positive agreement. Empty on an interval scale.
    pub specific: Vec<Specific>,
    /// Whether one category makes up nearly all codings, so that AC1 and agreement per category must be read beside alpha.
    pub skewed: bool,
    /// Each pair of coders with a unit in common.
    pub pairs: Vec<Pair>,
    /// What alpha leads to.
    pub verdict: Verdict,
}

impl Run {
    /// Computes a run. `choices` is the number of categories a coder could choose from.
    pub(crate) fn new(ratings: &Ratings, scale: Scale, choices: usize, how: &Bootstrap, rules: &Rules) -> Run {
        let frequencies = ratings.frequencies();
        let codings: usize = frequencies.values().sum();
        let most = frequencies.values().copied().max().unwrap_or(0);
        let (units, alpha) = (ratings.paired_units(), alpha(ratings, scale));
        let categories = scale != Scale::Interval;
        Run {
            units,
            cases: ratings.pairable().map(|unit| unit.case).collect::<BTreeSet<_>>().len(),
            codings,
            scale,
            percent: percent(ratings),
            alpha,
            interval: bootstrap(ratings, scale, how, rules),
            ac1: if categories { ac1(ratings, choices) } else { None },
            specific: if categories { agreement_on_each(ratings, frequencies.into_keys()) } else { Vec::new() },
            skewed: codings > 0 && number(most) / number(codings) > rules.skewed,
            pairs: pairs(ratings, scale),
            verdict: rules.judge(units, alpha),
        }
    }

    /// Kappa of the two coders who agree least: Cohen's kappa is of two, and where more coded, one figure says how bad it gets. A pair with
    /// fewer units in common than can be judged does not speak for the variable: of two units one apart is a kappa of nought. Absent where
    /// no pair has one.
    pub fn lowest_kappa(&self, rules: &Rules) -> Option<f64> {
        self.pairs.iter().filter(|pair| pair.kappa.units >= rules.units).filter_map(|pair| pair.kappa.kappa).min_by(f64::total_cmp)
    }

    /// Pairs with fewer units in common than can be judged.
    pub fn small_pairs(&self, rules: &Rules) -> usize {
        self.pairs.iter().filter(|pair| pair.kappa.units < rules.units).count()
    }
}

fn agreement_on_each(ratings: &Ratings, categories: impl Iterator<Item = Category>) -> Vec<Specific> {
    categories.filter_map(|category| specific(ratings, category)).collect()
}

fn pairs(ratings: &Ratings, scale: Scale) -> Vec<Pair> {
    let coders = ratings.coders();
    let both = coders.iter().flat_map(|first| coders.iter().filter(move |second| first < *second).map(move |second| (*first, *second)));
    both.filter_map(|(first, second)| {
        let kappa = kappa(ratings, first, second)?;
        Some(Pair { coders: (first, second), kappa, alpha: alpha(&ratings.of_pair(first, second), scale) })
    })
    .collect()
}
