//! Pages that ask before an act, and those that are there for a moment: in two languages, at two widths, with nothing axe finds.

use thirtyfour::prelude::*;

use crate::before;
use crate::chrome::Chrome;
use crate::hands::{press, sign_in};
use crate::judge::{Judge, fits};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn pages_before_an_act_pass_axe_in_two_languages_and_at_two_widths() {
    let world = World::open().await;
    let looks = before::looks(&world).await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    let mut judge = Judge::new(driver, &world.server);
    for look in &looks {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &world.server, world.account(look.role)).await;
        judge.look(look.role, &look.path, &format!("{}-{}", look.role, look.what), true).await;
    }
    // A printed code is made and waits for its two groups.
    driver.goto(format!("{}/account/code", world.server)).await.unwrap();
    press(driver, By::Css("main form .actions button")).await;
    judge.look("C3", "/account/code/check", "C3-code-check", true).await;
    let (seen, faults) = (judge.seen, std::mem::take(&mut judge.faults));
    let missed: Vec<&str> = before::PAGES.into_iter().filter(|route| !judge.stood.iter().any(|path| fits(route, path))).collect();
    chrome.end().await;
    println!("{seen} pages judged");
    assert!(missed.is_empty() && faults.is_empty(), "nobody stood at {missed:#?}; {} faults:\n{}", faults.len(), faults.join("\n"));
}
