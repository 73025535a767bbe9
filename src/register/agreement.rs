//! How far two coders who did not see each other's codes agree, per variable: what decides whether figures on it may be published
//! (codebook, section reliability). Those below the limit come first.

use std::collections::BTreeMap;

use agreement::{Answer, Bootstrap, Kind as Scale, Rules, Unit, assess};
use codebook::{Codebook, Paired, Record, Variable};
use serde_json::Value;

use super::draw::{Drawn, Shares};
use super::judged::{Judged, RowsFound, row};
use super::settled_store;
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::tx::{Place, Refused, Tx};

/// Who sees how far coders agree.
pub static AGREEMENT: Act = Act { name: "register.agreement", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// The seed and number of draws of the interval; published with it, so that anybody can compute it again.
const DRAWS: Bootstrap = Bootstrap { seed: 2026, draws: 1000, level: 0.95 };
/// Withheld after inquiry, and unknown: answers too, of a kind of their own.
const MISSING: [i64; 2] = [-6, -8];

/// Above this share of one code alpha and kappa mislead (codebook, section reliability, in words: under 5 or over 95 per cent).
const SKEWED: f64 = 0.95;

/// How variables are coded, in the order they are reported in.
const CLASSES: [&str; 3] = ["double", "single", "source"];

/// Two final codings of one record.
pub(super) struct Pair {
    /// The record, and the year its bureau heard of it: what was drawn hangs on them.
    pub(super) record: RecordId,
    pub(super) begun: i32,
    pub(super) profile: Option<String>,
    /// The codebook both were made with.
    pub(super) codebook: String,
    pub(super) drawn: Drawn,
    /// A number for the record, and for each of the coders.
    pub(super) case: u64,
    pub(super) coders: [u64; 2],
    /// The year in which the later was final.
    pub(super) year: i32,
    pub(super) codes: [Record; 2],
}

/// Every variable, as far as two coders coded it, judged on all records with two final codings the register manager may see.
///
/// # Errors
/// `NotFound` for other roles.
pub fn agreement(tx: &mut Tx) -> Result<Vec<Judged>, Refused> {
    tx.permit(&AGREEMENT, Place::Hat, None)?;
    let parts = tx.parts();
    let mut pairs = settled_store::double_codings(tx.db())?;
    for pair in &mut pairs {
        pair.drawn = Drawn::of(&parts.installation, pair.record, pair.begun, Shares::of(&parts.config, pair.profile.as_deref()));
    }
    // A record the lot asked one coder for was coded twice because something was the matter with it.
    pairs.retain(|pair| pair.drawn.twice);
    judged(&parts.config.codebook, &|version| parts.config.codebook_of(version), &pairs)
}

/// A pair with its rows matched, under the codebook it was coded with.
struct Matched<'a> {
    pair: &'a Pair,
    book: &'a Codebook,
    rows: BTreeMap<String, Vec<Paired>>,
}

fn judged<'a>(newest: &'a Codebook, book_of: &dyn Fn(&str) -> Option<&'a Codebook>, pairs: &[Pair]) -> Result<Vec<Judged>, Refused> {
    let matched: Vec<Matched<'_>> = pairs.iter().filter_map(|pair| {
        let (book, [one, other]) = (book_of(&pair.codebook)?, &pair.codes);
        Some(Matched { pair, book, rows: book.paired([one, other]) })
    }).collect();
    let rules = rules(newest);
    let rows: BTreeMap<&str, RowsFound> = newest.levels.iter().filter(|level| level.parent.is_some()).map(|level| (level.id.as_str(), rows_of(newest, &level.id, &matched))).collect();
    let mut found = vec![];
    for variable in newest.variables.iter().filter(|variable| !variable.apart()) {
        let Some(kind) = scale(variable) else { continue };
        let units = units(newest, variable, &matched);
        let told = agreement::Variable { id: variable.id.clone(), kind };
        let made = assess(&told, &units, &DRAWS, &rules).map_err(|why| Refused::Internal(format!("{}: {why}", variable.id)))?;
        found.push((CLASSES.iter().position(|class| *class == variable.reliability), made.verdict, row(variable, &units, &made, rows.get(variable.level.as_str()).copied(), &rules)));
    }
    // What is coded twice on every case first; then the strictest verdict, then the lowest alpha.
    found.sort_by(|(class, one, a), (other, two, b)| {
        class.cmp(other).then(two.cmp(one)).then(a.alpha.partial_cmp(&b.alpha).unwrap_or(std::cmp::Ordering::Equal)).then(a.variable.cmp(&b.variable))
    });
    Ok(found.into_iter().map(|(.., row)| row).collect())
}

