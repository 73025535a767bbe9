//! A researcher who has never seen it comes from sign-in to a file: in five steps with a project, in nine with none, the committee's decision
//! between them. On a telephone, judged by axe on the way.

use diesel::RunQueryDsl;
use scenario::SignIn;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{press, sign_in, told, violations};
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
    let bare = told(driver, BARE).await;
    assert!(bare.is_empty(), "{step}: {bare}");
}

/// Headings that say nothing or have nothing under them, and days as a machine writes them, save in what is copied out: citations, charts.
const BARE: &str = "const main = document.querySelector('main');\
    const bare = [...main.querySelectorAll('h1,h2,h3')].filter(h => { const next = h.nextElementSibling; return !h.textContent.trim() || h.parentElement.matches('section') && (!next || next.matches('ul,ol,dl,p') && !next.textContent.trim()); });\
    const words = main.cloneNode(true); words.querySelectorAll('.mono, svg').forEach(cited => cited.remove());\
    const days = words.textContent.match(/\\b\\d{4}-\\d{2}-\\d{2}\\b/g) || [];\
    return bare.map(h => 'nothing under ' + (h.textContent || h.outerHTML)).concat(days).join('; ')";

/// Answers every question of a form: the first choice of each, a word in each line, a day some months ahead.
const ANSWERED: &str = "const form = document.querySelector('main form[novalidate]'); const day = new Date(Date.now() + 200 * 86400000);\
    for (const box of form.querySelectorAll('textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])')) {\
        box.value = box.name.endsWith('-d') ? day.getDate() : box.name.endsWith('-m') ? day.getMonth() + 1 : box.name.endsWith('-y') ? day.getFullYear() : 'Aantallen, zonder namen'; }\
    for (const set of form.querySelectorAll('fieldset')) { const box = set.querySelector('input[type=radio], input[type=checkbox]'); if (box) box.checked = true; }";

/// What a researcher presses, counted.
struct Steps<'a> {
    driver: &'a WebDriver,
    pressed: Vec<&'static str>,
}

impl Steps<'_> {
    async fn press(&mut self, step: &'static str, what: &str) {
        press(self.driver, By::Css(what)).await;
        self.pressed.push(step);
        judged(self.driver, step).await;
    }
    async fn sign_in(&mut self, server: &str, account: &SignIn) {
        self.driver.delete_all_cookies().await.unwrap();
        sign_in(self.driver, server, account).await;
        self.pressed.push("sign in");
        judged(self.driver, "where one lands").await;
    }
}

/// The whole ZIP of the table one is on: status, kind, size.
async fn zip(driver: &WebDriver) -> serde_json::Value {
    let got = driver.execute_async(
        "const done = arguments[arguments.length - 1]; const link = document.querySelector('a.btn[download][href$=\"/files/zip\"]');\
         fetch(link.href).then(r => r.arrayBuffer().then(b => done([r.status, r.headers.get('content-type'), b.byteLength])), e => done([String(e)]));", vec![],
    ).await.unwrap();
    got.json().clone()
}

