//! One table says what is kept how long: the worker deletes by it and no day sooner, pages show rule and day, the database holds the least.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::compartments::{self, Written};
use lering::ids::{CompartmentId, ItemId};
use lering::settings::{By, Configured, Keep};
use lering::tx::{Place, Refused};
use lering::{cases, relatives, worker};
use serde_json::json;

use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }
#[derive(QueryableByName)]
struct Line { #[diesel(sql_type = Text)] line: String }

fn count(r: &Review, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

fn stand(r: &Review, state: &str, ago: &str) {
    diesel::sql_query(format!("update app.case_file set state = '{state}', state_since = now() - interval '{ago}' where id = $1")).bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
}

static NOTE: Act = Act { name: "test.note", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
static CASE_NOTE: Act = Act { name: "test.case_note", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

async fn opens(r: &Review, act: &'static Act, within: CompartmentId, item: ItemId) -> bool {
    r.world.app.run(r.coordinator.caller(), move |tx| -> Result<(), Refused> {
        let permit = tx.permit(act, Place::Compartment(within), item.uuid())?;
        compartments::open::<String>(tx, &permit, item).map(drop)
    }).await.is_ok()
}

async fn written(r: &Review, act: &'static Act, within: CompartmentId) -> ItemId {
    r.world.app.run(r.coordinator.caller(), move |tx| -> Result<ItemId, Refused> {
        let permit = tx.permit(act, Place::Compartment(within), None)?;
        compartments::put(tx, &permit, &Written { kind: "note", subject: None, form_version: "1", ground: "public_task", complete: true }, &"words")
    }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn i_12_relatives_words_go_two_years_after_closing_the_case_after_five_and_nothing_sooner() {
    let r = Review::new().await;
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let (id, kin) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let relative = r.world.person(&r.coordinator, Role::Relative).await.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, relative, Role::Relative, None)).await.unwrap();
    let own = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_case(tx, case, Kind::Case)).await.unwrap()[0].id;
    let (words, note) = (written(&r, &NOTE, kin).await, written(&r, &CASE_NOTE, own).await);
    // While it runs, and a day before its time: everything opens.
    assert_eq!(worker::look(&r.world.app).await.shredded, 0);
    stand(&r, "closed", "23 months 25 days");
    assert_eq!(worker::look(&r.world.app).await.shredded, 0);
    let planned = r.world.app.run(r.coordinator.caller(), move |tx| cases::planned(tx, case)).await.unwrap();
    let on = |what: &str| planned.iter().find(|one| one.what == what).and_then(|one| one.on).unwrap_or_else(|| panic!("{planned:?}"));
    let today = chrono::Utc::now().date_naive();
    assert!(on("words") > today && (on("words") - today).num_days() < 20 && (on("case") - today).num_days() > 1000, "{planned:?}");
    // The policies hold the same least, whatever the code says.
    let early = r.world.app.run_worker(move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query("delete from keys.item_key").execute(tx.db())? + diesel::sql_query("delete from app.delivery").execute(tx.db())?) }).await.unwrap();
    assert_eq!(early, 0);
    stand(&r, "closed", "25 months");
    assert!(worker::look(&r.world.app).await.shredded > 0);
    assert!(!opens(&r, &NOTE, kin, words).await && opens(&r, &CASE_NOTE, own, note).await, "words are gone, the case is not");
    assert_eq!(count(&r, "select count(*) as n from app.delivery"), 0, "nobody is reached any more");
    assert_eq!(worker::look(&r.world.app).await.shredded, 0, "once");
    stand(&r, "closed", "61 months");
    assert!(worker::look(&r.world.app).await.shredded > 0);
    assert!(!opens(&r, &CASE_NOTE, own, note).await);
    let planned = r.world.app.run(r.coordinator.caller(), move |tx| cases::planned(tx, case)).await.unwrap();
    assert!(planned.iter().filter(|one| one.what == "case").all(|one| one.done.is_some()), "{planned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_holds_of_the_table_is_the_same() {
    let r = Review::new().await;
    let config = Configured::load().unwrap();
    let holds = |function: &str, words: &str| {
        let found: Vec<Line> = diesel::sql_query("select pg_get_functiondef(p.oid) as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'sec' and p.proname = $1")
            .bind::<Text, _>(function).load(&mut r.world.connection("postgres")).unwrap();
        !found.is_empty() && found.iter().all(|one| one.line.contains(words))
    };
    let by = |id: &str| config.retention.all().iter().find(|kept| kept.id == id && kept.by == By::Database).and_then(|kept| kept.keep);
    assert_eq!(by("parked"), Some(Keep::Hours(72)));
    assert!(holds("my_parked", "interval '72 hours'") && holds("parking", "interval '72 hours'") && holds("forget_parked", "interval '72 hours'"));
    assert_eq!(by("answer"), Some(Keep::Hours(24)));
    assert_eq!(count(&r, "select count(*) as n from pg_policies where tablename = 'answer_kept' and policyname = 'forgotten_on_its_day' and qual like '%24:00:00%'"), 1);
    assert_eq!(by("log"), Some(Keep::Term(calendar::Term::Months(60))));
    assert!(holds("trim_log", "interval '5 years'"));
    // What a stopped review gives back stays as long as the database holds it.
    let released = config.retention.all().iter().find(|kept| kept.id == "released").unwrap();
    assert_eq!(released.stopped.get(&lering::settings::Released::Return), Some(&calendar::Term::Days(30)));
    assert!(holds("stopped_copies_due", "interval '30 days'"));
    assert!(holds("room_due", "interval '24 months'") && holds("shred_due", "interval '12 months'"));
}

#[test]
fn no_other_place_holds_a_period_of_keeping() {
    let root = std::path::Path::new(".");
    let mut wrong = vec![];
    let mut folders = vec![root.join("src"), root.join("config/profiles")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path); continue }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                let months = line.contains("interval '") && (line.contains("months'") || line.contains("years'"));
                if months || line.contains("shred") && line.contains("= \"") && line.contains("m\"") {
                    wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
