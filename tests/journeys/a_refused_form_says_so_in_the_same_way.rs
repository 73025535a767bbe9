//! Whoever sends a form that lacks something is told so in the same way everywhere: by the status, in the title, in a summary that leads to the
//! questions; and what they chose is never shown to them as a code. Walked by everybody of a played case: each page with a form, sent empty.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;

use crate::support::played::{Played, Signed, said};

/// Where a walk begins; who may not, is not let in there.
const DOORS: [&str; 19] = [
    "/today", "/cases", "/cases/new", "/tasks", "/mine", "/actions", "/organisations", "/people", "/coding", "/register", "/register/duplicates", "/register/projects", "/register/requests", "/register/tables/new",
    "/register/scripts", "/national", "/checks", "/bureau", "/removals",
];
/// Forms that would end the walk, or cost much and refuse nothing.
const LEFT: [&str; 7] = ["/account", "/lock", "/sign-out", "/step-up", "/register/snapshots", "/parked", "/loans"];
/// Pages of one person.
const MOST: usize = 70;

/// A form as it stands in a page: where it goes, what it carries, and the first thing to choose of each question.
struct Form {
    action: String,
    carried: Vec<(String, String)>,
    chosen: Vec<(String, String)>,
    asks: bool,
}

fn plain(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

fn of(tag: &str, name: &str) -> Option<String> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next()).map(plain)
}

fn forms(page: &str) -> Vec<Form> {
    page.split("<form").skip(1).filter_map(|rest| rest.split("</form").next()).filter(|form| form.split('>').next().is_some_and(|head| head.contains("method=\"post\""))).filter_map(|form| {
        let action = of(form.split('>').next()?, "action")?;
        let mut found = Form { action, carried: vec![], chosen: vec![], asks: false };
        let mut list = String::new();
        for tag in form.split('<').skip(1) {
            let (kind, name) = (tag.split([' ', '>']).next().unwrap_or_default(), of(tag, "name").unwrap_or_default());
            match kind {
                "input" if tag.contains("type=\"hidden\"") => found.carried.push((name, of(tag, "value").unwrap_or_default())),
                "input" => {
                    found.asks = true;
                    if tag.contains("type=\"radio\"") && !found.chosen.iter().any(|(known, _)| *known == name) {
                        found.chosen.push((name, of(tag, "value").unwrap_or_default()));
                    }
                }
                "textarea" => found.asks = true,
                "select" => (found.asks, list) = (true, name),
                "option" => {
                    let value = of(tag, "value").unwrap_or_default();
                    if !value.is_empty() && !found.chosen.iter().any(|(known, _)| *known == list) {
                        found.chosen.push((list.clone(), value));
                    }
                }
                _ => {}
            }
        }
        Some(found)
    }).collect()
}