/// The limits of a codebook.
fn rules(book: &Codebook) -> Rules {
    let limits = book.agreement_limits();
    Rules { release: limits.release, tentative: limits.tentative, units: limits.units, skewed: SKEWED }
}

fn scale(variable: &Variable) -> Option<Scale> {
    match variable.kind.as_str() {
        "code" => Some(Scale::Nominal { codes: variable.codes.len() }),
        "multi" => Some(Scale::Multi { options: variable.codes.iter().map(|code| code.code).collect() }),
        "integer" | "date" | "year_month" => Some(Scale::Interval),
        _ => None,
    }
}

/// Whether the second coded a variable of this record: by the lot where one codes it.
fn counts(variable: &Variable, pair: &Pair) -> bool {
    match variable.reliability.as_str() {
        "single" => pair.drawn.single,
        "source" => pair.drawn.source,
        _ => true,
    }
}

/// Rows of a level that both coders found and that one found alone, of the records where the second was asked anything of it. What only one
/// found has no second code to be compared with: alpha says nothing of it.
fn rows_of(newest: &Codebook, level: &str, pairs: &[Matched<'_>]) -> RowsFound {
    let (mut both, mut alone) = (0, 0);
    for one in pairs.iter().filter(|one| newest.of_level(level).any(|variable| !variable.apart() && counts(variable, one.pair))) {
        for pair in one.rows.get(level).into_iter().flatten() {
            if pair.iter().all(Option::is_some) { both += 1 } else { alone += 1 }
        }
    }
    RowsFound::of(both, alone)
}

/// The rows that stand for each other in both codings, where the lot made the second code the variable and it has not changed since. A coder
/// who left one open is left out of it.
fn units(newest: &Codebook, variable: &Variable, pairs: &[Matched<'_>]) -> Vec<Unit> {
    let mut found = vec![];
    let mut same: BTreeMap<&str, bool> = BTreeMap::new();
    for one in pairs {
        if !counts(variable, one.pair) || !*same.entry(&one.book.version).or_insert_with(|| one.book.version == newest.version || one.book.unchanged_in(newest, &variable.id)) {
            continue;
        }
        for pair in one.rows.get(&variable.level).into_iter().flatten() {
            let told = one.pair.coders.iter().zip(pair).zip(&one.pair.codes);
            let by: Vec<(u64, Answer)> = told.filter_map(|((coder, at), codes)| Some((*coder, answer(variable, codes.0.get(&variable.level)?.get((*at)?)?.get(&variable.id)?)?))).collect();
            if !by.is_empty() {
                found.push(Unit { case: one.pair.case, period: one.pair.year.to_string(), by });
            }
        }
    }
    found
}

fn answer(variable: &Variable, value: &Value) -> Option<Answer> {
    match value {
        Value::Array(codes) => Some(Answer::Codes(codes.iter().filter_map(Value::as_i64).collect())),
        value if value.as_i64().is_some_and(|code| MISSING.contains(&code)) => value.as_i64().map(Answer::Missing),
        value if matches!(variable.kind.as_str(), "date" | "year_month") => when(variable, value).map(Answer::Code),
        value => value.as_i64().map(Answer::Code),
    }
}

/// A date as a number on a line: the day, or for a month the month. Known in part it stands in the middle of where it can be, so that who knew
/// less is as far off as that.
fn when(variable: &Variable, value: &Value) -> Option<i64> {
    use chrono::Datelike;
    let text = value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|year| format!("{year:04}")))?;
    let codebook::Answer::When(_, first, last) = codebook::Answer::when(&text)? else { return None };
    let middle = first + (last - first) / 2;
    Some(if variable.kind == "year_month" { i64::from(middle.year()) * 12 + i64::from(middle.month()) } else { i64::from(middle.num_days_from_ce()) })
}

