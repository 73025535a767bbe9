//! The approver reads, word for word, what the panel will get, before they release it; the panel reads it in a folder of its own.

use lering::access::Role;
use lering::tx::Refused;
use lering::{forms, panels, reflections};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

async fn page(served: &Served, who: &Someone, path: &str) -> (u16, String) {
    let answer = served.call(who, Method::GET, path).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn post(served: &Served, who: &Someone, path: &str, body: &'static str) -> u16 {
    served.call(who, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_approver_sees_it_first_and_the_panel_gets_that_and_no_more() {
    let r = Review::new().await;
    let (p, member) = (r.partner().await, r.party(Role::PanelMember).await);
    let (id, room, case) = (p.reflection, p.room, r.case);
    let (run, served) = (&r.world.app, Served::new(&r.world));
    for who in [&p.author, &p.approver, &r.chair, &r.secretary, &r.coordinator, &member, &r.administrator] {
        r.world.named(who, "Iemand");
    }
    let told = answers(json!({
        "role": "Wij kwamen elke week", "what_happened": "Het begon in mei", "knew": "Wij wisten van de ruzie", "impact": "Twee collega's zijn weg", "not_for_report": ["knew"], "facts_checked": true,
    }));
    let text = run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    let event = answers(json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "Een telefoontje", "known_then": "yes", "source": "file" }));
    run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &event)).await.unwrap();
    run.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    let release = format!("/tasks/{id}/release");
    assert_eq!(page(&served, &p.approver, &release).await.0, 409, "not approved yet");
    run.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();

    let (status, shown) = page(&served, &p.approver, &release).await;
    assert_eq!(status, 200, "{shown}");
    for words in ["Wij kwamen elke week", "Het begon in mei", "Een telefoontje", "niet in het rapport"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("zijn weg"), "what the case did to workers is not ticked");
    assert_eq!(page(&served, &p.author, &release).await.0, 403);
    let folder = format!("/cases/{case}/reading");
    assert!(!page(&served, &r.chair, &folder).await.1.contains("/reading/"), "nothing before the release");
    assert_eq!(post(&served, &p.approver, &release, "").await, 422, "whoever releases says that they read it");
    assert_eq!(post(&served, &p.approver, &release, "read=true").await, 303);

    for who in [&r.chair, &r.secretary, &r.coordinator, &member] {
        let (status, list) = page(&served, who, &folder).await;
        assert_eq!(status, 200);
        assert!(list.contains("Politie, eenheid Noord-Nederland: de reflectie") && !list.contains("Het begon in mei"), "{list}");
        let piece = list.split(&format!("{folder}/")).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let (status, text) = page(&served, who, &format!("{folder}/{piece}")).await;
        assert_eq!(status, 200);
        assert!(text.contains("Wij kwamen elke week") && text.contains("niet in het rapport") && !text.contains("zijn weg"), "{text}");
    }
    let piece = run.run(r.chair.caller(), move |tx| panels::folder(tx, case)).await.unwrap()[0].id;
    for who in [&p.author, &p.approver, &r.administrator] {
        assert_eq!(page(&served, who, &folder).await.0, 404);
        assert_eq!(page(&served, who, &format!("{folder}/{piece}")).await.0, 404);
    }
    assert_eq!(page(&served, &member, &format!("{folder}/{}", text.id)).await.0, 404, "their own text is theirs");

    // A correction lies beside what it corrects, with its reason.
    run.run(p.author.caller(), move |tx| reflections::correct(tx, id, "Het was in juni")).await.unwrap();
    let later = answers(json!({ "role": "Wij kwamen elke week", "what_happened": "Het begon in juni", "facts_checked": true }));
    run.run(p.author.caller(), move |tx| forms::save(tx, &reflections::REFLECTION, room, text.id, 1, &later)).await.unwrap();
    run.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    run.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    let (_, shown) = page(&served, &p.approver, &release).await;
    assert!(shown.contains("Het begon in juni") && !shown.contains("Een telefoontje"), "only what was changed: {shown}");
    run.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    let (_, list) = page(&served, &member, &folder).await;
    assert!(list.contains("later verbeterd") && list.contains("verbetering 1"), "{list}");
    let (_, first) = page(&served, &member, &format!("{folder}/{piece}")).await;
    let correction = run.run(r.chair.caller(), move |tx| panels::folder(tx, case)).await.unwrap().iter().find(|one| one.correction == Some(1)).unwrap().id;
    assert!(first.contains("Het begon in mei") && first.contains(&format!("{folder}/{correction}")), "{first}");
    assert!(page(&served, &member, &format!("{folder}/{correction}")).await.1.contains("Het was in juni"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chair_reads_what_they_adopt() {
    let r = Review::new().await;
    let (case, served) = (r.case, Served::new(&r.world));
    r.world.named(&r.chair, "Iemand");
    let panel = r.world.app.run(r.chair.caller(), move |tx| panels::panel_of(tx, case)).await.unwrap();
    let held = |state: &str| answers(json!({
        "on": "2026-10-20", "agenda": ["Begin"], "attendance": [{ "member": r.chair.hat, "state": state }], "method": "combination", "care_moment": true, "minutes": "Wij spraken de aanpak af",
    }));
    // Of a meeting nobody was at there is nothing to adopt.
    for (state, adopted) in [("absent", false), ("present", true)] {
        let told = held(state);
        let item = r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::MEETING, panel, None, &told)).await.unwrap().id;
        let done = r.world.app.run(r.chair.caller(), move |tx| panels::adopt_minutes(tx, case, item, None)).await;
        assert_eq!(done.is_ok(), adopted, "{state}: {done:?}");
        assert!(adopted || matches!(done, Err(Refused::Rule("nobody-was-there"))));
    }
    let minutes = held("present");
    let saved = r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::MEETING, panel, None, &minutes)).await.unwrap();
    let (status, shown) = page(&served, &r.chair, &format!("/cases/{case}/adopt")).await;
    assert!(saved.complete, "{:?}", saved.missing);
    assert!(status == 200 && shown.contains("Wij spraken de aanpak af"), "{shown}");
}
