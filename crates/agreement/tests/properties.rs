//! What must hold of any codings.

use agreement::{Bootstrap, Category, Rated, Ratings, Rules, Scale, ac1, alpha, bootstrap, kappa, percent, specific};
use proptest::prelude::*;

/// The limits these tests judge by.
const RULES: Rules = Rules { release: 0.80, tentative: 0.67, units: 30, skewed: 0.95 };

const SCALES: [Scale; 3] = [Scale::Nominal, Scale::Ordinal, Scale::Interval];

fn lines(coders: std::ops::Range<usize>, gaps: bool) -> impl Strategy<Value = Vec<Vec<Option<i64>>>> {
    let cell = if gaps { proptest::option::weighted(0.8, -9_i64..6).boxed() } else { (-9_i64..6).prop_map(Some).boxed() };
    (coders, 2_usize..40).prop_flat_map(move |(coders, units)| {
        proptest::collection::vec(proptest::collection::vec(cell.clone(), units), coders)
    })
}

fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one == other,
    }
}

/// Alpha as the paper writes it: the coincidence matrix, then the sums over it.
fn by_the_book(lines: &[Vec<Option<i64>>], scale: Scale) -> Option<f64> {
    let units = lines.first().map_or(0, Vec::len);
    let values: std::collections::BTreeSet<i64> = lines.iter().flatten().flatten().copied().collect();
    let values: Vec<i64> = values.into_iter().collect();
    let mut matrix = vec![vec![0.0; values.len()]; values.len()];
    for unit in 0..units {
        let coded: Vec<i64> = lines.iter().filter_map(|line| line[unit]).collect();
        for (i, one) in coded.iter().enumerate() {
            for (j, other) in coded.iter().enumerate() {
                if i != j {
                    let place = |value: &i64| values.iter().position(|known| known == value).expect("known");
                    matrix[place(one)][place(other)] += 1.0 / (coded.len() as f64 - 1.0);
                }
            }
        }
    }
    let sums: Vec<f64> = matrix.iter().map(|line| line.iter().sum()).collect();
    let total: f64 = sums.iter().sum();
    let distance = |c: usize, k: usize| match scale {
        Scale::Nominal => if c == k { 0.0 } else { 1.0 },
        Scale::Interval => ((values[c] - values[k]) as f64).powi(2),
        Scale::Ordinal => {
            let (low, high) = (c.min(k), c.max(k));
            if low == high { 0.0 } else { (sums[low..=high].iter().sum::<f64>() - (sums[low] + sums[high]) / 2.0).powi(2) }
        }
    };
    let (mut seen, mut chance) = (0.0, 0.0);
    for c in 0..values.len() {
        for k in 0..values.len() {
            seen += matrix[c][k] * distance(c, k);
            chance += sums[c] * sums[k] * distance(c, k);
        }
    }
    (chance > 1e-9).then(|| 1.0 - (total - 1.0) * seen / chance)
}

