//! Ruling 18: who takes part in a case otherwise is accepted outwardly, held without effect, and told to the coordinator only, whoever names them. The
//! coordinator settles it: it is no conflict, with a reason, or the role ends; of relative and professional one always ends.

use diesel::prelude::*;
use lering::access::{Kind, Role};
use lering::cases::{self, Named};
use lering::compartments;
use lering::forms;
use lering::ids::MembershipId;
use lering::reflections::{self, Again, Answered, Invitation};
use lering::relatives;
use lering::tx::Refused;
use reqwest::Method;
use serde_json::json;

use crate::support::review::{Review, answers};
use crate::support::served::Served;
use crate::support::Someone;

/// Places somebody belongs to, and keys they have.
fn places(r: &Review, hat: MembershipId) -> (i64, i64) {
    let of = |table: &str| r.world.count(&format!("select count(*) as n from app.{table} where membership_id = '{hat}'"));
    (of("compartment_member"), of("key_grant"))
}

/// A hat of a panel member for who has an account already; it belongs to no case.
async fn panel_hat(r: &Review, who: &Someone) -> MembershipId {
    let code = r.world.invite(&r.administrator, Role::PanelMember).await;
    r.world.join(who, code).await
}

async fn named_by(r: &Review, by: &Someone, hat: MembershipId) -> Result<(), cases::CaseError> {
    let case = r.case;
    let named = Named { hat, role: Role::PanelMember, sector: "health".into(), dv_expert: false };
    r.world.app.run(by.caller(), move |tx| cases::name(tx, case, &named)).await
}

/// What is held, as somebody is told: the role, the other role, whether it can be let in.
async fn held(r: &Review, who: &Someone) -> Vec<(MembershipId, String, String, bool)> {
    let case = r.case;
    r.world.app.run(who.caller(), move |tx| cases::held(tx, case)).await.unwrap().into_iter().map(|one| (one.hat, one.role, one.other, one.lifts)).collect()
}

