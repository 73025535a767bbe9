//! A real browser over a played case: every page of every role, in two languages and at two widths, judged by axe; and the two
//! pages that must work without scripts.
#![allow(clippy::unwrap_used)]

mod chrome;
mod researcher;

use std::collections::BTreeMap;

use lering::demo::factors;
use lering::start::{self, Bureau};
use scenario::{Options, SignIn, play_several, read};
use thirtyfour::prelude::*;

use chrome::Chrome;

const FILE: &str = include_str!("../../config/practice/real-1.yaml");
const AXE: &str = include_str!("axe.min.js");

struct Played {
    server: String,
    accounts: Vec<SignIn>,
    _installation: start::Installation,
    _folder: tempfile::TempDir,
}

async fn played() -> Played {
    let folder = tempfile::Builder::new().prefix("lering browser ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let server = installation.serve_beside().unwrap();
    let told = read("real-1.yaml", FILE).unwrap();
    let bureau = Bureau { name: "Reviewbureau Oefenland".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true };
    let options = Options {
        server: server.parse().unwrap(), bootstrap_code: start::tenant(&installation, &bureau).unwrap(), until: None, pdf_folder: folder.path().join("reports"), factors: factors().unwrap(),
        progress: |_: &str| {},
    };
    let accounts = play_several(&told, options, &[]).await.unwrap();
    Played { server, accounts, _installation: installation, _folder: folder }
}

/// Presses a button and waits for the page it leads to.
async fn press(driver: &WebDriver, button: By) {
    let before = driver.find(By::Css("html")).await.unwrap();
    driver.find(button).await.unwrap().click().await.unwrap();
    for _ in 0..100 {
        if before.tag_name().await.is_err() && driver.find(By::Css("footer")).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Signs in through the page. A code works once, so a fresh account waits for the next.
async fn sign_in(driver: &WebDriver, server: &str, account: &SignIn) {
    for _ in 0..3 {
        driver.goto(format!("{server}/sign-in")).await.unwrap();
        driver.find(By::Id("name")).await.unwrap().send_keys(&account.sign_in_name).await.unwrap();
        driver.find(By::Id("passphrase")).await.unwrap().send_keys(&account.passphrase).await.unwrap();
        let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate(chrono::Utc::now().timestamp().unsigned_abs()).to_string();
        driver.find(By::Id("code")).await.unwrap().send_keys(&code).await.unwrap();
        press(driver, By::Css("main form button")).await;
        if !driver.current_url().await.unwrap().path().starts_with("/sign-in") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_secs(31)).await;
    }
    panic!("{} {} could not sign in: {}", account.role, account.name, driver.find(By::Css("main")).await.unwrap().text().await.unwrap());
}

/// What axe finds against WCAG 2.2 A and AA, as `rule: target`.
async fn violations(driver: &WebDriver) -> Vec<String> {
    driver.execute(AXE, vec![]).await.unwrap();
    let found = driver.execute_async(
        "const done = arguments[arguments.length - 1]; axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'] })\
         .then(r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')))), e => done([String(e)]));",
        vec![],
    ).await.unwrap();
    serde_json::from_value(found.json().clone()).unwrap()
}

/// Whether a page is wider than the window: at 320 pixels nothing may be lost (WCAG 1.4.10).
async fn overflows(driver: &WebDriver) -> bool {
    driver.execute("return document.documentElement.scrollWidth > window.innerWidth + 1", vec![]).await.unwrap().json().as_bool().unwrap()
}

/// Links of our own on a page, without those that change something or leave.
async fn links(driver: &WebDriver) -> Vec<String> {
    let found = driver.execute("return [...document.querySelectorAll('main a[href^=\"/\"]:not([download]), .nav a')].map(a => a.getAttribute('href'))", vec![]).await.unwrap();
    let all: Vec<String> = serde_json::from_value(found.json().clone()).unwrap();
    all.into_iter().map(|link| link.split('#').next().unwrap().to_owned()).filter(|link| !link.contains("/language/") && !link.ends_with(".pdf") && !link.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_role_passes_axe_in_two_languages_and_at_two_widths() {
    let played = played().await;
    let mut faults: Vec<String> = vec![];
    let mut seen = 0;
    let mut by_role: BTreeMap<String, &SignIn> = BTreeMap::new();
    for account in &played.accounts {
        by_role.entry(account.role.clone()).or_insert(account);
    }
    // Forms look alike whoever fills them in: each is judged once, other pages once a role.
    let mut forms: BTreeMap<String, usize> = BTreeMap::new();
    for (role, account) in by_role {
        let chrome = Chrome::start(true).await;
        let driver = &chrome.driver;
        sign_in(driver, &played.server, account).await;
        // Walk from where one lands: pages, and their pages, a few of each kind.
        let mut queue = vec!["/".to_owned(), "/account".to_owned(), "/library".to_owned(), "/about/privacy".to_owned(), "/talk".to_owned()];
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let mut visited = std::collections::BTreeSet::new();
        while let Some(next) = queue.pop() {
            let kind: String = next.split('/').map(|part| if part.len() >= 32 { "*" } else { part.split('?').next().unwrap() }).collect::<Vec<_>>().join("/");
            let count = if kind.starts_with("/rooms/") || kind.starts_with("/about") || kind.starts_with("/library") || kind == "/talk" { forms.entry(kind).or_default() } else { kinds.entry(kind).or_default() };
            if *count >= 1 || !visited.insert(next.clone()) {
                continue;
            }
            *count += 1;
            for (language, width) in [("nl", 1280), ("en", 320)] {
                driver.set_window_rect(0, 0, width, 900).await.unwrap();
                driver.goto(format!("{}/language/{language}?to={next}", played.server)).await.unwrap();
                seen += 1;
                for violation in violations(driver).await {
                    faults.push(format!("{role} {next} {language} {width}: {violation}"));
                }
                if width == 320 && overflows(driver).await {
                    faults.push(format!("{role} {next}: wider than 320 pixels"));
                }
                let text = driver.find(By::Css("body")).await.unwrap().text().await.unwrap();
                if text.contains("Er ging iets mis bij ons") || text.contains("Something went wrong") {
                    faults.push(format!("{role} {next}: server error"));
                }
                if let Ok(folder) = std::env::var("LERING_SCREENSHOTS") {
                    let name = format!("{role}{}-{language}-{width}.png", next.split('?').next().unwrap().replace('/', "_"));
                    driver.screenshot(&std::path::Path::new(&folder).join(name)).await.unwrap();
                }
            }
            queue.extend(links(driver).await);
        }
        chrome.end().await;
    }
    println!("{seen} pages judged");
    assert!(seen > 80, "only {seen} pages");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_and_reflection_work_without_scripts_and_a_refusal_keeps_what_was_typed() {
    let played = played().await;
    let chrome = Chrome::start(false).await;
    let driver = &chrome.driver;
    let coordinator = played.accounts.iter().find(|account| account.role == "CO").unwrap();
    sign_in(driver, &played.server, coordinator).await;
    driver.goto(format!("{}/cases/new", played.server)).await.unwrap();
    let facts = driver.find(By::Css("textarea[name=facts]")).await.unwrap();
    facts.send_keys("A text that must not be lost").await.unwrap();
    press(driver, By::Css("button[value=save]")).await;
    let page = driver.source().await.unwrap();
    assert!(page.contains("error-summary") && page.contains("A text that must not be lost"), "the refusal keeps the text: {}", driver.find(By::Css("main")).await.unwrap().text().await.unwrap());
    // A repeated group grows by a button.
    press(driver, By::Css("button[value='add:suspects']")).await;
    let page = driver.source().await.unwrap();
    assert!(page.contains("suspects[0]") && page.contains("A text that must not be lost"));
    let author = played.accounts.iter().find(|account| account.role == "AU").unwrap();
    driver.delete_all_cookies().await.unwrap();
    sign_in(driver, &played.server, author).await;
    driver.goto(format!("{}/tasks", played.server)).await.unwrap();
    press(driver, By::Css("main a")).await;
    press(driver, By::Css("main a[href$='/reflection']")).await;
    press(driver, By::Css("main .card a")).await;
    assert!(driver.find(By::Css("textarea[name=role]")).await.is_ok(), "the reflection opens");
    chrome.end().await;
}

/// Waits till a script says yes.
async fn becomes(driver: &WebDriver, script: &str) -> bool {
    for _ in 0..100 {
        if driver.execute(script, vec![]).await.unwrap().json() == &serde_json::Value::Bool(true) {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_asks_before_it_ends_and_keys_lead_where_they_say() {
    let played = played().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    let secretary = played.accounts.iter().find(|account| account.role == "SE").unwrap();
    sign_in(driver, &played.server, secretary).await;
    // Three minutes before the end the page is covered and asks; going on renews; the end itself keeps the page and its text.
    driver.goto(format!("{}/cases", played.server)).await.unwrap();
    driver.find(By::Id("q")).await.unwrap().send_keys("0001").await.unwrap();
    driver.execute("document.body.dataset.ends = '100'", vec![]).await.unwrap();
    assert!(becomes(driver, "return document.getElementById('ends').open && document.activeElement.dataset.do === 'go-on'").await, "it asks");
    let faults = violations(driver).await;
    assert!(faults.is_empty(), "{faults:?}");
    driver.find(By::Css("#ends [data-do=go-on]")).await.unwrap().click().await.unwrap();
    assert!(becomes(driver, "return !document.getElementById('ends').open").await, "renewed");
    driver.execute("document.body.dataset.ends = '0'", vec![]).await.unwrap();
    assert!(becomes(driver, "return document.getElementById('ends').open && !document.querySelector('[data-say=over]').hidden").await, "it is over");
    assert_eq!(driver.execute("return document.getElementById('q').value", vec![]).await.unwrap().json(), "0001");
    // Single keys do nothing till they are switched on.
    driver.goto(format!("{}/cases", played.server)).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("?").await.unwrap();
    assert!(becomes(driver, "return !document.getElementById('keys').open").await);
    driver.goto(format!("{}/account", played.server)).await.unwrap();
    driver.find(By::Id("single-keys")).await.unwrap().click().await.unwrap();
    press(driver, By::Css("form[action='/account/look'] button")).await;
    driver.goto(format!("{}/cases", played.server)).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("?").await.unwrap();
    assert!(becomes(driver, "return document.getElementById('keys').open").await, "the list of keys");
    let faults = violations(driver).await;
    assert!(faults.is_empty(), "{faults:?}");
    driver.execute("document.getElementById('keys').close()", vec![]).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("j").await.unwrap();
    assert!(becomes(driver, "return document.activeElement.matches('tbody tr a')").await, "the next row has the focus");
    driver.find(By::Css("body")).await.unwrap().send_keys("/").await.unwrap();
    assert!(becomes(driver, "return document.activeElement.id === 'q'").await, "the search has the focus");
    // The lanes are one stop; arrows go along them.
    press(driver, By::Css("tbody tr a")).await;
    press(driver, By::Css("a[href$='/timeline']")).await;
    let moved = "const links = [...document.querySelectorAll('svg[data-lanes] a')]; const first = links.filter(a => a.getAttribute('tabindex') === '0'); if (first.length !== 1) return false; \
        first[0].focus(); first[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })); \
        return document.activeElement !== first[0] && document.activeElement.closest('[data-lane]') !== first[0].closest('[data-lane]') && links.filter(a => a.getAttribute('tabindex') === '0').length === 1";
    assert!(becomes(driver, moved).await, "from lane to lane");
    chrome.end().await;
}
