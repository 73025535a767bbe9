//! JSON-stat 2.0, class `dataset`: hidden cells are `null` with a status.

use serde_json::{Map, Value, json};

use super::{Cell, Dimension, Kind, Role, Table};
use crate::{Category, ExportError, Language};

/// Name of the dimension that says what is measured.
const MEASURE: &str = "measure";

fn category(categories: &[Category], language: Language) -> Value {
    let index: Vec<String> = categories.iter().map(|category| category.code.to_string()).collect();
    let label: Map<String, Value> = categories.iter().map(|category| (category.code.to_string(), json!(category.label.get(language)))).collect();
    json!({ "index": index, "label": label })
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Shown(figure) => json!(figure),
        Cell::Hidden(_) => Value::Null,
    }
}

/// The table as JSON-stat 2.0. Totals stand in `extension`: in a table of percentages they have another unit.
///
/// # Errors
/// `Malformed` when the table contradicts itself, or a variable is called `measure`.
pub fn json_stat(table: &Table, language: Language) -> Result<Vec<u8>, ExportError> {
    table.check()?;
    if table.dimensions().any(|dimension| dimension.id == MEASURE) {
        return Err(ExportError::malformed("a dimension is called measure"));
    }
    let dimensions: Vec<&Dimension> = table.dimensions().collect();
    let of_role = |role: Role| dimensions.iter().filter(|dimension| dimension.role == role).map(|dimension| dimension.id.as_str()).collect::<Vec<_>>();
    let mut role: Map<String, Value> = Map::from_iter([("metric".to_owned(), json!([MEASURE]))]);
    for (name, ids) in [("time", of_role(Role::Time)), ("geo", of_role(Role::Place))] {
        if !ids.is_empty() {
            role.insert(name.to_owned(), json!(ids));
        }
    }
    let kind = match table.measure.kind {
        Kind::Count => "count",
        Kind::Percent => "percent",
    };
    let unit = table.unit(language);
    let mut described: Map<String, Value> = dimensions.iter().map(|dimension| {
        (dimension.id.clone(), json!({ "label": dimension.label.get(language), "category": category(&dimension.categories, language) }))
    }).collect();
    let metric = json!({ "index": [kind], "label": { kind: unit }, "unit": { kind: { "label": unit, "decimals": 0 } } });
    described.insert(MEASURE.to_owned(), json!({ "label": unit, "category": metric }));
    let status: Map<String, Value> = table.cells.iter().enumerate().filter_map(|(at, cell)| match cell {
        Cell::Hidden(key) => Some((at.to_string(), json!(key))),
        Cell::Shown(_) => None,
    }).collect();
    let total_status: Map<String, Value> = table.totals.iter().enumerate().filter_map(|(at, cell)| match cell {
        Cell::Hidden(key) => Some((at.to_string(), json!(key))),
        Cell::Shown(_) => None,
    }).collect();
    let legend: Map<String, Value> = table.used_reasons().map(|reason| (reason.key.clone(), json!(reason.words.get(language)))).collect();
    let notes: Vec<&str> = [table.citation.get(language)].into_iter().chain(table.notes.iter().map(|note| note.get(language))).collect();
    let mut dataset = json!({
        "version": "2.0",
        "class": "dataset",
        "label": table.heading(language),
        "source": table.citation.get(language),
        "updated": table.snapshot.date,
        "note": notes,
        "id": dimensions.iter().map(|dimension| dimension.id.as_str()).chain([MEASURE]).collect::<Vec<_>>(),
        "size": dimensions.iter().map(|dimension| dimension.categories.len()).chain([1]).collect::<Vec<_>>(),
        "role": role,
        "dimension": described,
        "value": table.cells.iter().map(value).collect::<Vec<_>>(),
        "extension": {
            "identifier": table.id,
            "name": table.short,
            "percent": table.shares,
            "snapshot": { "id": table.snapshot.id, "number": table.snapshot.number, "date": table.snapshot.date },
            "codebook": table.snapshot.codebook,
            "status": { "label": legend },
            "totals": { "value": table.totals.iter().map(value).collect::<Vec<_>>(), "status": total_status, "unit": table.measure.unit.get(language) },
        },
    });
    // An empty `status` is left out: the standard has no word for "none".
    if let (false, Some(object)) = (status.is_empty(), dataset.as_object_mut()) {
        object.insert("status".to_owned(), Value::Object(status));
    }
    serde_json::to_vec_pretty(&dataset).map_err(ExportError::of("json-stat"))
}
