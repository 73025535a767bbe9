//! How complete the register is: per year and region how many cases are notified, coded, doubly coded, settled, closed, beside what others
//! count; and per variable how much of what is asked has a code.
//!
//! Exact for the register manager. The national coordination sees counts under ten as such (ruling 39).

mod api;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use codebook::{Codebook, Label, Stage};
use serde::Serialize;
use serde_json::Value;

use super::{COMPLETENESS, Counted, external};
use crate::access::{Act, Kind, Role};
use crate::tx::{Place, Refused, Tx};

/// Who sees how complete the variables are.
pub static VARIABLES: Act = Act { name: "register.variables", within: Kind::System, by: &[Role::RegisterManager], step_up: false };
/// Who sees the figures of the whole country without small counts.
pub static NATIONAL: Act = Act { name: "register.national", within: Kind::System, by: &[Role::NationalCoordinator], step_up: false };

/// Counts below this are not told outside the register's management.
pub const LEAST_SHOWN: i64 = 10;

/// What is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only this year.
    pub year: Option<i32>,
    /// Only this police region.
    pub region: Option<i32>,
}

/// Where a line is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whole {
    /// The whole country.
    Country,
    /// A police region.
    Region(i32),
    /// Cases whose region nobody knows yet.
    Unknown,
}

/// What others count.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct External {
    /// How many.
    pub count: i32,
    /// Where that stands.
    pub source: String,
    /// The register's cases against it, in per cent, rounded; none where others count none.
    pub share: Option<i64>,
}

/// A year and region. States include those further on: what is closed was coded.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Year.
    pub year: i32,
    /// Where.
    pub place: Whole,
    /// Cases in the register: notified, or out of a file of past cases. Those that went into another are left out.
    pub cases: i64,
    /// Notified by a bureau.
    pub notified: i64,
    /// Past cases out of a file, coded once.
    pub imported: i64,
    /// One coder final.
    pub coded: i64,
    /// Two coders final.
    pub doubly: i64,
    /// Settled: both alike or a third decided.
    pub settled: i64,
    /// Closed.
    pub closed: i64,
    /// Went into another record.
    pub merged: i64,
    /// What others count.
    pub external: Option<External>,
}

impl Line {
    /// Whether there is anything to tell; a region without is no region with nothing.
    pub fn is_empty(&self) -> bool {
        self.cases == 0 && self.merged == 0
    }
}

/// Completeness per year and region, the newest year first, in each the country first. Every region has its line.
///
/// # Errors
/// `NotFound` for other roles.
pub fn progress(tx: &mut Tx, filter: Filter) -> Result<Vec<Line>, Refused> {
    tx.permit(&COMPLETENESS, Place::Hat, None)?;
    lines(tx, filter)
}

/// The same, for who may not read it as it is.
pub(super) fn lines(tx: &mut Tx, filter: Filter) -> Result<Vec<Line>, Refused> {
    let counted = crate::register::store::counted(tx.db())?;
    let externals: Vec<(i32, Option<i32>, i32, String)> = external::standing(tx)?.into_iter().map(|line| (line.year, line.region, line.count, line.source)).collect();
    let parts = tx.parts();
    let regions: Vec<i32> = parts.config.codebook.list("police_region").unwrap_or_default().iter().filter_map(|code| i32::try_from(code.code).ok()).collect();
    Ok(table(&counted, &externals, &regions, filter))
}

/// Sums up, and puts a line where nothing was counted.
fn table(counted: &[Counted], externals: &[(i32, Option<i32>, i32, String)], regions: &[i32], filter: Filter) -> Vec<Line> {
    let years: BTreeSet<i32> = counted.iter().map(|row| row.year).chain(externals.iter().map(|row| row.0)).filter(|year| filter.year.is_none_or(|wanted| wanted == *year)).collect();
    let mut found = vec![];
    for year in years.into_iter().rev() {
        let known = |code: Option<i32>| code.filter(|code| regions.contains(code));
        let places = std::iter::once(Whole::Country).chain(regions.iter().map(|code| Whole::Region(*code))).chain([Whole::Unknown]);
        for place in places {
            let rows: Vec<&Counted> = counted.iter().filter(|row| row.year == year).filter(|row| match place {
                Whole::Country => true,
                Whole::Region(code) => row.region == Some(code),
                Whole::Unknown => known(row.region).is_none(),
            }).collect();
            let wanted = match (filter.region, place) {
                (None, Whole::Unknown) => !rows.is_empty(),
                (None, _) => true,
                (Some(code), place) => place == Whole::Region(code),
            };
            if wanted {
                found.push(line(year, place, &rows, externals));
            }
        }
    }
    found
}

