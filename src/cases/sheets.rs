//! The forms of intake and screening, in the case compartment.

use chrono::{Datelike, NaiveDate};
use form::{Answers, text_of};
use serde_json::Value;

use super::step::record;
use super::{State, copies, known, store, term_store};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms::{self, Saved, sheet};
use crate::ids::CaseId;
use crate::names::{self, Reason};
use crate::register;
use crate::settings::Configured;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

sheet!(/// The notification (5.1).
    NOTIFICATION, "notification" in Case, "case.notification", read [Coordinator], write [Coordinator], once true, then notification_changed);
sheet!(/// The screening decision (5.2).
    SCREENING, "screening" in Case, "case.screening", read [Coordinator], write [Coordinator], once true, then screening_saved);
sheet!(/// A request to defer (T5).
    DEFERRAL, "deferral" in Case, "case.deferral", read [Coordinator], write [Coordinator], then deferral_saved);

/// A notification changed after T7 is placed anew with those who read its copies.
fn notification_changed(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    notification_saved(tx, permit, saved)?;
    let case = permit.case().ok_or(Refused::NotFound)?;
    if saved.answers.get("fatal").and_then(Value::as_bool) == Some(true) && !register::has_record(tx, case)? && counts_a_death(tx, case)? {
        begin_record(tx, case, &saved.answers)?;
    }
    register::intake_told(tx, case, &saved.answers)?;
    copies::place(tx, case)
}

/// Whether a death of this case is one of the register's, in the variant it has now.
fn counts_a_death(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    let (found, ..) = store::seen(tx.db(), case)?;
    let parts = tx.parts();
    Ok(parts.config.profiles.get(&found.profile).is_none_or(|profile| profile.counts_a_death(found.practice)))
}

/// Notified as a thematic review and reviewed as the death it tells of: from here on it has a record.
fn recorded_after_all(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<(), Refused> {
    if register::has_record(tx, case)? || !counts_a_death(tx, case)? {
        return Ok(());
    }
    let Some(notification) = compartments::list(tx, permit, NOTIFICATION.form, None)?.pop() else { return Ok(()) };
    let told = compartments::open::<Answers>(tx, permit, notification.id)?.body;
    if told.get("fatal").and_then(Value::as_bool) == Some(true) { begin_record(tx, case, &told) } else { Ok(()) }
}

/// Somebody died after all: from here on the case has a record (ruling 28).
fn begin_record(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<(), Refused> {
    let (compartment, practice) = (compartments::of_kind(tx, case, Kind::Coding)?, tx.session()?.practice);
    let received = text_of(answers, "received_at").parse::<NaiveDate>().unwrap_or(tx.today());
    register::begin(tx, &register::New { case, compartment, practice, region: text_of(answers, "police_region").parse().ok(), year: received.year() }, answers)?;
    register::mark(tx, case, answers)
}

/// Whether a notification tells all that is asked of a review of several closed cases: its first part. Event, people, safety and proceedings are those of
/// the cases it reads.
fn told_of_no_death(tx: &Tx, saved: &Saved) -> Result<bool, Refused> {
    let definition = forms::definition(tx, NOTIFICATION.form)?;
    let asked: Vec<&str> = definition.parts.first().map(|part| part.fields.iter().map(|field| field.id.as_str()).collect()).unwrap_or_default();
    Ok(!saved.missing.iter().any(|open| open.field.split(['[', '.']).next().is_some_and(|field| asked.contains(&field))))
}

/// Names and addresses of the people of a case go to the name check; what is known of the process becomes facts.
///
/// # Errors
/// `Faults` for a region in another part of the Kingdom; for a name beside the answer that none is known; for days that can't be: to come, a death before a birth, a death
/// or a notification before the event (`product.md` section 8).
pub(super) fn notification_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let mut impossible = impossible_days(&saved.answers, tx.today());
    impossible.extend(elsewhere(&saved.answers, &tx.parts().config));
    impossible.extend(named_and_unknown(&saved.answers));
    if !impossible.is_empty() {
        return Err(Refused::Faults(impossible));
    }
    let case = permit.case().ok_or(Refused::NotFound)?;
    let whole = saved.complete || !counts_a_death(tx, case)? && told_of_no_death(tx, saved)?;
    record(tx, permit, if whole { "notification_complete" } else { "notification_open" }, None)?;
    if !text_of(&saved.answers, "om_contact").is_empty() {
        record(tx, permit, "om_contact_asked", None)?;
    }
    register::mark(tx, case, &saved.answers)?;
    place_names(tx, case, &saved.answers)
}

/// The words of a notification by which somebody would be known, for the name check of a case.
fn place_names(tx: &mut Tx, case: CaseId, told: &Answers) -> Result<(), Refused> {
    for field in ["place", "municipality"] {
        names::place_proper(tx, case, Reason::Address, &text_of(told, field))?;
    }
    names::place_times(tx, case, &text_of(told, "time"))?;
    let notifier = told.get("notifier").and_then(|person| person.get("name")).and_then(Value::as_str).unwrap_or_default();
    names::place_proper(tx, case, Reason::Name, notifier)?;
    for words in told.get("recognised_by").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        names::place(tx, case, Reason::Recognised, words)?;
    }
    for list in ["victims", "suspects", "children", "others", "known_relatives"] {
        for row in told.get(list).and_then(Value::as_array).into_iter().flatten() {
            let Some(person) = row.get("person") else { continue };
            place_person(tx, case, if list == "known_relatives" { Reason::Relative } else { Reason::Name }, person)?;
        }
    }
    Ok(())
}

