//! A coder codes a practice case in a real browser with the keyboard alone: digits choose, Enter goes on, o is looked for and not found.

use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{becomes, press, sign_in, violations};
use crate::world::World;

async fn text(driver: &WebDriver, script: &str) -> String {
    driver.execute(script, vec![]).await.unwrap().json().as_str().unwrap_or_default().to_owned()
}

/// Types at whatever has focus.
async fn type_keys(driver: &WebDriver, keys: impl AsRef<str>) {
    driver.active_element().await.unwrap().send_keys(keys.as_ref()).await.unwrap();
}

/// Presses a key that leads to another page, and waits for it.
async fn leads(driver: &WebDriver, key: Key) {
    driver.execute("document.body.dataset.old = '1'", vec![]).await.unwrap();
    type_keys(driver, String::from(char::from(key))).await;
    becomes(driver, "return document.readyState === 'complete' && document.body && !document.body.dataset.old && !!document.querySelector('footer')", "a page follows").await;
}

/// Tabs until something has focus.
async fn tab_to(driver: &WebDriver, script: &str) {
    for _ in 0..200 {
        if driver.execute(format!("const at = document.activeElement; return {script}"), vec![]).await.unwrap().json() == &serde_json::Value::Bool(true) {
            return;
        }
        type_keys(driver, String::from(char::from(Key::Tab))).await;
    }
    panic!("the keyboard does not reach: {script}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coder_codes_the_case_by_keyboard_alone_and_what_was_chosen_stands() {
    let played = World::open().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    let of = |role: &str| played.account(role);

    // The register manager names the coder.
    sign_in(driver, &played.server, of("RM")).await;
    driver.goto(format!("{}/coding", played.server)).await.unwrap();
    let records = driver.find_all(By::Css("main a[href^='/coding/']")).await.unwrap();
    let mut open = None;
    for link in records {
        let href = link.attr("href").await.unwrap().unwrap();
        if text(driver, &format!("return document.querySelector('main a[href=\"{href}\"]').closest('li').textContent")).await.contains("open") {
            open = Some(href);
        }
    }
    let record = open.expect("a record nobody coded");
    driver.goto(format!("{}{record}", played.server)).await.unwrap();
    driver.find(By::Css("form[action$='/coders/new'] button")).await.unwrap().scroll_into_view().await.unwrap();
    press(driver, By::Css("form[action$='/coders/new'] button")).await;

    // From here on no mouse.
    driver.delete_all_cookies().await.unwrap();
    let coder = text(driver, "return document.querySelector('#hat option:checked')?.textContent ?? ''").await;
    sign_in(driver, &played.server, played.accounts.iter().find(|account| matches!(account.role.as_str(), "C1" | "C2") && coder.contains(&account.name)).unwrap_or_else(|| of("C1"))).await;
    driver.goto(format!("{}/coding", played.server)).await.unwrap();
    tab_to(driver, &format!("at.getAttribute('href') === '{record}'")).await;
    leads(driver, Key::Enter).await;
    tab_to(driver, "(at.getAttribute('href') ?? '').endsWith('/level/case')").await;
    leads(driver, Key::Enter).await;

    let (mut coded, mut keys) = (0_usize, 0_usize);
    for level in ["case", "victim", "suspect", "relation"] {
        assert!(driver.current_url().await.unwrap().path().ends_with(&format!("/level/{level}")), "{}", driver.current_url().await.unwrap());
        let fields = driver.find_all(By::Css("fieldset.var")).await.unwrap().len();
        assert!(fields > 3, "{level}: {fields} questions");
        // Tab stops at the answer chosen where there is one.
        tab_to(driver, "!!at.closest('fieldset.var') && at.closest('fieldset.var') === document.querySelector('fieldset.var')").await;
        for at in 0..fields {
            let box_of = format!("document.querySelectorAll('fieldset.var')[{at}]");
            becomes(driver, &format!("return {box_of}.contains(document.activeElement)"), &format!("{level}: Enter leads to question {}", at + 1)).await;
            if driver.execute(format!("return !!{box_of}.querySelector('input[type=radio]:not([value=\"\"])')"), vec![]).await.unwrap().json() == &serde_json::Value::Bool(true) {
                // A digit for the first questions, o for the others; both are one keystroke.
                let first = text(driver, &format!("return {box_of}.querySelector('input[type=radio]').value")).await;
                let key = if at % 2 == 0 && first.len() == 1 { first.as_str() } else { "o" };
                let expected = if key == "o" { "-8" } else { key };
                type_keys(driver, key).await;
                becomes(driver, &format!("return {box_of}.querySelector('input[type=radio]:checked')?.value === '{expected}'"), &format!("{level}: {key} chooses at question {}", at + 1)).await;
                coded += 1;
                keys += 1;
            }
            type_keys(driver, String::from(char::from(Key::Enter))).await;
            keys += 1;
        }
        becomes(driver, "return document.activeElement.value === 'next'", &format!("{level}: after the last question Enter leads to the button")).await;
        leads(driver, Key::Enter).await;
    }
    assert!(coded > 40 && keys < coded * 3, "{coded} questions with {keys} keys");
    // What was chosen stands.
    driver.goto(format!("{}{record}/level/victim", played.server)).await.unwrap();
    assert!(driver.find_all(By::Css("input[type=radio]:checked:not([value=''])")).await.unwrap().len() > 8);
    let faults = violations(driver).await;
    assert!(faults.is_empty(), "{faults:?}");
    // A number typed, then the key of why there is none: the number goes, and the reason stands after saving. A number after it takes the reason away.
    let number = "document.querySelector('input[data-figures]')";
    let why = format!("{number}.closest('fieldset').querySelector('select.missing')");
    driver.execute(format!("{number}.value = ''; {number}.focus()"), vec![]).await.unwrap();
    type_keys(driver, "24o").await;
    becomes(driver, &format!("return {number}.value === '' && {why}.value === '-8'"), "o empties the number and says why").await;
    driver.execute(format!("{number}.focus()"), vec![]).await.unwrap();
    type_keys(driver, "31").await;
    becomes(driver, &format!("return {number}.value === '31' && {why}.value === ''"), "a number takes the reason away").await;
    type_keys(driver, "w").await;
    press(driver, By::Css("form.coding .actions button[value=save]")).await;
    becomes(driver, &format!("return document.readyState === 'complete' && {number}.value === '' && {why}.value === '-6'"), "the reason stands").await;
    // So where several answers are ticked.
    driver.goto(format!("{}{record}/level/case", played.server)).await.unwrap();
    let ticked = "document.querySelector('fieldset.var .choice input[type=checkbox]:not([name$=\".evidence\"])')";
    driver.execute(format!("{ticked}.checked = true; {ticked}.focus()"), vec![]).await.unwrap();
    type_keys(driver, "o").await;
    becomes(driver, &format!("return !{ticked}.checked && {ticked}.closest('fieldset').querySelector('select.missing').value === '-8'"), "o unticks the answers").await;
    // Rows taken away one after the other: the hands stay where the last one is put back.
    driver.goto(format!("{}{record}/level/child", played.server)).await.unwrap();
    let rows = async || driver.find_all(By::Css("form.coding > section")).await.unwrap().len();
    let before = rows().await;
    for _ in 0..2 {
        press(driver, By::Css("button[value=add]")).await;
    }
    assert_eq!(rows().await, before + 2);
    for left in [1, 0] {
        press(driver, By::Css(&format!("button[value='remove:{}']", before + left + 1))).await;
        becomes(driver, "return document.activeElement.value === 'undo'", "a row is gone: the button that puts it back has the focus").await;
        assert_eq!(rows().await, before + left);
    }
    // No level is wider than the narrowest screen, and no two of its parts bear one name.
    driver.set_window_rect(0, 0, 320, 900).await.unwrap();
    for page in ["", "/level/case", "/level/victim", "/level/suspect", "/level/relation", "/level/agency_contact"] {
        driver.goto(format!("{}{record}{page}", played.server)).await.unwrap();
        let wide = text(driver, "const most = window.innerWidth; return document.documentElement.scrollWidth <= most ? '' : [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > most).map(one => one.outerHTML.slice(0, 120)).slice(-3).join(' | ') || 'wider'").await;
        assert_eq!(wide, "", "{page}");
        let faults = violations(driver).await;
        assert!(faults.is_empty(), "{page}: {faults:?}");
    }
    chrome.end().await;
}
