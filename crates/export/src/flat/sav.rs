//! The flat file as SPSS system file: names, labels, value labels, the negative codes as user-missing, UTF-8.

use super::Flat;
use super::sav_records::{Bytes, Packed, cut};
use super::sheet::{Plain, PlainColumn, Scalar, Sheet};
use crate::{ExportError, Language};

/// Widest text; longer ones need records of their own, and no variable of the codebook has them.
const MOST_TEXT: usize = 255;
/// Days from the start of SPSS's calendar, 14 October 1582, to 1970-01-01.
const EPOCH: i64 = 141_428;

/// How a column lies in the file.
struct Variable<'a> {
    column: &'a PlainColumn,
    short: String,
    /// Bytes of a text, 0 for a number.
    width: usize,
    /// Number of its first element, from 1.
    element: i32,
}

impl Variable<'_> {
    fn elements(&self) -> usize {
        self.width.div_ceil(8).max(1)
    }
}

/// The file as SPSS system file. The label of the file is the title, its document the note.
///
/// # Errors
/// `Malformed` when a row, a value or a code does not fit, a text is longer than 255 bytes, or there are more than three reasons for
/// missing values that don't lie in one range.
pub fn sav(flat: &Flat, language: Language) -> Result<Vec<u8>, ExportError> {
    let sheet = flat.sheet()?;
    let variables = variables(&sheet)?;
    let missing = missing(flat)?;
    let count = |value: usize| i32::try_from(value).map_err(|_| ExportError::malformed("too large for SPSS"));
    let mut out = Bytes::default();
    out.text("$FL2", 4);
    out.text("@(#) SPSS DATA FILE Lering", 60);
    out.int(2);
    out.int(count(variables.iter().map(Variable::elements).sum())?);
    out.int(1); // compressed
    out.int(0); // no weight
    out.int(count(sheet.rows.len())?);
    out.double(100.0);
    out.text("01 Jan 70", 9); // no clock: the note says of which snapshot the file is
    out.text("00:00:00", 8);
    out.text(flat.title.get(language), 64);
    out.text("", 3);
    for variable in &variables {
        describe(&mut out, variable, &missing, language)?;
    }
    for variable in variables.iter().filter(|variable| !variable.column.codes.is_empty()) {
        out.int(3);
        out.int(count(variable.column.codes.len())?);
        for category in &variable.column.codes {
            out.double(category.code as f64);
            let label = cut(category.label.get(language), 120);
            out.0.push(u8::try_from(label.len()).unwrap_or(0));
            out.text(label, (label.len() + 1).next_multiple_of(8) - 1);
        }
        out.int(4);
        out.int(1);
        out.int(variable.element);
    }
    document(&mut out, flat.note.get(language))?;
    extensions(&mut out, &variables, sheet.rows.len());
    out.int(999);
    out.int(0);
    let mut packed = Packed::default();
    for row in &sheet.rows {
        for (value, variable) in row.iter().zip(&variables) {
            match value {
                Some(Scalar::Text(text)) => packed.text(text, variable.elements() * 8),
                None if variable.width > 0 => packed.text("", variable.elements() * 8),
                Some(Scalar::Number(days)) if variable.column.plain == Plain::Day => packed.number(Some(((days + EPOCH) * 86_400) as f64)),
                Some(Scalar::Number(number)) => packed.number(Some(*number as f64)),
                None => packed.number(None),
            }
        }
    }
    packed.flush();
    out.0.append(&mut packed.out);
    Ok(out.0)
}

fn variables(sheet: &Sheet) -> Result<Vec<Variable<'_>>, ExportError> {
    let mut element = 1;
    let mut out = vec![];
    for (at, column) in sheet.columns.iter().enumerate() {
        let longest = sheet.rows.iter().filter_map(|row| match row.get(at) {
            Some(Some(Scalar::Text(text))) => Some(text.len()),
            _ => None,
        }).max().unwrap_or(0);
        if longest > MOST_TEXT {
            return Err(ExportError::malformed(format!("{}: a text of {longest} bytes", column.name)));
        }
        let width = if column.plain == Plain::Text { longest.max(1) } else { 0 };
        let variable = Variable { column, short: format!("V{at:07}"), width, element };
        element += i32::try_from(variable.elements()).unwrap_or(1);
        out.push(variable);
    }
    Ok(out)
}

