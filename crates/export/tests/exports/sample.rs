//! Tables, documentation and flat files to test with. The codebook is the real one.

use std::sync::LazyLock;

use codebook::Codebook;
use export::docs::{Level, Quality, RuleLine, Variable};
use export::flat::{Column, Kind as FlatKind, Value};
use export::table::{Dimension, Kind, Measure, Reason, Role};
use export::{Category, Cell, Documentation, Flat, Snapshot, Table, Text};

pub fn book() -> &'static Codebook {
    static BOOK: LazyLock<Codebook> = LazyLock::new(|| Codebook::parse(include_str!("../../../../config/codebook/2026.1.toml")).unwrap());
    &BOOK
}

fn text(label: &codebook::Label) -> Text {
    Text::new(&label.nl, &label.en)
}

fn categories(codes: &[codebook::Code]) -> Vec<Category> {
    codes.iter().map(|code| Category { code: code.code, label: text(&code.label) }).collect()
}

pub fn snapshot() -> Snapshot {
    Snapshot { id: "lering:snapshot:7".into(), number: 7, date: "2026-11-25".into(), codebook: "2026.1".into() }
}

pub fn missing() -> Vec<Category> {
    [(-6, "niet verstrekt", "not supplied"), (-7, "niet van toepassing", "not applicable"), (-8, "onbekend na navraag", "unknown after inquiry"), (-9, "nog niet verzameld", "not yet collected")]
        .map(|(code, nl, en)| Category { code, label: Text::new(nl, en) }).into()
}

pub fn period(count: i64) -> Dimension {
    let categories = (0..count).map(|at| Category { code: at, label: Text::new(format!("{}-{}", 2018 + 3 * at, 2020 + 3 * at), format!("{} to {}", 2018 + 3 * at, 2020 + 3 * at)) });
    Dimension { id: "period".into(), label: Text::new("Periode", "Period"), categories: categories.collect(), role: Role::Time }
}

pub fn region() -> Dimension {
    Dimension { id: "police_region".into(), label: Text::new("Politie-eenheid of eiland", "Police unit or island"), categories: categories(book().list("police_region").unwrap()), role: Role::Place }
}

pub fn outcome(count: i64) -> Dimension {
    let labels = [("nee", "no"), ("ja, \"zelf\" gezegd", "yes, said \"herself\""), ("onbekend", "unknown")];
    let categories = (0..count).zip(labels).map(|(at, (nl, en))| Category { code: if at == 2 { -8 } else { at }, label: Text::new(nl, en) });
    Dimension { id: "threats".into(), label: Text::new("Bedreiging <met> de dood & letsel", "Threats <to> kill & injure"), categories: categories.collect(), role: Role::Other }
}

/// A table whose figures come from `cell` and `total`, by their number.
pub fn table(keys: Vec<Dimension>, outcome: Dimension, kind: Kind, cell: impl Fn(usize) -> Cell, total: Option<&dyn Fn(usize) -> Cell>) -> Table {
    let groups: usize = keys.iter().map(|key| key.categories.len()).product();
    let reason = |key: &str, nl: &str, en: &str, primary| Reason { key: key.into(), words: Text::new(nl, en), primary };
    let reasons = vec![
        reason("gate-hidden-small", "te klein om te tonen", "too small to show", true), reason("gate-hidden-near", "samen met een andere tabel zou dit iemand tonen", "with another table this would show a person", false),
    ];
    Table {
        id: "lering:table:3f9a".into(), short: "lering-7-3f9a".into(), shares: vec![],
        title: Text::new("Bedreiging vóór het geweld", "Threats before the violence"), subtitle: Text::new("slachtoffers naar periode", "victims by period"), snapshot: snapshot(),
        cells: (0..groups * outcome.categories.len()).map(cell).collect(), totals: total.map(|total| (0..groups).map(total).collect()).unwrap_or_default(),
        keys, outcome, measure: Measure { unit: Text::new("slachtoffers", "victims"), kind },
        applying: false, reasons, standing: export::table::Standing::Normal,
        notes: vec![Text::new("Cijfers zijn op vijf afgerond.", "Figures are rounded to five.")],
        citation: Text::new("Lering-register (2026), momentopname 7, tabel 3f9a", "Lering register (2026), snapshot 7, table 3f9a"),
    }
}

/// The same with percentages: of every shown cell but the first.
pub fn shared(table: Table) -> Table {
    let shares = table.cells.iter().enumerate().map(|(at, cell)| match cell {
        Cell::Shown(_) if at > 0 => Some(u32::try_from(at * 7 % 101).unwrap()),
        _ => None,
    }).collect();
    Table { shares, ..table }
}

pub fn hidden(primary: bool) -> Cell {
    Cell::Hidden(if primary { "gate-hidden-small" } else { "gate-hidden-near" }.into())
}

/// Every fourth cell hidden.
pub fn mixed(number: usize) -> Cell {
    if number % 4 == 3 { hidden(number % 8 == 3) } else { Cell::Shown(u32::try_from(number % 20).unwrap() * 5) }
}

