//! New facts after publication: a dated notice in a new version, the old one stays; the learning brief stands beside the report.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use lering::ids::ReportId;
use lering::reports::{self, AddendumTold};
use lering::tx::Refused;
use lering::{forms, library};
use serde_json::json;

use crate::support::review::{Review, answers};
use crate::support::served::Served;

fn told(kind: &str, text: &str, instead: bool) -> AddendumTold {
    AddendumTold { kind: kind.into(), text: text.into(), instead }
}

/// The chair reads what waits, and adopts it; how many texts that were.
pub async fn adopted(r: &Review) -> usize {
    let case = r.case;
    let waits: Vec<_> = r.world.app.run(r.chair.caller(), move |tx| reports::waiting(tx, case)).await.unwrap().into_iter().filter(|one| !one.adopted && one.refused.is_none()).map(|one| one.fingerprint).collect();
    for seen in &waits {
        let seen = seen.clone();
        r.world.app.run(r.chair.caller(), move |tx| reports::adopt_after(tx, case, &seen)).await.unwrap();
    }
    waits.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addition_and_the_learning_brief_are_found_and_the_first_version_stays() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    let add = async |who: lering::tx::Caller, told: AddendumTold| reports::add(app, who, case, told).await;
    assert!(matches!(add(co.clone(), told("addition", "A judge has decided", false)).await, Err(Refused::Rule("not-published"))));
    let first = ReportId::new();
    let document = json!({ "title": "Leerrapport", "language": "nl", "sections": [{ "id": "summary", "heading": "Samenvatting", "parts": [{ "kind": "text", "text": "Het begon klein." }] }], "open": [] });
    diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on) \
        select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', $3, '\\x25', sha256('x'), current_date - 30 from app.case_file where id = $2")
        .bind::<SqlUuid, _>(first).bind::<SqlUuid, _>(case).bind::<Jsonb, _>(&document).execute(&mut r.world.connection("postgres")).unwrap();
    // Not the chair's, not without words, and no name comes back in by this door.
    assert!(matches!(add(r.chair.caller(), told("addition", "x", false)).await, Err(Refused::NotYours)));
    assert!(matches!(add(co.clone(), told("addition", " ", false)).await, Err(Refused::Faults(_))));
    let Err(Refused::Faults(named)) = add(co.clone(), told("addition", "Jansma had om hulp gevraagd.", false)).await else { panic!("a name stands") };
    assert_eq!((named[0].field.as_str(), named[0].rule.as_str()), ("text", "name-stands"));
    let list = async || app.run_public(library::list).await.unwrap();
    // Every word that goes out went by the chair: it lies before them, and is public once they adopted it and it is added again.
    let words = || told("addition", "De rechter heeft de verdachte veroordeeld.", false);
    let laid = add(co.clone(), words()).await.unwrap();
    assert!(laid.asked && laid.id.is_none() && list().await.iter().all(|one| one.id == first));
    assert!(add(co.clone(), words()).await.unwrap().asked, "asked again it is not public either");
    // It stands among the tasks of the chair, once and with its day, and in the list of cases.
    let tasks = async || app.run(r.chair.caller(), move |tx| lering::cases::own_terms(tx, &[case])).await.unwrap().into_iter().filter(|(.., what)| what == "adopt_after").map(|(_, day, _)| day).collect::<Vec<_>>();
    let days = tasks().await;
    assert!(days.len() == 1 && days[0] > chrono::Utc::now().date_naive() + chrono::Duration::days(10), "{days:?}");
    let seen = laid.fingerprint.clone();
    assert!(matches!(app.run(co.clone(), move |tx| reports::adopt_after(tx, case, &seen)).await, Err(Refused::NotYours)));
    assert!(matches!(app.run(r.chair.caller(), move |tx| reports::adopt_after(tx, case, &"0".repeat(64))).await, Err(Refused::Rule("text-read-is-old"))));
    let waits = app.run(r.chair.caller(), move |tx| reports::waiting(tx, case)).await.unwrap();
    assert_eq!((waits.len(), waits[0].kind.as_str(), &waits[0].fingerprint, waits[0].report.addenda.len()), (1, "addition", &laid.fingerprint, 1));
    assert_eq!(adopted(&r).await, 1);
    assert!(tasks().await.is_empty(), "done");
    assert!(add(co.clone(), told("addition", "De rechter heeft de verdachte vrijgesproken.", false)).await.unwrap().asked, "other words are not the adopted ones");
    // One of a kind waits at a time: none pushes another aside unseen. Taken back, its words are there to go on from.
    let instead = || told("addition", "De rechter heeft de verdachte veroordeeld.", true);
    assert!(matches!(add(co.clone(), instead()).await, Err(Refused::Rule("one-waits"))));
    assert!(matches!(app.run(co.clone(), move |tx| reports::to_add(tx, case, &told("addition", "Nog iets anders.", false))).await, Err(Refused::Rule("one-waits"))));
    let waits = async || app.run(r.chair.caller(), move |tx| reports::waiting(tx, case)).await.unwrap();
    let other = waits().await.into_iter().find(|one| !one.adopted).unwrap();
    assert_eq!(waits().await.len(), 2, "the adopted one waits to be published still");
    let seen = other.fingerprint.clone();
    assert!(matches!(app.run(r.chair.caller(), move |tx| reports::take_back(tx, case, &seen).map(drop)).await, Err(Refused::NotYours)));
    let seen = other.fingerprint.clone();
    assert_eq!(app.run(co.clone(), move |tx| reports::take_back(tx, case, &seen)).await.unwrap(), told("addition", "De rechter heeft de verdachte vrijgesproken.", false));
    assert_eq!((waits().await.len(), tasks().await.len()), (1, 0));
    assert!(add(co.clone(), instead()).await.unwrap().asked, "nor may the version before go, where the chair left it there");
    // The chair does not adopt it, and says why; the coordinator hears it, and may lay other words there.
    let laid_instead = waits().await.into_iter().find(|one| !one.adopted).unwrap().fingerprint;
    let refuse = async |who: lering::tx::Caller, remark: &'static str| { let seen = laid_instead.clone(); app.run(who, move |tx| reports::refuse_after(tx, case, &seen, remark)).await };
    assert!(matches!(refuse(co.clone(), "Nee").await, Err(Refused::NotYours)) && matches!(refuse(r.chair.caller(), " ").await, Err(Refused::Faults(_))));
    refuse(r.chair.caller(), "De eerste versie blijft staan.").await.unwrap();
    assert!(matches!(refuse(r.chair.caller(), "Nog eens").await, Err(Refused::Rule("text-read-is-old"))));
    assert!(tasks().await.is_empty() && adopted(&r).await == 0, "it waits for the chair no more");
    let says: Vec<_> = waits().await.into_iter().filter_map(|one| one.refused).collect();
    assert_eq!(says, ["De eerste versie blijft staan."]);
    let returned = format!("select from app.notice where kind = 'returned' and membership_id = '{}' and case_id = '{case}'", r.coordinator.hat);
    assert_eq!(diesel::sql_query(returned).execute(&mut r.world.connection("postgres")).unwrap(), 1);
    assert!(add(co.clone(), told("addition", "De rechter heeft nog niet beslist.", false)).await.unwrap().asked);
    assert!(waits().await.iter().all(|one| one.refused.is_none()), "what was not adopted is behind it");
    let made = async |told: AddendumTold| {
        assert!(add(co.clone(), told.clone()).await.unwrap().asked);
        adopted(&r).await;
        add(co.clone(), told).await.unwrap()
    };
    // As a page sends it.
    let second = add(co.clone(), told("addition", " De rechter heeft de verdachte veroordeeld.\r\n", false)).await.unwrap();
    assert_eq!((second.asked, &second.fingerprint), (false, &laid.fingerprint));
    assert!(tasks().await.is_empty(), "the other words that were laid there wait for that version no more");
    let second = second.id.unwrap();
    let open = async |id: ReportId| app.run_public(move |tx| -> Result<_, Refused> { Ok(({ let found = library::report(tx, id)?; (found.listed, found.report) }, library::beside(tx, id)?, library::pdf(tx, id)?)) }).await;
    assert_eq!(list().await.iter().map(|one| (one.id, one.version)).collect::<Vec<_>>(), [(second, 2)], "the list shows the latest");
    let ((_, new), beside, pdf) = open(second).await.unwrap();
    assert_eq!((new.addenda.len(), new.addenda[0].kind.as_str(), new.sections.len()), (1, "addition", 1));
    assert_eq!(new.addenda[0].on, chrono::Utc::now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive());
    assert!(pdf.starts_with(b"%PDF") && beside.iter().any(|other| other.id == first));
    let ((_, old), beside, pdf) = open(first).await.unwrap();
    assert!(old.addenda.is_empty() && pdf == b"%" && beside.iter().any(|other| other.id == second && other.version == 2), "the old one stays, and knows of the new one");
    // A correction is made anew from the sections as they stand now, and keeps the notices before.
    let third = made(told("correction", "Op verzoek van de familie is een passage weggelaten.", true)).await.id.unwrap();
    let ((_, mended), _, _) = open(third).await.unwrap();
    assert_eq!(mended.addenda.iter().map(|added| added.kind.as_str()).collect::<Vec<_>>(), ["addition", "correction"]);
    assert!(!mended.sections.iter().any(|section| section.id == "summary"), "it has no summary now");
    assert!(matches!(open(first).await, Err(Refused::NotFound)) && matches!(open(second).await, Err(Refused::NotFound)), "those before were taken down");
    // The learning brief: whole, without names, beside the report.
    let learn = async || reports::publish_learning(app, co.clone(), case).await;
    assert!(matches!(learn().await, Err(Refused::Rule("document-incomplete"))));
    let report = app.run(co.clone(), move |tx| lering::compartments::of_case(tx, case, lering::access::Kind::Report)).await.unwrap()[0].id;
    let brief = answers(json!({
        "what_happened": ["Er waren signalen"], "lessons": ["Vraag door", "Deel het", "Blijf erbij"], "questions": ["Wie vraagt?", "Wie deelt?", "Wie blijft?"],
        "cards": [{ "flag": "violence_against_partner", "looked_like": "Steeds bellen", "easy_to_miss_because": "Het leek zorg", "ask": "Wie belt?", "then": "Overleg" }],
    }));
    app.run(co.clone(), move |tx| forms::create(tx, &reports::LEARNING, report, None, &brief)).await.unwrap();
    assert!(learn().await.unwrap().asked, "the chair adopts the brief first");
    assert_eq!((list().await.len(), adopted(&r).await), (1, 1));
    let brief = learn().await.unwrap();
    let ((listed, page), beside, _) = open(brief.id.unwrap()).await.unwrap();
    assert_eq!((listed.kind.as_str(), page.sections.len(), beside[0].id), ("learning", 4, third));
    assert_eq!(list().await.len(), 2);
    // Taken down, nothing is deleted.
    app.run(co.clone(), move |tx| reports::take_down(tx, case, "A threat")).await.unwrap();
    assert!(list().await.is_empty());
    assert_eq!(app.run(r.chair.caller(), move |tx| reports::versions(tx, case)).await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_public_or_goes_is_shown_first_and_one_press_changes_nothing() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let document = json!({ "title": "Leerrapport", "language": "nl", "sections": [{ "id": "summary", "heading": "Samenvatting", "parts": [{ "kind": "text", "text": "Het begon klein." }] }], "open": [] });
    diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on) \
        select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', $3, '\\x25', sha256('x'), current_date - 30 from app.case_file where id = $2")
        .bind::<SqlUuid, _>(ReportId::new()).bind::<SqlUuid, _>(case).bind::<Jsonb, _>(&document).execute(&mut r.world.connection("postgres")).unwrap();
    let press = async |act: &str, fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let told = served.call(&r.coordinator, reqwest::Method::POST, &format!("/cases/{case}/published/{act}")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (told.status().as_u16(), told.text().await.unwrap())
    };
    let open = async || r.world.app.run(r.coordinator.caller(), move |tx| reports::versions(tx, case)).await.unwrap().into_iter().filter(|version| version.taken_down_on.is_none()).count();
    // A name, or a day, is refused before anything is asked.
    let (status, page) = press("add", &[("kind", "addition"), ("text", "Op October 12th, 2016 om hulp gevraagd.")]).await;
    assert!(status == 422 && !page.contains("name=\"_sure\""), "{status} {page}");
    // One press shows the whole text with what is added; what was shown is what the second press publishes.
    let mut fields = vec![("kind", "addition"), ("text", "De rechter heeft de verdachte veroordeeld.")];
    let (status, page) = press("add", &fields).await;
    assert!(status == 200 && page.contains("Het begon klein.") && page.contains("De rechter heeft de verdachte veroordeeld."), "{status} {page}");
    assert_eq!(open().await, 1, "one press publishes nothing");
    let seen = page.split("name=\"_seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    fields.extend([("_sure", "true"), ("_seen", "another text")]);
    assert_eq!((press("add", &fields).await.0, open().await), (200, 1), "what was not shown is not published");
    assert!(page.contains("De voorzitter stelt deze tekst eerst vast"));
    fields.pop();
    fields.push(("_seen", &seen));
    assert_eq!((press("add", &fields).await.0, open().await), (303, 1), "it lies before the chair");
    // The chair reads the very text on the page of what was published, and adopts it there.
    let chairs = served.call(&r.chair, reqwest::Method::GET, &format!("/cases/{case}/published")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(chairs.contains("De rechter heeft de verdachte veroordeeld.") && chairs.contains(&format!("action=\"/cases/{case}/published/adopt\"")) && chairs.contains(&seen), "{chairs}");
    // Other words of the kind are refused on the page, and what was typed stays.
    let (status, page) = press("add", &[("kind", "addition"), ("text", "De rechter sprak de verdachte vrij."), ("instead", "true")]).await;
    assert!(status == 422 && page.contains("Er ligt al een andere tekst") && page.contains(">De rechter sprak de verdachte vrij.</textarea>") && page.contains("/published/take-back"), "{status} {page}");
    // Taken back, they stand in the form again.
    let (status, page) = press("take-back", &[("fingerprint", seen.as_str())]).await;
    assert!(status == 200 && page.contains(">De rechter heeft de verdachte veroordeeld.</textarea>") && !page.contains("/published/take-back"), "{status} {page}");
    assert_eq!((press("add", &fields).await.0, open().await), (303, 1));
    assert_eq!(adopted(&r).await, 1);
    assert_eq!((press("add", &fields).await.0, open().await), (303, 2));
    // Taking down names what goes, and wants its reason before it asks.
    assert_eq!(press("take-down", &[("reason", " ")]).await.0, 422);
    let (status, page) = press("take-down", &[("reason", "Een dreiging")]).await;
    assert!(status == 200 && page.contains("Terugzetten kan niet") && page.contains("Een dreiging") && page.matches("<li>").count() > 1, "{status} {page}");
    assert_eq!(open().await, 2, "one press takes nothing down");
    assert_eq!((press("take-down", &[("reason", "Een dreiging"), ("_sure", "true")]).await.0, open().await), (303, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_only_go_wait_for_nobody_and_a_case_without_a_chair_gets_another() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    let room = app.run(r.secretary.caller(), move |tx| lering::compartments::of_kind(tx, case, lering::access::Kind::Report)).await.unwrap();
    let first = answers(json!({ "section": "summary", "text": "Het begon klein." }));
    app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &first)).await.unwrap();
    let mut document = serde_json::to_value(app.run(co.clone(), move |tx| reports::assemble(tx, case)).await.unwrap()).unwrap();
    // As it was published: with a sentence more, and with the words of a relative, who takes them back since.
    document["sections"].as_array_mut().unwrap().iter_mut().find(|section| section["id"] == "summary").unwrap()["parts"][0]["text"] = "Het begon klein. Een buurvrouw zag het.".into();
    let quote = json!({ "id": "portrait", "heading": "Wie zij waren, en wat nabestaanden willen zeggen", "parts": [{ "kind": "quote", "text": "Zij zong altijd.", "by": "een nabestaande" }] });
    document["sections"].as_array_mut().unwrap().insert(0, quote);
    diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on) \
        select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', $3, '\\x25', sha256('x'), current_date - 30 from app.case_file where id = $2")
        .bind::<SqlUuid, _>(ReportId::new()).bind::<SqlUuid, _>(case).bind::<Jsonb, _>(&document).execute(&mut r.world.connection("postgres")).unwrap();
    let withdraw = async || reports::add(app, co.clone(), case, told("withdrawal", "Eigen woorden van de coördinator.", false)).await;
    // A word more, and it is no withdrawal.
    let more = answers(json!({ "section": "what_happened", "text": "Later ging het beter." }));
    let item = app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &more)).await.unwrap().id;
    assert!(matches!(withdraw().await, Err(Refused::Rule("not-only-less"))));
    diesel::sql_query(format!("update app.item set removed_at = now() where id = '{item}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let gone = withdraw().await.unwrap();
    let page = app.run_public(move |tx| library::report(tx, gone.id.unwrap())).await.unwrap().report;
    let text = serde_json::to_string(&page).unwrap();
    assert!(!text.contains("Zij zong altijd") && !text.contains("buurvrouw") && !text.contains("Eigen woorden") && text.contains("Het begon klein.") && page.addenda[0].kind == "withdrawal", "{text}");
    let open = app.run(co.clone(), move |tx| reports::versions(tx, case)).await.unwrap().into_iter().filter(|version| version.taken_down_on.is_none()).count();
    assert_eq!(open, 1, "what held the words is down");
    let reasons = app.run(co.clone(), move |tx| lering::cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|one| one.about == "words_withdrawn" && one.words == "Eigen woorden van de coördinator."), "why is kept with the case: {reasons:?}");
    // The chair's part ended: who is named in their place adopts what comes after.
    diesel::sql_query(format!("update app.case_party set until = now() - interval '1 second' where case_id = '{case}' and role = 'CH'")).execute(&mut r.world.connection("postgres")).unwrap();
    let addition = async || reports::add(app, co.clone(), case, told("addition", "De rechter heeft de verdachte veroordeeld.", false)).await;
    assert!(matches!(addition().await, Err(Refused::Rule("name-a-chair-first"))));
    let next = r.party(lering::access::Role::Chair).await;
    let laid = addition().await.unwrap();
    assert!(laid.asked);
    app.run(next.caller(), move |tx| reports::adopt_after(tx, case, &laid.fingerprint)).await.unwrap();
    assert!(!addition().await.unwrap().asked);
}
