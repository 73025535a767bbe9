//! Taking a record over into the next version. What no line takes over is work for a coder, never a guess.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::evaluate::UNCOLLECTED;
use crate::examine::Place;
use crate::flat::FlatRow;
use crate::record::{Record, Row, faults};
use crate::sheet::LOOKED_FOR;
use crate::{Codebook, Mapping, MappingKind};

/// An answer a coder has to look at again.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Work {
    /// Where it stood.
    pub place: Place,
    /// What stood there.
    pub was: Value,
    /// The codes to choose from, if the mapping names them.
    pub choices: Vec<i64>,
    /// Which rule, by its stable name: `split`, `broken`, or `not-in-version` for what the new version does not know.
    pub rule: &'static str,
}

/// A record in the next version, and what is left to do. Answers that need a coder are taken out, so that they are open again.
pub fn map_record(record: &Record, mapping: &[Mapping], new: &Codebook) -> (Record, Vec<Work>) {
    let (mut mapped, mut work) = (Record::default(), vec![]);
    for (level, rows) in &record.0 {
        let rows = rows.iter().enumerate().map(|(number, row)| {
            let place = |variable: &String| Place { level: level.clone(), row: number, variable: variable.clone() };
            // By name, so that the list is the same however the members of a row are kept.
            row.iter().collect::<BTreeMap<_, _>>().into_iter().filter_map(|(id, value)| {
                let (value, again) = taken_over(id, value, mapping);
                work.extend(again.into_iter().map(|(rule, choices)| Work { place: place(id), was: row[id].clone(), choices, rule }));
                Some((id.clone(), value?))
            }).collect::<Row>()
        }).collect();
        mapped.0.insert(level.clone(), rows);
    }
    // A variable or code that went out of use without a line: the new version tells which.
    for fault in faults(new, &mapped) {
        let Some(place) = place_of(&fault.field) else {
            // A level the new version lacks: all that stood on it.
            for (row, told) in mapped.0.remove(&fault.field).unwrap_or_default().into_iter().enumerate() {
                work.extend(told.into_iter().map(|(variable, was)| Work { place: Place { level: fault.field.clone(), row, variable }, was, choices: vec![], rule: "not-in-version" }));
            }
            continue;
        };
        // Which levels somebody looked for is no variable, and holds under every version.
        if place.variable == LOOKED_FOR {
            continue;
        }
        if let Some(was) = mapped.0.get_mut(&place.level).and_then(|rows| rows.get_mut(place.row)?.remove(&place.variable)) {
            work.push(Work { place, was, choices: vec![], rule: "not-in-version" });
        }
    }
    (mapped, work)
}

/// What becomes of an answer, and what is to be looked at again.
fn taken_over(id: &str, value: &Value, mapping: &[Mapping]) -> (Option<Value>, Vec<(&'static str, Vec<i64>)>) {
    let lines: Vec<&Mapping> = mapping.iter().filter(|line| line.variable == id).collect();
    if lines.iter().any(|line| line.from.is_empty() && line.kind == MappingKind::Broken) {
        return (None, vec![("broken", vec![])]);
    }
    let code = |code: i64| match lines.iter().find(|line| line.from.contains(&code)) {
        None => Ok(code),
        Some(line) => match (line.kind, line.to.as_slice()) {
            (MappingKind::Same | MappingKind::Merged, [to]) => Ok(*to),
            (MappingKind::Same, to) if to.contains(&code) => Ok(code),
            (MappingKind::SplitRecode, to) => Err(("split", to.to_vec())),
            (_, to) => Err(("broken", to.to_vec())),
        },
    };
    match value {
        Value::Array(codes) => {
            let (mut kept, mut again) = (vec![], vec![]);
            for (before, made) in codes.iter().map(|before| (before, before.as_i64().map_or_else(|| Err(("not-in-version", vec![])), code))) {
                match made {
                    Ok(made) if !kept.contains(&made) => kept.push(made),
                    Ok(_) => {}
                    Err(why) => {
                        if before.is_i64() || !again.contains(&why) {
                            again.push(why);
                        }
                    }
                }
            }
            // An empty list would say that nothing applies, which nobody said.
            ((!kept.is_empty() || codes.is_empty()).then(|| kept.into()), again)
        }
        value => match value.as_i64().filter(|code| *code >= 0).map(code) {
            None => (Some(value.clone()), vec![]),
            Some(Ok(made)) => (Some(made.into()), vec![]),
            Some(Err(why)) => (None, vec![why]),
        },
    }
}

/// `victim[0].victim_age` as a place.
fn place_of(field: &str) -> Option<Place> {
    let (level, rest) = field.split_once('[')?;
    let (row, variable) = rest.split_once("].")?;
    Some(Place { level: level.to_owned(), row: row.parse().ok()?, variable: variable.to_owned() })
}

/// Tables that follow from a record, by level.
type Tables = BTreeMap<String, Vec<FlatRow>>;

/// What follows from a record in the next version, where a part of it lies apart: `codes` is the plain part under the old version, `worked`
/// what followed from the whole of it, `mapped` the plain part in the new version.
///
/// Where what lies apart made no difference to a value, the new version tells it anew. Where it did, the old value stays if the variable did
/// not change; else nobody has looked for it yet.
pub fn map_worked(old: &Codebook, new: &Codebook, codes: &Record, worked: &Tables, mapped: &Record) -> Tables {
    let (mut tables, plain) = (new.worked_out(mapped), old.worked_out(codes));
    let value = |of: &Tables, level: &str, row: usize, id: &str| of.get(level).and_then(|rows| rows.get(row)).and_then(|row| row.values.get(id)).cloned();
    for (level, rows) in &mut tables {
        for (at, row) in rows.iter_mut().enumerate() {
            if let Some(known) = worked.get(level).and_then(|rows| rows.get(at)) {
                row.belongs.clone_from(&known.belongs);
            }
            for (id, now) in &mut row.values {
                let Some(held) = value(worked, level, at, id) else { continue };
                if value(&plain, level, at, id).as_ref() != Some(&held) {
                    *now = if old.unchanged_in(new, id) { held } else { UNCOLLECTED.into() };
                }
            }
        }
    }
    tables
}

impl Codebook {
    /// Whether a variable means and asks the same in a later version: the same level, kind, codes, definition and condition, and for a computed
    /// one the same way from the same variables; or a line says that the series goes on.
    pub fn unchanged_in(&self, new: &Codebook, id: &str) -> bool {
        let lines: Vec<&Mapping> = new.history.iter().filter(|version| !self.history.iter().any(|known| known.version == version.version)).flat_map(|version| &version.mapping).filter(|line| line.variable == id).collect();
        if lines.iter().any(|line| line.kind != MappingKind::Same) {
            return false;
        }
        let goes_on = lines.iter().any(|line| line.from.is_empty());
        match (self.variable(id), new.variable(id)) {
            (Some(old), Some(new)) => {
                let codes = |variable: &crate::Variable| variable.codes.iter().map(|code| (code.code, code.exclusive)).collect::<Vec<_>>();
                old.level == new.level && old.kind == new.kind && codes(old) == codes(new) && (goes_on || old.label == new.label && old.definition == new.definition && old.condition == new.condition)
            }
            _ => match (self.computed(id), new.computed(id)) {
                (Some(old), Some(later)) => (goes_on || old.computed_by() == later.computed_by()) && old.from.iter().all(|from| from == id || self.unchanged_in(new, from)),
                _ => false,
            },
        }
    }
}