fn line(year: i32, place: Whole, rows: &[&Counted], externals: &[(i32, Option<i32>, i32, String)]) -> Line {
    let sum = |states: &[&str]| rows.iter().filter(|row| states.contains(&row.state.as_str())).map(|row| row.count).sum::<i64>();
    let (imported, merged) = (sum(&["imported"]), sum(&["merged"]));
    let notified = sum(&["open", "first_final", "second_final", "adjudicated", "complete"]);
    let cases = notified + imported;
    let external = match place {
        Whole::Unknown => None,
        place => externals.iter().find(|(of, region, ..)| *of == year && *region == if let Whole::Region(code) = place { Some(code) } else { None }),
    };
    Line {
        year, place, cases, notified, imported, merged, coded: sum(&["first_final", "second_final", "adjudicated", "complete", "imported"]),
        doubly: sum(&["second_final", "adjudicated", "complete"]), settled: sum(&["adjudicated", "complete"]), closed: sum(&["complete", "imported"]),
        // Nothing known is no share of nothing.
        external: external.map(|(.., count, source)| External { count: *count, source: source.clone(), share: (*count > 0 && cases > 0).then(|| (cases * 200 + i64::from(*count)) / (2 * i64::from(*count))) }),
    }
}

/// How much of what is asked of a variable has a code.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Filled {
    /// Id of the variable.
    pub variable: String,
    /// Its name.
    pub label: Label,
    /// The level it stands in.
    pub level: String,
    /// When it is required: `intake`, `coding`, `closing`, `final`.
    pub stage: &'static str,
    /// Rows where it is asked.
    pub asked: u32,
    /// Of those, with a code; withheld and unknown after inquiry count as filled (README of the codebook).
    pub filled: u32,
}

impl Filled {
    /// The share in per cent, rounded down, so that only what is whole is 100; none where it is asked of nobody.
    pub fn share(&self) -> Option<u32> {
        (self.asked > 0).then(|| self.filled * 100 / self.asked)
    }
}

/// How a stage is called.
fn stage(of: Stage) -> &'static str {
    match of {
        Stage::Intake => "intake",
        Stage::Coding => "coding",
        Stage::Closing => "closing",
        Stage::Final => "final",
    }
}

/// Completeness per variable, the worst first, over the newest 5,000 records: of each the codes that are furthest.
///
/// # Errors
/// `NotFound` for other roles.
pub fn variables(tx: &mut Tx, filter: Filter) -> Result<Vec<Filled>, Refused> {
    tx.permit(&VARIABLES, Place::Hat, None)?;
    let parts = tx.parts();
    let book = &parts.config.codebook;
    let mut sums: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    store::each_coding(tx.db(), filter, &mut |version, record| {
        // What an earlier version coded counts as far as it goes over.
        let record = &if version == book.version { record } else { super::succession::gone_over(&parts.config, &record, version, &book.version).0 };
        // A level nobody looked for lacks a row at least, with everything that is asked of one.
        for variable in book.not_looked_for(record).into_iter().flat_map(|level| book.of_level(&level.id)) {
            sums.entry(variable.id.clone()).or_default().0 += 1;
        }
        for row in book.flat(record).values().flatten() {
            for (id, value) in &row.values {
                if let Some(filled) = filled(value) {
                    let sum = sums.entry(id.clone()).or_default();
                    *sum = (sum.0 + 1, sum.1 + u32::from(filled));
                }
            }
        }
    })?;
    Ok(worst_first(book, &sums))
}

/// Whether a value is a code: not, when it was never collected; neither, when it isn't asked.
fn filled(value: &Value) -> Option<bool> {
    match value.as_i64() {
        Some(-7) => None,
        Some(-9) => Some(false),
        _ => Some(true),
    }
}

fn worst_first(book: &Codebook, sums: &BTreeMap<String, (u32, u32)>) -> Vec<Filled> {
    let mut found: Vec<Filled> = book.variables.iter().filter(|variable| variable.export != "never").map(|variable| {
        let (asked, filled) = sums.get(&variable.id).copied().unwrap_or_default();
        Filled { variable: variable.id.clone(), label: variable.label.clone(), level: variable.level.clone(), stage: stage(variable.stage), asked, filled }
    }).collect();
    // What nobody was asked can't be bad: last.
    found.sort_by_key(|one| (one.share().unwrap_or(101), std::cmp::Reverse(one.asked)));
    found
}

/// A count as the national coordination sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// No case at all.
    Nothing,
    /// One to nine, or none of some.
    Few,
    /// Ten or more.
    Count(i64),
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Nothing => f.write_str("–"),
            Shown::Few => write!(f, "<{LEAST_SHOWN}"),
            Shown::Count(count) => write!(f, "{count}"),
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Shown::Nothing => to.serialize_none(),
            Shown::Few => to.serialize_str(&self.to_string()),
            Shown::Count(count) => to.serialize_i64(*count),
        }
    }
}

impl schemars::JsonSchema for Shown {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Shown".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["integer", "string", "null"], "description": "A count of ten or more; `<10`; null where there is no case" })
    }
}

/// A region over all years, as the national coordination sees it. Neither a sum nor single years stand beside it: small counts could be
/// taken from those.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tile {
    /// Code of the police unit or island.
    pub region: i32,
    /// Cases in the register.
    pub cases: Shown,
    /// Of those, with one coder final.
    pub coded: Shown,
    /// Closed.
    pub closed: Shown,
}

