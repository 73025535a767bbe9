//! A record laid out for tables: rows per level, every variable with a value, the reasons for missing as -6 to -9.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evaluate::View;
use crate::plan::Source;
use crate::record::{Record, Row};
use crate::sheet::Sheet;
use crate::{Code, Codebook, Label};

/// A column of a table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Column<'a> {
    /// The level whose table it stands in.
    pub level: &'a str,
    /// The variable.
    pub id: &'a str,
    /// Its name.
    pub label: &'a Label,
    /// `code`, `multi`, `integer`, `date` ...
    pub kind: &'a str,
    /// Its codes.
    pub codes: &'a [Code],
    /// Whether it is computed.
    pub derived: bool,
    /// `public`, `researcher`, `never`.
    pub export: &'a str,
    /// `key`, `outcome`, `none`.
    pub gate: &'a str,
    /// The coarser variable.
    pub coarse: Option<&'a str>,
    /// `direct`, `quasi`, `none`.
    pub identifying: &'a str,
    /// `health`, `criminal`, `origin` ... or `none`.
    pub sensitive: &'a str,
}

/// A row of a table.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct FlatRow {
    /// The rows it hangs under or links, by level.
    pub belongs: BTreeMap<String, usize>,
    /// Every variable of the level, coded and derived: a code, several, a date as far as known, or -6 to -9.
    pub values: Row,
}

impl Codebook {
    /// The columns of all tables: coded variables in the order of the codebook, then derived ones.
    pub fn columns(&self) -> impl Iterator<Item = Column<'_>> {
        self.plan.slots.iter().map(|slot| match slot.source {
            Source::Coded(number, _) => {
                let known = &self.variables[number];
                Column { level: &known.level, id: &known.id, label: &known.label, kind: &known.kind, codes: &known.codes, derived: false, export: &known.export, gate: &known.gate, coarse: known.coarse.as_deref(), identifying: &known.identifying, sensitive: &known.sensitive }
            }
            Source::Derived(number) => {
                let known = &self.derived[number];
                Column { level: &known.level, id: &known.id, label: &known.label, kind: &known.kind, codes: &known.codes, derived: true, export: &known.export, gate: &known.gate, coarse: known.coarse.as_deref(), identifying: &known.identifying, sensitive: &known.sensitive }
            }
        })
    }

    /// The tables of a record, by level. What may leave, the columns say; here everything stands.
    pub fn flat(&self, record: &Record) -> BTreeMap<String, Vec<FlatRow>> {
        let sheet = Sheet::of(self, record);
        let view = View::of(&sheet);
        self.levels.iter().enumerate().map(|(at, level)| {
            let rows = sheet.rows[at].iter().enumerate().map(|(row, line)| FlatRow {
                belongs: self.levels.iter().zip(&line.reach).filter(|(other, _)| other.id != level.id).filter_map(|(other, reached)| Some((other.id.clone(), (*reached)?))).collect(),
                values: self.plan.bonds[at].slots.iter().map(|slot| (self.plan.slots[*slot].id.clone(), view.value(*slot, row).value())).collect(),
            });
            (level.id.clone(), rows.collect())
        }).collect()
    }
}
