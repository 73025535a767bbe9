//! What a thematic review may ask for (rulings.md 31): three to twelve cases, one theme, each piece once, by those it concerns only; and who hears
//! of what.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::ids::{CaseId, MembershipId};
use lering::thematic::{self, Stage, Theme};
use lering::tx::Refused;

use super::earlier_reviews_are_read_together::{Reading, notified, number, reading, run, settled};
use crate::support::Someone;

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

fn count(x: &Reading, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut x.r.world.connection("postgres")).unwrap().n
}

fn words(words: &str) -> Theme {
    Theme { theme: None, words: Some(words.into()) }
}

fn field(refused: Result<impl Sized, Refused>) -> Option<String> {
    match refused {
        Err(Refused::Faults(faults)) => faults.into_iter().next().map(|fault| format!("{} {}", fault.field, fault.rule)),
        _ => None,
    }
}

/// A closed case of the bureau, named to the thematic review.
async fn another(x: &Reading) -> CaseId {
    let case = notified(&x.r, &x.r.coordinator, "full").await;
    settled(&x.r, case, 60);
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn three_to_twelve_cases_of_a_thematic_review_and_of_no_other() {
    let x = reading().await;
    let (batch, case, app) = (x.batch, x.r.case, &x.r.world.app);
    // A review that is not thematic reads none.
    let full = app.run(x.r.coordinator.caller(), move |tx| thematic::name_theme(tx, case, &words("Scheiding"))).await;
    assert!(matches!(full, Err(Refused::Rule("not-thematic"))), "{full:?}");
    assert!(matches!(app.run(x.r.coordinator.caller(), move |tx| thematic::sources(tx, case)).await, Err(Refused::Rule("not-thematic"))));
    let id = x.named().await;
    let mut named = vec![id];
    for most in 2..=12 {
        let other = another(&x).await;
        named.push(x.source(number(&x.r, other).await).await.unwrap());
        let lacks: Vec<_> = x.lacks().await.into_iter().filter(|(what, _)| what == "sources_named").collect();
        assert_eq!(lacks, if most < 3 { vec![("sources_named".to_owned(), Some(1))] } else { vec![] }, "{most}");
    }
    assert_eq!(x.lacks().await, [("sources_open".to_owned(), Some(12))]);
    let thirteenth = number(&x.r, another(&x).await).await;
    assert!(matches!(x.source(thirteenth.clone()).await, Err(Refused::Rule("sources-enough"))));
    // Of another thematic review of the same coordinator none is taken off; of its own one is, and another comes in its place.
    let beside = notified(&x.r, &x.lead, "batch").await;
    run(&x.r, "update app.case_file set state = 'preparation' where id = $1", beside);
    let last = named[11];
    assert!(matches!(app.run(x.lead.caller(), move |tx| thematic::drop_source(tx, beside, last)).await, Err(Refused::NotFound)));
    app.run(x.lead.caller(), move |tx| thematic::drop_source(tx, batch, last)).await.unwrap();
    x.source(thirteenth).await.unwrap();
    // Once its report is written, the theme stands too; a practice file plays it alone.
    run(&x.r, "update app.case_file set practice = true where id = $1", batch);
    assert_eq!(x.lacks().await, []);
    run(&x.r, "update app.case_file set practice = false, state = 'drafting' where id = $1", batch);
    assert!(matches!(x.themed(words("Anders")).await, Err(Refused::Rule("thematic-too-late"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_piece_is_asked_for_once_and_a_yes_is_given_afresh() {
    let x = reading().await;
    let (case, app, reflection) = (x.r.case, &x.r.world.app, x.police.reflection);
    let id = x.named().await;
    // A theme that changes before anybody was asked is told again.
    x.themed(words("Wat er na een scheiding gebeurt")).await.unwrap();
    assert_eq!(x.asked().await.theme.unwrap().words.as_deref(), Some("Wat er na een scheiding gebeurt"));
    let (one, two) = (x.copies[0], x.copies[1]);
    assert_eq!(field(x.ask(id, vec![]).await).as_deref(), Some("items required"));
    assert_eq!(field(x.ask(id, vec![one, one]).await).as_deref(), Some("items[1] not-an-option"));
    // What another case is asked for is none of this one's coordinator's doing, also where both are theirs.
    let other = another(&x).await;
    let elsewhere = x.source(number(&x.r, other).await).await.unwrap();
    assert!(matches!(x.ask(elsewhere, vec![one]).await, Err(Refused::NotFound)));
    assert!(matches!(x.place(x.r.coordinator.caller(), elsewhere).await, Err(Refused::NotFound)));
    assert!(matches!(app.run(x.r.coordinator.caller(), move |tx| thematic::nothing(tx, case, elsewhere, "Nee")).await, Err(Refused::NotFound)));
    // Nothing, and something all the same.
    app.run(x.r.coordinator.caller(), move |tx| thematic::nothing(tx, case, id, "Niets over een scheiding")).await.unwrap();
    assert_eq!(x.asked().await.stage, Stage::Nothing);
    x.ask(id, vec![one]).await.unwrap();
    assert_eq!((x.asked().await.stage, x.asked().await.choices.iter().any(|choice| choice.copy == one)), (Stage::Chosen, false));
    assert_eq!(field(x.ask(id, vec![two, one]).await).as_deref(), Some("items[1] not-an-option"), "asked for already");
    let request = x.requests(&x.police.approver).await.unwrap().remove(0);
    assert_eq!(request.theme.unwrap().words.as_deref(), Some("Wat er na een scheiding gebeurt"));
    // A yes is given by who just confirmed who they are; a no needs that not.
    let item = request.id;
    let long = "a".repeat(4_001);
    assert_eq!(field(app.run(x.police.approver.caller(), move |tx| thematic::refuse(tx, reflection, item, Some(&long))).await).as_deref(), Some("words too-long"));
    let approver = x.police.approver.hat;
    let confirmed = |when: &str| { diesel::sql_query(format!("update sec.session set stepped_up_at = {when} where membership_id = '{approver}'")).execute(&mut x.r.world.connection("postgres")).unwrap(); };
    confirmed("now() - interval '6 minutes'");
    assert!(matches!(x.answered(&x.police.approver, item, true).await, Err(Refused::StepUp)));
    x.answered(&x.police.approver, item, false).await.unwrap();
    confirmed("now()");
    x.answered(&x.police.approver, item, true).await.unwrap();
    // Agreed to, a day that passes changes nothing; refused after it, it is a no.
    run(&x.r, "update app.thematic_item set due_on = current_date - 2 where source_id = $1", case);
    assert_eq!(x.asked().await.chosen[0].stage, Stage::Agreed);
    x.answered(&x.police.approver, item, false).await.unwrap();
    assert!(matches!(x.answered(&x.police.approver, item, true).await, Err(Refused::Rule("answer-term-passed"))));
    // Its own reflection only.
    let strange = lering::ids::ReflectionId::new();
    assert!(matches!(app.run(x.police.approver.caller(), move |tx| thematic::refuse(tx, strange, item, None)).await, Err(Refused::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_open_while_an_answer_is_awaited_or_something_agreed_to_is_not_placed() {
    let x = reading().await;
    let id = x.named().await;
    let open = async || x.lacks().await.iter().any(|(what, _)| what == "sources_open");
    let answers = async |agrees: bool| {
        let request = x.requests(&x.police.approver).await.unwrap().into_iter().find(|one| matches!(one.stage, Stage::Asked | Stage::Agreed)).unwrap();
        x.answered(&x.police.approver, request.id, agrees).await.unwrap();
    };
    x.ask(id, vec![x.copies[0]]).await.unwrap();
    answers(true).await;
    x.place(x.r.coordinator.caller(), id).await.unwrap();
    assert!(!open().await);
    x.ask(id, vec![x.copies[1]]).await.unwrap();
    assert!(open().await, "awaited");
    answers(true).await;
    assert!(open().await, "agreed to, and not placed");
    answers(false).await;
    assert!(!open().await, "taken back");
    x.ask(id, vec![x.copies[2]]).await.unwrap();
    run(&x.r, "update app.thematic_item set due_on = current_date - 2 where source_id = $1 and state = 'asked'", x.r.case);
    assert!(!open().await, "silence is a no");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_concerns_hears_of_it() {
    let x = reading().await;
    let told = |who: &Someone, kind: &str| { let hat: MembershipId = who.hat; count(&x, &format!("select count(*) as n from app.notice where membership_id = '{hat}' and kind = '{kind}'")) };
    let all = || (told(&x.r.coordinator, "task_assigned"), told(&x.police.author, "placed"), told(&x.police.approver, "placed"), told(&x.r.coordinator, "answered"), told(&x.lead, "placed"), told(&x.chair, "placed"), told(&x.lead, "answered"));
    let mut before = all();
    let mut change = || { let now = all(); let gone = (now.0 - before.0, now.1 - before.1, now.2 - before.2, now.3 - before.3, now.4 - before.4, now.5 - before.5, now.6 - before.6); before = now; gone };
    let id = x.named().await;
    assert_eq!(change(), (1, 0, 0, 0, 0, 0, 0), "who coordinates the case");
    x.ask(id, vec![x.copies[0], x.copies[1]]).await.unwrap();
    assert_eq!(change(), (0, 0, 1, 0, 0, 0, 0), "who answers for the pieces, once");
    for request in x.requests(&x.police.approver).await.unwrap() {
        x.answered(&x.police.approver, request.id, true).await.unwrap();
    }
    assert_eq!(change(), (0, 0, 0, 2, 0, 0, 0));
    x.place(x.r.coordinator.caller(), id).await.unwrap();
    assert_eq!(change(), (0, 0, 0, 0, 1, 1, 0), "the side of the thematic review");
    let other = another(&x).await;
    let id = x.source(number(&x.r, other).await).await.unwrap();
    change();
    x.r.world.app.run(x.r.coordinator.caller(), move |tx| thematic::nothing(tx, other, id, "Niets")).await.unwrap();
    assert_eq!(change(), (0, 0, 0, 0, 0, 0, 1));
}
