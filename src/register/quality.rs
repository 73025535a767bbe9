//! The quality note of a snapshot: how complete the register was, how far coders agreed, what is missing.
//!
//! Anybody may read it, so it tells no small number (I-9; ruling 39): counts stand as whole tens, rounded down, so that neither a sum nor
//! a note of another year gives back what is under ten; shares stand in steps of five per cent, and not at all where fewer than ten
//! cases lie on either side of them. The types do so, also for a note that was written before they were.

use std::collections::{BTreeMap, BTreeSet};

use codebook::Codebook;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::judged::Judged;
use super::progress::{LEAST_SHOWN, Line, Whole, by_region};
use crate::counting::Frozen;

/// Steps in which a share is told: a twentieth.
const STEPS: f64 = 20.0;

/// A count as anybody may know it: at least so many, in whole tens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Tens(i64);

impl Tens {
    /// The whole tens of a count.
    pub fn of(count: i64) -> Tens {
        Tens(count.max(0) / LEAST_SHOWN * LEAST_SHOWN)
    }

    /// Whether it is less than ten, or none at all: that is not told.
    pub fn is_few(self) -> bool {
        self.0 == 0
    }
}

impl<'de> Deserialize<'de> for Tens {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Tens, D::Error> {
        i64::deserialize(from).map(Tens::of)
    }
}

impl std::fmt::Display for Tens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_few() { write!(f, "<{LEAST_SHOWN}") } else { write!(f, "≥ {}", self.0) }
    }
}

/// A share as anybody may know it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Share {
    /// None, or of fewer than ten cases.
    Few,
    /// In steps of five per cent.
    About(f64),
    /// Of all cases, or all but fewer than ten.
    NearlyAll,
}

impl Share {
    /// Whether it stands for fewer than ten cases: then it is a count, no share.
    pub fn is_few(self) -> bool {
        self == Share::Few
    }

    /// The share of rows, and how many distinct cases have such a row, and one that is not.
    fn of(part: u32, all: u32, cases_with: usize, cases_without: usize) -> Share {
        let few = |cases: usize| i64::try_from(cases).is_ok_and(|cases| cases < LEAST_SHOWN);
        match (few(cases_with), few(cases_without)) {
            (true, _) => Share::Few,
            (_, true) => Share::NearlyAll,
            _ => Share::about(f64::from(part) / f64::from(all.max(1))),
        }
    }

    fn about(share: f64) -> Share {
        Share::About((share.clamp(0.0, 1.0) * STEPS).round() / STEPS)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Share::Few => write!(f, "<{LEAST_SHOWN}"),
            Share::About(share) => write!(f, "± {:.0} %", share * 100.0),
            Share::NearlyAll => f.write_str("± 100 %"),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Share::Few => to.serialize_str("few"),
            Share::About(share) => to.serialize_f64(*share),
            Share::NearlyAll => to.serialize_str("nearly_all"),
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Share, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Word(String),
        }
        Ok(match Written::deserialize(from)? {
            Written::Number(share) => Share::about(share),
            Written::Word(word) if word == "nearly_all" => Share::NearlyAll,
            Written::Word(_) => Share::Few,
        })
    }
}

impl JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string"], "description": "A share in steps of 0.05; `few` for none or fewer than ten cases; `nearly_all` for all or all but fewer than ten" })
    }
}

/// What others counted in a year.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Elsewhere {
    /// How many.
    pub count: i32,
    /// Where that stands.
    pub source: String,
}

/// How many cases of a year, or of a region over all years, came how far. What is closed was coded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The year, or the code of the police unit or island.
    pub of: i32,
    /// Cases in the register.
    pub cases: Tens,
    /// One coder final, or out of a file of past cases.
    pub coded: Tens,
    /// Two coders final.
    pub doubly: Tens,
    /// Closed.
    pub closed: Tens,
    /// What others count, where it was entered.
    #[serde(default)]
    pub elsewhere: Option<Elsewhere>,
}

/// How far coders agree on a variable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agreed {
    /// Its id.
    pub variable: String,
    /// Rows coded by both; of fewer than ten cases that is not told, nor the figures.
    pub units: Tens,
    /// Krippendorff's alpha, two decimals.
    pub alpha: Option<f64>,
    /// Cohen's kappa, two decimals.
    pub kappa: Option<f64>,
    /// `released`, `tentative`, `few_units`, `no_variation`, `withheld`.
    pub verdict: String,
}

/// What records were invented from.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct From {
    /// How many cases.
    pub cases: u32,
    /// Which series.
    pub seed: u64,
}

/// The note.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct QualityNote {
    /// Complete records left out: their own keys (period, region ...) are not known.
    pub left_out: Tens,
    /// Share of each variable that is unknown, withheld or was not collected.
    pub missing: BTreeMap<String, Share>,
    /// The register per year, the newest first.
    pub years: Vec<Progress>,
    /// The register per police unit and island, over all years.
    pub regions: Vec<Progress>,
    /// Agreement of two coders, of variables that ten cases or more were coded twice on; of others only the verdict, where rows enough led to one.
    pub agreement: Vec<Agreed>,
    /// Where the records of a practice register come from.
    pub invented: Option<From>,
}

