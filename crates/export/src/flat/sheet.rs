//! From a [`Flat`] to plain columns of numbers, days and texts.

use std::collections::BTreeSet;

use super::{Column, Flat, Kind, Value};
use crate::words::both;
use crate::{Category, ExportError, Text};

/// What stands in a plain column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Plain {
    Number,
    /// Days since 1970-01-01.
    Day,
    Text,
}

/// A plain column.
pub(super) struct PlainColumn {
    pub(super) name: String,
    pub(super) label: Text,
    pub(super) plain: Plain,
    pub(super) codes: Vec<Category>,
    /// Whether it may carry the codes of missing values.
    pub(super) missing: bool,
}

/// A plain value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Scalar {
    Number(i64),
    Text(String),
}

/// Plain columns and rows.
pub(super) struct Sheet {
    pub(super) columns: Vec<PlainColumn>,
    pub(super) rows: Vec<Vec<Option<Scalar>>>,
}

impl Sheet {
    pub(super) fn of(flat: &Flat) -> Result<Sheet, ExportError> {
        let columns: Vec<PlainColumn> = flat.columns.iter().flat_map(|column| plain(column, &flat.missing)).collect();
        let mut names = BTreeSet::new();
        if let Some(column) = columns.iter().find(|column| !names.insert(column.name.to_lowercase()) || !is_name(&column.name)) {
            return Err(ExportError::malformed(format!("column {}: twice, or not a name", column.name)));
        }
        let rows = flat.rows.iter().enumerate().map(|(at, row)| {
            if row.len() != flat.columns.len() {
                return Err(ExportError::malformed(format!("row {at}: {} values for {} columns", row.len(), flat.columns.len())));
            }
            let mut out = Vec::with_capacity(columns.len());
            for (column, value) in flat.columns.iter().zip(row) {
                spread(column, value.as_ref(), flat, &mut out).map_err(|why| ExportError::malformed(format!("row {at}, {}: {why}", column.id)))?;
            }
            Ok(out)
        });
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Sheet { columns, rows })
    }
}

/// SPSS has the narrowest rule: a letter first, then letters, digits and `_`, at most 64.
fn is_name(name: &str) -> bool {
    name.len() <= 64 && name.starts_with(|sign: char| sign.is_ascii_alphabetic()) && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
}

/// The column of a code of a variable with several.
fn name_of_code(id: &str, code: i64) -> String {
    if code < 0 { format!("{id}_m{}", code.unsigned_abs()) } else { format!("{id}_{code}") }
}

fn plain(column: &Column, missing: &[Category]) -> Vec<PlainColumn> {
    let with_missing = |codes: &[Category]| codes.iter().chain(missing).cloned().collect::<Vec<_>>();
    let one = |plain, codes, missing| PlainColumn { name: column.id.clone(), label: column.label.clone(), plain, codes, missing };
    let beside = |plain| {
        let label = |text: &Text, word: &Text| Text::new(format!("{} ({})", text.nl, word.nl), format!("{} ({})", text.en, word.en));
        let reason = PlainColumn {
            name: format!("{}__missing", column.id), label: label(&column.label, &both(|words| words.missing_reason)), plain: Plain::Number, codes: missing.to_vec(), missing: false,
        };
        vec![one(plain, vec![], false), reason]
    };
    match column.kind {
        Kind::Code => vec![one(Plain::Number, with_missing(&column.codes), true)],
        Kind::Integer => vec![one(Plain::Number, missing.to_vec(), true)],
        Kind::Date => beside(Plain::Day),
        Kind::Text => beside(Plain::Text),
        Kind::Multi => {
            let yes_no = with_missing(&[Category { code: 0, label: both(|words| words.no) }, Category { code: 1, label: both(|words| words.yes) }]);
            column.codes.iter().map(|category| PlainColumn {
                name: name_of_code(&column.id, category.code),
                label: Text::new(format!("{}: {}", column.label.nl, category.label.nl), format!("{}: {}", column.label.en, category.label.en)),
                plain: Plain::Number, codes: yes_no.clone(), missing: true,
            }).collect()
        }
    }
}

fn spread(column: &Column, value: Option<&Value>, flat: &Flat, out: &mut Vec<Option<Scalar>>) -> Result<(), String> {
    if let Some(Value::Missing(code)) = value && !flat.missing.iter().any(|reason| reason.code == *code) {
        return Err(format!("no reason {code}"));
    }
    let known = |code: &i64| column.codes.iter().any(|category| category.code == *code);
    match (column.kind, value) {
        (Kind::Code, Some(Value::Number(code))) if !known(code) => return Err(format!("no code {code}")),
        (Kind::Integer, Some(Value::Number(number))) if flat.missing.iter().any(|reason| reason.code == *number) => return Err(format!("{number} means missing")),
        (Kind::Code | Kind::Integer, Some(Value::Number(number) | Value::Missing(number))) => out.push(Some(Scalar::Number(*number))),
        (Kind::Code | Kind::Integer, None) => out.push(None),
        (Kind::Multi, Some(Value::Codes(codes))) => match codes.iter().find(|code| !known(code)) {
            Some(code) => return Err(format!("no code {code}")),
            None => out.extend(column.codes.iter().map(|category| Some(Scalar::Number(i64::from(codes.contains(&category.code)))))),
        },
        (Kind::Multi, Some(Value::Missing(code))) => out.extend(column.codes.iter().map(|_| Some(Scalar::Number(*code)))),
        (Kind::Multi, None) => out.extend(column.codes.iter().map(|_| None)),
        (Kind::Date, Some(Value::Text(text))) => out.extend([Some(Scalar::Number(day(text).ok_or("not a day")?)), None]),
        (Kind::Text, Some(Value::Text(text))) => out.extend([Some(Scalar::Text(text.clone())), None]),
        (Kind::Date | Kind::Text, Some(Value::Missing(code))) => out.extend([None, Some(Scalar::Number(*code))]),
        (Kind::Date | Kind::Text, None) => out.extend([None, None]),
        _ => return Err("a value of another kind".into()),
    }
    Ok(())
}

/// Days since 1970-01-01 of a day of the Gregorian calendar, by counting from March.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if text.len() != 10 || !(1583..=9999).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

/// The day as 2026-11-25.
pub(super) fn day_text(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + i64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_there_and_back() {
        for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-25", 20_782), ("1969-12-31", -1)] {
            assert_eq!((day(text), day_text(days)), (Some(days), text.to_owned()));
        }
        assert!((-100_000..100_000).all(|days| day(&day_text(days)) == Some(days)));
        assert!(["2026-02-29", "2026-13-01", "2026-1-1", "", "x-1-1", "2026-00-10"].iter().all(|text| day(text).is_none()));
    }
}
