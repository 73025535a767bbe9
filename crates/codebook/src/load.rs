//! Reading a codebook and refusing one that contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::plan::{Amount, Bond, Factors, Holds, Method, Plan, Slot, Source};
use crate::resolve::{Names, refuse_cycles};
use crate::{Check, Code, Codebook, Derived, Factor, Label, Level, Stage, Variable, Version};

/// Why a codebook is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("codebook: {at}: {why}")]
pub struct CodebookError {
    /// The entry, or the line.
    pub at: String,
    /// What is wrong.
    pub why: String,
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
struct FactorRows {
    level: String,
    factor: String,
    status: String,
    present: i64,
    absent: i64,
}

/// A band of numbers and its code.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Band {
    min: i64,
    max: i64,
    code: i64,
}

/// Codes and the code they become.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pairing {
    from: Vec<i64>,
    code: i64,
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

fn wrong<T>(at: &str, why: impl Into<String>) -> Result<T, CodebookError> {
    Err(CodebookError { at: at.to_owned(), why: why.into() })
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
            CodebookError { at: format!("line {line}"), why: why.message().to_owned() }
        })?;
        let mut lists: BTreeMap<String, Vec<Code>> = std::mem::take(&mut raw.lists).into_iter().map(|list| (list.id, list.codes)).collect();
        let mut ids = BTreeSet::new();
        let catalogue: Vec<Code> = raw.factors.iter().map(|factor| Code { code: factor.code, label: factor.label.clone(), exclusive: false, retired_in: factor.retired_in.clone() }).collect();
        let (mut variables, mut retired) = (vec![], vec![]);
        for variable in std::mem::take(&mut raw.variables) {
            let variable = read_variable(variable, &raw.levels, &lists, &catalogue)?;
            if !ids.insert(variable.id.clone()) {
                return wrong(&variable.id, "two variables have this id");
            }
            if variable.retired_in.is_none() { variables.push(variable) } else { retired.push(variable) }
        }
        for derived in &raw.derived {
            if !ids.insert(derived.id.clone()) {
                return wrong(&derived.id, "two variables have this id");
            }
        }
        for level in &raw.levels {
            if let Some(other) = level.parent.iter().chain(&level.links).find(|other| !raw.levels.iter().any(|level| level.id == **other)) {
                return wrong(&level.id, format!("there is no level {other}"));
            }
            let mut outward = vec![];
            hangs_on_nothing(level, &raw.levels, &mut outward)?;
        }
        let mut checks = BTreeSet::new();
        if let Some(check) = raw.checks.iter().find(|check| !checks.insert(check.id.as_str())) {
            return wrong(&check.id, "two checks have this id");
        }
        lists.values_mut().for_each(|codes| codes.retain(|code| code.retired_in.is_none()));
        let (factors, retired_factors) = std::mem::take(&mut raw.factors).into_iter().partition(|factor: &Factor| factor.retired_in.is_none());
        let (derived, retired_derived) = std::mem::take(&mut raw.derived).into_iter().partition(|derived: &Derived| derived.retired_in.is_none());
        let release = raw.release.unwrap_or_default();
        if let Some(id) = release.period.iter().chain(&release.places).find(|id| !ids.contains(*id)) {
            return wrong("release", format!("there is no variable {id}"));
        }
        let mut book = Codebook {
            version: raw.codebook.version, title: raw.codebook.title, levels: raw.levels, variables, lists, factors, checks: raw.checks, derived, retired, retired_derived, retired_factors,
            history: raw.history, missing: raw.missing.unwrap_or_default().codes, period: release.period, places: release.places, plan: Plan::default(),
        };
        book.plan = plan(&book, raw.factor_rows.as_ref(), &raw.factor_scope)?;
        if let Some((id, coarse)) = coarser(&book).find(|(_, coarse)| !ids.contains(*coarse)) {
            return wrong(id, format!("there is no variable {coarse} to be coarser"));
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
        return wrong(&raw.id, format!("there is no level {}", raw.level));
    }
    let mut codes = match &raw.codelist {
        Some(list) if list == "factor" => catalogue.to_vec(),
        Some(list) => match lists.get(list) {
            Some(codes) => codes.clone(),
            None => return wrong(&raw.id, format!("there is no list {list}")),
        },
        None => raw.codes,
    };
    let distinct: BTreeSet<i64> = codes.iter().map(|code| code.code).collect();
    if distinct.len() < codes.len() {
        return wrong(&raw.id, "a code stands twice");
    }
    if let Some(code) = distinct.iter().find(|code| **code < 0) {
        return wrong(&raw.id, format!("code {code} would be read as missing"));
    }
    if let Some(code) = raw.exclusive.iter().find(|code| !distinct.contains(code)) {
        return wrong(&raw.id, format!("there is no code {code} to stand alone"));
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
        return wrong(&level.id, "this level hangs under itself");
    }
    path.push(&level.id);
    for next in levels.iter().filter(|next| level.parent.as_ref() == Some(&next.id) || level.links.contains(&next.id)) {
        hangs_on_nothing(next, levels, path)?;
    }
    path.pop();
    Ok(())
}

