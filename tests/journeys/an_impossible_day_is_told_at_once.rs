//! A day that can't be is told where it is written, by who may know it (`product.md` section 8): an organisation knows the day of death from its
//! invitation, the coordinator and the secretary from the case; what a source could not know is marked where all of it comes together.

use lering::access::Role;
use lering::ids::{CompartmentId, OrganisationId};
use lering::reflections::Invitation;
use lering::tx::Refused;
use lering::{cases, compartments, forms, panels, reflections, relatives};
use serde_json::{Value, json};

use crate::support::Someone;
use crate::support::review::{Partner, Review, answers};

fn event(kind: &str, whom: &str, when: &str, reason: Option<&str>) -> form::Answers {
    let mut told = json!({ "when": when, "kind": kind, "whom": [whom], "what": format!("{kind} with {whom} in {when}"), "known_then": "yes", "source": "dossier" });
    if let Some(reason) = reason {
        told["after_death_reason"] = reason.into();
    }
    answers(told)
}

async fn write(r: &Review, who: &Someone, sheet: &'static forms::Sheet, room: CompartmentId, told: form::Answers) -> Result<(), String> {
    match r.world.app.run(who.caller(), move |tx| forms::create(tx, sheet, room, None, &told)).await {
        Ok(_) => Ok(()),
        Err(Refused::Faults(faults)) => Err(faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect::<Vec<_>>().join(", ")),
        Err(other) => panic!("{other:?}"),
    }
}

fn invitation(organisation: OrganisationId, contact: lering::ids::MembershipId, extra: Value) -> Invitation {
    let mut told = json!({
        "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
        "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
    });
    for (field, value) in extra.as_object().unwrap() {
        told[field] = value.clone();
    }
    Invitation { organisation, contact, answers: answers(told), stands_for: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_explains_a_contact_after_the_death_and_the_panel_sees_those_nobody_explained() {
    let mut r = Review::new().await;
    r.commissioned();
    let (app, case, police) = (&r.world.app, r.case, r.police);
    let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(police)).await;
    let invite = async |extra: Value| { let told = invitation(police, contact.hat, extra); app.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &told)).await };
    for (extra, expected) in [
        (json!({ "birth": "1992", "died_on": "1990" }), "died_on before-other"), (json!({ "died_on": "2099-01-01" }), "died_on in-the-future"), (json!({ "birth": "2099" }), "birth in-the-future"),
    ] {
        match invite(extra).await {
            Err(Refused::Faults(faults)) => assert_eq!(faults.iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect::<Vec<_>>(), [expected]),
            other => panic!("{other:?}"),
        }
    }
    // The form of the invitation offers the day, for who invites to leave or to take out.
    assert_eq!(app.run(r.coordinator.caller(), move |tx| cases::died_on(tx, case)).await.unwrap().as_deref(), Some("2026-10-03"));
    // Two organisations: one is told the day of death, the other is not.
    let (reflection, room) = invite(json!({ "birth": "1992", "died_on": "2026-10-03" })).await.unwrap();
    let contact = r.world.enrol(contact).await;
    let mut people = vec![];
    for role in [Role::Author, Role::Approver] {
        let invited = r.world.invite_of(&contact, role, Some(police)).await;
        people.push(r.world.enrol(invited).await);
    }
    let told = reflections::Answered { answers: answers(json!({ "answer": "accept" })), author: Some(people[0].hat), approver: Some(people[1].hat) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told)).await.unwrap();
    let author = &people[0];
    let asks = Err("after_death_reason after-death".to_owned());
    assert_eq!(write(&r, author, &reflections::ENTRY, room, event("contact", "victim", "2026-10-05", None)).await, asks);
    assert_eq!(write(&r, author, &reflections::ENTRY, room, event("contact", "victim", "2026-11", Some("  "))).await, asks);
    for (told, why) in [
        (event("contact", "victim", "2026-10-05", Some("Zij werd door ons herkend.")), "explained"), (event("contact", "victim", "2026-10-03", None), "the day itself"),
        (event("contact", "victim", "2026-10", None), "may be before"), (event("contact", "relative", "2026-10-05", None), "with somebody else"), (event("decision", "victim", "2026-10-05", None), "no contact"),
    ] {
        assert_eq!(write(&r, author, &reflections::ENTRY, room, told).await, Ok(()), "{why}");
    }
    let mut ended = event("measure", "suspect", "2026-05", None);
    ended.insert("until".into(), "2026-04".into());
    assert_eq!(write(&r, author, &reflections::ENTRY, room, ended).await, Err("until before-other".into()));
    assert_eq!(write(&r, author, &reflections::ENTRY, room, event("report", "victim", "2099", None)).await, Err("when in-the-future".into()));
    // Who was not told the day is not asked; the secretary, who knows it, is.
    r.police = r.world.organisation(&r.coordinator, "GGZ Noord").await;
    let Partner { author: unaware, approver, reflection, room: other, .. } = r.partner().await;
    assert_eq!(write(&r, &unaware, &reflections::ENTRY, other, event("contact", "victim", "2026-10-06", None)).await, Ok(()));
    let panel = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, lering::access::Kind::Panel)).await.unwrap();
    place_sheets(&r).await;
    assert_eq!(write(&r, &r.secretary, &panels::ENTRY, panel, event("contact", "victim", "2026-10-05", None)).await, asks);
    // Released, it is marked where all comes together: to the day for the secretary, to the month for the panel.
    let words = answers(json!({ "role": "a", "what_happened": "b", "facts_checked": true }));
    app.run(unaware.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, other, None, &words)).await.unwrap();
    app.run(unaware.caller(), move |tx| reflections::submit(tx, reflection)).await.unwrap();
    app.run(approver.caller(), move |tx| reflections::approve(tx, reflection)).await.unwrap();
    app.run(approver.caller(), move |tx| reflections::release(tx, reflection)).await.unwrap();
    let marks = async |who: &Someone| app.run(who.caller(), move |tx| panels::timeline(tx, case)).await.unwrap().entries.into_iter().map(|line| (line.when, line.after_death)).collect::<Vec<_>>();
    assert_eq!(marks(&r.secretary).await, [("2026-10-06".to_owned(), true)]);
    let member = r.party(Role::PanelMember).await;
    assert_eq!(marks(&member).await, [("2026-10-06".to_owned(), false)], "the panel knows the month only");
}