/// Asks again after a moment where that is what is answered.
async fn call(played: &Played, who: &Signed, method: Method, path: &str, fields: &[(String, String)]) -> (u16, String) {
    for _ in 0..20 {
        let call = played.call(who, method.clone(), path);
        let call = if method == Method::POST { call.header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap()) } else { call };
        let (status, text) = said(call.send().await.unwrap()).await;
        if status != 429 {
            return (status, text);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    panic!("{path}: too many");
}

/// What is wrong with how a form is answered.
fn judged(status: u16, page: &str, sent: &[(String, String)]) -> Vec<String> {
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title.to_owned()).unwrap_or_default();
    let summary = page.contains("class=\"error-summary");
    let mut wrong = vec![];
    if status == 200 && summary {
        wrong.push("tells what is wrong and answers 200".to_owned());
    }
    if status == 422 {
        // A relative's page has a title that tells nothing, but for this.
        if !title.starts_with("Fout: ") {
            wrong.push(format!("the title says nothing of it: {title}"));
        }
        if !summary || page.contains("aria-invalid=\"true\"") && !page.contains("href=\"#") {
            wrong.push("no summary that says where".to_owned());
        }
    }
    if status >= 400 {
        let shown: Vec<&str> = page.split("<p class=\"").skip(1).filter(|rest| rest.starts_with("typed") || rest.starts_with("quote typed")).filter_map(|rest| rest.split_once('>')?.1.split('<').next()).collect();
        wrong.extend(sent.iter().filter(|(_, value)| shown.contains(&value.as_str())).map(|(name, value)| format!("{name} is shown as {value}")));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_says_so_in_the_same_way_wherever_it_stands() {
    let played = Played::new(&["screening", "gathering", "quality_review", "follow_up"]).await;
    let (mut tried, mut refused, mut wrong) = (BTreeSet::new(), 0, vec![]);
    let mut roles = BTreeSet::new();
    for account in played.accounts.iter().filter(|account| roles.insert(account.role.clone())) {
        let who = played.sign_in(account).await;
        let (mut queue, mut visited): (Vec<String>, _) = (DOORS.iter().rev().map(|door| (*door).to_owned()).collect(), BTreeSet::new());
        while let Some(next) = queue.pop().filter(|_| visited.len() < MOST) {
            let kind: String = next.split('?').next().unwrap_or_default().split('/').map(|part| if part.len() >= 32 { "*" } else { part }).collect::<Vec<_>>().join("/");
            if !visited.insert(kind) {
                continue;
            }
            let (status, page) = call(&played, &who, Method::GET, &next, &[]).await;
            if status != 200 {
                continue;
            }
            let links = page.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next()).map(|rest| format!("/{}", plain(rest).split('#').next().unwrap_or_default()));
            let outside = ["/language/", "/leave", "/assets/", "/api/", "/account", "/sign-", "/help", "/about", "/support"];
            // Files have no forms, and making them takes longest.
            let files = [".pdf", ".csv", ".docx", ".xlsx", ".zip", "/files/", "/invented/", "/documents/", "/preview"];
            queue.extend(links.filter(|link| !outside.iter().any(|other| link.starts_with(other)) && !files.iter().any(|part| link.contains(part))));
            for form in forms(&page).into_iter().filter(|form| form.asks && !LEFT.iter().any(|left| form.action.starts_with(left))) {
                let kind: String = form.action.split('/').map(|part| if part.len() >= 32 { "*" } else { part }).collect::<Vec<_>>().join("/");
                if !tried.insert((account.role.clone(), kind)) {
                    continue;
                }
                // Without anything; then with the first of what there is to choose, and nothing typed.
                for sent in [form.carried.clone(), [form.carried.clone(), form.chosen.clone()].concat()] {
                    let (status, answer) = call(&played, &who, Method::POST, &form.action, &sent).await;
                    refused += usize::from(status == 422);
                    wrong.extend(judged(status, &answer, &form.chosen).into_iter().map(|why| format!("{} {}: {status} {why}", account.role, form.action)));
                    if status != 422 {
                        break;
                    }
                }
            }
        }
    }
    assert!(refused > 20 && wrong.is_empty(), "{refused} refused of {}; {} wrong:\n{}", tried.len(), wrong.len(), wrong.join("\n"));
}

/// Pages that tell what is wrong with an address, not with a form somebody sent.
const OF_ADDRESSES: [&str; 2] = ["search.html", "timeline.html"];

#[test]
fn every_page_that_sums_up_what_is_wrong_says_so_in_its_title() {
    let (mut found, mut silent) = (0, vec![]);
    for folder in std::fs::read_dir("web/templates").unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for page in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&page).unwrap();
            let name = page.file_name().unwrap().to_str().unwrap().to_owned();
            if text.contains("error-summary") && text.contains("extends \"base.html\"") && !OF_ADDRESSES.contains(&name.as_str()) {
                found += 1;
                if !text.contains("{% block refused %}") { silent.push(name) }
            }
        }
    }
    assert!(found > 12 && silent.is_empty(), "{found}: {silent:?}");
}
