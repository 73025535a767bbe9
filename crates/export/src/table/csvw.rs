//! What the CSV is, as W3C's *CSV on the Web* has it: a JSON file beside the CSV, named `FILE.csv-metadata.json`.

use serde_json::json;

use super::{Kind, Table, csv::TOTAL};
use crate::words::words;
use crate::{ExportError, Language, name_of};

/// The metadata of the CSV that is served as `file`.
///
/// # Errors
/// `Malformed` when the table contradicts itself.
pub fn csvw(table: &Table, file: &str, language: Language) -> Result<Vec<u8>, ExportError> {
    table.check()?;
    let words = words(language);
    let mut columns = vec![];
    for dimension in table.dimensions() {
        let name = name_of(&dimension.id);
        let codes = dimension.categories.iter().map(|category| format!("{} = {}", category.code, category.label.get(language)));
        let note: Vec<String> = codes.chain((dimension.id == table.outcome.id && !table.totals.is_empty()).then(|| format!("{TOTAL} = {}", table.total(language)))).collect();
        columns.push(json!({ "name": name, "titles": [name], "datatype": "string", "required": true, "dc:title": dimension.label.get(language), "dc:description": note.join("; ") }));
        columns.push(json!({ "name": format!("{name}_label"), "titles": [format!("{name}_label")], "lang": language.tag(), "dc:title": format!("{} ({})", dimension.label.get(language), words.label) }));
    }
    let unit = table.unit(language);
    let whole = if table.measure.kind == Kind::Percent && table.totals.is_empty() { json!({ "base": "integer", "minimum": 0, "maximum": 100 }) } else { json!({ "base": "integer", "minimum": 0 }) };
    columns.push(json!({ "name": "value", "titles": ["value"], "datatype": whole, "dc:title": unit, "dc:description": words.hidden_marks }));
    let of_all = table.percent_of(language);
    columns.push(json!({ "name": "percent", "titles": ["percent"], "datatype": { "base": "integer", "minimum": 0, "maximum": 100 }, "dc:title": of_all }));
    columns.push(json!({ "name": "unit", "titles": ["unit"], "lang": language.tag() }));
    columns.push(json!({ "name": "status", "titles": ["status"], "datatype": { "base": "string", "format": "shown|hidden" }, "required": true }));
    let reasons: Vec<String> = table.reasons.iter().map(|reason| format!("{} = {}", reason.key, reason.words.get(language))).collect();
    columns.push(json!({ "name": "reason", "titles": ["reason"], "dc:description": reasons.join("; ") }));
    let keys: Vec<String> = table.dimensions().map(|dimension| name_of(&dimension.id)).collect();
    let notes: Vec<&str> = table.notes.iter().map(|note| note.get(language)).collect();
    let document = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": language.tag() }],
        "url": file,
        "dc:title": table.heading(language),
        "dc:identifier": table.id,
        "dc:bibliographicCitation": table.citation.get(language),
        "dc:issued": table.snapshot.date,
        "dc:isVersionOf": table.snapshot.id,
        "dc:description": notes.join(" "),
        "dc:alternative": table.short,
        "dialect": { "encoding": "utf-8", "header": true, "delimiter": ",", "doubleQuote": true },
        "tableSchema": { "columns": columns, "primaryKey": keys },
    });
    serde_json::to_vec_pretty(&document).map_err(ExportError::of("csvw"))
}
