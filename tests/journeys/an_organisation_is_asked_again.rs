//! An invitation that ran out, was declined or must be followed by more is sent again, not typed anew (T10); and one person may approve for
//! two units of one organisation, each behind its own key.

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::{OrganisationId, ReflectionId};
use lering::reflections::{self, Again, Answered, Invitation};
use lering::tx::Refused;
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

fn in_days(days: i64) -> chrono::NaiveDate {
    chrono::Utc::now().date_naive() + chrono::Duration::days(days)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_declined_or_ran_out_goes_out_once_more_with_the_same_words() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let again = async |who: &Someone, id: ReflectionId, told: Again| app.run(who.caller(), move |tx| reflections::invite_again(tx, id, &told)).await;
    let (invited, first, room) = r.invite().await;
    // Nobody came: without a new code it can't be sent again.
    assert!(matches!(again(&r.coordinator, first, Again { due: in_days(30), question: None, contact: None }).await, Err(Refused::Rule("contact-without-account"))));
    assert!(matches!(again(&r.coordinator, first, Again { due: in_days(-1), question: None, contact: None }).await, Err(Refused::Faults(_))));
    assert!(again(&r.secretary, first, Again { due: in_days(30), question: None, contact: None }).await.is_err(), "the coordinator sends it");
    let new = r.world.invite_of(&r.coordinator, Role::Contact, Some(r.police)).await;
    let hat = new.hat;
    let (second, other_room) = again(&r.coordinator, first, Again { due: in_days(30), question: Some("En daarna?".into()), contact: Some(hat) }).await.unwrap();
    assert_ne!(room, other_room);
    // The first letter works no more; the new one opens the same words, with the day and the question that are new.
    drop(invited);
    let contact = r.world.enrol(new).await;
    let read = app.run(contact.caller(), move |tx| reflections::invitation(tx, second)).await.unwrap();
    let on_time = |due: &serde_json::Value, days: i64| due.as_str().is_some_and(|due| (in_days(days)..=in_days(days + 5)).contains(&due.parse::<chrono::NaiveDate>().unwrap()));
    assert!(on_time(&read["due"], 30) && read["identification"]["name"] == "Noor Jansma", "the day, or the next on which people work: {read:?}");
    assert_eq!(read["questions"], json!(["Wat zag u?", "En daarna?"]));
    let states = async || app.run(r.coordinator.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap().into_iter().map(|one| (one.state, one.round)).collect::<Vec<_>>();
    assert_eq!(states().await, [("recalled".into(), 1), ("invited".into(), 2)]);
    // Declined, it is asked once more of the contact who has an account: no code, and the answer of before stays.
    let told = Answered { answers: answers(json!({ "answer": "decline", "reason": "capaciteit", "reason_text": "Nobody is free" })), author: None, approver: None };
    app.run(contact.caller(), move |tx| reflections::answer(tx, second, &told)).await.unwrap();
    let (third, _) = again(&r.coordinator, second, Again { due: in_days(60), question: None, contact: None }).await.unwrap();
    assert_eq!(states().await, [("recalled".into(), 1), ("declined".into(), 2), ("invited".into(), 3)]);
    let read = app.run(contact.caller(), move |tx| reflections::invitation(tx, third)).await.unwrap();
    assert!(on_time(&read["due"], 60), "{read:?}");
    // Accepted and being written, it is under way.
    let (author, approver) = (r.world.invite_of(&contact, Role::Author, Some(r.police)).await, r.world.invite_of(&contact, Role::Approver, Some(r.police)).await);
    let (author, approver) = (r.world.enrol(author).await, r.world.enrol(approver).await);
    let told = Answered { answers: answers(json!({ "answer": "accept" })), author: Some(author.hat), approver: Some(approver.hat) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, third, &told)).await.unwrap();
    assert!(matches!(again(&r.coordinator, third, Again { due: in_days(60), question: None, contact: None }).await, Err(Refused::Rule("reflection-under-way"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organisations_of_one_name_are_told_apart_by_their_place() {
    let r = Review::new().await;
    r.commissioned();
    let (case, app) = (r.case, &r.world.app);
    let (first, _, _, contact, _) = unit(&r, "GGZ Midden").await;
    let (second, ..) = unit(&r, "GGZ midden").await;
    for (id, place) in [(first, "Utrecht"), (second, "Amersfoort")] {
        diesel::sql_query(format!("update app.organisation set place = '{place}' where id = '{id}'")).execute(&mut r.world.connection("postgres")).unwrap();
    }
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let page = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    for path in [format!("/cases/{case}"), format!("/cases/{case}/organisations")] {
        let shown = page(&r.secretary, path).await;
        assert!(shown.contains("GGZ Midden, Utrecht") && shown.contains("GGZ midden, Amersfoort"), "{shown}");
    }
    let task = page(&contact, "/tasks".into()).await;
    assert!(task.contains("GGZ Midden, Utrecht"), "{task}");
    // The place tells them apart, and is no part of the name that is looked for in texts.
    let names = app.run(r.coordinator.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap();
    assert!(names.iter().any(|one| one.name == "GGZ Midden" && one.organisation_name == "GGZ Midden, Utrecht"));
}

/// A unit that was asked, with its contact and author; the approver comes later.
async fn unit(r: &Review, name: &'static str) -> (OrganisationId, ReflectionId, lering::ids::CompartmentId, Someone, Someone) {
    let unit = r.world.organisation(&r.coordinator, name).await;
    let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(unit)).await;
    let (case, hat) = (r.case, contact.hat);
    let words = answers(json!({
        "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
        "due": in_days(40).to_string(), "what_happens": "Alleen u leest dit.",
    }));
    let (id, room) = r.world.app.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &Invitation { organisation: unit, contact: hat, answers: words, stands_for: None })).await.unwrap();
    let contact = r.world.enrol(contact).await;
    let author = r.world.invite_of(&contact, Role::Author, Some(unit)).await;
    (unit, id, room, contact, r.world.enrol(author).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_approves_for_two_units_and_reads_each_under_its_own_hat_only() {
    let r = Review::new().await;
    r.commissioned();
    let app = &r.world.app;
    let (north, first, first_room, first_contact, first_author) = unit(&r, "Politie, basisteam Noord").await;
    let (south, second, second_room, second_contact, second_author) = unit(&r, "Politie, basisteam Zuid").await;
    let one = r.world.invite_of(&first_contact, Role::Approver, Some(north)).await;
    let approver = r.world.enrol(one).await;
    let other = r.world.invite_of(&second_contact, Role::Approver, Some(south)).await;
    // The same person redeems the second code at the account they have.
    let other = r.world.join(&approver, other).await;
    let accept = |author: &Someone, approver| Answered { answers: answers(json!({ "answer": "accept" })), author: Some(author.hat), approver: Some(approver) };
    let (told, also) = (accept(&first_author, approver.hat), accept(&second_author, other));
    app.run(first_contact.caller(), move |tx| reflections::answer(tx, first, &told)).await.unwrap();
    app.run(second_contact.caller(), move |tx| reflections::answer(tx, second, &also)).await.unwrap();
    // Under the hat of one unit the other's place is not there.
    let reads = async |room| app.run(approver.caller(), move |tx| lering::forms::list(tx, &reflections::REFLECTION, room, None)).await;
    assert!(reads(first_room).await.is_ok());
    assert!(matches!(reads(second_room).await, Err(Refused::NotFound)));
    // A unit's contact names nobody of the other unit.
    let stolen = approver.hat;
    let told = app.run(second_contact.caller(), move |tx| reflections::replace(tx, second, Role::Approver, stolen)).await;
    assert!(told.is_err(), "{told:?}");
}
