//! Who works in a project, in whatever hat, decides nothing about it; who declared an interest stays out of it; two verdicts at once are
//! two; and what a rule of the gate refuses after two agreed ends with that reason.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use lering::access::Role;
use lering::ids::{OutputRequestId, ProjectId, SnapshotId};
use lering::research::{self, Checked, Verdict, Vote, Wanted};
use lering::tx::Refused;
use lering::{documents, forms};
use serde_json::json;

use crate::support::register::Register;
use crate::support::{Someone, World};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

/// From now on two hats are of one person.
fn one_person(world: &World, hat: &Someone, of: &Someone) {
    diesel::sql_query("update app.membership set person_id = (select person_id from app.membership where id = $2) where id = $1")
        .bind::<SqlUuid, _>(hat.hat.uuid()).bind::<SqlUuid, _>(of.hat.uuid()).execute(&mut world.connection("postgres")).unwrap();
}

/// Past the use cases, with the application's own role: how many rows, or that it is refused.
async fn past(world: &World, who: &Someone, sql: String) -> Result<usize, Refused> {
    world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await
}

async fn vote(world: &World, who: &Someone, id: ProjectId, vote: Vote) -> Result<research::State, Refused> {
    world.app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let within = research::find(tx, id)?;
        let sheet = documents::sheet_of(lering::access::Kind::Project, "research-assessment").unwrap();
        let answers = serde_json::from_value(json!({ "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Clear." })).unwrap();
        if !research::assessed(tx, id)? {
            forms::create(tx, sheet, within, None, &answers)?;
        }
        research::vote(tx, id, vote, None)
    }).await
}

fn wanted(snapshot: SnapshotId, outcome: &str, second: Option<&str>) -> Wanted {
    Wanted { snapshot: Some(snapshot), outcome: outcome.into(), keys: std::iter::once("incident_period").chain(second).map(str::to_owned).collect() }
}

async fn requested(world: &World, who: &Someone, project: Option<ProjectId>, what: Wanted, publication: bool) -> Result<OutputRequestId, Refused> {
    world.app.run(who.caller(), move |tx| research::request(tx, project, &what, publication, "comparison")).await
}