/// The name check of a thematic review knows the people of a case it reads.
///
/// # Errors
/// `NotFound` for who does not hold the key of that case; `Locked`.
pub fn names_go_along(tx: &mut Tx, of: CaseId, into: CaseId) -> Result<(), Refused> {
    let own = compartments::of_kind(tx, of, Kind::Case)?;
    match forms::open_all(tx, &NOTIFICATION, own)?.pop() {
        Some(notification) => place_names(tx, into, &notification.answers),
        None => Ok(()),
    }
}

/// A region that does not lie in the part of the Kingdom that was told: two codes of one place say the same (`product.md` section 8).
fn elsewhere(answers: &Answers, config: &Configured) -> Option<FieldFault> {
    let region = text_of(answers, "police_region");
    let on_an_island = config.profiles.values().filter_map(|profile| profile.small_place.as_ref()).any(|small| small.names_by_region.contains_key(&region));
    let fits = match text_of(answers, "zone").as_str() {
        "european" => !on_an_island,
        "caribbean" => on_an_island,
        _ => true,
    };
    // What is left open, or is no region, says nothing.
    let told = region.parse::<i32>().is_ok_and(|code| code > 0);
    (told && !fits).then(|| FieldFault::new("zone", "zone-and-region"))
}

/// People with a name of whom it is told that their name is not known: the one contradicts the other. Other names, an address and a telephone number may be known of them.
fn named_and_unknown(answers: &Answers) -> Vec<FieldFault> {
    let mut faults = vec![];
    for list in ["victims", "known_relatives"] {
        for (at, row) in answers.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let unknown = row.get("name_unknown").and_then(Value::as_bool) == Some(true);
            if unknown && row.get("person").is_some_and(has_name) {
                faults.extend(["person", "name_unknown"].map(|field| FieldFault::new(format!("{list}[{at}].{field}"), "name-and-unknown")));
            }
        }
    }
    faults
}

/// Whether somebody's name is told, as a whole or in parts.
fn has_name(person: &Value) -> bool {
    let parts = ["name", "given", "family"].into_iter().filter_map(|part| person.get(part).and_then(Value::as_str));
    person.as_str().into_iter().chain(parts).any(|words| !words.trim().is_empty())
}

fn impossible_days(answers: &Answers, today: NaiveDate) -> Vec<FieldFault> {
    let (day, to_come) = (forms::day_of, |value: Option<&Value>| forms::is_to_come(value, today));
    let mut faults = vec![];
    let event = day(answers.get("incident_date")).and_then(|date| date.first()).filter(|first| *first <= today);
    let before_event = |value: Option<&Value>| day(value).and_then(|date| date.last()).zip(event).is_some_and(|(last, event)| last < event);
    if to_come(answers.get("incident_date")) {
        faults.push(FieldFault::new("incident_date", "in-the-future"));
    }
    // Nobody hears of it before it happened.
    if before_event(answers.get("received_at")) {
        faults.push(FieldFault::new("received_at", "before-event"));
    }
    for (at, victim) in answers.get("victims").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let field = format!("victims[{at}].death_date");
        let born = victim.get("birth_year").and_then(Value::as_i64);
        if to_come(victim.get("death_date")) {
            faults.push(FieldFault::new(field, "in-the-future"));
        } else if let (Some(born), Some(died)) = (born, day(victim.get("death_date")))
            && i64::from(died.year) < born
        {
            faults.push(FieldFault { field, rule: "before-other".into(), words: vec![("other".into(), "birth_year".into())] });
        } else if before_event(victim.get("death_date")) {
            faults.push(FieldFault::new(field, "before-event"));
        }
    }
    faults.extend(ages(answers));
    faults
}