/// The first derived variable of the codebook that a table decides.
fn decided(book: &codebook::Codebook, like: Variable) -> Variable {
    let derived = book.derived.iter().find(|derived| derived.method == "cases" && derived.cases.iter().all(|line| !line.nl.is_empty())).unwrap();
    let rule = book.rule(&derived.id).unwrap();
    let lines = rule.lines.iter().map(|line| RuleLine { when: text(&line.when), expression: line.expression.clone(), then: Category { code: line.code, label: text(&line.label) } }).collect();
    Variable { id: derived.id.clone(), level: derived.level.clone(), label: text(&derived.label), definition: text(&rule.said), rule: lines, kind: "derived".into(), codes: categories(&derived.codes), from: derived.from.clone(), range: (None, None), ..like }
}

pub fn documentation() -> Documentation {
    let book = book();
    let level = |level: &codebook::Level| Level { id: level.id.clone(), label: text(&level.label), rows: Text::new(level.rows_nl.clone(), level.rows.clone()), count: (level.id == "case").then_some(310) };
    let variable = |variable: &codebook::Variable| Variable {
        id: variable.id.clone(), level: variable.level.clone(), label: text(&variable.label), definition: text(&variable.definition), rule: vec![], kind: variable.kind.clone(), codes: categories(&variable.codes),
        range: variable.range, condition: variable.condition.clone(), asked_when: book.asked_when(&variable.id).map(|told| text(&told)), from: vec![], export: variable.export.clone(), gate: variable.gate.clone(), reliability: variable.reliability.clone(),
        source: vec!["UNODC".into()], quality: vec![Quality { label: Text::new("alpha van Krippendorff", "Krippendorff's alpha"), value: "0.82".into() }],
    };
    let mut variables: Vec<Variable> = book.variables.iter().map(variable).collect();
    let from = variables.iter().take(2).map(|variable| variable.id.clone()).collect();
    let like = variables.first().unwrap().clone();
    variables.push(Variable { id: "made_up_interval".into(), kind: "derived".into(), codes: vec![], from, range: (None, Some(400)), ..like.clone() });
    // What is computed by a table, with the table.
    variables.push(decided(&book, like));
    Documentation {
        id: "lering:codebook:2026.1".into(), title: text(&book.title), summary: Text::new("Alle dodelijke zaken <en> hun kenmerken.", "All fatal cases <and> what marks them."),
        citation: Text::new("Lering-register (2026), momentopname 7", "Lering register (2026), snapshot 7"), publisher: "Registerbureau & partners".into(),
        access: Text::new("Alleen tabellen.", "Tables only."), quality: vec![Text::new("310 van 312 zaken zijn gecodeerd.", "310 of 312 cases are coded.")], snapshot: snapshot(),
        levels: book.levels.iter().map(level).collect(), missing: missing(), variables,
    }
}

/// A flat file of a few variables of every kind, with names longer than eight signs, words in two bytes, and every kind of missing.
pub fn flat() -> Flat {
    let codes = |labels: &[(i64, &str)]| labels.iter().map(|(code, label)| Category { code: *code, label: Text::new(*label, format!("{label} (en)")) }).collect::<Vec<_>>();
    let column = |id: &str, label: &str, kind, codes| Column { id: id.into(), label: Text::new(label, format!("{label} (en)")), kind, codes };
    let columns = vec![
        column("police_region_of_incident", "Politie-eenheid, één per zaak", FlatKind::Code, codes(&[(1, "Noord-Nederland"), (11, "Bonaire"), (300, "elders")])),
        column("age", "Leeftijd in jaren", FlatKind::Integer, vec![]),
        column("incident_date", "Dag van het geweld", FlatKind::Date, vec![]),
        column("violence_forms", "Vormen van geweld", FlatKind::Multi, codes(&[(1, "vuurwapen"), (90, "overig")])),
        column("birth_month", "Geboortemaand", FlatKind::Text, vec![]),
    ];
    let number = |number| Some(Value::Number(number));
    let words = |words: &str| Some(Value::Text(words.into()));
    let gone = |code| Some(Value::Missing(code));
    let mut rows = vec![
        vec![number(1), number(97), words("2024-02-29"), Some(Value::Codes(vec![1, 90])), words("1990-04")],
        vec![number(300), number(0), words("1970-01-01"), Some(Value::Codes(vec![])), words("ë\u{e9}n, \"twee\" woorden")],
        vec![gone(-8), gone(-6), gone(-9), gone(-8), gone(-6)],
        vec![None, number(1_234_567), None, None, None],
    ];
    rows.extend((0..200).map(|at| vec![number(11), number(at), words("2025-12-31"), Some(Value::Codes(vec![90])), words("2001-01")]));
    Flat { title: Text::new("Synthetisch bestand", "Synthetic file"), note: Text::new("Geen echte zaken; codeboek 2026.1. ".repeat(6), "No real cases; codebook 2026.1. ".repeat(6)), missing: missing(), columns, rows }
}
