//! The flat file as Parquet. Labels stand in the metadata of each field: `label`, `value_labels` (JSON, code to label) and `missing`
//! (JSON, the codes that mean missing).

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value, json};

use super::Flat;
use super::sheet::{Plain, PlainColumn, Scalar, Sheet};
use crate::{ExportError, Language};

/// The file as Parquet.
///
/// # Errors
/// `Malformed` when a row, a value or a code does not fit.
pub fn parquet(flat: &Flat, language: Language) -> Result<Vec<u8>, ExportError> {
    let sheet = flat.sheet()?;
    let failed = ExportError::of::<ParquetError>("parquet");
    let about = [("title", flat.title.get(language)), ("note", flat.note.get(language)), ("language", language.tag())];
    let about: HashMap<String, String> = about.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let fields: Vec<Field> = sheet.columns.iter().map(|column| field(column, flat, language)).collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, about));
    let columns = (0..sheet.columns.len()).map(|at| array(&sheet, at)).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(ExportError::of::<ArrowError>("parquet"))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("Lering".to_owned()).build();
    let mut out = vec![];
    let mut writer = ArrowWriter::try_new(&mut out, schema, Some(properties)).map_err(&failed)?;
    writer.write(&batch).map_err(&failed)?;
    writer.close().map_err(&failed)?;
    Ok(out)
}

fn field(column: &PlainColumn, flat: &Flat, language: Language) -> Field {
    let kind = match column.plain {
        Plain::Number => DataType::Int64,
        Plain::Day => DataType::Date32,
        Plain::Text => DataType::Utf8,
    };
    let mut about = HashMap::from([("label".to_owned(), column.label.get(language).to_owned())]);
    if !column.codes.is_empty() {
        let labels: Map<String, Value> = column.codes.iter().map(|category| (category.code.to_string(), json!(category.label.get(language)))).collect();
        about.insert("value_labels".to_owned(), Value::Object(labels).to_string());
    }
    if column.missing {
        let codes: Vec<i64> = flat.missing.iter().map(|reason| reason.code).collect();
        about.insert("missing".to_owned(), json!(codes).to_string());
    }
    Field::new(&column.name, kind, true).with_metadata(about)
}

fn array(sheet: &Sheet, at: usize) -> ArrayRef {
    let values = sheet.rows.iter().map(|row| row.get(at).and_then(Option::as_ref));
    let number = |value: Option<&Scalar>| match value {
        Some(Scalar::Number(number)) => Some(*number),
        _ => None,
    };
    match sheet.columns.get(at).map_or(Plain::Number, |column| column.plain) {
        Plain::Number => Arc::new(values.map(number).collect::<Int64Array>()),
        Plain::Day => Arc::new(values.map(|value| number(value).and_then(|days| i32::try_from(days).ok())).collect::<Date32Array>()),
        Plain::Text => Arc::new(values.map(|value| match value {
            Some(Scalar::Text(text)) => Some(text.as_str()),
            _ => None,
        }).collect::<StringArray>()),
    }
}
