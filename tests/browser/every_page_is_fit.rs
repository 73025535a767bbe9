//! Every page of every role, in two languages and at two widths.

use std::collections::BTreeSet;
use std::path::Path;

use scenario::SignIn;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::hands::{links, order, sign_in, violations};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_role_passes_axe_in_two_languages_and_at_two_widths() {
    let world = World::open().await;
    let mut faults: Vec<String> = vec![];
    let mut seen = 0;
    let mut by_role: Vec<(&str, &SignIn)> = vec![];
    for account in &world.accounts {
        if !by_role.iter().any(|(role, _)| *role == account.role) {
            by_role.push((&account.role, account));
        }
    }
    // Who may do most comes first, since most pages are judged once: as the first who finds them sees them.
    by_role.sort_by_key(|(role, _)| ["CO", "AU", "RE", "RM", "C1", "RS"].iter().position(|first| first == role).unwrap_or(usize::MAX));
    let mut judged: BTreeSet<String> = BTreeSet::new();
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    for (role, account) in by_role {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &world.server, account).await;
        // Walk from where one lands: pages, and their pages, each kind once.
        let mut queue = vec!["/".to_owned(), "/account".to_owned(), "/library".to_owned(), "/about/privacy".to_owned(), "/about/accessibility".to_owned(), "/about/keys".to_owned(), "/support".to_owned(), "/help".to_owned(), "/there-is-no-such-page".to_owned()];
        let mut visited = BTreeSet::new();
        while let Some(next) = queue.pop() {
            let kind: String = next.split('/').map(|part| if part.len() >= 32 { "*" } else { part.split('?').next().unwrap() }).collect::<Vec<_>>().join("/");
            // These differ by role, and are judged once for each.
            let own = ["/", "/cases/*", "/cases", "/tasks/*", "/tasks", "/today", "/coding/*", "/relatives/*", "/register/requests", "/people"].contains(&kind.as_str());
            let kind = if own { format!("{role} {kind}") } else { kind };
            if !visited.insert(next.clone()) || !judged.insert(kind) {
                continue;
            }
            for (language, width) in [("nl", 1280), ("en", 320)] {
                driver.set_window_rect(0, 0, width, 900).await.unwrap();
                driver.goto(format!("{}/language/{language}?to={next}", world.server)).await.unwrap();
                seen += 1;
                for fault in violations(driver).await.into_iter().chain(order(driver).await) {
                    faults.push(format!("{role} {next} {language} {width}: {fault}"));
                }
                let text = driver.find(By::Css("body")).await.unwrap().text().await.unwrap();
                if text.contains("Er ging iets mis bij ons") || text.contains("Something went wrong") {
                    faults.push(format!("{role} {next}: server error"));
                }
                if let Ok(folder) = std::env::var("LERING_SCREENSHOTS") {
                    let name = format!("{role}{}-{language}-{width}.png", next.split('?').next().unwrap().replace('/', "_"));
                    driver.screenshot(&Path::new(&folder).join(name)).await.unwrap();
                }
            }
            queue.extend(links(driver).await);
        }
    }
    chrome.end().await;
    println!("{seen} pages judged");
    assert!(seen > 80, "only {seen} pages");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