/// Numbers coders and records in the order they are met, so that no id leaves the database for a statistic.
#[derive(Default)]
pub(super) struct Numbers(BTreeMap<uuid::Uuid, u64>);

impl Numbers {
    pub(super) fn of(&mut self, id: uuid::Uuid) -> u64 {
        let next = self.0.len() as u64;
        *self.0.entry(id).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;
    use serde_json::json;

    fn record(level: &str, variable: &str, value: Value) -> Record {
        let row = [(variable.to_owned(), value)].into_iter().collect();
        Record([(level.to_owned(), vec![row])].into_iter().collect())
    }

    #[test]
    fn a_variable_on_which_coders_differ_comes_first_and_is_withheld() {
        let book = Configured::load().expect("configuration").codebook;
        let double: Vec<_> = book.variables.iter().filter(|variable| variable.reliability == "double" && variable.kind == "code" && variable.codes.len() > 1 && !variable.apart()).collect();
        let (good, bad) = (double[0], double[1]);
        let single = book.variables.iter().find(|variable| variable.reliability == "single" && variable.kind == "code" && variable.codes.len() > 1 && !variable.apart()).expect("a single one");
        let pairs: Vec<Pair> = (0..40_u64).map(|case| {
            let code = |variable: &Variable, at: u64| json!(variable.codes[(at % 2) as usize].code);
            let codes = [0, 1].map(|coder| {
                let mut both = record(&good.level, &good.id, code(good, case));
                let alone = record(&single.level, &single.id, code(single, case));
                // The second coder tosses a coin on the other variable.
                let other = record(&bad.level, &bad.id, code(bad, if coder == 0 { case } else { case / 2 }));
                for (level, rows) in other.0.into_iter().chain(alone.0) {
                    match both.0.get_mut(&level) {
                        Some(known) => known[0].extend(rows[0].clone()),
                        None => { both.0.insert(level, rows); }
                    }
                }
                both
            });
            Pair { record: RecordId::new(), begun: 2026, profile: None, codebook: book.version.clone(), drawn: Drawn { twice: true, single: case % 4 == 0, source: false }, case, coders: [1, 2], year: 2026, codes }
        }).collect();
        let found = judged(&book, &|_| Some(&book), &pairs).expect("judged");
        let first = &found[0];
        assert_eq!((first.variable.as_str(), first.verdict, first.units), (bad.id.as_str(), "withheld", 40));
        assert!(first.alpha.is_some_and(|alpha| alpha.abs() < 0.1) && first.kappa.is_some_and(|kappa| kappa.abs() < 0.1), "{first:?}");
        let agreed = found.iter().find(|row| row.variable == good.id).expect("the other");
        assert_eq!((agreed.verdict, agreed.alpha, agreed.exact), ("released", Some(1.0), Some(1.0)));
        // What one coder codes counts where the lot fell, apart from the rest.
        let drawn = found.iter().find(|row| row.variable == single.id).expect("the single one");
        assert_eq!((drawn.reliability.as_str(), drawn.units, drawn.exact), ("single", 10, Some(1.0)));
        assert!(found.iter().position(|row| row.variable == single.id) > found.iter().rposition(|row| row.reliability == "double"));
        // What nobody coded twice can't be told.
        assert!(found.iter().filter(|row| row.variable != good.id && row.variable != bad.id && row.variable != single.id).all(|row| row.verdict == "few_units" && row.units == 0));
    }

    fn pair(book: &Codebook, case: u64, coders: [u64; 2], codes: [Record; 2]) -> Pair {
        Pair { record: RecordId::new(), begun: 2026, profile: None, codebook: book.version.clone(), drawn: Drawn { twice: true, single: true, source: true }, case, coders, year: 2025 + i32::try_from(case % 2).unwrap_or(0), codes }
    }

    #[test]
    fn the_limits_are_the_codebooks() {
        let text = include_str!("../../config/codebook/2026.1.toml");
        let told = |text: &str| {
            let book = Codebook::parse(text).expect("the codebook");
            let variable = book.variables.iter().find(|variable| variable.reliability == "double" && variable.kind == "code" && variable.codes.len() > 1 && !variable.apart()).expect("a variable");
            // Of forty cases they differ in two: alpha is about 0.9.
            let pairs: Vec<Pair> = (0..40_u64).map(|case| {
                let code = |at: u64| record(&variable.level, &variable.id, json!(variable.codes[(at % 2) as usize].code));
                pair(&book, case, [1, 2], [code(case), code(if case < 2 { case + 1 } else { case })])
            }).collect();
            let found = judged(&book, &|_| Some(&book), &pairs).expect("judged");
            found.iter().find(|row| row.variable == variable.id).expect("the variable").verdict
        };
        let changed = |from: &str, to: &str| { assert!(text.contains(from), "{from}"); told(&text.replacen(from, to, 1)) };
        assert_eq!(told(text), "released");
        assert_eq!(changed("release = 0.80", "release = 0.95"), "tentative");
        assert_eq!(changed("release = 0.80\ntentative = 0.67", "release = 0.98\ntentative = 0.95"), "withheld");
        assert_eq!(changed("minimum_units = 30", "minimum_units = 41"), "few_units");
        assert_eq!(changed("minimum_units = 30\n", ""), "few_units", "what no codebook tells is not judged");
    }

    #[test]
    fn rows_in_another_order_agree_and_a_factor_of_another_scope_spoils_nothing() {
        let book = Configured::load().expect("configuration").codebook;
        let factors = |codes: &[(i64, i64)]| Record([("risk_factor".to_owned(), codes.iter().map(|(factor, status)| [("factor_code".to_owned(), json!(factor)), ("factor_status".to_owned(), json!(status))].into_iter().collect()).collect())].into_iter().collect());
        let pairs: Vec<Pair> = (0..40).map(|case| {
            let (one, other) = (1 + (case % 2) as i64, 2 - (case % 2) as i64);
            pair(&book, case, [1, 2], [factors(&[(1, one), (2, other), (3, 1)]), factors(&[(9, 1), (2, other), (1, one)])])
        }).collect();
        let found = judged(&book, &|_| Some(&book), &pairs).expect("judged");
        let status = found.iter().find(|row| row.variable == "factor_status").expect("the status");
        assert_eq!((status.units, status.exact, status.alpha, status.verdict), (80, Some(1.0), Some(1.0), "released"));
    }

    #[test]
    fn what_one_coder_found_and_the_other_did_not_is_told_beside_alpha() {
        let book = Configured::load().expect("configuration").codebook;
        let known = book.variable("violence_known").expect("a variable of contacts");
        // One finds five contacts, the other two of them, and they agree on these.
        let contacts = |rows: usize| Record([(known.level.clone(), (0..rows).map(|at| [(known.id.clone(), json!(known.codes[at % 2].code))].into_iter().collect()).collect())].into_iter().collect());
        let pairs: Vec<Pair> = (0..40).map(|case| pair(&book, case, [1, 2], [contacts(5), contacts(2)])).collect();
        let found = judged(&book, &|_| Some(&book), &pairs).expect("judged");
        let told = found.iter().find(|row| row.variable == known.id).expect("the variable");
        assert_eq!((told.units, told.alpha, told.verdict), (80, Some(1.0), "released"));
        assert_eq!((told.level.as_str(), told.rows), (known.level.as_str(), Some(RowsFound { both: 80, alone: 120, alike: Some(160.0 / 280.0) })));
        // Nobody found a child; the case itself both have.
        let level = |level: &str| found.iter().find(|row| row.level == level).expect("a variable").rows;
        assert_eq!((level("child"), level("case")), (Some(RowsFound::default()), None));
    }

    #[test]
    fn share_alpha_and_kappa_are_of_the_same_rows_and_rows_of_few_cases_are_told_so() {
        let book = Configured::load().expect("configuration").codebook;
        // Two cases of fifty factors each; of half of them both say that it is unknown, of the rest they agree in one case and toss in the other.
        let factors = |case: u64, coder: u64| Record([("risk_factor".to_owned(), (0..50_i64).map(|factor| {
            let status = match factor { 25.. => -8, _ if case == 1 && coder == 1 => 1 + (factor / 2) % 2, _ => 1 + factor % 2 };
            [("factor_code".to_owned(), json!(factor + 1)), ("factor_status".to_owned(), json!(status))].into_iter().collect()
        }).collect())].into_iter().collect());
        let told = |cases: u64| {
            let pairs: Vec<Pair> = (0..cases).map(|case| pair(&book, case, [1, 2], [factors(case, 0), factors(case, 1)])).collect();
            judged(&book, &|_| Some(&book), &pairs).expect("judged").into_iter().find(|row| row.variable == "factor_status").expect("the status")
        };
        let two = told(2);
        assert_eq!((two.units, two.cases, two.few_cases), (50, 2, true), "{two:?}");
        let [figures] = two.figures.as_slice() else { panic!("one answer") };
        assert_eq!((figures.without_missing.units, figures.with_missing.units, figures.with_missing.cases), (50, 100, 2));
        assert_eq!((two.exact, two.alpha), (figures.without_missing.percent, figures.without_missing.alpha), "of the same rows");
        assert!(two.exact < figures.with_missing.percent && two.interval.is_some_and(|(low, high)| low < high));
        // Of one case every draw is the same: there is no interval to tell.
        let one = told(1);
        assert_eq!((one.units, one.cases, one.few_cases, one.interval), (25, 1, false, None));
    }

    #[test]
    fn of_three_coders_each_pair_is_told_and_each_option_and_year() {
        let book = Configured::load().expect("configuration").codebook;
        let one = book.variables.iter().find(|variable| variable.reliability == "double" && variable.kind == "code" && variable.level == "case").expect("a variable");
        let several = book.variables.iter().find(|variable| variable.reliability == "double" && variable.kind == "multi" && variable.level == "case" && variable.codes.iter().filter(|code| !code.exclusive).count() > 1).expect("one with several answers");
        let options: Vec<i64> = several.codes.iter().filter(|code| !code.exclusive).map(|code| code.code).take(2).collect();
        let pairs: Vec<Pair> = (0..120_u64).map(|case| {
            let codes = [0, 1].map(|coder| {
                // The third coder agrees with nobody; nobody agrees on the second option.
                let toss = if coder == 1 && case % 3 == 0 { case / 2 } else { case };
                let mut chosen = vec![options[0]];
                if (case + coder) % 2 == 0 { chosen.push(options[1]) }
                let value = if case % 10 == 9 { json!(-8) } else { json!(one.codes[(toss % 2) as usize].code) };
                Record([("case".to_owned(), vec![[(one.id.clone(), value), (several.id.clone(), json!(chosen))].into_iter().collect()])].into_iter().collect())
            });
            pair(&book, case, if case % 3 == 0 { [1, 3] } else { [1, 2] }, codes)
        }).collect();
        let found = judged(&book, &|_| Some(&book), &pairs).expect("judged");
        let told = &found.iter().find(|row| row.variable == one.id).expect("the variable");
        let [figures] = told.figures.as_slice() else { panic!("one answer") };
        let kappas: Vec<_> = figures.without_missing.pairs.iter().map(|pair| (pair.coders, pair.kappa.expect("a kappa"))).collect();
        assert_eq!(kappas.iter().map(|pair| pair.0).collect::<Vec<_>>(), [(1, 2), (1, 3)]);
        assert!(kappas[0].1 > 0.99 && kappas[1].1 < 0.5 && told.kappa == Some(kappas[1].1), "{kappas:?}");
        // In one figure: of the two who agree least, in the report and in each way of counting.
        assert_eq!((figures.without_missing.kappa, figures.with_missing.kappa), (told.kappa, figures.with_missing.pairs.iter().filter_map(|pair| pair.kappa).min_by(f64::total_cmp)));
        // Two units of a fourth coder, one of them apart, say nothing of the variable; that they were there is told.
        let toss = |code: usize| Record([("case".to_owned(), vec![[(one.id.clone(), json!(one.codes[code].code))].into_iter().collect()])].into_iter().collect());
        let few: Vec<Pair> = (0..120_u64).map(|case| pair(&book, case, [1, 2], [toss((case % 2) as usize), toss((case % 2) as usize)])).chain((120..122).map(|case| pair(&book, case, [1, 4], [toss(0), toss((case % 2) as usize)]))).collect();
        let with_few = judged(&book, &|_| Some(&book), &few).expect("judged").into_iter().find(|row| row.variable == one.id).expect("the variable");
        assert_eq!((with_few.kappa, with_few.figures[0].without_missing.kappa, with_few.figures[0].without_missing.small_pairs, figures.without_missing.small_pairs), (Some(1.0), Some(1.0), 1, 0));
        assert!(with_few.figures[0].without_missing.pairs.iter().any(|pair| pair.units == 2 && pair.kappa == Some(0.0)));
        assert!(figures.with_missing.units > figures.without_missing.units && figures.without_missing.ac1.is_some());
        assert_eq!(figures.periods.iter().map(|one| one.period.as_str()).collect::<Vec<_>>(), ["2025", "2026"]);
        let options_told = &found.iter().find(|row| row.variable == several.id).expect("the other").figures;
        let second = options_told.iter().find(|told| told.option == Some(options[1])).expect("the option");
        assert_eq!((second.without_missing.positive, second.without_missing.negative, second.verdict), (Some(0.0), Some(0.0), "withheld"));
        // Of several options that of the one with the lowest alpha.
        let judged_several = found.iter().find(|row| row.variable == several.id).expect("the other");
        assert_eq!((judged_several.alpha, judged_several.kappa), (second.without_missing.alpha, second.without_missing.kappa));
        assert!(judged_several.kappa.is_some_and(|kappa| kappa < 0.0), "{judged_several:?}");
        let first = options_told.iter().find(|told| told.option == Some(options[0])).expect("the option");
        assert_eq!((first.without_missing.positive, first.verdict), (Some(1.0), "no_variation"));
    }

    #[test]
    fn a_month_has_a_figure_and_one_known_in_part_stands_in_its_middle() {
        let book = Configured::load().expect("configuration").codebook;
        let checked = book.variables.iter().find(|variable| variable.kind == "year_month").expect("a month");
        assert_eq!(scale(checked), Some(Scale::Interval));
        let at = |value: Value| match answer(checked, &value) { Some(Answer::Code(month)) => month, other => panic!("{other:?}") };
        assert_eq!((at(json!("2025-02")) - at(json!("2025-01")), at(json!("2025")) - at(json!("2025-01")), at(json!(2025)) - at(json!("2025-07"))), (1, 6, 0));
        assert_eq!(answer(checked, &json!(-8)), Some(Answer::Missing(-8)));
    }

    #[test]
    fn a_variable_that_changed_is_not_judged_on_what_was_coded_before() {
        let text = include_str!("../../config/codebook/2026.1.toml");
        let old = Codebook::parse(text).expect("the codebook");
        let retired = "{ code = 1, nl = \"nacht (0-6 uur)\", en = \"night (0-6)\" },";
        let new = text.replacen("version = \"2026.1\"", "version = \"2026.2\"", 1).replacen(retired, &retired.replace(" },", ", retired_in = \"2026.2\" },\n  { code = 9, nl = \"nacht\", en = \"night\" },"), 1)
            + "\n[[history]]\nversion = \"2026.2\"\ndate = 2026-12-01\nnote = \"invented\"\nmapping = [\n  { variable = \"incident_daypart\", from = 1, to = 9, kind = \"same\" },\n]\n";
        let new = Codebook::parse(&new).expect("the next");
        assert!(old.unchanged_in(&new, "overkill") && !old.unchanged_in(&new, "incident_daypart"));
        let pairs: Vec<Pair> = (0..40).map(|case| {
            let row = || Record([("case".to_owned(), vec![[("overkill".to_owned(), json!(1 + case % 2)), ("incident_daypart".to_owned(), json!(2))].into_iter().collect()])].into_iter().collect());
            pair(&old, case, [1, 2], [row(), row()])
        }).collect();
        let found = judged(&new, &|version| [&old, &new].into_iter().find(|book| book.version == version), &pairs).expect("judged");
        let units = |id: &str| found.iter().find(|row| row.variable == id).map(|row| row.units);
        assert_eq!((units("overkill"), units("incident_daypart")), (Some(40), Some(0)));
    }
}
