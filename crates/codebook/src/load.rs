//! Reading a codebook and refusing one that contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::plan::Plan;
use crate::ready::ready;
use crate::{Check, Code, Codebook, Derived, Factor, Label, Level, Stage, Variable, Version};

/// Why a codebook is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("codebook: {}: {}", .at.en, .why.en)]
pub struct CodebookError {
    /// The entry, or the line.
    pub at: Label,
    /// What is wrong.
    pub why: Label,
}

impl CodebookError {
    /// The whole of it in a language: `en`, everything else is Dutch.
    pub fn told(&self, language: &str) -> String {
        let book = if language == "en" { "codebook" } else { "codeboek" };
        format!("{book}: {}: {}", self.at.get(language), self.why.get(language))
    }
}

/// What the reader of TOML says of a line. It speaks English; what people run into is told in both languages, the rest stands in quotes.
pub fn unread(message: &str) -> Label {
    let quoted = |begin: &str| message.strip_prefix(begin).and_then(|rest| rest.split('`').next());
    let nl = if let Some(field) = quoted("missing field `") {
        format!("het veld {field} ontbreekt")
    } else if let Some((field, known)) = quoted("unknown field `").zip(message.split_once(", ")) {
        format!("er is geen veld {field}; {}", known.1.replacen("expected one of", "wel", 1).replacen("expected", "wel", 1))
    } else if let Some((word, known)) = quoted("unknown variant `").zip(message.split_once(", ")) {
        format!("{word} kan hier niet staan; {}", known.1.replacen("expected one of", "wel", 1).replacen("expected", "wel", 1))
    } else if message.starts_with("duplicate key") {
        "dit veld staat er twee keer".to_owned()
    } else if message.starts_with("invalid type") {
        format!("hier hoort iets van een andere soort ('{message}')")
    } else {
        format!("dit is geen TOML dat te lezen is ('{message}')")
    };
    Label::of(nl, message)
}

#[derive(Deserialize)]
struct Raw {
    codebook: Head,
    #[serde(rename = "level")]
    levels: Vec<Level>,
    #[serde(rename = "codelist", default)]
    lists: Vec<List>,
    #[serde(rename = "variable")]
    variables: Vec<RawVariable>,
    factor_rows: Option<FactorRows>,
    #[serde(default)]
    factor_scope: BTreeMap<String, String>,
    #[serde(rename = "factor", default)]
    factors: Vec<Factor>,
    #[serde(rename = "check", default)]
    checks: Vec<Check>,
    #[serde(default)]
    derived: Vec<Derived>,
    #[serde(default)]
    history: Vec<Version>,
    missing: Option<Missing>,
    release: Option<Release>,
    #[serde(default)]
    reliability: Reliability,
}

#[derive(Deserialize, Default)]
struct Missing {
    #[serde(default)]
    codes: Vec<Code>,
}

#[derive(Deserialize, Default)]
struct Release {
    period: Option<String>,
    #[serde(default)]
    places: Vec<String>,
    max_keys: Option<f64>,
    threshold_cell_and_remainder: Option<f64>,
    rounding: Option<f64>,
    no_means: Option<bool>,
}

/// Shares of records, in per cent.
#[derive(Deserialize, Default)]
struct Reliability {
    #[serde(default)]
    recoded_per_cent: u32,
    #[serde(default)]
    compared_per_cent: u32,
    release: Option<f64>,
    tentative: Option<f64>,
    minimum_units: Option<f64>,
}

/// Limits that are told, by their names in the file.
fn limits(release: &Release, reliability: &Reliability) -> BTreeMap<&'static str, f64> {
    let told = [
        ("release.max_keys", release.max_keys), ("release.threshold_cell_and_remainder", release.threshold_cell_and_remainder), ("release.rounding", release.rounding),
        ("release.no_means", release.no_means.map(|not| if not { 1.0 } else { 0.0 })), ("reliability.release", reliability.release), ("reliability.tentative", reliability.tentative),
        ("reliability.minimum_units", reliability.minimum_units), ("reliability.recoded_per_cent", Some(f64::from(reliability.recoded_per_cent))),
        ("reliability.compared_per_cent", Some(f64::from(reliability.compared_per_cent))),
    ];
    told.into_iter().filter_map(|(name, limit)| Some((name, limit?))).collect()
}

