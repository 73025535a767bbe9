//! What a page weighs, as the browser counted it, and that nothing is asked of anybody else.

use serde::Deserialize;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{links, sign_in};
use crate::world::World;

/// Compressed bytes: the first load of all, a page of work, all scripts, all styles.
const FIRST: u64 = 100_000;
const PAGE: u64 = 12_000;
const SCRIPTS: u64 = 26_000;
const STYLES: u64 = 10_000;

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Loaded {
    name: String,
    encoded_body_size: u64,
}

/// What the page that stands there loaded: itself first.
async fn loaded(driver: &WebDriver) -> Vec<Loaded> {
    let script = "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(one => ({ name: one.name, encodedBodySize: one.encodedBodySize }))";
    serde_json::from_value(driver.execute(script, vec![]).await.unwrap().json().clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_keep_to_their_weight_and_ask_nobody_else() {
    let world = World::open().await;
    let (mut heavy, mut seen) = (vec![], 0);
    for role in ["CO", "AU", "RE", "C1"] {
        let chrome = Chrome::start(true).await;
        let driver = &chrome.driver;
        driver.goto(format!("{}/sign-in", world.server)).await.unwrap();
        let first = loaded(driver).await;
        let all: u64 = first.iter().map(|one| one.encoded_body_size).sum();
        if all > FIRST || all == 0 {
            heavy.push(format!("the first page loads {all} bytes"));
        }
        for (ending, most) in [(".js", SCRIPTS), (".css", STYLES)] {
            let bytes: u64 = first.iter().filter(|one| one.name.split('?').next().unwrap().ends_with(ending)).map(|one| one.encoded_body_size).sum();
            if bytes > most || bytes == 0 {
                heavy.push(format!("{ending}: {bytes} bytes, at most {most}"));
            }
        }
        sign_in(driver, &world.server, world.account(role)).await;
        let mut pages = vec![driver.current_url().await.unwrap().path().to_owned(), "/library".to_owned()];
        pages.extend(links(driver).await.into_iter().take(6));
        for page in pages {
            driver.goto(format!("{}{page}", world.server)).await.unwrap();
            let all = loaded(driver).await;
            seen += 1;
            // A whole chronology and a level of the codebook may weigh more.
            let most = if page.contains("timeline") || page.contains("/coding") || page.contains("codebook") { 5 * PAGE } else { PAGE };
            if all[0].encoded_body_size > most {
                heavy.push(format!("{role} {page}: {} bytes, at most {most}", all[0].encoded_body_size));
            }
            for one in &all {
                if !one.name.starts_with(&world.server) {
                    heavy.push(format!("{role} {page} asks {}", one.name));
                }
                if one.name.contains("/assets/") && !one.name.contains("?v=") {
                    heavy.push(format!("{role} {page}: {} has no version in its address", one.name));
                }
            }
        }
        // What has a version in its address is kept for good.
        for asset in first.iter().filter(|one| one.name.contains("/assets/")) {
            let answer = driver.execute_async("const done = arguments[arguments.length - 1]; fetch(arguments[0]).then(a => done(a.headers.get('cache-control')), e => done(String(e)))", vec![asset.name.clone().into()]).await.unwrap();
            let kept = answer.json().as_str().unwrap_or_default().to_owned();
            if !kept.contains("immutable") || !kept.contains("max-age=31536000") {
                heavy.push(format!("{} is kept as: {kept}", asset.name));
            }
        }
        chrome.end().await;
    }
    println!("{seen} pages weighed");
    assert!(heavy.is_empty(), "{} faults:\n{}", heavy.len(), heavy.join("\n"));
}
