//! A thematic review reads what was released into closed cases: each piece only after its organisation agreed, before it is shredded, and without a
//! name or a case (rulings.md 31).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::cases::{self, Named, Notification, Step};
use lering::compartments::{self, Written};
use lering::ids::{CaseId, ItemId, ThematicId, ThematicItemId};
use lering::panels;
use lering::thematic::{self, Stage, Theme};
use lering::tx::{Caller, Place, Refusal, Refused};
use lering::{findings, forms, reflections, worker};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::review::{Partner, Review, answers};
use crate::support::{Someone, facts};
use crate::support::served::Served;

const FORM: &str = "application/x-www-form-urlencoded";
static NOTE: Act = Act { name: "test.panel_note", within: Kind::Panel, by: &[Role::Coordinator], step_up: false };

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

/// A closed case with what the police released into it, and a thematic review of other people in the same bureau.
pub(super) struct Reading {
    pub(super) r: Review,
    pub(super) police: Partner,
    /// Copies with the panel of the closed case: the reflection, then its events.
    pub(super) copies: Vec<ItemId>,
    /// The documents of the police they were made of.
    documents: Vec<ItemId>,
    /// What may not go: an event of a relative, and one of the panel's own.
    others: Vec<ItemId>,
    pub(super) batch: CaseId,
    pub(super) lead: Someone,
    pub(super) chair: Someone,
}

pub(super) fn run(r: &Review, sql: &str, case: CaseId) {
    diesel::sql_query(sql).bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
}

/// The report of a case was adopted so many days ago, and published.
pub(super) fn settled(r: &Review, case: CaseId, days: i64) {
    facts::settled(&mut r.world.connection("postgres"), case, days);
}

pub(super) async fn notified(r: &Review, by: &Someone, profile: &str) -> CaseId {
    let told = Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: profile.into(), child_variant: false, language: "nl".into(), fatal: true,
        received_on: chrono::Utc::now().date_naive() - chrono::Duration::days(2), deputy: None,
    };
    let words = facts::another_notification();
    r.world.app.run(by.caller(), move |tx| cases::notify(tx, &told, &words)).await.unwrap()
}

pub(super) async fn number(r: &Review, case: CaseId) -> String {
    r.world.app.run(r.coordinator.caller(), move |tx| cases::number_of(tx, case)).await.unwrap()
}

pub(super) async fn reading() -> Reading {
    let r = Review::new().await;
    r.world.in_earnest();
    let (case, p, app) = (r.case, r.partner().await, &r.world.app);
    run(&r, "update app.case_file set state = 'gathering', state_since = now() - interval '1 minute' where id = $1", case);
    let (room, id) = (p.room, p.reflection);
    let told = answers(json!({ "role": "We kept the file", "what_happened": "heron-lantern-4417", "facts_checked": true, "open_answers": [{ "question": "knew", "because": "The court has it" }], "not_for_report": ["role"] }));
    app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    for (when, what) in [("2024-02-03", "otter-gable-0001"), ("2024-05-09", "otter-gable-0002"), ("2025-01-04", "otter-gable-0003")] {
        let told = answers(json!({ "when": when, "certainty": "exact", "kind": "contact", "whom": ["victim"], "what": what, "known_then": "yes", "source": "dossier" }));
        app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::ENTRY, room, None, &told)).await.unwrap();
    }
    app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    let others = app.run(r.coordinator.caller(), move |tx| -> Result<Vec<ItemId>, Refused> {
        let panel = compartments::of_kind(tx, case, Kind::Panel)?;
        let permit = tx.permit(&NOTE, Place::Compartment(panel), None)?;
        let written = Written { kind: "chronology-entry", subject: None, form_version: "1", ground: "consent", complete: true };
        let event = json!({ "when": "2024-03-01", "what": "willow-relative-9" });
        Ok(vec![compartments::put(tx, &permit, &written, &json!({ "relative": uuid::Uuid::new_v4(), "answers": event }))?, compartments::put(tx, &permit, &written, &event)?])
    }).await.unwrap();
    settled(&r, case, 30);
    let mut copies = app.run(r.coordinator.caller(), move |tx| panels::released_copies(tx, case)).await.unwrap();
    copies.sort_by_key(|copy| copy.body["answers"]["what"].as_str().unwrap_or_default().to_owned());
    let documents = copies.iter().map(|copy| copy.document).collect();
    let copies = copies.into_iter().map(|copy| copy.id).collect();
    let lead = r.world.person(&r.administrator, Role::Coordinator).await;
    let batch = notified(&r, &lead, "batch").await;
    let chair = r.world.person(&r.administrator, Role::Chair).await;
    let hat = chair.hat;
    r.world.app.run(lead.caller(), move |tx| cases::name(tx, batch, &Named { hat, role: Role::Chair, sector: String::new(), dv_expert: false })).await.unwrap();
    r.world.app.run(chair.caller(), move |tx| cases::accept(tx, batch, false)).await.unwrap();
    run(&r, "update app.case_file set state = 'preparation' where id = $1", batch);
    Reading { r, police: p, copies, documents, others, batch, lead, chair }
}

