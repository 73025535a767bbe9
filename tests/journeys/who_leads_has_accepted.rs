//! Who was named chair leads nothing before they accept, and agrees to no deferral nobody asked for.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::{Kind, Role};
use lering::cases::{self, Named};
use lering::tx::Refused;
use lering::{compartments, forms};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::facts::another_notification;
use crate::support::review::{Review, answers, told};
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn a_chair_decides_after_accepting_and_agrees_to_a_request_that_was_made() {
    let r = Review::new().await;
    let (app, of, chair) = (&r.world.app, told(), r.chair.hat);
    let case = app.run(r.coordinator.caller(), move |tx| cases::notify(tx, &of, &another_notification())).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat: chair, role: Role::Chair, sector: String::new(), dv_expert: false })).await.unwrap();
    diesel::sql_query("update app.case_file set state = 'commissioned', state_since = now() - interval '1 minute' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let page = async || served.call(&r.chair, Method::GET, &format!("/cases/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let declare = async |name: &'static str| app.run(r.chair.caller(), move |tx| cases::declare(tx, case, name, None)).await;
    let term = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().deadlines.remove(0);
    let extend = async || app.run(r.chair.caller(), move |tx| cases::extend(tx, case, term.id, term.due_on + chrono::Duration::days(20), "De rechtbank vraagt tijd.")).await;
    // Named, and no more: nothing is offered, and nothing taken.
    let shown = page().await;
    assert!(shown.contains("/accept") && !shown.contains("/facts/") && !shown.contains("/extend"), "{shown}");
    for name in ["conflict_checked", "chair_agrees_deferral"] {
        assert!(matches!(declare(name).await, Err(Refused::Rule("accept-first"))), "{name}");
    }
    assert!(matches!(extend().await, Err(Refused::Rule("accept-first"))));
    app.run(r.chair.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    let shown = page().await;
    assert!(shown.contains("/facts/conflict_checked") && shown.contains("/extend") && !shown.contains("/facts/chair_agrees_deferral"), "{shown}");
    declare("conflict_checked").await.unwrap();
    extend().await.unwrap();
    // Nobody asked to defer.
    assert!(matches!(declare("chair_agrees_deferral").await, Err(Refused::Rule("deferral-not-asked"))));
    let room = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let asked = answers(json!({ "reason": "strafzaak", "asked_by": "De officier van justitie in Assen", "instead": "no" }));
    app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::DEFERRAL, room, None, &asked)).await.unwrap();
    // Who agrees reads what was asked, and nobody else beside the coordinator does.
    let shown = page().await;
    assert!(shown.contains("/facts/chair_agrees_deferral") && shown.contains("Strafzaak") && shown.contains("De officier van justitie in Assen"), "{shown}");
    let read = async |who: &Someone| app.run(who.caller(), move |tx| cases::deferral_asked(tx, case)).await;
    assert!(read(&r.chair).await.unwrap().is_some() && read(&r.coordinator).await.unwrap().is_some());
    assert!(read(&r.secretary).await.is_err() || read(&r.secretary).await.unwrap().is_none());
    declare("chair_agrees_deferral").await.unwrap();
}
