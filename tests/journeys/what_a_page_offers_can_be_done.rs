//! What a page offers leads somewhere, for whoever reads it.

use chrono::Datelike;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::ids::ItemId;
use lering::reflections::{self, Invitation};
use lering::tx::{Place, Refused};
use lering::{cases, compartments, forms, relatives, reports};
use lering::texts::{Language, Words};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{self, Review, answers};
use crate::support::served::Served;

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

impl Served {
    async fn html(&self, who: &Someone, path: &str) -> (u16, String) {
        let answer = self.call(who, Method::GET, path).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_took_part_in_a_case_is_led_to_its_evaluation() {
    let r = Review::new().await;
    r.world.in_earnest();
    diesel::sql_query("update app.case_file set practice = false where id = $1").bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
    let nation = r.world.national(Role::NationalCoordinator).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (case, evaluation) = (format!("/cases/{}", r.case), format!("/cases/{}/evaluation", r.case));
    for (who, took_part) in [(&r.coordinator, true), (&nation, false)] {
        let (status, page) = served.html(who, &case).await;
        assert_eq!((status, page.contains(&format!("href=\"{evaluation}\""))), (200, took_part), "{page}");
        assert_eq!(served.html(who, &evaluation).await.0, if took_part { 200 } else { 404 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_names_who_it_comes_from_and_speaks_of_a_second_code_where_there_is_one() {
    let r = Review::new().await;
    let partner = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let body = serde_urlencoded::to_string([("role", "AU"), ("name", "Jo Schrijver")]).unwrap();
    let answer = served.call(&partner.contact, Method::POST, "/people/invite").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    let (status, letter) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{letter}");
    assert!(letter.contains("Anna Bakker van Politie, eenheid Noord-Nederland nodigt u uit") && letter.contains("Anna Bakker<br>Politie, eenheid Noord-Nederland"), "{letter}");
    assert!(!letter.contains("tweede code"), "{letter}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_its_gender_a_new_document_is_offered_in_words_that_fit() {
    let r = Review::new().await;
    let case = r.case;
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let (status, page) = Served::new(&r.world).html(&r.coordinator, &format!("/rooms/{room}/deferral")).await;
    assert!(status == 200 && page.contains("Nieuw<span class=\"vh\">: "), "{status} {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_says_in_words_what_lacks_and_can_be_completed_there() {
    let r = Review::new().await;
    let (invited, reflection, _) = r.invite().await;
    let contact = r.world.enrol(invited).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (task, answer) = (format!("/tasks/{reflection}"), format!("/tasks/{reflection}/answer"));
    let post = async |fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let told = served.call(&contact, Method::POST, &answer).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (told.status().as_u16(), told.text().await.unwrap())
    };
    assert!(served.html(&contact, &task).await.1.contains("name=\"_form\" value=\"invitation-answer\""));
    // The name a program knows is in no sentence; what was typed and what lacks stand in the form; the way back is there.
    let declined = [("_form", "invitation-answer"), ("answer", "decline"), ("author", ""), ("approver", ""), ("reason", ""), ("reason_text", "Wij kunnen dit er niet bij hebben.")];
    let (status, page) = post(&declined).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("<strong>Waarom niet?</strong>") && !page.contains("<strong>reason"), "{page}");
    assert!(page.contains("Wij kunnen dit er niet bij hebben.</textarea>") && page.contains("name=\"reason\" value=\"capaciteit\"") && page.contains("name=\"answer\" value=\"decline\" checked"), "{page}");
    assert!(page.contains(&format!("href=\"{task}\"")), "{page}");
    // Who is to write is chosen on the page only: no button that is refused again.
    let (status, page) = post(&[("_form", "invitation-answer"), ("answer", "accept"), ("author", ""), ("approver", ""), ("note", "Ik weet het nog niet.")]).await;
    assert_eq!(status, 422, "{page}");
    assert!(!page.contains("Probeer het opnieuw") && page.contains("Ik weet het nog niet.") && page.contains(&format!("href=\"{task}\"")) && !page.contains("<strong>author") && !page.contains("<strong>approver"), "{page}");
    // The one button does it, once what lacked is there.
    let (status, page) = post(&[("_form", "invitation-answer"), ("answer", "decline"), ("author", ""), ("approver", ""), ("reason", "capaciteit"), ("reason_text", "Wij kunnen dit er niet bij hebben.")]).await;
    assert_eq!(status, 303, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_only_takes_forms_leads_to_its_page() {
    let r = Review::new().await;
    let (invited, reflection, _) = r.invite().await;
    let contact = r.world.enrol(invited).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    for (address, page) in [(format!("/tasks/{reflection}/answer"), format!("/tasks/{reflection}")), ("/people/invite".to_owned(), "/people".to_owned()), (format!("/passages/{reflection}/reply"), "/".to_owned()), ("/step-up".to_owned(), "/".to_owned())] {
        let answer = served.call(&contact, Method::GET, &address).header("accept", "text/html").send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!((answer.status().as_u16(), to), (303, page), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_finds_their_own_terms_whatever_else_is_due_before() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let term = |kind: &str, role: &str, days: i32| {
        diesel::sql_query("insert into app.deadline (id, case_id, kind, role, started_on, due_on) values (gen_random_uuid(), $1, $2, $3, current_date, current_date + $4)")
            .bind::<SqlUuid, _>(r.case).bind::<Text, _>(kind.to_owned()).bind::<Text, _>(role.to_owned()).bind::<Integer, _>(days).execute(&mut r.world.connection("postgres")).unwrap();
    };
    let words = Words { language: Language::Nl };
    let line = |page: &str, kind: &str| page.contains(&words.t(&format!("term-{kind}")));
    term("intake_codes", "RM", 1);
    // Before it is her turn, the chair sees what is due first.
    for path in ["/today", "/cases"] {
        assert!(line(&served.html(&r.chair, path).await.1, "intake_codes"), "{path}");
    }
    term("panel", "CH", 60);
    term("consultation", "CH", 30);
    // A line for each of her own, the first before the second, and none for what is another's.
    let (_, page) = served.html(&r.chair, "/today").await;
    assert!(line(&page, "panel") && line(&page, "consultation") && !line(&page, "intake_codes"), "{page}");
    assert!(page.find(&words.t("term-consultation")) < page.find(&words.t("term-panel")), "{page}");
    let (_, list) = served.html(&r.chair, "/cases").await;
    assert!(line(&list, "consultation") && !line(&list, "intake_codes"), "{list}");
    // Whoever sorts by day gets the day by which it is sorted.
    assert!(line(&served.html(&r.chair, "/cases?sort=due").await.1, "intake_codes"));
    // For the secretary nothing changed.
    assert!(line(&served.html(&r.secretary, "/today").await.1, "intake_codes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_is_declared_only_where_a_step_that_needs_it_is_near() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let declare = async |fact: &'static str| {
        let (status, told) = served.post(&r.coordinator, &format!("/api/v1/cases/{case}/facts/{fact}"), &json!({ "words": "Zo is het." })).await;
        (status, told["type"].as_str().unwrap_or_default().to_owned())
    };
    let offers = async |fact: &'static str| served.html(&r.coordinator, &format!("/cases/{case}")).await.1.contains(&format!("action=\"/cases/{case}/facts/{fact}\""));
    for early in ["relatives_asked", "relatives_told", "embargo_passed", "evaluation_done", "shredding_set"] {
        assert_eq!(declare(early).await, (409, "urn:lering:problem:fact-not-now".to_owned()), "{early}");
        assert!(!offers(early).await, "{early}");
    }
    assert!(offers("om_contact_asked").await);
    assert_eq!(declare("om_contact_asked").await.0, 204);
    // Where it is needed it can be said.
    diesel::sql_query("update app.case_file set state = 'gathering' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    assert!(offers("relatives_asked").await && !offers("om_contact_asked").await);
    assert_eq!(declare("relatives_asked").await.0, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_of_a_victim_before_a_review_is_decided_on() {
    let r = Review::new().await;
    let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(r.police)).await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let words = json!({
        "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
        "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
    });
    let stand = |state: &str| { diesel::sql_query(format!("update app.case_file set state = '{state}' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap(); };
    let offered = async |page: &str| served.html(&r.coordinator, page).await.1.contains(&format!("href=\"/cases/{case}/invite\""));
    let (of_case, of_organisations) = (format!("/cases/{case}"), format!("/cases/{case}/organisations"));
    let invite = async || {
        let (status, told) = served.post(&r.coordinator, &format!("/api/v1/cases/{case}/reflections"), &json!({ "organisation": r.police, "contact": contact.hat, "answers": words })).await;
        (status, told["type"].as_str().unwrap_or_default().to_owned())
    };
    for state in ["notified", "screening", "panel", "quality_review"] {
        stand(state);
        assert_eq!(invite().await, (409, "urn:lering:problem:invitations-not-now".to_owned()), "{state}");
        assert!(!offered(&of_case).await && !offered(&of_organisations).await, "{state}");
        assert_eq!(served.html(&r.coordinator, &format!("/cases/{case}/invite")).await.0, 409, "{state}");
    }
    stand("commissioned");
    assert!(offered(&of_case).await && offered(&of_organisations).await);
    assert_eq!(invite().await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_planned_and_counts_once_it_was_held() {
    let r = Review::new().await;
    let member = r.party(Role::PanelMember).await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    diesel::sql_query("update app.case_file set state = 'panel' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    let panel = r.world.app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    let lacks = async || {
        let steps = r.world.app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps;
        steps.into_iter().find(|step| step.of == cases::Step::T11).unwrap().missing.into_iter().find(|lacks| lacks.what == "minutes_adopted").and_then(|lacks| lacks.count).unwrap_or_default()
    };
    let told = async || served.get(&member, "/api/v1/notices").await.1.as_array().unwrap().iter().filter(|one| one["kind"] == "placed").count();
    let (wanted, before) = (lacks().await, told().await);
    // Day, place and agenda; nothing yet of who was there. The panel hears of it.
    let list = format!("/rooms/{panel}/meeting");
    assert!(served.html(&r.secretary, &list).await.1.contains("Vergadering plannen"));
    let documents = format!("/api/v1/compartments/{panel}/documents/meeting");
    let plan = json!({ "on": "2099-03-02", "place_or_online": "Assen", "agenda": ["De tijdlijn"], "method": "timeline" });
    let (status, planned) = served.post(&r.secretary, &documents, &json!({ "answers": plan })).await;
    assert!(status == 201 && planned["complete"] == false, "{status} {planned}");
    assert_eq!(told().await, before + 1);
    assert!(served.html(&member, &list).await.1.contains(">gepland</span>"));
    // What has not been has no minutes, and nobody was there; nothing of it counts.
    let item: ItemId = planned["id"].as_str().unwrap().parse().unwrap();
    let filled = |on: &str| json!({ "on": on, "place_or_online": "Assen", "agenda": ["De tijdlijn"], "method": "timeline", "attendance": [{ "member": member.hat, "state": "present" }], "care_moment": true, "minutes": "Wij lazen samen." });
    let save = async |on: &str, version: i32| { let told = answers(filled(on)); r.world.app.run(r.secretary.caller(), move |tx| forms::save(tx, &lering::panels::MEETING, panel, item, version, &told)).await };
    let adopt = async || served.post(&r.chair, &format!("/api/v1/cases/{case}/meetings/{item}/adopt"), &json!({})).await.0;
    assert!(matches!(save("2099-03-02", 1).await, Err(Refused::Faults(faults)) if faults.iter().any(|fault| fault.field == "on" && fault.rule == "in-the-future")));
    assert_eq!((adopt().await, lacks().await), (409, wanted));
    // Held, and its minutes adopted.
    assert!(save(&chrono::Utc::now().date_naive().to_string(), 1).await.unwrap().complete);
    assert_eq!(lacks().await, wanted);
    assert_eq!((adopt().await, lacks().await), (204, wanted - 1));
    assert!(!served.html(&member, &list).await.1.contains(">gepland</span>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_says_why_it_is_kept_and_a_record_nobody_codes_what_is_open() {
    let r = Review::new().await;
    let manager = r.world.person(&r.administrator, Role::RegisterManager).await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let (_, page) = served.html(&r.coordinator, &format!("/cases/{case}")).await;
    let card = page.split("Vertrouwelijk</h2>").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap();
    assert!(card.contains("<dt>Doel</dt><dd>Voor een review</dd>") && card.contains("<dt>Grondslag</dt><dd>") && card.contains("/who-saw/"), "{card}");
    let record = r.world.app.run(manager.caller(), move |tx| lering::register::of_case(tx, case)).await.unwrap();
    let open = r.world.app.run(manager.caller(), { let record = record.clone(); move |tx| lering::register::open_for_nobody(tx, &record) }).await.unwrap().unwrap();
    let (status, page) = served.html(&manager, &format!("/coding/{}", record.id)).await;
    assert!(status == 200 && open > 0 && page.contains(&format!("Voor een eerste codeur staan {open} vragen open.")) && !page.contains("0 nog open"), "{status} {open} {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_said_by_mistake_is_taken_back_until_a_step_went_by_it() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let (page, fact) = (format!("/cases/{case}"), format!("/cases/{case}/facts/om_contact_asked/take-back"));
    let press = async |who: &Someone, body: &'static str| {
        let told = served.call(who, Method::POST, &fact).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (told.status().as_u16(), told.text().await.unwrap())
    };
    let lacks = async || r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps.iter().any(|step| step.missing.iter().any(|lacks| lacks.what == "om_contact_asked"));
    let declare = async || r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "om_contact_asked", None)).await.unwrap();
    assert!(!served.html(&r.coordinator, &page).await.1.contains(&fact), "nothing was said yet");
    assert_eq!(press(&r.coordinator, "_sure=true").await.0, 404);
    declare().await;
    assert!(served.html(&r.coordinator, &page).await.1.contains(&fact) && !served.html(&r.chair, &page).await.1.contains(&fact));
    // One press asks; the second takes it back, and the step lacks it again. It is its own to whom it is.
    let (status, asked) = press(&r.coordinator, "").await;
    assert!(status == 200 && asked.contains("name=\"_sure\"") && asked.contains("logboek") && !lacks().await, "{status} {asked}");
    assert_eq!(press(&r.chair, "_sure=true").await.0, 403);
    assert_eq!(press(&r.coordinator, "_sure=true").await.0, 303);
    assert!(lacks().await);
    let log = diesel::sql_query("select count(*) as n from sec.log_entry where action = 'case.take_back_fact' and result = 'done'").get_result::<Count>(&mut r.world.connection("postgres"));
    assert!(log.is_ok_and(|log| log.n > 0), "it is an entry");
    // Once a step went by it, it stays.
    declare().await;
    diesel::sql_query("insert into app.case_step (id, case_id, step, from_state, to_state, role, versions) values (gen_random_uuid(), $1, 'T2', 'notified', 'screening', 'CO', '{}')")
        .bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    let refused = served.call(&r.coordinator, Method::DELETE, &format!("/api/v1/cases/{case}/facts/om_contact_asked")).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.json::<serde_json::Value>().await.unwrap()["type"].as_str().map(str::to_owned)), (409, Some("urn:lering:problem:fact-used".to_owned())));
    assert!(!served.html(&r.coordinator, &page).await.1.contains(&fact));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_case_leads_to_what_its_reader_does_first_and_says_whose_the_rest_is() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let (served, case) = (Served::new(&r.world), r.case);
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let page = async |who: &Someone| served.html(who, &format!("/cases/{case}")).await.1;
    // What is declared is declared where it lacks, in sight, and not in a list of all that ever can be.
    let own = page(&r.coordinator).await;
    assert!(own.contains("Eerst aan u:") && own.find("facts/om_contact_asked").unwrap() < own.find("Leg een feit vast").unwrap(), "{own}");
    assert_eq!(own.matches("facts/om_contact_asked").count(), 1, "{own}");
    let anothers = page(&r.chair).await;
    assert!(!anothers.contains("Eerst aan u:") && anothers.contains("Reviewcoördinator (Anna Bakker)") && !anothers.contains("facts/om_contact_asked"), "{anothers}");
    // What is written elsewhere is one press away, and every other thing that lacks is a link.
    diesel::sql_query("update app.case_file set state = 'screening' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    let own = page(&r.coordinator).await;
    assert!(own.contains(&format!("<a class=\"btn\" href=\"/rooms/{room}/screening/new\">Ga naar: Beoordeling vooraf</a>")) && own.matches(&format!("href=\"/rooms/{room}/screening/new\"")).count() > 2, "{own}");
    assert_eq!(served.html(&r.coordinator, &format!("/rooms/{room}/screening/new")).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_is_asked_first_and_laid_there_once() {
    let r = Review::new().await;
    let partner = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let form = async |who: &Someone, path: &str, fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let told = served.call(who, Method::POST, path).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (told.status().as_u16(), told.text().await.unwrap())
    };
    let passages = || diesel::sql_query("select count(*) as n from app.passage").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    let (path, room) = (format!("/cases/{}/consultation", r.case), partner.room.to_string());
    let mut fields = vec![("to", room.as_str()), ("about", "summary"), ("title", "Samenvatting"), ("text", "Er werd niet gebeld.")];
    let (status, page) = form(&r.chair, &path, &fields).await;
    assert!(status == 200 && page.contains("Politie, eenheid Noord-Nederland") && page.contains("Er werd niet gebeld.") && page.contains("niet terugnemen"), "{status} {page}");
    assert_eq!(passages(), 0, "one press lays nothing");
    fields.push(("_sure", "true"));
    assert_eq!(form(&r.chair, &path, &fields).await.0, 303);
    let (status, page) = form(&r.chair, &path, &fields).await;
    assert!((status, passages()) == (409, 1) && page.contains("nog niet is beantwoord"), "{status} {page}");
    // The reflection goes by two steps too.
    let (path, reflection) = (format!("/tasks/{}/withdraw", partner.reflection), partner.reflection);
    let state = async || r.world.app.run(partner.approver.caller(), move |tx| reflections::mine(tx)).await.unwrap().into_iter().find(|task| task.outside.id == reflection).unwrap().outside.state;
    let (status, page) = form(&partner.approver, &path, &[]).await;
    assert!(status == 200 && page.contains("niet terugdraaien") && page.contains("name=\"_sure\""), "{status} {page}");
    assert_eq!(state().await, "answered");
    assert_eq!(form(&partner.approver, &path, &[("_sure", "true")]).await.0, 303);
    assert_eq!(state().await, "withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_in_names_the_answers_that_lack_and_an_approver_is_offered_what_fits_the_answer() {
    let r = Review::new().await;
    let partner = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (task, reflection, room, app) = (format!("/tasks/{}", partner.reflection), partner.reflection, partner.room, &r.world.app);
    let begun = answers(json!({ "role": "Wij hielden het dossier bij." }));
    let text = app.run(partner.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &begun)).await.unwrap();
    let answer = served.call(&partner.author, Method::POST, &format!("{task}/submit")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body("_form=reflection").send().await.unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 422 && page.contains("mist nog verplichte antwoorden") && page.contains(&format!("<a href=\"/rooms/{room}/reflection/{}?part=release#f-facts_checked\">", text.id)) && !page.contains("<strong>facts_checked"), "{status} {page}");
    assert!(!page.contains("<textarea") && page.contains(&format!("href=\"{task}\"")), "it is written in the reflection: {page}");
    let whole = answers(json!({ "role": "Wij hielden het dossier bij.", "what_happened": "Er werd gebeld.", "facts_checked": true, "open_answers": [{ "question": "knew", "because": "Dat ligt bij de rechtbank." }] }));
    app.run(partner.author.caller(), move |tx| forms::save(tx, &reflections::REFLECTION, room, text.id, 1, &whole)).await.unwrap();
    // An event with nothing but its sentence holds the hand-in, and is named with what it lacks.
    let bare = answers(json!({ "what": "Er werd gebeld." }));
    let event = app.run(partner.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &bare)).await.unwrap().id;
    let answer = served.call(&partner.author, Method::POST, &format!("{task}/submit")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body("_form=reflection").send().await.unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 422 && page.contains(&format!("href=\"/rooms/{room}/chronology-entry/{event}?part=entry#f-when\">Gebeurtenis 1: Wanneer?</a>")) && page.contains("#f-source\""), "{status} {page}");
    let refused = app.run(partner.author.caller(), move |tx| reflections::submit(tx, reflection)).await;
    assert!(matches!(&refused, Err(lering::tx::Refused::Faults(faults)) if faults.iter().any(|fault| fault.field == "events[0].when")), "{refused:?}");
    let told = answers(json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "Er werd gebeld.", "known_then": "yes", "source": "dossier" }));
    app.run(partner.author.caller(), move |tx| forms::save(tx, &reflections::ENTRY, room, event, 1, &told)).await.unwrap();
    app.run(partner.author.caller(), move |tx| reflections::submit(tx, reflection)).await.unwrap();
    let (_, page) = served.html(&partner.approver, &task).await;
    assert!(page.contains(&format!("action=\"{task}/approve\"")) && !page.contains(&format!("action=\"{task}/confirm\"")), "{page}");
    // Where the answer is that nothing is known there is nothing to approve or to remark on.
    diesel::sql_query("update app.reflection_inner set author_id = null where reflection_id = $1").bind::<SqlUuid, _>(reflection).execute(&mut r.world.connection("postgres")).unwrap();
    let (_, page) = served.html(&partner.approver, &task).await;
    assert!(!page.contains(&format!("action=\"{task}/approve\"")) && page.contains(&format!("action=\"{task}/confirm\"")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_reads_what_is_asked_before_they_begin_and_goes_on_where_they_were() {
    let r = Review::new().await;
    let partner = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (task, room) = (format!("/tasks/{}", partner.reflection), partner.room);
    let (status, first) = served.html(&partner.author, &task).await;
    assert!(status == 200 && first.contains("Wij vragen u om een reflectie") && first.contains("Wat zag u?") && first.contains("Wie leest wat, en wanneer"), "{first}");
    assert!(first.contains(&format!("href=\"/rooms/{room}/reflection/new\">Beginnen</a>")) && first.contains("Iemand anders doet dit") && !first.contains("Verder waar u was"), "{first}");
    let (status, begun) = served.html(&partner.author, &format!("/rooms/{room}/reflection/new")).await;
    assert!(status == 200 && begun.contains("<textarea") && !begun.contains("Er is nog niets"), "{status} {begun}");
    // The first part is done: one goes on at the next that is open, and is led to no list.
    let words = answers(json!({ "role": "Wij hielden het dossier bij.", "what_happened": "Er werd gebeld." }));
    let text = r.world.app.run(partner.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &words)).await.unwrap().id;
    let (_, again) = served.html(&partner.author, &task).await;
    assert!(again.contains(&format!("href=\"/rooms/{room}/reflection/{text}\">Verder waar u was</a>")) && !again.contains("Wij vragen u om een reflectie"), "{again}");
    let (_, open) = served.html(&partner.author, &format!("/rooms/{room}/reflection/{text}")).await;
    assert!(open.contains("name=\"knew\"") && !open.contains("name=\"what_happened\""), "{open}");
    // Who approves is led to the text itself too.
    assert!(served.html(&partner.approver, &task).await.1.contains(&format!("href=\"/rooms/{room}/reflection/{text}\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_can_not_be_are_refused_and_a_term_of_ones_own_ends_on_a_working_day() {
    let r = Review::new().await;
    let served = Served::new(&r.world);
    let fields = |told: &serde_json::Value| told["faults"].as_array().into_iter().flatten().map(|fault| format!("{} {}", fault["field"].as_str().unwrap(), fault["rule"].as_str().unwrap())).collect::<Vec<_>>();
    // A death and a notification before the event itself.
    let mut told = review::notification("pelican-brook-1170");
    told.insert("incident_date".into(), json!("2026-10-20"));
    told.insert("received_at".into(), json!("2026-10-10"));
    let (status, refused) = served.post(&r.coordinator, "/api/v1/cases", &json!({ "profile": "full", "childVariant": false, "language": "nl", "answers": told })).await;
    assert_eq!((status, fields(&refused)), (422, vec!["received_at before-event".to_owned(), "victims[0].death_date before-event".to_owned()]), "{refused}");
    // A deferral says whether it could go on with less, and is looked at again on a day to come.
    let case = r.case;
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let path = format!("/api/v1/compartments/{room}/documents/deferral");
    let request = json!({ "reason": "strafzaak", "asked_by": "Openbaar Ministerie", "instead": "no", "review_on": "2020-01-01" });
    let (status, refused) = served.post(&r.coordinator, &path, &json!({ "answers": request })).await;
    assert_eq!((status, fields(&refused)), (422, vec!["review_on in-the-past".to_owned()]), "{refused}");
    let (status, saved) = served.post(&r.coordinator, &path, &json!({ "answers": { "reason": "strafzaak", "asked_by": "Openbaar Ministerie" } })).await;
    assert!(status == 201 && saved["complete"] == false, "{status} {saved}");
    // An invitation that is due on a Saturday is due on the next day on which people work.
    r.commissioned();
    let today = chrono::Utc::now().date_naive();
    let saturday = (30..37).map(|days| today + chrono::Duration::days(days)).find(|day| day.weekday() == chrono::Weekday::Sat).unwrap();
    let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(r.police)).await;
    let words = answers(json!({
        "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
        "due": saturday.to_string(), "what_happens": "Alleen u leest dit.",
    }));
    let (organisation, hat) = (r.police, contact.hat);
    r.world.app.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &Invitation { organisation, contact: hat, answers: words, stands_for: None })).await.unwrap();
    let due = r.world.app.run(r.coordinator.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap().pop().unwrap().due_on;
    assert!(due > saturday && !matches!(due.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun), "{saturday} {due}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_what_was_typed_stays() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let (served, case, app) = (Served::new(&r.world), r.case, &r.world.app);
    // A sign wrong in the code: the rest need not be typed again.
    let answer = served.client.post(format!("{}/welcome", served.server)).header("content-type", "application/x-www-form-urlencoded").body("code=ABCD-EFGH-JKLM&second=417288").send().await.unwrap();
    let page = answer.text().await.unwrap();
    assert!(page.contains("value=\"ABCD-EFGH-JKLM\"") && page.contains("value=\"417288\""), "{page}");
    // A name that reads otherwise than it is stored is in no letter.
    let body = serde_urlencoded::to_string([("role", "RS"), ("name", "Jo\u{202e}rekkab")]).unwrap();
    let answer = served.call(&r.administrator, Method::POST, "/people/invite").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 422);
    // What can't be done where the case stands is not asked of the nation.
    let (status, told) = served.post(&r.coordinator, &format!("/api/v1/cases/{case}/proposals"), &json!({ "kind": "closed_unpublished", "words": "Zo is besloten." })).await;
    assert_eq!((status, told["type"].as_str()), (409, Some("urn:lering:problem:proposal-not-now")), "{told}");
    // A registration that lacks answers comes back with what lacks, and where.
    let answer = served.call(&r.coordinator, Method::POST, &format!("/cases/{case}/relatives")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body("relation=sister").send().await.unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 422 && page.contains("error-summary") && page.contains("href=\"#f-"), "{status} {page}");
    // Nothing is laid at a place that is frozen, and its contact hears that this is why.
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["read_draft"], "again_on": "2099-01-01",
    }));
    let (id, room) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| relatives::freeze(tx, id, true)).await.unwrap();
    let laid = app.run(r.coordinator.caller(), move |tx| reports::place(tx, case, room, "summary", "Samenvatting", "Er werd niet gebeld.")).await;
    assert!(matches!(laid, Err(Refused::Rule("place-is-frozen"))), "{laid:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_taken_up_again_has_no_record_to_close_now() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let run = |sql: &str| diesel::sql_query(sql).bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    run("update app.case_file set state = 'not_reviewed', state_since = now() - interval '1 minute' where id = $1");
    run("insert into app.deadline (id, case_id, kind, role, started_on, due_on) values (gen_random_uuid(), $1, 'record_closing', 'RM', current_date, current_date + 30)");
    let nation = r.world.person(&r.administrator, Role::NationalCoordinator).await;
    let asked = app.run(r.coordinator.caller(), move |tx| cases::propose(tx, case, "reopened", "Er is een getuige.")).await.unwrap();
    app.run(nation.caller(), move |tx| cases::settle_proposal(tx, asked, None)).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "new_facts", Some("Er is een getuige."))).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, cases::Step::T22, seen) }).await.unwrap();
    let open = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().deadlines;
    assert!(!open.iter().any(|term| term.kind == "record_closing"), "{open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_one_telephone_opens_the_app_from_the_page_or_copies_its_key() {
    let r = Review::new().await;
    let invited = r.world.invite(&r.administrator, Role::RecoveryOfficer).await;
    let served = Served::new(&r.world);
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let answer = served.client.post(format!("{}{path}", served.server)).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = post("/welcome", &[("code", invited.code.normalised()), ("second", "")]).await;
    assert!(status == 200 && page.contains("href=\"otpauth://totp/") && page.contains("Open uw app"), "{status} {page}");
    // Three steps, told apart; the key in groups of four.
    assert!((1..=3).all(|step| page.contains(&format!("Stap {step} van 3"))), "{page}");
    let key = page.split("data-copied=").nth(1).and_then(|rest| rest.split_once('>')).and_then(|(_, rest)| rest.split_once('<')).unwrap().0;
    assert!(key.split(' ').count() == 8 && key.split(' ').all(|group| group.len() == 4), "{key}");
    // What was wrong is told where it can be put right.
    let hidden = |name: &str| page.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split_once('"')).unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    let fields = ["token", "code", "second", "otpauth", "printed"].map(|name| (name, hidden(name)));
    let mut told: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    told.extend([("name", "Fenna Hoekstra"), ("sign_in_name", "fenna@voorbeeld.test"), ("passphrase", "koper lantaarn reiger otter mist"), ("one_time_code", "000000")]);
    let (status, page) = post("/welcome/finish", &told).await;
    assert!(status == 422 && page.contains("href=\"#one_time_code\"") && page.contains("value=\"Fenna Hoekstra\"") && page.contains("href=\"otpauth://totp/"), "{status} {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_screening_decided_is_the_way_on() {
    static MARK: Act = Act { name: "test.mark", within: Kind::Case, by: &[], step_up: false };
    let r = Review::new().await;
    let case = r.case;
    diesel::sql_query("update app.case_file set state = 'screening', state_since = now() - interval '1 minute' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let decided = async |name: &'static str| r.world.app.run(r.coordinator.caller(), move |tx| -> Result<(), Refused> { let permit = tx.permit(&MARK, Place::Case(case), None)?; cases::record(tx, &permit, name, None) }).await.unwrap();
    // Where each step stands on the page: what leads on first.
    for (decision, first) in [("decision_not_reviewed", "T4"), ("decision_deferred", "T5"), ("decision_review", "T3")] {
        decided(decision).await;
        let (_, page) = served.html(&r.coordinator, &format!("/cases/{case}")).await;
        let at = |step: &str| page.find(&format!("id=\"st-{step}\"")).unwrap_or_else(|| panic!("{step} {page}"));
        for other in ["T3", "T4", "T5"].into_iter().filter(|other| *other != first) {
            assert!(at(first) < at(other), "{decision}: {other} before {first}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_closing_lacks_is_counted_alike_and_what_was_published_is_not_reconsidered() {
    let r = Review::new().await;
    let case = r.case;
    let run = |sql: &str| diesel::sql_query(sql).bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    run("update app.case_file set state = 'follow_up', state_since = now() - interval '1 minute' where id = $1");
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let lacks = r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps.into_iter().find(|one| one.of == cases::Step::T20).unwrap().missing;
    assert!(lacks.iter().any(|one| one.what == "shredding_set") && lacks.len() > 1, "{lacks:?}");
    let words = Words { language: Language::Nl };
    // Of both pages, without what closing settles itself.
    let left = lacks.len() - 1;
    let (_, page) = served.html(&r.coordinator, &format!("/cases/{case}")).await;
    assert!(page.contains(&words.a("now-missing", "count", left)), "{page}");
    let (_, close) = served.html(&r.coordinator, &format!("/cases/{case}/close")).await;
    assert!(close.contains(&words.a("still-missing", "count", left)), "{close}");
    // Only what stayed unpublished is looked at again.
    let again = async || r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "publication_reconsidered", Some("De rechter sprak recht."))).await;
    assert!(!page.contains("/facts/publication_reconsidered"), "{page}");
    assert!(matches!(again().await, Err(Refused::Rule("fact-not-now"))));
    run("insert into app.case_step (id, case_id, step, from_state, to_state, role, at) values (gen_random_uuid(), $1, 'T18', 'decided', 'closed_unpublished', 'CO', clock_timestamp())");
    assert!(served.html(&r.coordinator, &format!("/cases/{case}")).await.1.contains("/facts/publication_reconsidered"));
    again().await.unwrap();
}
