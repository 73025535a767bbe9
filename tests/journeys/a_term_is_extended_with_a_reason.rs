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

#[tokio::test(flavor = "multi_thread")]
async fn a_final_judgment_moves_the_record_of_a_case_that_is_not_reviewed_and_stays_visible() {
    let r = crate::support::review::Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let mut db = r.world.connection("postgres");
    let today = chrono::Utc::now().date_naive();
    let judged = async |who: lering::tx::Caller, ago: i64, from: &'static str| app.run(who, move |tx| cases::final_judgment(tx, case, today - chrono::Duration::days(ago), from)).await;
    assert!(matches!(judged(r.coordinator.caller(), 3, "The prosecutor wrote").await, Err(Refused::Rule("only-not-reviewed"))));
    diesel::sql_query("update app.case_file set state = 'not_reviewed' where id = $1").bind::<SqlUuid, _>(case).execute(&mut db).unwrap();
    diesel::sql_query("insert into app.deadline (id, case_id, kind, role, started_on, due_on) values (gen_random_uuid(), $1, 'record_closing', 'RM', current_date - 345, current_date + 20)").bind::<SqlUuid, _>(case).execute(&mut db).unwrap();
    let seen = async || {
        let view = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        let term = view.deadlines.iter().find(|term| term.kind == "record_closing").unwrap();
        ((term.due_on - today).num_days(), term.extended, view.final_judgment)
    };
    // A day to come is none, where it is known from is asked, and others may not.
    assert!(matches!(judged(r.coordinator.caller(), -2, "The prosecutor wrote").await, Err(Refused::Faults(_))));
    assert!(matches!(judged(r.coordinator.caller(), 3, " ").await, Err(Refused::Faults(_))));
    assert!(matches!(judged(r.chair.caller(), 3, "The newspaper").await, Err(Refused::NotYours)));
    assert_eq!(seen().await, (20, 0, None));
    // Long ago: the term it has anyway is later, and stays. Not long ago: sixty days after it, on a working day.
    assert_eq!(judged(r.coordinator.caller(), 50, "The prosecutor wrote").await.unwrap(), today + chrono::Duration::days(20));
    assert_eq!(seen().await, (20, 0, Some(today - chrono::Duration::days(50))));
    let until = judged(r.coordinator.caller(), 3, "The supreme court, 14 pages").await.unwrap();
    let (due, extended, on) = seen().await;
    assert_eq!((due, extended, on), ((until - today).num_days(), 1, Some(today - chrono::Duration::days(3))));
    assert!((57..=62).contains(&due), "{due}");
    r.world.name_everyone("Ans Bakker");
    let served = crate::support::served::Served::new(&r.world);
    let page = async |path: &str| served.call(&r.coordinator, reqwest::Method::GET, &format!("/cases/{case}{path}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page("").await.contains("Uitspraak onherroepelijk sinds") && page("/history").await.contains("termijn van het record van"), "it stays visible");
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    let why = reasons.iter().find(|one| one.words.contains("supreme court")).unwrap();
    assert_eq!((why.about.as_str(), why.until, why.kind.clone()), ("final_judgment", Some(until), Some((today - chrono::Duration::days(3)).to_string())));
}