#[derive(Deserialize)]
struct Head {
    version: String,
    title: Label,
}

#[derive(Deserialize)]
struct List {
    id: String,
    codes: Vec<Code>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorRows {
    pub(crate) level: String,
    pub(crate) factor: String,
    pub(crate) status: String,
    pub(crate) present: i64,
    pub(crate) absent: i64,
}

/// A band of numbers and its code.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Band {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) code: i64,
}

/// Codes and the code they become.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pairing {
    pub(crate) from: Vec<i64>,
    pub(crate) code: i64,
}

#[derive(Deserialize)]
struct RawVariable {
    id: String,
    level: String,
    label: Label,
    #[serde(default)]
    definition: Label,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    codes: Vec<Code>,
    codelist: Option<String>,
    #[serde(default)]
    exclusive: Vec<i64>,
    condition: Option<String>,
    required_at: Stage,
    #[serde(default)]
    export: String,
    #[serde(default)]
    gate: String,
    #[serde(default)]
    reliability: String,
    min: Option<i64>,
    max: Option<i64>,
    coarse: Option<String>,
    #[serde(default)]
    identifying: String,
    #[serde(default)]
    sensitive: String,
    retired_in: Option<String>,
    #[serde(default)]
    source: Vec<String>,
}

/// One code or a list of them.
pub(crate) fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(i64),
        More(Vec<i64>),
    }
    Ok(match Either::deserialize(from)? {
        Either::One(code) => vec![code],
        Either::More(codes) => codes,
    })
}

pub(crate) fn wrong<T>(at: &str, nl: impl Into<String>, en: impl Into<String>) -> Result<T, CodebookError> {
    Err(CodebookError { at: at.to_owned().into(), why: Label::of(nl, en) })
}

impl Codebook {
    /// Reads a codebook.
    ///
    /// # Errors
    /// The line or the entry, and what is wrong: no TOML, an id twice, a level, list, variable or code that is not there, an
    /// expression that can't be read, a variable that needs itself.
    pub fn parse(text: &str) -> Result<Codebook, CodebookError> {
        let mut raw: Raw = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            CodebookError { at: Label::of(format!("regel {line}"), format!("line {line}")), why: unread(why.message()) }
        })?;
        let mut lists: BTreeMap<String, Vec<Code>> = std::mem::take(&mut raw.lists).into_iter().map(|list| (list.id, list.codes)).collect();
        let mut ids = BTreeSet::new();
        let catalogue: Vec<Code> = raw.factors.iter().map(|factor| Code { code: factor.code, label: factor.label.clone(), exclusive: false, retired_in: factor.retired_in.clone() }).collect();
        let (mut variables, mut retired) = (vec![], vec![]);
        for variable in std::mem::take(&mut raw.variables) {
            let variable = read_variable(variable, &raw.levels, &lists, &catalogue)?;
            if !ids.insert(variable.id.clone()) {
                return wrong(&variable.id, "twee variabelen hebben dit id", "two variables have this id");
            }
            if variable.retired_in.is_none() { variables.push(variable) } else { retired.push(variable) }
        }
        for derived in &raw.derived {
            if !ids.insert(derived.id.clone()) {
                return wrong(&derived.id, "twee variabelen hebben dit id", "two variables have this id");
            }
        }
        for level in &raw.levels {
            if let Some(other) = level.parent.iter().chain(&level.links).find(|other| !raw.levels.iter().any(|level| level.id == **other)) {
                return wrong(&level.id, format!("er is geen niveau {other}"), format!("there is no level {other}"));
            }
            let mut outward = vec![];
            hangs_on_nothing(level, &raw.levels, &mut outward)?;
        }
        let mut checks = BTreeSet::new();
        if let Some(check) = raw.checks.iter().find(|check| !checks.insert(check.id.as_str())) {
            return wrong(&check.id, "twee controles hebben dit id", "two checks have this id");
        }
        lists.values_mut().for_each(|codes| codes.retain(|code| code.retired_in.is_none()));
        let (factors, retired_factors) = std::mem::take(&mut raw.factors).into_iter().partition(|factor: &Factor| factor.retired_in.is_none());
        let (derived, retired_derived) = std::mem::take(&mut raw.derived).into_iter().partition(|derived: &Derived| derived.retired_in.is_none());
        let release = raw.release.unwrap_or_default();
        if let Some(id) = release.period.iter().chain(&release.places).find(|id| !ids.contains(*id)) {
            return wrong("release", format!("er is geen variabele {id}"), format!("there is no variable {id}"));
        }
        let limits = limits(&release, &raw.reliability);
        let mut book = Codebook {
            version: raw.codebook.version, title: raw.codebook.title, levels: raw.levels, variables, lists, factors, checks: raw.checks, derived, retired, retired_derived, retired_factors,
            history: raw.history, missing: raw.missing.unwrap_or_default().codes, period: release.period, places: release.places, recoded: raw.reliability.recoded_per_cent.min(100), compared: raw.reliability.compared_per_cent.min(100), limits, plan: Plan::default(),
        };
        book.plan = ready(&book, raw.factor_rows.as_ref(), &raw.factor_scope)?;
        if let Some((id, coarse)) = coarser(&book).find(|(_, coarse)| !ids.contains(*coarse)) {
            return wrong(id, format!("er is geen variabele {coarse} die grover is"), format!("there is no variable {coarse} to be coarser"));
        }
        Ok(book)
    }
}

