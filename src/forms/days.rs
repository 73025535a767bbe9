//! Days that can't be: to come, where something has been; told of several forms (`product.md` section 8).

use chrono::NaiveDate;
use form::{Answers, Partial};
use serde_json::Value;

use crate::tx::{FieldFault, Refused, Tx};

/// The day an answer tells, as far as it is known.
pub fn day_of(value: Option<&Value>) -> Option<Partial> {
    value.and_then(Value::as_str).and_then(Partial::parse)
}

/// The whole day an answer tells; none for a month or a year, or nothing.
pub fn date_of(answers: &Answers, id: &str) -> Option<NaiveDate> {
    answers.get(id).and_then(Value::as_str).and_then(|text| text.parse().ok())
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

/// Whether an event is a contact with the victim that lies wholly after the death, as far as both days are known.
pub fn is_after_death(kind: &str, whom: &[String], when: &str, died: Option<Partial>) -> bool {
    let (Some(first), Some(last)) = (Partial::parse(when).and_then(|date| date.first()), died.and_then(|date| date.last())) else { return false };
    kind == "contact" && whom.iter().any(|one| one == "victim") && first > last
}

/// Refuses a contact with the victim after the death that nobody explained: a slip in the date, or something the reader must be told
/// (`product.md` section 8).
///
/// # Errors
/// `Faults` that ask for the reason.
pub fn before_death(event: &Answers, died: Option<Partial>) -> Result<(), Refused> {
    let text = |id: &str| event.get(id).and_then(Value::as_str).unwrap_or_default();
    let whom: Vec<String> = event.get("whom").and_then(Value::as_array).into_iter().flatten().filter_map(|one| Some(one.as_str()?.to_owned())).collect();
    if text("after_death_reason").trim().is_empty() && is_after_death(text("kind"), &whom, text("when"), died) {
        return Err(Refused::Faults(vec![FieldFault::new("after_death_reason", "after-death")]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(event: Value, died: &str) -> bool {
        before_death(event.as_object().expect("an object"), Partial::parse(died)).is_err()
    }

    #[test]
    fn a_contact_with_the_victim_after_the_death_needs_a_reason() {
        let event = |kind: &str, whom: &str, when: &str, reason: &str| json!({ "kind": kind, "whom": [whom], "when": when, "after_death_reason": reason });
        assert!(refused(event("contact", "victim", "2026-10-04", ""), "2026-10-03"));
        assert!(refused(event("contact", "victim", "2027", " "), "2026-10"), "a year after the month");
        assert!(!refused(event("contact", "victim", "2026-10-04", "The body was identified."), "2026-10-03"));
        assert!(!refused(event("contact", "victim", "2026-10-03", ""), "2026-10-03"), "the day itself");
        assert!(!refused(event("contact", "victim", "2026-10", ""), "2026-10-03"), "may be before");
        assert!(!refused(event("contact", "victim", "2026-10-04", ""), "2026-10"), "may be before");
        assert!(!refused(event("contact", "relative", "2026-10-04", ""), "2026-10-03"));
        assert!(!refused(event("decision", "victim", "2026-10-04", ""), "2026-10-03"));
        assert!(!refused(event("contact", "victim", "2026-10-04", ""), ""), "nobody knows when");
    }
}
