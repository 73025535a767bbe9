//! The law of the noise: of all laws on whole numbers with mean zero, a given variance and a largest step, the one that
//! assumes least (the largest entropy), and its exact form in 256 slots.
//!
//! # Source
//! Fraser and Wooton (ABS, 2005) for cell keys; Marley and Leaver (ABS, 2011) and Giessing (Destatis, 2016) for the law as a
//! problem of largest entropy; the method of the European census of 2021 (Eurostat, *Methods for protecting census data*).
//! Setting the derivatives of `-sum p ln p` with multipliers `a` (mean) and `b` (variance) to zero gives
//! `p(d) = exp(a d + b d^2) / Z`; the multipliers minimise `ln Z(a, b) - b variance`, which is convex: Newton's method.

use std::sync::LazyLock;

/// Noise never moves a count further than this.
pub const LIMIT: i16 = 3;
/// Variance of the noise.
pub const VARIANCE: u16 = 2;
/// Cell keys, and so slots of a law.
pub const SLOTS: u16 = 256;

/// The laws of 0, 1, 2 and of all larger counts, worked out once.
pub static LAWS: LazyLock<[Law; 4]> = LazyLock::new(|| [0, 1, 2, 3].map(Law::of_count));

/// A law: how likely each step from `lowest` to [`LIMIT`] is, and in how many of 256 slots it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// The smallest step.
    pub lowest: i16,
    /// Probability of `lowest`, `lowest + 1` ...
    pub probability: Vec<f64>,
    /// Slots of the same steps; mean and variance are exact.
    pub slots: Vec<u16>,
}

impl Law {
    /// The law for a count: from 3 on it is always the same; below, no result is negative, and a count of zero stays zero (with
    /// mean zero and nothing below zero there is no other law).
    pub fn of_count(count: u32) -> Self {
        let lowest = -i16::try_from(count).unwrap_or(LIMIT).min(LIMIT);
        if lowest == 0 {
            return Self { lowest: 0, probability: vec![1.0], slots: vec![SLOTS] };
        }
        let probability = largest_entropy(lowest, f64::from(VARIANCE));
        let slots = in_slots(lowest, &probability);
        Self { lowest, probability, slots }
    }

    /// The step of a slot: the first whose cumulated slots exceed it.
    pub fn step(&self, slot: u8) -> i16 {
        let mut cumulated = 0;
        for (step, slots) in (self.lowest..).zip(&self.slots) {
            cumulated += slots;
            if u16::from(slot) < cumulated {
                return step;
            }
        }
        0
    }
}

/// Probabilities of the steps from `lowest` to [`LIMIT`].
fn largest_entropy(lowest: i16, variance: f64) -> Vec<f64> {
    let steps: Vec<f64> = (lowest..=LIMIT).map(f64::from).collect();
    let (mut a, mut b) = (0.0, 0.0);
    for _ in 0..100 {
        let law = normed(&steps, a, b);
        let moment = |power: i32| -> f64 { steps.iter().zip(&law).map(|(step, p)| step.powi(power) * p).sum() };
        let (m1, m2, m3, m4) = (moment(1), moment(2), moment(3), moment(4));
        let (off_mean, off_variance) = (m1, m2 - variance);
        if off_mean.abs().max(off_variance.abs()) < 1e-13 {
            break;
        }
        // The Hessian is the covariance of the step and its square.
        let (h11, h12, h22) = (m2 - m1 * m1, m3 - m1 * m2, m4 - m2 * m2);
        let determinant = h11 * h22 - h12 * h12;
        let (da, db) = ((h22 * off_mean - h12 * off_variance) / determinant, (h11 * off_variance - h12 * off_mean) / determinant);
        // Far from the minimum a whole step can overshoot: halve it until the function falls.
        let height = |a: f64, b: f64| steps.iter().map(|d| (a * d + b * d * d).exp()).sum::<f64>().ln() - b * variance;
        let mut share = 1.0;
        while height(a - share * da, b - share * db) > height(a, b) + 1e-15 && share > 1e-6 {
            share /= 2.0;
        }
        (a, b) = (a - share * da, b - share * db);
    }
    normed(&steps, a, b)
}

fn normed(steps: &[f64], a: f64, b: f64) -> Vec<f64> {
    let weights: Vec<f64> = steps.iter().map(|d| (a * d + b * d * d).exp()).collect();
    let all: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / all).collect()
}