impl Reading {
    pub(super) async fn themed(&self, theme: Theme) -> Result<(), Refused> {
        let batch = self.batch;
        self.r.world.app.run(self.lead.caller(), move |tx| thematic::name_theme(tx, batch, &theme)).await
    }
    pub(super) async fn source(&self, number: String) -> Result<ThematicId, Refused> {
        let batch = self.batch;
        self.r.world.app.run(self.lead.caller(), move |tx| thematic::name_source(tx, batch, &number)).await
    }
    /// Names the theme and the case of the police.
    pub(super) async fn named(&self) -> ThematicId {
        self.themed(Theme { theme: None, words: Some("Wat er gebeurt na een scheiding".into()) }).await.unwrap();
        self.source(number(&self.r, self.r.case).await).await.unwrap()
    }
    pub(super) async fn ask(&self, id: ThematicId, items: Vec<ItemId>) -> Result<usize, Refused> {
        let case = self.r.case;
        self.r.world.app.run(self.r.coordinator.caller(), move |tx| thematic::ask(tx, case, id, &items)).await
    }
    pub(super) async fn place(&self, who: Caller, id: ThematicId) -> Result<usize, Refused> {
        let case = self.r.case;
        self.r.world.app.run(who, move |tx| thematic::place(tx, case, id)).await
    }
    pub(super) async fn answered(&self, who: &Someone, item: ThematicItemId, agrees: bool) -> Result<(), Refused> {
        let id = self.police.reflection;
        self.r.world.app.run(who.caller(), move |tx| if agrees { thematic::agree(tx, id, item, None) } else { thematic::refuse(tx, id, item, Some("Onze mensen willen dit niet.")) }).await
    }
    pub(super) async fn asked(&self) -> thematic::Asked {
        let case = self.r.case;
        let mut one = self.r.world.app.run(self.r.coordinator.caller(), move |tx| thematic::asked(tx, case)).await.unwrap().pop().unwrap();
        one.chosen.sort_by_key(|one| self.copies.iter().position(|copy| *copy == one.copy));
        one
    }
    pub(super) async fn stage(&self) -> (Stage, i64, i64, i64, i64) {
        let batch = self.batch;
        let one = self.r.world.app.run(self.lead.caller(), move |tx| thematic::sources(tx, batch)).await.unwrap().sources.remove(0);
        (one.stage, one.asked, one.waiting, one.agreed, one.placed)
    }
    pub(super) async fn requests(&self, who: &Someone) -> Result<Vec<thematic::Request>, Refused> {
        let id = self.police.reflection;
        let mut all = self.r.world.app.run(who.caller(), move |tx| thematic::requests(tx, id)).await?;
        all.sort_by_key(|one| self.documents.iter().position(|document| *document == one.document));
        Ok(all)
    }
    /// What of earlier reviews the step into gathering still needs.
    pub(super) async fn lacks(&self) -> Vec<(String, Option<i64>)> {
        let batch = self.batch;
        let steps = self.r.world.app.run(self.chair.caller(), move |tx| cases::view(tx, batch)).await.unwrap().steps;
        let step = steps.into_iter().find(|one| one.of == Step::T8).unwrap();
        step.missing.into_iter().filter(|lacks| lacks.what.starts_with("sources") || lacks.what.starts_with("theme")).map(|lacks| (lacks.what, lacks.count)).collect()
    }
    /// Everything the thematic panel finds of others.
    async fn read(&self, who: &Someone) -> Result<String, Refused> {
        let batch = self.batch;
        self.r.world.app.run(who.caller(), move |tx| -> Result<String, Refused> { Ok(json!([panels::timeline(tx, batch)?, panels::released(tx, batch)?]).to_string()) }).await
    }
}

