//! Placed copies: readers without the case compartment get what they need of the case, and nothing else (ruling 3).
//!
//! At T7 the panel gets the sheet under pseudonyms and the restrictions; the report compartment gets both, for the quality reviewer,
//! and the names for chair and secretary (ruling 2). What changes afterwards in notification or screening is placed anew.

use form::{Answers, Partial};
use serde_json::{Map, Value};

use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::{CaseId, CompartmentId};
use crate::tx::{Permit, Place, Refused, Tx};

static PLACE: Act = Act { name: "case.place_sheet", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who reads the sheet under pseudonyms, and the restrictions.
pub static READ_SHEET: Act = Act { name: "case.read_sheet", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember], step_up: false };
/// Who reads names and identities: who leads the case.
pub static READ_NAMES: Act = Act { name: "case.read_names", within: Kind::Report, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// Who reads the request to defer: who asks, and the chair who must agree (T5).
static READ_DEFERRAL: Act = Act { name: "case.read_deferral", within: Kind::Report, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// The copy of a request to defer.
const DEFERRAL_COPY: &str = "deferral-copy";

/// When the last of the victims died, for those who may know: to the day for who leads the case, to the month for the panel. None while
/// one of them lives, or it is not known, or one may not know it.
///
/// # Errors
/// `Locked`; database errors.
pub fn died_on(tx: &mut Tx, case: CaseId) -> Result<Option<String>, Refused> {
    let told = match copies(tx, case) {
        Ok(copies) => copies.names.unwrap_or(copies.sheet),
        // Before anything was placed, only the coordinator has the notification.
        Err(Refused::NotFound | Refused::NotYours) => match notification(tx, case) {
            Ok(told) => told,
            // Who took the case on and waits for its key does not know it yet.
            Err(Refused::NotFound | Refused::NotYours | Refused::Rule("key-waits")) => return Ok(None),
            Err(why) => return Err(why),
        },
        Err(why) => return Err(why),
    };
    Ok(last_death(&told))
}

fn notification(tx: &mut Tx, case: CaseId) -> Result<Answers, Refused> {
    let own = compartments::of_kind(tx, case, Kind::Case)?;
    Ok(forms::open_all(tx, &super::NOTIFICATION, own)?.pop().ok_or(Refused::NotFound)?.answers)
}

fn last_death(told: &Answers) -> Option<String> {
    let victims = told.get("victims").and_then(Value::as_array)?;
    let days: Vec<&str> = victims.iter().map(|victim| victim.get("death_date").and_then(Value::as_str)).collect::<Option<_>>()?;
    days.into_iter().max_by_key(|day| Partial::parse(day).and_then(|day| day.last())).map(str::to_owned)
}

/// The copies made of a notification.
pub(super) const OF_NOTIFICATION: [&str; 2] = ["case-sheet", "case-names"];

/// What everybody on the panel may know of the event: no place narrower than the region, no free text.
const EVENT: [&str; 7] = ["fatal", "police_region", "zone", "place_type", "method", "criminal_state", "other_inquiries"];
/// What they may know of each person.
const PERSON: [&str; 5] = ["key", "sex", "age", "status", "type"];

/// The notification under pseudonyms: roles instead of persons, months instead of days.
pub(super) fn sheet_of(notification: &Answers) -> Answers {
    let mut sheet: Answers = EVENT.into_iter().filter_map(|id| Some((id.to_owned(), notification.get(id)?.clone()))).collect();
    if let Some(month) = notification.get("incident_date").and_then(Value::as_str) {
        sheet.insert("incident_date".into(), month.chars().take(7).collect::<String>().into());
    }
    for list in ["victims", "suspects", "children", "others", "relations"] {
        let rows: Vec<Value> = notification.get(list).and_then(Value::as_array).into_iter().flatten().map(|row| {
            let mut kept: Map<String, Value> = PERSON.into_iter().filter_map(|id| Some((id.to_owned(), row.get(id)?.clone()))).collect();
            // A relation names rows of this form, never persons.
            for id in ["victim", "suspect"] {
                if let Some(key) = row.get(id).filter(|_| list == "relations") {
                    kept.insert(id.into(), key.clone());
                }
            }
            // Of a death the month: with it the panel sees what can not have been.
            if let Some(month) = row.get("death_date").and_then(Value::as_str) {
                kept.insert("death_date".into(), month.chars().take(7).collect::<String>().into());
            }
            Value::Object(kept)
        }).collect();
        if !rows.is_empty() {
            sheet.insert(list.into(), rows.into());
        }
    }
    sheet
}

fn latest(tx: &mut Tx, permit: &Permit, kind: &str) -> Result<Option<(Answers, String)>, Refused> {
    let Some(listed) = compartments::list(tx, permit, kind, None)?.pop() else { return Ok(None) };
    let opened = compartments::open::<Answers>(tx, permit, listed.id)?;
    Ok(Some((opened.body, opened.form_version)))
}

/// Places the copies anew, where panel and report exist; before the chair accepted there is nobody to read them.
///
/// # Errors
/// `Locked`.
pub(super) fn place(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let room = |tx: &mut Tx, kind| -> Result<Option<CompartmentId>, Refused> { Ok(compartments::of_case(tx, case, kind)?.pop().map(|found| found.id)) };
    let (Some(own), Some(panel), Some(report)) = (room(tx, Kind::Case)?, room(tx, Kind::Panel)?, room(tx, Kind::Report)?) else { return Ok(()) };
    let permit = tx.permit(&PLACE, Place::Compartment(own), case.uuid())?;
    let put = |tx: &mut Tx, into, kind, version: &str, body: &Answers| {
        compartments::place(tx, &permit, into, &Written { kind, subject: Some(case.uuid()), form_version: version, ground: "public_task", complete: true }, body).map(drop)
    };
    if let Some((notification, version)) = latest(tx, &permit, "notification")? {
        let sheet = sheet_of(&notification);
        put(tx, panel, "case-sheet", &version, &sheet)?;
        put(tx, report, "case-sheet", &version, &sheet)?;
        put(tx, report, "case-names", &version, &notification)?;
    }
    if let Some((screening, version)) = latest(tx, &permit, "screening")? {
        let told: Answers = ["om_answer", "restrictions"].into_iter().filter_map(|id| Some((id.to_owned(), screening.get(id)?.clone()))).collect();
        put(tx, panel, "restrictions", &version, &told)?;
        put(tx, report, "restrictions", &version, &told)?;
    }
    Ok(())
}

/// Places a request to defer where the chair reads it, who holds no key of the case; before the chair accepted there is nobody to read it.
///
/// # Errors
/// `Locked`.
pub(super) fn place_deferral(tx: &mut Tx, case: CaseId, request: &Answers) -> Result<(), Refused> {
    let own = compartments::of_kind(tx, case, Kind::Case)?;
    let Some(report) = compartments::of_case(tx, case, Kind::Report)?.pop() else { return Ok(()) };
    let permit = tx.permit(&PLACE, Place::Compartment(own), case.uuid())?;
    let version = forms::definition(tx, super::DEFERRAL.form)?.version;
    compartments::place(tx, &permit, report.id, &Written { kind: DEFERRAL_COPY, subject: Some(case.uuid()), form_version: &version, ground: "public_task", complete: true }, request).map(drop)
}

/// The request to defer, as it was placed with the chair last; none where it was not.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn deferral_asked(tx: &mut Tx, case: CaseId) -> Result<Option<Answers>, Refused> {
    let Some(report) = compartments::of_case(tx, case, Kind::Report)?.pop() else { return Ok(None) };
    let permit = tx.permit(&READ_DEFERRAL, Place::Compartment(report.id), case.uuid())?;
    Ok(latest(tx, &permit, DEFERRAL_COPY)?.map(|(request, _)| request))
}

/// The case as its readers may know it.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Copies {
    /// The notification under pseudonyms.
    pub sheet: Answers,
    /// What the prosecution service answered, and the restrictions.
    pub restrictions: Answers,
    /// The notification with names: for chair and secretary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Answers>,
}

