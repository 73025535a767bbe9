//! Bars, lying, so that names of any length can be read: one key gives bars, two give grouped bars with a panel for each code of the
//! outcome. The period is compared within a group.

use super::draw::{Drawing, MARGIN, PLAIN, SMALL, Type, WIDTH, wrapped};
use super::{MUTED, SERIES};
use crate::table::{Cell, Dimension, Kind, Table};
use crate::words::words;
use crate::{ExportError, Language};

const NAMES: f64 = 210.0;
const BAR: f64 = 20.0;
const GAP: f64 = 6.0;
/// Room right of the longest bar, for its figure.
const FIGURE: f64 = 90.0;

struct Bar {
    name: String,
    series: usize,
    cell: usize,
}
struct Group {
    name: Option<String>,
    bars: Vec<Bar>,
}
struct Panel {
    name: Option<String>,
    groups: Vec<Group>,
}

/// The table as a bar chart.
///
/// # Errors
/// `Malformed` when the table contradicts itself.
pub fn svg(table: &Table, language: Language) -> Result<String, ExportError> {
    table.check()?;
    let words = words(language);
    let title = table.title.get(language);
    let unit = table.unit(language);
    let subtitle = [table.subtitle.get(language), &unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    let mut drawing = Drawing::new(&table.id, title, &subtitle);
    let panels = panels(table, language);
    let highest = table.cells.iter().filter_map(|cell| if let Cell::Shown(figure) = cell { Some(*figure) } else { None }).max().unwrap_or(0).max(1);
    let mut told = vec![];
    for panel in &panels {
        if let Some(name) = &panel.name {
            drawing.y += 8.0;
            drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, name, Type { bold: true, size: 15.0, ..PLAIN });
            told.push(format!("{name}:"));
        }
        for group in &panel.groups {
            draw_group(&mut drawing, table, group, f64::from(highest), language);
            let bars: Vec<String> = group.bars.iter().map(|bar| format!("{} {}", bar.name, said(table, bar.cell, language))).collect();
            told.push(match &group.name {
                Some(name) => format!("{name}: {}.", bars.join(", ")),
                None => format!("{}.", bars.join(", ")),
            });
        }
    }
    drawing.y += 10.0;
    for reason in table.used_reasons() {
        let line = format!("{}: {}", words.hidden_marks, reason.words.get(language));
        drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, &line, SMALL);
        told.push(format!("{line}."));
    }
    drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, table.citation.get(language), SMALL);
    Ok(drawing.finish(language.tag(), &table.heading(language), &format!("{unit}. {}", told.join(" "))))
}

/// A cell in words.
pub(super) fn said(table: &Table, cell: usize, language: Language) -> String {
    match table.cells.get(cell) {
        Some(Cell::Shown(figure)) if table.measure.kind == Kind::Percent => format!("{figure}%"),
        Some(Cell::Shown(figure)) => figure.to_string(),
        Some(Cell::Hidden(_)) => words(language).hidden.to_owned(),
        None => words(language).no_figure.to_owned(),
    }
}

fn draw_group(drawing: &mut Drawing, table: &Table, group: &Group, highest: f64, language: Language) {
    if let Some(name) = &group.name {
        drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, name, Type { colour: MUTED, ..PLAIN });
        drawing.y += 2.0;
    }
    let (left, most) = (MARGIN + NAMES, WIDTH - 2.0 * MARGIN - NAMES - FIGURE);
    let top = drawing.y;
    for bar in &group.bars {
        let lines = wrapped(&bar.name, NAMES - 14.0, 13.0);
        let height = (lines.len().max(1) as f64 * 16.0).max(BAR);
        for (at, line) in lines.iter().enumerate() {
            drawing.words(left - 8.0, drawing.y + 15.0 + at as f64 * 16.0, line, Type { size: 13.0, anchor: "end", ..PLAIN });
        }
        let cell = table.cells.get(bar.cell);
        drawing.cell(bar.cell, !matches!(cell, Some(Cell::Shown(_))));
        let figure = said(table, bar.cell, language);
        let end = match cell {
            Some(Cell::Shown(value)) => {
                let width = f64::from(*value) / highest * most;
                drawing.bar((left, drawing.y + 1.0, width, BAR - 2.0), bar.series);
                left + width
            }
            _ => {
                drawing.hatched((left, drawing.y + 1.0, 60.0, BAR - 2.0));
                left + 60.0
            }
        };
        drawing.words(end + 6.0, drawing.y + 15.0, &figure, Type { size: 13.0, bold: matches!(cell, Some(Cell::Shown(_))), ..PLAIN });
        drawing.end();
        drawing.y += height + GAP;
    }
    drawing.rule(left, top, drawing.y - GAP);
    drawing.y += 6.0;
}

fn names(dimension: &Dimension, language: Language) -> Vec<String> {
    dimension.categories.iter().map(|category| category.label.get(language).to_owned()).collect()
}

/// Bars of one series each, or all of one colour when there are more than the colours that can be told apart.
fn bars(names: &[String], cell: impl Fn(usize) -> usize) -> Vec<Bar> {
    let series = |at: usize| if names.len() <= SERIES.len() { at } else { 0 };
    names.iter().enumerate().map(|(at, name)| Bar { name: name.clone(), series: series(at), cell: cell(at) }).collect()
}

fn panels(table: &Table, language: Language) -> Vec<Panel> {
    let outcomes = names(&table.outcome, language);
    let of_one_colour = |mut bars: Vec<Bar>| {
        bars.iter_mut().for_each(|bar| bar.series = 0);
        bars
    };
    match table.keys.as_slice() {
        [first, second] => {
            let (first, second) = (names(first, language), names(second, language));
            let panel = |at: usize| second.iter().enumerate().map(|(place, name)| Group {
                name: Some(name.clone()), bars: bars(&first, |period| (period * second.len() + place) * outcomes.len() + at),
            }).collect();
            outcomes.iter().enumerate().map(|(at, name)| Panel { name: (outcomes.len() > 1).then(|| name.clone()), groups: panel(at) }).collect()
        }
        [key] if outcomes.len() > 1 => {
            let groups = names(key, language).into_iter().enumerate().map(|(at, name)| Group { name: Some(name), bars: bars(&outcomes, |outcome| at * outcomes.len() + outcome) });
            vec![Panel { name: None, groups: groups.collect() }]
        }
        [key] => vec![Panel { name: None, groups: vec![Group { name: None, bars: of_one_colour(bars(&names(key, language), |at| at)) }] }],
        _ => vec![Panel { name: None, groups: vec![Group { name: None, bars: of_one_colour(bars(&outcomes, |at| at)) }] }],
    }
}
