//! A researcher who has never seen it comes from sign-in to a file in five steps: on a telephone, judged by axe on the way.

use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{press, sign_in, violations};
use crate::world::World;

/// Whether a page is wider than the window: at 320 pixels nothing may be lost (WCAG 1.4.10).
async fn overflows(driver: &WebDriver) -> bool {
    driver.execute("return document.documentElement.scrollWidth > window.innerWidth + 1", vec![]).await.unwrap().json().as_bool().unwrap()
}

/// The page one is on passes axe, fits 320 pixels, and is no fault.
async fn judged(driver: &WebDriver, step: &str) {
    let found = violations(driver).await;
    assert!(found.is_empty(), "{step}: {found:?}");
    assert!(!overflows(driver).await, "{step}: wider than 320 pixels");
}

async fn chosen(driver: &WebDriver, option: &str) {
    driver.find(By::Css(option)).await.unwrap().click().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_researcher_comes_from_sign_in_to_a_file_in_five_steps() {
    let played = World::open().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    driver.set_window_rect(0, 0, 320, 900).await.unwrap();
    let researcher = played.account("RS");
    // 1. Sign in.
    sign_in(driver, &played.server, researcher).await;
    // 2. Make a table: the first entry of the menu.
    driver.goto(format!("{}/register/tables/new", played.server)).await.unwrap();
    assert!(driver.find(By::Css(".nav a[href='/register/tables/new']")).await.is_ok(), "the menu leads here");
    judged(driver, "choose").await;
    // What does not go together is told, and the choice stays.
    chosen(driver, "#outcome option[value='multiple_victims']").await;
    chosen(driver, "#second option[value='victim_sex']").await;
    press(driver, By::Css("form[method=get] button")).await;
    judged(driver, "what does not fit").await;
    assert!(driver.find(By::Css(".notice.warn")).await.is_ok() && driver.find(By::Css("#second option[value='victim_sex'][selected]")).await.is_ok(), "told beside the choice");
    // 3. Choose and show the preview.
    chosen(driver, "#outcome option[value='femicide_yn']").await;
    chosen(driver, "#second option[value='']").await;
    press(driver, By::Css("form[method=get] button")).await;
    judged(driver, "preview").await;
    assert!(driver.find_all(By::Css("table[class] tbody tr, .scroll table tbody tr")).await.unwrap().len() >= 4, "the table in its shape");
    // 4. Show the figures.
    press(driver, By::Css("form[method=post][action='/register/tables/new'] button")).await;
    assert!(driver.current_url().await.unwrap().path().starts_with("/register/tables/"), "{}", driver.current_url().await.unwrap());
    judged(driver, "the table").await;
    let words = driver.find(By::Css("main")).await.unwrap().text().await.unwrap();
    assert!(words.contains("urn:lering:") && words.contains("/register/tables/"), "how to cite it, and its link: {words}");
    // 5. Download everything in one file.
    let got = driver.execute_async(
        "const done = arguments[arguments.length - 1]; const link = document.querySelector('a.btn[download][href$=\"/files/zip\"]');\
         fetch(link.href).then(r => r.arrayBuffer().then(b => done([r.status, r.headers.get('content-type'), b.byteLength])), e => done([String(e)]));", vec![],
    ).await.unwrap();
    let got = got.json().clone();
    assert!(got[0] == 200 && got[1] == "application/zip" && got[2].as_u64().is_some_and(|size| size > 2_000), "{got}");
    // The script of tables, and the examples.
    driver.goto(format!("{}/register/scripts", played.server)).await.unwrap();
    judged(driver, "scripts").await;
    driver.find(By::Id("script")).await.unwrap().send_keys("femicide_yn\nknown_to_agency # all").await.unwrap();
    press(driver, By::Css("form[action='/register/scripts/cost'] button")).await;
    judged(driver, "what a script costs").await;
    assert!(driver.find(By::Css("form[action='/register/scripts'] button")).await.is_ok(), "all of it was released before: it can be run");
    for page in ["help", "public", "projects", "tables"] {
        driver.goto(format!("{}/register/{page}", played.server)).await.unwrap();
        judged(driver, page).await;
    }
    // More time is asked for on the project's own page; a member of the committee reads it there and votes.
    driver.goto(format!("{}/register/projects", played.server)).await.unwrap();
    press(driver, By::Css("main .card a")).await;
    judged(driver, "the project").await;
    let project = driver.current_url().await.unwrap();
    driver.execute("document.getElementById('until').value = new Date(Date.now() + 500 * 86400000).toISOString().slice(0, 10)", vec![]).await.unwrap();
    press(driver, By::Css("form[action$='/renew'] button")).await;
    judged(driver, "the project with a change").await;
    assert!(driver.find(By::Css("#ch ~ ul .card")).await.is_ok(), "it waits for the committee");
    let member = played.account("RC");
    driver.delete_all_cookies().await.unwrap();
    sign_in(driver, &played.server, member).await;
    driver.goto(project.as_str()).await.unwrap();
    judged(driver, "the change, for the committee").await;
    driver.find(By::Css("form[action*='/changes/'] input[value=yes]")).await.unwrap().click().await.unwrap();
    press(driver, By::Css("form[action*='/changes/'] button")).await;
    judged(driver, "voted").await;
    assert!(driver.find(By::Css("form[action*='/changes/']")).await.is_err() && driver.find(By::Css("form[action$='/end']")).await.is_ok(), "one vote each");
    chrome.end().await;
}
