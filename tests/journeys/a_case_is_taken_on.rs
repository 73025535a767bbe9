//! A case nobody coordinates is taken on with its own rooms and no others; who is lent begins no panel with what they may not read; and a loan ends
//! with its hat, however that was ended.

use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::access::Role;
use lering::cases::{self, CaseError, State, Step};
use lering::ids::{CaseId, MembershipId};
use lering::tx::Refused;
use lering::{compartments, relatives, worker};
use serde_json::json;

use super::a_coordinator_is_lent::Unled;
use crate::support::review::answers;

#[derive(QueryableByName)]
struct Room {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    access: String,
}

/// The rooms of a case a hat belongs to.
fn rooms(u: &Unled, hat: MembershipId, case: CaseId) -> Vec<(String, String)> {
    let sql = format!(
        "select c.kind, m.access from app.compartment c join app.compartment_member m on m.compartment_id = c.id where c.case_id = '{case}' and m.membership_id = '{hat}' and (m.until is null or m.until > now()) order by c.kind");
    let rows: Vec<Room> = diesel::sql_query(sql).load(&mut u.r.world.connection("postgres")).unwrap();
    rows.into_iter().map(|row| (row.kind, row.access)).collect()
}

fn all(access: &str) -> Vec<(String, String)> {
    ["case", "coding", "panel", "report"].into_iter().map(|kind| (kind.to_owned(), access.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_its_own_rooms_and_no_place_of_a_relative_or_an_organisation() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    // Somebody coordinated it for a day: there are a relative's place and an organisation's.
    u.sql(&format!("update app.case_party set until = null where membership_id = '{}' and case_id = '{case}'", u.r.coordinator.hat));
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let (sister, _) = app.run(u.r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    u.r.partner().await;
    let kinds = u.count(&format!("select count(distinct kind) as n from app.compartment where case_id = '{case}' and kind in ('kin', 'reflection')"));
    assert_eq!(kinds, 2);
    u.unlead();
    // Who is lent belongs to the rooms of the case, without a key.
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    u.take_on(case).await.unwrap();
    assert_eq!((rooms(&u, hat, case), rooms(&u, hat, u.other)), (all("facts"), vec![]), "of this case, and not of another that nobody leads");
    app.run(u.nation.caller(), move |tx| cases::end_loan(tx, hat)).await.unwrap();
    assert_eq!(rooms(&u, hat, case), []);
    u.unlead();
    // A coordinator of the bureau belongs there as any; what nobody gives them a key of stays closed, and so do the places of others.
    let new = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    app.run(new.caller(), move |tx| cases::take_on(tx, case)).await.unwrap();
    assert_eq!((rooms(&u, new.hat, case), rooms(&u, new.hat, u.other)), (all("full"), vec![]));
    app.run(u.r.chair.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    u.let_read(&u.r.chair, case, new.hat).await.unwrap();
    assert_eq!(u.reads(&new, case).await, (0, 1, true));
    assert!(app.run(new.caller(), relatives::mine).await.unwrap().is_empty());
    assert!(matches!(app.run(new.caller(), move |tx| relatives::card(tx, sister)).await, Err(Refused::NotFound)));
    assert_eq!(u.count(&format!("select count(*) as n from app.key_grant g join app.compartment c on c.id = g.compartment_id where g.membership_id = '{}' and c.kind not in ('panel', 'report')", new.hat)), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_lent_begins_no_panel_before_the_notification_opens_to_them() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    u.take_on(case).await.unwrap();
    u.sql(&format!("update app.case_file set state = 'commissioned', state_since = now() - interval '1 minute' where id = '{case}'"));
    app.run(u.r.chair.caller(), move |tx| cases::declare(tx, case, "conflict_checked", None)).await.unwrap();
    let begin = async || app.run(u.helper.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, Step::T7, seen) }).await;
    let stands = || u.count(&format!("select count(*) as n from app.case_file where id = '{case}' and state = 'commissioned'"));
    let sheets = || u.count(&format!("select count(*) as n from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = '{case}' and i.kind = 'case-sheet'"));
    let refused = begin().await;
    assert!(matches!(refused, Err(CaseError::Refused(Refused::Rule("lent-reads-nothing")))), "{refused:?}");
    // Panel and report alone are not enough: what they begin with is written from the notification.
    u.let_read(&u.r.chair, case, hat).await.unwrap();
    let refused = begin().await;
    assert!(matches!(refused, Err(CaseError::Refused(Refused::Rule("lent-reads-nothing")))), "{refused:?}");
    assert_eq!((stands(), sheets()), (1, 0), "nothing has changed");
    u.sql(&format!("update app.case_party set until = null where membership_id = '{}' and case_id = '{case}'", u.r.coordinator.hat));
    u.let_read(&u.r.coordinator, case, hat).await.unwrap();
    assert_eq!(begin().await.unwrap(), State::Preparation);
    assert_eq!((stands(), sheets()), (0, 2), "panel and report begin with the sheet of the case");
}

#[tokio::test(flavor = "multi_thread")]
async fn i_7_a_loan_ends_with_its_hat_also_where_that_ended_otherwise() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    u.take_on(case).await.unwrap();
    u.let_read(&u.r.chair, case, hat).await.unwrap();
    let left = || u.count(&format!(
        "select (select count(*) from app.key_grant where membership_id = '{hat}') + (select count(*) from app.compartment_member where membership_id = '{hat}' and (until is null or until > now())) \
         + (select count(*) from app.case_party where membership_id = '{hat}' and (until is null or until > now())) + (select count(*) from app.loan where membership_id = '{hat}' and ended_at is null) as n"));
    let told = || u.count(&format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'lent'", u.helper.hat));
    worker::look(app).await;
    assert!(left() > 4 && told() == 1, "{} {}", left(), told());
    // Its day is far: the hat ended, and the loan with all that hangs on it stands.
    u.sql(&format!("update app.membership set state = 'ended' where id = '{hat}'"));
    assert!(left() > 4);
    worker::look(app).await;
    assert_eq!((left(), told()), (0, 2), "and the person hears of it in their own bureau");
    worker::look(app).await;
    assert_eq!(told(), 2, "once");
    assert_eq!(app.run(u.r.chair.caller(), compartments::renew).await.unwrap(), 2, "panel and report begin new keys");
}
