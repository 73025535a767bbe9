//! Making a codebook ready to be worked out: conditions, checks, derived variables and the catalogue of factors are looked up.

use std::collections::BTreeMap;

use crate::load::{CodebookError, FactorRows, wrong};
use crate::plan::{Amount, Bond, Factors, Holds, Method, Plan, Slot, Source};
use crate::resolve::{Names, refuse_cycles};
use crate::{Code, Codebook, Derived};

/// A codebook that was read, its expressions looked up; refused where they name what is not there.
pub(crate) fn ready(book: &Codebook, rows: Option<&FactorRows>, scopes: &BTreeMap<String, String>) -> Result<Plan, CodebookError> {
    let mut plan = slots(book)?;
    let codes = codes_of(book, &plan);
    // The catalogue first: its scopes can't lean on what it decides.
    plan.factors = factors(book, &plan, &codes, rows, scopes)?;
    let places = book.factors.iter().enumerate().map(|(at, factor)| (factor.id.as_str(), at)).collect();
    let names = Names { plan: &plan, levels: &book.levels, codes: &codes, factors: places };
    let mut conditions = vec![];
    for variable in &book.variables {
        let level = book.level(&variable.level).unwrap_or_default();
        if let Some(text) = &variable.condition {
            let condition = names.condition(text, level).map_err(|why| CodebookError { at: format!("{}.condition", variable.id).into(), why })?;
            conditions.push((variable.id.as_str(), condition));
        }
    }
    let mut checks = vec![];
    for check in &book.checks {
        let Some(level) = book.level(&check.level) else { return wrong(&check.id, format!("er is geen niveau {}", check.level), format!("there is no level {}", check.level)) };
        let read = |part: &str, text: &str| names.condition(text, level).map_err(|why| CodebookError { at: format!("{}.{part}", check.id).into(), why });
        checks.push((level, read("when", &check.when)?, read("then", &check.then)?));
    }
    let methods = book.derived.iter().map(|derived| method(book, derived, &names)).collect::<Result<Vec<_>, _>>()?;
    let mut declared: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for derived in &book.derived {
        for from in &derived.from {
            let Some(needed) = plan.by_id.get(from) else { return wrong(&derived.id, format!("er is geen variabele {from} om dit uit te berekenen"), format!("there is no variable {from} to compute it from")) };
            declared.entry(plan.by_id[&derived.id]).or_default().push(*needed);
        }
    }
    let conditions: Vec<_> = conditions.into_iter().map(|(id, condition)| (plan.by_id[id], condition)).collect();
    for (slot, condition) in conditions {
        plan.slots[slot].condition = Some(condition);
    }
    (plan.checks, plan.methods) = (checks, methods);
    refuse_cycles(&plan, &declared).map_err(|(at, why)| CodebookError { at: at.into(), why })?;
    Ok(plan)
}

