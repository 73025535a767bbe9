//! Pages few ever see, opened and judged: two records that may be one event, what both coordinators are asked, a record that goes over into a new
//! codebook.

use diesel::RunQueryDsl;
use diesel::sql_types::Text;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{press, sign_in, violations};
use crate::world::World;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn judged(driver: &WebDriver, page: &str) {
    for width in [1280, 320] {
        driver.set_window_rect(0, 0, width, 900).await.unwrap();
        let found = violations(driver).await;
        assert!(found.is_empty(), "{page} at {width}: {found:?}");
        let wide = driver.execute("return document.documentElement.scrollWidth > window.innerWidth + 1", vec![]).await.unwrap().json().as_bool().unwrap();
        assert!(!wide, "{page}: wider than {width} pixels");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_of_one_event_and_a_record_under_an_old_codebook_are_judged() {
    let world = World::open().await;
    let mut db = world.superuser();
    let mut line = |query: &str| -> String { diesel::sql_query(query).load::<Line>(&mut db).unwrap().into_iter().map(|row| row.line).next().unwrap_or_default() };
    // As the worker finds them: both cases of the practice file.
    line("insert into app.record_pair (first_id, second_id, kinds, score) select least(a.id, b.id), greatest(a.id, b.id), array['month', 'region', 'victims', 'family', 'born'], 11 \
          from app.record a join app.record b on b.id > a.id limit 1 returning id::text as line");
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("RM")).await;
    driver.goto(format!("{}/register/duplicates", world.server)).await.unwrap();
    judged(driver, "pairs").await;
    for details in driver.find_all(By::Css("main details summary")).await.unwrap() {
        details.click().await.unwrap();
    }
    judged(driver, "pairs, opened").await;
    let record = line("select id::text as line from app.record order by id limit 1");
    line(&format!("update app.record set state = 'complete', codebook = '2025.9' where id = '{record}' returning id::text as line"));
    driver.goto(format!("{}/coding/{record}", world.server)).await.unwrap();
    assert!(driver.find(By::Css("main form[action$='/codebook/newest'] button")).await.is_ok(), "it can be taken over");
    judged(driver, "a record under an old codebook").await;
    line("update app.record_pair set state = 'proposed', keeps_id = first_id, settled_by = (select id from app.membership where role = 'RM' limit 1) returning id::text as line");
    line("insert into app.merge_question (pair_id, case_id, other_bureau, leads, asked_by) select p.id, r.case_id, 'Reviewbureau Zuid', r.id = p.keeps_id, p.settled_by \
          from app.record_pair p join app.record r on r.id in (p.first_id, p.second_id) returning case_id::text as line");
    driver.goto(format!("{}/register/duplicates", world.server)).await.unwrap();
    judged(driver, "pairs, proposed").await;
    // The coordinator who leads both is asked about each.
    let case = line("select r.case_id::text as line from app.record_pair p join app.record r on r.id = p.first_id");
    driver.delete_all_cookies().await.unwrap();
    sign_in(driver, &world.server, world.account("CO")).await;
    driver.goto(format!("{}/cases/{case}/same-case", world.server)).await.unwrap();
    judged(driver, "what a coordinator is asked").await;
    press(driver, By::Css("main button[name=do][value=agree]")).await;
    judged(driver, "answered").await;
    chrome.end().await;
}