/// Ages that do not fit the year of birth: at the event a person is as old as the years between, or one year less. Who died later may be
/// told with the age they reached.
fn ages(answers: &Answers) -> Vec<FieldFault> {
    let event = forms::day_of(answers.get("incident_date")).map(|date| date.year);
    let mut faults = vec![];
    for list in ["victims", "suspects"] {
        for (at, row) in answers.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let years: Vec<i64> = event.into_iter().chain(forms::day_of(row.get("death_date")).map(|date| date.year)).map(i64::from).collect();
            let told = row.get("age").and_then(Value::as_i64).zip(row.get("birth_year").and_then(Value::as_i64));
            if let (Some((age, born)), Some(least), Some(most)) = (told, years.iter().min(), years.iter().max())
                && !(least - born - 1..=most - born).contains(&age)
            {
                faults.push(FieldFault::new(format!("{list}[{at}].age"), "age-and-birth"));
            }
        }
    }
    faults
}

/// The words of a person's names and address, with why they may not stand.
pub(crate) fn place_person(tx: &mut Tx, case: CaseId, reason: Reason, person: &Value) -> Result<(), Refused> {
    for (why, words) in words_of(person) {
        names::place(tx, case, why.unwrap_or(reason), &words)?;
    }
    Ok(())
}

fn words_of(person: &Value) -> Vec<(Option<Reason>, String)> {
    let part = |id: &str| person.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
    let aliases = person.get("aka").and_then(Value::as_array).into_iter().flatten().map(|alias| (Some(Reason::Alias), alias.as_str().unwrap_or_default().to_owned()));
    ["name", "given", "family"].into_iter().map(|id| (None, part(id))).chain(aliases).chain([(Some(Reason::Address), part("address"))]).collect()
}

/// The same words, for taking back their hashes.
pub(super) fn person_words(person: &Value) -> Vec<String> {
    words_of(person).into_iter().map(|(_, words)| words).filter(|words| !words.is_empty()).collect()
}

fn screening_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    consulted_in_time(tx, permit, &saved.answers)?;
    let case = permit.case().ok_or(Refused::NotFound)?;
    copies::place(tx, case)?;
    known::listed(tx, permit, case, &saved.answers)?;
    record(tx, permit, if saved.complete { "screening_complete" } else { "screening_open" }, None)?;
    // What is told already counts while the rest is open: the way on follows it, and asks for nothing that stands there. The prosecution may
    // answer that it must wait: asked, but the review can't begin.
    let om_answer = text_of(&saved.answers, "om_answer");
    if saved.complete || !om_answer.is_empty() {
        record(tx, permit, if om_answer == "wait" { "om_waits" } else { "om_consulted" }, None)?;
    }
    if !text_of(&saved.answers, "relatives_view").is_empty() {
        record(tx, permit, "relatives_view_asked", None)?;
    }
    match text_of(&saved.answers, "decision").as_str() {
        "review" => {
            record(tx, permit, "decision_review", None)?;
            if !saved.complete {
                return Ok(());
            }
            let profile = text_of(&saved.answers, "profile");
            // Only a clear no is one: the notification may know more.
            let fatal = saved.answers.get("criteria").and_then(|criteria| criteria.get("fatal")).and_then(Value::as_str) != Some("no");
            super::settle_profile(tx, case, &profile, fatal)?;
            recorded_after_all(tx, permit, case)
        }
        "not_reviewed" => record(tx, permit, "decision_not_reviewed", None),
        "deferred" => record(tx, permit, "decision_deferred", None),
        _ => Ok(()),
    }
}

/// The prosecution service is consulted after the event, and not in days to come.
fn consulted_in_time(tx: &mut Tx, permit: &Permit, screening: &Answers) -> Result<(), Refused> {
    forms::have_been(tx, screening, &["om_consulted_on"])?;
    let Some(on) = forms::day_of(screening.get("om_consulted_on")).and_then(|date| date.last()) else { return Ok(()) };
    let Some(notification) = compartments::list(tx, permit, NOTIFICATION.form, None)?.pop() else { return Ok(()) };
    let told = compartments::open::<Answers>(tx, permit, notification.id)?.body;
    match forms::day_of(told.get("incident_date")).and_then(|date| date.first()) {
        Some(event) if on < event => Err(Refused::Faults(vec![FieldFault::new("om_consulted_on", "before-event")])),
        _ => Ok(()),
    }
}

fn deferral_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    // A day that has passed would begin no term, and nobody would look again.
    if text_of(&saved.answers, "review_on").parse::<NaiveDate>().is_ok_and(|day| day < tx.today()) {
        return Err(Refused::Faults(vec![FieldFault::new("review_on", "in-the-past")]));
    }
    if !saved.complete {
        return Ok(());
    }
    let case = permit.case().ok_or(Refused::NotFound)?;
    // Changed while the case waits: the day it is looked at again is the one that stands there now.
    if store::seen(tx.db(), case)?.0.state == State::Deferred {
        review_on(tx, case, &saved.answers)?;
    }
    copies::place_deferral(tx, case, &saved.answers)?;
    record(tx, permit, "deferral_requested", None)
}

