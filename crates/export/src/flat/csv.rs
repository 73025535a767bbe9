//! The flat file as CSV: codes only; what they mean stands in the codebook.

use super::Flat;
use super::sheet::{Plain, Scalar, day_text};
use crate::ExportError;
use crate::table::writer;

/// The file as CSV.
///
/// # Errors
/// `Malformed` when a row, a value or a code does not fit.
pub fn csv(flat: &Flat) -> Result<Vec<u8>, ExportError> {
    let sheet = flat.sheet()?;
    let failed = ExportError::of::<csv::Error>("csv");
    let mut out = writer();
    out.write_record(sheet.columns.iter().map(|column| &column.name)).map_err(&failed)?;
    for row in &sheet.rows {
        let fields = row.iter().zip(&sheet.columns).map(|(value, column)| match value {
            None => String::new(),
            Some(Scalar::Number(days)) if column.plain == Plain::Day => day_text(*days),
            Some(Scalar::Number(number)) => number.to_string(),
            Some(Scalar::Text(text)) => text.clone(),
        });
        out.write_record(fields).map_err(&failed)?;
    }
    out.into_inner().map_err(ExportError::of("csv"))
}
