//! The codebook as three CSV files: variables, codes, and the tables by which variables are computed.

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

/// One row a line of the table by which a variable is computed, numbered in the order in which they are tried.
///
/// # Errors
/// `Malformed` when the documentation contradicts itself.
pub fn rules_csv(docs: &Documentation) -> Result<Vec<u8>, ExportError> {
    docs.check()?;
    let failed = ExportError::of::<csv::Error>("csv");
    let mut out = writer();
    out.write_record(["variable", "line", "when_nl", "when_en", "expression", "code", "label_nl", "label_en"]).map_err(&failed)?;
    for variable in &docs.variables {
        for (number, line) in (1..).zip(&variable.rule) {
            let number: i32 = number;
            out.write_record([&variable.id, &number.to_string(), &line.when.nl, &line.when.en, &line.expression, &line.then.code.to_string(), &line.then.label.nl, &line.then.label.en]).map_err(&failed)?;
        }
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