/// The day on which a deferral is looked at again, as the latest request has it, is a term of its own (T5).
///
/// # Errors
/// `Locked`; database errors.
pub(super) fn begin_review_of_deferral(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let Some(own) = compartments::of_case(tx, case, Kind::Case)?.pop() else { return Ok(()) };
    match forms::open_all(tx, &DEFERRAL, own.id)?.pop() {
        Some(request) => review_on(tx, case, &request.answers),
        None => Ok(()),
    }
}

fn review_on(tx: &mut Tx, case: CaseId, request: &Answers) -> Result<(), Refused> {
    let (now, today) = (tx.now(), tx.today());
    term_store::end_terms(tx.db(), case, &["deferral_review"], now)?;
    let Some(day) = text_of(request, "review_on").parse::<NaiveDate>().ok().filter(|day| *day > today) else { return Ok(()) };
    let (parts, calendar) = (tx.parts(), tx.session()?.calendar.clone());
    term_store::start_term(tx.db(), case, "deferral_review", Role::Coordinator, today, parts.config.calendar(&calendar).next_working_day(day))
}

/// The decision on publication, where a case stays unpublished.
static READ_DECISION: Act = Act { name: "case.read_publication_decision", within: Kind::Report, by: &[Role::Coordinator], step_up: false };

/// The day on which a case that stays unpublished is looked at again, as the decision has it (5.17), is a term of its own.
///
/// # Errors
/// `Locked`; database errors.
pub(super) fn begin_review_again(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let Some(report) = compartments::of_case(tx, case, Kind::Report)?.pop() else { return Ok(()) };
    let permit = tx.permit(&READ_DECISION, Place::Compartment(report.id), case.uuid())?;
    let Some(listed) = compartments::list(tx, &permit, "publication-decision", None)?.pop() else { return Ok(()) };
    let (decision, today) = (compartments::open::<Answers>(tx, &permit, listed.id)?.body, tx.today());
    let Some(day) = text_of(&decision, "review_again_on").parse::<NaiveDate>().ok().filter(|day| *day > today) else { return Ok(()) };
    let (parts, calendar) = (tx.parts(), tx.session()?.calendar.clone());
    term_store::start_term(tx.db(), case, "review_again", Role::Coordinator, today, parts.config.calendar(&calendar).next_working_day(day))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_told_or_said_not_to_be_known_and_not_both() {
        let faults = |told: Value| named_and_unknown(&told.as_object().cloned().unwrap_or_default()).into_iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect::<Vec<_>>();
        for person in [json!("Noor"), json!({ "name": "Noor" }), json!({ "given": "Noor" }), json!({ "family": "Jansma" })] {
            let told = json!({ "victims": [{ "person": { "given": "Bo" } }, { "person": person, "name_unknown": true }] });
            assert_eq!(faults(told.clone()), ["victims[1].person name-and-unknown", "victims[1].name_unknown name-and-unknown"], "{told}");
        }
        assert_eq!(faults(json!({ "known_relatives": [{ "person": { "name": "Ans" }, "name_unknown": true }] })).len(), 2);
        for row in [
            json!({ "name_unknown": true }), json!({ "person": { "aka": ["de buurman"], "address": "Kade 1", "given": " " }, "name_unknown": true }), json!({ "person": { "given": "Noor" }, "name_unknown": false }),
            json!({ "person": { "phone": "0599 121212" }, "name_unknown": true }),
        ] {
            assert!(faults(json!({ "victims": [row], "known_relatives": [row] })).is_empty(), "{row}");
        }
    }

    #[test]
    fn a_region_lies_in_the_part_of_the_kingdom_that_was_told() {
        let config = Configured::load().unwrap();
        let fault = |told: Value| elsewhere(&told.as_object().cloned().unwrap_or_default(), &config).map(|fault| (fault.field, fault.rule));
        let wrong = Some(("zone".to_owned(), "zone-and-region".to_owned()));
        assert_eq!(fault(json!({ "zone": "european", "police_region": "13" })), wrong);
        assert_eq!(fault(json!({ "zone": "caribbean", "police_region": "1" })), wrong);
        for told in [json!({ "zone": "caribbean", "police_region": "11" }), json!({ "zone": "european", "police_region": "10" }), json!({ "zone": "european" }), json!({ "police_region": "12" }), json!({ "zone": "caribbean", "police_region": "-8" })] {
            assert_eq!(fault(told.clone()), None, "{told}");
        }
    }
}
