//! The learning brief (form 5.18) says what was learned, as a page and as a PDF, under the same check of names as the report; beside the report, or
//! instead of one that stays unpublished; and a report that is published as a learning brief says it after its summary.

use std::io::Write;
use std::process::{Command, Stdio};

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::{Kind, Role};
use lering::cases::{self, Step};
use lering::ids::{CompartmentId, ItemId, ReportId};
use lering::reports::{self, Part};
use lering::tx::Refused;
use lering::{compartments, forms, library};
use serde_json::{Value, json};

use crate::support::review::{Review, answers};
use crate::what_is_new_after_publication_stands_beside_the_old::adopted;

/// The words of a PDF, one space between them.
fn words_of(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext").args(["-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn brief(lesson: &str, looked_like: &str) -> Value {
    json!({
        "what_happened": ["Er waren signalen"], "lessons": ["Vraag door", "Deel wat u ziet", lesson], "questions": ["Wie vraagt door?", "Wie deelt het?", "Wie blijft erbij?"],
        "cards": [{ "flag": "violence_against_partner", "looked_like": looked_like, "easy_to_miss_because": "Het leek zorg", "ask": "Wie belt er zo vaak?", "then": "Overleg met een ander" }],
    })
}

async fn report_room(r: &Review) -> CompartmentId {
    let case = r.case;
    r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap()
}

async fn written(r: &Review, before: Option<(ItemId, i32)>, told: Value) -> ItemId {
    let (room, told) = (report_room(r).await, answers(told));
    match before {
        None => r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::LEARNING, room, None, &told)).await.unwrap().id,
        Some((item, seen)) => { r.world.app.run(r.secretary.caller(), move |tx| forms::save(tx, &reports::LEARNING, room, item, seen, &told)).await.unwrap(); item }
    }
}