impl QualityNote {
    /// What is said of the register a snapshot was taken of.
    pub(super) fn of_register(lines: &[Line], judged: &[Judged]) -> QualityNote {
        QualityNote { years: years(lines), regions: regions(lines), agreement: judged.iter().filter_map(agreed).collect(), ..QualityNote::default() }
    }

    /// The note with what is said of the frozen cases themselves.
    /// Of a level that nobody looked for each variable is missing, once.
    pub(super) fn with_cases(self, book: &Codebook, cases: &[(i32, Frozen)], unlooked: &BTreeSet<(i32, &str)>, records: usize) -> QualityNote {
        QualityNote { left_out: Tens::of(i64::try_from(records.saturating_sub(cases.len())).unwrap_or(0)), missing: missing(book, cases, unlooked), ..self }
    }
}

fn years(lines: &[Line]) -> Vec<Progress> {
    lines.iter().filter(|line| line.place == Whole::Country).map(|line| {
        let elsewhere = line.external.as_ref().map(|external| Elsewhere { count: external.count, source: external.source.clone() });
        progress(line.year, [line.cases, line.coded, line.doubly, line.closed], elsewhere)
    }).collect()
}

fn regions(lines: &[Line]) -> Vec<Progress> {
    by_region(lines, |line| [line.cases, line.coded, line.doubly, line.closed]).into_iter().map(|(region, counts)| progress(region, counts, None)).collect()
}

fn progress(of: i32, counts: [i64; 4], elsewhere: Option<Elsewhere>) -> Progress {
    let [cases, coded, doubly, closed] = counts.map(Tens::of);
    Progress { of, cases, coded, doubly, closed, elsewhere }
}

/// What the report on agreement said of a variable. Of fewer than ten cases no figure is told; the verdict is, which decides what is published: it is the
/// report's own, never another.
fn agreed(judged: &Judged) -> Option<Agreed> {
    let rounded = |figure: f64| (figure * 100.0).round() / 100.0;
    let enough = i64::try_from(judged.cases).is_ok_and(|cases| cases >= LEAST_SHOWN);
    (enough || judged.is_judged()).then(|| Agreed {
        variable: judged.variable.clone(), units: if enough { Tens::of(i64::try_from(judged.units).unwrap_or(0)) } else { Tens::default() },
        alpha: judged.alpha.filter(|_| enough).map(rounded), kappa: judged.kappa.filter(|_| enough).map(rounded), verdict: judged.verdict.to_owned(),
    })
}

