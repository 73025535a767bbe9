//! A form a place has one of is never there twice, a second press makes nothing a second time, and words kept on another page of one's own
//! are never saved over unseen.

use diesel::RunQueryDsl;
use lering::access::Role;
use lering::reflections::{self, Answered, Invitation, Remarks};
use lering::relatives;
use lering::tx::Refused;
use lering::forms;
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

struct Pages<'a> {
    served: Served,
    who: &'a Someone,
}

impl Pages<'_> {
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let answer = self.served.call(self.who, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").header("accept", "text/html").body(body).send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }
    async fn get(&self, path: &str) -> (u16, String, String) {
        let answer = self.served.call(self.who, Method::GET, path).header("accept", "text/html").send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }
    async fn listed(&self, api: &str) -> Vec<serde_json::Value> {
        self.served.get(self.who, api).await.1.as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reflection_is_written_on_and_never_begun_again() {
    let r = Review::new().await;
    let p = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let pages = Pages { served: Served::new(&r.world), who: &p.author };
    let list = format!("/rooms/{}/reflection", p.room);
    let new = format!("{list}/new");
    let told = [("_part", "role"), ("role", "Wij kwamen aan huis."), ("do", "save")];
    // Twice at once, as a press in a hurry without scripts.
    let (one, other) = tokio::join!(pages.post(&new, &told), pages.post(&new, &told));
    assert_eq!((one.0, other.0), (303, 303), "{} {}", one.2, other.2);
    let documents = format!("/api/v1/compartments/{}/documents/reflection", p.room);
    assert_eq!(pages.listed(&documents).await.len(), 1);
    // Back, to the empty form: it leads to the one that is there, which offers no other.
    let (status, to, _) = pages.get(&new).await;
    assert!(status == 303 && to.starts_with(&list) && !to.ends_with("/new"), "{status} {to}");
    assert!(!pages.get(&list).await.2.contains(&new));
    // Other words sent to the empty form stand beside those that are there.
    let (status, _, shown) = pages.post(&new, &[("_part", "role"), ("role", "Wij belden."), ("do", "save")]).await;
    assert!(status == 412 && shown.contains("Wij belden.") && shown.contains("Wij kwamen aan huis."), "{status} {shown}");
    let (status, told) = pages.served.post(&p.author, &documents, &json!({ "answers": { "role": "Nog een." } })).await;
    assert_eq!((status, told["type"].as_str()), (409, Some("urn:lering:problem:already-there")), "{told}");
    assert_eq!(pages.listed(&documents).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_page_of_ones_own_kept_is_shown_before_it_is_saved_over() {
    let r = Review::new().await;
    let p = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let pages = Pages { served: Served::new(&r.world), who: &p.author };
    let (_, to, _) = pages.post(&format!("/rooms/{}/reflection/new", p.room), &[("_part", "role"), ("role", "Begonnen."), ("do", "save")]).await;
    let here = to.split('?').next().unwrap().to_owned();
    // One page keeps what is typed; the other saves what it has of the same part.
    let (status, _, _) = pages.post(&format!("{here}/draft"), &[("_part", "role"), ("role", "Uit het tweede venster."), ("_version", "1"), ("revision", "")]).await;
    assert_eq!(status, 200);
    let mine = [("_part", "role"), ("role", "Uit het eerste venster."), ("_version", "1"), ("do", "next")];
    let (status, _, shown) = pages.post(&here, &[&mine[..], &[("revision", "")]].concat()).await;
    assert!(status == 412 && shown.contains("Uit het tweede venster.") && shown.contains("Uit het eerste venster.") && !shown.contains("/draft/drop"), "{status} {shown}");
    assert!(shown.contains("name=\"revision\" value=\"1\""), "{shown}");
    // Another part is another matter: nothing of this one is lost by it.
    let (status, _, _) = pages.post(&here, &[("_part", "knew"), ("knew", "Er was ruzie."), ("_version", "1"), ("revision", ""), ("do", "next")]).await;
    assert_eq!(status, 303);
    let item = here.rsplit('/').next().unwrap();
    let document = format!("/api/v1/compartments/{}/documents/reflection/{item}", p.room);
    let seen = pages.served.get(&p.author, &document).await.1;
    assert_eq!((seen["answers"]["role"].as_str(), seen["answers"]["knew"].as_str()), (Some("Uit het tweede venster."), Some("Er was ruzie.")));
    // Chosen with both in view it is saved.
    let (status, _, _) = pages.post(&format!("{here}/draft"), &[("_part", "role"), ("role", "Nog anders."), ("_version", "2"), ("revision", "")]).await;
    assert_eq!(status, 200);
    let mine = [("_part", "role"), ("role", "Uit het eerste venster."), ("_version", "2"), ("do", "next"), ("revision", "1")];
    assert_eq!(pages.post(&here, &mine).await.0, 303);
    assert_eq!(pages.served.get(&p.author, &document).await.1["answers"]["role"], "Uit het eerste venster.");
}

/// The victim's sister, let in at her own page.
async fn a_sister(r: &Review) -> (lering::ids::RelativeId, Someone) {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["ask"], "again_on": "2099-01-01",
    }));
    let (id, _) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    (id, one)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_asks_one_question_and_a_form_gone_back_to_asks_another() {
    let r = Review::new().await;
    let (id, one) = a_sister(&r).await;
    let pages = Pages { served: Served::new(&r.world), who: &one };
    let (_, _, page) = pages.get(&format!("/relatives/{id}")).await;
    let key = page.split("name=\"_once\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{page}")).to_owned();
    let ask = format!("/relatives/{id}/ask");
    let sent = [("_once", key.as_str()), ("text", "Waarom belde niemand terug?")];
    let (first, second) = tokio::join!(pages.post(&ask, &sent), pages.post(&ask, &sent));
    assert_eq!((first.0, second.0, &first.1), (303, 303, &second.1), "{} {}", first.2, second.2);
    assert_eq!(pages.post(&ask, &sent).await.0, 303);
    // Somebody who asked hears that it arrived.
    assert_eq!(first.1, format!("/relatives/{id}?sent=question"));
    assert!(pages.get(&first.1).await.2.contains("Uw vraag is aangekomen."));
    let questions = format!("/api/v1/relatives/{id}/questions");
    assert_eq!(pages.listed(&questions).await.len(), 1);
    // A refused form gives its key back, and another text is another question.
    assert_eq!(pages.post(&ask, &[("_once", "another"), ("text", " ")]).await.0, 422);
    assert_eq!(pages.post(&ask, &[("_once", "another"), ("text", "Wie wist het?")]).await.0, 303);
    assert_eq!(pages.post(&ask, &[("_once", key.as_str()), ("text", "En nu?")]).await.0, 303);
    assert_eq!(pages.listed(&questions).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_invited_once_in_a_case() {
    let r = Review::new().await;
    let (first, reflection, _) = r.invite().await;
    let (case, organisation, hat) = (r.case, r.police, first.hat);
    let again = async || {
        let words = answers(json!({
            "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
            "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
        }));
        r.world.app.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &Invitation { organisation, contact: hat, answers: words, stands_for: None })).await
    };
    assert!(matches!(again().await, Err(Refused::Rule("organisation-invited-already"))));
    // One that was recalled was not asked.
    r.world.app.run(r.coordinator.caller(), move |tx| reflections::recall(tx, reflection, "De verkeerde organisatie.")).await.unwrap();
    assert!(!matches!(again().await, Err(Refused::Rule("organisation-invited-already"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_knows_more_than_nothing_gets_an_author() {
    let r = Review::new().await;
    let (contact, reflection, room) = r.invite().await;
    let contact = r.world.enrol(contact).await;
    let invited = r.world.invite_of(&contact, Role::Approver, Some(r.police)).await;
    let approver = r.world.enrol(invited).await;
    let invited = r.world.invite_of(&contact, Role::Author, Some(r.police)).await;
    let author = r.world.enrol(invited).await;
    let (app, hat, writer) = (&r.world.app, approver.hat, author.hat);
    let told = Answered { answers: answers(json!({ "answer": "nothing_known", "note": "Wij zochten op naam en adres." })), author: None, approver: Some(hat) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told)).await.unwrap();
    // Who confirms it reads what the contact wrote beside it, in their own room, and finds there nothing but what applies; the contact opens nothing.
    r.world.name_everyone("Anna Bakker");
    let (status, _, page) = Pages { served: Served::new(&r.world), who: &approver }.get(&format!("/tasks/{reflection}")).await;
    assert!(status == 200 && page.contains("Wij zochten op naam en adres.") && page.contains("Terug naar de contactpersoon"), "{status} {page}");
    for other in ["/copy.pdf", "/chronology-entry\"", "/reflection\"", "/withdraw", "/approve"] {
        assert!(!page.contains(other), "{other} {page}");
    }
    assert!(matches!(app.run(contact.caller(), move |tx| reflections::contacts_note(tx, reflection)).await, Err(Refused::NotYours)));
    let (served, path) = (Served::new(&r.world), format!("/api/v1/reflections/{reflection}"));
    assert_eq!((served.get(&approver, &path).await.1["note"].as_str(), served.get(&contact, &path).await.1["note"].as_str()), (Some("Wij zochten op naam en adres."), Some("")));
    let name = async || app.run(contact.caller(), move |tx| reflections::replace(tx, reflection, Role::Author, writer)).await;
    assert!(matches!(name().await, Err(Refused::Rule("wrong-reflection-state"))), "nothing is to be written yet");
    let remarks = Remarks { text: "Wij kenden het gezin wel.".into(), ..Remarks::default() };
    app.run(approver.caller(), move |tx| reflections::send_back(tx, reflection, &remarks)).await.unwrap();
    let mine = app.run(contact.caller(), |tx| reflections::mine(tx)).await.unwrap();
    assert!(mine[0].needs_author);
    name().await.unwrap();
    app.run(approver.caller(), |tx| lering::compartments::complete_pending(tx)).await.unwrap();
    let words = answers(json!({ "role": "Wij kwamen aan huis." }));
    app.run(author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &words)).await.unwrap();
    assert!(!app.run(contact.caller(), |tx| reflections::mine(tx)).await.unwrap()[0].needs_author);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_back_to_an_empty_notification_is_asked_before_a_second_case_is_made() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let pages = Pages { served: Served::new(&r.world), who: &r.coordinator };
    // What was notified before this journey is another hour's.
    diesel::sql_query("update app.case_step set at = at - interval '2 days'").execute(&mut r.world.connection("postgres")).unwrap();
    let today = chrono::Utc::now().date_naive() - chrono::Duration::days(1);
    let (day, month, year) = (today.format("%-d").to_string(), today.format("%-m").to_string(), today.format("%Y").to_string());
    let told = |key: &str, region: &str, pressed: &str| -> Vec<(String, String)> {
        [
            ("_once", key), ("_profile", "full"), ("source", "1"), ("received_at-d", day.as_str()), ("received_at-m", month.as_str()), ("received_at-y", year.as_str()), ("purpose", "review"), ("ground", "public_task"),
            ("fatal", "true"), ("police_region", region), ("zone", "european"), ("do", pressed),
        ].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    let post = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pages.post("/cases/new", &fields).await
    };
    let cases = async || pages.served.get(&r.coordinator, "/api/v1/cases").await.1["cases"].as_array().unwrap().len();
    let before = cases().await;
    let (status, to, page) = post(told("one", "1", "save")).await;
    assert!(status == 303 && to.contains("/notification/"), "{status} {to} {page}");
    assert_eq!(post(told("one", "1", "save")).await.1, to, "pressed twice");
    // Back, to an empty form with a key of its own: it is asked first, with the way to the one that is there.
    let (status, _, page) = post(told("two", "1", "save")).await;
    assert!(status == 200 && page.contains("Is dit een andere zaak?") && page.contains("Nee, naar HG-"), "{status} {page}");
    // The same page with another word in it is no second case either, also when it lay open for longer than that.
    diesel::sql_query("update app.case_step set at = at - interval '3 hours'").execute(&mut r.world.connection("postgres")).unwrap();
    let (status, _, page) = post(told("one", "2", "save")).await;
    assert!(status == 200 && page.contains("Is dit een andere zaak?"), "{status} {page}");
    assert_eq!(cases().await, before + 1);
    // Another one is made when that is what was meant.
    assert_eq!(post(told("three", "1", "another")).await.0, 303);
    assert_eq!(cases().await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_of_the_same_name_is_asked_about_and_a_supporter_pressed_twice_is_one() {
    let r = Review::new().await;
    let case = r.case;
    let (id, one) = a_sister(&r).await;
    let again = [
        ("person.name", "HOEKSTRA, Fenna"), ("relation", "zus"), ("side", "victim"), ("identity_checked", "documents"), ("risk", "-"), ("first_contact_by", "contact"), ("channel", "mail"), ("language", "nl"), ("wants", "ask"),
        ("again_on-d", "1"), ("again_on-m", "1"), ("again_on-y", "2099"),
    ];
    let contact = Pages { served: Served::new(&r.world), who: &r.coordinator };
    let list = format!("/cases/{case}/relatives");
    let (status, _, page) = contact.post(&list, &again).await;
    assert!(status == 200 && page.contains("Is dit iemand anders?") && page.contains(&format!("href=\"/relatives/{id}\"")) && page.contains("HOEKSTRA, Fenna"), "{status} {page}");
    let places = async || contact.listed("/api/v1/relatives").await.len();
    assert_eq!(places().await, 1);
    assert_eq!(contact.post(&list, &[&again[..], &[("do", "another")]].concat()).await.0, 303);
    assert_eq!(places().await, 2);
    // A supporter, let in with a double press: one, with one code.
    let own = Pages { served: Served::new(&r.world), who: &one };
    let address = format!("/relatives/{id}/supporter");
    let (_, _, page) = own.get(&address).await;
    let key = page.split("name=\"_once\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{page}")).to_owned();
    let sent = [("_once", key.as_str()), ("name", "Sjoerd Hoekstra"), ("scope", "read")];
    let (first, second) = tokio::join!(own.post(&address, &sent), own.post(&address, &sent));
    assert!(first.0 == 200 && second.0 == 200 && first.2 == second.2, "{} {}", first.2, second.2);
    let in_it = r.world.app.run(r.coordinator.caller(), move |tx| relatives::members(tx, id)).await.unwrap();
    assert_eq!(in_it.iter().filter(|member| member.role == "SU").count(), 1);
}
