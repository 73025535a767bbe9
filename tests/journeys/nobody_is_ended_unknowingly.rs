//! Ending a role, or a part in a case: what hangs on it is said first, with a reason; who alone holds a key hands over, or is ended at once knowingly;
//! the last administrator is not. Who stood in follows.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::ids::MembershipId;
use lering::tx::Refused;
use lering::{cases, people, relatives};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(r: &Review, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

async fn sister(r: &Review) -> lering::ids::RelativeId {
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let case = r.case;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap().0
}

async fn posted(served: &Served, who: &Someone, path: &str, body: String) -> (u16, String) {
    let answer = served.call(who, Method::POST, path).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_alone_holds_a_key_hands_over_or_is_ended_at_once_knowingly() {
    let r = Review::new().await;
    sister(&r).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let hat = r.coordinator.hat;
    let ended = || count(&r, &format!("select count(*) as n from app.membership where id = '{hat}' and state = 'ended'"));
    // One press says what hangs on it, and ends nothing.
    let (status, page) = posted(&served, &r.administrator, "/people/end", format!("hat={hat}")).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("één open zaak") && page.contains("één nabestaande") && page.contains("name=\"at_once\""), "{page}");
    assert!(!page.contains("Fenna") && !page.contains("HG-"), "numbers only: an administrator learns of no case and no relative");
    assert_eq!(ended(), 0);
    // A reason is due, and the second tick.
    assert_eq!(posted(&served, &r.administrator, "/people/end", format!("hat={hat}&_sure=true&at_once=true")).await.0, 422);
    let (status, page) = posted(&served, &r.administrator, "/people/end", format!("hat={hat}&_sure=true&because=left")).await;
    assert!(status == 422 && page.contains("href=\"#at_once\"") && page.contains("name=\"at_once\"") && page.contains("value=\"left\" checked"), "what lacks is asked where it can be given: {status} {page}");
    assert_eq!(served.told(served.call(&r.administrator, Method::DELETE, &format!("/api/v1/hats/{hat}?because=left"))).await.0, 409);
    assert_eq!(ended(), 0);
    // Nobody else learns what hangs on it.
    assert!(matches!(r.world.app.run(r.chair.caller(), move |tx| people::hangs_on(tx, hat)).await, Err(Refused::NotFound)));
    assert_eq!(posted(&served, &r.administrator, "/people/end", format!("hat={hat}&_sure=true&because=left&at_once=true")).await.0, 303);
    assert_eq!(ended(), 1);
    assert_eq!(count(&r, &format!("select count(*) as n from app.membership where id = '{hat}' and ended_because = 'left' and ended_at is not null")), 1);
    // Those who go on with the case hear of it; the last key is closed, and not destroyed.
    assert_eq!(count(&r, &format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'state_changed' and case_id = '{}'", r.chair.hat, r.case)), 1);
    assert!(count(&r, &format!("select count(*) as n from app.key_grant where membership_id = '{hat}'")) > 0);
    assert_eq!(count(&r, &format!("select count(*) as n from app.compartment_member where membership_id = '{hat}' and (until is null or until > now())")), 0);
    let case = r.case;
    let seen = r.world.app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    assert!(seen.parties.iter().all(|party| party.hat != hat), "nobody reads on of who left");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stood_in_follows_in_the_case_and_beside_the_relative() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let deputy = r.world.person(&r.administrator, Role::Coordinator).await;
    let (hat, by) = (r.coordinator.hat, deputy.hat);
    app.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, hat, by, None)).await.unwrap();
    let id = sister(&r).await;
    let found = app.run(r.administrator.caller(), move |tx| people::hangs_on(tx, hat)).await.unwrap();
    assert!(!found.alone() && found.led == 1 && found.relatives == 1, "{found:?}");
    app.run(r.administrator.caller(), move |tx| people::end(tx, hat, "left", false)).await.unwrap();
    let seen = app.run(deputy.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    let leads: Vec<_> = seen.parties.iter().filter(|party| party.role == "CO").map(|party| (party.hat, party.deputy)).collect();
    assert_eq!(leads, [(by, false)]);
    assert_eq!(count(&r, &format!("select count(*) as n from app.relative where id = '{id}' and contact_id = '{by}'")), 1);
    assert_eq!(count(&r, &format!("select count(*) as n from app.compartment_member where membership_id = '{by}' and deputy")), 0, "who follows stands in for nobody: their number stands at the relative");
    assert_eq!(count(&r, &format!("select count(*) as n from app.key_grant where membership_id = '{hat}'")), 0, "others hold them: the wraps are gone");
    assert!(app.run(deputy.caller(), move |tx| relatives::card(tx, id)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_stands_in_for_the_contact_the_page_says_how_and_leads_there() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let id = sister(&r).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let page = async |path: String| served.call(&r.coordinator, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let (place, people) = (format!("/relatives/{id}"), format!("/cases/{case}/people"));
    let said = page(place.clone()).await;
    assert!(said.contains("Niemand vervangt de vaste contactpersoon.") && said.contains(&format!("href=\"{people}#si\"")) && !said.contains(&format!("action=\"{place}/deputy\"")), "{said}");
    // Nobody of the bureau can yet: it says who helps.
    let there = page(people.clone()).await;
    assert!(there.contains("id=\"si\"") && there.contains("De beheerder kan iemand uitnodigen."), "{there}");
    let deputy = r.world.person(&r.administrator, Role::Coordinator).await;
    r.world.name_everyone("Anna Bakker");
    assert!(page(people.clone()).await.contains(&format!("action=\"{people}/stand-in\"")));
    let (hat, by) = (r.coordinator.hat, deputy.hat);
    app.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, hat, by, None)).await.unwrap();
    // Now they are chosen here.
    let said = page(place.clone()).await;
    assert!(said.contains("href=\"#by\"") && said.contains(&format!("action=\"{place}/deputy\"")) && said.contains("id=\"by\"") && !said.contains("#si"), "{said}");
    app.run(r.coordinator.caller(), move |tx| relatives::name_deputy(tx, id, by, None)).await.unwrap();
    assert!(!page(place).await.contains("Niemand vervangt de vaste contactpersoon."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_is_not_ended_and_officers_under_three_are_said() {
    let r = Review::new().await;
    let app = &r.world.app;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let hat = r.administrator.hat;
    // The bureau's first administrator is another.
    let run = |sql: String| diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
    run(format!("update app.membership set state = 'ended' where role = 'TA' and id <> '{hat}'"));
    let (status, page) = posted(&served, &r.administrator, "/people/end", format!("hat={hat}")).await;
    assert!(status == 200 && page.contains("de laatste beheerder") && !page.contains("name=\"_sure\""), "{page}");
    assert!(matches!(app.run(r.administrator.caller(), move |tx| people::end(tx, hat, "left", true)).await, Err(Refused::Rule("last-administrator"))));
    let second = r.world.person(&r.administrator, Role::Administrator).await;
    app.run(second.caller(), move |tx| people::end(tx, hat, "left", false)).await.unwrap();
    // Recovery with two officers is too little, and with one it would be none: who came later holds no share.
    r.world.name_everyone("Anna Bakker");
    let officer = r.world.person(&second, Role::RecoveryOfficer).await;
    r.world.named(&officer, "Rik Post");
    let recovery = async || served.call(&officer, Method::GET, "/recovery").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(recovery().await.contains("Het herstel is ingericht"));
    let holders = hats(&r, &format!("select id as hat from app.membership where role = 'RP' and state = 'active' and id <> '{}' order by since, id", officer.hat));
    assert_eq!(holders.len(), 3);
    let (gone, next, new) = (holders[0], holders[1], officer.hat);
    app.run(second.caller(), move |tx| people::end(tx, gone, "left", false)).await.unwrap();
    assert!(matches!(app.run(second.caller(), move |tx| people::end(tx, next, "left", true)).await, Err(Refused::Rule("last-officers"))));
    let shown = recovery().await;
    assert!(!shown.contains("Het herstel is ingericht") && shown.contains("nog 2 functionarissen"), "{shown}");
    let people = served.call(&second, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(people.contains("nog 2 functionarissen"), "the administrator reads it too: {people}");
    app.run(second.caller(), move |tx| people::end(tx, new, "left", false)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_in_a_case_ends_after_a_page_with_a_reason() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    r.world.name_everyone("Anna Bakker");
    r.world.named(&r.chair, "Harm Wiersma");
    let served = Served::new(&r.world);
    let (path, hat) = (format!("/cases/{case}/people/end"), r.chair.hat);
    let takes_part = async || app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.iter().any(|party| party.hat == hat);
    let (status, page) = posted(&served, &r.coordinator, &path, format!("hat={hat}")).await;
    assert!(status == 200 && page.contains("Harm Wiersma") && page.contains("name=\"reason\""), "{page}");
    assert!(takes_part().await);
    // Without a reason, or with one that is too long, the page asks again and keeps what was typed.
    for (reason, kept) in [(String::new(), ">".to_owned()), ("w".repeat(2_001), format!(">{}", "w".repeat(2_001)))] {
        let (status, page) = posted(&served, &r.coordinator, &path, format!("hat={hat}&_sure=true&reason={reason}")).await;
        assert!(status == 422 && page.contains("<title>Fout: ") && page.contains("href=\"#reason\"") && page.contains(&format!("aria-invalid=\"true\"{kept}</textarea>")), "{status} {page}");
    }
    assert!(takes_part().await);
    assert_eq!(posted(&served, &r.coordinator, &path, format!("hat={hat}&_sure=true&reason=Moved+away")).await.0, 303);
    assert!(!takes_part().await);
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|reason| reason.about == "part_ended" && reason.words == "Moved away"));
    let own = r.coordinator.hat;
    assert!(posted(&served, &r.coordinator, &path, format!("hat={own}")).await.1.contains("altijd een coördinator"));
    // Pressed from an older page: said there too, without a form that would be refused again.
    let (status, page) = posted(&served, &r.coordinator, &path, format!("hat={own}&_sure=true&reason=x")).await;
    assert!(status == 422 && page.contains("altijd een coördinator") && !page.contains("name=\"_sure\""), "{status} {page}");
}

fn hats(r: &Review, query: &str) -> Vec<MembershipId> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        hat: MembershipId,
    }
    diesel::sql_query(query).load::<Row>(&mut r.world.connection("postgres")).unwrap().into_iter().map(|row| row.hat).collect()
}
