//! Workbooks (XLSX). A formula's kept value is whatever the last program computed, or somebody put there: it is refused, not trusted. A
//! merged cell holds one value for many places: which of them is meant, the file doesn't say. What is hidden is read by nobody who looks the
//! file over: it is said, and never loaded unseen.

use std::io::{self, Cursor, Read};

use calamine::{Data, Reader, SheetVisible, Xlsx};

use crate::{Fault, Found, LARGEST_UNPACKED, Line, MOST_COLUMNS, MOST_ROWS, Table, TableError, unseen};

pub(crate) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Table, TableError> {
    unpacks(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableError::Broken)?;
    let sheets = book.sheet_names();
    let hidden: Vec<String> = book.sheets_metadata().iter().filter(|sheet| sheet.visible != SheetVisible::Visible).map(|sheet| sheet.name.clone()).collect();
    let sheet = match wanted {
        Some(name) => sheets.iter().find(|sheet| *sheet == name).cloned().ok_or_else(|| TableError::NoSheet { asked: name.to_owned(), sheets: sheets.clone() })?,
        None => sheets.iter().find(|sheet| !hidden.contains(sheet)).or(sheets.first()).cloned().ok_or(TableError::Empty)?,
    };
    let range = book.worksheet_range(&sheet).map_err(|_| TableError::Broken)?;
    let (top, left) = range.start().ok_or(TableError::Empty)?;
    if range.width() > MOST_COLUMNS {
        return Err(TableError::TooManyColumns);
    }
    if range.height() > MOST_ROWS + 1 {
        return Err(TableError::TooManyRows);
    }
    let (number, across) = (|row: usize| top as usize + row + 1, left as usize);
    let mut faults = vec![];
    let formulas = book.worksheet_formula(&sheet).map_err(|_| TableError::Broken)?;
    if let Some((first_row, first_column)) = formulas.start() {
        for (row, column, _) in formulas.used_cells().filter(|(.., formula)| !formula.is_empty()) {
            // `used_cells` counts from the range's own corner.
            let column = (first_column as usize + column).checked_sub(across);
            faults.push(Fault { row: first_row as usize + row + 1, column, rule: "formula" });
        }
    }
    for region in book.merge_cells_by_sheet_name(&sheet).map_err(|_| TableError::Broken)? {
        faults.push(Fault { row: region.start.0 as usize + 1, column: (region.start.1 as usize).checked_sub(across), rule: "merged" });
    }
    let unseen = unseen::of_sheet(bytes, sheets.iter().position(|known| *known == sheet).unwrap_or_default())?;
    let mut rows = range.rows().enumerate().map(|(at, row)| {
        let cells = row.iter().enumerate().map(|(column, cell)| text(cell).unwrap_or_else(|| {
            faults.push(Fault { row: number(at), column: Some(column), rule: "error-value" });
            String::new()
        })).collect();
        Line { number: number(at), cells }
    }).collect::<Vec<_>>().into_iter();
    let header = rows.next().ok_or(TableError::Empty)?.cells;
    let lines: Vec<Line> = rows.filter(|line| line.cells.iter().any(|cell| !cell.is_empty()) || faults.iter().any(|fault| fault.row == line.number)).collect();
    faults.extend(lines.iter().filter(|line| unseen.rows.contains(&(line.number - 1))).map(|line| Fault { row: line.number, column: None, rule: "hidden-row" }));
    // Said once, in the first row: what is hidden is hidden all the way down.
    if let Some(first) = lines.first() {
        faults.extend((0..header.len()).filter(|column| unseen.column(across + column)).map(|column| Fault { row: first.number, column: Some(column), rule: "hidden-column" }));
    }
    Ok(Table { found: Found::Xlsx { sheet, sheets, hidden }, header, lines, faults })
}

/// Refuses what unpacks to more than is read: the sizes an archive declares may lie, so each part is unpacked and counted.
fn unpacks(bytes: &[u8]) -> Result<(), TableError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::NoTable)?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(TableError::NoTable);
    }
    let mut left = LARGEST_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| TableError::Broken)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| TableError::Broken)?;
        left = left.checked_sub(read).ok_or(TableError::TooLarge)?;
    }
    Ok(())
}

/// A cell as text; none for an error value. Whole numbers have no decimals, days are ISO 8601.
fn text(cell: &Data) -> Option<String> {
    Some(match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(length) => length.as_f64().to_string(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        _ => return None,
    })
}
