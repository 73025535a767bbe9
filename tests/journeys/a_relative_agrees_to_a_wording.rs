//! Words of a relative that the report takes as written are never changed silently (ruling 22): what may not stand in them holds the report until
//! the relative agrees to another wording. Their contact proposes it and passes it on.

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::{CompartmentId, ItemId, RelativeId};
use lering::tx::Refused;
use lering::{forms, notices, relatives, reports};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

const FORM: &str = "application/x-www-form-urlencoded";

struct Kin {
    id: RelativeId,
    one: Someone,
    room: CompartmentId,
}

async fn kin(r: &Review) -> Kin {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["tell", "read_draft"], "again_on": "2099-01-01",
    }));
    let (id, room) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    Kin { id, one, room }
}

impl Kin {
    async fn writes(&self, r: &Review, text: &str, before: Option<(ItemId, i32)>) -> ItemId {
        let (room, words) = (self.room, answers(json!({ "portrait": { "text": text, "use": "report_as_written" }, "naming": "letter" })));
        match before {
            None => r.world.app.run(self.one.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &words)).await.unwrap().id,
            Some((item, seen)) => { r.world.app.run(self.one.caller(), move |tx| forms::save(tx, &relatives::INPUT, room, item, seen, &words)).await.unwrap(); item }
        }
    }
    async fn places(&self, r: &Review, item: ItemId) -> Result<usize, Refused> {
        let id = self.id;
        r.world.app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[item], &[])).await.map(|placed| placed.len())
    }
    async fn seen(&self, r: &Review, who: &Someone) -> Result<reports::Wordings, Refused> {
        let id = self.id;
        r.world.app.run(who.caller(), move |tx| reports::wordings(tx, id)).await
    }
    async fn proposes(&self, r: &Review, who: &Someone, item: ItemId, field: &'static str, text: &'static str) -> Result<ItemId, Refused> {
        let id = self.id;
        r.world.app.run(who.caller(), move |tx| reports::propose_wording(tx, id, item, field, text)).await
    }
    async fn says(&self, r: &Review, who: &Someone, wording: ItemId, agrees: bool) -> Result<(), Refused> {
        let id = self.id;
        r.world.app.run(who.caller(), move |tx| reports::answer_wording(tx, id, wording, agrees)).await
    }
    async fn takes(&self, r: &Review, who: &Someone, wording: ItemId) -> Result<(), Refused> {
        let id = self.id;
        r.world.app.run(who.caller(), move |tx| reports::take_wording(tx, id, wording)).await
    }
}

async fn report(r: &Review) -> String {
    let case = r.case;
    serde_json::to_string(&r.world.app.run(r.coordinator.caller(), move |tx| reports::assemble(tx, case)).await.unwrap()).unwrap()
}

/// What the check finds in the words of relatives.
async fn hits(r: &Review) -> Vec<String> {
    let case = r.case;
    r.world.app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits.into_iter().filter(|hit| hit.section == "portrait").map(|hit| hit.word).collect()
}