/// The police units and the three islands, counts under ten as such.
///
/// # Errors
/// `NotFound` for other roles.
pub fn national(tx: &mut Tx) -> Result<Vec<Tile>, Refused> {
    tx.permit(&NATIONAL, Place::Hat, None)?;
    let tiles = by_region(&lines(tx, Filter::default())?, |line| [line.cases, line.coded, line.closed]);
    Ok(tiles.into_iter().map(|(region, sums)| tile(region, sums)).collect())
}

/// Counts of each region over all years.
pub(super) fn by_region<const N: usize>(lines: &[Line], counts: impl Fn(&Line) -> [i64; N]) -> BTreeMap<i32, [i64; N]> {
    let mut sums = BTreeMap::new();
    for line in lines {
        if let Whole::Region(region) = line.place {
            for (sum, count) in sums.entry(region).or_insert([0; N]).iter_mut().zip(counts(line)) {
                *sum += count;
            }
        }
    }
    sums
}

fn tile(region: i32, [cases, coded, closed]: [i64; 3]) -> Tile {
    // Beside a count that is told, one of none or nearly all would tell of few as well.
    let part = |count: i64| match cases {
        0 => Shown::Nothing,
        _ if count < LEAST_SHOWN || cases - count > 0 && cases - count < LEAST_SHOWN => Shown::Few,
        _ => Shown::Count(count),
    };
    Tile { region, cases: if cases == 0 { Shown::Nothing } else if cases < LEAST_SHOWN { Shown::Few } else { Shown::Count(cases) }, coded: part(coded), closed: part(closed) }
}

/// The register manager's table as rows of a file.
pub fn as_rows(lines: &[Line]) -> (Vec<String>, Vec<Vec<String>>) {
    let header = ["year", "region", "cases", "notified", "imported", "coded", "doubly_coded", "settled", "closed", "merged", "external_total", "external_source", "share_percent"];
    let rows = lines.iter().map(|line| {
        let place = match line.place {
            Whole::Country => "all".to_owned(),
            Whole::Region(code) => code.to_string(),
            Whole::Unknown => "unknown".to_owned(),
        };
        // A region without data has no figures, which is not the figure nought.
        let count = |count: i64| if line.is_empty() { String::new() } else { count.to_string() };
        let external = |of: &dyn Fn(&External) -> String| line.external.as_ref().map(of).unwrap_or_default();
        vec![
            line.year.to_string(), place, count(line.cases), count(line.notified), count(line.imported), count(line.coded), count(line.doubly), count(line.settled), count(line.closed), count(line.merged),
            external(&|of| of.count.to_string()), external(&|of| of.source.clone()), external(&|of| of.share.map(|share| share.to_string()).unwrap_or_default()),
        ]
    }).collect();
    (header.map(str::to_owned).to_vec(), rows)
}

/// Adds the routes.
pub(super) fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(rows: &[(i32, Option<i32>, &str, i64)]) -> Vec<Counted> {
        rows.iter().map(|(year, region, state, count)| Counted { year: *year, region: *region, state: (*state).to_owned(), count: *count }).collect()
    }

    #[test]
    fn states_further_on_count_in_those_before_and_merged_ones_in_none() {
        let rows = counted(&[(2026, Some(1), "open", 4), (2026, Some(1), "second_final", 3), (2026, Some(1), "complete", 2), (2026, Some(2), "imported", 5), (2026, Some(1), "merged", 1), (2026, None, "first_final", 1)]);
        let found = table(&rows, &[(2026, None, 20, "CBS".into()), (2026, Some(1), 0, "CBS".into())], &[1, 2, 3], Filter::default());
        let country = &found[0];
        assert_eq!((country.place, country.cases, country.notified, country.imported, country.coded, country.doubly, country.settled, country.closed, country.merged), (Whole::Country, 15, 10, 5, 11, 5, 2, 7, 1));
        assert_eq!(country.external.as_ref().and_then(|of| of.share), Some(75));
        assert_eq!(found.iter().map(|line| line.place).collect::<Vec<_>>(), [Whole::Country, Whole::Region(1), Whole::Region(2), Whole::Region(3), Whole::Unknown]);
        // A share of nothing is none, and a region without cases says nothing of itself.
        assert_eq!(found[1].external.as_ref().map(|of| of.share), Some(None));
        assert!(found[3].is_empty());
        let (_, file) = as_rows(&found);
        assert_eq!(file[3][2..5], [String::new(), String::new(), String::new()]);
    }

    #[test]
    fn small_counts_are_told_neither_alone_nor_as_a_difference() {
        assert_eq!(tile(1, [0, 0, 0]), Tile { region: 1, cases: Shown::Nothing, coded: Shown::Nothing, closed: Shown::Nothing });
        assert_eq!(tile(1, [9, 9, 0]), Tile { region: 1, cases: Shown::Few, coded: Shown::Few, closed: Shown::Few });
        assert_eq!(tile(1, [30, 25, 12]), Tile { region: 1, cases: Shown::Count(30), coded: Shown::Few, closed: Shown::Count(12) });
        assert_eq!(tile(1, [30, 30, 20]), Tile { region: 1, cases: Shown::Count(30), coded: Shown::Count(30), closed: Shown::Count(20) });
    }
}
