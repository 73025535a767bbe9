//! After the release nothing is taken back: a correction is a further version beside it, and the panel sees both.

use lering::tx::Refused;
use lering::{forms, panels, reflections};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_keeps_what_it_has_and_gets_the_correction_with_its_reason() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (id, room, case) = (p.reflection, p.room, r.case);
    let run = &r.world.app;
    // One question stays open, with its reason; that travels with the reflection.
    let told = answers(json!({ "role": "We kept the file", "facts_checked": true, "open_answers": [{ "question": "what_happened", "because": "The file lies with the court" }] }));
    let text = run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    assert!(text.complete, "{:?}", text.missing);
    let entry = |what: &str, when: &str| answers(json!({ "when": when, "kind": "contact", "whom": ["victim"], "what": what, "known_then": "yes", "source": "file" }));
    let (first, second) = (entry("A call at night", "2026-03-01"), entry("A visit", "2026-05-01"));
    let call = run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &first)).await.unwrap();
    run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &second)).await.unwrap();
    let correct = |who: lering::tx::Caller, because: &'static str| async move { run.run(who, move |tx| reflections::correct(tx, id, because)).await };
    assert!(matches!(correct(p.author.caller(), "too early").await, Err(Refused::Rule("not-released-yet"))));
    let hand_in = async || {
        run.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
        run.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    };
    hand_in().await;
    assert_eq!(run.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap(), 3);
    // Released is released: nothing is written any more, and the contact begins no correction.
    let again = entry("A call in the morning", "2026-03-01");
    let write = async |seen: i32| { let again = again.clone(); run.run(p.author.caller(), move |tx| forms::save(tx, &reflections::ENTRY, room, call.id, seen, &again)).await };
    assert!(matches!(write(1).await, Err(Refused::Rule("wrong-reflection-state"))));
    assert!(correct(p.contact.caller(), "not mine").await.is_err());
    assert!(matches!(correct(p.author.caller(), " ").await, Err(Refused::Faults(_))));
    // A correction that changes nothing is not released; dropped, everything is as before.
    correct(p.approver.caller(), "The hour was wrong").await.unwrap();
    assert!(matches!(correct(p.author.caller(), "twice").await, Err(Refused::Rule("wrong-reflection-state"))));
    hand_in().await;
    assert!(matches!(run.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await, Err(Refused::Rule("nothing-corrected"))));
    run.run(p.approver.caller(), move |tx| reflections::withdraw(tx, id)).await.unwrap();
    assert!(matches!(run.run(p.approver.caller(), move |tx| reflections::withdraw(tx, id)).await, Err(Refused::Rule("reflection-settled"))));
    correct(p.author.caller(), "The call came in the morning").await.unwrap();
    write(1).await.unwrap();
    hand_in().await;
    assert_eq!(run.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap(), 1, "only what was changed");
    let told = run.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    let lines: Vec<_> = told.entries.iter().map(|line| (line.what.as_str(), line.correction, line.corrected_by.is_some())).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.contains(&("A call at night", None, true)) && lines.contains(&("A call in the morning", Some(1), false)) && lines.contains(&("A visit", None, false)), "{lines:?}");
    let released = run.run(r.chair.caller(), move |tx| panels::released(tx, case)).await.unwrap();
    assert_eq!(released.reflections[0]["answers"]["open_answers"][0]["because"], "The file lies with the court");
    let seen = run.run(r.coordinator.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap();
    assert_eq!((seen[0].state.as_str(), seen[0].corrections), ("released", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_asked_for_only_while_something_is_to_be_done_by_it() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (id, room, run) = (p.reflection, p.room, &r.world.app);
    let told = answers(json!({ "role": "We kept the file", "facts_checked": true, "open_answers": [{ "question": "what_happened", "because": "The file lies with the court" }] }));
    run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let asked = async |who: &Someone| served.call(who, Method::GET, "/tasks").header("accept", "text/html").send().await.unwrap().text().await.unwrap().contains("Graag voor");
    assert!(asked(&p.author).await && asked(&p.approver).await);
    run.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    assert!(!asked(&p.author).await && asked(&p.approver).await, "it is the approver's turn");
    run.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    run.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    assert!(!asked(&p.author).await && !asked(&p.approver).await && !asked(&p.contact).await);
}