/// SPSS takes three single codes or one range.
fn missing(flat: &Flat) -> Result<(i32, Vec<f64>), ExportError> {
    let mut codes: Vec<i64> = flat.missing.iter().map(|reason| reason.code).collect();
    codes.sort_unstable();
    let as_double = |codes: &[i64]| codes.iter().map(|code| *code as f64).collect::<Vec<_>>();
    match codes.as_slice() {
        codes if codes.len() <= 3 => Ok((i32::try_from(codes.len()).unwrap_or(0), as_double(codes))),
        [least, .., most] if most - least + 1 == codes.len() as i64 => Ok((-2, as_double(&[*least, *most]))),
        _ => Err(ExportError::malformed("the codes of missing values are no range")),
    }
}

fn describe(out: &mut Bytes, variable: &Variable<'_>, missing: &(i32, Vec<f64>), language: Language) -> Result<(), ExportError> {
    let width = i32::try_from(variable.width).map_err(|_| ExportError::malformed("too wide"))?;
    let missing = if variable.column.missing { missing.clone() } else { (0, vec![]) };
    // Format: kind in the third byte, width in the second, decimals in the first: A, F8.0, SDATE10.
    let format = match variable.column.plain {
        Plain::Text => 0x01_0000 | (width << 8),
        Plain::Number => 0x05_0800,
        Plain::Day => 0x27_0A00,
    };
    out.int(2);
    out.int(width);
    out.int(1);
    out.int(missing.0);
    out.int(format);
    out.int(format);
    out.text(&variable.short, 8);
    out.counted(variable.column.label.get(language), 252);
    for code in missing.1 {
        out.double(code);
    }
    for _ in 1..variable.elements() {
        out.int(2);
        out.int(-1);
        out.int(0);
        out.int(0);
        out.int(0);
        out.int(0);
        out.text("", 8);
    }
    Ok(())
}

/// The note in lines of 80 bytes.
fn document(out: &mut Bytes, note: &str) -> Result<(), ExportError> {
    let mut lines = vec![];
    let mut rest = note.trim();
    while !rest.is_empty() {
        let line = cut(rest, 80);
        lines.push(line);
        rest = rest.get(line.len()..).unwrap_or_default();
    }
    if !lines.is_empty() {
        out.int(6);
        out.int(i32::try_from(lines.len()).map_err(|_| ExportError::malformed("note too long"))?);
        for line in lines {
            out.text(line, 80);
        }
    }
    Ok(())
}

fn extensions(out: &mut Bytes, variables: &[Variable<'_>], rows: usize) {
    let mut data = Bytes::default();
    for value in [1, 0, 0, -1, 1, 1, 2, 65_001] {
        data.int(value); // version, machine, IEEE, compression, little-endian, UTF-8
    }
    out.extension(3, 4, &data.0);
    let mut data = Bytes::default();
    for value in [-f64::MAX, f64::MAX, f64::from_bits((-f64::MAX).to_bits() - 1)] {
        data.double(value); // missing, highest, lowest
    }
    out.extension(4, 8, &data.0);
    let mut data = Bytes::default();
    for variable in variables {
        let text = variable.column.plain == Plain::Text;
        // A number has no codes but those of its missing values; a day has none at all.
        let scale = variable.column.plain == Plain::Day || (variable.column.missing && variable.column.codes.iter().all(|category| category.code < 0));
        data.int(if scale { 3 } else { 1 });
        data.int(if text { i32::try_from(variable.width.clamp(8, 40)).unwrap_or(8) } else { 10 });
        data.int(i32::from(!text));
    }
    out.extension(11, 4, &data.0);
    let names: Vec<String> = variables.iter().map(|variable| format!("{}={}", variable.short, variable.column.name)).collect();
    out.extension(13, 1, names.join("\t").as_bytes());
    let mut data = Bytes::default();
    data.0.extend(1_i64.to_le_bytes());
    data.0.extend(i64::try_from(rows).unwrap_or(-1).to_le_bytes());
    out.extension(16, 8, &data.0);
    out.extension(20, 1, b"UTF-8");
}
