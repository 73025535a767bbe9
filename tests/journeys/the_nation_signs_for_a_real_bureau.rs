//! A bureau that is for no practice has nobody of its own who signs for the nation: what it asks is sealed to people of the nation, who were made
//! at the command line and confirmed by two of the nation, and who belong to no bureau.

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::cases::{self, State, Step};
use lering::{compartments, people};
use lering::tx::{Place, Refused};
use reqwest::Method;

use crate::support::review::Review;
use crate::support::served::Served;
use crate::support::{Someone, World};

static MARK: Act = Act { name: "test.mark", within: Kind::Case, by: &[], step_up: false };

/// Somebody of the nation who waits until two recovery officers of the nation have confirmed them.
async fn confirmed(world: &World, role: Role, officers: &[Someone; 2]) -> Someone {
    let one = world.national(role).await;
    diesel::sql_query("update app.membership set state = 'waiting' where id = $1").bind::<SqlUuid, _>(one.hat).execute(&mut world.connection("postgres")).unwrap();
    let hat = one.hat;
    for officer in officers {
        world.app.run(officer.caller(), move |tx| people::confirm(tx, hat)).await.unwrap();
    }
    one
}

struct Real {
    r: Review,
    officers: [Someone; 2],
    nation: Someone,
}

impl Real {
    async fn new() -> Real {
        let r = Review::new().await;
        let officers = [r.world.national(Role::RecoveryOfficer).await, r.world.national(Role::RecoveryOfficer).await];
        let nation = confirmed(&r.world, Role::NationalCoordinator, &officers).await;
        r.world.in_earnest();
        diesel::sql_query("update app.case_file set practice = false").execute(&mut r.world.connection("postgres")).unwrap();
        Real { r, officers, nation }
    }

    fn stands(&self, state: &str) {
        diesel::sql_query("update app.case_file set state = $1, state_since = now() - interval '1 minute' where id = $2")
            .bind::<Text, _>(state).bind::<SqlUuid, _>(self.r.case).execute(&mut self.r.world.connection("postgres")).unwrap();
    }