/// The copies of the notification lie with panel and report, as from T7 on.
async fn place_sheets(r: &Review) {
    let case = r.case;
    let own = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, lering::access::Kind::Case)).await.unwrap();
    let item = r.world.app.run(r.coordinator.caller(), move |tx| forms::list(tx, &cases::NOTIFICATION, own, None)).await.unwrap()[0].id;
    let told = crate::support::review::notification("tangerine-kite-8802");
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::NOTIFICATION, own, item, 1, &told)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contact_who_writes_down_what_is_told_is_asked_and_a_relative_is_not() {
    let r = Review::new().await;
    let (app, case) = (&r.world.app, r.case);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"], "language": "nl", "wants": ["tell"], "again_on": "2099-01-01",
    }));
    let (id, room) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let sister = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = sister.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    assert_eq!(write(&r, &r.coordinator, &relatives::ENTRY, room, event("contact", "victim", "2026-10-05", None)).await, Err("after_death_reason after-death".into()));
    assert_eq!(write(&r, &r.coordinator, &relatives::ENTRY, room, event("contact", "victim", "2026-10-05", Some("Afscheid genomen"))).await, Ok(()));
    assert_eq!(write(&r, &sister, &relatives::ENTRY, room, event("contact", "victim", "2026-10-05", None)).await, Ok(()), "nobody who mourns is corrected by a form");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_asked_again_and_a_report_published_on_days_that_are_to_come() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let plan = |extra: Value| {
        let mut told = json!({
            "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
            "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
        });
        for (field, value) in extra.as_object().unwrap() {
            told[field] = value.clone();
        }
        answers(told)
    };
    let faults = |refused: Refused| match refused {
        Refused::Faults(faults) => faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect::<Vec<_>>().join(", "),
        other => panic!("{other:?}"),
    };
    for (extra, field) in [(json!({ "again_on": "2020-01-01" }), "again_on in-the-past"), (json!({ "channel": ["phone", "none"] }), "channel")] {
        let told = plan(extra);
        let refused = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &told)).await.unwrap_err();
        let said = faults(refused);
        assert!(said.starts_with(field), "{said}");
    }
    let told = plan(json!({}));
    app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &told)).await.unwrap();
    let room = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, lering::access::Kind::Report)).await.unwrap();
    let decision = |publish: &str, down: &str| answers(json!({ "form": "whole", "naming_decision": [{ "person": "v1", "how": "letter" }], "reason": "r", "publish_on": publish, "take_down_on": down }));
    for (publish, down, expected) in [("2020-06-01", "2099-12-01", "publish_on in-the-past"), ("2099-06-01", "2098-12-01", "take_down_on before-other")] {
        let said = write(&r, &r.coordinator, &lering::reports::DECISION, room, decision(publish, down)).await.unwrap_err();
        assert!(said.contains(expected), "{said}");
    }
    write(&r, &r.coordinator, &lering::reports::DECISION, room, decision("2099-06-01", "2099-12-01")).await.unwrap();
}