async fn page(served: &Served, r: &Review, who: &Someone) -> String {
    served.call(who, Method::GET, &format!("/cases/{}", r.case)).header("accept", "text/html").send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_member_the_chair_names_is_held_where_they_write_for_an_organisation_and_the_coordinator_lets_them_in_with_a_reason() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let p = r.partner().await;
    let hat = panel_hat(&r, &p.author).await;
    r.world.name_everyone("Anna Bakker");
    // To the coordinator it is told at once; to the chair they are named.
    assert!(matches!(named_by(&r, &r.coordinator, hat).await, Err(cases::CaseError::Refused(Refused::Rule("conflict-of-interest")))));
    named_by(&r, &r.chair, hat).await.unwrap();
    assert_eq!(places(&r, hat), (0, 0), "without effect");
    assert_eq!(r.told(hat), (1, 1), "told to who coordinates the case only");
    assert_eq!(held(&r, &r.coordinator).await, [(hat, "PM".to_owned(), "AU".to_owned(), true)]);
    assert!(held(&r, &r.chair).await.is_empty());
    let seen = async |who: &Someone| app.run(who.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.into_iter().find(|party| party.hat == hat).unwrap();
    assert_eq!((seen(&r.chair).await.signed, seen(&r.chair).await.answered), (false, None), "to the chair they have not answered yet");
    // They accept: thanked, and nothing opens, in the database neither.
    r.world.wears(&p.author, hat).await;
    app.run(p.author.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert!(!seen(&r.coordinator).await.signed);
    let forced = diesel::sql_query(format!("update app.case_party set statement_signed_at = now() where membership_id = '{hat}'")).execute(&mut r.world.connection("postgres"));
    assert!(forced.is_err());
    assert!(app.run(p.author.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.is_err());
    let served = Served::new(&r.world);
    let own = page(&served, &r, &r.coordinator).await;
    assert_eq!(own.matches(&format!("/parties/{hat}/admit")).count(), 1, "settled in one place: {own}");
    assert!(!page(&served, &r, &r.chair).await.contains("/admit"));
    // It is no conflict: with a reason; the chair hears that something changed.
    let heard = || r.world.count(&format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'state_changed'", r.chair.hat));
    let before = heard();
    let admit = async |reason: &'static str| app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, hat, reason)).await;
    assert!(matches!(admit(" ").await, Err(Refused::Faults(_))));
    admit("Wrote for the police before she came to the health service.").await.unwrap();
    assert!(matches!(admit("Once more").await, Err(Refused::NotFound)), "settled");
    assert_eq!(heard(), before + 1);
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|reason| reason.about == "admitted" && reason.words.contains("health service")));
    assert!(held(&r, &r.coordinator).await.is_empty());
    app.run(p.author.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert!(seen(&r.chair).await.signed);
    app.run(p.author.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    assert!(places(&r, hat).1 > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_no_panel_member_of_the_same_case_and_one_of_the_two_ends() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["tell"], "again_on": "2099-01-01",
    }));
    let (id, _) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let kin = one.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, kin, Role::Relative, None)).await.unwrap();
    let hat = panel_hat(&r, &one).await;
    r.world.name_everyone("Fenna Hoekstra");
    named_by(&r, &r.chair, hat).await.unwrap();
    assert_eq!(held(&r, &r.coordinator).await, [(hat, "PM".to_owned(), "RE".to_owned(), false)]);
    let refused = app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, hat, "She knows the case well.")).await;
    assert!(matches!(refused, Err(Refused::Rule("kin-and-professional"))), "{refused:?}");
    let served = Served::new(&r.world);
    let own = page(&served, &r, &r.coordinator).await;
    assert!(own.contains("Wie naaste is, is in dezelfde zaak niet ook beroepskracht") && !own.contains("/admit"), "{own}");
    app.run(r.coordinator.caller(), move |tx| cases::end_party(tx, case, hat)).await.unwrap();
    assert!(held(&r, &r.coordinator).await.is_empty());
    assert_eq!(r.world.count(&format!("select count(*) as n from app.case_party where membership_id = '{hat}' and until <= now()")), 1);
    assert_eq!(r.world.state_of(kin), "active", "the place of a relative stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_who_is_of_the_panel_writes_once_the_coordinator_settled_it_and_ends_where_they_say_so() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = r.party(Role::PanelMember).await;
    let (contact, reflection, room) = r.invite().await;
    let contact = r.world.enrol(contact).await;
    let author = r.world.invite_of(&contact, Role::Author, Some(r.police)).await;
    let approver = r.world.invite_of(&contact, Role::Approver, Some(r.police)).await;
    let approver = r.world.enrol(approver).await;
    let (first, second) = (author.hat, approver.hat);
    let told_so = Answered { answers: answers(json!({ "answer": "accept" })), author: Some(first), approver: Some(second) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told_so)).await.unwrap();
    r.world.join(&member, author).await;
    assert_eq!(held(&r, &r.coordinator).await, [(first, "AU".to_owned(), "PM".to_owned(), true)]);
    app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, first, "The panel was told; another sits for the police.")).await.unwrap();
    assert_eq!(r.world.state_of(first), "active");
    assert_eq!(places(&r, first), (1, 0), "what was sealed to the code is gone");
    app.run(approver.caller(), compartments::complete_pending).await.unwrap();
    assert_eq!(places(&r, first), (1, 1));
    r.world.wears(&member, first).await;
    app.run(member.caller(), move |tx| forms::list(tx, &reflections::REFLECTION, room, None)).await.unwrap();
    // Another of theirs is named in the approver's place, and ends: the contact hears that something changed, and names somebody else.
    let other = r.party(Role::PanelMember).await;
    let code = r.world.invite_of(&contact, Role::Approver, Some(r.police)).await;
    let next = r.world.join(&other, code).await;
    app.run(contact.caller(), move |tx| reflections::replace(tx, reflection, Role::Approver, next)).await.unwrap();
    assert_eq!((places(&r, next), r.told(next)), ((0, 0), (1, 1)));
    let heard = || r.world.count(&format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'state_changed'", contact.hat));
    let before = heard();
    app.run(r.coordinator.caller(), move |tx| cases::end_party_because(tx, case, next, None)).await.unwrap();
    assert!(held(&r, &r.coordinator).await.is_empty());
    assert_eq!(heard(), before + 1);
    let last = r.world.invite_of(&contact, Role::Approver, Some(r.police)).await;
    let last = r.world.enrol(last).await.hat;
    app.run(contact.caller(), move |tx| reflections::replace(tx, reflection, Role::Approver, last)).await.unwrap();
    assert_eq!(places(&r, last).0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_who_is_held_never_came_and_one_who_takes_part_otherwise_is_none_to_invite() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = r.party(Role::PanelMember).await;
    let (contact, reflection, _) = r.invite().await;
    let hat = r.world.join(&member, contact).await;
    assert_eq!(r.world.state_of(hat), "waiting");
    let (.., came) = app.run(r.coordinator.caller(), move |tx| reflections::contact_of(tx, reflection)).await.unwrap();
    assert!(!came);
    let due = chrono::Utc::now().date_naive() + chrono::Duration::days(30);
    let again = app.run(r.coordinator.caller(), move |tx| reflections::invite_again(tx, reflection, &Again { due, question: None, contact: None })).await;
    assert!(matches!(again, Err(Refused::Rule("contact-without-account"))), "{again:?}");
    // With an account already, the coordinator is told why; to the secretary it is none to choose.
    let health = r.world.organisation(&r.coordinator, "GGZ Midden").await;
    let code = r.world.invite_of(&r.coordinator, Role::Contact, Some(health)).await;
    let other = r.world.join(&member, code).await;
    let invite = async |by: &Someone| {
        let words = answers(json!({
            "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
            "due": due.to_string(), "what_happens": "Alleen u leest dit.",
        }));
        app.run(by.caller(), move |tx| reflections::invite(tx, case, &Invitation { organisation: health, contact: other, answers: words, stands_for: None })).await
    };
    let told = invite(&r.coordinator).await;
    assert!(matches!(told, Err(Refused::Rule("conflict-of-interest"))), "{told:?}");
    let told = invite(&r.secretary).await;
    assert!(matches!(&told, Err(Refused::Faults(faults)) if faults[0].field == "contact"), "{told:?}");
}
