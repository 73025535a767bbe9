//! From double codings to the verdict, as the codebook's rules on double coding ask for it.

use agreement::{Answer, Assessment, Bootstrap, Category, Faulty, Kind, Rules, Unit, Unjudged, Variable, Verdict, assess};

/// The limits these tests judge by.
const RULES: Rules = Rules { release: 0.80, tentative: 0.67, units: 30, skewed: 0.95 };

const HOW: Bootstrap = Bootstrap { seed: 1, draws: 200, level: 0.95 };

fn variable(kind: Kind) -> Variable {
    Variable { id: "separation".into(), kind }
}

fn unit(case: u64, one: Answer, other: Answer) -> Unit {
    Unit { case, period: if case < 20 { "2026".into() } else { "2027".into() }, by: vec![(11, one), (12, other)] }
}

fn judged(kind: Kind, units: &[Unit]) -> Assessment {
    assess(&variable(kind), units, &HOW, &RULES).expect("sound codings")
}

/// `alike` units coded the same, half of them 1, and then `apart` units coded 1 and 2.
fn codings(alike: u64, apart: u64) -> Vec<Unit> {
    let same = (0..alike).map(|case| unit(case, Answer::Code(1 + i64::from(case % 2 == 0)), Answer::Code(1 + i64::from(case % 2 == 0))));
    let other = (alike..alike + apart).map(|case| {
        let (one, two) = if case % 2 == 0 { (1, 2) } else { (2, 1) };
        unit(case, Answer::Code(one), Answer::Code(two))
    });
    same.chain(other).collect()
}

#[test]
fn eighty_and_sixty_seven_are_the_limits_and_thirty_units_the_least() {
    let verdict = |alike, apart| judged(Kind::Nominal { codes: 2 }, &codings(alike, apart)).verdict;
    assert_eq!(verdict(38, 2), Verdict::Released);
    assert_eq!(verdict(35, 5), Verdict::Tentative);
    assert_eq!(verdict(30, 10), Verdict::Withheld);
    assert_eq!(verdict(29, 0), Verdict::Unjudged(Unjudged::FewUnits));
    assert_eq!(verdict(30, 0), Verdict::Released);
    let rules = RULES;
    let exactly = |alpha| rules.judge(30, Some(alpha));
    assert_eq!([exactly(0.80), exactly(0.799_999), exactly(0.67), exactly(0.669_999)],
        [Verdict::Released, Verdict::Tentative, Verdict::Tentative, Verdict::Withheld]);
}

#[test]
fn missing_codes_are_categories_in_one_run_and_absent_in_the_other() {
    let mut units = codings(40, 0);
    // Ten more where one coder says unknown and the other withheld, and ten where both say unknown.
    units.extend((40..50).map(|case| unit(case, Answer::Missing(-8), Answer::Missing(-6))));
    units.extend((50..60).map(|case| unit(case, Answer::Missing(-8), Answer::Missing(-8))));
    let found = judged(Kind::Nominal { codes: 2 }, &units);
    let figures = found.figures.expect("one answer");
    assert_eq!((figures.with_missing.units, figures.without_missing.units), (60, 40));
    assert_eq!(figures.without_missing.alpha, Some(1.0));
    assert!(figures.with_missing.alpha.is_some_and(|alpha| alpha > 0.67 && alpha < 0.80), "{:?}", figures.with_missing.alpha);
    assert_eq!((figures.without_missing.verdict, figures.verdict), (Verdict::Released, Verdict::Tentative), "the stricter holds");
    assert_eq!(found.exact, Some(50.0 / 60.0));
}

#[test]
fn a_missing_code_is_never_a_number_on_a_scale() {
    // Ages that agree to the year, and one unit where -8 stands beside an age: as a number it would ruin the interval alpha.
    let mut units: Vec<Unit> = (0..40).map(|case| unit(case, Answer::Code(20 + case as i64), Answer::Code(20 + case as i64))).collect();
    units.push(unit(40, Answer::Code(97), Answer::Missing(-8)));
    let figures = judged(Kind::Interval, &units).figures.expect("one answer");
    assert_eq!((figures.without_missing.alpha, figures.without_missing.units), (Some(1.0), 40));
    assert_eq!((figures.without_missing.ac1, figures.without_missing.specific.len()), (None, 0));
    assert!(figures.with_missing.alpha.is_some_and(|alpha| alpha < 1.0));
}

#[test]
fn numbers_are_judged_by_their_distance_and_by_whether_there_is_one() {
    // Fifteen of forty ages are a year apart: as answers of their own they would differ in all of these.
    let ages = |apart: u64| (0..40_u64).map(move |case| unit(case, Answer::Code(20 + case as i64), Answer::Code(20 + case as i64 + i64::from(case < apart))));
    let figures = judged(Kind::Interval, &ages(15).collect::<Vec<_>>()).figures.expect("one answer");
    assert!(figures.without_missing.alpha.is_some_and(|alpha| alpha > 0.99) && figures.without_missing.percent == Some(25.0 / 40.0));
    assert_eq!((figures.with_missing.alpha, figures.with_missing.percent, figures.verdict), (None, Some(1.0), Verdict::Released));
    assert_eq!((figures.periods[0].with_missing.alpha, figures.periods[0].with_missing.percent), (None, Some(1.0)));
    // Where one has an age and the other none in ten of fifty, they don't agree on whether there is one.
    let missed = |times: u64| (40..40 + times).map(|case| unit(case, Answer::Code(30), Answer::Missing(-8)));
    let figures = judged(Kind::Interval, &ages(15).chain(missed(10)).collect::<Vec<_>>()).figures.expect("one answer");
    assert_eq!((figures.without_missing.verdict, figures.verdict), (Verdict::Released, Verdict::Withheld));
    // One of forty-one is hardly any: alpha would be nought.
    let figures = judged(Kind::Interval, &ages(0).chain(missed(1)).collect::<Vec<_>>()).figures.expect("one answer");
    assert!(figures.with_missing.alpha.is_some_and(|alpha| alpha < 0.67) && figures.with_missing.skewed);
    assert_eq!(figures.verdict, Verdict::Released);
}