async fn path(driver: &WebDriver) -> String {
    driver.current_url().await.unwrap().path().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_no_project_to_a_table_with_its_documentation_in_nine_steps() {
    let played = World::open().await;
    // Nobody works in a project any more: who comes now begins with an application.
    diesel::sql_query("update app.project set state = 'ended'").execute(&mut played.superuser()).unwrap();
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    driver.set_window_rect(0, 0, 320, 900).await.unwrap();
    let mut steps = Steps { driver, pressed: vec![] };
    steps.sign_in(&played.server, played.account("RS")).await;
    assert_eq!(path(driver).await, "/register/tables/new");
    steps.press("begin an application", "main form[action='/register/projects'] button").await;
    assert!(path(driver).await.ends_with("/research-application/new"), "{}", path(driver).await);
    driver.execute(ANSWERED, vec![]).await.unwrap();
    steps.press("save the application", "main .actions button[value=save]").await;
    let project = path(driver).await;
    assert!(project.starts_with("/register/projects/"), "{project}");
    assert!(driver.find(By::Css("#app ~ ul .tag.ok")).await.is_ok(), "the application is whole: {}", driver.find(By::Css("main")).await.unwrap().text().await.unwrap());
    steps.press("hand it in", "main form[action$='/hand-in'] button").await;

    // Two members of the committee read, assess and vote.
    for member in played.accounts.iter().filter(|account| account.role == "RC") {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &played.server, member).await;
        driver.goto(format!("{}/register/projects", played.server)).await.unwrap();
        judged(driver, "the committee's list").await;
        driver.goto(format!("{}{project}", played.server)).await.unwrap();
        judged(driver, "the application, for the committee").await;
        press(driver, By::Css("#app ~ ul a")).await;
        judged(driver, "its words").await;
        driver.goto(format!("{}{project}", played.server)).await.unwrap();
        press(driver, By::Css("main a[href$='/research-assessment/new']")).await;
        judged(driver, "an assessment").await;
        driver.execute(ANSWERED, vec![]).await.unwrap();
        press(driver, By::Css("main .actions button[value=save]")).await;
        assert_eq!(path(driver).await, project, "it leads back to where the vote is");
        chosen(driver, "#v-approve").await;
        press(driver, By::Css("main form[action$='/vote'] button")).await;
        judged(driver, "voted on").await;
    }

    steps.sign_in(&played.server, played.account("RS")).await;
    chosen(driver, "#agree").await;
    steps.press("sign the statement", "main form[action$='/sign'] button").await;
    assert_eq!(path(driver).await, "/register/tables/new", "signed: on to the tables");
    chosen(driver, "#outcome option[value='child_exposed']").await;
    steps.press("show a preview", "form[method=get][action='/register/tables/new'] button").await;
    steps.press("show the figures", "form[method=post][action='/register/tables/new'] button").await;
    assert!(path(driver).await.starts_with("/register/tables/") && driver.find(By::Css("main table")).await.is_ok(), "{}", path(driver).await);
    let got = zip(driver).await;
    steps.pressed.push("download all in one file");
    assert!(got[0] == 200 && got[1] == "application/zip" && got[2].as_u64().is_some_and(|size| size > 2_000), "{got}");
    println!("{} steps: {}", steps.pressed.len(), steps.pressed.join(", "));
    assert!(steps.pressed.len() < 10, "{:?}", steps.pressed);

    // Where much is spent, a page asks before; the safe way has the focus and spends nothing.
    driver.goto(format!("{}/register/tables/new?outcome=known_to_agency&second=police_region", played.server)).await.unwrap();
    press(driver, By::Css("form[action='/register/tables/confirm'] button")).await;
    judged(driver, "what it costs, once more").await;
    assert_eq!(told(driver, "return document.activeElement.className").await, "btn second");
    let text = driver.find(By::Css("main")).await.unwrap().text().await.unwrap();
    assert!(text.contains("26"), "{text}");
    press(driver, By::Css("main a.btn.second")).await;
    judged(driver, "back at the preview").await;
    assert!(driver.find(By::Css("#second option[value='police_region'][selected]")).await.is_ok(), "the choice stays");
    chrome.end().await;
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
    assert!(driver.find_all(By::Css("table[class] tbody tr, .scroll table tbody tr")).await.unwrap().len() >= 2, "the table in its shape: a row for each period that has begun");
    // 4. Show the figures.
    press(driver, By::Css("form[method=post][action='/register/tables/new'] button")).await;
    assert!(driver.current_url().await.unwrap().path().starts_with("/register/tables/"), "{}", driver.current_url().await.unwrap());
    judged(driver, "the table").await;
    let words = driver.find(By::Css("main")).await.unwrap().text().await.unwrap();
    assert!(words.contains("urn:lering:") && words.contains("/register/tables/"), "how to cite it, and its link: {words}");
    // 5. Download everything in one file.
    let got = zip(driver).await;
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