/// The copies the caller may read.
///
/// # Errors
/// `NotFound` before T7 and for others; `Locked`.
pub fn copies(tx: &mut Tx, case: CaseId) -> Result<Copies, Refused> {
    let panel = compartments::of_kind(tx, case, Kind::Panel)?;
    let permit = tx.permit(&READ_SHEET, Place::Compartment(panel), case.uuid())?;
    let (sheet, _) = latest(tx, &permit, "case-sheet")?.ok_or(Refused::NotFound)?;
    let restrictions = latest(tx, &permit, "restrictions")?.map(|(answers, _)| answers).unwrap_or_default();
    let mut found = Copies { sheet, restrictions, names: None };
    if READ_NAMES.allows(permit.role())
        && let Some(report) = compartments::of_case(tx, case, Kind::Report)?.pop()
    {
        let permit = tx.permit(&READ_NAMES, Place::Compartment(report.id), case.uuid())?;
        found.names = latest(tx, &permit, "case-names")?.map(|(answers, _)| answers);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sheet_tells_roles_and_months_and_no_name_place_or_free_text() {
        let told = json!({
            "fatal": true, "incident_date": "2026-10-12", "municipality": "Assen", "place": "Dorpsstraat 1", "facts": "Noor was found", "safety_now": "yes", "police_region": "1",
            "victims": [{ "key": "v1", "person": { "given": "Noor" }, "sex": "2", "age": 34, "birth_year": 1992, "death_date": "2026-10-12" }],
            "children": [{ "person": { "given": "Bo" }, "age": 6, "where_now": "with Anna", "authority": "Anna" }], "relations": [{ "victim": "v1", "suspect": "s1", "type": "1" }],
            "known_relatives": [{ "person": { "name": "Anna" } }],
        });
        let sheet = sheet_of(told.as_object().unwrap_or(&Map::new()));
        let text = serde_json::to_string(&sheet).unwrap_or_default();
        for word in ["Noor", "Assen", "Dorpsstraat", "Bo", "Anna", "2026-10-12", "1992", "safety"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert_eq!((&sheet["incident_date"], &sheet["victims"][0]["age"], &sheet["relations"][0]["suspect"]), (&json!("2026-10"), &json!(34), &json!("s1")));
        assert_eq!(sheet["victims"][0]["death_date"], json!("2026-10"));
    }

    #[test]
    fn the_last_death_counts_and_none_while_one_victim_lives() {
        let of = |days: &[Option<&str>]| last_death(json!({ "victims": days.iter().map(|day| json!({ "death_date": day })).collect::<Vec<_>>() }).as_object().unwrap());
        assert_eq!(of(&[Some("2026-10-03"), Some("2026-10"), Some("2025")]).as_deref(), Some("2026-10"), "some day of the month");
        assert_eq!((of(&[Some("2026-10-03"), None]), of(&[])), (None, None));
    }
}
