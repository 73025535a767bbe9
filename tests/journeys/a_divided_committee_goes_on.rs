//! A committee that does not agree does not stand still: who has not voted decides, or all vote again after they spoke; who has an interest does
//! not count, and a member who comes later reads the application when it is laid before them.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::ids::ProjectId;
use lering::research::{self, Standing, State, Vote};
use lering::tx::Refused;
use lering::{documents, forms};
use serde_json::json;

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn told(world: &World, who: &Someone, kind: &str) -> i64 {
    diesel::sql_query(format!("select count(*) as n from app.notice where membership_id = '{}' and kind = '{kind}'", who.hat)).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

async fn vote(world: &World, who: &Someone, id: ProjectId, vote: Vote) -> Result<State, Refused> {
    world.app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let within = research::find(tx, id)?;
        let sheet = documents::sheet_of(lering::access::Kind::Project, "research-assessment").unwrap();
        let answers = serde_json::from_value(json!({ "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Clear." })).unwrap();
        if vote != Vote::Conflict && !research::assessed(tx, id)? {
            forms::create(tx, sheet, within, None, &answers)?;
        }
        research::vote(tx, id, vote, None)
    }).await
}

async fn standing(world: &World, who: &Someone, id: ProjectId) -> (Option<Standing>, bool) {
    let view = world.app.run(who.caller(), move |tx| research::view(tx, id)).await.unwrap();
    (view.standing, view.further)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_votes_again_after_words() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    let ([first, second], applicant) = (&people.committee, &people.researchers[0]);
    for (who, name) in [(applicant, "R. Zoeker"), (&people.researchers[1], "T. Zoeker"), (first, "C. Lid"), (second, "D. Lid")] {
        world.named(who, name);
    }
    let id = people.application(&world, 0, 300, vec![]).await;
    assert_eq!(standing(&world, applicant, id).await, (Some(Standing::Open), false));
    let before = told(&world, first, "task_assigned");
    assert_eq!(vote(&world, first, id, Vote::Approve).await.unwrap(), State::Submitted);
    assert!(matches!(vote(&world, first, id, Vote::Decline).await, Err(Refused::Rule("already-voted"))), "not before the others have voted");
    let past = |who: &Someone| {
        let (caller, sql) = (who.caller(), format!("update app.project_vote set vote = 'decline' where project_id = '{id}'"));
        world.app.run(caller, move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) })
    };
    assert!(!matches!(past(first).await, Ok(1..)), "nor past the use cases");
    assert_eq!(vote(&world, second, id, Vote::Decline).await.unwrap(), State::Submitted);
    for who in [applicant, first, second] {
        assert_eq!(standing(&world, who, id).await, (Some(Standing::Divided), false));
    }
    assert_eq!(told(&world, first, "task_assigned"), before + 1, "the other member hears that it goes on");
    let page = async |who: &Someone| served.call(who, reqwest::Method::GET, &format!("/register/projects/{id}")).send().await.unwrap().text().await.unwrap();
    assert!(page(applicant).await.contains("geen twee zijn het eens"));
    let again = page(first).await;
    assert!(again.contains("geen twee zijn het eens") && again.contains(&format!("/register/projects/{id}/vote")), "the page says it, and takes a vote");
    // The same again decides nothing; another does, and each votes for themselves only.
    assert_eq!(vote(&world, second, id, Vote::Decline).await.unwrap(), State::Submitted);
    assert!(matches!(past(&people.researchers[1]).await, Ok(0) | Err(_)));
    assert_eq!(vote(&world, second, id, Vote::Approve).await.unwrap(), State::Approved);
    assert!(matches!(vote(&world, first, id, Vote::Decline).await, Err(Refused::Rule("not-handed-in"))), "what is decided is decided");
    assert_eq!(standing(&world, applicant, id).await.0, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_member_decides() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let third = world.person(&by, Role::AccessCommittee).await;
    let id = people.application(&world, 0, 300, vec![]).await;
    vote(&world, &people.committee[0], id, Vote::Approve).await.unwrap();
    vote(&world, &people.committee[1], id, Vote::Decline).await.unwrap();
    let applicant = &people.researchers[0];
    world.named(applicant, "R. Zoeker");
    assert_eq!(standing(&world, applicant, id).await, (Some(Standing::Open), false), "the third has not voted");
    assert_eq!(vote(&world, &third, id, Vote::Decline).await.unwrap(), State::Declined);
    let handed = world.app.run(applicant.caller(), move |tx| research::hand_in(tx, id)).await;
    assert!(matches!(handed, Err(Refused::Rule("project-over"))), "{handed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_interest_does_not_count_and_another_member_takes_part() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let ([first, second], applicant) = (&people.committee, &people.researchers[0]);
    world.named(applicant, "R. Zoeker");
    let id = people.application(&world, 0, 300, vec![]).await;
    vote(&world, first, id, Vote::Approve).await.unwrap();
    vote(&world, second, id, Vote::Conflict).await.unwrap();
    assert_eq!((standing(&world, applicant, id).await, told(&world, applicant, "state_changed")), ((Some(Standing::TooFew), false), 1), "the applicant hears that one is left");
    let lay = || world.app.run(applicant.caller(), move |tx| research::hand_in(tx, id));
    assert!(matches!(lay().await, Err(Refused::Rule("application-handed-in"))), "there is nobody to lay it before");
    // Somebody new has no key to it before the applicant lays it before them.
    let third = world.person(&by, Role::AccessCommittee).await;
    assert!(vote(&world, &third, id, Vote::Approve).await.is_err());
    assert_eq!(standing(&world, applicant, id).await, (Some(Standing::TooFew), true));
    let other = world.app.run(people.researchers[1].caller(), move |tx| research::hand_in(tx, id)).await;
    assert!(other.is_err(), "nobody else lays it before anybody");
    lay().await.unwrap();
    assert_eq!((standing(&world, applicant, id).await, told(&world, &third, "task_assigned")), ((Some(Standing::Open), false), 1));
    assert!(vote(&world, second, id, Vote::Approve).await.is_err(), "who has an interest stays out");
    assert_eq!(vote(&world, &third, id, Vote::Approve).await.unwrap(), State::Approved);
    // What was taken back is not handed in: it says so.
    let taken = people.application(&world, 0, 300, vec![]).await;
    world.app.run(applicant.caller(), move |tx| research::withdraw(tx, taken)).await.unwrap();
    let handed = world.app.run(applicant.caller(), move |tx| research::hand_in(tx, taken)).await;
    assert!(matches!(handed, Err(Refused::Rule("project-over"))), "{handed:?}");
}
