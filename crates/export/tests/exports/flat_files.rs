//! What can't be in a flat file is refused in every format.

use export::flat::{Kind, Value, csv, parquet, sav};
use export::{Category, Flat, Language, Text};

use super::sample;

fn refused(flat: &Flat, why: &str) {
    for message in [csv(flat).unwrap_err(), parquet(flat, Language::Nl).unwrap_err(), sav(flat, Language::Nl).unwrap_err()] {
        assert!(message.to_string().contains(why), "{message}");
    }
}

#[test]
fn a_value_that_does_not_fit_its_column_is_refused_by_row_and_name() {
    let cases = [
        (0, Value::Number(7), "row 1, police_region_of_incident: no code 7"),
        (0, Value::Text("1".into()), "another kind"),
        (1, Value::Number(-8), "-8 means missing"),
        (1, Value::Missing(-5), "no reason -5"),
        (2, Value::Text("2026-02-30".into()), "not a day"),
        (3, Value::Codes(vec![1, 4]), "no code 4"),
        (4, Value::Codes(vec![]), "another kind"),
    ];
    for (column, value, why) in cases {
        let mut flat = sample::flat();
        flat.rows[1][column] = Some(value);
        refused(&flat, why);
    }
    let mut short = sample::flat();
    short.rows[1].pop();
    refused(&short, "row 1: 4 values for 5 columns");
}

#[test]
fn names_are_one_of_their_kind_and_readable_by_every_program() {
    for name in ["AGE", "1st", "a-b", "violence_forms_1", "incident_date__missing", ""] {
        let mut flat = sample::flat();
        flat.columns[0].id = name.into();
        refused(&flat, "twice, or not a name");
    }
}

#[test]
fn spss_gets_texts_up_to_255_bytes_and_one_range_of_missing_codes() {
    let mut flat = sample::flat();
    flat.rows[0][4] = Some(Value::Text("é".repeat(127)));
    assert!(sav(&flat, Language::Nl).is_ok());
    flat.rows[0][4] = Some(Value::Text("é".repeat(128)));
    assert!(sav(&flat, Language::Nl).is_err() && csv(&flat).is_ok());
    let mut flat = sample::flat();
    flat.missing.push(Category { code: -99, label: Text::new("x", "x") });
    assert!(sav(&flat, Language::Nl).is_err() && parquet(&flat, Language::Nl).is_ok());
}

#[test]
fn a_file_without_rows_or_columns_is_still_a_file() {
    let mut flat = sample::flat();
    flat.rows.clear();
    assert!(csv(&flat).is_ok() && parquet(&flat, Language::En).is_ok() && sav(&flat, Language::En).is_ok());
    assert_eq!(flat.columns.iter().filter(|column| column.kind == Kind::Multi).count(), 1);
}
