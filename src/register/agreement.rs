//! How far two coders who did not see each other's codes agree, per variable: what decides whether figures on it may be published
//! (codebook, section reliability). Those below the limit come first.

use std::collections::{BTreeMap, BTreeSet};

use agreement::{Answer, Assessment, Bootstrap, Kind as Scale, Rules, Unit, Verdict, assess};
use codebook::{Codebook, Record, Variable};
use serde::Serialize;
use serde_json::Value;

use super::draw::Drawn;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::tx::{Place, Refused, Tx};

/// Who sees how far coders agree.
pub static AGREEMENT: Act = Act { name: "register.agreement", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// The seed and number of draws of the interval; published with it, so that anybody can compute it again.
const DRAWS: Bootstrap = Bootstrap { seed: 2026, draws: 1000, level: 0.95 };
/// Withheld after inquiry, and unknown: answers too, of a kind of their own.
const MISSING: [i64; 2] = [-6, -8];

/// How variables are coded, in the order they are reported in.
const CLASSES: [&str; 3] = ["double", "single", "source"];

/// Two final codings of one record.
pub(super) struct Pair {
    /// The record, and the year its bureau heard of it: what was drawn hangs on them.
    pub(super) record: RecordId,
    pub(super) begun: i32,
    pub(super) drawn: Drawn,
    /// A number for the record, and for each of the coders.
    pub(super) case: u64,
    pub(super) coders: [u64; 2],
    /// The year in which the later was final.
    pub(super) year: i32,
    pub(super) codes: [Record; 2],
}

/// What is said of a variable.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// Its id in the codebook.
    pub variable: String,
    /// Its name, Dutch and English.
    pub label: codebook::Label,
    /// How it is coded: `double` on every case; `single` and `source` by a second coder where the lot fell.
    pub reliability: String,
    /// Distinct cases coded by both.
    pub cases: usize,
    /// Rows coded by both.
    pub units: usize,
    /// Share coded exactly alike, missing codes and whole sets of options included.
    pub exact: Option<f64>,
    /// Krippendorff's alpha without missing codes; for several answers the lowest of the options.
    pub alpha: Option<f64>,
    /// Its interval of 95 per cent.
    pub interval: Option<(f64, f64)>,
    /// Cohen's kappa, where exactly two coders did all.
    pub kappa: Option<f64>,
    /// `released`, `tentative`, `few_units`, `no_variation`, `withheld`.
    pub verdict: &'static str,
}

/// Every variable, as far as two coders coded it, judged on all records with two final codings the register manager may see.
///
/// # Errors
/// `NotFound` for other roles.
pub fn agreement(tx: &mut Tx) -> Result<Vec<Judged>, Refused> {
    tx.permit(&AGREEMENT, Place::Hat, None)?;
    let parts = tx.parts();
    let mut pairs = store::double_codings(tx.db(), &parts.config.codebook.version)?;
    for pair in &mut pairs {
        pair.drawn = Drawn::of(&parts.installation, pair.record, pair.begun);
    }
    judged(&parts.config.codebook, &pairs)
}

fn judged(book: &Codebook, pairs: &[Pair]) -> Result<Vec<Judged>, Refused> {
    let mut found = vec![];
    for variable in book.variables.iter().filter(|variable| !variable.apart()) {
        let Some(kind) = scale(variable) else { continue };
        let units = units(variable, pairs);
        let told = agreement::Variable { id: variable.id.clone(), kind };
        let made = assess(&told, &units, &DRAWS, &Rules::default()).map_err(|why| Refused::Internal(format!("{}: {why}", variable.id)))?;
        found.push((CLASSES.iter().position(|class| *class == variable.reliability), made.verdict, row(variable, &units, &made)));
    }
    // What is coded twice on every case first; then the strictest verdict, then the lowest alpha.
    found.sort_by(|(class, one, a), (other, two, b)| {
        class.cmp(other).then(two.cmp(one)).then(a.alpha.partial_cmp(&b.alpha).unwrap_or(std::cmp::Ordering::Equal)).then(a.variable.cmp(&b.variable))
    });
    Ok(found.into_iter().map(|(.., row)| row).collect())
}

fn scale(variable: &Variable) -> Option<Scale> {
    match variable.kind.as_str() {
        "code" => Some(Scale::Nominal { codes: variable.codes.len() }),
        "multi" => Some(Scale::Multi { options: variable.codes.iter().map(|code| code.code).collect() }),
        "integer" => Some(Scale::Interval),
        _ => None,
    }
}

/// The rows that stand at the same place in both codings, where the lot made the second code the variable. A coder who left one open is
/// left out of it.
fn units(variable: &Variable, pairs: &[Pair]) -> Vec<Unit> {
    let mut found = vec![];
    let counts = |pair: &&Pair| match variable.reliability.as_str() { "single" => pair.drawn.single, "source" => pair.drawn.source, _ => true };
    for pair in pairs.iter().filter(counts) {
        let rows = pair.codes.each_ref().map(|codes| codes.0.get(&variable.level).map(Vec::as_slice).unwrap_or_default());
        let longest = rows.iter().map(|rows| rows.len()).max().unwrap_or_default();
        for at in 0..longest {
            let by: Vec<(u64, Answer)> = pair.coders.iter().zip(rows).filter_map(|(coder, rows)| Some((*coder, answer(rows.get(at)?.get(&variable.id)?)?))).collect();
            if !by.is_empty() {
                found.push(Unit { case: pair.case, period: pair.year.to_string(), by });
            }
        }
    }
    found
}

fn answer(value: &Value) -> Option<Answer> {
    match value {
        Value::Array(codes) => Some(Answer::Codes(codes.iter().filter_map(Value::as_i64).collect())),
        value => value.as_i64().map(|code| if MISSING.contains(&code) { Answer::Missing(code) } else { Answer::Code(code) }),
    }
}

fn row(variable: &Variable, units: &[Unit], made: &Assessment) -> Judged {
    let runs: Vec<_> = made.figures.iter().chain(made.options.iter().map(|(_, figures)| figures)).map(|figures| &figures.without_missing).collect();
    let lowest = runs.iter().filter(|run| run.alpha.is_some()).min_by(|a, b| a.alpha.partial_cmp(&b.alpha).unwrap_or(std::cmp::Ordering::Equal));
    Judged {
        variable: variable.id.clone(), label: variable.label.clone(), reliability: variable.reliability.clone(),
        cases: units.iter().map(|unit| unit.case).collect::<BTreeSet<_>>().len(), units: units.len(), exact: made.exact, alpha: lowest.and_then(|run| run.alpha),
        interval: lowest.and_then(|run| run.interval.as_ref()).map(|interval| (interval.low, interval.high)),
        kappa: lowest.and_then(|run| if let [pair] = run.pairs.as_slice() { pair.kappa.kappa } else { None }),
        verdict: match made.verdict {
            Verdict::Released => "released",
            Verdict::Tentative => "tentative",
            Verdict::Unjudged(agreement::Unjudged::FewUnits) => "few_units",
            Verdict::Unjudged(agreement::Unjudged::NoVariation) => "no_variation",
            Verdict::Withheld => "withheld",
        },
    }
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
            Pair { record: RecordId::new(), begun: 2026, drawn: Drawn { single: case % 4 == 0, source: false }, case, coders: [1, 2], year: 2026, codes }
        }).collect();
        let found = judged(&book, &pairs).expect("judged");
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
}
