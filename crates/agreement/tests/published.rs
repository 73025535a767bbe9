//! Worked examples from the literature. Where a paper prints three decimals, more of Krippendorff's figures and of Gwet's of 2014
//! were computed with the Python packages krippendorff 0.9 and irrCAC 0.4, which agree with the papers; those of the kappa tables and of
//! Gwet 2008 by hand.

use agreement::{Bootstrap, Category, Ratings, Rules, Scale, ac1, alpha, bootstrap, kappa, percent, specific};

/// The limits these tests judge by.
const RULES: Rules = Rules { release: 0.80, tentative: 0.67, units: 30, skewed: 0.95 };

fn close(found: Option<f64>, wanted: f64) {
    let found = found.expect("a figure");
    assert!((found - wanted).abs() < 5e-6, "{found} is not {wanted}");
}

fn line(text: &str) -> Vec<Option<i64>> {
    text.split_whitespace().map(|cell| cell.parse().ok()).collect()
}

/// Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections C to E: four observers, twelve units, gaps.
fn four_observers() -> Ratings {
    Ratings::of_lines(&[
        line("1 2 3 3 2 1 4 1 2 . . ."),
        line("1 2 3 3 2 2 4 1 2 5 . 3"),
        line(". 3 3 3 2 3 4 2 2 5 1 ."),
        line("1 2 3 3 2 4 4 1 2 5 1 ."),
    ])
}

#[test]
fn krippendorff_2011_four_observers_with_gaps() {
    close(alpha(&four_observers(), Scale::Nominal), 0.743_421);
    close(alpha(&four_observers(), Scale::Ordinal), 0.815_388);
    close(alpha(&four_observers(), Scale::Interval), 0.849_107);
    assert_eq!(four_observers().paired_units(), 11, "the twelfth unit has one coding and pairs with nothing");
}

#[test]
fn krippendorff_2011_two_observers_yes_or_no() {
    let both = Ratings::of_lines(&[line("0 1 0 0 0 0 0 0 1 0"), line("1 1 1 0 0 1 0 0 0 0")]);
    close(alpha(&both, Scale::Nominal), 0.095_238);
    close(percent(&both), 0.6);
}

#[test]
fn krippendorff_2011_two_observers_five_categories() {
    let ben = "1 1 2 2 4 3 3 3 5 4 4 1";
    let gerry = "2 1 2 2 2 3 3 3 5 4 4 4";
    close(alpha(&Ratings::of_lines(&[line(ben), line(gerry)]), Scale::Nominal), 0.691_964);
}

/// Codings of two coders from a table: line and column are codes, a cell is how many units got them.
fn table(cells: &[&[usize]]) -> Ratings {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for (row, line) in (1..).zip(cells) {
        for (column, count) in (1..).zip(*line) {
            one.extend(vec![Some(row); *count]);
            other.extend(vec![Some(column); *count]);
        }
    }
    Ratings::of_lines(&[one, other])
}

#[test]
fn cohen_1960_two_hundred_units_three_categories() {
    let figures = kappa(&table(&[&[88, 10, 2], &[14, 40, 6], &[18, 10, 12]]), 0, 1).expect("units");
    assert_eq!(figures.units, 200);
    close(Some(figures.observed), 0.70);
    close(Some(figures.expected), 0.41);
    close(figures.kappa, 0.491_525);
}

#[test]
fn fifty_grant_proposals_read_twice() {
    // The table most textbooks print: 20 and 15 alike, 5 and 10 not.
    let figures = kappa(&table(&[&[20, 5], &[10, 15]]), 0, 1).expect("units");
    close(Some(figures.observed), 0.7);
    close(Some(figures.expected), 0.5);
    close(figures.kappa, 0.4);
}

#[test]
fn gwet_2008_high_agreement_makes_kappa_absurd_and_ac1_not() {
    let ratings = table(&[&[118, 5], &[2, 0]]);
    close(percent(&ratings), 0.944);
    close(kappa(&ratings, 0, 1).and_then(|figures| figures.kappa), -0.023_392);
    close(ac1(&ratings, 2), 0.940_776);
    // 118 twice named by both, seven times by one.
    close(specific(&ratings, Category::Code(1)).map(|found| found.agreement), 236.0 / 243.0);
    close(specific(&ratings, Category::Code(2)).map(|found| found.agreement), 0.0);
}

#[test]
fn gwet_2014_four_raters_twelve_subjects() {
    close(ac1(&four_observers(), 5), 0.775_44);
    close(percent(&four_observers()), 0.818_18);
}

#[test]
fn forty_units_with_gaps_and_negative_numbers_as_another_program_has_them() {
    let three = Ratings::of_lines(&[
        line("6 -2 -1 -1 . 6 7 3 -3 -2 0 2 4 2 0 . 5 5 -3 -2 2 1 7 3 2 2 4 4 -1 5 6 8 6 . 0 4 4 . 7 0"),
        line("6 -3 -3 -1 8 6 . 3 -3 -2 0 4 . 2 0 -2 5 . -3 5 . 1 7 -2 4 4 . . 8 5 6 8 6 0 0 4 4 5 7 0"),
        line("1 6 7 4 -3 5 . 6 7 2 8 6 0 7 1 -2 4 7 4 1 7 2 . -2 -1 5 6 0 4 7 . 0 3 3 . . -2 4 8 -1"),
    ]);
    close(alpha(&three, Scale::Nominal), 0.212_217);
    close(alpha(&three, Scale::Ordinal), 0.203_662);
    close(alpha(&three, Scale::Interval), 0.200_253);
    close(ac1(&three, 12), 0.227_19);
}

#[test]
fn the_interval_holds_alpha_and_is_the_same_for_the_same_seed() {
    let how = Bootstrap { seed: 2026, draws: 1_000, level: 0.95 };
    let ratings = table(&[&[88, 10, 2], &[14, 40, 6], &[18, 10, 12]]);
    let found = bootstrap(&ratings, Scale::Nominal, &how, &RULES).expect("an interval");
    let alpha = alpha(&ratings, Scale::Nominal).expect("alpha");
    assert!(found.low < alpha && alpha < found.high, "{found:?}");
    // For 200 units kappa's standard error by Fleiss, Cohen and Everitt (1969) is 0.055: four of them are the interval's width.
    assert!((found.high - found.low - 4.0 * 0.055).abs() < 0.03, "{found:?}");
    assert_eq!((found.below_release, found.undefined), (1.0, 0));
    assert_eq!(bootstrap(&ratings, Scale::Nominal, &how, &RULES), Some(found));
    let other = Bootstrap { seed: 2027, ..how };
    assert_ne!(bootstrap(&ratings, Scale::Nominal, &other, &RULES), Some(found));
}
