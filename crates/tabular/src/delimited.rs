//! Delimited text.

use csv::{ByteRecord, ReaderBuilder};

use crate::encoding::is_wide_utf8;
use crate::{Encoding, Fault, Found, Line, MOST_COLUMNS, MOST_ROWS, Table, TableError, Wishes};

/// What may stand between cells, the likeliest first.
const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];

pub(crate) fn read(bytes: &[u8], wishes: &Wishes) -> Result<Table, TableError> {
    let encoding = wishes.encoding.unwrap_or_else(|| Encoding::of(bytes));
    let wide = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    // Outside UTF-16 a zero, or the first bytes of an image, an archive or an old workbook, is no text.
    if !wide && (bytes.contains(&0) || bytes.starts_with(b"%PDF") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])) {
        return Err(TableError::NoTable);
    }
    // UTF-16 is turned before it is cut into lines; the others are cut first, so that each line can be judged by its own bytes.
    let turned = if wide {
        let (text, whole) = encoding.text(bytes);
        if !whole {
            return Err(TableError::NoTable);
        }
        Some(text.into_bytes())
    } else {
        None
    };
    let bytes = turned.as_deref().unwrap_or(bytes);
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let delimiter = wishes.delimiter.filter(|sign| sign.is_ascii()).unwrap_or_else(|| delimiter_of(bytes));
    let records = cut(bytes, delimiter)?;
    let decoding = if wide { Encoding::Utf8 } else { encoding };
    // Taken as Windows-1252 because some line is no UTF-8: lines that are stand out.
    let mixed = decoding == Encoding::Windows1252;
    let mut faults = vec![];
    let mut rows = records.into_iter().map(|(number, record)| {
        let cells = record.iter().enumerate().map(|(column, cell)| {
            let (text, whole) = decoding.text(cell);
            if !whole {
                faults.push(Fault { row: number, column: Some(column), rule: if wishes.encoding.is_some() { "not-in-encoding" } else { "mixed-encoding" } });
            } else if mixed && is_wide_utf8(cell) {
                faults.push(Fault { row: number, column: Some(column), rule: "mixed-encoding" });
            }
            text.trim().to_owned()
        }).collect::<Vec<_>>();
        Line { number, cells }
    }).collect::<Vec<_>>().into_iter();
    let header = rows.next().ok_or(TableError::Empty)?;
    let width = header.cells.len();
    if width > MOST_COLUMNS {
        return Err(TableError::TooManyColumns);
    }
    let mut lines = vec![];
    for mut line in rows.filter(|line| line.cells.iter().any(|cell| !cell.is_empty())) {
        // A line of another width has other delimiters, or an unquoted one: what stands in which column is anybody's guess.
        if line.cells.len() != width {
            faults.push(Fault { row: line.number, column: None, rule: "columns" });
            line.cells.resize(width, String::new());
        }
        if lines.len() == MOST_ROWS {
            return Err(TableError::TooManyRows);
        }
        lines.push(line);
    }
    Ok(Table { found: Found::Csv { encoding, delimiter }, header: header.cells, lines, faults })
}

/// Lines as bytes, with their numbers. The first line in which anything stands is the header.
fn cut(bytes: &[u8], delimiter: char) -> Result<Vec<(usize, ByteRecord)>, TableError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(u8::try_from(delimiter).unwrap_or(b';')).from_reader(bytes);
    let mut found = vec![];
    let mut record = ByteRecord::new();
    let (mut counted, mut line) = (0, 1);
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(TableError::NoTable),
        }
        // The reader says where a record's line begins before it has passed the end of the one before: lines are counted here.
        let begins = record.position().map_or(counted, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let begins = begins + bytes.get(begins..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += bytes.get(counted..begins).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        counted = begins;
        found.push((line, record.clone()));
        if found.len() > MOST_ROWS + 2 {
            return Err(TableError::TooManyRows);
        }
    }
    Ok(found)
}

/// The delimiter that cuts the first lines into most columns, all of one width if any does.
fn delimiter_of(bytes: &[u8]) -> char {
    let head = bytes.get(..bytes.len().min(64 * 1024)).unwrap_or_default();
    let told = |sign: char| -> (bool, usize) {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(u8::try_from(sign).unwrap_or(b';')).from_reader(head);
        let widths: Vec<usize> = reader.byte_records().take(20).flatten().map(|record| record.len()).collect();
        let first = widths.first().copied().unwrap_or(0);
        // The last line of the head may be cut off.
        let whole = widths.get(..widths.len().saturating_sub(1)).unwrap_or_default();
        (first > 1 && whole.iter().all(|width| *width == first), first)
    };
    let mut best = (DELIMITERS[0], (false, 0));
    for sign in DELIMITERS {
        let this = told(sign);
        if this > best.1 {
            best = (sign, this);
        }
    }
    best.0
}
