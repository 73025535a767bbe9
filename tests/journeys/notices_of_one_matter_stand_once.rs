//! What was told of one case on one day in the same words stands on the page once, and is read at once; which case it is, only who sees the case is
//! told.

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use lering::access::Role;
use lering::ids::{CaseId, NoticeId};
use lering::{notices, relatives};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

/// A notice so long ago.
fn told(r: &Review, to: &Someone, kind: &str, case: CaseId, ago: &str) -> NoticeId {
    let id = NoticeId::new();
    diesel::sql_query(format!("insert into app.notice (id, bureau_id, membership_id, kind, case_id, created_at) select $1, bureau_id, id, $2, $3, date_trunc('day', now()) + interval '12 hours' - interval '{ago}' from app.membership where id = '{}'", to.hat))
        .bind::<SqlUuid, _>(id).bind::<Text, _>(kind).bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn by_case_words_and_day_and_one_press_reads_them_all() {
    let r = Review::new().await;
    let other = r.world.case(&r.coordinator).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let chair = &r.chair;
    diesel::sql_query("delete from app.notice").execute(&mut r.world.connection("postgres")).unwrap();
    let same = [told(&r, chair, "answered", r.case, "3 minutes"), told(&r, chair, "answered", r.case, "1 minute"), told(&r, chair, "answered", r.case, "2 minutes")];
    for (kind, case, ago) in [("returned", r.case, "1 minute"), ("answered", other, "1 minute"), ("answered", r.case, "3 days")] {
        told(&r, chair, kind, case, ago);
    }
    let shown = async || served.call(chair, Method::GET, "/notices").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let page = shown().await;
    assert_eq!((page.matches("<time>").count(), page.matches("3 keer").count(), page.matches(" keer").count()), (4, 1, 1), "{page}");
    // The latest first, and all of them behind its press.
    let pressed = format!("value=\"{} {} {}\"", same[1], same[2], same[0]);
    assert!(page.contains(&pressed), "{page}");
    let body = format!("notice={}+{}+{}", same[1], same[2], same[0]);
    assert_eq!(served.call(chair, Method::POST, "/notices/read").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap().status().as_u16(), 303);
    let read = r.world.app.run(chair.caller(), notices::mine).await.unwrap().into_iter().filter(|one| one.read).map(|one| one.id).collect::<Vec<_>>();
    assert!(read.len() == 3 && same.iter().all(|id| read.contains(id)), "these and no other");
    // A new one of that day, unread, is a line of its own.
    told(&r, chair, "answered", r.case, "0 minutes");
    let page = shown().await;
    assert_eq!((page.matches("<time>").count(), page.matches("3 keer").count()), (5, 1), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_told_to_who_sees_the_case_only() {
    let mut r = Review::new().await;
    let p = r.partner().await;
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let (id, _) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let mut kin = vec![];
    for role in [Role::Relative, Role::Supporter] {
        let one = r.world.person(&r.coordinator, role).await;
        let hat = one.hat;
        r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, role, None)).await.unwrap();
        kin.push(one);
    }
    let here = r.world.bureau;
    r.world.found("Reviewbureau Zuid").await;
    let administrator = r.world.administrator().await;
    let stranger = r.world.person(&administrator, Role::Coordinator).await;
    r.world.bureau = here;
    let number = async |who: &Someone| {
        told(&r, who, "resumed", case, "1 minute");
        r.world.app.run(who.caller(), notices::mine).await.unwrap().into_iter().find(|one| one.kind == "resumed").unwrap().number
    };
    for who in [&r.coordinator, &r.chair, &r.secretary] {
        assert!(number(who).await.is_some_and(|number| number.starts_with("HG-")));
    }
    for who in [&p.contact, &p.author, &p.approver, &kin[0], &kin[1], &stranger] {
        assert_eq!(number(who).await, None, "{}", who.hat);
    }
}