#[test]
fn several_answers_are_judged_option_by_option() {
    let units: Vec<Unit> = (0..40).map(|case| {
        let sure = if case % 2 == 0 { vec![1] } else { vec![] };
        let mut doubtful = sure.clone();
        if case % 4 < 2 { doubtful.insert(0, 2) }
        let mut other = sure;
        if case % 3 == 0 { other.push(2) }
        unit(case, Answer::Codes(doubtful), Answer::Codes(other))
    }).collect();
    let found = judged(Kind::Multi { options: vec![1, 2] }, &units);
    assert!(found.figures.is_none());
    let verdicts: Vec<_> = found.options.iter().map(|(option, figures)| (*option, figures.verdict)).collect();
    assert_eq!(verdicts, [(1, Verdict::Released), (2, Verdict::Withheld)]);
    let positive = found.options[0].1.with_missing.specific.iter().find(|each| each.category == Category::Code(1));
    assert_eq!(positive.map(|each| (each.share, each.agreement)), Some((0.5, 1.0)));
}

#[test]
fn where_nearly_all_cases_share_a_code_the_figures_say_so() {
    let mut units = vec![unit(0, Answer::Code(2), Answer::Code(1))];
    units.extend((1..60).map(|case| unit(case, Answer::Code(1), Answer::Code(1))));
    let run = judged(Kind::Nominal { codes: 2 }, &units).figures.expect("one answer").without_missing;
    assert!(run.skewed);
    assert!(run.alpha.is_some_and(|alpha| alpha < 0.1) && run.ac1.is_some_and(|ac1| ac1 > 0.95), "{run:?}");
    let even = judged(Kind::Nominal { codes: 2 }, &codings(40, 0)).figures.expect("one answer").without_missing;
    assert!(!even.skewed);
    let one_code: Vec<Unit> = (0..40).map(|case| unit(case, Answer::Code(1), Answer::Code(1))).collect();
    assert_eq!(judged(Kind::Nominal { codes: 2 }, &one_code).verdict, Verdict::Unjudged(Unjudged::NoVariation));
}

#[test]
fn each_pair_and_each_period_has_figures_of_its_own() {
    let mut units = codings(40, 0);
    for unit in units.iter_mut().take(10) {
        unit.by.push((13, Answer::Code(1)));
    }
    let figures = judged(Kind::Nominal { codes: 2 }, &units).figures.expect("one answer");
    let pairs: Vec<_> = figures.with_missing.pairs.iter().map(|pair| (pair.coders, pair.kappa.units, pair.kappa.kappa)).collect();
    assert_eq!(pairs, [((11, 12), 40, Some(1.0)), ((11, 13), 10, Some(0.0)), ((12, 13), 10, Some(0.0))]);
    let periods: Vec<_> = figures.periods.iter().map(|each| (each.period.as_str(), each.without_missing.units)).collect();
    assert_eq!(periods, [("2026", 20), ("2027", 20)]);
    assert!(figures.periods[0].without_missing.alpha < figures.periods[1].without_missing.alpha);
}

#[test]
fn codings_that_do_not_fit_are_refused_by_name() {
    let twice = Unit { case: 1, period: "2026".into(), by: vec![(11, Answer::Code(1)), (11, Answer::Code(2))] };
    let refused = |kind, units: &[Unit]| assess(&variable(kind), units, &HOW, &RULES).unwrap_err();
    assert_eq!(refused(Kind::Nominal { codes: 2 }, &[twice]), Faulty::CodedTwice { unit: 0, coder: 11 });
    let sets = [unit(1, Answer::Codes(vec![1]), Answer::Code(1))];
    assert_eq!(refused(Kind::Nominal { codes: 2 }, &sets), Faulty::WrongKind { unit: 0, coder: 11, variable: "separation".into() });
    assert_eq!(refused(Kind::Multi { options: vec![1] }, &sets), Faulty::WrongKind { unit: 0, coder: 12, variable: "separation".into() });
    let unknown = [unit(1, Answer::Codes(vec![1, 9]), Answer::Codes(vec![]))];
    assert_eq!(refused(Kind::Multi { options: vec![1] }, &unknown), Faulty::NoSuchOption { unit: 0, option: 9, variable: "separation".into() });
}

#[test]
fn nothing_coded_is_judged_without_a_figure() {
    for kind in [Kind::Nominal { codes: 2 }, Kind::Ordinal { codes: 3 }, Kind::Interval] {
        let found = judged(kind, &[]);
        assert_eq!((found.exact, found.verdict), (None, Verdict::Unjudged(Unjudged::FewUnits)));
    }
    assert_eq!(judged(Kind::Multi { options: vec![] }, &[]).verdict, Verdict::Unjudged(Unjudged::FewUnits));
}
