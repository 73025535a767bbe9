//! XLSX: a sheet with the table as on screen, one with its percentages where they were released, and one that says what it is. Hidden cells are words, never empty and never 0.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{Cell, Table};
use crate::words::words;
use crate::{ExportError, Language, Text};

struct Styles {
    head: Format,
    label: Format,
    figure: Format,
    hidden: Format,
    title: Format,
    wrap: Format,
}

impl Styles {
    fn new() -> Styles {
        let cell = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        Styles {
            head: cell().set_bold().set_text_wrap().set_background_color("#1F4E56").set_font_color("#FFFFFF"),
            label: cell().set_text_wrap(),
            figure: cell().set_num_format("#,##0"),
            hidden: cell().set_italic().set_background_color("#E7EBEA").set_align(FormatAlign::Right),
            title: Format::new().set_bold().set_font_size(14),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// The table as XLSX.
///
/// # Errors
/// `Malformed` when the table contradicts itself or is larger than a sheet.
pub fn xlsx(table: &Table, language: Language) -> Result<Vec<u8>, ExportError> {
    table.check()?;
    let failed = ExportError::of::<XlsxError>("xlsx");
    let mut book = Workbook::new();
    let mut properties = DocProperties::new().set_title(table.heading(language)).set_comment(table.citation.get(language)).set_subject(&table.id);
    // The day of the snapshot, so that the same table gives the same bytes.
    if let Ok(day) = ExcelDateTime::parse_from_str(&table.snapshot.date) {
        properties = properties.set_creation_datetime(&day);
    }
    book.set_properties(&properties);
    let styles = Styles::new();
    figures(book.add_worksheet(), table, language, &styles).map_err(&failed)?;
    if table.shares.iter().any(Option::is_some) {
        percentages(book.add_worksheet(), table, language, &styles).map_err(&failed)?;
    }
    about(book.add_worksheet(), table, language, &styles).map_err(&failed)?;
    book.save_to_buffer().map_err(failed)
}

fn column(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}
fn line(at: usize) -> Result<u32, XlsxError> {
    u32::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}

fn figures(sheet: &mut Worksheet, table: &Table, language: Language, styles: &Styles) -> Result<(), XlsxError> {
    let words = words(language);
    sheet.set_name(words.table)?;
    let keys = table.keys.iter().map(|key| key.label.capital(language));
    let outcomes = table.outcome.categories.iter().map(|category| category.label.get(language).to_owned());
    let total = (!table.totals.is_empty()).then(|| format!("{} ({})", table.total(language), table.measure.unit.get(language)));
    let cells = |sheet: &mut Worksheet, group: usize, row: u32| -> Result<(), XlsxError> {
        let cells = (0..table.outcome.categories.len()).filter_map(|at| table.cell(group, at)).chain(table.totals.get(group));
        for (at, cell) in cells.enumerate() {
            let at = column(table.keys.len() + at)?;
            match cell {
                Cell::Shown(figure) => sheet.write_number_with_format(row, at, *figure, &styles.figure)?,
                Cell::Hidden(key) => sheet.write_string_with_format(row, at, mark(table, key, language), &styles.hidden)?,
            };
        }
        Ok(())
    };
    grid(sheet, table, language, styles, keys.chain(outcomes).chain(total), cells)
}

/// A sheet with a row for every group: heads, the group's labels, and what `cells` writes behind them.
fn grid(
    sheet: &mut Worksheet, table: &Table, language: Language, styles: &Styles, heads: impl Iterator<Item = String>, cells: impl Fn(&mut Worksheet, usize, u32) -> Result<(), XlsxError>,
) -> Result<(), XlsxError> {
    for (at, head) in heads.enumerate() {
        sheet.write_string_with_format(0, column(at)?, head, &styles.head)?;
        sheet.set_column_width(column(at)?, if at < table.keys.len() { 28.0 } else { 18.0 })?;
    }
    for group in 0..table.groups() {
        let row = line(group + 1)?;
        for (at, category) in table.codes(group).into_iter().enumerate() {
            sheet.write_string_with_format(row, column(at)?, category.label.get(language), &styles.label)?;
        }
        cells(sheet, group, row)?;
    }
    sheet.set_freeze_panes(1, column(table.keys.len())?)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    Ok(())
}

/// The same table as percentages of each group; a figure too small for one has none.
fn percentages(sheet: &mut Worksheet, table: &Table, language: Language, styles: &Styles) -> Result<(), XlsxError> {
    let words = words(language);
    sheet.set_name(words.percentages)?;
    let of = table.percent_of(language);
    let heads = table.keys.iter().map(|key| key.label.capital(language)).chain(table.outcome.categories.iter().map(|category| format!("{} ({of})", category.label.get(language))));
    grid(sheet, table, language, styles, heads, |sheet, group, row| {
        for at in 0..table.outcome.categories.len() {
            let place = column(table.keys.len() + at)?;
            match (table.cell(group, at), table.share(group, at)) {
                (_, Some(share)) => sheet.write_number_with_format(row, place, share, &styles.figure)?,
                (Some(Cell::Hidden(key)), _) => sheet.write_string_with_format(row, place, mark(table, key, language), &styles.hidden)?,
                _ => sheet.write_string_with_format(row, place, words.no_figure, &styles.hidden)?,
            };
        }
        Ok(())
    })
}

/// The word in a hidden cell, with the letter of its reason: the reasons stand on the other sheet.
fn mark(table: &Table, key: &str, language: Language) -> String {
    let letter = table.used_reasons().position(|reason| reason.key == key).and_then(|at| u8::try_from(at).ok()).map_or('?', |at| char::from(b'a'.saturating_add(at)));
    format!("{} ({letter})", words(language).hidden)
}

fn about(sheet: &mut Worksheet, table: &Table, language: Language, styles: &Styles) -> Result<(), XlsxError> {
    let words = words(language);
    sheet.set_name(words.about)?;
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, table.heading(language), &styles.title)?;
    let outcome = format!("{} ({})", table.outcome.label.get(language), table.unit(language));
    let snapshot = format!("{} {} {} ({})", table.snapshot.number, words.of_day, table.snapshot.date, table.snapshot.id);
    let mut lines: Vec<(String, String)> = vec![
        (words.table.into(), outcome),
        (words.citation.into(), table.citation.get(language).into()),
        (words.identifier.into(), table.id.clone()),
        (words.snapshot.into(), snapshot),
        (words.codebook.into(), table.snapshot.codebook.clone()),
        (words.short.into(), table.short.clone()),
    ];
    lines.extend(table.notes.iter().map(|note: &Text| (words.notes.to_owned(), note.get(language).to_owned())));
    lines.extend(table.used_reasons().map(|reason| (mark(table, &reason.key, language), reason.words.get(language).to_owned())));
    for dimension in table.dimensions() {
        let codes: Vec<String> = dimension.categories.iter().map(|category| format!("{} = {}", category.code, category.label.get(language))).collect();
        lines.push((format!("{}: {}", words.codes, dimension.label.get(language)), codes.join("; ")));
    }
    for (at, (name, value)) in lines.into_iter().enumerate() {
        let row = line(at + 2)?;
        sheet.write_string_with_format(row, 0, name, &styles.wrap)?;
        sheet.write_string_with_format(row, 1, value, &styles.wrap)?;
    }
    Ok(())
}
