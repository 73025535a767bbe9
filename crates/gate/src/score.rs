//! How well a guess tells those who have an answer from those who don't.

/// People who look alike to the attacker: the same guess, so many with the answer, so many without.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike {
    pub(crate) guess: f64,
    pub(crate) with: u32,
    pub(crate) without: u32,
}

/// Area under the curve (the chance that one with the answer is ranked above one without; 0.5 is guessing) and hit rate (of
/// as many as have the answer, taken from the top, ties included: how many have it). None when all are on one side.
pub(crate) fn score(mut people: Vec<Alike>) -> Option<(f64, f64)> {
    // Guesses nearer than the solver's precision are one guess: else rounding in the last digit would break ties.
    for alike in &mut people {
        alike.guess = (alike.guess * 1e9).round();
    }
    people.sort_by(|a, b| b.guess.total_cmp(&a.guess));
    let all_with: u64 = people.iter().map(|alike| u64::from(alike.with)).sum();
    let all_without: u64 = people.iter().map(|alike| u64::from(alike.without)).sum();
    let (mut above_with, mut above, mut pairs) = (0_u64, 0_u64, 0.0);
    let mut hits = None;
    for tie in people.chunk_by(|a, b| a.guess == b.guess) {
        let with: u64 = tie.iter().map(|alike| u64::from(alike.with)).sum();
        let without: u64 = tie.iter().map(|alike| u64::from(alike.without)).sum();
        pairs += real(without) * (real(above_with) + real(with) / 2.0);
        above_with += with;
        above += with + without;
        if hits.is_none() && above >= all_with {
            hits = Some(real(above_with) / real(above));
        }
    }
    (all_with > 0 && all_without > 0).then(|| (pairs / (real(all_with) * real(all_without)), hits.unwrap_or_default()))
}

/// A number of people as a real number: far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "numbers of people")]
pub(crate) fn real(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(guess: f64, with: u32, without: u32) -> Alike {
        Alike { guess, with, without }
    }

    #[test]
    fn perfect_blind_and_wrong_guesses() {
        assert_eq!(score(vec![alike(0.9, 3, 0), alike(0.1, 0, 5)]), Some((1.0, 1.0)));
        assert_eq!(score(vec![alike(0.5, 3, 5)]), Some((0.5, 0.375)));
        assert_eq!(score(vec![alike(0.1, 3, 0), alike(0.9, 0, 5)]), Some((0.0, 0.0)));
        assert_eq!(score(vec![alike(0.9, 3, 0)]), None);
        // Three of four pairs are in order, one is tied: 3.5 of 4.
        assert_eq!(score(vec![alike(0.9, 1, 0), alike(0.5, 1, 1), alike(0.1, 0, 1)]).map(|(auc, _)| auc), Some(0.875));
    }
}
