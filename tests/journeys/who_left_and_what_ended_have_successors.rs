//! `workflow.md` section 7: an author who leaves half-way, and an organisation that no longer exists.

use lering::access::Role;
use lering::tx::Refused;
use lering::{bureaus, compartments, forms, reflections};
use serde_json::json;

use crate::support::review::{Review, answers};

#[tokio::test(flavor = "multi_thread")]
async fn another_author_writes_on_and_the_old_one_is_out_at_once() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (id, room, run) = (p.reflection, p.room, &r.world.app);
    let words = answers(json!({ "role": "We kept the file" }));
    let text = run.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &words)).await.unwrap().id;
    let invited = r.world.invite_of(&p.contact, Role::Author, Some(r.police)).await;
    let new = r.world.enrol(invited).await;
    let (to, approver) = (new.hat, p.approver.hat);
    let replace = async |who: &crate::support::Someone, hat| run.run(who.caller(), move |tx| reflections::replace(tx, id, Role::Author, hat)).await;
    assert!(matches!(replace(&p.approver, to).await, Err(Refused::NotYours)));
    assert!(matches!(replace(&p.contact, approver).await, Err(Refused::Rule("own-work"))));
    assert!(matches!(replace(&p.contact, r.chair.hat).await, Err(Refused::Faults(_))));
    replace(&p.contact, to).await.unwrap();
    let open = async |who: &crate::support::Someone| run.run(who.caller(), move |tx| forms::open(tx, &reflections::REFLECTION, room, text)).await;
    assert!(open(&p.author).await.is_err());
    assert!(matches!(open(&new).await, Err(Refused::Rule("key-waits"))), "the contact holds no key to pass on");
    // The approver unlocks: new keys begin without the old author, and the new one reads on.
    run.run(p.approver.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    assert_eq!(open(&new).await.unwrap().answers["role"], "We kept the file");
    let more = answers(json!({ "role": "We kept the file, and called twice" }));
    assert!(run.run(new.caller(), move |tx| forms::save(tx, &reflections::REFLECTION, room, text, 1, &more)).await.is_ok());
    let epoch = run.run(new.caller(), move |tx| compartments::of_case(tx, r.case, lering::access::Kind::Reflection)).await.unwrap()[0].epoch;
    assert_eq!(epoch, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legal_successor_is_invited_in_place_of_an_organisation_that_ended() {
    let r = Review::new().await;
    r.commissioned();
    let (run, police) = (&r.world.app, r.police);
    let successor = r.world.organisation(&r.coordinator, "Nationale Politie").await;
    let today = chrono::Utc::now().date_naive() - chrono::Duration::days(1);
    assert!(matches!(run.run(r.chair.caller(), move |tx| bureaus::succeed(tx, police, successor, today)).await, Err(Refused::NotFound)));
    assert!(matches!(run.run(r.coordinator.caller(), move |tx| bureaus::succeed(tx, police, police, today)).await, Err(Refused::Faults(_))));
    let invite = async |organisation, stands_for| {
        let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(organisation)).await;
        let (case, hat) = (r.case, contact.hat);
        let words = answers(json!({
            "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
            "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
        }));
        run.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &reflections::Invitation { organisation, contact: hat, answers: words, stands_for })).await
    };
    assert!(matches!(invite(successor, Some(police)).await, Err(Refused::Faults(_))), "it has not ended yet");
    run.run(r.coordinator.caller(), move |tx| bureaus::succeed(tx, police, successor, today)).await.unwrap();
    assert!(matches!(invite(police, None).await, Err(Refused::Rule("organisation-ended"))));
    let case = r.case;
    let says = async || run.run(r.chair.caller(), move |tx| reflections::has_successors(tx, case)).await.unwrap();
    assert!(!says().await);
    invite(successor, Some(police)).await.unwrap();
    assert!(says().await, "the report says so");
}
