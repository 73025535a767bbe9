//! Taking a record over into the next version. What no line takes over is work for a coder, never a guess.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::examine::Place;
use crate::record::{Record, Row, faults};
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
