//! A coordinator's role ends and nobody stood in: a relative reads the truth about their contact, and what they ask reaches the bureau; who takes the
//! case on is promised no key that nobody has, and follows beside the relative, who opens the place to them again.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::tx::Refused;
use lering::{cases, compartments, people, relatives};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_not_left_with_who_is_gone_and_nobody_is_promised_a_key() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed", "ask"], "again_on": "2099-01-01",
    }));
    let (id, _) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let sister = r.world.person(&r.coordinator, Role::Relative).await;
    let (own, gone) = (sister.hat, r.coordinator.hat);
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, own, Role::Relative, None)).await.unwrap();
    let dirk = r.world.person(&r.administrator, Role::Coordinator).await;
    r.world.name_everyone("Anna Bakker");
    r.world.named(&r.coordinator, "Nynke Vermeer");
    r.world.named(&dirk, "Dirk Visser");
    diesel::sql_query("update app.bureau set phone = '030 000 00 01'").execute(&mut r.world.connection("postgres")).unwrap();
    let served = Served::new(&r.world);
    let html = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let place = format!("/relatives/{id}");
    assert!(html(&sister, place.clone()).await.contains("Nynke Vermeer"));
    app.run(r.administrator.caller(), move |tx| people::end(tx, gone, "left", true)).await.unwrap();
    // The relative's page: nobody who left, who to call, and what becomes of what they ask.
    let seen = html(&sister, place.clone()).await;
    assert!(seen.contains("Het bureau zoekt een nieuwe") && seen.contains("030 000 00 01") && !seen.contains("Nynke Vermeer"), "{seen}");
    app.run(sister.caller(), move |tx| relatives::ask(tx, id, "Who is there for me now?", false)).await.unwrap();
    let told = |hat| diesel::sql_query(format!("select count(*) as n from app.notice where membership_id = '{hat}' and kind = 'task_assigned' and case_id = '{case}'"))
        .get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!(told(dirk.hat), 1, "the bureau's other coordinator hears of it");
    // Nor does the term of the answer pass unseen.
    diesel::sql_query("update app.question set asked_at = now() - interval '30 days', due_on = current_date - 1").execute(&mut r.world.connection("postgres")).unwrap();
    lering::worker::look(app).await;
    let passed = diesel::sql_query(format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'term_passed' and case_id = '{case}'", dirk.hat));
    assert!(passed.get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n > 0);
    // Nobody is promised a key that nobody has.
    let page = html(&dirk, format!("/cases/{case}")).await;
    assert!(page.contains("niemand heeft de sleutel nog") && !page.contains("Nynke Vermeer"), "{page}");
    assert!(!html(&dirk, "/cases".into()).await.contains("Nynke Vermeer"));
    app.run(dirk.caller(), move |tx| cases::take_on(tx, case)).await.unwrap();
    assert!(html(&dirk, format!("/cases/{case}")).await.contains("Lering kan dat herstel nog niet uitvoeren"));
    let list = html(&dirk, format!("/cases/{case}/relatives")).await;
    assert!(list.contains("nog één nabestaande") && !list.contains("Fenna"), "{list}");
    // Who took it on is their contact; their own key opens the place to them.
    let asked = html(&sister, place.clone()).await;
    assert!(asked.contains("Dirk Visser is uw nieuwe vaste contactpersoon") && asked.contains(&format!("{place}/let-in")), "{asked}");
    // Signing in gives nobody a key: the relative decides whom they let read.
    app.run(sister.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    assert!(!html(&dirk, format!("/cases/{case}/relatives")).await.contains("Fenna Hoekstra"));
    let new = dirk.hat;
    assert!(app.run(dirk.caller(), move |tx| relatives::let_contact_in(tx, id, new)).await.is_err());
    // A key is given by who has just confirmed who they are.
    diesel::sql_query("update sec.session set stepped_up_at = now() - interval '6 minutes'").execute(&mut r.world.connection("postgres")).unwrap();
    let unsure = app.run(sister.caller(), move |tx| relatives::let_contact_in(tx, id, new)).await;
    assert!(matches!(unsure, Err(Refused::StepUp)), "{unsure:?}");
    r.world.confirmed(&sister);
    app.run(sister.caller(), move |tx| relatives::let_contact_in(tx, id, new)).await.unwrap();
    assert!(!html(&sister, place).await.contains("/let-in"));
    let list = html(&dirk, format!("/cases/{case}/relatives")).await;
    assert!(list.contains("Fenna Hoekstra") && !list.contains("nog één nabestaande"), "{list}");
    let asked = app.run(dirk.caller(), move |tx| relatives::questions(tx, id)).await.unwrap();
    assert_eq!(asked.len(), 1);
}
