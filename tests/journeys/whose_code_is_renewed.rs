//! Who may give an invitation a new code may recall it, and nobody else: an administrator never a relative's, a coordinator those of the cases they lead.

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::MembershipId;
use lering::tx::Refused;
use lering::{cases, people, relatives};
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};

/// A new code, past the program.
async fn renews(r: &Review, who: &Someone, hat: MembershipId) -> bool {
    let sql = format!("select sec.invite(gen_random_uuid(), '{hat}', sha256(gen_random_uuid()::text::bytea), null, decode(repeat('00', 16), 'hex'), sha256('key'), now() + interval '1 day')");
    r.world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_relative_only_who_invited_and_who_leads_their_case() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let (id, _) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let sister = r.world.invite(&r.coordinator, Role::Relative).await.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, sister, Role::Relative, None)).await.unwrap();
    let (contact, ..) = r.invite().await;
    let other = r.world.person(&r.administrator, Role::Coordinator).await;
    for hat in [sister, contact.hat] {
        assert!(!renews(&r, &other, hat).await && renews(&r, &r.coordinator, hat).await);
        assert!(matches!(app.run(other.caller(), move |tx| people::recall(tx, hat)).await, Err(Refused::NotFound)));
    }
    assert!(!renews(&r, &r.administrator, sister).await);
    assert!(matches!(app.run(r.administrator.caller(), move |tx| people::recall(tx, sister)).await, Err(Refused::NotFound)));
    // Who comes to lead the case as well may.
    let (of, by) = (r.coordinator.hat, other.hat);
    app.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, of, by, None)).await.unwrap();
    assert!(renews(&r, &other, sister).await && renews(&r, &other, contact.hat).await);
    app.run(other.caller(), move |tx| people::recall(tx, sister)).await.unwrap();
}
