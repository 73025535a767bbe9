//! A relative decides: what they say reaches the report only by their contact, their questions are answered there, they pause and stop by
//! themselves, let in who helps them, and read again what they wrote; agencies learn nothing of it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use lering::access::{Kind, Role};
use lering::ids::{CompartmentId, PassageId, QuestionId, RelativeId};
use lering::tx::Refused;
use lering::{cases, compartments, forms, notices, panels, people, relatives, reports};
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

struct Kin {
    id: RelativeId,
    one: Someone,
    room: CompartmentId,
}

async fn kin(r: &Review, wants: serde_json::Value) -> Kin {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra", "address": "Kade 1, 1234 AB Elders" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact",
        "channel": ["mail"], "language": "nl", "wants": wants, "again_on": "2099-01-01", "word_for_death": "omgebracht",
    }));
    let (id, room) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    Kin { id, one, room }
}

async fn passage(r: &Review, room: CompartmentId) -> Result<PassageId, Refused> {
    let case = r.case;
    r.world.app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "summary", "Summary", "What happened")).await
}

async fn report(r: &Review) -> String {
    let case = r.case;
    serde_json::to_string(&r.world.app.run(r.coordinator.caller(), move |tx| reports::assemble(tx, case)).await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_is_dealt_with_once_it_was_passed_on_and_names_that_are_not_right_need_the_chair() {
    let r = Review::new().await;
    let k = kin(&r, json!(["read_draft"])).await;
    let app = &r.world.app;
    let reply = async |words: serde_json::Value| {
        let id = passage(&r, k.room).await.unwrap();
        let state = app.run(k.one.caller(), move |tx| reports::reply(tx, id, &answers(words))).await.unwrap();
        (id, state)
    };
    let states = async |id: PassageId| {
        let room = k.room;
        let all = app.run(r.coordinator.caller(), move |tx| reports::of_compartment(tx, room)).await.unwrap();
        let one = all.into_iter().find(|one| one.id == id).unwrap();
        (one.state, one.to_pass_on)
    };
    // A statement beside a "yes" waits for the contact; passed on, it stands in the report and nothing is left to decide.
    let (id, state) = reply(json!({ "reply": "right", "statement": "Remember her laugh", "how_was_it": "It hurt to read" })).await;
    assert_eq!((state.as_str(), states(id).await), ("answered", ("answered".to_owned(), true)));
    assert!(!report(&r).await.contains("Remember her laugh"));
    app.run(r.coordinator.caller(), move |tx| reports::pass_on(tx, id)).await.unwrap();
    assert_eq!(states(id).await, ("settled".to_owned(), false));
    assert!(report(&r).await.contains("Remember her laugh"));
    let case = r.case;
    let replies = app.run(r.chair.caller(), move |tx| reports::replies(tx, case)).await.unwrap();
    assert!(!format!("{replies:?}").contains("It hurt to read"), "how it was stays between the relative and their contact");
    // Names that are not right are the chair's to settle, whatever else was said.
    let (id, state) = reply(json!({ "reply": "right", "names_ok": false })).await;
    assert_eq!(state, "answered");
    app.run(r.coordinator.caller(), move |tx| reports::pass_on(tx, id)).await.unwrap();
    assert_eq!(states(id).await.0, "answered");
    app.run(r.chair.caller(), move |tx| reports::settle(tx, id, "taken", "Another name stands there now")).await.unwrap();
    assert_eq!(states(id).await.0, "settled");
    // A bare "yes" needs nobody, and can still be passed on.
    let (id, state) = reply(json!({ "reply": "right", "names_ok": true })).await;
    assert_eq!((state.as_str(), states(id).await.1), ("settled", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_reaches_the_panel_by_the_contact_and_is_answered_in_the_report_first() {
    let r = Review::new().await;
    let (k, other, partner) = (kin(&r, json!(["ask"])).await, kin(&r, json!(["ask"])).await, r.partner().await);
    let (app, case, id) = (&r.world.app, r.case, k.id);
    let ask = async |whose: &Kin, text: &'static str, own: bool| { let id = whose.id; app.run(whose.one.caller(), move |tx| relatives::ask(tx, id, text, own)).await.unwrap() };
    let first = ask(&k, "Who knew of the threats?", false).await;
    let private = ask(&k, "May I come by on Monday?", true).await;
    let theirs = ask(&other, "Why was nobody there?", false).await;
    let place = async |by: &Someone, whose: RelativeId, questions: Vec<QuestionId>| app.run(by.caller(), move |tx| relatives::place(tx, whose, &[], &questions)).await;
    assert!(matches!(place(&r.coordinator, id, vec![private]).await, Err(Refused::Rule("question-for-contact-only"))));
    assert!(matches!(place(&r.coordinator, id, vec![theirs]).await, Err(Refused::NotFound)), "another relative's question is not there");
    for who in [&r.chair, &k.one, &partner.approver] {
        assert!(place(who, id, vec![first]).await.is_err());
    }
    assert!(!report(&r).await.contains("Who knew of the threats?"));
    let other_id = other.id;
    assert_eq!(place(&r.coordinator, other_id, vec![theirs]).await.unwrap().len(), 1);
    assert_eq!(place(&r.coordinator, id, vec![first]).await.unwrap().len(), 1);
    assert!(matches!(place(&r.coordinator, id, vec![first]).await, Err(Refused::Rule("placed-already"))));
    let member = r.party(Role::PanelMember).await;
    let seen = app.run(member.caller(), move |tx| panels::relatives_questions(tx, case)).await.unwrap();
    assert_eq!(seen.iter().map(|one| (one.key.as_str(), one.text.as_str())).collect::<Vec<_>>(), [("r1", "Why was nobody there?"), ("r2", "Who knew of the threats?")]);
    assert!(app.run(partner.approver.caller(), move |tx| panels::relatives_questions(tx, case)).await.is_err(), "agencies see none");
    // The relative sees that it lies there, and numbers of their own only.
    let mine = app.run(k.one.caller(), move |tx| relatives::questions(tx, id)).await.unwrap();
    assert_eq!(mine.iter().map(|one| (one.number, one.placed, one.contact_only)).collect::<Vec<_>>(), [(1, true, false), (2, false, true)]);
    // Answered in the report: the words stand there, before the questions of the terms of reference.
    let said = answers(json!({ "status": "in_report", "answer": "The police and the school did." }));
    app.run(r.coordinator.caller(), move |tx| relatives::answer(tx, first, &said)).await.unwrap();
    let told = report(&r).await;
    let at = |text: &str| told.find(text).unwrap_or_else(|| panic!("{text}: {told}"));
    assert!(at("Vraag 1 van nabestaanden: Why was nobody there?") < at("Vraag 2 van nabestaanden: Who knew of the threats?") && at("The police and the school did.") > at("Who knew of the threats?"));
    assert!(!told.contains("on Monday"));
    // Answered to the relative alone after all, the report no longer says so; taken back, the question is gone from both rooms.
    let said = answers(json!({ "status": "answered", "answer": "I told you by telephone." }));
    app.run(r.coordinator.caller(), move |tx| relatives::answer(tx, first, &said)).await.unwrap();
    assert!(!report(&r).await.contains("The police and the school did."));
    app.run(k.one.caller(), move |tx| relatives::withdraw(tx, id)).await.unwrap();
    assert!(!report(&r).await.contains("Who knew of the threats?"));
    assert_eq!(app.run(member.caller(), move |tx| panels::relatives_questions(tx, case)).await.unwrap().len(), 1);
    place(&r.coordinator, id, vec![first]).await.unwrap();
    assert_eq!(app.run(member.caller(), move |tx| panels::relatives_questions(tx, case)).await.unwrap()[1].key, "r2", "it keeps its number");
    // What the review answers, its terms of reference name; of a question beside them the report says nothing.
    let terms = answers(json!({ "period_reason": "The first sign", "outside_scope": "The trial", "relatives_questions": ["r1"] }));
    app.run(r.secretary.caller(), move |tx| -> Result<(), Refused> {
        let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().ok_or(Refused::NotFound)?.id;
        forms::create(tx, &panels::TERMS, panel, None, &terms).map(drop)
    }).await.unwrap();
    let told = report(&r).await;
    assert!(told.contains("Why was nobody there?") && !told.contains("Who knew of the threats?"), "{told}");
    // Past the program too a relative reads no number, by which they would know that others ask, and takes none that others might have.
    let past = async |sql: &'static str| app.run(k.one.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await;
    assert!(past("select number from app.question").await.is_err());
    assert_eq!(past("select id from app.question").await.unwrap(), 2);
    let taken = "insert into app.question (id, relative_id, case_id, compartment_id, item_id, due_on, number) select gen_random_uuid(), relative_id, case_id, compartment_id, item_id, due_on, 1 from app.question limit 1";
    assert_eq!(past(taken).await.unwrap(), 1, "answered alike whether the number is another's or free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_on_a_name_is_read_by_who_writes_names_and_a_real_one_needs_a_decision_for_that_person() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    let (app, case, id, room) = (&r.world.app, r.case, k.id, k.room);
    let words = answers(json!({ "portrait": { "text": "She sang", "use": "contact_only" }, "naming": "real_first_name" }));
    let item = app.run(k.one.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &words)).await.unwrap().id;
    let wishes = async || app.run(r.secretary.caller(), move |tx| reports::naming_wishes(tx, case)).await.unwrap();
    assert!(wishes().await.is_empty(), "not before the contact placed it");
    app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[item], &[])).await.unwrap();
    assert_eq!(wishes().await.iter().map(|one| one.naming.as_str()).collect::<Vec<_>>(), ["real_first_name"]);
    let member = r.party(Role::PanelMember).await;
    assert!(app.run(member.caller(), move |tx| reports::naming_wishes(tx, case)).await.is_err());
    // Her first name as a "pseudonym" does not pass by itself.
    let within = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let write = async |sheet: &'static forms::Sheet, by: &Someone, said: serde_json::Value| app.run(by.caller(), move |tx| forms::create(tx, sheet, within, None, &answers(said))).await.unwrap();
    write(&reports::PSEUDONYMS, &r.secretary, json!({ "names": [{ "name": "Noor Jansma", "pseudonym": "Noor" }] })).await;
    write(&reports::SECTION, &r.secretary, json!({ "section": "summary", "text": "Noor called three times." })).await;
    let hits = async || app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits.into_iter().map(|hit| hit.word).collect::<BTreeSet<_>>();
    assert_eq!(hits().await, BTreeSet::from(["Noor".to_owned()]));
    let decided = |how: &str, person: &str| json!({ "form": "whole", "naming_decision": [{ "person": person, "how": how }] });
    let decision = write(&reports::DECISION, &r.coordinator, decided("pseudonym", "Noor Jansma")).await.id;
    assert_eq!(hits().await, BTreeSet::from(["Noor".to_owned()]), "decided otherwise for her");
    let save = async |seen: i32, said: serde_json::Value| app.run(r.coordinator.caller(), move |tx| forms::save(tx, &reports::DECISION, within, decision, seen, &answers(said))).await.unwrap();
    save(1, decided("real_first_name", "Fenna Hoekstra")).await;
    assert_eq!(hits().await, BTreeSet::from(["Noor".to_owned()]), "decided for somebody else");
    save(2, decided("real_first_name", "Noor Jansma")).await;
    assert!(hits().await.is_empty());
    // The relative hears the outcome.
    let naming = async || app.run(k.one.caller(), move |tx| relatives::naming(tx, id)).await.unwrap();
    assert_eq!(naming().await, None);
    app.run(r.coordinator.caller(), move |tx| relatives::tell_naming(tx, id, "real_first_name", "Noor")).await.unwrap();
    assert_eq!(naming().await.map(|one| one.name), Some("Noor".to_owned()));
    assert!(app.run(r.chair.caller(), move |tx| relatives::tell_naming(tx, id, "letter", "N")).await.is_err());
    // With the family name behind it a first name that may stand does not; the two are one.
    write(&reports::SECTION, &r.secretary, json!({ "section": "what_happened", "text": "Noor Jansma called three times." })).await;
    assert_eq!(hits().await, BTreeSet::from(["Noor Jansma".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pauses_stops_or_wants_nothing_is_left_alone_and_nobody_learns_why() {
    let r = Review::new().await;
    let (k, quiet, partner) = (kin(&r, json!(["read_draft"])).await, kin(&r, json!(["nothing"])).await, r.partner().await);
    let (app, case, id, room) = (&r.world.app, r.case, k.id, k.room);
    assert!(matches!(passage(&r, quiet.room).await, Err(Refused::NotFound)), "for the chair the place is not there");
    let by_contact = app.run(r.coordinator.caller(), { let room = quiet.room; move |tx| reports::place(tx, case, room, "summary", "S", "T") }).await;
    assert!(matches!(by_contact, Err(Refused::Rule("left-alone"))));
    let open = passage(&r, room).await.unwrap();
    app.run(k.one.caller(), move |tx| reports::reply(tx, open, &answers(json!({ "reply": "not_right", "text": "It was colder" })))).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| reports::pass_on(tx, open)).await.unwrap();
    let hold = async |who: &Someone, how: relatives::Hold| app.run(who.caller(), move |tx| relatives::hold(tx, id, how)).await;
    for who in [&r.chair, &partner.approver, &quiet.one] {
        assert!(matches!(hold(who, relatives::Hold::Stopped).await, Err(Refused::NotFound)));
    }
    let told = async || app.run(r.coordinator.caller(), |tx| notices::mine(tx)).await.unwrap().len();
    let before = told().await;
    hold(&k.one, relatives::Hold::Paused).await.unwrap();
    assert_eq!(told().await, before + 1, "the contact hears that it is so");
    assert!(matches!(passage(&r, room).await, Err(Refused::NotFound)));
    let words = answers(json!({ "portrait": { "text": "She sang", "use": "panel" } }));
    let item = app.run(k.one.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &words)).await.unwrap().id;
    let place = async || app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[item], &[])).await;
    assert!(matches!(place().await, Err(Refused::Rule("left-alone"))));
    // What was said already is settled all the same; it is kept in the report, and nothing is placed with them.
    let held = async || app.run(k.one.caller(), move |tx| reports::of_compartment(tx, room)).await.unwrap().pop().unwrap();
    app.run(r.chair.caller(), move |tx| reports::settle(tx, open, "taken", "It says cold now")).await.unwrap();
    assert_eq!((held().await.state.as_str(), held().await.because), ("settled", None));
    hold(&k.one, relatives::Hold::GoesOn).await.unwrap();
    place().await.unwrap();
    passage(&r, room).await.unwrap();
    // Wanting something again, as the plan says, the other can be placed with too.
    let room = quiet.room;
    let plan = app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, room)).await.unwrap().pop().unwrap();
    let mut said = plan.answers;
    said.insert("wants".into(), json!(["read_draft"]));
    app.run(quiet.one.caller(), move |tx| forms::save(tx, &relatives::PLAN, room, plan.id, plan.version, &said)).await.unwrap();
    passage(&r, room).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supporter_is_let_in_and_thanked_by_the_relative_alone_and_earlier_words_stay_readable() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    let (app, id, room) = (&r.world.app, k.id, k.room);
    let invite = async |by: &Someone, writes: bool| {
        let person = people::Invitation { role: Role::Supporter, name: "Lot Zijlstra".into(), organisation: None, second: None };
        people::invite_and(app, by.caller(), person, move |tx, hat| relatives::let_supporter_in(tx, id, hat, "Lot Zijlstra", writes)).await
    };
    assert!(invite(&r.coordinator, true).await.is_err(), "a contact lets somebody in by the other way");
    let hat = invite(&k.one, false).await.unwrap().hat;
    let here = async || app.run(k.one.caller(), move |tx| relatives::members(tx, id)).await.unwrap();
    assert_eq!(here().await.iter().filter(|one| one.role == "SU").count(), 1);
    let plan = app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, room)).await.unwrap().pop().unwrap();
    assert_eq!(plan.answers["supporter"]["scope"], "read");
    app.run(k.one.caller(), move |tx| relatives::end_member(tx, id, hat)).await.unwrap();
    assert!(here().await.iter().all(|one| one.role != "SU"));
    // Versions of one's own words, for the owner and for nobody outside the place.
    let said = |text: &str| answers(json!({ "story": { "text": text, "use": "contact_only" } }));
    let (first, second) = (said("I called on Monday"), said("I called on Tuesday"));
    let item = app.run(k.one.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &first)).await.unwrap().id;
    app.run(k.one.caller(), move |tx| forms::save(tx, &relatives::INPUT, room, item, 1, &second)).await.unwrap();
    let versions = app.run(k.one.caller(), move |tx| forms::versions(tx, &relatives::INPUT, room, item)).await.unwrap();
    assert_eq!(versions.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [2, 1]);
    let old = app.run(k.one.caller(), move |tx| forms::open_version(tx, &relatives::INPUT, room, item, 1)).await.unwrap();
    assert_eq!(old.answers["story"]["text"], "I called on Monday");
    assert!(app.run(r.chair.caller(), move |tx| forms::versions(tx, &relatives::INPUT, room, item)).await.is_err());
    // Asking to be told is noticed once, without content.
    let ask = async |who: &Someone| app.run(who.caller(), move |tx| cases::ask_to_be_told(tx, room, None)).await;
    ask(&k.one).await.unwrap();
    ask(&k.one).await.unwrap();
    assert!(ask(&r.chair).await.is_err());
    let heard = app.run(r.coordinator.caller(), |tx| notices::mine(tx)).await.unwrap();
    assert_eq!(heard.iter().filter(|one| one.kind == "asks_to_be_told").count(), 1);
    let card = app.run(r.coordinator.caller(), move |tx| relatives::card(tx, id)).await.unwrap();
    assert_eq!((card.name.as_str(), card.address.len(), card.word_for_death.as_str(), card.asked), ("Fenna Hoekstra", 2, "omgebracht", 0));
    assert!(app.run(k.one.caller(), move |tx| relatives::card(tx, id)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_changes_how_they_are_reached_in_their_own_words_and_what_the_contact_answers_for_stays() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    let (app, room) = (&r.world.app, k.room);
    let plan = async || app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, room)).await.unwrap().pop().unwrap();
    let (item, version) = (plan().await.id, plan().await.version);
    // On the page: nothing the contact answers for, and no words of professionals.
    r.world.name_everyone("Fenna Hoekstra");
    let served = Served::new(&r.world);
    let answer = served.call(&k.one, reqwest::Method::GET, &format!("/rooms/{room}/contact-plan/{item}?part=how")).header("accept", "text/html").send().await.unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 200 && page.contains("Is er iemand die niet mag merken dat wij contact hebben?") && page.contains("Hoe mogen wij u iets laten weten?"), "{status} {page}");
    assert!(["identiteit nagegaan", "Jonger dan 18", "Veilige uren", "Eerste contact door"].iter().all(|theirs| !page.contains(theirs)), "{page}");
    // Only what is theirs is sent: the rest stands as it was, and the plan is as complete as before.
    let mut said = plan().await.answers;
    said.retain(|id, _| ["person", "channel", "risk", "language", "wants", "again_on"].contains(&id.as_str()));
    said.insert("channel".into(), json!(["letter"]));
    let saved = app.run(k.one.caller(), move |tx| forms::save(tx, &relatives::PLAN, room, item, version, &said)).await.unwrap();
    let now = plan().await;
    assert!(saved.complete && now.answers["channel"] == json!(["letter"]) && now.answers.get("word_for_death").is_none(), "{:?}", now.answers);
    assert_eq!(["relation", "side", "identity_checked", "first_contact_by"].map(|id| now.answers[id].as_str().unwrap_or_default().to_owned()), ["sister", "victim", "documents", "contact"]);
    // How their identity was checked is not theirs to say.
    let mut other = now.answers;
    other.insert("identity_checked".into(), json!("casemanager"));
    let refused = app.run(k.one.caller(), move |tx| forms::save(tx, &relatives::PLAN, room, item, now.version, &other)).await;
    assert!(matches!(&refused, Err(Refused::Faults(faults)) if faults.iter().any(|fault| fault.field == "identity_checked" && fault.rule == "filled-in-by-another")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_sees_by_name_whose_page_it_is_and_a_browser_remembers_no_name() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let page = async |who: &Someone| {
        let answer = served.call(who, reqwest::Method::GET, &format!("/relatives/{}", k.id)).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, seen) = page(&r.coordinator).await;
    let title = seen.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0.to_owned();
    assert!(status == 200 && seen.contains("<h1>Fenna Hoekstra</h1>") && title.starts_with("Een nabestaande, ") && !title.contains("Fenna"), "{title} {seen}");
    let (status, own) = page(&k.one).await;
    assert!(status == 200 && own.contains("<title>Lering</title>") && !own.contains("<h1>Fenna Hoekstra</h1>"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_replies_hears_that_it_arrived_on_the_page_where_they_read() {
    let r = Review::new().await;
    let k = kin(&r, json!(["read_draft"])).await;
    let id = passage(&r, k.room).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let place = format!("/relatives/{}", k.id);
    let html = async |path: &str| served.call(&k.one, reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(html(&place).await.contains(&format!("name=\"_place\" value=\"{}\"", k.id)));
    let body = format!("_form=preview-reply&_place={}&reply=right", k.id);
    let answer = served.call(&k.one, reqwest::Method::POST, &format!("/passages/{id}/reply")).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!((answer.status().as_u16(), to.as_str()), (303, format!("{place}?sent=reply").as_str()));
    assert!(html(&to).await.contains("Uw reactie is aangekomen."));
    assert!(!html(&place).await.contains("is aangekomen"), "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_at_a_page_of_professionals_meets_a_plain_page_with_the_way_home() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let page = async |who: &Someone, path: &str| {
        let answer = served.call(who, reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, absent) = page(&k.one, "/there-is-no-such-page").await;
    assert!(status == 404 && absent.contains("href=\"/\""), "{status} {absent}");
    for path in ["/cases", "/today", "/people", "/organisations", "/actions", "/coding", "/tasks"] {
        let (status, seen) = page(&k.one, path).await;
        assert_eq!(status, 404, "{path}");
        assert!(seen.contains("Deze pagina is er niet, of u mag haar niet zien.") && seen.contains("href=\"/\""), "{path} {seen}");
        assert!(["Zaken", "Acties", "Organisaties", "samengevoegd"].iter().all(|word| !seen.contains(word)), "{path} {seen}");
    }
    assert_eq!(page(&r.coordinator, "/cases").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_asked_at_the_start_whether_the_bureau_may_help_and_what_they_choose_holds_for_every_key() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    let (app, id, room) = (&r.world.app, k.id, k.room);
    let count = |which: &str| diesel::sql_query(format!("select count(*) as n from app.key_grant where compartment_id = $1 and {which}")).bind::<SqlUuid, _>(room).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    let choose = async |who: &Someone, applies: bool| app.run(who.caller(), move |tx| relatives::choose_recovery(tx, id, applies)).await;
    // At the first sign-in one is led to the question, and only then.
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let to = async |path: &str| {
        let answer = served.call(&k.one, reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap();
        answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert_eq!((to("/?first=true").await.as_str(), to("/mine?first=true").await), ("/mine?first=true", format!("/relatives/{id}/recovery-choice")));
    assert_eq!((to("/").await.as_str(), to("/mine").await), ("/mine", format!("/relatives/{id}")));
    let asked = served.call(&k.one, reqwest::Method::GET, &format!("/relatives/{id}/recovery-choice")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(asked.contains("Mag het bureau u dan helpen?") && !asked.contains(" checked"), "{asked}");
    // Sent without a choice it stands there again, with what lacks beside it; a question without words says so in the same way.
    for (path, body, shows) in [("recovery-choice", "", "name=\"choice\" value=\"with\""), ("ask", "text=", "name=\"text\"")] {
        let answer = served.call(&k.one, reqwest::Method::POST, &format!("/relatives/{id}/{path}")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert!(status == 422 && page.contains("<title>Fout: Lering</title>") && page.contains("class=\"error-summary") && page.contains("class=\"error-msg\"") && page.contains(shows), "{path}: {status} {page}");
    }
    // It applies from birth. Without it nothing is sealed to the bureau, of earlier keys neither.
    assert!(count("for_recovery") > 0);
    assert!(matches!(choose(&r.coordinator, false).await, Err(Refused::NotYours)), "nobody chooses for them");
    choose(&k.one, false).await.unwrap();
    assert_eq!(count("for_recovery"), 0);
    // Whoever belongs there goes on reading, and a later key is theirs alone as well.
    let person = people::Invitation { role: Role::Supporter, name: "Lot Zijlstra".into(), organisation: None, second: None };
    let hat = people::invite_and(app, k.one.caller(), person, move |tx, hat| relatives::let_supporter_in(tx, id, hat, "Lot Zijlstra", false)).await.unwrap().hat;
    app.run(k.one.caller(), move |tx| relatives::end_member(tx, id, hat)).await.unwrap();
    assert_eq!(count("for_recovery"), 0);
    for who in [&k.one, &r.coordinator] {
        assert_eq!(app.run(who.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, room)).await.unwrap().len(), 1);
    }
    // Chosen otherwise later, every key is sealed to the bureau again.
    choose(&k.one, true).await.unwrap();
    assert!(count("for_recovery") >= 3);
    assert_eq!(count("for_recovery"), count("membership_id = (select contact_id from app.relative where compartment_id = $1)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lays_a_passage_before_a_relative_without_a_name_sees_what_was_laid_before_them_already() {
    let r = Review::new().await;
    let (first, _second) = (kin(&r, json!(["read_draft"])).await, kin(&r, json!(["read_draft"])).await);
    passage(&r, first.room).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let answer = served.call(&r.chair, reqwest::Method::GET, &format!("/cases/{}/consultation", r.case)).header("accept", "text/html").send().await.unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 200 && page.contains(">Nabestaande 1, eerder voorgelegd: summary</label>") && page.contains(">Nabestaande 2</label>"), "{status} {page}");
    assert!(!page.contains("Fenna"), "the name is their contact's to know");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_with_their_words_in_the_report_is_what_the_relative_chose() {
    let r = Review::new().await;
    let k = kin(&r, json!(["tell"])).await;
    let (app, id, room) = (&r.world.app, k.id, k.room);
    let said = |called: Option<&str>| {
        let mut told = answers(json!({ "portrait": { "text": "She sang on Sundays", "use": "report_as_written" } }));
        if let Some(called) = called { told.insert("called".into(), called.into()); }
        told
    };
    let (first, second) = (said(Some("friend")), said(None));
    let item = app.run(k.one.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &first)).await.unwrap().id;
    let place = async || app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[item], &[])).await;
    place().await.unwrap();
    assert!(report(&r).await.contains("een vriend of vriendin"));
    assert!(matches!(place().await, Err(Refused::Rule("placed-already"))), "nothing is new");
    // Taken back, the words are a relative's again.
    app.run(k.one.caller(), move |tx| forms::save(tx, &relatives::INPUT, room, item, 1, &second)).await.unwrap();
    place().await.unwrap();
    let told = report(&r).await;
    assert!(told.contains("She sang on Sundays") && told.contains("een nabestaande") && !told.contains("een vriend of vriendin"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_under_sixteen_gets_no_account_and_who_has_authority_does_until_a_day() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let today = chrono::Utc::now().date_naive();
    let registered = async |name: &'static str, born: Option<chrono::NaiveDate>| {
        let mut plan = answers(json!({
            "person": { "name": name }, "relation": "child", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["portal"],
            "language": "nl", "wants": ["tell"], "again_on": "2099-01-01", "minor": true, "guardian": { "name": "Fenna Hoekstra" },
        }));
        if let Some(born) = born {
            plan.insert("born_on".into(), born.to_string().into());
        }
        app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap().0
    };
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let let_in = async |place: RelativeId, role: &str, until: &str| {
        let body = serde_urlencoded::to_string([("name", "Bo Hoekstra"), ("role", role), ("until", until)]).unwrap();
        let answer = served.call(&r.coordinator, reqwest::Method::POST, &format!("/relatives/{place}/invite")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let years = |count: i32| today - chrono::Duration::days(i64::from(count) * 365 + i64::from(count / 4) + 2);
    // Born in days to come, or of age: told at the field, with the day, and what was typed stays.
    let in_words = |day: chrono::NaiveDate| lering::texts::Words { language: lering::texts::Language::Nl }.day(&day);
    let born = async |day: chrono::NaiveDate, accept: &str| {
        let day = day.to_string();
        let body = serde_urlencoded::to_string([
            ("person.name", "Dee"), ("relation", "child"), ("side", "victim"), ("identity_checked", "documents"), ("risk", "none"), ("first_contact_by", "contact"), ("channel", "portal"), ("language", "nl"),
            ("wants", "tell"), ("minor", "true"), ("guardian.name", "Fenna Hoekstra"), ("born_on", day.as_str()), ("again_on", "2099-01-01"),
        ]).unwrap();
        let call = served.call(&r.coordinator, reqwest::Method::POST, &format!("/cases/{case}/relatives")).header("accept", "text/html").header("accept-language", accept);
        let answer = call.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (day, language, says) in [
        (today + chrono::Duration::days(400), "nl", "Geboortedatum van het kind: Deze dag moet nog komen.".to_owned()),
        (today - chrono::Duration::days(40 * 366), "nl", "Geboortedatum van het kind: Wie op deze dag is geboren, is 18 of ouder.".to_owned()),
        (today - chrono::Duration::days(40 * 366), "en", "Who was born on this day is 18 or older.".to_owned()),
    ] {
        let (status, page) = born(day, language).await;
        assert!(status == 422 && page.contains(&says) && page.contains("href=\"#f-born_on\"") && page.contains("value=\"Dee\""), "{status} {page}");
    }
    let (unknown, young, older) = (registered("Ab", None).await, registered("Bo", Some(years(9))).await, registered("Cé", Some(years(17))).await);
    let hats = || diesel::sql_query("select count(*) as n from app.membership where role in ('RE', 'SU')").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    for (place, says) in [(unknown, "Vul eerst de geboortedatum"), (young, "Een kind onder 16 krijgt geen eigen toegang")] {
        let (status, page) = let_in(place, "RE", "").await;
        assert!(status == 409 && page.contains(says), "{status} {page}");
    }
    // Nor with a last day: whoever has authority is let in under their own name, never the child.
    let named = registered("Bo  HOEKSTRA", Some(years(9))).await;
    let (status, page) = let_in(named, "RE", &(today + chrono::Duration::days(200)).to_string()).await;
    assert!(status == 409 && page.contains("Een kind onder 16 krijgt geen eigen toegang"), "{status} {page}");
    // Nor as whoever helps, without a day; and where nobody said when the child was born a last day opens nothing.
    let (status, page) = let_in(named, "SU", "").await;
    assert!(status == 409 && page.contains("Een kind onder 16 krijgt geen eigen toegang"), "{status} {page}");
    let soon = (today + chrono::Duration::days(200)).to_string();
    for (role, until) in [("RE", soon.as_str()), ("SU", ""), ("SU", soon.as_str())] {
        let (status, page) = let_in(unknown, role, until).await;
        assert!(status == 409 && page.contains("Vul eerst de geboortedatum in het contactplan in"), "{role} {until} {status} {page}");
    }
    assert_eq!(hats(), 0, "no code was made");
    // Not until the child is of age: the latest day is told.
    let of_age = years(9) + chrono::Months::new(12 * 18);
    let (status, page) = let_in(young, "RE", &(of_age + chrono::Duration::days(2)).to_string()).await;
    assert!(status == 422 && page.contains("is het kind 18 of ouder") && page.contains(&format!("tot en met {}", in_words(of_age - chrono::Duration::days(1)))), "{status} {page}");
    // Who has authority over the child, until a day; a child of sixteen or more themself; whoever helps them.
    let last = (today + chrono::Duration::days(200)).to_string();
    for (place, role, until) in [(young, "RE", last.as_str()), (older, "RE", ""), (young, "SU", "")] {
        let (status, page) = let_in(place, role, until).await;
        assert_eq!(status, 200, "{page}");
    }
    assert_eq!(hats(), 3);
}