/// Whole numbers of slots nearest to the law (chi-squared) among those whose mean and variance are exact. The slots of steps
/// -1, 0 and 1 follow from the others by the three conditions; the others are tried around their rounded value.
fn in_slots(lowest: i16, probability: &[f64]) -> Vec<u16> {
    const AROUND: i64 = 3;
    let ideal: Vec<f64> = probability.iter().map(|p| p * f64::from(SLOTS)).collect();
    let free: Vec<(i64, f64)> = (lowest..=LIMIT).zip(&ideal).filter(|(step, _)| step.abs() > 1).map(|(step, at)| (step.into(), *at)).collect();
    let width = 2 * AROUND + 1;
    let tries = u32::try_from(free.len()).map_or(0, |free| width.pow(free));
    let mut best: (f64, Vec<u16>) = (f64::INFINITY, Vec::new());
    for number in 0..tries {
        let mut rest = number;
        let chosen: Vec<(i64, i64)> = free
            .iter()
            .map(|(step, at)| {
                let offset = rest % width - AROUND;
                rest /= width;
                // A law has at most 256 slots a step, so this is exact.
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 256")]
                let nearest = at.round() as i64;
                (*step, nearest + offset)
            })
            .collect();
        let sum = |power: u32| chosen.iter().map(|(step, slots)| step.pow(power) * slots).sum::<i64>();
        let (slots, mean, square) = (i64::from(SLOTS) - sum(0), -sum(1), i64::from(SLOTS) * i64::from(VARIANCE) - sum(2));
        let (up, down, still) = ((square + mean) / 2, (square - mean) / 2, slots - square);
        if (square + mean) % 2 != 0 {
            continue;
        }
        let of = |step: i64| match step {
            -1 => down,
            0 => still,
            1 => up,
            other => chosen.iter().find(|(step, _)| *step == other).map_or(0, |(_, slots)| *slots),
        };
        let whole: Option<Vec<u16>> = (lowest..=LIMIT).map(|step| u16::try_from(of(step.into())).ok()).collect();
        let Some(whole) = whole else { continue };
        let far: f64 = whole.iter().zip(&ideal).map(|(slots, at)| (f64::from(*slots) - at).powi(2) / at).sum();
        if far < best.0 {
            best = (far, whole);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_variance_are_exact_in_the_law_and_in_its_slots() {
        for count in [1, 2, 3, 4, 9, 10, 1_000_000] {
            let law = Law::of_count(count);
            let steps = || (law.lowest..=LIMIT).map(f64::from);
            let (mean, square): (f64, f64) = steps().zip(&law.probability).fold((0.0, 0.0), |(m, s), (d, p)| (m + d * p, s + d * d * p));
            assert!(mean.abs() < 1e-12 && (square - 2.0).abs() < 1e-12, "{count}: {mean} {square}");
            let whole = |power: u32| (law.lowest..=LIMIT).zip(&law.slots).map(|(d, slots)| i64::from(d).pow(power) * i64::from(*slots)).sum::<i64>();
            assert_eq!((whole(0), whole(1), whole(2)), (256, 0, 512), "{count}: {law:?}");
            assert!(i64::from(law.lowest) + i64::from(count) >= 0);
            let off = law.slots.iter().zip(&law.probability).map(|(slots, p)| (f64::from(*slots) - 256.0 * p).abs());
            assert!(off.fold(0.0, f64::max) < 2.0, "{count}: {law:?}");
        }
    }

    #[test]
    fn the_law_has_the_form_of_largest_entropy_and_is_stationary_from_three() {
        // ln p is a parabola exactly when p = exp(a d + b d^2) / Z: third differences vanish.
        for count in [1, 2, 3] {
            let logs: Vec<f64> = Law::of_count(count).probability.iter().map(|p| p.ln()).collect();
            for four in logs.windows(4) {
                assert!((four[3] - 3.0 * four[2] + 3.0 * four[1] - four[0]).abs() < 1e-9);
            }
        }
        assert_eq!(Law::of_count(3), Law::of_count(u32::MAX));
        assert_ne!(Law::of_count(2), Law::of_count(3));
        assert_eq!(Law::of_count(0).slots, [256]);
    }
}