fn plan(book: &Codebook, rows: Option<&FactorRows>, scopes: &BTreeMap<String, String>) -> Result<Plan, CodebookError> {
    let mut plan = slots(book)?;
    let codes: Vec<Vec<Code>> = plan.slots.iter().map(|slot| match slot.source {
        Source::Coded(at, _) => book.variables.get(at).map(|variable| variable.codes.clone()),
        Source::Derived(at) => book.derived.get(at).map(|derived| derived.codes.clone()),
    }.unwrap_or_default()).collect();
    // The catalogue first: its scopes can't lean on what it decides.
    plan.factors = factors(book, &plan, &codes, rows, scopes)?;
    let places = book.factors.iter().enumerate().map(|(at, factor)| (factor.id.as_str(), at)).collect();
    let names = Names { plan: &plan, levels: &book.levels, codes: &codes, factors: places };
    let mut conditions = vec![];
    for variable in &book.variables {
        let level = book.level(&variable.level).unwrap_or_default();
        if let Some(text) = &variable.condition {
            let condition = names.condition(text, level).map_err(|why| CodebookError { at: format!("{}.condition", variable.id), why })?;
            conditions.push((variable.id.as_str(), condition));
        }
    }
    let mut checks = vec![];
    for check in &book.checks {
        let Some(level) = book.level(&check.level) else { return wrong(&check.id, format!("there is no level {}", check.level)) };
        let read = |part: &str, text: &str| names.condition(text, level).map_err(|why| CodebookError { at: format!("{}.{part}", check.id), why });
        checks.push((level, read("when", &check.when)?, read("then", &check.then)?));
    }
    let methods = book.derived.iter().map(|derived| method(book, derived, &names)).collect::<Result<Vec<_>, _>>()?;
    let mut declared: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for derived in &book.derived {
        for from in &derived.from {
            let Some(needed) = plan.by_id.get(from) else { return wrong(&derived.id, format!("there is no variable {from} to compute it from")) };
            declared.entry(plan.by_id[&derived.id]).or_default().push(*needed);
        }
    }
    let conditions: Vec<_> = conditions.into_iter().map(|(id, condition)| (plan.by_id[id], condition)).collect();
    for (slot, condition) in conditions {
        plan.slots[slot].condition = Some(condition);
    }
    (plan.checks, plan.methods) = (checks, methods);
    refuse_cycles(&plan, &declared).map_err(|(at, why)| CodebookError { at, why })?;
    Ok(plan)
}

fn slots(book: &Codebook) -> Result<Plan, CodebookError> {
    let at = |id: &String| book.level(id);
    let mut plan = Plan { bonds: book.levels.iter().map(|level| Bond { parent: level.parent.as_ref().and_then(at), links: level.links.iter().filter_map(at).collect(), key: level.key.clone(), ..Bond::default() }).collect(), ..Plan::default() };
    for (number, variable) in book.variables.iter().enumerate() {
        let holds = match variable.kind.as_str() {
            "multi" => Holds::Codes,
            "date" | "year_month" => Holds::When,
            "code" | "integer" => Holds::Number,
            kind if kind.starts_with("text") => Holds::Text,
            kind => return wrong(&variable.id, format!("there is no type {kind}")),
        };
        let level = book.level(&variable.level).unwrap_or_default();
        let place = plan.bonds[level].coded;
        plan.bonds[level].coded += 1;
        let exclusive = variable.codes.iter().filter(|code| code.exclusive).map(|code| code.code).collect();
        add(&mut plan, Slot { id: variable.id.clone(), level, holds, source: Source::Coded(number, place), exclusive, condition: None });
    }
    for (number, derived) in book.derived.iter().enumerate() {
        let Some(level) = book.level(&derived.level) else { return wrong(&derived.id, format!("there is no level {}", derived.level)) };
        add(&mut plan, Slot { id: derived.id.clone(), level, holds: Holds::Number, source: Source::Derived(number), exclusive: vec![], condition: None });
    }
    Ok(plan)
}

fn add(plan: &mut Plan, slot: Slot) {
    plan.by_id.insert(slot.id.clone(), plan.slots.len());
    plan.bonds[slot.level].slots.push(plan.slots.len());
    plan.slots.push(slot);
}

