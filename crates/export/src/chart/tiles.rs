//! The tile map: one square for each police unit, and one for Bonaire, Sint Eustatius and Saba, about where they lie.

use super::draw::{Drawing, MARGIN, PLAIN, SMALL, Type, WIDTH, wrapped};
use super::{LINE, PAPER, SHADES, bars::said};
use crate::table::{Cell, Role, Table};
use crate::words::words;
use crate::{Category, ExportError, Language};

/// Where a region's tile lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Code of the region in the codebook's list `police_region`; codes are never reused.
    pub code: i64,
    /// Column.
    pub column: u8,
    /// Row.
    pub row: u8,
}

const fn at(code: i64, column: u8, row: u8) -> Place {
    Place { code, column, row }
}

/// The ten police units, then the three islands.
pub const PLACES: [Place; 13] = [
    at(1, 2, 0), at(2, 3, 1), at(3, 2, 1), at(4, 1, 0), at(5, 1, 1), at(6, 0, 2), at(7, 1, 2), at(8, 1, 3), at(9, 2, 2), at(10, 2, 3), at(11, 5, 1), at(12, 5, 2), at(13, 5, 3),
];
const ISLANDS: u8 = 5;
const SIDE: f64 = 112.0;
const STEP: f64 = 118.0;

/// The table as a tile map: its dimension of places for one code of every other dimension, given as id and code.
///
/// # Errors
/// `Malformed` when the table contradicts itself, has no dimension of places, or `fixed` leaves another dimension open.
pub fn tiles(table: &Table, fixed: &[(&str, i64)], language: Language) -> Result<String, ExportError> {
    table.check()?;
    let words = words(language);
    let (regions, chosen) = regions(table, fixed)?;
    let of: Vec<&str> = chosen.iter().map(|category| category.label.get(language)).collect();
    let subtitle = format!("{}; {}", of.join(", "), table.unit(language));
    let mut drawing = Drawing::new(&format!("{}_map", table.id), &table.heading(language), &subtitle);
    let top = drawing.y;
    let highest = regions.iter().filter_map(|(_, cell)| shown(table, *cell)).max().unwrap_or(0).max(1);
    let mut told = vec![];
    let mut apart = vec![];
    for (region, cell) in &regions {
        let line = format!("{}: {}", region.label.get(language), said(table, *cell, language));
        match PLACES.iter().find(|place| place.code == region.code) {
            Some(place) => tile(&mut drawing, table, region, *cell, (*place, top), highest, language),
            None => apart.push((line.clone(), *cell)),
        }
        told.push(line);
    }
    let left = MARGIN + f64::from(ISLANDS) * STEP;
    for (at, line) in wrapped(words.caribbean, SIDE, 14.0).iter().enumerate() {
        drawing.words(left, top + STEP - 26.0 + at as f64 * 17.0, line, Type { bold: true, ..PLAIN });
    }
    drawing.y = top + 4.0 * STEP + 6.0;
    for (line, cell) in apart {
        drawing.cell(cell, shown(table, cell).is_none());
        drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, &line, PLAIN);
        drawing.end();
    }
    for reason in table.used_reasons() {
        drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, &format!("{}: {}", words.hidden_marks, reason.words.get(language)), SMALL);
    }
    drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, table.citation.get(language), SMALL);
    Ok(drawing.finish(language.tag(), &format!("{}, {}", table.heading(language), of.join(", ")), &format!("{}. {}.", table.unit(language), told.join("; "))))
}

fn shown(table: &Table, cell: usize) -> Option<u32> {
    match table.cells.get(cell) {
        Some(Cell::Shown(figure)) => Some(*figure),
        _ => None,
    }
}

/// The regions with the number of their cell, and the codes that are fixed.
type Regions<'a> = (Vec<(&'a Category, usize)>, Vec<&'a Category>);

fn regions<'a>(table: &'a Table, fixed: &[(&str, i64)]) -> Result<Regions<'a>, ExportError> {
    let place = table.dimensions().find(|dimension| dimension.role == Role::Place).ok_or_else(|| ExportError::malformed("no dimension of places"))?;
    let (mut base, mut step, mut size, mut chosen) = (0, 0, 1, vec![]);
    // From the last dimension to the first: a cell's number counts the last one fastest.
    for dimension in table.dimensions().collect::<Vec<_>>().into_iter().rev() {
        if dimension.id == place.id {
            step = size;
        } else {
            let wanted = fixed.iter().find(|(id, _)| *id == dimension.id).map(|(_, code)| *code);
            let found = dimension.categories.iter().enumerate().find(|(_, category)| Some(category.code) == wanted);
            let (at, category) = found.ok_or_else(|| ExportError::malformed(format!("no code chosen of {}", dimension.id)))?;
            base += at * size;
            chosen.insert(0, category);
        }
        size *= dimension.categories.len();
    }
    Ok((place.categories.iter().enumerate().map(|(at, region)| (region, base + at * step)).collect(), chosen))
}

fn tile(drawing: &mut Drawing, table: &Table, region: &Category, cell: usize, (place, top): (Place, f64), highest: u32, language: Language) {
    let (x, y) = (MARGIN + f64::from(place.column) * STEP, top + f64::from(place.row) * STEP);
    let figure = shown(table, cell);
    drawing.cell(cell, figure.is_none());
    let ink = match figure {
        Some(figure) => {
            let shade = SHADES.get((u64::from(figure) * 5 / (u64::from(highest) + 1)) as usize).copied().unwrap_or(SHADES[0]);
            drawing.area((x, y, SIDE, SIDE), shade.0, LINE);
            shade.1
        }
        None => {
            drawing.hatched((x, y, SIDE, SIDE));
            drawing.area((x + 5.0, y + 24.0, SIDE - 10.0, SIDE - 48.0), PAPER, LINE);
            PLAIN.colour
        }
    };
    let middle = x + SIDE / 2.0;
    for (at, line) in wrapped(&region.label.get(language).replace('-', "- "), SIDE, 13.0).iter().enumerate() {
        drawing.words(middle, y + 40.0 + at as f64 * 15.0, &line.replace("- ", "-"), Type { size: 12.5, colour: ink, anchor: "middle", bold: false });
    }
    let (size, up) = if figure.is_some() { (20.0, 28.0) } else { (13.0, 36.0) };
    drawing.words(middle, y + SIDE - up, &said(table, cell, language), Type { size, bold: true, colour: ink, anchor: "middle" });
    drawing.end();
}