/// The codes of every slot.
pub(crate) fn codes_of(book: &Codebook, plan: &Plan) -> Vec<Vec<Code>> {
    plan.slots.iter().map(|slot| match slot.source {
        Source::Coded(at, _) => book.variables.get(at).map(|variable| variable.codes.clone()),
        Source::Derived(at) => book.derived.get(at).map(|derived| derived.codes.clone()),
    }.unwrap_or_default()).collect()
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
            kind => return wrong(&variable.id, format!("er is geen type {kind}"), format!("there is no type {kind}")),
        };
        let level = book.level(&variable.level).unwrap_or_default();
        let place = plan.bonds[level].coded;
        plan.bonds[level].coded += 1;
        let exclusive = variable.codes.iter().filter(|code| code.exclusive).map(|code| code.code).collect();
        add(&mut plan, Slot { id: variable.id.clone(), level, holds, source: Source::Coded(number, place), exclusive, condition: None });
    }
    for (number, derived) in book.derived.iter().enumerate() {
        let Some(level) = book.level(&derived.level) else { return wrong(&derived.id, format!("er is geen niveau {}", derived.level), format!("there is no level {}", derived.level)) };
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
    let Some(rows) = rows else { return if book.factors.is_empty() { Ok(None) } else { wrong("factor_rows", "zegt niet waar factoren worden gecodeerd", "does not say where factors are coded") } };
    let Some(level) = book.level(&rows.level) else { return wrong("factor_rows", format!("er is geen niveau {}", rows.level), format!("there is no level {}", rows.level)) };
    let slot = |id: &str| match plan.by_id.get(id) {
        Some(slot) if plan.slots[*slot].level == level => Ok(*slot),
        _ => wrong("factor_rows", format!("er is geen variabele {id} op dat niveau"), format!("there is no variable {id} on that level")),
    };
    let (factor, status) = (slot(&rows.factor)?, slot(&rows.status)?);
    if let Some(code) = [rows.present, rows.absent].iter().find(|code| !codes[status].iter().any(|known| known.code == **code)) {
        return wrong("factor_rows", format!("{} heeft geen code {code}", rows.status), format!("{} has no code {code}", rows.status));
    }
    let outside = plan.bonds.iter().position(|bond| bond.parent.is_none()).unwrap_or_default();
    let names = Names { plan, levels: &book.levels, codes, factors: BTreeMap::new() };
    let read = |at: String, text: &str| names.condition(text, outside).map_err(|why| CodebookError { at: at.into(), why });
    let scopes = texts.iter().map(|(id, text)| read(format!("factor_scope.{id}"), text)).collect::<Result<Vec<_>, _>>()?;
    let mut each = vec![];
    for factor in &book.factors {
        let Some(scope) = texts.keys().position(|id| *id == factor.scope) else { return wrong(&factor.id, format!("er is geen bereik {}", factor.scope), format!("there is no scope {}", factor.scope)) };
        if let Some(evidence) = factor.evidence.as_ref().filter(|id| !plan.by_id.contains_key(*id)) {
            return wrong(&factor.id, format!("er is geen variabele {evidence} voor de onderbouwing"), format!("there is no variable {evidence} to be evidence"));
        }
        each.push((factor.code, scope, factor.computed.as_ref().map(|text| read(format!("{}.computed", factor.id), text)).transpose()?));
    }
    let computed = each.iter().enumerate().filter(|(_, (_, _, computed))| computed.is_some()).map(|(at, (code, ..))| (*code, at)).collect();
    Ok(Some(Factors { level, computed, factor, status, present: rows.present, absent: rows.absent, scopes, each }))
}

fn method(book: &Codebook, derived: &Derived, names: &Names) -> Result<Method, CodebookError> {
    let level = book.level(&derived.level).unwrap_or_default();
    let known = |code: i64| if derived.codes.iter().any(|known| known.code == code) { Ok(code) } else { wrong(&derived.id, format!("geeft code {code}, die er niet bij staat"), format!("gives code {code}, which it does not have")) };
    let source = || match derived.from.as_slice() {
        [from] => match names.amount(from, level).map_err(|why| CodebookError { at: format!("{}.from", derived.id).into(), why })? {
            Amount::Of(slot) => Ok(slot),
            _ => wrong(&derived.id, "wordt uit één variabele berekend", "is computed from one variable"),
        },
        _ => wrong(&derived.id, "wordt uit één variabele berekend", "is computed from one variable"),
    };
    Ok(match derived.method.as_str() {
        "bands" => {
            let mut bands = vec![];
            for band in &derived.bands {
                if band.min > band.max || bands.iter().any(|(min, max, _)| band.min <= *max && band.max >= *min) {
                    return wrong(&derived.id, format!("de band {}-{} is leeg of overlapt een andere", band.min, band.max), format!("the band {}-{} is empty or overlaps another", band.min, band.max));
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
                        return wrong(&derived.id, format!("code {from} wordt twee codes"), format!("code {from} becomes two codes"));
                    }
                }
            }
            if let Some(code) = names.codes[source].iter().find(|code| !map.contains_key(&code.code)) {
                return wrong(&derived.id, format!("zegt niet wat code {} wordt", code.code), format!("does not say what becomes of code {}", code.code));
            }
            if let Some(code) = map.keys().find(|code| !names.codes[source].iter().any(|known| known.code == **code)) {
                return wrong(&derived.id, format!("{} heeft geen code {code}", derived.from.join(", ")), format!("{} has no code {code}", derived.from.join(", ")));
            }
            Method::Map(source, map)
        }
        "cases" => {
            let line = |(at, line): (usize, &crate::Line)| {
                let when = names.condition(&line.when, level).map_err(|why| CodebookError { at: format!("{}.cases[{at}]", derived.id).into(), why })?;
                Ok((when, known(line.code)?))
            };
            Method::Cases(derived.cases.iter().enumerate().map(line).collect::<Result<_, CodebookError>>()?)
        }
        "function" => {
            let text = derived.expression.as_ref().unwrap_or(&derived.function);
            Method::Function(names.amount(text, level).map_err(|why| CodebookError { at: format!("{}.function", derived.id).into(), why })?)
        }
        other => return wrong(&derived.id, format!("er is geen methode {other}"), format!("there is no method {other}")),
    })
}