proptest! {
    #[test]
    fn alpha_is_what_the_paper_computes(lines in lines(2..5, true)) {
        for scale in SCALES {
            let (found, wanted) = (alpha(&Ratings::of_lines(&lines), scale), by_the_book(&lines, scale));
            prop_assert!(same(found, wanted), "{scale:?}: {found:?} and {wanted:?}");
        }
    }

    #[test]
    fn full_agreement_is_one(line in proptest::collection::vec(0_i64..5, 2..40), coders in 2_usize..5) {
        prop_assume!(line.iter().any(|code| *code != line[0]));
        let ratings = Ratings::of_lines(&vec![line.into_iter().map(Some).collect(); coders]);
        for scale in SCALES {
            prop_assert!(same(alpha(&ratings, scale), Some(1.0)));
        }
        prop_assert!(same(ac1(&ratings, 5), Some(1.0)));
        prop_assert!(same(kappa(&ratings, 0, 1).and_then(|found| found.kappa), Some(1.0)));
        prop_assert!(same(percent(&ratings), Some(1.0)));
    }

    #[test]
    fn no_coder_counts_more_than_another(lines in lines(2..5, true), turn in 1_usize..4) {
        let mut turned = lines.clone();
        turned.rotate_left(turn % lines.len());
        let (before, after) = (Ratings::of_lines(&lines), Ratings::of_lines(&turned));
        for scale in SCALES {
            prop_assert!(same(alpha(&before, scale), alpha(&after, scale)));
        }
        prop_assert!(same(ac1(&before, 15), ac1(&after, 15)));
        prop_assert!(same(percent(&before), percent(&after)));
        let code = Category::Code(0);
        prop_assert!(same(specific(&before, code).map(|found| found.agreement), specific(&after, code).map(|found| found.agreement)));
        let (one, other) = (kappa(&before, 0, 1), kappa(&before, 1, 0));
        prop_assert!(same(one.and_then(|found| found.kappa), other.and_then(|found| found.kappa)));
    }

    #[test]
    fn the_order_of_units_does_not_count(lines in lines(2..4, true)) {
        let backwards: Vec<Vec<_>> = lines.iter().map(|line| line.iter().rev().copied().collect()).collect();
        for scale in SCALES {
            prop_assert!(same(alpha(&Ratings::of_lines(&lines), scale), alpha(&Ratings::of_lines(&backwards), scale)));
        }
    }

    #[test]
    fn other_numbers_for_the_same_codes_change_a_scale_only_as_far_as_it_means_something(lines in lines(2..4, true)) {
        let with = |change: fn(i64) -> i64| {
            let changed: Vec<Vec<_>> = lines.iter().map(|line| line.iter().map(|cell| cell.map(change)).collect()).collect();
            Ratings::of_lines(&changed)
        };
        let plain = Ratings::of_lines(&lines);
        prop_assert!(same(alpha(&plain, Scale::Nominal), alpha(&with(|code| (code + 9) * 7 % 17), Scale::Nominal)));
        prop_assert!(same(alpha(&plain, Scale::Ordinal), alpha(&with(|code| code * code * code), Scale::Ordinal)));
        prop_assert!(same(alpha(&plain, Scale::Interval), alpha(&with(|code| 20_000 - 3 * code), Scale::Interval)));
    }

    #[test]
    fn who_is_alone_with_a_unit_changes_nothing(lines in lines(2..4, false), alone in -9_i64..6) {
        let mut more = lines.clone();
        for (coder, line) in more.iter_mut().enumerate() {
            line.push((coder == 0).then_some(alone));
        }
        for scale in SCALES {
            prop_assert!(same(alpha(&Ratings::of_lines(&lines), scale), alpha(&Ratings::of_lines(&more), scale)));
        }
    }

    #[test]
    fn an_interval_has_its_ends_in_order_and_within_reach(lines in lines(2..4, true), seed in any::<u64>()) {
        let how = Bootstrap { seed, draws: 60, level: 0.9 };
        for scale in SCALES {
            if let Some(found) = bootstrap(&Ratings::of_lines(&lines), scale, &how, &RULES) {
                prop_assert!(found.low <= found.high && found.high <= 1.0 + 1e-9);
                prop_assert!(found.below_tentative <= found.below_release);
            }
        }
    }
}

#[test]
fn units_of_one_case_are_drawn_together() {
    // Twenty cases of five equal units each. Drawn one by one the hundred units look like a hundred facts; they are twenty.
    let unit = |case: u64, row: u64| {
        let alike = row % 4 != 0;
        let first = i64::from(row % 2 == 0);
        Rated { case, by: vec![(1, Category::Code(first)), (2, Category::Code(if alike { first } else { 1 - first }))] }
    };
    let clustered = (0..20).flat_map(|case| (0..5).map(move |_| unit(case, case))).collect();
    let single = (0..20).flat_map(|case| (0..5).map(move |row| unit(case * 5 + row, case))).collect();
    let how = Bootstrap { seed: 7, draws: 500, level: 0.95 };
    let width = |units: Vec<Rated>| {
        let ratings = Ratings::new(units).expect("each coder once");
        let found = bootstrap(&ratings, Scale::Nominal, &how, &RULES).expect("an interval");
        found.high - found.low
    };
    let (wide, narrow) = (width(clustered), width(single));
    assert!(wide > 1.8 * narrow, "{wide} against {narrow}: the square root of five is 2.2");
}
