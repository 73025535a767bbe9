//! Where no script runs: signing in, a form that is refused, a reflection.

use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{press, sign_in, wait_for};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_and_reflection_work_without_scripts_and_a_refusal_keeps_what_was_typed() {
    let world = World::open().await;
    let chrome = Chrome::start(false).await;
    let driver = &chrome.driver;
    sign_in(driver, &world.server, world.account("CO")).await;
    driver.goto(format!("{}/language/nl?to=/", world.server)).await.unwrap();
    driver.goto(format!("{}/cases/new", world.server)).await.unwrap();
    wait_for(driver, By::Css("input[name='notifier.name']")).await.send_keys("A text that must not be lost").await.unwrap();
    press(driver, By::Css("main .actions button[value=save]")).await;
    wait_for(driver, By::Css(".error-summary")).await;
    assert!(driver.title().await.unwrap().starts_with("Fout: "), "the title says that it was refused");
    let page = driver.source().await.unwrap();
    assert!(page.contains("A text that must not be lost"), "the refusal keeps the text: {page}");
    // The first part makes the case; the others follow, one a page, as of any form.
    for choice in ["source", "purpose", "ground", "fatal", "zone", "police_region"] {
        wait_for(driver, By::Css(format!("[name='{choice}'][type=radio], select[name='{choice}'] option:nth-child(2)"))).await.click().await.unwrap();
    }
    for (part, value) in [("d", "3"), ("m", "11"), ("y", "2025")] {
        wait_for(driver, By::Css(format!("input[name='received_at-{part}']"))).await.send_keys(value).await.unwrap();
    }
    press(driver, By::Css("main .actions button[value=save]")).await;
    // The cases of this world were notified within the hour by the same coordinator: it is asked whether this is another one.
    press(driver, By::Css("button[value=another]")).await;
    wait_for(driver, By::Css("textarea[name=facts]")).await.send_keys("More that must not be lost").await.unwrap();
    press(driver, By::Css("main .actions button[value=save]")).await;
    // A repeated group grows by a button.
    press(driver, By::Css("button[value='add:suspects']")).await;
    let page = driver.source().await.unwrap();
    assert!(page.contains("suspects[0]"), "a row more: {page}");
    press(driver, By::Css("main .actions button[value=back]")).await;
    wait_for(driver, By::Css("textarea[name=facts]")).await;
    let page = driver.source().await.unwrap();
    assert!(page.contains("More that must not be lost"), "what was saved is still there: {page}");
    driver.delete_all_cookies().await.unwrap();
    sign_in(driver, &world.server, world.account("AU")).await;
    driver.goto(format!("{}/tasks", world.server)).await.unwrap();
    press(driver, By::Css("main a[href^='/tasks/']")).await;
    // The one that was begun, or a new one.
    press(driver, By::Css("main a[href*='/reflection/']")).await;
    wait_for(driver, By::Css("main form textarea")).await;
    chrome.end().await;
}
