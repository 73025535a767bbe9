//! SDMX-CSV 2.0: one observation a row, hidden ones without a value and with the statuses of SDMX's own code lists.

use super::{Cell, Kind, Standing, Table, csv::{TOTAL, writer}};
use crate::{ExportError, Language, name_of};

/// The agency in identifiers.
const AGENCY: &str = "LERING";

/// A code as SDMX's identifiers allow it: they have no minus sign at the start, so `-8` is `M8`.
fn code(code: i64) -> String {
    if code < 0 { format!("M{}", code.unsigned_abs()) } else { code.to_string() }
}

/// The version of the structure: the codebook's year and number and the snapshot, as SDMX 3.0 wants three numbers.
fn version(table: &Table) -> String {
    let mut parts = table.snapshot.codebook.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    format!("{}.{}.{}", parts.next().unwrap_or(0), parts.next().unwrap_or(0), table.snapshot.number)
}

/// The table as SDMX-CSV 2.0.
///
/// `OBS_STATUS` is `A` (normal), `V` (unvalidated), `U` (low reliability) or `Q` (suppressed); `CONF_STATUS` is `F` (free), `A` (confidential by itself, too small) or `D`
/// (hidden to protect others).
///
/// # Errors
/// `Malformed` when the table contradicts itself.
pub fn sdmx_csv(table: &Table, language: Language) -> Result<Vec<u8>, ExportError> {
    table.check()?;
    let failed = ExportError::of::<csv::Error>("sdmx-csv");
    let structure = format!("{AGENCY}:REGISTER_{}({})", name_of(&table.outcome.id).to_uppercase(), version(table));
    let mut out = writer();
    let head = ["STRUCTURE", "STRUCTURE_ID", "ACTION"].into_iter().map(str::to_owned);
    let dimensions = table.dimensions().map(|dimension| name_of(&dimension.id).to_uppercase());
    let tail = ["OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "TITLE", "SOURCE_REF"].into_iter().map(str::to_owned);
    out.write_record(head.chain(dimensions).chain(tail)).map_err(&failed)?;
    // The identifier is in it, as a rule.
    let citation = table.citation.get(language);
    let citation = if citation.contains(&table.id) { citation.to_owned() } else { format!("{citation} {}", table.id) };
    let shown = match table.standing {
        Standing::Normal => "A",
        Standing::Unvalidated => "V",
        Standing::LowReliability => "U",
    };
    for row in table.rows() {
        let mut fields = vec!["dataflow".to_owned(), structure.clone(), "I".to_owned()];
        fields.extend(row.codes.iter().map(|category| code(category.code)));
        fields.push(row.outcome.map_or(TOTAL.to_owned(), |category| code(category.code)));
        let unit = if table.measure.kind == Kind::Percent && row.outcome.is_some() { "PT" } else { "NUMBER" };
        let (value, status, confidential) = match row.cell {
            Cell::Shown(figure) => (figure.to_string(), shown, "F"),
            Cell::Hidden(key) => (String::new(), "Q", if table.reason(key).is_some_and(|reason| reason.primary) { "A" } else { "D" }),
        };
        fields.extend([value, status.to_owned(), confidential.to_owned(), unit.to_owned(), table.heading(language), citation.trim().to_owned()]);
        out.write_record(fields).map_err(&failed)?;
    }
    out.into_inner().map_err(ExportError::of("sdmx-csv"))
}