fn published(r: &Review) {
    diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on) \
        select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', '{\"title\":\"Leerrapport\",\"language\":\"nl\",\"sections\":[],\"open\":[]}', '\\x25', sha256('x'), current_date from app.case_file where id = $2")
        .bind::<SqlUuid, _>(ReportId::new()).bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn page_and_pdf_say_what_was_learned_and_no_name_comes_in_by_a_lesson_or_a_card() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    let learn = async || reports::publish_learning(app, co.clone(), case).await;
    let item = written(&r, None, brief("Jansma had om hulp gevraagd", "Steeds bellen")).await;
    // Neither beside a report that is not published, nor while the case is under way.
    assert!(matches!(learn().await, Err(Refused::Rule("not-published"))));
    published(&r);
    let stands = async || match learn().await { Err(Refused::Faults(faults)) => faults.into_iter().map(|fault| (fault.field, fault.rule)).collect::<Vec<_>>(), other => panic!("{other:?}") };
    assert_eq!(stands().await, [("learning-lessons".to_owned(), "name-stands".to_owned())]);
    written(&r, Some((item, 1)), brief("Blijf erbij", "Hij belde Jansma steeds")).await;
    assert_eq!(stands().await, [("card-1".to_owned(), "name-stands".to_owned())]);
    // What may stand there for a reason may stand there, and in no other section.
    let reason = async |section: &'static str| app.run(r.chair.caller(), move |tx| reports::reason(tx, case, section, "Jansma", "A street of that name")).await.unwrap();
    reason("summary").await;
    assert_eq!(stands().await.len(), 1);
    written(&r, Some((item, 2)), brief("Blijf erbij", "Steeds bellen")).await;
    assert!(matches!(reports::publish_learning(app, r.chair.caller(), case).await, Err(Refused::NotYours)));
    // The chair reads it before everybody does.
    assert!(learn().await.unwrap().asked);
    assert_eq!(adopted(&r).await, 1);
    let made = learn().await.unwrap().id.unwrap();
    let (page, pdf) = app.run_public(move |tx| -> Result<_, Refused> { Ok((library::report(tx, made)?.report, library::pdf(tx, made)?)) }).await.unwrap();
    assert_eq!(page.sections.iter().map(|section| section.id.as_str()).collect::<Vec<_>>(), ["learning-what_happened", "learning-lessons", "learning-questions", "card-1"]);
    let lists: Vec<&Vec<String>> = page.sections.iter().flat_map(|section| &section.parts).filter_map(|part| if let Part::List { items, .. } = part { Some(items) } else { None }).collect();
    assert_eq!(lists, [&vec!["Er waren signalen".to_owned()], &vec!["Vraag door".to_owned(), "Deel wat u ziet".to_owned(), "Blijf erbij".to_owned()], &vec!["Wie vraagt door?".to_owned(), "Wie deelt het?".to_owned(), "Wie blijft erbij?".to_owned()]]);
    assert!(!page.sections[3].heading.contains("violence_against_partner"), "a flag is called by its name: {}", page.sections[3].heading);
    let told = words_of(&pdf);
    for said in ["Leerbrief", "Er waren signalen", "Drie lessen", "Vraag door", "Deel wat u ziet", "Blijf erbij", "Wie blijft erbij?", "Steeds bellen", "Het leek zorg", "Wie belt er zo vaak?", "Overleg met een ander"] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_a_lesson_or_on_a_card_is_found_while_it_is_written_and_replaced_there() {
    let r = Review::new().await;
    let (app, case, room) = (&r.world.app, r.case, report_room(&r).await);
    let item = written(&r, None, brief("Jansma had om hulp gevraagd", "Hij belde Jansma steeds")).await;
    let checked = async || app.run(r.secretary.caller(), move |tx| reports::check(tx, case)).await.unwrap();
    let found = checked().await;
    assert_eq!(found.hits.iter().map(|hit| (hit.section.as_str(), hit.word.as_str())).collect::<Vec<_>>(), [("card-1", "Jansma"), ("learning-lessons", "Jansma")]);
    assert!(!found.clear && found.hits.iter().all(|hit| !hit.proposal.is_empty()));
    let told = app.run(r.secretary.caller(), move |tx| reports::brief_hits(tx, case)).await.unwrap();
    assert!(told.len() == 2 && told.iter().all(|one| !one.heading.is_empty()), "{told:?}");
    for section in ["learning-lessons", "card-1"] {
        assert_eq!(app.run(r.chair.caller(), move |tx| reports::replace(tx, case, section, "Jansma")).await.unwrap(), 1, "{section}");
    }
    assert!(checked().await.clear);
    let now = app.run(r.secretary.caller(), move |tx| forms::open(tx, &reports::LEARNING, room, item)).await.unwrap();
    let text = serde_json::to_string(&now.answers).unwrap();
    assert!(now.version == 3 && !text.contains("Jansma") && text.contains("had om hulp gevraagd") && text.contains("steeds"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_stays_unpublished_leaves_its_lessons() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    let mut told = brief("Blijf erbij", "Steeds bellen");
    told["audience"] = json!(["1"]);
    written(&r, None, told).await;
    assert!(matches!(reports::publish_learning(app, co.clone(), case).await, Err(Refused::Rule("not-published"))));
    diesel::sql_query(format!("insert into app.case_step (id, case_id, step, from_state, to_state, role, at) values (gen_random_uuid(), '{case}', 'T18', 'decided', 'closed_unpublished', 'CO', clock_timestamp())")).execute(&mut r.world.connection("postgres")).unwrap();
    assert!(reports::publish_learning(app, co.clone(), case).await.unwrap().asked);
    assert_eq!(adopted(&r).await, 1);
    let made = reports::publish_learning(app, co, case).await.unwrap().id.unwrap();
    let said = words_of(&app.run_public(move |tx| library::pdf(tx, made)).await.unwrap());
    assert!(said.contains("Deel wat u ziet") && said.contains("Voor wie"), "{said}");
    let page = app.run_public(move |tx| library::report(tx, made)).await.unwrap().report;
    assert!(matches!(&page.sections[0].parts[..], [Part::List { items, .. }] if items.len() == 1 && page.sections[0].id == "learning-audience"), "the kinds of organisations it is for come first: {:?}", page.sections[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_published_as_a_brief_says_it_after_the_summary_and_another_does_not() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    let room = report_room(&r).await;
    for (section, text) in [("summary", "Het begon klein."), ("what_happened", "In de herfst.")] {
        let said = answers(json!({ "section": section, "text": text }));
        app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &said)).await.unwrap();
    }
    written(&r, None, brief("Jansma had om hulp gevraagd", "Steeds bellen")).await;
    let decision = app.run(co.clone(), move |tx| forms::create(tx, &reports::DECISION, room, None, &answers(json!({ "form": "whole" })))).await.unwrap().id;
    let told = async || app.run(r.chair.caller(), move |tx| reports::to_decide(tx, case)).await.unwrap();
    let sections = |told: &reports::ToDecide| told.report.sections.iter().map(|section| section.id.clone()).collect::<Vec<_>>();
    let whole = told().await;
    assert!(sections(&whole).contains(&"what_happened".to_owned()) && !sections(&whole).iter().any(|id| id.starts_with("learning")) && whole.hits.is_empty(), "{:?}", sections(&whole));
    let save = async |seen: i32, form: &str| { let told = answers(json!({ "form": form })); app.run(co.clone(), move |tx| forms::save(tx, &reports::DECISION, room, decision, seen, &told)).await.unwrap(); };
    save(1, "learning_brief").await;
    let short = told().await;
    let ids = sections(&short);
    assert_eq!(ids[..4], ["summary", "learning-what_happened", "learning-lessons", "learning-questions"]);
    assert!(!ids.contains(&"what_happened".to_owned()) && !ids.iter().any(|id| id.starts_with("card")), "{ids:?}");
    assert_eq!(short.hits.iter().map(|hit| (hit.section.as_str(), hit.word.as_str())).collect::<Vec<_>>(), [("learning-lessons", "Jansma")], "the check reads what the brief says");
    save(2, "summary").await;
    assert!(!sections(&told().await).iter().any(|id| id.starts_with("learning")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reviews_the_quality_reads_the_brief_and_it_stands_still_with_the_report() {
    let r = Review::new().await;
    let (app, case) = (&r.world.app, r.case);
    let reviewer = r.party(Role::QualityReviewer).await;
    let room = report_room(&r).await;
    let stand = |state: &str| diesel::sql_query(format!("update app.case_file set state = '{state}', state_since = now() - interval '1 minute' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let mut told = brief("Blijf erbij", "Steeds bellen");
    told["audience"] = json!(["1"]);
    let item = written(&r, None, told.clone()).await;
    stand("quality_review");
    app.run(r.coordinator.caller(), move |tx| reports::freeze(tx, case)).await.unwrap();
    let draft = app.run(reviewer.caller(), move |tx| reports::final_draft(tx, case)).await.unwrap();
    let read = serde_json::to_string(&draft).unwrap();
    assert!(["Blijf erbij", "Er waren signalen", "Wie blijft erbij?", "Steeds bellen", "Overleg met een ander"].iter().all(|said| read.contains(said)), "{read}");
    assert!(draft.sections.iter().any(|section| section.id == "learning-audience"));
    // On the page it stands under a heading of its own, behind the report.
    r.world.named(&reviewer, "Ans Bakker");
    r.world.named(&r.coordinator, "Nynke Vermeer");
    let served = crate::support::served::Served::new(&r.world);
    let page = served.call(&reviewer, reqwest::Method::GET, &format!("/checks/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let (heading, first) = (page.find("<h2 id=\"brief\">Leerbrief</h2>"), page.find("id=\"s-learning-audience\""));
    assert!(heading.is_some() && heading < first && page.matches("id=\"s-learning-audience\"").count() == 1, "{page}");
    let (report, brief_behind) = reports::apart_from_brief(draft.clone());
    assert!(report.sections.iter().all(|section| !section.id.starts_with("learning-")) && brief_behind.is_some_and(|behind| behind.sections.len() + report.sections.len() == draft.sections.len()));
    // What was found sufficient is what goes out: no lesson changes while it is read, nor before the publication.
    for state in ["quality_review", "decided"] {
        stand(state);
        let other = answers(brief("Iets anders", "Steeds bellen"));
        let saved = app.run(r.secretary.caller(), move |tx| forms::save(tx, &reports::LEARNING, room, item, 1, &other)).await;
        assert!(matches!(saved, Err(Refused::Rule("report-frozen"))), "{state}");
    }
    // In drafting it is written, and what was checked before it waits to be checked anew.
    stand("drafting");
    let checked = async || {
        let seen = app.run(r.secretary.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        !seen.steps.iter().find(|step| step.step == Step::T12.name()).unwrap().missing.iter().any(|lacks| lacks.what == "names_checked")
    };
    app.run(r.secretary.caller(), move |tx| reports::check(tx, case)).await.unwrap();
    assert!(checked().await);
    written(&r, Some((item, 1)), brief("Iets anders", "Steeds bellen")).await;
    assert!(!checked().await);
}
