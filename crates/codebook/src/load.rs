//! Reading a codebook and refusing one that contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{Check, Code, Codebook, Factor, Label, Level, Stage, Variable};

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
    #[serde(rename = "factor", default)]
    factors: Vec<Factor>,
    #[serde(rename = "check", default)]
    checks: Vec<Check>,
    #[serde(default)]
    derived: Vec<Derived>,
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
struct Derived {
    id: String,
    #[serde(default)]
    from: Vec<String>,
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
}

fn wrong<T>(at: &str, why: impl Into<String>) -> Result<T, CodebookError> {
    Err(CodebookError { at: at.to_owned(), why: why.into() })
}

impl Codebook {
    /// Reads a codebook.
    ///
    /// # Errors
    /// The line or the entry, and what is wrong: no TOML, an id twice, a level, list or code that is not there, a derivation that
    /// needs itself.
    pub fn parse(text: &str) -> Result<Codebook, CodebookError> {
        let raw: Raw = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            CodebookError { at: format!("line {line}"), why: why.message().to_owned() }
        })?;
        let lists: BTreeMap<String, Vec<Code>> = raw.lists.into_iter().map(|list| (list.id, list.codes)).collect();
        let mut ids = BTreeSet::new();
        let factors: Vec<Code> = raw.factors.iter().map(|factor| Code { code: factor.code, label: factor.label.clone(), exclusive: false }).collect();
        let mut variables = vec![];
        for variable in raw.variables {
            if !ids.insert(variable.id.clone()) {
                return wrong(&variable.id, "two variables have this id");
            }
            if !raw.levels.iter().any(|level| level.id == variable.level) {
                return wrong(&variable.id, format!("there is no level {}", variable.level));
            }
            let codes = match &variable.codelist {
                Some(list) if list == "factor" => factors.clone(),
                Some(list) => match lists.get(list) {
                    Some(codes) => codes.clone(),
                    None => return wrong(&variable.id, format!("there is no list {list}")),
                },
                None => variable.codes,
            };
            let distinct: BTreeSet<i64> = codes.iter().map(|code| code.code).collect();
            if distinct.len() < codes.len() {
                return wrong(&variable.id, "a code stands twice");
            }
            variables.push(Variable {
                id: variable.id, level: variable.level, label: variable.label, definition: variable.definition, kind: variable.kind, codes, condition: variable.condition,
                stage: variable.required_at, export: variable.export, gate: variable.gate, reliability: variable.reliability, range: (variable.min, variable.max),
                coarse: variable.coarse,
            });
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
        }
        acyclic(&raw.derived)?;
        Ok(Codebook {
            version: raw.codebook.version, title: raw.codebook.title, levels: raw.levels, variables, lists, factors: raw.factors, checks: raw.checks,
            derived: raw.derived.into_iter().map(|derived| derived.id).collect(),
        })
    }
}

/// A derived variable must not need itself, directly or through others.
fn acyclic(derived: &[Derived]) -> Result<(), CodebookError> {
    let from: BTreeMap<&str, &[String]> = derived.iter().map(|entry| (entry.id.as_str(), entry.from.as_slice())).collect();
    fn walk<'a>(id: &'a str, from: &BTreeMap<&'a str, &'a [String]>, path: &mut Vec<&'a str>, done: &mut BTreeSet<&'a str>) -> Result<(), CodebookError> {
        if path.contains(&id) {
            return wrong(id, format!("needs itself: {}", path.join(" → ")));
        }
        if !done.insert(id) {
            return Ok(());
        }
        path.push(id);
        for next in from.get(id).copied().unwrap_or_default() {
            walk(next, from, path, done)?;
        }
        path.pop();
        Ok(())
    }
    let mut done = BTreeSet::new();
    for entry in derived {
        walk(&entry.id, &from, &mut vec![], &mut done)?;
    }
    Ok(())
}
