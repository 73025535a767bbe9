//! Each snapshot offers the same small set of tables to everybody. Nobody has to know of it: freezing proposes it, the checkers find it waiting, and the
//! register's manager reads how far it is.

use lering::research::{self, Checked, FixedState, Verdict};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

async fn page(served: &Served, who: &Someone, path: &str) -> String {
    served.call(who, Method::GET, path).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_anybody_asking_and_by_two_checkers_and_the_gate() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    world.name_everyone("R. Beheer");
    let (status, frozen) = served.post(&people.manager, "/api/v1/register/snapshots", &json!({ "invented": { "cases": 300, "seed": 4 } })).await;
    assert_eq!(status, 201, "{frozen}");
    let id = frozen["id"].as_str().unwrap();
    // Nobody did anything more: the checkers find it, each outcome once, by the period alone, none of it counted or spent.
    let waiting = world.app.run(people.checkers[0].caller(), research::requests).await.unwrap();
    assert!((3..20).contains(&waiting.len()), "{}", waiting.len());
    assert!(waiting.iter().all(|one| one.snapshot.to_string() == id && one.state == "open" && one.purpose == "publication" && one.reason == "fixed_set" && one.second.is_none() && one.project.is_none()));
    assert!(waiting.iter().all(|one| one.adds.as_ref().is_some_and(|adds| adds.spent == 0)), "nothing is spent before two agreed");
    assert!(world.app.run_public(research::tables).await.unwrap().is_empty());
    let state = || async {
        let snapshot: lering::ids::SnapshotId = id.parse().unwrap();
        world.app.run(people.manager.caller(), move |tx| { let snapshot = lering::register::snapshot(tx, snapshot)?; research::fixed_state(tx, &snapshot) }).await.unwrap()
    };
    let all = waiting.len();
    assert_eq!(state().await, FixedState { waiting: all, ..FixedState::default() });
    // What is proposed by hand is the same set.
    let (status, again) = served.post(&people.manager, &format!("/api/v1/register/snapshots/{id}/fixed-set"), &Value::Null).await;
    assert_eq!((status, &again["proposed"], &again["leftOut"]), (200, &json!(0), &json!([])), "{again}");

    // One becomes public by two, one stays inside by a word of one.
    let (safe, small) = (waiting[0].id, waiting[1].id);
    for checker in &people.checkers {
        world.app.run(checker.caller(), move |tx| research::check(tx, safe, Verdict::Release, "safe")).await.unwrap();
    }
    let kept = world.app.run(people.checkers[0].caller(), move |tx| research::check(tx, small, Verdict::Refuse, "small_group")).await.unwrap();
    assert_eq!(kept, Checked::Refused);
    assert_eq!(state().await, FixedState { waiting: all - 2, public: 1, inside: 1, ..FixedState::default() });
    let shown = page(&served, &people.manager, "/register/snapshots").await;
    assert!(shown.contains(&format!("<dd><a href=\"/register/requests\">{}</a></dd>", all - 2)) && shown.contains("Vaste openbare tabellen"), "{shown}");
    assert!(shown.contains(&format!("/register/snapshots/{id}/fixed-set")), "what stayed inside may be proposed once more");
    // Then that one waits again, and there is nothing left to propose.
    let (_, again) = served.post(&people.manager, &format!("/api/v1/register/snapshots/{id}/fixed-set"), &Value::Null).await;
    assert_eq!(again["proposed"], json!(1), "{again}");
    assert_eq!(state().await, FixedState { waiting: all - 1, public: 1, inside: 0, ..FixedState::default() });
    assert!(!page(&served, &people.manager, "/register/snapshots").await.contains(&format!("/register/snapshots/{id}/fixed-set")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_before_says_that_its_set_was_never_proposed() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    world.name_everyone("R. Beheer");
    // As snapshots were frozen before they proposed their set.
    let id = people.frozen(&world, 300, 4).await;
    let shown = page(&served, &people.manager, "/register/snapshots").await;
    assert!(shown.contains("Nog niet voorgesteld") && shown.contains(&format!("/register/snapshots/{id}/fixed-set")), "{shown}");
}

/// The same tables of two snapshots wait side by side: each card says of which it is, and none has the name of another.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_says_of_which_snapshot_it_is() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    world.name_everyone("R. Beheer");
    for cases in [300, 600] {
        let (status, frozen) = served.post(&people.manager, "/api/v1/register/snapshots", &json!({ "invented": { "cases": cases, "seed": 4 } })).await;
        assert_eq!(status, 201, "{frozen}");
    }
    let shown = page(&served, &people.checkers[0], "/register/requests").await;
    let heads: Vec<&str> = shown.split("<h2 id=\"r-").skip(1).filter_map(|rest| rest.split_once("\">")?.1.split("</h2>").next()).collect();
    let of = |number: &str| heads.iter().filter(|head| head.contains(number)).count();
    assert!(of("Stand 1, ") >= 3 && of("Stand 2, ") >= 3 && of("Stand 1, ") + of("Stand 2, ") == heads.len(), "{heads:?}");
    assert_eq!(heads.iter().collect::<std::collections::BTreeSet<_>>().len(), heads.len(), "{heads:?}");
    // A part that scrolls is named by its card too.
    let regions = shown.matches("role=\"region\"").count();
    assert!(regions > 0 && shown.matches("aria-labelledby=\"r-").count() == regions && !shown.contains("<section class=\"panel\" aria-labelledby"), "{shown}");
}
