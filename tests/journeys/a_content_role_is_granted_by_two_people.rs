use lering::access::Role;
use lering::people::{self, Confirmed, Invitation};
use lering::sign_in::{self, Enrolment};
use lering::texts::Language;
use lering::tx::{Caller, Refused};
use reqwest::Method;
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::support::World;
use crate::support::served::Served;

fn invitation(role: Role) -> Invitation {
    Invitation { role, name: "Nynke Vermeer".into(), organisation: None, second: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_an_administrator_invites_two_others_confirm_and_nobody_alone() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let first = world.person(&administrator, Role::RecoveryOfficer).await;
    let second = world.person(&administrator, Role::RecoveryOfficer).await;
    let invited = people::invite(&world.app, administrator.caller(), invitation(Role::Coordinator)).await.unwrap();
    let hat = invited.hat;
    // The account is made, and wears no hat yet.
    let code = InvitationCode::parse(invited.code.normalised()).unwrap();
    let begun = world.app.run_public(move |tx| sign_in::begin(tx, &code, None)).await.unwrap();
    let tokens = sign_in::finish(&world.app, Enrolment {
        token: begun.token.clone(), code: invited.code, second: None, sign_in_name: "nynke@voorbeeld.test".into(), name: "Nynke Vermeer".into(),
        passphrase: Zeroizing::new("koper lantaarn reiger otter mist".into()),
        one_time_code: Totp::from_url(begun.otpauth.as_str()).unwrap().generate_current().to_string(), language: Language::Nl,
    }).await.unwrap();
    assert!(!tokens.wears_hat);
    let person = Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() };
    let worn = |tx: &mut lering::tx::Tx| tx.hat();
    assert!(world.app.run(person.clone(), worn).await.is_err());
    // Not the administrator, not the same officer twice; two officers do.
    assert!(matches!(world.app.run(administrator.caller(), move |tx| people::confirm(tx, hat)).await, Err(Refused::NotFound)));
    assert_eq!(world.app.run(first.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), Confirmed::Once);
    assert!(matches!(world.app.run(first.caller(), move |tx| people::confirm(tx, hat)).await, Err(Refused::Rule("same-person-twice"))));
    assert_eq!(world.app.run(second.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), Confirmed::Twice);
    assert!(matches!(world.app.run(second.caller(), move |tx| people::confirm(tx, hat)).await, Err(Refused::NotFound)));
    // Nobody changes a hat past these functions.
    use diesel::prelude::*;
    let by_hand = world.app.run(administrator.caller(), |tx| -> Result<(), Refused> {
        diesel::sql_query("update app.membership set state = 'active'").execute(tx.db())?;
        Ok(())
    }).await;
    assert!(by_hand.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_nobody_is_confirmed_before_they_have_used_the_code() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let officers = [world.person(&administrator, Role::RecoveryOfficer).await, world.person(&administrator, Role::RecoveryOfficer).await];
    world.name_everyone("Anna Bakker");
    for role in [Role::Coordinator, Role::RecoveryOfficer] {
        let hat = people::invite(&world.app, administrator.caller(), invitation(role)).await.unwrap().hat;
        for officer in &officers {
            let early = world.app.run(officer.caller(), move |tx| people::confirm(tx, hat)).await;
            assert!(matches!(early, Err(Refused::Rule("code-unused"))), "{early:?}");
        }
        let listed = world.app.run(officers[0].caller(), people::list).await.unwrap().into_iter().find(|one| one.id == hat).unwrap();
        assert_eq!((listed.state.as_str(), listed.confirmed), ("invited", 0));
    }
    // The page says so, and offers nothing.
    let served = Served::new(&world);
    let page = served.call(&officers[0], Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Nog niemand heeft de code gebruikt.") && !page.contains("action=\"/people/confirm\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_confirmation_counts_while_who_gave_it_is_there() {
    use diesel::prelude::*;
    let world = World::new().await;
    let administrator = world.administrator().await;
    let first = world.person(&administrator, Role::RecoveryOfficer).await;
    let second = world.person(&administrator, Role::RecoveryOfficer).await;
    let third = world.person(&administrator, Role::RecoveryOfficer).await;
    let hat = world.waiting(&administrator, Role::Coordinator).await;
    assert_eq!(world.app.run(first.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), Confirmed::Once);
    diesel::sql_query(format!("update app.membership set state = 'ended' where id = '{}'", first.hat)).execute(&mut world.connection("postgres")).unwrap();
    // Who was ended since confirmed nothing: two who are there do.
    assert_eq!(world.app.run(second.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), Confirmed::Once);
    assert!(matches!(world.app.run(second.caller(), move |tx| people::confirm(tx, hat)).await, Err(Refused::Rule("same-person-twice"))));
    assert_eq!(world.app.run(third.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), Confirmed::Twice);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_invites_only_whom_it_may_and_an_ended_hat_is_refused_at_once() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let chair = world.person(&administrator, Role::Chair).await;
    for (who, role, may) in [
        (&administrator, Role::Chair, true), (&administrator, Role::Relative, false), (&administrator, Role::Author, false),
        (&coordinator, Role::Relative, true), (&coordinator, Role::Coordinator, false), (&chair, Role::PanelMember, false),
    ] {
        let answer = people::invite(&world.app, who.caller(), invitation(role)).await;
        assert_eq!(answer.is_ok(), may, "{role:?}");
        assert!(may || matches!(answer, Err(Refused::NotFound)));
    }
    let hat = chair.hat;
    assert!(matches!(world.app.run(coordinator.caller(), move |tx| people::end(tx, hat, "left", false)).await, Err(Refused::NotFound)));
    world.app.run(administrator.caller(), move |tx| people::end(tx, hat, "left", false)).await.unwrap();
    assert!(matches!(world.app.run(chair.caller(), |tx| tx.hat().map(|_| ())).await, Err(Refused::NoHat | Refused::NoSession)));
}
