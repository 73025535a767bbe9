//! A chronology entry that was not released yet is taken away by its author, after being asked once more; released, it stays. What can't
//! have been is refused with its own rule, on the page as well.

use lering::tx::{Refusal, Refused};
use lering::{compartments, forms, panels, reflections, relatives};
use reqwest::Method;
use serde_json::json;

use crate::support::review::{Review, answers};
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_goes_before_its_release_and_stays_after() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (case, room, id) = (r.case, p.room, p.reflection);
    let app = &r.world.app;
    let served = Served::new(&r.world);
    for who in [&p.author, &p.approver, &p.contact, &r.coordinator, &r.chair, &r.secretary] { r.world.named(who, "Iemand"); }
    let entry = |what: &str| answers(json!({ "when": "2026-03-01", "kind": "report", "whom": ["victim"], "what": what, "known_then": "yes", "source": "dossier" }));
    let mut made = vec![];
    for what in ["Een melding", "Te veel", "Ook te veel"] {
        let told = entry(what);
        made.push(app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &told)).await.unwrap().id);
    }
    let list = format!("/rooms/{room}/chronology-entry");
    let page = async |who: &crate::support::Someone, path: String| { let answer = served.call(who, Method::GET, &path).send().await.unwrap(); (answer.status().as_u16(), answer.text().await.unwrap()) };
    // The list tells day and kind; what happened stands on the page of the event only.
    let (status, drawn) = page(&p.author, list.clone()).await;
    assert!(status == 200 && drawn.contains("1 maart 2026, Melding") && !drawn.contains("Te veel") && !drawn.contains("Een melding"), "{status} {drawn}");
    let (status, drawn) = page(&p.author, format!("{list}/{}", made[1])).await;
    assert!(status == 200 && drawn.contains(&format!("{list}/{}/remove", made[1])));
    assert!(!page(&p.approver, format!("{list}/{}", made[1])).await.1.contains("/remove"));
    let (status, drawn) = page(&p.author, format!("{list}/{}/remove", made[1])).await;
    assert!(status == 200 && drawn.contains("Te veel") && drawn.contains("Niet verwijderen"), "{status}");
    // Nobody else, not even the approver; and the question alone changes nothing.
    let remove = async |who: &crate::support::Someone, item: lering::ids::ItemId| served.call(who, Method::POST, &format!("{list}/{item}/remove")).header("content-type", "application/x-www-form-urlencoded").body("").send().await.unwrap().status().as_u16();
    let delete = async |who: &crate::support::Someone, item: lering::ids::ItemId| served.call(who, Method::DELETE, &format!("/api/v1/compartments/{room}/documents/chronology-entry/{item}")).send().await.unwrap().status().as_u16();
    assert_eq!((remove(&p.approver, made[1]).await, remove(&r.coordinator, made[1]).await, delete(&p.approver, made[1]).await), (403, 403, 403));
    assert_eq!(app.run(p.author.caller(), move |tx| forms::list(tx, &reflections::ENTRY, room, None)).await.unwrap().len(), 3);
    assert_eq!((remove(&p.author, made[1]).await, delete(&p.author, made[2]).await), (303, 204));
    assert_eq!((remove(&p.author, made[1]).await, page(&p.author, format!("{list}/{}", made[1])).await.0), (404, 404), "gone");
    // The reflection itself stays: it is no list of entries.
    let text = answers(json!({ "role": "r", "what_happened": "w", "facts_checked": true }));
    let whole = app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &text)).await.unwrap().id;
    let kept = app.run(p.author.caller(), move |tx| forms::remove(tx, &reflections::REFLECTION, room, whole)).await;
    assert!(matches!(kept, Err(Refused::NotFound)), "{kept:?}");
    app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    assert_eq!(delete(&p.author, made[0]).await, 409, "handed in");
    app.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    assert_eq!(app.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap(), 2, "one entry and the reflection");
    let told = app.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    assert_eq!(told.entries.iter().map(|line| line.what.as_str()).collect::<Vec<_>>(), ["Een melding"]);
    assert_eq!((remove(&p.author, made[0]).await, delete(&p.author, made[0]).await), (409, 409), "released");
    assert!(!page(&p.author, format!("{list}/{}", made[0])).await.1.contains("/remove"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relatives_entry_goes_until_the_panel_has_it() {
    let r = Review::new().await;
    let case = r.case;
    let app = &r.world.app;
    let plan = answers(json!({
        "person": { "name": "An" }, "relation": "moeder", "side": "victim", "identity_checked": "documents", "risk": "Geen.", "first_contact_by": "contact", "channel": ["phone"], "language": "nl", "wants": ["tell"],
        "again_on": (chrono::Utc::now().date_naive() + chrono::Duration::days(60)).to_string(),
    }));
    let (id, room) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let make = async |what: &str| {
        let told = answers(json!({ "when": "2026-03-01", "kind": "incident", "whom": ["victim"], "what": what, "known_then": "yes", "source": "zelf" }));
        app.run(r.coordinator.caller(), move |tx| forms::create(tx, &relatives::ENTRY, room, None, &told)).await.unwrap().id
    };
    let (wrong, right) = (make("Verschreven").await, make("Zo was het").await);
    app.run(r.coordinator.caller(), move |tx| forms::remove(tx, &relatives::ENTRY, room, wrong)).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[right], &[])).await.unwrap();
    let stays = app.run(r.coordinator.caller(), move |tx| forms::remove(tx, &relatives::ENTRY, room, right)).await;
    assert!(matches!(stays, Err(Refused::Rule("placed-stays"))), "{stays:?}");
    assert_eq!(app.run(r.coordinator.caller(), move |tx| forms::list(tx, &relatives::ENTRY, room, None)).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_cannot_be_are_refused_by_their_own_rule_and_the_page_says_which() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (case, room) = (r.case, p.room);
    let app = &r.world.app;
    let ahead = (chrono::Utc::now().date_naive() + chrono::Duration::days(3)).to_string();
    let rule = |refused: Result<forms::Saved, Refused>| refused.map(|_| String::new()).unwrap_or_else(|why| why.faults().iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect::<Vec<_>>().join(", "));
    let (panel, own) = app.run(r.coordinator.caller(), move |tx| -> Result<_, Refused> {
        Ok((compartments::of_kind(tx, case, lering::access::Kind::Panel)?, compartments::of_kind(tx, case, lering::access::Kind::Case)?))
    }).await.unwrap();
    let entry = answers(json!({ "when": ahead, "what": "w" }));
    let told = entry.clone();
    assert_eq!(rule(app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &told)).await), "when in-the-future");
    assert_eq!(rule(app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::ENTRY, panel, None, &entry)).await), "when in-the-future");
    // This year is not ahead as long as it lasts.
    let year = answers(json!({ "when": chrono::Utc::now().format("%Y").to_string(), "what": "w" }));
    assert_eq!(rule(app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::ENTRY, panel, None, &year)).await), "");
    // A meeting lies ahead; its minutes do not.
    for (minutes, expected) in [("", ""), ("Besproken.", "on in-the-future")] {
        let told = answers(json!({ "on": ahead, "agenda": ["a"], "minutes": minutes }));
        assert_eq!(rule(app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::MEETING, panel, None, &told)).await), expected);
    }
    let told = answers(json!({ "on": "2026-11-02", "decisions": [{ "text": "b", "due": "2026-11-01" }] }));
    assert_eq!(rule(app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::MEETING, panel, None, &told)).await), "decisions[0].due before-other");
    // The event of this case was on 3 October 2026.
    for (on, expected) in [(ahead.as_str(), "om_consulted_on in-the-future"), ("2026-10-01", "om_consulted_on before-event"), ("2026-10-04", "")] {
        let told = answers(json!({ "om_consulted_on": on }));
        assert_eq!(rule(app.run(r.coordinator.caller(), move |tx| forms::create(tx, &lering::cases::SCREENING, own, None, &told)).await), expected, "{on}");
    }
    // The page of the notification: which age, and why, in words; the list of parts says what is open.
    let served = Served::new(&r.world);
    for who in [&r.coordinator, &r.chair, &r.secretary] { r.world.named(who, "Iemand"); }
    let item = app.run(r.coordinator.caller(), move |tx| forms::list(tx, &lering::cases::NOTIFICATION, own, None)).await.unwrap()[0].id;
    let path = format!("/rooms/{own}/notification/{item}");
    let post = async |fields: &[(&str, &str)]| {
        let answer = served.call(&r.coordinator, Method::POST, &path).header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let victim = |age, born, died| [("_part", "people"), ("_version", "1"), ("victims[0].key", "v1"), ("victims[0].person.given", "Noor"), ("victims[0].age", age), ("victims[0].birth_year", born), ("victims[0].death_date-y", died), ("do", "save")];
    let (status, page) = post(&victim("12", "1992", "2026")).await;
    assert!(status == 422 && page.contains("Deze leeftijd past niet bij het geboortejaar") && !page.contains("Kies een van de mogelijkheden"), "{status} {page}");
    let (status, page) = post(&victim("", "1992", "1990")).await;
    assert!(status == 422 && page.contains("Dit ligt voor de begindatum"), "{status} {page}");
    assert_eq!(post(&victim("33", "1992", "2026")).await.0, 303);
    // Nothing required is open: opened without a part, it begins at the first.
    let opened = async || served.call(&r.coordinator, Method::GET, &path).send().await.unwrap().text().await.unwrap();
    let drawn = opened().await;
    assert!(!drawn.contains("vraag open") && drawn.contains("Klaar") && drawn.contains("name=\"_part\" value=\"source\""), "{drawn}");
}
