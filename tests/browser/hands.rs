//! What a person does in a browser: sign in, press, wait; and what a judge sees.

use std::time::{Duration, Instant};

use scenario::SignIn;
use thirtyfour::prelude::*;

const AXE: &str = include_str!("axe.min.js");

/// How long anything may take on a busy machine before it counts as never.
const PATIENCE: Duration = Duration::from_secs(30);
const BLINK: Duration = Duration::from_millis(50);

async fn here(driver: &WebDriver) -> String {
    driver.current_url().await.map(|url| url.path().to_owned()).unwrap_or_default()
}

/// What `main` says, for the words of a failure.
async fn says(driver: &WebDriver) -> String {
    match driver.find(By::Css("main")).await {
        Ok(main) => main.text().await.unwrap_or_default().chars().take(600).collect(),
        Err(_) => "there is no main".into(),
    }
}

/// The element, as soon as it stands there.
pub async fn wait_for(driver: &WebDriver, what: By) -> WebElement {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Ok(found) = driver.find(what.clone()).await {
            return found;
        }
        assert!(Instant::now() < until, "{}: no {what:?} in {PATIENCE:?}; it says: {}", here(driver).await, says(driver).await);
        tokio::time::sleep(BLINK).await;
    }
}

/// Presses what leads to another page, and waits until that page stands there.
pub async fn press(driver: &WebDriver, what: By) {
    let from = here(driver).await;
    let before = wait_for(driver, By::Css("html")).await;
    wait_for(driver, what.clone()).await.click().await.unwrap_or_else(|why| panic!("{from}: {what:?} can't be pressed: {why}"));
    let until = Instant::now() + PATIENCE;
    // The old page is gone when its element is; the new one is whole when its foot is there.
    while before.tag_name().await.is_ok() || driver.find(By::Css("footer.foot")).await.is_err() {
        assert!(Instant::now() < until, "{from}: {what:?} led nowhere in {PATIENCE:?}; {} says: {}", here(driver).await, says(driver).await);
        tokio::time::sleep(BLINK).await;
    }
}

/// Waits until a script says yes.
pub async fn becomes(driver: &WebDriver, script: &str, what: &str) {
    let until = Instant::now() + PATIENCE;
    loop {
        if driver.execute(script, vec![]).await.is_ok_and(|answer| answer.json() == &serde_json::Value::Bool(true)) {
            return;
        }
        assert!(Instant::now() < until, "{}: not in {PATIENCE:?}: {what}; it says: {}", here(driver).await, says(driver).await);
        tokio::time::sleep(BLINK).await;
    }
}

/// What a script answers, as text.
pub async fn told(driver: &WebDriver, script: &str) -> String {
    let answer = driver.execute(script, vec![]).await.unwrap();
    answer.json().as_str().map(str::to_owned).unwrap_or_else(|| answer.json().to_string())
}

/// Fills in the sign-in page that stands there and presses. A one-time code works once, and that of the step before or after is
/// accepted too: who used this moment's code takes the next one.
pub async fn sign_in_here(driver: &WebDriver, account: &SignIn) {
    for steps in [0, 1, -1, 1, 2] {
        let name = wait_for(driver, By::Id("name")).await;
        name.clear().await.unwrap();
        name.send_keys(&account.sign_in_name).await.unwrap();
        wait_for(driver, By::Id("passphrase")).await.send_keys(&account.passphrase).await.unwrap();
        let moment = chrono::Utc::now().timestamp() + steps * 30;
        let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate(moment.unsigned_abs()).to_string();
        wait_for(driver, By::Id("code")).await.send_keys(&code).await.unwrap();
        press(driver, By::Css("main form .actions button")).await;
        if here(driver).await != "/sign-in" {
            return;
        }
        if steps == -1 {
            // All three codes of this moment were used: wait for a new one.
            tokio::time::sleep(Duration::from_secs(31)).await;
        }
    }
    panic!("{} {} could not sign in: {}", account.role, account.name, says(driver).await);
}

/// Signs in, from wherever.
pub async fn sign_in(driver: &WebDriver, server: &str, account: &SignIn) {
    driver.goto(format!("{server}/sign-in")).await.unwrap();
    sign_in_here(driver, account).await;
}

/// What axe finds against WCAG 2.2 A and AA, as `rule: target`.
pub async fn violations(driver: &WebDriver) -> Vec<String> {
    driver.execute(AXE, vec![]).await.unwrap();
    let found = driver.execute_async(
        "const done = arguments[arguments.length - 1]; axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'] })\
         .then(r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')))), e => done([String(e)]));",
        vec![],
    ).await.unwrap();
    serde_json::from_value(found.json().clone()).unwrap()
}

/// What a page lacks that axe does not ask: one `h1`, no level of headings skipped, landmarks, a title, nothing lost at the side,
/// no text that is still its own key.
pub async fn order(driver: &WebDriver) -> Vec<String> {
    let found = driver.execute(
        "const faults = []; const seen = e => !e.closest('dialog, [hidden]'); \
         const heads = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(seen).map(h => [Number(h.tagName[1]), h.textContent.trim()]); \
         if (heads.filter(([level]) => level === 1).length !== 1) faults.push('not one h1: ' + heads.filter(([level]) => level === 1).map(([, text]) => text).join(' | ')); \
         heads.reduce((before, [level, text]) => { if (level > before + 1) faults.push('a level is skipped before: ' + text); return level; }, 0); \
         for (const [, text] of heads) if (!text) faults.push('an empty heading'); \
         for (const landmark of ['header', 'main', 'footer']) if (document.querySelectorAll(landmark).length < 1) faults.push('no ' + landmark); \
         if (!document.title.replace('- Lering', '').trim()) faults.push('no title'); \
         if (document.documentElement.scrollWidth > window.innerWidth) faults.push('wider than the window'); \
         if (document.querySelector('.nav') && document.querySelectorAll('.nav [aria-current]').length > 1) faults.push('two places at once in the menu'); \
         for (const field of document.querySelectorAll('input, select, textarea')) if (field.type !== 'hidden' && field.getAttribute('aria-describedby')) \
           for (const id of field.getAttribute('aria-describedby').split(' ').filter(Boolean)) if (!document.getElementById(id)) faults.push(field.name + ' is described by nothing: ' + id); \
         return faults;",
        vec![],
    ).await.unwrap();
    serde_json::from_value(found.json().clone()).unwrap()
}

/// Links of our own on a page, without those that change something or leave.
pub async fn links(driver: &WebDriver) -> Vec<String> {
    let found = driver.execute("return [...document.querySelectorAll('main a[href^=\"/\"]:not([download]), .nav a')].map(a => a.getAttribute('href'))", vec![]).await.unwrap();
    let all: Vec<String> = serde_json::from_value(found.json().clone()).unwrap();
    all.into_iter().map(|link| link.split('#').next().unwrap().to_owned())
        .filter(|link| !link.contains("/language/") && !link.ends_with(".pdf") && !link.ends_with(".csv") && !link.starts_with("/leave") && !link.is_empty()).collect()
}
