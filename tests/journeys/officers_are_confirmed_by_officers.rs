//! Officers confirm who gets a role that reads content, so two officers confirm who becomes one: else an administrator alone would make both. Only the
//! first of a bureau come without; where too few are left the nation's confirm, and where nobody can, everybody in the bureau hears of it.

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::MembershipId;
use lering::people::{self, Confirmed, Invitation};
use lering::sign_in::{self, Enrolment, SignInError};
use lering::texts::Language;
use lering::tx::Refused;
use reqwest::Method;
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::support::served::Served;
use crate::support::{Someone, World};

fn sql(world: &World, sql: &str) {
    diesel::sql_query(sql).execute(&mut world.connection("postgres")).unwrap();
}

/// Somebody the administrator invited, keeping the code; and whether they act at once.
async fn joins(world: &World, administrator: &Someone, role: Role, name: &str) -> (MembershipId, bool) {
    let (one, acts) = redeems(world, administrator, role, name).await;
    (one.hat, acts)
}

/// As [`joins`], signed in.
async fn redeems(world: &World, administrator: &Someone, role: Role, name: &str) -> (Someone, bool) {
    let told = Invitation { role, name: "Nynke Vermeer".into(), organisation: None, second: None };
    let invited = people::invite(&world.app, administrator.caller(), told).await.unwrap();
    let code = InvitationCode::parse(invited.code.normalised()).unwrap();
    let begun = world.app.run_public(move |tx| sign_in::begin(tx, &code, None)).await.unwrap();
    let tokens = sign_in::finish(&world.app, Enrolment {
        token: begun.token.clone(), code: invited.code, second: None, sign_in_name: format!("{name}@voorbeeld.test"), name: "Nynke Vermeer".into(),
        passphrase: Zeroizing::new("koper lantaarn reiger otter mist".into()),
        one_time_code: Totp::from_url(begun.otpauth.as_str()).unwrap().generate_current().to_string(), language: Language::Nl,
    }).await.unwrap();
    (Someone::signed_in(invited.hat, &tokens), tokens.wears_hat)
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_a_new_officer_waits_for_two_officers() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (first, second) = (world.person(&administrator, Role::RecoveryOfficer).await, world.person(&administrator, Role::RecoveryOfficer).await);
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let (hat, acts) = joins(&world, &administrator, Role::RecoveryOfficer, "one").await;
    assert!(!acts);
    let confirm = async |who: &Someone, hat: MembershipId| world.app.run(who.caller(), move |tx| people::confirm(tx, hat)).await;
    assert!(matches!(confirm(&coordinator, hat).await, Err(Refused::NotFound)), "officers alone");
    assert_eq!(confirm(&first, hat).await.unwrap(), Confirmed::Once);
    assert_eq!(world.count(&format!("select count(*) as n from app.membership where id = '{hat}' and state = 'waiting'")), 1);
    assert_eq!(confirm(&second, hat).await.unwrap(), Confirmed::Twice);
    assert_eq!(world.count(&format!("select count(*) as n from app.membership where id = '{hat}' and state = 'active'")), 1);
    assert_eq!(world.count("select count(*) as n from app.notice where kind = 'officer_unconfirmed'"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_neither_an_administrator_nor_who_invited_confirms_under_another_hat() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (first, second) = (world.person(&administrator, Role::RecoveryOfficer).await, world.person(&administrator, Role::RecoveryOfficer).await);
    let (hat, _) = joins(&world, &administrator, Role::Coordinator, "one").await;
    let confirm = async |who: &Someone| world.app.run(who.caller(), move |tx| people::confirm(tx, hat)).await;
    sql(&world, &format!("insert into app.membership (id, person_id, bureau_id, role, state, account_sealed) select gen_random_uuid(), person_id, bureau_id, 'TA', 'active', '\\x00' from app.membership where id = '{}'", first.hat));
    assert!(matches!(confirm(&first).await, Err(Refused::Rule("administrators-decide-not"))));
    sql(&world, &format!("update app.membership set invited_by = '{}' where id = '{hat}'", second.hat));
    assert!(matches!(confirm(&second).await, Err(Refused::Rule("own-invitation"))));
    assert_eq!(world.count(&format!("select count(*) as n from app.membership where id = '{hat}' and first_confirmed_by is null")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_too_few_are_left_the_nation_confirms_and_without_it_everybody_hears() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let chair = world.person(&administrator, Role::Chair).await;
    sql(&world, "update app.membership set state = 'ended' where role = 'RP'");
    // Nobody could confirm: they act at once, and everybody who works there hears of it.
    let (alone, acts) = joins(&world, &administrator, Role::RecoveryOfficer, "one").await;
    assert!(acts);
    let told = |who: MembershipId| world.count(&format!("select count(*) as n from app.notice where membership_id = '{who}' and kind = 'officer_unconfirmed'"));
    assert_eq!((told(chair.hat), told(administrator.hat), told(alone)), (1, 1, 0));
    // In earnest those of the nation do, who see whom they are to confirm, and of which bureau.
    world.in_earnest();
    let nation = [world.national(Role::RecoveryOfficer).await, world.national(Role::RecoveryOfficer).await];
    world.name_everyone("Anna Bakker");
    let (hat, acts) = joins(&world, &administrator, Role::RecoveryOfficer, "two").await;
    assert!(!acts && told(chair.hat) == 1);
    let served = Served::new(&world);
    for (officer, done) in nation.iter().zip([Confirmed::Once, Confirmed::Twice]) {
        let seen = world.app.run(officer.caller(), people::list).await.unwrap().into_iter().find(|one| one.id == hat);
        assert_eq!(seen.map(|one| (one.role, one.organisation_name, one.state)), Some(("RP".to_owned(), "Reviewbureau Noord".to_owned(), "waiting".to_owned())));
        let page = served.call(officer, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Mensen met een landelijke rol, en nieuwe herstelfunctionarissen van bureaus"), "{page}");
        assert_eq!(world.app.run(officer.caller(), move |tx| people::confirm(tx, hat)).await.unwrap(), done);
    }
    // Nobody else's role there is theirs.
    let (other, _) = joins(&world, &administrator, Role::Chair, "three").await;
    let [first, _] = &nation;
    assert!(matches!(world.app.run(first.caller(), move |tx| people::confirm(tx, other)).await, Err(Refused::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_an_administrator_becomes_no_officer_of_the_same_bureau_nor_the_reverse_and_the_code_stays_good() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let officer = world.person(&administrator, Role::RecoveryOfficer).await;
    for (who, role) in [(&administrator, Role::RecoveryOfficer), (&officer, Role::Administrator)] {
        let invited = world.invite(&administrator, role).await;
        let hat = invited.hat;
        world.confirmed(who);
        let code = InvitationCode::parse(invited.code.normalised()).unwrap();
        let refused = sign_in::join(&world.app, who.caller(), code, None).await;
        assert!(matches!(refused, Err(SignInError::Refused(Refused::Rule("administrators-hold-no-shares")))), "{refused:?}");
        assert_eq!(world.count(&format!("select count(*) as n from sec.invitation i join app.membership m on m.id = i.membership_id where m.id = '{hat}' and i.used_at is null and m.state = 'invited'")), 1);
        // Somebody else redeems it.
        world.enrol(invited).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_who_is_an_administrator_too_counts_as_no_officer_and_is_offered_no_confirmation() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    sql(&world, "update app.membership set state = 'ended' where role = 'RP'");
    let (first, both) = (world.person(&administrator, Role::RecoveryOfficer).await, world.person(&administrator, Role::RecoveryOfficer).await);
    sql(&world, &format!("insert into app.membership (id, person_id, bureau_id, role, state, account_sealed) select gen_random_uuid(), person_id, bureau_id, 'TA', 'active', '\\x00' from app.membership where id = '{}'", both.hat));
    // One who confirms is too few: the next begins at once, and only the one after that waits.
    assert!(joins(&world, &administrator, Role::RecoveryOfficer, "two").await.1);
    let (waiting, acts) = redeems(&world, &administrator, Role::RecoveryOfficer, "three").await;
    assert!(!acts);
    let hat = waiting.hat;
    assert!(matches!(world.app.run(both.caller(), move |tx| people::confirm(tx, hat)).await, Err(Refused::Rule("administrators-decide-not"))));
    world.name_everyone("Anna Bakker");
    let served = Served::new(&world);
    let page = async |who: &Someone| served.call(who, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let (offered, told) = (page(&first).await, page(&both).await);
    let field = format!("name=\"hat\" value=\"{hat}\"");
    assert!(offered.contains("action=\"/people/confirm\"") && offered.contains(&field), "{offered}");
    assert!(!told.contains("action=\"/people/confirm\"") && told.contains("U bent ook beheerder: anderen bevestigen hier de rollen."), "{told}");
    for shown in [&offered, &told] {
        assert!(shown.contains("Twee herstelfunctionarissen van het bureau bevestigen deze rol."), "why they wait, and who can: {shown}");
    }
    // Who waits wears nothing yet, and is of no nation.
    assert!(!page(&waiting).await.contains("Mensen met een landelijke rol"));
}
