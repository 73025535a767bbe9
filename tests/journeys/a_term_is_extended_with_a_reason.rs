use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::{Kind, Role};
use lering::cases;
use lering::compartments;
use lering::ids::DeadlineId;
use lering::tx::Refused;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn i_15_only_who_leads_extends_later_with_a_reason_and_it_stays_visible() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (coordinator, other) = (world.person(&administrator, Role::Coordinator).await, world.person(&administrator, Role::Chair).await);
    let case = world.case(&coordinator).await;
    world.app.run(coordinator.caller(), move |tx| compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)).await.unwrap();
    let term = DeadlineId::new();
    let mut db = world.connection("postgres");
    diesel::sql_query("insert into app.deadline (id, case_id, kind, role, started_on, due_on, reminded) values ($1, $2, 'screening', 'CO', '2026-03-02', '2026-04-01', '{half,d7}')")
        .bind::<SqlUuid, _>(term).bind::<SqlUuid, _>(case).execute(&mut db).unwrap();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let extend = |who: lering::tx::Caller, until: &str, reason: &'static str| {
        let (app, until) = (world.app.clone(), day(until));
        async move { app.run(who, move |tx| cases::extend(tx, case, term, until, reason)).await }
    };
    // Others may not; a day that is not later and a missing reason are named; nothing has changed.
    assert!(matches!(extend(other.caller(), "2026-05-01", "illness").await, Err(Refused::NotFound | Refused::NotYours)));
    let Err(Refused::Faults(faults)) = extend(coordinator.caller(), "2026-04-01", "  ").await else { panic!("faults") };
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["until", "reason"]);
    assert!(matches!(extend(coordinator.caller(), "2027-06-01", "illness").await, Err(Refused::Faults(_))));
    let seen = || world.app.run(coordinator.caller(), move |tx| cases::view(tx, case));
    let before = seen().await.unwrap().deadlines;
    assert_eq!((before[0].due_on, before[0].extended), (day("2026-04-01"), 0));
    // Saturday 2 May becomes Monday 4 May; reminders begin anew.
    assert_eq!(extend(coordinator.caller(), "2026-05-02", "The prosecutor asked for two weeks").await.unwrap(), day("2026-05-04"));
    let after = seen().await.unwrap().deadlines;
    assert_eq!((after[0].due_on, after[0].extended), (day("2026-05-04"), 1));
    // While the case is deferred the term stands still.
    diesel::sql_query("update app.deadline set paused_on = current_date where id = $1").bind::<SqlUuid, _>(term).execute(&mut db).unwrap();
    assert!(matches!(extend(coordinator.caller(), "2026-06-01", "illness").await, Err(Refused::Rule("term-stands-still"))));
}