/// Of each variable that may leave, the share that is missing among the rows where it is asked.
fn missing(book: &Codebook, cases: &[(i32, Frozen)], unlooked: &BTreeSet<(i32, &str)>) -> BTreeMap<String, Share> {
    #[derive(Default)]
    struct Sum {
        gone: u32,
        all: u32,
        with: BTreeSet<i32>,
        without: BTreeSet<i32>,
    }
    let mut found = BTreeMap::new();
    for column in book.columns().filter(|column| column.export != "never" && column.gate != "none") {
        let mut sum = Sum::default();
        for (number, case) in cases {
            if unlooked.contains(&(*number, column.level)) {
                (sum.all, sum.gone) = (sum.all + 1, sum.gone + 1);
                sum.with.insert(*number);
            }
            for row in case.0.get(column.level).into_iter().flatten() {
                let code = row.codes.get(column.id).and_then(serde_json::Value::as_i64);
                if code == Some(-7) {
                    continue;
                }
                let gone = code.is_some_and(|code| matches!(code, -6 | -8 | -9));
                sum.all += 1;
                sum.gone += u32::from(gone);
                if gone { &mut sum.with } else { &mut sum.without }.insert(*number);
            }
        }
        if sum.all > 0 {
            found.insert(column.id.to_owned(), Share::of(sum.gone, sum.all, sum.with.len(), sum.without.len()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::counting::FrozenRow;

    fn line(year: i32, place: Whole, counts: [i64; 4]) -> Line {
        let [cases, coded, doubly, closed] = counts;
        Line { year, place, cases, notified: cases, imported: 0, coded, doubly, settled: doubly, closed, merged: 3, external: None }
    }

    /// Every number in a value, wherever it stands.
    fn numbers(value: &Value, found: &mut Vec<f64>) {
        match value {
            Value::Number(number) => found.extend(number.as_f64()),
            Value::Array(all) => all.iter().for_each(|one| numbers(one, found)),
            Value::Object(all) => all.iter().filter(|(name, _)| *name != "of").for_each(|(_, one)| numbers(one, found)),
            _ => (),
        }
    }

    #[test]
    fn i_9_what_anybody_reads_of_the_register_is_whole_tens() {
        let lines = [
            line(2026, Whole::Country, [14, 9, 1, 3]), line(2026, Whole::Region(1), [13, 9, 1, 3]), line(2026, Whole::Region(2), [1, 0, 0, 0]),
            line(2025, Whole::Country, [27, 27, 20, 19]), line(2025, Whole::Region(1), [20, 20, 19, 19]), line(2025, Whole::Region(2), [7, 7, 1, 0]),
        ];
        let note = QualityNote::of_register(&lines, &[]);
        let written = serde_json::to_value(&note).expect("json");
        let mut found = vec![];
        numbers(&written, &mut found);
        assert!(!found.is_empty() && found.iter().all(|number| number % 10.0 == 0.0), "{written}");
        assert_eq!(written["years"][1], json!({ "of": 2025, "cases": 20, "coded": 20, "doubly": 20, "closed": 10, "elsewhere": null }));
        assert_eq!(written["regions"][0], json!({ "of": 1, "cases": 30, "coded": 20, "doubly": 20, "closed": 20, "elsewhere": null }));
    }

    #[test]
    fn i_9_an_older_note_is_rounded_as_it_is_read() {
        let old = json!({ "cases": 41, "leftOut": 3, "missing": { "a": 0.024 }, "register": { "completeness": [{ "year": 2026, "region": 3, "state": "open", "count": 1 }] } });
        let note: QualityNote = serde_json::from_value(old).expect("read");
        assert_eq!((note.left_out, note.missing.get("a")), (Tens(0), Some(&Share::About(0.0))));
        assert!(!serde_json::to_string(&note).expect("json").contains("completeness"));
    }

    #[test]
    fn i_9_of_agreement_on_fewer_than_ten_cases_the_verdict_is_told_and_no_figure() {
        let judged = |cases, units, verdict| Judged {
            variable: "v".into(), label: codebook::Label::default(), level: "case".into(), rows: None, reliability: "double".into(), cases, units, few_cases: false, exact: Some(1.0), alpha: Some(0.87654), interval: Some((0.7, 0.9)), kappa: Some(0.5), verdict, figures: vec![],
        };
        for verdict in ["released", "tentative", "withheld"] {
            assert_eq!(agreed(&judged(9, 30, verdict)), Some(Agreed { variable: "v".into(), units: Tens(0), alpha: None, kappa: None, verdict: verdict.into() }));
        }
        for verdict in ["few_units", "no_variation"] {
            assert_eq!(agreed(&judged(9, 30, verdict)), None);
        }
        assert_eq!(agreed(&judged(10, 34, "released")), Some(Agreed { variable: "v".into(), units: Tens(30), alpha: Some(0.88), kappa: Some(0.5), verdict: "released".into() }));
    }

    #[test]
    fn a_level_nobody_looked_for_is_missing_and_no_level_without_rows() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let column = book.columns().find(|column| column.level == "victim" && column.export != "never" && column.gate != "none").expect("a column");
        let cases: Vec<(i32, Frozen)> = (1..=40).map(|number| {
            let rows = if number > 20 { vec![] } else { vec![FrozenRow { key: 0, codes: [(column.id.to_owned(), json!(1))].into_iter().collect() }] };
            (number, Frozen([("victim".to_owned(), rows)].into_iter().collect()))
        }).collect();
        let unlooked = (21..=40).map(|number| (number, "victim")).collect();
        assert_eq!(QualityNote::default().with_cases(&book, &cases, &unlooked, 40).missing.get(column.id), Some(&Share::About(0.5)));
        assert_eq!(QualityNote::default().with_cases(&book, &cases, &BTreeSet::new(), 40).missing.get(column.id), Some(&Share::Few));
    }

    #[test]
    fn i_9_one_case_more_or_less_of_what_is_missing_of_a_few_reads_alike() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let column = book.columns().find(|column| column.export != "never" && column.gate != "none").expect("a column");
        let note = |of: usize, gone: usize, out: usize| {
            let cases: Vec<(i32, Frozen)> = (1..).zip(0..of).map(|(number, at)| {
                let codes = [(column.id.to_owned(), json!(if at < gone { -9 } else { 1 }))].into_iter().collect();
                (number, Frozen([(column.level.to_owned(), vec![FrozenRow { key: 0, codes }])].into_iter().collect()))
            }).collect();
            serde_json::to_value(QualityNote::default().with_cases(&book, &cases, &BTreeSet::new(), of + out)).expect("json")
        };
        for of in 20..60 {
            for few in 0..9 {
                assert_eq!(note(of, few, few), note(of, few + 1, few + 1));
                assert_eq!(note(of, of - few, 0), note(of, of - few - 1, 0));
            }
            assert_ne!(note(of, 0, 0), note(of, of / 2, 0), "{of}: what is no small number is told");
        }
    }
}