async fn told(r: &Review, who: &Someone, kind: &str) -> usize {
    r.world.app.run(who.caller(), |tx| notices::mine(tx)).await.unwrap().iter().filter(|one| one.kind == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_holds_the_report_until_they_agree_to_words_without_it() {
    let r = Review::new().await;
    let (sister, brother, case) = (kin(&r).await, kin(&r).await, r.case);
    let (co, app) = (&r.coordinator, &r.world.app);
    let item = sister.writes(&r, "Noor sang in a choir", None).await;
    assert!(sister.seen(&r, co).await.unwrap().held.is_empty(), "nothing is held that is not placed");
    sister.places(&r, item).await.unwrap();
    assert_eq!(hits(&r).await, ["Noor"]);
    let replaced = app.run(r.secretary.caller(), move |tx| reports::replace(tx, case, "portrait", "Noor")).await;
    assert!(matches!(replaced, Err(Refused::Rule("words-of-others"))));
    // The contact sees what waits, with what could stand instead; the relative is asked nothing yet, and others see nothing.
    let waits = sister.seen(&r, co).await.unwrap();
    assert_eq!(waits.held.iter().map(|one| (one.item, one.field.as_str(), one.text.as_str(), one.hits[0].word.as_str())).collect::<Vec<_>>(), [(item, "portrait", "Noor sang in a choir", "Noor")]);
    assert!(waits.held[0].proposal.ends_with("sang in a choir") && !waits.held[0].proposal.contains("Noor"), "{:?}", waits.held[0]);
    assert!(brother.seen(&r, co).await.unwrap().held.is_empty());
    let own = sister.seen(&r, &sister.one).await.unwrap();
    assert!(own.held.is_empty() && own.wordings.is_empty());
    for who in [&brother.one, &r.chair] {
        assert!(matches!(sister.seen(&r, who).await, Err(Refused::NotFound)));
    }
    // Words that may not stand either are no proposal; nor is one for a text that holds nothing, or by somebody else.
    for text in ["Noor liked to sing", "  "] {
        assert!(matches!(sister.proposes(&r, co, item, "portrait", text).await, Err(Refused::Faults(faults)) if faults[0].field == "text"), "{text}");
    }
    assert!(matches!(sister.proposes(&r, co, item, "story", "She sang").await, Err(Refused::NotFound)));
    assert!(matches!(brother.proposes(&r, co, item, "portrait", "She sang").await, Err(Refused::NotFound)));
    assert!(matches!(sister.proposes(&r, &sister.one, item, "portrait", "She sang").await, Err(Refused::NotYours)));
    assert!(matches!(sister.proposes(&r, &r.chair, item, "portrait", "She sang").await, Err(Refused::NotFound)));
    let before = told(&r, &sister.one, "placed").await;
    let first = sister.proposes(&r, co, item, "portrait", "They sang in a choir").await.unwrap();
    assert_eq!(told(&r, &sister.one, "placed").await, before + 1);
    let own = sister.seen(&r, &sister.one).await.unwrap().wordings;
    assert_eq!(own.iter().map(|one| (one.before.as_str(), one.text.as_str(), one.state.as_str())).collect::<Vec<_>>(), [("Noor sang in a choir", "They sang in a choir", "proposed")]);
    assert!(sister.seen(&r, co).await.unwrap().held.is_empty(), "it is asked already");
    // Nothing changes before they agree, nor when they do not.
    assert!(matches!(sister.takes(&r, co, first).await, Err(Refused::Rule("not-agreed-yet"))));
    assert!(matches!(brother.says(&r, &brother.one, first, true).await, Err(Refused::NotFound)));
    let before = told(&r, co, "answered").await;
    sister.says(&r, &sister.one, first, false).await.unwrap();
    assert_eq!(told(&r, co, "answered").await, before + 1, "the contact hears that they answered");
    assert!(matches!(sister.takes(&r, co, first).await, Err(Refused::Rule("not-agreed-yet"))));
    assert_eq!((hits(&r).await, sister.seen(&r, co).await.unwrap().held.len()), (vec!["Noor".to_owned()], 1));
    let second = sister.proposes(&r, co, item, "portrait", "She sang in a choir").await.unwrap();
    sister.says(&r, &sister.one, second, true).await.unwrap();
    assert!(matches!(sister.takes(&r, &sister.one, second).await, Err(Refused::NotYours)));
    assert_eq!(hits(&r).await, ["Noor"], "until the contact passes it on");
    sister.takes(&r, co, second).await.unwrap();
    let now = report(&r).await;
    assert!(now.contains("She sang in a choir") && !now.contains("Noor sang") && hits(&r).await.is_empty(), "{now}");
    // It stays: taken once, answered no more, and placed again it is as it was. Their own words stay in their own place.
    assert!(matches!(sister.says(&r, &sister.one, second, false).await, Err(Refused::Rule("answered-already"))));
    assert!(matches!(sister.places(&r, item).await, Err(Refused::Rule("placed-already"))));
    assert!(report(&r).await.contains("She sang in a choir"));
    let room = sister.room;
    assert_eq!(app.run(sister.one.caller(), move |tx| forms::open_all(tx, &relatives::INPUT, room)).await.unwrap()[0].answers["portrait"]["text"], "Noor sang in a choir");
    // Changed by themselves, what they write stands; a wording of words that stand no more is not taken.
    sister.writes(&r, "Noor was my sister", Some((item, 1))).await;
    sister.places(&r, item).await.unwrap();
    let third = sister.proposes(&r, co, item, "portrait", "She was my sister").await.unwrap();
    sister.says(&r, &sister.one, third, true).await.unwrap();
    sister.writes(&r, "My sister was kind", Some((item, 2))).await;
    sister.places(&r, item).await.unwrap();
    assert!(matches!(sister.takes(&r, co, third).await, Err(Refused::Rule("wording-overtaken"))));
    assert!(report(&r).await.contains("My sister was kind"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_beside_a_reply_is_held_too_and_what_is_told_to_the_contact_goes_at_once() {
    let r = Review::new().await;
    let (sister, case) = (kin(&r).await, r.case);
    let (co, app, id, room) = (&r.coordinator, &r.world.app, sister.id, sister.room);
    let passage = app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "summary", "Summary", "What happened")).await.unwrap();
    let reply = answers(json!({ "reply": "right", "statement": "We miss you, Noor Jansma" }));
    app.run(sister.one.caller(), move |tx| reports::reply(tx, passage, &reply)).await.unwrap();
    app.run(co.caller(), move |tx| reports::pass_on(tx, passage)).await.unwrap();
    let held = sister.seen(&r, co).await.unwrap().held.remove(0);
    assert_eq!((held.field.as_str(), held.hits.len()), ("statement", 1), "given and family name are one");
    let wording = sister.proposes(&r, co, held.item, "statement", "We miss you").await.unwrap();
    // Who pauses is asked nothing; the text that stands still is not changed by a yes either.
    app.run(sister.one.caller(), move |tx| relatives::hold(tx, id, relatives::Hold::Paused)).await.unwrap();
    assert!(matches!(sister.proposes(&r, co, held.item, "statement", "We miss them").await, Err(Refused::Rule("left-alone"))));
    app.run(sister.one.caller(), move |tx| relatives::hold(tx, id, relatives::Hold::GoesOn)).await.unwrap();
    let state = |state: &str| { diesel::sql_query(format!("update app.case_file set state = '{state}', state_since = now() - interval '1 minute' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap(); };
    state("quality_review");
    assert!(matches!(sister.says(&r, co, wording, true).await, Err(Refused::Rule("report-frozen"))));
    state("drafting");
    assert_eq!(sister.seen(&r, co).await.unwrap().wordings[0].state, "proposed", "a refused answer leaves nothing");
    sister.says(&r, co, wording, true).await.unwrap();
    let now = report(&r).await;
    assert!(now.contains("We miss you") && !now.contains("Jansma") && hits(&r).await.is_empty(), "{now}");
    assert_eq!(sister.seen(&r, &sister.one).await.unwrap().wordings[0].state, "taken");
    // Taken back, the wording goes with the words it stands for.
    app.run(sister.one.caller(), move |tx| relatives::withdraw(tx, id)).await.unwrap();
    assert!(!report(&r).await.contains("We miss you"));
}

#[tokio::test(flavor = "multi_thread")]
async fn page_and_program_propose_agree_and_pass_on() {
    let r = Review::new().await;
    let sister = kin(&r).await;
    let item = sister.writes(&r, "Noor sang in a choir", None).await;
    sister.places(&r, item).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (id, co) = (sister.id, &r.coordinator);
    let page = async |who: &Someone, path: String| { let answer = served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap(); (answer.status().as_u16(), answer.text().await.unwrap()) };
    let post = async |who: &Someone, path: String, body: String| served.call(who, Method::POST, &path).header("content-type", FORM).body(body).send().await.unwrap().status().as_u16();
    let place = format!("/relatives/{id}");
    let (status, shown) = page(co, place.clone()).await;
    assert!(status == 200 && shown.contains(&format!("{place}/wordings")) && shown.contains("<mark>Noor</mark>") && shown.contains(&item.to_string()), "{shown}");
    let (_, shown) = page(&sister.one, place.clone()).await;
    assert!(!shown.contains("/wordings"), "{shown}");
    assert_eq!(post(co, format!("{place}/wordings"), format!("item={item}&field=portrait&text=She+sang")).await, 303);
    let api = format!("/api/v1/relatives/{id}/wordings");
    let (_, listed) = served.get(&sister.one, &api).await;
    let wording = listed["wordings"][0]["id"].as_str().unwrap_or_else(|| panic!("{listed}")).to_owned();
    let (_, shown) = page(&sister.one, place.clone()).await;
    assert!(shown.contains(&format!("{place}/wordings/{wording}/answer")) && shown.contains("Niemand verandert uw tekst zonder uw ja") && shown.contains("Wacht op u"), "{shown}");
    assert!(shown.contains("vraagt of uw tekst anders mag") && !shown.contains("Er is nu niets te doen"), "{shown}");
    let take = format!("{place}/wordings/{wording}/take");
    assert_eq!((page(co, take.clone()).await.0, page(&sister.one, take.clone()).await.0), (404, 403), "nothing to pass on yet, and not theirs to");
    assert_eq!(post(&sister.one, format!("{place}/wordings/{wording}/answer"), "agrees=perhaps".into()).await, 422);
    assert_eq!(post(&sister.one, format!("{place}/wordings/{wording}/answer"), "agrees=true".into()).await, 303);
    let (status, shown) = page(co, take.clone()).await;
    assert!(status == 200 && shown.contains("U kunt dit niet terugnemen"), "{shown}");
    assert_eq!(post(co, take, String::new()).await, 303);
    let (_, shown) = page(&sister.one, place).await;
    assert!(shown.contains("Staat in het rapport") && !shown.contains("vraagt of uw tekst anders mag") && shown.contains("Er is nu niets te doen"), "{shown}");
    assert!(report(&r).await.contains("She sang") && hits(&r).await.is_empty());
    // The same by a program.
    sister.writes(&r, "Noor was my sister", Some((item, 1))).await;
    sister.places(&r, item).await.unwrap();
    assert_eq!(served.post(co, &api, &json!({ "item": item, "field": "portrait", "text": "Noor was kind" })).await.0, 422);
    let (status, made) = served.post(co, &api, &json!({ "item": item, "field": "portrait", "text": "She was my sister" })).await;
    let wording = made["id"].as_str().unwrap_or_else(|| panic!("{status} {made}")).to_owned();
    assert_eq!(served.post(&r.chair, &format!("{api}/{wording}/answer"), &json!({ "agrees": true })).await.0, 404);
    assert_eq!(served.post(&sister.one, &format!("{api}/{wording}/answer"), &json!({ "agrees": true })).await.0, 204);
    assert_eq!(served.post(co, &format!("{api}/{wording}/take"), &json!({})).await.0, 204);
    assert!(report(&r).await.contains("She was my sister"));
}