fn factors(book: &Codebook, plan: &Plan, codes: &[Vec<Code>], rows: Option<&FactorRows>, texts: &BTreeMap<String, String>) -> Result<Option<Factors>, CodebookError> {
    let Some(rows) = rows else { return if book.factors.is_empty() { Ok(None) } else { wrong("factor_rows", "does not say where factors are coded") } };
    let Some(level) = book.level(&rows.level) else { return wrong("factor_rows", format!("there is no level {}", rows.level)) };
    let slot = |id: &str| match plan.by_id.get(id) {
        Some(slot) if plan.slots[*slot].level == level => Ok(*slot),
        _ => wrong("factor_rows", format!("there is no variable {id} on that level")),
    };
    let (factor, status) = (slot(&rows.factor)?, slot(&rows.status)?);
    if let Some(code) = [rows.present, rows.absent].iter().find(|code| !codes[status].iter().any(|known| known.code == **code)) {
        return wrong("factor_rows", format!("{} has no code {code}", rows.status));
    }
    let outside = plan.bonds.iter().position(|bond| bond.parent.is_none()).unwrap_or_default();
    let names = Names { plan, levels: &book.levels, codes, factors: BTreeMap::new() };
    let read = |at: String, text: &str| names.condition(text, outside).map_err(|why| CodebookError { at, why });
    let scopes = texts.iter().map(|(id, text)| read(format!("factor_scope.{id}"), text)).collect::<Result<Vec<_>, _>>()?;
    let mut each = vec![];
    for factor in &book.factors {
        let Some(scope) = texts.keys().position(|id| *id == factor.scope) else { return wrong(&factor.id, format!("there is no scope {}", factor.scope)) };
        if let Some(evidence) = factor.evidence.as_ref().filter(|id| !plan.by_id.contains_key(*id)) {
            return wrong(&factor.id, format!("there is no variable {evidence} to be evidence"));
        }
        each.push((factor.code, scope, factor.computed.as_ref().map(|text| read(format!("{}.computed", factor.id), text)).transpose()?));
    }
    Ok(Some(Factors { level, factor, status, present: rows.present, absent: rows.absent, scopes, each }))
}

fn method(book: &Codebook, derived: &Derived, names: &Names) -> Result<Method, CodebookError> {
    let level = book.level(&derived.level).unwrap_or_default();
    let known = |code: i64| if derived.codes.iter().any(|known| known.code == code) { Ok(code) } else { wrong(&derived.id, format!("gives code {code}, which it does not have")) };
    let source = || match derived.from.as_slice() {
        [from] => match names.amount(from, level).map_err(|why| CodebookError { at: format!("{}.from", derived.id), why })? {
            Amount::Of(slot) => Ok(slot),
            _ => wrong(&derived.id, "is computed from one variable"),
        },
        _ => wrong(&derived.id, "is computed from one variable"),
    };
    Ok(match derived.method.as_str() {
        "bands" => {
            let mut bands = vec![];
            for band in &derived.bands {
                if band.min > band.max || bands.iter().any(|(min, max, _)| band.min <= *max && band.max >= *min) {
                    return wrong(&derived.id, format!("the band {}-{} is empty or overlaps another", band.min, band.max));
                }
                bands.push((band.min, band.max, known(band.code)?));
            }
            Method::Bands(source()?, bands)
        }
        "map" => {
            let (source, mut map) = (source()?, BTreeMap::new());
            for pairing in &derived.map {
                for from in &pairing.from {
                    if map.insert(*from, known(pairing.code)?).is_some() {
                        return wrong(&derived.id, format!("code {from} becomes two codes"));
                    }
                }
            }
            if let Some(code) = names.codes[source].iter().find(|code| !map.contains_key(&code.code)) {
                return wrong(&derived.id, format!("does not say what becomes of code {}", code.code));
            }
            if let Some(code) = map.keys().find(|code| !names.codes[source].iter().any(|known| known.code == **code)) {
                return wrong(&derived.id, format!("{} has no code {code}", derived.from.join(", ")));
            }
            Method::Map(source, map)
        }
        "cases" => {
            let line = |(at, line): (usize, &crate::Line)| {
                let when = names.condition(&line.when, level).map_err(|why| CodebookError { at: format!("{}.cases[{at}]", derived.id), why })?;
                Ok((when, known(line.code)?))
            };
            Method::Cases(derived.cases.iter().enumerate().map(line).collect::<Result<_, CodebookError>>()?)
        }
        "function" => {
            let text = derived.expression.as_ref().unwrap_or(&derived.function);
            Method::Function(names.amount(text, level).map_err(|why| CodebookError { at: format!("{}.function", derived.id), why })?)
        }
        other => return wrong(&derived.id, format!("there is no method {other}")),
    })
}
