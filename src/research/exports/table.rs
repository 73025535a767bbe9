//! A released table as a file, a chart or a map. Nothing here counts: a hidden cell comes without a number.

use export::table::{Dimension, Kind, Measure, Reason, Role, Standing};
use export::{Category, Text};

use super::{File, both, failed, in_both, language, snapshot, text};
use crate::counting::{Key, Outcome};
use crate::register::Reliable;
use crate::research::doubt::{mark, sentence, strictest};
use crate::research::drawn::whom;
use crate::research::tables::{Cell, Table};
use crate::texts::Words;
use crate::tx::Refused;

/// The files a table comes in.
pub const FORMATS: [&str; 7] = ["csv", "csvw", "xlsx", "json-stat", "sdmx-csv", "svg", "png"];

/// The format of a table with its codebook, how to read it and how to cite it.
pub const ZIP: &str = "zip";

fn dimension(id: &str, label: Text, categories: &[crate::counting::Category], role: Role) -> Dimension {
    // A colon is no sign of a name in any of the formats.
    let categories = categories.iter().map(|category| Category { code: category.code, label: text(&category.label) }).collect();
    Dimension { id: id.replace(':', "_"), label, categories, role }
}

/// The table with all that a reader of the file needs.
fn whole(table: &Table, outcome: &Outcome, keys: &[Key]) -> export::Table {
    let cell = |cell: &Cell| match cell {
        Cell::Shown { units, .. } => export::Cell::Shown(*units),
        Cell::Hidden(why) => export::Cell::Hidden(why.clone()),
    };
    let share = |cell: &Cell| match cell {
        Cell::Shown { percent, .. } => percent.map(u32::from),
        Cell::Hidden(_) => None,
    };
    let role = |key: &Key| if key.period { Role::Time } else if key.place { Role::Place } else { Role::Other };
    let by = |nl: bool| keys.iter().map(|key| if nl { key.label.nl.as_str() } else { key.label.en.as_str() }).collect::<Vec<_>>().join(", ");
    let reason = |key: &str, primary: bool| Reason { key: key.to_owned(), words: both(key), primary };
    // A practice register's records are invented, which every format says with its unit: a CSV has no room for a note.
    let beside = |of: Text, more: Text| Text::new(format!("{} ({})", of.nl, more.nl), format!("{} ({})", of.en, more.en));
    let invented = |of: Text| if table.snapshot.practice { beside(of, both("invented")) } else { of };
    // Nor has it room for how far coders agreed.
    let verdict = strictest(&table.reliability);
    let said = |of: Text| match verdict {
        Some(verdict) => beside(invented(of), in_both(|words| mark(verdict, words))),
        None => invented(of),
    };
    let standing = match verdict {
        None | Some(Reliable::Apart | Reliable::Released) => Standing::Normal,
        Some(Reliable::Unjudged) => Standing::Unvalidated,
        Some(Reliable::Tentative | Reliable::Withheld) => Standing::LowReliability,
    };
    let mut notes = vec![both("table-read-how"), both(whom(table))];
    if table.snapshot.practice {
        notes.push(both("register-invented"));
    }
    notes.extend(table.reliability.iter().map(|doubt| in_both(|words| sentence(doubt, words))));
    export::Table {
        id: table.identifier(), short: stem(table), title: text(&outcome.label), subtitle: Text::new(by(true), by(false)), snapshot: snapshot(&table.snapshot),
        keys: keys.iter().map(|key| dimension(&key.id, text(&key.label), &key.categories, role(key))).collect(), outcome: dimension(&outcome.id, text(&outcome.label), &outcome.categories, Role::Other),
        measure: Measure { unit: said(both(&format!("units-{}", outcome.unit))), kind: Kind::Count }, cells: table.body.groups.iter().flat_map(|group| group.cells.iter().map(cell)).collect(), shares: table.body.groups.iter().flat_map(|group| group.cells.iter().map(share)).collect(),
        totals: table.body.groups.iter().map(|group| cell(&group.total)).collect(), applying: table.body.applying, reasons: vec![reason("gate-hidden-small", true), reason("gate-hidden-near", false)], standing, notes,
        citation: Text::new(table.citation(&outcome.label.nl, "nl"), table.citation(&outcome.label.en, "en")),
    }
}

/// The short name of a table: what its files are called.
pub(super) fn stem(table: &Table) -> String {
    format!("lering-{}-{}", table.snapshot.number, table.id.get(..12).unwrap_or_default())
}

