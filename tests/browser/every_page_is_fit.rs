//! Every page of every role, in two languages and at two widths.

use std::collections::BTreeSet;

use lering::routes;
use scenario::SignIn;

use crate::before;
use crate::chrome::Chrome;
use crate::hands::{links, sign_in};
use crate::judge::{Judge, fits};
use crate::states;
use crate::world::World;

/// Addresses that draw no page: files, and those that only lead on.
const NO_PAGE: [&str; 8] = ["/register/urn/{identifier}", "/language/{code}", "/leave", "/session/renew", "/typing", "/", "/admin", "/mine"];
/// Pages by their routes that nobody stood at.
fn missed(stood: &BTreeSet<String>) -> Vec<&'static str> {
    let pages = routes::all().infos().iter().filter(|info| info.method == "GET" && !info.path.starts_with("/api/")).map(|info| info.path).collect::<Vec<_>>();
    let file = |path: &str| path.ends_with(".pdf") || path.ends_with(".csv") || path.ends_with("{format}");
    // An address without a parameter is no value of one.
    let whole: BTreeSet<&str> = pages.iter().copied().filter(|path| !path.contains('{')).collect();
    let known: Vec<&str> = pages.iter().copied().filter(|route| stood.iter().any(|path| fits(route, path) && (*route == path || !whole.contains(path.as_str())))).collect();
    pages.into_iter().filter(|path| !NO_PAGE.contains(path) && !before::PAGES.contains(path) && !file(path) && !known.contains(path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_role_passes_axe_in_two_languages_and_at_two_widths() {
    let world = World::open().await;
    let looks = states::earlier_reviews(&world).await;
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
    let mut judge = Judge::new(driver, &world.server);
    driver.goto(format!("{}/sign-in", world.server)).await.unwrap();
    for path in ["/sign-in", "/sign-in/lost", "/welcome", "/library", "/register/public"] {
        judge.look("nobody", path, &format!("nobody{}", path.replace('/', "_")), true).await;
    }
    for (role, account) in by_role {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &world.server, account).await;
        // Walk from where one lands: pages, and their pages, each kind once.
        let mut queue: Vec<String> = ["/", "/account", "/library", "/about/privacy", "/about/accessibility", "/about/keys", "/support", "/help", "/search?q=Oefenland", "/parked", "/unlock", "/there-is-no-such-page"].map(str::to_owned).into();
        let mut visited = BTreeSet::new();
        for look in looks.iter().filter(|look| look.role == role) {
            judge.look(role, &look.path, &format!("{role}-{}", look.what), true).await;
            visited.insert(look.path.clone());
            queue.extend(links(driver).await);
        }
        while let Some(next) = queue.pop() {
            let kind: String = next.split('/').map(|part| if part.len() >= 32 { "*" } else { part.split('?').next().unwrap() }).collect::<Vec<_>>().join("/");
            // These differ by role, and are judged once for each.
            let own = ["/", "/cases/*", "/cases", "/tasks/*", "/tasks", "/today", "/coding/*", "/relatives/*", "/register/requests", "/people"].contains(&kind.as_str());
            let kind = if own { format!("{role} {kind}") } else { kind };
            if !visited.insert(next.clone()) || !judged.insert(kind) {
                continue;
            }
            judge.look(role, &next, &format!("{role}{}", next.split('?').next().unwrap().replace('/', "_")), false).await;
            queue.extend(links(driver).await);
        }
    }
    for look in states::before_acts(&world).await {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &world.server, world.account(look.role)).await;
        judge.look(look.role, &look.path, &format!("{}-{}", look.role, look.what), true).await;
    }
    let (seen, faults, missed) = (judge.seen, std::mem::take(&mut judge.faults), missed(&judge.stood));
    chrome.end().await;
    println!("{seen} pages judged");
    assert!(missed.is_empty() && faults.is_empty(), "nobody stood at {missed:#?}; {} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loan_passes_axe_from_its_beginning_to_its_end() {
    let world = World::open().await;
    let loan = states::lent(&world).await;
    let chrome = Chrome::start(true).await;
    let driver = &chrome.driver;
    let mut judge = Judge::new(driver, &world.server);
    let case = |at: usize| format!("/cases/{}", loan.cases[at]);
    let as_somebody = async |role: &str, hat: Option<&str>| {
        driver.delete_all_cookies().await.unwrap();
        sign_in(driver, &world.server, world.account(role)).await;
        if let Some(hat) = hat {
            loan.worn(hat);
        }
    };
    as_somebody("NC", Some(&loan.national)).await;
    judge.look("NC", "/national", "NC-lent", true).await;
    loan.taken_on().await;
    as_somebody("RC", Some(&loan.lent)).await;
    for (path, what) in [("/account".to_owned(), "account"), ("/cases".to_owned(), "cases"), (case(0), "unled"), (case(1), "closed"), (case(2), "reads"), (format!("{}/people", case(2)), "people")] {
        judge.look("CO", &path, &format!("lent-{what}"), true).await;
    }
    as_somebody("CH", None).await;
    judge.look("CH", &case(1), "CH-lets-read", true).await;
    as_somebody("CO", None).await;
    judge.look("CO", &case(0), "CO-unled", true).await;
    loan.ended().await;
    as_somebody("NC", Some(&loan.national)).await;
    judge.look("NC", "/national", "NC-ended", true).await;
    let (seen, faults) = (judge.seen, std::mem::take(&mut judge.faults));
    chrome.end().await;
    assert!(seen >= 18 && faults.is_empty(), "{seen} seen, {} faults:\n{}", faults.len(), faults.join("\n"));
}