/// Rows of a table as somebody's own session sees them, past the program.
async fn rows(x: &Reading, who: &Someone, table: &'static str) -> i64 {
    x.r.world.app.run(who.caller(), move |tx| -> Result<i64, Refused> { Ok(diesel::sql_query(format!("select count(*) as n from {table}")).get_result::<Count>(tx.db())?.n) }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_organisations_agree_to_is_read_without_a_name_or_a_case() {
    let x = reading().await;
    let (r, app, batch) = (&x.r, &x.r.world.app, x.batch);
    assert_eq!(x.lacks().await, [("theme_named".to_owned(), None), ("sources_named".to_owned(), Some(3))]);
    // The theme first: a code of the list, or plain words, not both and not neither.
    let own = number(r, r.case).await;
    assert!(matches!(x.source(own.clone()).await, Err(Refused::Rule("theme-first"))));
    for (theme, field) in [(Theme { theme: Some(9_999), words: None }, "theme"), (Theme { theme: Some(1), words: Some("x".into()) }, "words"), (Theme { theme: None, words: Some("  ".into()) }, "words")] {
        assert!(matches!(x.themed(theme).await, Err(Refused::Faults(faults)) if faults[0].field == field));
    }
    x.themed(Theme { theme: Some(1), words: None }).await.unwrap();
    let id = x.named().await;
    assert_eq!((x.stage().await, x.lacks().await), ((Stage::Asked, 0, 0, 0, 0), vec![("sources_named".to_owned(), Some(2)), ("sources_open".to_owned(), Some(1))]));
    // The coordinator of the case sees what for, and what may be chosen: of organisations only.
    let told = x.asked().await;
    assert_eq!((told.theme.clone().unwrap().words.as_deref(), told.stage, told.choices.len()), (Some("Wat er gebeurt na een scheiding"), Stage::Asked, 4));
    let shred_on = told.shred_on.unwrap();
    assert!(told.answer_by.unwrap() < shred_on && !json!(told.choices).to_string().contains("willow"));
    for other in &x.others {
        assert!(matches!(x.ask(id, vec![x.copies[0], *other]).await, Err(Refused::Faults(faults)) if faults[0].field == "items[1]"), "no word of a relative, nor of the panel, goes along");
    }
    assert_eq!(rows(&x, &r.coordinator, "app.thematic_item").await, 0, "a refused call asks nobody");
    assert_eq!(x.ask(id, x.copies.clone()).await.unwrap(), 4);
    assert!(matches!(x.themed(Theme { theme: Some(2), words: None }).await, Err(Refused::Rule("theme-is-asked"))));
    assert_eq!(x.stage().await, (Stage::Chosen, 4, 4, 0, 0));
    // The organisation sees its own documents, the theme and the day, and no case.
    let requests = x.requests(&x.police.approver).await.unwrap();
    let of = |document: usize| requests[document].id;
    assert_eq!((requests.len(), requests[0].stage, requests[0].shred_on), (4, Stage::Asked, shred_on));
    assert!(requests.iter().all(|one| one.theme.as_ref().is_some_and(|theme| theme.words.is_some()) && one.due_on < shred_on));
    let shown = json!(requests).to_string();
    assert!(!shown.contains(&batch.to_string()) && !shown.contains(&number(r, batch).await), "{shown}");
    assert!(matches!(x.answered(&x.police.author, of(0), true).await, Err(Refused::NotYours)), "who releases answers");
    // Nothing is placed before they agree, by the program or past it.
    assert!(matches!(x.place(r.coordinator.caller(), id).await, Err(Refused::Rule("nothing-agreed"))));
    let past = async |who: Caller, sql: &'static str| app.run(who, move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await;
    for sql in ["update app.thematic_item set state = 'agreed', answered_at = now()", "update app.thematic_item set state = 'placed', answered_at = now(), placed_id = copy_id"] {
        assert!(!matches!(past(r.coordinator.caller(), sql).await, Ok(1..)), "nobody answers for an organisation");
        assert!(!matches!(past(x.police.author.caller(), sql).await, Ok(1..)));
        assert!(!matches!(past(x.lead.caller(), sql).await, Ok(1..)));
    }
    assert!(app.run(r.coordinator.caller(), move |tx| compartments::of_case(tx, batch, Kind::Panel)).await.unwrap().is_empty(), "the thematic panel is out of reach");
    for (item, agrees) in [(0, true), (1, true), (2, false), (3, true), (3, false)] {
        x.answered(&x.police.approver, of(item), agrees).await.unwrap();
    }
    assert_eq!(x.stage().await, (Stage::Chosen, 4, 0, 2, 0));
    let told = x.asked().await;
    assert_eq!(told.chosen.iter().map(|one| one.stage).collect::<Vec<_>>(), [Stage::Agreed, Stage::Agreed, Stage::Refused, Stage::Refused]);
    assert_eq!(told.chosen[2].words, ["Onze mensen willen dit niet."]);
    assert_eq!(x.lacks().await[1], ("sources_open".to_owned(), Some(1)), "what is agreed to is not placed yet");
    // The coordinator of the thematic review places nothing of another's case.
    assert!(matches!(x.place(x.lead.caller(), id).await, Err(Refused::NotYours | Refused::NotFound)));
    assert!(x.read(&x.chair).await.is_ok_and(|read| !read.contains("lantern") && !read.contains("otter")), "nobody new reads it before");
    let known = || diesel::sql_query("select count(*) as n from app.name_token where case_id = $1").bind::<SqlUuid, _>(batch).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    let organisations = || diesel::sql_query("select count(*) as n from app.name_token where case_id = $1 and reason = 'organisation'").bind::<SqlUuid, _>(batch).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    let before = known();
    assert_eq!(organisations(), 0);
    let called = |name: &str| { diesel::sql_query(format!("update app.organisation set name = '{name}' where id = '{}'", r.police)).execute(&mut r.world.connection("postgres")).unwrap(); };
    called("Stichting Zwaluwenberg");
    assert_eq!(x.place(r.coordinator.caller(), id).await.unwrap(), 2);
    called("Politie, eenheid Noord-Nederland");
    assert!(organisations() > 0 && known() >= before + 2 + organisations(), "the name check of the thematic review knows Noor Jansma, and the organisation");
    assert_eq!((x.stage().await, x.lacks().await), ((Stage::Placed, 4, 0, 2, 2), vec![("sources_named".to_owned(), Some(2))]));
    let read = x.read(&x.chair).await.unwrap();
    assert!(read.contains("heron-lantern-4417") && read.contains("otter-gable-0001"), "{read}");
    for hidden in ["otter-gable-0002", "otter-gable-0003", "willow", "Politie, eenheid", own.as_str(), &r.case.to_string(), &r.police.to_string(), &x.police.reflection.to_string(), &x.copies[0].to_string(), &requests[0].document.to_string()] {
        assert!(!read.contains(hidden), "{hidden} in {read}");
    }
    let line = app.run(x.chair.caller(), move |tx| panels::timeline(tx, batch)).await.unwrap().entries.remove(0);
    assert_eq!((line.source, line.earlier.map(|from| (from.kind, from.review)), line.organisation), ("earlier", Some((1, 1)), None));
    // A yes that was acted upon stays; so does the case.
    assert!(matches!(x.answered(&x.police.approver, of(0), false).await, Err(Refused::Rule("answer-is-final"))));
    assert!(matches!(app.run(x.lead.caller(), move |tx| thematic::drop_source(tx, batch, id)).await, Err(Refused::Rule("source-is-placed"))));
    let case = r.case;
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| thematic::nothing(tx, case, id, "Te weinig")).await, Err(Refused::Rule("source-is-placed"))));
    // The thematic panel uses it as evidence: one organisation is one source, and nobody changes a copy.
    let reflection: Value = app.run(x.chair.caller(), move |tx| panels::released(tx, batch)).await.unwrap().reflections.remove(0);
    assert_eq!(reflection["notForReport"], json!(["role"]), "what may not stand in the report may not here either");
    let room = app.run(x.chair.caller(), move |tx| compartments::of_kind(tx, batch, Kind::Panel)).await.unwrap();
    let finding = |level: &str| answers(json!({
        "title": "Na een scheiding", "text": "Het patroon", "level": level, "theme": ["1"], "kind": "gap", "how_wide": "seen_before",
        "evidence": [format!("entry:{}", line.id), format!("reflection:{}#what_happened", reflection["id"].as_str().unwrap())],
    }));
    let (two, one) = (finding("cooperation"), finding("organisation"));
    let refused = app.run(x.chair.caller(), move |tx| forms::create(tx, &findings::FINDING, room, None, &two)).await.unwrap_err();
    assert_eq!(refused.faults()[0].rule, "two-sources");
    assert!(app.run(x.chair.caller(), move |tx| forms::create(tx, &findings::FINDING, room, None, &one)).await.unwrap().complete);
    // The other cases: nothing of them, with the reason; and the step lacks nothing of earlier reviews.
    for _ in 0..2 {
        let other = notified(r, &r.coordinator, "full").await;
        settled(r, other, 60);
        let id = x.source(number(r, other).await).await.unwrap();
        assert!(matches!(app.run(r.coordinator.caller(), move |tx| thematic::nothing(tx, other, id, " ")).await, Err(Refused::Faults(_))));
        app.run(r.coordinator.caller(), move |tx| thematic::nothing(tx, other, id, "Het gaat hier niet over een scheiding.")).await.unwrap();
        assert!(app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, other)).await.unwrap().iter().any(|one| one.about == "thematic_nothing"));
    }
    assert_eq!(x.lacks().await, vec![]);
    // A copy goes with the thematic review, the original on its own day.
    let shreds = async || worker::look(app).await.shredded;
    run(r, "update app.case_step set at = now() - interval '13 months' where case_id = $1 and step = 'T16'", r.case);
    assert!(shreds().await > 0);
    assert!(app.run(r.coordinator.caller(), move |tx| panels::released_copies(tx, case)).await.unwrap().is_empty());
    assert!(x.read(&x.chair).await.unwrap().contains("heron-lantern-4417"));
    settled(r, batch, 300);
    shreds().await;
    assert!(x.read(&x.chair).await.unwrap().contains("heron-lantern-4417"));
    settled(r, batch, 400);
    shreds().await;
    assert!(!x.read(&x.chair).await.unwrap().contains("lantern"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_settled_cases_of_the_bureau_are_named_and_only_what_can_still_be_read_is_chosen() {
    let mut x = reading().await;
    let (batch, case, app) = (x.batch, x.r.case, x.r.world.app.clone());
    x.themed(Theme { theme: Some(1), words: None }).await.unwrap();
    // A case that is still under way, one that was never adopted, itself, a thematic one, one there is not.
    let (number_of_batch, own) = (number(&x.r, batch).await, number(&x.r, case).await);
    run(&x.r, "update app.case_file set state = 'drafting' where id = $1", case);
    assert!(matches!(x.source(own.clone()).await, Err(Refused::Rule("source-not-settled"))));
    run(&x.r, "update app.case_file set state = 'closed' where id = $1", case);
    run(&x.r, "delete from app.case_step where case_id = $1 and step = 'T16'", case);
    assert!(matches!(x.source(own.clone()).await, Err(Refused::Rule("source-not-settled"))), "it was never reviewed");
    let thematic_one = notified(&x.r, &x.r.coordinator, "batch").await;
    settled(&x.r, thematic_one, 30);
    assert!(matches!(x.source(number(&x.r, thematic_one).await).await, Err(Refused::Rule("source-not-settled"))));
    settled(&x.r, case, 30);
    // Another bureau's answers as one there is not.
    let (here, coordinator) = (x.r.world.bureau, x.r.coordinator.clone());
    x.r.world.found("Reviewbureau Zuid").await;
    let administrator = x.r.world.administrator().await;
    let stranger = x.r.world.person(&administrator, Role::Coordinator).await;
    let strange = notified(&x.r, &stranger, "full").await;
    run(&x.r, "update app.case_file set number = 'HG-2019-4444' where id = $1", strange);
    settled(&x.r, strange, 30);
    x.r.world.bureau = here;
    let said = async |number: &str| { let refused = x.source(number.to_owned()).await.unwrap_err(); (refused.status(), refused.faults()) };
    assert_eq!((said("HG-2019-4444").await, said(&number_of_batch).await), (said("HG-2019-9999").await, said("HG-2019-9999").await));
    // Named once, taken off, named again: the panel's number is a new one.
    let id = x.source(format!(" {own} ")).await.unwrap();
    assert!(matches!(x.source(own.clone()).await, Err(Refused::Rule("already-there"))));
    x.ask(id, vec![x.copies[0]]).await.unwrap();
    let request = x.requests(&x.police.approver).await.unwrap().remove(0);
    app.run(x.lead.caller(), move |tx| thematic::drop_source(tx, batch, id)).await.unwrap();
    assert!(x.requests(&x.police.approver).await.unwrap().is_empty(), "they are asked no more");
    assert!(matches!(x.answered(&x.police.approver, request.id, true).await, Err(Refused::NotFound)));
    assert!(matches!(x.ask(id, vec![x.copies[1]]).await, Err(Refused::NotFound)));
    let id = x.source(own.clone()).await.unwrap();
    // What is corrected since, or shredded, can't be chosen; what was agreed to and is corrected before it is placed is gone.
    let (reflection, room) = (x.police.reflection, x.police.room);
    let (p, copies) = (&x.police, &x.copies);
    x.ask(id, vec![copies[0], copies[1], copies[3]]).await.unwrap();
    for request in x.requests(&p.approver).await.unwrap() {
        x.answered(&p.approver, request.id, true).await.unwrap();
    }
    app.run(p.author.caller(), move |tx| reflections::correct(tx, reflection, "De dag was anders")).await.unwrap();
    for at in [1, 2] {
        let document = x.documents[at];
        let entry = app.run(p.author.caller(), move |tx| forms::open(tx, &reflections::ENTRY, room, document)).await.unwrap();
        let mut changed = entry.answers.clone();
        changed.insert("what".into(), "corrected".into());
        app.run(p.author.caller(), move |tx| forms::save(tx, &reflections::ENTRY, room, entry.id, entry.version, &changed)).await.unwrap();
    }
    app.run(p.author.caller(), move |tx| reflections::submit(tx, reflection)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::approve(tx, reflection)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::release(tx, reflection)).await.unwrap();
    assert!(matches!(x.ask(id, vec![copies[2]]).await, Err(Refused::Faults(_))), "an event that was corrected since");
    diesel::sql_query(format!("delete from keys.item_key where item_id = '{}'", copies[3])).execute(&mut x.r.world.connection("postgres")).unwrap();
    assert_eq!(x.place(coordinator.caller(), id).await.unwrap(), 1, "the reflection; of the events one was corrected and one shredded");
    assert_eq!(x.asked().await.chosen.iter().map(|one| one.stage).collect::<Vec<_>>(), [Stage::Placed, Stage::Gone, Stage::Gone]);
    // Late: an answer after its day, and a question when the day to be shredded is near or past.
    let fresh: Vec<ItemId> = x.asked().await.choices.iter().map(|choice| choice.copy).collect();
    x.ask(id, vec![fresh[0]]).await.unwrap();
    let late = x.requests(&p.approver).await.unwrap().into_iter().find(|one| one.stage == Stage::Asked).unwrap();
    run(&x.r, "update app.thematic_item set due_on = current_date - 2 where source_id = $1 and state = 'asked'", case);
    assert_eq!(x.requests(&p.approver).await.unwrap().into_iter().find(|one| one.id == late.id).unwrap().stage, Stage::Unanswered);
    assert!(matches!(x.answered(&p.approver, late.id, true).await, Err(Refused::Rule("answer-term-passed"))));
    settled(&x.r, case, 358);
    let told = x.asked().await;
    assert!(told.answer_by.unwrap() < told.shred_on.unwrap() && told.answer_by.unwrap() <= chrono::Utc::now().date_naive() + chrono::Duration::days(10), "the term ends sooner, and before the day");
    for days in [370, 400] {
        settled(&x.r, case, days);
        assert!(matches!(x.ask(id, vec![fresh[1]]).await, Err(Refused::Rule("shredding-too-near"))), "{days}");
        assert!(x.asked().await.choices.is_empty());
    }
    // Once its report is written a thematic review takes in nothing more.
    settled(&x.r, case, 30);
    run(&x.r, "update app.case_file set state = 'drafting' where id = $1", batch);
    assert!(matches!(x.ask(id, vec![fresh[1]]).await, Err(Refused::Rule("thematic-too-late"))));
    assert!(matches!(x.source(own).await, Err(Refused::Rule("thematic-too-late"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_nobody_else_learns_of_it_and_pages_and_programs_do_the_same() {
    let x = reading().await;
    let (r, case, batch, reflection) = (&x.r, x.r.case, x.batch, x.police.reflection);
    let served = Served::new(&r.world);
    let member = r.world.person(&r.administrator, Role::PanelMember).await;
    let researcher = r.world.national(Role::Researcher).await;
    let relative = r.world.person(&r.coordinator, Role::Relative).await;
    let beside = r.world.person(&r.administrator, Role::Coordinator).await;
    let practice = r.world.organisation(&r.coordinator, "Huisarts Veendam").await;
    let contact = r.world.enrol(r.world.invite_of(&r.coordinator, Role::Contact, Some(practice)).await).await;
    let other = r.world.enrol(r.world.invite_of(&contact, Role::Approver, Some(practice)).await).await;
    r.world.name_everyone("Ans Bakker");
    let page = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap();
    let post = async |who: &Someone, path: String, body: String| served.call(who, Method::POST, &path).header("content-type", FORM).body(body).send().await.unwrap().status().as_u16();
    let sources = format!("/cases/{batch}/sources");
    assert!(page(&x.lead, format!("/cases/{batch}")).await.text().await.unwrap().contains(&sources));
    assert!(page(&x.lead, sources.clone()).await.text().await.unwrap().contains(r#"<select id="theme" name="theme">"#));
    assert_eq!(post(&x.lead, format!("/cases/{batch}/theme"), "theme=1&words=".into()).await, 303);
    assert_eq!(post(&x.lead, sources.clone(), format!("number={}", number(r, case).await)).await, 303);
    let (_, found) = served.get(&x.lead, &format!("/api/v1/cases/{batch}/sources")).await;
    let id = found["sources"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&found["theme"]["theme"], &found["sources"][0]["stage"], &found["least"], &found["most"]), (&json!(1), &json!("asked"), &json!(3), &json!(12)));
    // The case says that it is asked, and lets its coordinator choose.
    let requests = format!("/cases/{case}/thematic-requests");
    assert!(page(&r.coordinator, format!("/cases/{case}")).await.text().await.unwrap().contains(&requests));
    assert!(!page(&r.chair, format!("/cases/{case}")).await.text().await.unwrap().contains(&requests));
    let shown = page(&r.coordinator, requests.clone()).await.text().await.unwrap();
    assert!(shown.contains("heron-lantern-4417") && shown.contains("Politie, eenheid") && !shown.contains("willow"), "{shown}");
    assert_eq!(post(&r.coordinator, format!("{requests}/{id}/items"), format!("item={}&item={}", x.copies[0], x.copies[1])).await, 303);
    let own = format!("/tasks/{reflection}/thematic-requests");
    assert!(page(&x.police.approver, format!("/tasks/{reflection}")).await.text().await.unwrap().contains(&own));
    let shown = page(&x.police.approver, own.clone()).await.text().await.unwrap();
    assert!(shown.contains("/agree") && shown.contains("/decline") && !shown.contains(&batch.to_string()), "{shown}");
    assert!(!page(&x.police.author, own.clone()).await.text().await.unwrap().contains("/agree"), "who wrote it sees it, and does not answer");
    let (_, asked) = served.get(&x.police.approver, &format!("/api/v1/reflections/{reflection}/thematic-requests")).await;
    let item = |kind: &str| asked.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned();
    // Others: not the process, not the rows, not the words.
    let api = format!("/api/v1/cases/{case}/thematic-requests");
    for who in [&member, &researcher, &relative, &other, &beside, &x.chair] {
        for path in [api.clone(), format!("/api/v1/cases/{batch}/sources"), format!("/api/v1/reflections/{reflection}/thematic-requests")] {
            assert!(matches!(served.get(who, &path).await.0, 403 | 404), "{path}");
        }
        assert_eq!((rows(&x, who, "app.thematic_source").await, rows(&x, who, "app.thematic_item").await), (0, 0));
    }
    for who in [&member, &researcher, &relative, &other, &beside] {
        assert_eq!((served.get(who, &api).await.0, served.get(who, &format!("/api/v1/cases/{batch}/sources")).await.0), (404, 404), "who belongs to neither");
        assert_eq!(served.post(who, &format!("/api/v1/reflections/{reflection}/thematic-requests/{}/agree", item("reflection")), &json!({})).await.0, 404);
    }
    // The coordinators see their own side; the organisation its own documents, and not which case asks.
    assert_eq!((rows(&x, &x.lead, "app.thematic_source").await, rows(&x, &x.lead, "app.thematic_item").await), (1, 0));
    assert_eq!((rows(&x, &r.coordinator, "app.thematic_source").await, rows(&x, &r.coordinator, "app.thematic_item").await), (1, 2));
    assert_eq!((rows(&x, &x.police.approver, "app.thematic_source").await, rows(&x, &x.police.approver, "app.thematic_item").await), (0, 2));
    assert_eq!((rows(&x, &x.police.contact, "app.thematic_source").await, rows(&x, &x.police.contact, "app.thematic_item").await), (0, 0));
    assert!(matches!(served.get(&x.lead, &api).await.0, 403 | 404), "the thematic review does not read the case");
    assert!(matches!(served.get(&r.coordinator, &format!("/api/v1/cases/{batch}/sources")).await.0, 403 | 404));
    // Page and program answer alike.
    assert_eq!(post(&x.police.approver, format!("{own}/{}/agree", item("reflection")), "words=".into()).await, 303);
    assert_eq!(served.post(&x.police.approver, &format!("/api/v1/reflections/{reflection}/thematic-requests/{}/decline", item("chronology-entry")), &json!({ "words": "Nee" })).await.0, 204);
    assert!(page(&r.coordinator, requests.clone()).await.text().await.unwrap().contains("/placing"));
    assert_eq!(post(&r.coordinator, format!("{requests}/{id}/placing"), String::new()).await, 303);
    let read = page(&x.chair, format!("/cases/{batch}/reading")).await.text().await.unwrap();
    assert!(read.contains("Eerdere review 1") && !read.contains("Politie, eenheid"), "{read}");
    let shown = page(&x.lead, sources).await.text().await.unwrap();
    assert!(shown.contains("Toestemming voor 1 van 2") && !shown.contains("/drop"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_answered_is_reminded_before_the_day_and_after_it_nobody_is() {
    let x = reading().await;
    let r = &x.r;
    let id = x.named().await;
    assert_eq!(x.ask(id, x.copies.clone()).await.unwrap(), 4);
    let requests = x.requests(&x.police.approver).await.unwrap();
    x.answered(&x.police.approver, requests[0].id, true).await.unwrap();
    let told = |who: &Someone| {
        let sql = format!("select count(*) as n from app.notice where membership_id = '{}' and kind in ('term_near', 'term_passed')", who.hat);
        diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
    };
    // Nothing but these is near.
    run(r, "delete from app.deadline where case_id = $1", r.case);
    run(r, "delete from app.deadline where case_id = $1", x.batch);
    let due = |asked: i64, due: i64| {
        run(r, &format!("update app.thematic_item set asked_at = now() - interval '{asked} days', due_on = current_date + ({due}), shred_on = current_date + 90 where batch_id = $1"), x.batch);
    };
    let look = async || { worker::look(&r.world.app).await; };
    due(1, 40);
    look().await;
    assert_eq!(told(&x.police.approver), 0, "nothing is near");
    // Half the time, a week and a day before: once each, however many documents wait, and who releases only.
    for (asked, until, said) in [(25, 20, 1), (40, 6, 2), (45, 1, 3)] {
        due(asked, until);
        look().await;
        look().await;
        assert_eq!(told(&x.police.approver), said, "{until} days before");
    }
    assert_eq!((told(&x.police.author), told(&x.police.contact), told(&r.coordinator), told(&x.lead)), (0, 0, 0, 0));
    #[derive(QueryableByName)]
    struct Told { #[diesel(sql_type = diesel::sql_types::Text)] told: String }
    let sql = format!("select coalesce(case_id::text, '') as told from app.notice where membership_id = '{}' and kind = 'term_near'", x.police.approver.hat);
    let notices: Vec<Told> = diesel::sql_query(sql).load(&mut r.world.connection("postgres")).unwrap();
    assert!(notices.iter().all(|one| one.told.is_empty()), "it names no case");
    // Answered, dropped, or past its day: silence is the answer then.
    due(50, -1);
    look().await;
    assert_eq!((told(&x.police.approver), told(&r.coordinator)), (3, 0));
    run(r, "update app.thematic_item set reminded = '{}' where batch_id = $1", x.batch);
    due(45, 1);
    for request in &requests[1..] {
        x.answered(&x.police.approver, request.id, false).await.unwrap();
    }
    look().await;
    assert_eq!(told(&x.police.approver), 3, "who answered is left alone");
    // The worker keeps what was said, and answers for nobody.
    run(r, "update app.thematic_item set state = 'asked', answered_at = null where batch_id = $1", x.batch);
    let past = r.world.app.run_worker(|tx| -> Result<usize, Refused> { Ok(diesel::sql_query("update app.thematic_item set state = 'refused', answered_at = now()").execute(tx.db())?) }).await;
    assert!(!matches!(past, Ok(1..)), "{past:?}");
}
