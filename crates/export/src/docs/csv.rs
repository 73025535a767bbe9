//! The codebook as two CSV files: variables, and codes.

use super::Documentation;
use crate::ExportError;
use crate::table::writer;

/// One row a variable.
///
/// # Errors
/// `Malformed` when the documentation contradicts itself.
pub fn variables_csv(docs: &Documentation) -> Result<Vec<u8>, ExportError> {
    docs.check()?;
    let failed = ExportError::of::<csv::Error>("csv");
    let mut out = writer();
    out.write_record([
        "variable", "level", "label_nl", "label_en", "definition_nl", "definition_en", "type", "least", "most", "condition", "derived_from", "export", "gate", "reliability", "source", "quality", "codebook", "snapshot",
    ]).map_err(&failed)?;
    for variable in &docs.variables {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let quality: Vec<String> = variable.quality.iter().map(|quality| format!("{}: {}", quality.label.en, quality.value)).collect();
        out.write_record([
            &variable.id, &variable.level, &variable.label.nl, &variable.label.en, &variable.definition.nl, &variable.definition.en, &variable.kind, &number(variable.range.0), &number(variable.range.1),
            variable.condition.as_deref().unwrap_or_default(), &variable.from.join(" "), &variable.export, &variable.gate, &variable.reliability, &variable.source.join(" "), &quality.join("; "),
            &docs.snapshot.codebook, &docs.snapshot.id,
        ]).map_err(&failed)?;
    }
    out.into_inner().map_err(ExportError::of("csv"))
}

/// One row a code of a variable, the codes of missing values included.
///
/// # Errors
/// `Malformed` when the documentation contradicts itself.
pub fn codes_csv(docs: &Documentation) -> Result<Vec<u8>, ExportError> {
    docs.check()?;
    let failed = ExportError::of::<csv::Error>("csv");
    let mut out = writer();
    out.write_record(["variable", "code", "label_nl", "label_en", "missing"]).map_err(&failed)?;
    for variable in &docs.variables {
        let codes = variable.codes.iter().map(|category| (category, "no")).chain(docs.missing.iter().map(|category| (category, "yes")));
        for (category, missing) in codes {
            out.write_record([&variable.id, &category.code.to_string(), &category.label.nl, &category.label.en, missing]).map_err(&failed)?;
        }
    }
    out.into_inner().map_err(ExportError::of("csv"))
}
