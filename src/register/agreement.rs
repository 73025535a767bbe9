//! How far two coders who did not see each other's codes agree, per variable: what decides whether figures on it may be published
//! (codebook, section reliability). Those below the limit come first.

use std::collections::BTreeMap;

use agreement::{Answer, Assessment, Bootstrap, Kind as Scale, Rules, Unit, Verdict, assess};
use codebook::{Codebook, Record, Variable};
use serde::Serialize;
use serde_json::Value;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::tx::{Place, Refused, Tx};

/// Who sees how far coders agree.
pub static AGREEMENT: Act = Act { name: "register.agreement", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// The seed and number of draws of the interval; published with it, so that anybody can compute it again.
const DRAWS: Bootstrap = Bootstrap { seed: 2026, draws: 1000, level: 0.95 };
/// Withheld after inquiry, and unknown: answers too, of a kind of their own.
const MISSING: [i64; 2] = [-6, -8];

/// Two final codings of one record.
pub(super) struct Pair {
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

/// Every variable that two coders code, judged on all records with two final codings the register manager may see.
///
/// # Errors
/// `NotFound` for other roles.
pub fn agreement(tx: &mut Tx) -> Result<Vec<Judged>, Refused> {
    tx.permit(&AGREEMENT, Place::Hat, None)?;
    let pairs = store::double_codings(tx.db())?;
    let parts = tx.parts();
    judged(&parts.config.codebook, &pairs)
}

fn judged(book: &Codebook, pairs: &[Pair]) -> Result<Vec<Judged>, Refused> {
    let mut found = vec![];
    for variable in book.variables.iter().filter(|variable| variable.reliability == "double" && variable.export != "never") {
        let Some(kind) = scale(variable) else { continue };
        let units = units(variable, pairs);
        let told = agreement::Variable { id: variable.id.clone(), kind };
        let made = assess(&told, &units, &DRAWS, &Rules::default()).map_err(|why| Refused::Internal(format!("{}: {why}", variable.id)))?;
        found.push((made.verdict, row(variable, units.len(), &made)));
    }
    // The strictest verdict first, then the lowest alpha.
    found.sort_by(|(one, a), (two, b)| two.cmp(one).then(a.alpha.partial_cmp(&b.alpha).unwrap_or(std::cmp::Ordering::Equal)).then(a.variable.cmp(&b.variable)));
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

fn scale(variable: &Variable) -> Option<Scale> {
    match variable.kind.as_str() {
        "code" => Some(Scale::Nominal { codes: variable.codes.len() }),
        "multi" => Some(Scale::Multi { options: variable.codes.iter().map(|code| code.code).collect() }),
        "integer" => Some(Scale::Interval),
        _ => None,
    }
}

/// The rows that stand at the same place in both codings. A coder who left one open is left out of it.
fn units(variable: &Variable, pairs: &[Pair]) -> Vec<Unit> {
    let mut found = vec![];
    for pair in pairs {
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

fn row(variable: &Variable, units: usize, made: &Assessment) -> Judged {
    let runs: Vec<_> = made.figures.iter().chain(made.options.iter().map(|(_, figures)| figures)).map(|figures| &figures.without_missing).collect();
    let lowest = runs.iter().filter(|run| run.alpha.is_some()).min_by(|a, b| a.alpha.partial_cmp(&b.alpha).unwrap_or(std::cmp::Ordering::Equal));
    Judged {
        variable: variable.id.clone(), label: variable.label.clone(), units, exact: made.exact, alpha: lowest.and_then(|run| run.alpha),
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
        let double: Vec<_> = book.variables.iter().filter(|variable| variable.reliability == "double" && variable.kind == "code" && variable.codes.len() > 1 && variable.export != "never").collect();
        let (good, bad) = (double[0], double[1]);
        let pairs: Vec<Pair> = (0..40_u64).map(|case| {
            let code = |variable: &Variable, at: u64| json!(variable.codes[(at % 2) as usize].code);
            let codes = [0, 1].map(|coder| {
                let mut both = record(&good.level, &good.id, code(good, case));
                // The second coder tosses a coin on the other variable.
                let other = record(&bad.level, &bad.id, code(bad, if coder == 0 { case } else { case / 2 }));
                for (level, rows) in other.0 {
                    match both.0.get_mut(&level) {
                        Some(known) => known[0].extend(rows[0].clone()),
                        None => { both.0.insert(level, rows); }
                    }
                }
                both
            });
            Pair { case, coders: [1, 2], year: 2026, codes }
        }).collect();
        let found = judged(&book, &pairs).expect("judged");
        let first = &found[0];
        assert_eq!((first.variable.as_str(), first.verdict, first.units), (bad.id.as_str(), "withheld", 40));
        assert!(first.alpha.is_some_and(|alpha| alpha.abs() < 0.1) && first.kappa.is_some_and(|kappa| kappa.abs() < 0.1), "{first:?}");
        let agreed = found.iter().find(|row| row.variable == good.id).expect("the other");
        assert_eq!((agreed.verdict, agreed.alpha, agreed.exact), ("released", Some(1.0), Some(1.0)));
        // What nobody coded twice can't be told.
        assert!(found.iter().filter(|row| row.variable != good.id && row.variable != bad.id).all(|row| row.verdict == "few_units" && row.units == 0));
    }
}