    async fn reached(&self, names: &'static [&'static str]) {
        let case = self.r.case;
        self.r.world.app.run(self.r.coordinator.caller(), move |tx| -> Result<(), Refused> {
            let permit = tx.permit(&MARK, Place::Case(case), None)?;
            names.iter().copied().try_for_each(|name| cases::record(tx, &permit, name, None))
        }).await.unwrap();
    }

    /// The coordinator asks, the nation reads the words and signs, the coordinator goes on.
    async fn signed(&self, kind: &'static str, words: &'static str, step: Step) -> State {
        let (app, case) = (&self.r.world.app, self.r.case);
        let asked = app.run(self.r.coordinator.caller(), move |tx| cases::propose(tx, case, kind, words)).await.unwrap();
        let waiting = app.run(self.nation.caller(), cases::waiting_proposals).await.unwrap();
        assert_eq!(waiting.iter().map(|(one, read)| (one.id, read.as_deref())).collect::<Vec<_>>(), [(asked, Some(words))]);
        app.run(self.nation.caller(), move |tx| cases::settle_proposal(tx, asked, None)).await.unwrap();
        app.run(self.r.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, step, seen) }).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_review_and_no_publication_are_signed_by_the_nation_to_the_end() {
    let real = Real::new().await;
    let case = real.r.case;
    real.stands("screening");
    real.reached(&["screening_complete", "decision_not_reviewed", "relatives_view_asked"]).await;
    assert_eq!(real.signed("not_reviewed", "De rechter oordeelde al.", Step::T4).await, State::NotReviewed);
    real.stands("decided");
    real.r.world.app.run(real.r.coordinator.caller(), move |tx| cases::declare(tx, case, "unpublished_because", Some("Het dorp is klein."))).await.unwrap();
    assert_eq!(real.signed("closed_unpublished", "Het dorp is klein.", Step::T18).await, State::ClosedUnpublished);
    // How the case went says that it was signed, and by whom.
    real.r.world.name_everyone("Anna Bakker");
    real.r.world.named(&real.nation, "Sanne Verhoef");
    let served = Served::new(&real.r.world);
    let page = served.call(&real.r.coordinator, Method::GET, &format!("/cases/{case}/history")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Tweede handtekening gegeven: geen review") && page.matches("Sanne Verhoef").count() == 2, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_asks_the_nation_gets_a_key_of_it_and_never_the_account() {
    let real = Real::new().await;
    let (r, nation) = (&real.r, real.nation.hat);
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let count = async |who: &Someone, sql: &'static str, hat: lering::ids::MembershipId| r.world.app.run(who.caller(), move |tx| -> Result<i64, Refused> {
        Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(hat).get_result::<Count>(tx.db())?.n)
    }).await.unwrap();
    let key = "select count(*) as n from sec.key_of_nation($1)";
    for (who, given) in [(&r.coordinator, 1), (&r.chair, 1), (&r.secretary, 0), (&r.administrator, 0)] {
        assert_eq!(count(who, key, nation).await, given);
        assert_eq!(count(who, "select count(*) as n from app.person p join app.membership m on m.person_id = p.id where m.id = $1", nation).await, 0, "the row of the person is hidden");
    }
    // Of who is not confirmed yet, of other roles and of another bureau nothing is given.
    let waits = r.world.national(Role::NationalCoordinator).await;
    diesel::sql_query("update app.membership set state = 'waiting' where id = $1").bind::<SqlUuid, _>(waits.hat).execute(&mut r.world.connection("postgres")).unwrap();
    for hat in [waits.hat, real.officers[0].hat, r.chair.hat] {
        assert_eq!(count(&r.coordinator, key, hat).await, 0);
    }
    // In a bureau for practice nobody of the nation is asked.
    diesel::sql_query("update app.bureau set practice = true").execute(&mut r.world.connection("postgres")).unwrap();
    assert_eq!(count(&r.coordinator, key, nation).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bureau_makes_nobody_of_the_nation_unless_it_is_for_practice() {
    let r = Review::new().await;
    let (world, case) = (&r.world, r.case);
    let officers = [world.national(Role::RecoveryOfficer).await, world.national(Role::RecoveryOfficer).await];
    // Made while the bureau practised, as it could be made by any bureau before.
    let own = world.person(&r.administrator, Role::NationalCoordinator).await;
    let national = [Role::NationalCoordinator, Role::RegisterManager, Role::Researcher, Role::AccessCommittee, Role::OutputChecker];
    let invited = async |role: Role| people::invite(&world.app, r.administrator.caller(), people::Invitation { role, name: "Nynke Vermeer".into(), organisation: None, second: None }).await.map(|made| made.hat);
    world.name_everyone("Anna Bakker");
    let served = Served::new(world);
    let offered = async || {
        let page = served.call(&r.administrator, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("<option value=\"CH\">"), "{page}");
        national.into_iter().filter(|role| page.contains(&format!("<option value=\"{}\">", role.code()))).count()
    };
    assert_eq!(offered().await, 5);
    assert!(invited(Role::Researcher).await.is_ok());
    world.in_earnest();
    diesel::sql_query("update app.case_file set practice = false, state = 'screening', state_since = now() - interval '1 minute'").execute(&mut world.connection("postgres")).unwrap();
    for role in national {
        assert!(matches!(invited(role).await, Err(Refused::Rule("role-of-the-nation"))), "{role:?}");
    }
    assert!(invited(Role::QualityReviewer).await.is_ok() && invited(Role::Coder).await.is_ok());
    assert_eq!(offered().await, 0);
    // Past the program neither.
    let by_hand = world.app.run(r.administrator.caller(), |tx| -> Result<usize, Refused> {
        let (by, bureau) = (tx.hat()?, tx.bureau()?);
        Ok(diesel::sql_query("insert into app.membership (id, bureau_id, role, account_sealed, invited_by) values (gen_random_uuid(), $1, 'NC', '\\x00', $2)").bind::<SqlUuid, _>(bureau).bind::<SqlUuid, _>(by).execute(tx.db())?)
    }).await;
    assert!(by_hand.is_err());
    // Who was made earlier is not asked, and signs nothing.
    let ask = async || world.app.run(r.coordinator.caller(), move |tx| cases::propose(tx, case, "not_reviewed", "De rechter oordeelde al.")).await;
    assert!(matches!(ask().await, Err(Refused::Rule("no-national-coordinator"))));
    let nation = confirmed(world, Role::NationalCoordinator, &officers).await;
    let asked = ask().await.unwrap();
    assert!(matches!(world.app.run(own.caller(), move |tx| cases::settle_proposal(tx, asked, None)).await, Err(Refused::Rule("role-of-the-nation"))));
    let past = world.app.run(own.caller(), |tx| -> Result<usize, Refused> { Ok(diesel::sql_query("update app.proposal set state = 'signed'").execute(tx.db())?) }).await;
    assert!(matches!(past, Ok(0) | Err(_)), "{past:?}");
    world.app.run(nation.caller(), move |tx| cases::settle_proposal(tx, asked, None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nations_register_manager_names_coders_of_a_real_bureau() {
    let r = Review::new().await;
    let coder = r.world.person(&r.administrator, Role::Coder).await;
    let manager = r.world.national(Role::RegisterManager).await;
    let seen = async || -> Vec<lering::ids::MembershipId> { r.world.app.run(manager.caller(), people::list).await.unwrap().into_iter().filter(|one| one.role == "CD").map(|one| one.id).collect() };
    r.world.name_everyone("Anna Bakker");
    assert!(seen().await.is_empty(), "those of a bureau for practice are its own");
    r.world.in_earnest();
    assert_eq!(seen().await, [coder.hat]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_later_has_no_key_to_what_was_asked_and_still_sees_their_page() {
    let real = Real::new().await;
    let (app, case) = (&real.r.world.app, real.r.case);
    real.stands("screening");
    let ask = async || app.run(real.r.coordinator.caller(), move |tx| cases::propose(tx, case, "not_reviewed", "De rechter oordeelde al.")).await.unwrap();
    let before = ask().await;
    let later = confirmed(&real.r.world, Role::NationalCoordinator, &real.officers).await;
    real.r.world.name_everyone("Anna Bakker");
    let served = Served::new(&real.r.world);
    let page = async |who: &Someone| {
        let answer = served.call(who, Method::GET, "/national").header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, shown) = page(&later).await;
    assert!(status == 200 && shown.contains("U heeft hier geen sleutel van") && !shown.contains("De rechter oordeelde al.") && !shown.contains("value=\"sign\""), "{status} {shown}");
    assert!(page(&real.nation).await.1.contains("De rechter oordeelde al."));
    // Nor is it signed, or refused, unread.
    for because in [None, Some("Nee.")] {
        let refused = app.run(later.caller(), move |tx| cases::settle_proposal(tx, before, because)).await;
        assert!(matches!(refused, Err(Refused::Rule("words-not-read"))), "{refused:?}");
    }
    // Beside one that can be read it hides nothing; taken back and asked again it opens.
    app.run(real.r.coordinator.caller(), move |tx| cases::withdraw_proposal(tx, case, before)).await.unwrap();
    ask().await;
    let (status, shown) = page(&later).await;
    assert!(status == 200 && shown.contains("De rechter oordeelde al.") && shown.contains("value=\"sign\""), "{status} {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_officers_of_the_nation_confirm_on_their_page_and_who_is_of_the_nation_has_a_name() {
    let r = Review::new().await;
    let world = &r.world;
    let officers = [world.national(Role::RecoveryOfficer).await, world.national(Role::RecoveryOfficer).await];
    let reviewer = world.national(Role::QualityReviewer).await;
    diesel::sql_query("update app.membership set state = 'waiting' where id = $1").bind::<SqlUuid, _>(reviewer.hat).execute(&mut world.connection("postgres")).unwrap();
    world.in_earnest();
    world.name_everyone("Anna Bakker");
    world.named(&reviewer, "Sanne Verhoef");
    let served = Served::new(world);
    let field = format!("name=\"hat\" value=\"{}\"", reviewer.hat);
    for (at, officer) in officers.iter().enumerate() {
        // Where they land leads to the people there are to confirm.
        let landed = served.call(officer, Method::GET, "/recovery").header("accept", "text/html").send().await.unwrap();
        assert_eq!((landed.status().as_u16(), landed.headers()["location"].to_str().unwrap()), (303, "/people"));
        let page = served.call(officer, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Sanne Verhoef") && page.contains("action=\"/people/confirm\"") && page.contains(&field), "{page}");
        let body = format!("hat={}", reviewer.hat);
        let done = served.call(officer, Method::POST, "/people/confirm").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        assert_eq!(done.status().as_u16(), 303);
        // Who has confirmed is not asked again: another is needed. The list is of no bureau.
        let after = served.call(officer, Method::GET, "/people").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(!after.contains(&field) && after.contains("U hebt deze rol bevestigd.") == (at == 0), "{after}");
        assert!(after.contains("Mensen met een landelijke rol") && !after.contains("Mensen van uw bureau"), "{after}");
    }
    let hat = reviewer.hat;
    let listed = async |who: &Someone| world.app.run(who.caller(), people::list).await.unwrap().into_iter().find(|one| one.id == hat).map(|one| (one.name, one.state));
    assert_eq!(listed(&r.coordinator).await, Some(("Sanne Verhoef".to_owned(), "active".to_owned())));
    assert_eq!(world.app.run(r.chair.caller(), move |tx| people::name_of(tx, hat)).await.unwrap(), "Sanne Verhoef");
    // Others of the bureau do not meet them.
    assert_eq!(listed(&r.secretary).await, None);
    let past = world.app.run(r.secretary.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query("select 1 from sec.accounts_beyond(array[$1])").bind::<SqlUuid, _>(hat).execute(tx.db())?) }).await.unwrap();
    assert_eq!(past, 0);
    // Who takes part in the same case does, and seals to them.
    let case = r.case;
    world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &cases::Named { hat, role: Role::QualityReviewer, sector: String::new(), dv_expert: false })).await.unwrap();
    let beside = world.app.run(r.secretary.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.into_iter().find(|party| party.hat == hat).map(|party| party.name);
    assert_eq!(beside.as_deref(), Some("Sanne Verhoef"));
    assert!(world.app.run(r.secretary.caller(), move |tx| compartments::recipient(tx, hat)).await.is_ok());
}
