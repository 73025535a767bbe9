//! A page left open asks before its session ends; keys lead where they say.

use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{becomes, press, sign_in, violations};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_asks_before_it_ends_and_keys_lead_where_they_say() {
    let world = World::open().await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("SE")).await;
    // Three minutes before the end the page is covered and asks; going on renews; the end itself keeps the page and its text.
    driver.goto(format!("{}/cases", world.server)).await.unwrap();
    driver.find(By::Id("q")).await.unwrap().send_keys("0001").await.unwrap();
    driver.execute("document.body.dataset.ends = '100'", vec![]).await.unwrap();
    becomes(driver, "return document.getElementById('ends').open && document.activeElement.dataset.do === 'go-on'", "it asks").await;
    let faults = violations(driver).await;
    assert!(faults.is_empty(), "{faults:?}");
    driver.find(By::Css("#ends [data-do=go-on]")).await.unwrap().click().await.unwrap();
    becomes(driver, "return !document.getElementById('ends').open", "renewed").await;
    driver.execute("document.body.dataset.ends = '0'", vec![]).await.unwrap();
    becomes(driver, "return document.getElementById('ends').open && !document.querySelector('[data-say=over]').hidden", "it is over").await;
    assert_eq!(driver.execute("return document.getElementById('q').value", vec![]).await.unwrap().json(), "0001");
    // Single keys do nothing till they are switched on.
    driver.goto(format!("{}/cases", world.server)).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("?").await.unwrap();
    becomes(driver, "return !document.getElementById('keys').open", "single keys do nothing till they are switched on").await;
    driver.goto(format!("{}/account", world.server)).await.unwrap();
    driver.find(By::Id("single-keys")).await.unwrap().click().await.unwrap();
    press(driver, By::Css("form[action='/account/look'] button")).await;
    driver.goto(format!("{}/cases", world.server)).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("?").await.unwrap();
    becomes(driver, "return document.getElementById('keys').open", "the list of keys").await;
    let faults = violations(driver).await;
    assert!(faults.is_empty(), "{faults:?}");
    driver.execute("document.getElementById('keys').close()", vec![]).await.unwrap();
    driver.find(By::Css("body")).await.unwrap().send_keys("j").await.unwrap();
    becomes(driver, "return document.activeElement.matches('tbody tr a')", "the next row has the focus").await;
    driver.find(By::Css("body")).await.unwrap().send_keys("/").await.unwrap();
    becomes(driver, "return document.activeElement.id === 'q'", "the search has the focus").await;
    // The lanes are one stop; arrows go along them. The oldest case is the one that is finished.
    press(driver, By::Css("tbody tr:last-child a")).await;
    press(driver, By::Css("a[href$='/timeline']")).await;
    let moved = "const links = [...document.querySelectorAll('svg[data-lanes] a')]; const first = links.filter(a => a.getAttribute('tabindex') === '0'); if (first.length !== 1) return false; \
        first[0].focus(); first[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })); \
        return document.activeElement !== first[0] && document.activeElement.closest('[data-lane]') !== first[0].closest('[data-lane]') && links.filter(a => a.getAttribute('tabindex') === '0').length === 1";
    becomes(driver, moved, "from lane to lane").await;
    chrome.end().await;
}