/// A table as a file.
///
/// # Errors
/// `NotFound` for a format there is not.
pub fn file(table: &Table, outcome: &Outcome, keys: &[Key], format: &str, words: &Words) -> Result<File, Refused> {
    use export::table::{csv, csvw, json_stat, sdmx_csv, xlsx};
    let (of, language) = (whole(table, outcome, keys), language(words));
    let stem = stem(table);
    let made = |ending: &str, kind: &'static str, bytes: Result<Vec<u8>, export::ExportError>| Ok(File { name: format!("{stem}.{ending}"), kind, bytes: bytes.map_err(failed)? });
    match format {
        "csv" => made("csv", "text/csv; charset=utf-8", csv(&of, language)),
        "csvw" => made("csv-metadata.json", "application/csvm+json", csvw(&of, &format!("{stem}.csv"), language)),
        "xlsx" => made("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx(&of, language)),
        "json-stat" => made("json", "application/json", json_stat(&of, language)),
        "sdmx-csv" => made("sdmx.csv", "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", sdmx_csv(&of, language)),
        "svg" => made("svg", "image/svg+xml", export::chart::svg(&of, language).map(String::into_bytes)),
        "png" => made("png", "image/png", export::chart::svg(&of, language).and_then(|svg| export::chart::png(&svg, 2.0))),
        _ => Err(Refused::NotFound),
    }
}

/// The table as a chart for a page, without the answers of which nothing is shown: the page names them beside its table. Empty when it has no
/// figure to draw.
pub fn chart(table: &Table, outcome: &Outcome, keys: &[Key], words: &Words) -> String {
    let Some(of) = without_hidden(whole(table, outcome, keys)) else { return String::new() };
    // A chart that can't be drawn leaves the table, which says the same.
    export::chart::svg(&of, language(words)).unwrap_or_default()
}

/// A table without the answers of which no figure is shown; none when nothing is.
fn without_hidden(of: export::Table) -> Option<export::Table> {
    let width = of.outcome.categories.len().max(1);
    let open: Vec<bool> = (0..width).map(|at| of.cells.iter().skip(at).step_by(width).any(|cell| matches!(cell, export::Cell::Shown(_)))).collect();
    if !open.contains(&true) {
        return None;
    }
    let keeps = |at: usize| open.get(at % width).copied().unwrap_or(false);
    let cells = of.cells.into_iter().enumerate().filter(|(at, _)| keeps(*at)).map(|(_, cell)| cell).collect();
    let shares = of.shares.into_iter().enumerate().filter(|(at, _)| keeps(*at)).map(|(_, share)| share).collect();
    let categories = of.outcome.categories.into_iter().enumerate().filter(|(at, _)| keeps(*at)).map(|(_, category)| category).collect();
    Some(export::Table { cells, shares, outcome: Dimension { categories, ..of.outcome }, ..of })
}

/// The table as a map of tiles where one of its keys is a place, with the code of the answer it is of: the one chosen, or the one of which most
/// figures are shown; for the newest period in which a figure of it is.
pub fn map(table: &Table, outcome: &Outcome, keys: &[Key], chosen: Option<i64>, words: &Words) -> Option<(i64, String)> {
    let period = keys.iter().find(|key| key.period)?;
    keys.iter().find(|key| key.place)?;
    let shown = |code: i64, at: usize| table.body.groups.iter().filter(|group| group.codes.first() == Some(&code) && matches!(group.cells.get(at), Some(Cell::Shown { .. }))).count();
    let newest = |at: usize| period.categories.iter().rev().find(|category| shown(category.code, at) > 0).or(period.categories.last());
    let most = |at: usize| newest(at).map_or(0, |category| shown(category.code, at));
    let at = match chosen {
        Some(code) => outcome.categories.iter().position(|category| category.code == code)?,
        // The first of those with most.
        None => (0..outcome.categories.len()).rev().max_by_key(|at| most(*at))?,
    };
    let (period_code, code) = (newest(at)?.code, outcome.categories.get(at)?.code);
    let drawn = export::chart::tiles(&whole(table, outcome, keys), &[(period.id.as_str(), period_code), (outcome.id.replace(':', "_").as_str(), code)], language(words)).ok()?;
    Some((code, drawn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_on_a_page_leaves_out_what_is_hidden_throughout() {
        let named = |codes: &[i64]| codes.iter().map(|code| Category { code: *code, label: Text::new(code.to_string(), code.to_string()) }).collect::<Vec<_>>();
        let part = |id: &str, codes: &[i64]| Dimension { id: id.to_owned(), label: Text::new(id, id), categories: named(codes), role: Role::Other };
        let hidden = || export::Cell::Hidden("gate-hidden-small".to_owned());
        let of = |cells: Vec<export::Cell>| export::Table {
            id: "urn:x".to_owned(), short: "x".to_owned(), title: Text::new("x", "x"), subtitle: Text::new("", ""),
            snapshot: export::Snapshot { id: "urn:x".to_owned(), number: 1, date: "2026-01-01".to_owned(), codebook: "1".to_owned() },
            keys: vec![part("period", &[1, 2])], outcome: part("place", &[7, 8, 9]), measure: Measure { unit: Text::new("x", "x"), kind: Kind::Count }, shares: vec![None; 6], totals: vec![hidden(), hidden()], applying: false, cells,
            reasons: vec![], standing: Standing::Normal, notes: vec![], citation: Text::new("x", "x"),
        };
        let left = without_hidden(of(vec![hidden(), export::Cell::Shown(10), hidden(), hidden(), hidden(), export::Cell::Shown(5)])).unwrap();
        assert_eq!(left.outcome.categories.iter().map(|category| category.code).collect::<Vec<_>>(), [8, 9]);
        assert_eq!((left.cells, left.shares.len()), (vec![export::Cell::Shown(10), hidden(), hidden(), export::Cell::Shown(5)], 4));
        assert!(without_hidden(of((0..6).map(|_| hidden()).collect())).is_none());
    }
}
