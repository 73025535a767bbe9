//! CSV in long form: one row a figure with its percentage, codes beside labels, comma, CRLF, UTF-8 (RFC 4180). What the columns mean, the title and the
//! citation stand in the file beside it ([`super::csvw`]): comment lines in the CSV itself would trip most readers.

use super::{Cell, Kind, Table};
use crate::{ExportError, Language, name_of};

/// The code of a total, as in SDMX.
pub(super) const TOTAL: &str = "_T";

/// The columns.
pub(super) fn columns(table: &Table) -> Vec<String> {
    let dimensions = table.dimensions().flat_map(|dimension| {
        let name = name_of(&dimension.id);
        [name.clone(), format!("{name}_label")]
    });
    dimensions.chain(["value", "percent", "unit", "status", "reason"].map(str::to_owned)).collect()
}

/// The table as CSV.
///
/// # Errors
/// `Malformed` when the table contradicts itself.
pub fn csv(table: &Table, language: Language) -> Result<Vec<u8>, ExportError> {
    table.check()?;
    let failed = ExportError::of::<csv::Error>("csv");
    let mut out = writer();
    out.write_record(columns(table)).map_err(&failed)?;
    for row in table.rows() {
        let mut fields: Vec<String> = row.codes.iter().flat_map(|category| [category.code.to_string(), category.label.get(language).to_owned()]).collect();
        fields.extend(match row.outcome {
            Some(category) => [category.code.to_string(), category.label.get(language).to_owned()],
            None => [TOTAL.to_owned(), table.total(language).to_owned()],
        });
        let percent = table.measure.kind == Kind::Percent && row.outcome.is_some();
        let unit = if percent { table.unit(language) } else { table.measure.unit.get(language).to_owned() };
        match row.cell {
            Cell::Shown(figure) => fields.extend([figure.to_string(), row.share.map(|share| share.to_string()).unwrap_or_default(), unit, "shown".to_owned(), String::new()]),
            Cell::Hidden(key) => fields.extend([String::new(), String::new(), unit, "hidden".to_owned(), key.clone()]),
        }
        out.write_record(fields).map_err(&failed)?;
    }
    out.into_inner().map_err(ExportError::of("csv"))
}

/// A writer as RFC 4180 has it.
pub(crate) fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![])
}