fn coarser(book: &Codebook) -> impl Iterator<Item = (&str, &String)> {
    let coded = book.variables.iter().filter_map(|variable| Some((variable.id.as_str(), variable.coarse.as_ref()?)));
    coded.chain(book.derived.iter().filter_map(|derived| Some((derived.id.as_str(), derived.coarse.as_ref()?))))
}

fn read_variable(raw: RawVariable, levels: &[Level], lists: &BTreeMap<String, Vec<Code>>, catalogue: &[Code]) -> Result<Variable, CodebookError> {
    if !levels.iter().any(|level| level.id == raw.level) {
        return wrong(&raw.id, format!("er is geen niveau {}", raw.level), format!("there is no level {}", raw.level));
    }
    let mut codes = match &raw.codelist {
        Some(list) if list == "factor" => catalogue.to_vec(),
        Some(list) => match lists.get(list) {
            Some(codes) => codes.clone(),
            None => return wrong(&raw.id, format!("er is geen lijst {list}"), format!("there is no list {list}")),
        },
        None => raw.codes,
    };
    let distinct: BTreeSet<i64> = codes.iter().map(|code| code.code).collect();
    if distinct.len() < codes.len() {
        return wrong(&raw.id, "een code staat er twee keer", "a code stands twice");
    }
    if let Some(code) = distinct.iter().find(|code| **code < 0) {
        return wrong(&raw.id, format!("code {code} zou als ontbrekend worden gelezen"), format!("code {code} would be read as missing"));
    }
    if let Some(code) = raw.exclusive.iter().find(|code| !distinct.contains(code)) {
        return wrong(&raw.id, format!("er is geen code {code} die alleen kan staan"), format!("there is no code {code} to stand alone"));
    }
    codes.iter_mut().for_each(|code| code.exclusive |= raw.exclusive.contains(&code.code));
    let (codes, retired) = codes.into_iter().partition(|code| code.retired_in.is_none());
    Ok(Variable {
        id: raw.id, level: raw.level, label: raw.label, definition: raw.definition, kind: raw.kind, codes, condition: raw.condition, stage: raw.required_at, export: raw.export, gate: raw.gate,
        reliability: raw.reliability, range: (raw.min, raw.max), coarse: raw.coarse, identifying: raw.identifying, sensitive: raw.sensitive, retired, retired_in: raw.retired_in,
        source: raw.source,
    })
}

/// A level must not hang under itself.
fn hangs_on_nothing<'a>(level: &'a Level, levels: &'a [Level], path: &mut Vec<&'a str>) -> Result<(), CodebookError> {
    if path.contains(&level.id.as_str()) {
        return wrong(&level.id, "dit niveau hangt onder zichzelf", "this level hangs under itself");
    }
    path.push(&level.id);
    for next in levels.iter().filter(|next| level.parent.as_ref() == Some(&next.id) || level.links.contains(&next.id)) {
        hangs_on_nothing(next, levels, path)?;
    }
    path.pop();
    Ok(())
}
