//! Days that can't be: to come, where something has been; told of several forms (`product.md` section 8).

use chrono::NaiveDate;
use form::{Answers, Partial};
use serde_json::Value;

use crate::tx::{FieldFault, Refused, Tx};

/// The day an answer tells, as far as it is known.
pub fn day_of(value: Option<&Value>) -> Option<Partial> {
    value.and_then(Value::as_str).and_then(Partial::parse)
}

/// Whether all of a day, month or year lies ahead.
pub fn is_to_come(value: Option<&Value>, today: NaiveDate) -> bool {
    day_of(value).and_then(|date| date.first()).is_some_and(|first| first > today)
}

/// Refuses days to come where something has been.
///
/// # Errors
/// `Faults` for each of the questions.
pub fn have_been(tx: &Tx, answers: &Answers, fields: &[&str]) -> Result<(), Refused> {
    let today = tx.today();
    let faults: Vec<FieldFault> = fields.iter().filter(|field| is_to_come(answers.get(**field), today)).map(|field| FieldFault::new(*field, "in-the-future")).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faults(faults)) }
}
