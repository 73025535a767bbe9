//! Two cases with compartments, keys and sealed documents: one to read (2,000 entries, a report of some forty pages), one to write.

use chrono::{Duration, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Date, Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::bureaus;
use lering::cases::{self, Named, Notification};
use lering::compartments::{self, Written};
use lering::ids::{CaseId, CompartmentId, OrganisationId};
use lering::tx::{Place, Refused};
use serde_json::json;

use crate::Res;
use crate::load::{self, Request};
use crate::world::{Reviewed, World};

static PLACE: Act = Act { name: "bench.place", within: Kind::Panel, by: &[], step_up: false };

/// How many entries the chronology has.
pub const ENTRIES: usize = 2_000;
const ORGANISATIONS: usize = 12;
const IN_ONE: usize = 100;

/// Makes both cases.
///
/// # Errors
/// Whatever a use case refuses.
pub fn fill(world: &mut World) -> Res<()> {
    let (read, written) = (case(world)?, case(world)?);
    let mut organisations = vec![];
    for number in 0..ORGANISATIONS {
        let coordinator = world.people.coordinator.clone();
        let organisation = world.run(&coordinator, move |tx| bureaus::add(tx, (format!("Ketenpartner {number}").as_str(), ""), 1, None))?;
        reflection(world, &read, organisation)?;
        organisations.push(organisation);
    }
    entries(world, read.panel, &organisations)?;
    sections(world, read.report)?;
    world.reviewed = vec![read, written];
    Ok(())
}

fn case(world: &World) -> Res<Reviewed> {
    let people = &world.people;
    let today = chrono::Utc::now().date_naive();
    let told = Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: "full".into(), child_variant: false, language: "nl".into(),
        fatal: true, received_on: today - Duration::days(2), deputy: None,
    };
    let words = json!({
        "source": "1", "received_at": (today - Duration::days(2)).to_string(), "purpose": "review", "ground": "public_task", "fatal": true, "incident_date": "2026-10",
        "police_region": "1", "zone": "european", "victims": [{ "person": { "given": "Noor", "family": "Jansma" } }], "criminal_state": "3",
    }).as_object().cloned().unwrap_or_default();
    let case = world.run(&people.coordinator, move |tx| cases::notify(tx, &told, &words))?;
    let mut named = vec![(people.chair.hat, Role::Chair, ""), (people.secretary.hat, Role::Secretary, "")];
    named.extend(people.members.iter().zip(["police", "mental_health", "municipality", "shelter"]).map(|(member, sector)| (member.hat, Role::PanelMember, sector)));
    for (hat, role, sector) in named {
        world.run(&people.coordinator, move |tx| cases::name(tx, case, &Named { hat, role, sector: sector.into(), dv_expert: sector == "shelter" }))?;
    }
    for person in [&people.chair, &people.secretary].into_iter().chain(&people.members) {
        world.run(person, move |tx| cases::accept(tx, case, false))?;
    }
    let room = |kind| -> Res<CompartmentId> { Ok(world.run(&people.chair, move |tx| compartments::of_case(tx, case, kind))?.first().ok_or("a compartment is missing")?.id) };
    Ok(Reviewed { case, panel: room(Kind::Panel)?, report: room(Kind::Report)? })
}

/// An organisation's part as others see it, so that the timeline has its name.
fn reflection(world: &World, case: &Reviewed, organisation: OrganisationId) -> Res<()> {
    let (mut database, within, due) = (world.database()?, CompartmentId::new(), chrono::Utc::now().date_naive());
    diesel::sql_query("insert into app.compartment (id, bureau_id, case_id, kind) values ($1, $2, $3, 'reflection')")
        .bind::<SqlUuid, _>(within).bind::<SqlUuid, _>(world.bureau).bind::<SqlUuid, _>(case.case).execute(&mut database)?;
    diesel::sql_query("insert into app.reflection (id, case_id, organisation_id, compartment_id, contact_id, state, due_on) values (gen_random_uuid(), $1, $2, $3, $4, $5, $6)")
        .bind::<SqlUuid, _>(case.case).bind::<SqlUuid, _>(organisation).bind::<SqlUuid, _>(within).bind::<SqlUuid, _>(world.people.coordinator.hat)
        .bind::<Text, _>("released").bind::<Date, _>(due).execute(&mut database)?;
    Ok(())
}

/// Entries as a release places them: sealed to the panel's public half, of each organisation in turn.
fn entries(world: &World, panel: CompartmentId, organisations: &[OrganisationId]) -> Res<()> {
    let first = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or_default();
    for start in (0..ENTRIES).step_by(IN_ONE) {
        let organisations = organisations.to_vec();
        world.run(&world.people.coordinator, move |tx| -> Result<(), Refused> {
            let permit = tx.permit(&PLACE, Place::Compartment(panel), None)?;
            for number in start..(start + IN_ONE).min(ENTRIES) {
                let organisation = organisations[number % organisations.len()];
                let body = json!({ "organisation": organisation, "notForReport": [], "answers": {
                    "when": (first + Duration::days(number as i64 * 7 / 5)).to_string(), "certainty": "exact", "kind": "1", "whom": ["1", "2"], "known_then": "yes",
                    "what": format!("Gebeurtenis {number}: een melding kwam binnen en werd besproken met de wijkagent. ").repeat(3),
                    "action": "Er werd een huisbezoek afgesproken, dat twee weken later plaatsvond.",
                } });
                let written = Written { kind: "chronology-entry", subject: Some(organisation.uuid()), form_version: "2026.1", ground: "public_task", complete: true };
                compartments::place(tx, &permit, panel, &written, &body)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The sections written by hand, as long as they may be: some forty pages in all.
fn sections(world: &mut World, report: CompartmentId) -> Res<()> {
    let headers = world.people.secretary.headers(&world.keys);
    let address = world.server()?.address.clone();
    let paragraph = "In deze periode waren verschillende organisaties betrokken, die ieder een deel van het beeld hadden en het niet met elkaar deelden. ".repeat(5);
    for name in ["summary", "what_happened", "changes_since", "method_and_limits", "context", "course"] {
        let body = json!({ "answers": { "section": name, "heading": name, "text": vec![paragraph.trim(); 28].join("\n\n") } });
        load::one(&address, &Request::json(&format!("POST /api/v1/compartments/{report}/documents/report-section"), &headers, &body))?;
    }
    Ok(())
}

/// The address of a case's page.
pub fn page_of(case: CaseId, rest: &str) -> String {
    format!("/cases/{case}{rest}")
}