async fn checked(world: &World, who: &Someone, request: OutputRequestId) -> Result<Checked, Refused> {
    world.app.run(who.caller(), move |tx| research::check(tx, request, Verdict::Release, "safe")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_with_a_seat_on_the_committee_gets_no_key_and_no_vote() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let applicant = &people.researchers[0];
    let seat = world.invite(&by, Role::AccessCommittee).await;
    let seat = world.join(applicant, seat).await;
    let id = people.application(&world, 0, 300, vec![]).await;
    let held = format!("select count(*) as n from app.key_grant g join app.project p on p.compartment_id = g.compartment_id where p.id = '{id}' and g.membership_id = '{seat}'");
    assert_eq!(count(&world, &held), 0, "their own seat gets the key to what is decided about them");
    world.wears(applicant, seat).await;
    assert!(vote(&world, applicant, id, Vote::Approve).await.is_err());
    let sql = format!("insert into app.project_vote (project_id, version, membership_id, vote) values ('{id}', 1, '{seat}', 'approve')");
    assert!(past(&world, applicant, sql).await.is_err(), "the database lets them vote");
    world.wears(applicant, applicant.hat).await;
    // Somebody who comes to work in it after the committee got its keys.
    let late = &people.committee[0];
    diesel::sql_query("insert into app.project_person (project_id, membership_id) values ($1, $2)").bind::<SqlUuid, _>(id.uuid()).bind::<SqlUuid, _>(people.researchers[1].hat.uuid()).execute(&mut world.connection("postgres")).unwrap();
    one_person(&world, &people.researchers[1], late);
    let voted = vote(&world, late, id, Vote::Approve).await;
    assert!(matches!(voted, Err(Refused::Rule("has-interest"))), "{voted:?}");
    // Nor on what becomes of it.
    diesel::sql_query("update app.project set state = 'approved' where id = $1").bind::<SqlUuid, _>(id.uuid()).execute(&mut world.connection("postgres")).unwrap();
    let ended = world.app.run(late.caller(), move |tx| research::propose_end(tx, id, "interest")).await;
    assert!(matches!(ended, Err(Refused::Rule("has-interest"))), "{ended:?}");
    let change = world.app.run(people.committee[1].caller(), move |tx| research::propose_end(tx, id, "interest")).await.unwrap();
    let agreed = world.app.run(late.caller(), move |tx| research::agree(tx, id, change, true)).await;
    assert!(matches!(agreed, Err(Refused::Rule("has-interest"))), "{agreed:?}");
    let sql = format!("insert into app.project_change_vote (change_id, membership_id, agrees) values ('{change}', '{}', true)", late.hat);
    assert!(past(&world, late, sql).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declared_an_interest_stays_out_when_the_application_comes_back() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let third = world.person(&by, Role::AccessCommittee).await;
    let id = people.application(&world, 0, 300, vec![]).await;
    let left = &people.committee[0];
    world.app.run(left.caller(), move |tx| research::vote(tx, id, Vote::Conflict, None)).await.unwrap();
    for who in [&people.committee[1], &third] {
        vote(&world, who, id, Vote::Return).await.unwrap();
    }
    world.app.run(people.researchers[0].caller(), move |tx| -> Result<(), Refused> {
        research::choose_outcomes(tx, id, &["victim_formal_complaint".to_owned()])?;
        research::hand_in(tx, id)
    }).await.unwrap();
    let live = format!("select count(*) as n from app.compartment_member m join app.project p on p.compartment_id = m.compartment_id where p.id = '{id}' and m.membership_id = '{}' and (m.until is null or m.until > now())", left.hat);
    assert_eq!(count(&world, &live), 0, "who left for an interest has the key again");
    assert!(vote(&world, left, id, Vote::Approve).await.is_err());
    let sql = format!("insert into app.project_vote (project_id, version, membership_id, vote) values ('{id}', 2, '{}', 'approve')", left.hat);
    assert!(past(&world, left, sql).await.is_err());
    for (who, state) in [(&people.committee[1], research::State::Submitted), (&third, research::State::Approved)] {
        assert_eq!(vote(&world, who, id, Vote::Approve).await.unwrap(), state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_verdicts_at_once_are_two_and_none_of_somebody_who_works_in_the_project() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec![]).await;
    diesel::sql_query("update app.project set cells = 1000").execute(&mut world.connection("postgres")).unwrap();
    // A colleague of the project is an output checker as well.
    let third = world.invite(&by, Role::OutputChecker).await;
    let colleague = &people.researchers[1];
    let third = world.join(colleague, third).await;
    diesel::sql_query("insert into app.project_person (project_id, membership_id) values ($1, $2)").bind::<SqlUuid, _>(id.uuid()).bind::<SqlUuid, _>(people.researchers[1].hat.uuid()).execute(&mut world.connection("postgres")).unwrap();
    world.wears(colleague, third).await;
    for (round, outcome) in ["multiple_victims", "known_to_agency", "place_sphere", "measure_in_force", "child_exposed", "flags_band"].into_iter().enumerate() {
        let request = requested(&world, &people.researchers[0], Some(id), wanted(snapshot, outcome, None), false).await.unwrap();
        if round == 0 {
            let own = checked(&world, colleague, request).await;
            assert!(matches!(own, Err(Refused::Rule("has-interest"))), "{own:?}");
            let sql = format!("insert into app.output_check (request_id, membership_id, verdict, reason) values ('{request}', '{third}', 'release', 'safe')");
            assert!(past(&world, colleague, sql).await.is_err());
        }
        let (one, other) = tokio::join!(checked(&world, &people.checkers[0], request), checked(&world, &people.checkers[1], request));
        let mut found = [one.unwrap(), other.unwrap()].map(|checked| format!("{checked:?}"));
        found.sort();
        assert_eq!(found, ["Once", "Released"], "round {round}");
    }
    assert_eq!(count(&world, "select count(*) as n from app.output_request where state = 'open'"), 0);
    assert_eq!(count(&world, "select count(*) as n from app.released_table"), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_at_once_are_two_as_well() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    for _ in 0..4 {
        let id = people.application(&world, 0, 300, vec![]).await;
        let (one, other) = tokio::join!(vote(&world, &people.committee[0], id, Vote::Approve), vote(&world, &people.committee[1], id, Vote::Approve));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(matches!((one, other), (research::State::Approved, research::State::Submitted) | (research::State::Submitted, research::State::Approved)), "{one:?} {other:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_in_approved_projects_only_is_published_by_nobody() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec!["victim_formal_complaint".into()]).await;
    let what = || wanted(snapshot, "victim_formal_complaint", None);
    for (who, project) in [(&people.researchers[0], Some(id)), (&people.manager, None)] {
        let asked = requested(&world, who, project, what(), true).await;
        assert!(matches!(asked, Err(Refused::Rule("outcome-not-public"))), "{asked:?}");
    }
    // Within the project it may leave; not into the open, whoever agreed and however the request came there.
    let request = requested(&world, &people.researchers[0], Some(id), what(), false).await.unwrap();
    diesel::sql_query("update app.output_request set purpose = 'publication'").execute(&mut world.connection("postgres")).unwrap();
    assert_eq!(checked(&world, &people.checkers[0], request).await.unwrap(), Checked::Once);
    assert_eq!(checked(&world, &people.checkers[1], request).await.unwrap(), Checked::RefusedByGate);
    assert_eq!(count(&world, "select count(*) as n from app.output_request where state = 'refused' and refused_for = 'outcome-not-public'"), 1);
    assert_eq!(count(&world, "select count(*) as n from app.released_table"), 0);
}

/// The small set that every snapshot offers to all goes the way of any publication; proposed twice it is one.
#[tokio::test(flavor = "multi_thread")]
async fn the_manager_proposes_the_fixed_set_of_a_snapshot_once() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let propose = |who: &Someone| world.app.run(who.caller(), move |tx| research::propose_fixed_set(tx, snapshot));
    assert!(propose(&people.researchers[0]).await.is_err(), "a researcher proposes it");
    let proposed = propose(&people.manager).await.unwrap().proposed;
    assert!((3..20).contains(&proposed), "{proposed}");
    assert_eq!(propose(&people.manager).await.unwrap().proposed, 0);
    let waiting = world.app.run(people.checkers[0].caller(), research::requests).await.unwrap();
    assert!(waiting.len() == proposed && waiting.iter().all(|one| one.purpose == "publication" && one.reason == "fixed_set" && one.second.is_none() && one.project.is_none()));
    let request = waiting[0].id;
    for checker in &people.checkers {
        checked(&world, checker, request).await.unwrap();
    }
    assert_eq!(world.app.run_public(research::tables).await.unwrap().len(), 1);
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
}

/// The gate's own rules decide after both checkers: both verdicts stand, the query log tells it, and the request is over.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_gate_refuses_after_two_agreed_ends_with_its_reason() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec!["place_type".into()]).await;
    let request = requested(&world, &people.researchers[0], Some(id), wanted(snapshot, "place_sphere", None), false).await.unwrap();
    // Meanwhile the finer form of the same answer leaves.
    let fine = move || wanted(snapshot, "place_type", None);
    world.app.run(people.researchers[0].caller(), move |tx| {
        let cost = research::preview(tx, Some(id), &fine())?.cost;
        research::release(tx, id, &fine(), Some(cost)).map(drop)
    }).await.unwrap();
    assert_eq!(checked(&world, &people.checkers[0], request).await.unwrap(), Checked::Once);
    assert_eq!(checked(&world, &people.checkers[1], request).await.unwrap(), Checked::RefusedByGate);
    assert_eq!(count(&world, "select count(*) as n from app.output_check where verdict = 'release'"), 2, "both verdicts stand");
    assert_eq!(count(&world, "select count(*) as n from app.table_query where answer = 'family' and outcome = 'place_sphere'"), 1);
    let why: Word = diesel::sql_query("select state || ' ' || refused_for as word from app.output_request").get_result(&mut world.connection("postgres")).unwrap();
    assert_eq!(why.word.as_deref(), Some("refused gate-family"));
    let seen = world.app.run(people.researchers[0].caller(), research::requests).await.unwrap();
    assert_eq!((seen[0].state.as_str(), seen[0].refused_for.as_deref()), ("refused", Some("gate-family")));
    let again = checked(&world, &people.checkers[0], request).await;
    assert!(matches!(again, Err(Refused::Rule("already-settled"))), "{again:?}");
    // Asked straight, or anew, it is told at once.
    let coarse = move || wanted(snapshot, "place_sphere", None);
    let preview = world.app.run(people.researchers[0].caller(), move |tx| research::preview(tx, Some(id), &coarse())).await.unwrap();
    assert_eq!(preview.kept_by.as_deref(), Some("place_type"));
    let asked = world.app.run(people.researchers[0].caller(), move |tx| research::release(tx, id, &coarse(), Some(preview.cost))).await.unwrap();
    assert!(matches!(asked, research::Asked::Refused("gate-family")), "{asked:?}");
    let asked = requested(&world, &people.researchers[0], Some(id), coarse(), false).await;
    assert!(matches!(asked, Err(Refused::Rule("gate-family"))), "{asked:?}");
    // A finer form of what is public in a coarser one is no outcome of the list at all.
    let listed = world.app.run(people.manager.caller(), move |tx| research::askable(tx, Some(snapshot), None)).await.unwrap().1;
    assert!(listed.iter().any(|outcome| outcome.id == "method_group") && !listed.iter().any(|outcome| outcome.id == "method_main"));
    let asked = requested(&world, &people.manager, None, wanted(snapshot, "method_main", None), true).await;
    assert!(matches!(asked, Err(Refused::Faults(_))), "{asked:?}");
}

/// What was to leave beyond the budget and left another way meanwhile is no longer checked by anybody, and says what it asked.
#[tokio::test(flavor = "multi_thread")]
async fn an_overtaken_request_closes_itself() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec![]).await;
    let what = move || wanted(snapshot, "multiple_victims", None);
    let beyond = requested(&world, &people.researchers[0], Some(id), what(), false).await.unwrap();
    let public = requested(&world, &people.researchers[0], Some(id), what(), true).await.unwrap();
    world.app.run(people.researchers[0].caller(), move |tx| {
        let cost = research::preview(tx, Some(id), &what())?.cost;
        research::release(tx, id, &what(), Some(cost)).map(drop)
    }).await.unwrap();
    let state = |list: &[research::Request], of: OutputRequestId| { let one = list.iter().find(|one| one.id == of).unwrap(); (one.state.clone(), one.purpose.clone(), one.adds.is_some()) };
    for who in [&people.checkers[0], &people.researchers[0]] {
        let list = world.app.run(who.caller(), research::requests).await.unwrap();
        assert_eq!(state(&list, beyond), ("overtaken".into(), "beyond_budget".into(), false));
        assert_eq!(state(&list, public).0, "open", "to be made public is another thing");
    }
    let verdict = checked(&world, &people.checkers[0], beyond).await;
    assert!(matches!(verdict, Err(Refused::Rule("already-settled"))), "{verdict:?}");
    let again = requested(&world, &people.researchers[0], Some(id), what(), false).await;
    assert!(matches!(again, Err(Refused::Rule("already-released"))), "{again:?}");
}
