//! A page that stays open: it can renew its session, it goes on after a lock or a new sign-in, and what was typed is never lost.

use reqwest::Response;
use serde_json::Value;

use crate::support::played::{Played, said};

/// Cookies as a browser keeps them.
#[derive(Default, Clone)]
struct Jar(std::collections::BTreeMap<String, String>);

impl Jar {
    fn take(&mut self, answer: &Response) {
        for line in answer.headers().get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }
    fn line(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

struct Browser<'a> {
    played: &'a Played,
    jar: Jar,
}

impl Browser<'_> {
    async fn get(&mut self, path: &str) -> Response {
        let answer = self.played.client.get(format!("{}{path}", self.played.server)).header("cookie", self.jar.line()).send().await.unwrap();
        self.jar.take(&answer);
        answer
    }
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let answer = self.played.client.post(format!("{}{path}", self.played.server)).header("cookie", self.jar.line()).header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
        self.jar.take(&answer);
        answer
    }
    /// Signs in, and gives the form token of the pages.
    async fn sign_in(&mut self, role: &str) -> String {
        let account = self.played.accounts.iter().find(|account| account.role == role).unwrap();
        for attempt in 0..4 {
            let moment = chrono::Utc::now().timestamp() + [0, 30, -30, 30][attempt];
            let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate(moment.unsigned_abs()).to_string();
            let answer = self.post("/sign-in", &[("name", &account.sign_in_name), ("passphrase", &account.passphrase), ("code", &code)]).await;
            if answer.status().as_u16() == 303 {
                return between(&self.get("/account").await.text().await.unwrap(), "name=\"csrf\" value=\"", "\"");
            }
            tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
        }
        panic!("{role} can't sign in");
    }
}

fn between(text: &str, from: &str, to: &str) -> String {
    text.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_else(|| panic!("no {from} in {text}")).to_owned()
}

const TYPED: &str = "Een tekst die niet verloren mag gaan";

#[tokio::test(flavor = "multi_thread")]
async fn it_renews_in_time_wears_what_was_chosen_and_keeps_what_was_typed() {
    let played = Played::new(&[]).await;
    let mut browser = Browser { played: &played, jar: Jar::default() };
    let token = browser.sign_in("CO").await;

    // Every page knows when its session ends; renewing early gives new tokens and says so; nobody's session is not renewed.
    let page = browser.get("/today").await.text().await.unwrap();
    let ends: i64 = between(&page, "data-ends=\"", "\"").parse().unwrap();
    assert!((1700..=1800).contains(&ends), "{ends}");
    assert!(page.contains("dialog id=\"ends\"") && page.contains("Vertrouwelijk.") && page.contains("dialog id=\"keys\""));
    let (old_refresh, hat) = (browser.jar.0["__Host-lering-refresh"].clone(), between(&page, "data-hat=\"", "\""));
    let renewed: Value = browser.get("/session/renew").await.json().await.unwrap();
    assert!(renewed["endsIn"].as_i64().unwrap() >= 1799 && renewed["hat"] == hat && renewed["csrf"] == token, "{renewed}");
    assert_ne!(browser.jar.0["__Host-lering-refresh"], old_refresh, "the refresh token is new");
    let mut nobody = Browser { played: &played, jar: Jar::default() };
    assert_eq!(nobody.get("/session/renew").await.status().as_u16(), 303);

    // Led on to pages of ours only: a browser drops the tab, and would find another site.
    for (to, leads) in [("/today", "/today"), ("//evil.example", "/"), ("/%09/evil.example", "/"), ("/%0A/evil.example", "/"), ("/%5Cevil.example", "/")] {
        assert_eq!(nobody.get(&format!("/language/nl?to={to}")).await.headers()["location"], leads, "{to}");
        let page = nobody.get(&format!("/sign-in?to={to}")).await.text().await.unwrap();
        assert_eq!(between(&page, "name=\"to\" value=\"", "\""), leads, "{to}");
    }

    // What is chosen for the device is on every page, and only there.
    assert!(!page.contains("data-theme") && !page.contains("data-contrast") && !page.contains("data-keys=\"on\""));
    assert_eq!(browser.post("/account/look", &[("csrf", &token), ("theme", "dark"), ("contrast", "more"), ("keys", "on")]).await.status().as_u16(), 303);
    let page = browser.get("/today").await.text().await.unwrap();
    assert!(page.contains("data-theme=\"dark\"") && page.contains("data-contrast=\"more\"") && page.contains("data-keys=\"on\""));
    let (status, page) = said(browser.get("/about/keys").await).await;
    assert!(status == 200 && page.contains("<kbd>Ctrl</kbd>") && page.contains("o is onbekend na navraag"), "those of coding among them");

    let case = between(&browser.get("/cases").await.text().await.unwrap(), "<th scope=\"row\"><a href=\"/cases/", "\"");
    let room = between(&browser.get(&format!("/cases/{case}")).await.text().await.unwrap(), "href=\"/rooms/", "/");

    // Posted behind a lock: parked, offered after unlocking.
    assert_eq!(browser.post("/lock", &[("csrf", &token)]).await.status().as_u16(), 303);
    let answer = browser.post(&format!("/rooms/{room}/deferral/new"), &[("csrf", &token), ("words", TYPED)]).await;
    assert!(answer.status().as_u16() == 303 && answer.headers()["location"].to_str().unwrap().starts_with("/unlock"), "{:?} {}", answer.status(), answer.text().await.unwrap());
    let account = played.accounts.iter().find(|account| account.role == "CO").unwrap();
    assert_eq!(browser.post("/unlock", &[("csrf", &token), ("passphrase", &account.passphrase)]).await.status().as_u16(), 303);
    assert_eq!(browser.get("/").await.headers()["location"], "/parked");
    assert!(browser.get("/parked").await.text().await.unwrap().contains(TYPED));

    // A form with the token of a session before: shown for copying, and not done by one more press.
    let (status, page) = said(browser.post("/cases/new", &[("csrf", "of another session"), ("facts", TYPED)]).await).await;
    assert!(status == 403 && page.contains(TYPED) && !page.contains("action=\"/cases/new\""), "{status} {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_waits_on_its_page_is_sent_from_nowhere_else_and_goes_once_it_is_sent() {
    let played = Played::new(&[]).await;
    let mut browser = Browser { played: &played, jar: Jar::default() };
    let token = browser.sign_in("CO").await;
    let waiting = async |browser: &mut Browser<'_>, page: &str| -> Vec<Value> { browser.get(&format!("/typing?page={page}")).await.json().await.unwrap() };
    let text = |kept: &[Value], name: &str| kept[0]["fields"].as_array().unwrap().iter().find(|field| field[0] == name).map(|field| field[1].as_str().unwrap().to_owned());
    // Kept, and kept anew in its place; neither the form token nor a secret is.
    let fields = [("csrf", token.as_str()), ("_path", "/account/reach"), ("_page", "/account"), ("hours", TYPED), ("passphrase", "geheim geheim")];
    let kept: Value = browser.post("/typing", &fields).await.json().await.unwrap();
    let id = kept["revision"].as_str().unwrap().to_owned();
    let again: Value = browser.post("/typing", &[("csrf", &token), ("_path", "/account/reach"), ("_page", "/account"), ("_which", &id), ("hours", TYPED)]).await.json().await.unwrap();
    assert_eq!(again["revision"], id.as_str(), "it takes the place of what was kept before");
    let found = waiting(&mut browser, "/account").await;
    assert_eq!((found.len(), text(&found, "hours").as_deref()), (1, Some(TYPED)));
    assert!(text(&found, "csrf").is_none() && text(&found, "passphrase").is_none() && text(&found, "_page").is_none(), "{found:?}");
    assert!(waiting(&mut browser, "/today").await.is_empty(), "another page is not told");
    // Only who typed it has it, and a form of another site keeps nothing.
    let mut other = Browser { played: &played, jar: Jar::default() };
    other.sign_in("CH").await;
    assert!(waiting(&mut other, "/account").await.is_empty());
    assert_eq!(browser.post("/typing", &[("csrf", "x"), ("_path", "/account/reach"), ("_page", "/account"), ("hours", TYPED)]).await.status().as_u16(), 403);
    // It is shown with the way to its page, and sent from nowhere else: half a decision is none.
    let page = browser.get("/parked").await.text().await.unwrap();
    assert!(page.contains(TYPED) && page.contains("href=\"/account\"") && !page.contains("/parked/back"), "{page}");
    assert_eq!(browser.post(&format!("/parked/back?text={id}"), &[("csrf", &token)]).await.status().as_u16(), 404);
    // Two of one minute have each a name of their own.
    let second: Value = browser.post("/typing", &[("csrf", &token), ("_path", "/account/reach"), ("_page", "/today"), ("hours", TYPED)]).await.json().await.unwrap();
    let page = browser.get("/parked").await.text().await.unwrap();
    let names: Vec<&str> = page.split("<h2 id=\"t-").skip(1).filter_map(|rest| rest.split_once("\">")?.1.split("</h2>").next()).collect();
    assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
    assert_eq!(browser.post("/parked/discard", &[("csrf", &token), ("id", second["revision"].as_str().unwrap()), ("_sure", "true")]).await.status().as_u16(), 303);
    // Thrown away it would be gone for good: that is asked first, and the question alone takes nothing.
    let asked = browser.post("/parked/discard", &[("csrf", &token), ("id", &id)]).await;
    let (status, page) = (asked.status().as_u16(), asked.text().await.unwrap());
    assert!(status == 200 && page.contains("Deze tekst weggooien?") && page.contains(TYPED), "{status} {page}");
    assert_eq!(waiting(&mut browser, "/account").await.len(), 1);
    // Refused, it is still there; taken, it goes.
    let send = [("csrf", token.as_str()), ("_kept", id.as_str()), ("phone", "030 000 00 01"), ("hours", TYPED)];
    let refused = browser.post("/account/reach", &[("csrf", &token), ("_kept", &id), ("phone", "\u{0}"), ("hours", TYPED)]).await;
    assert!(refused.status().is_client_error());
    assert_eq!(waiting(&mut browser, "/account").await.len(), 1);
    let taken = browser.post("/account/reach", &send).await;
    assert_eq!(taken.status().as_u16(), 303, "{}", taken.text().await.unwrap());
    assert!(waiting(&mut browser, "/account").await.is_empty(), "what was sent does not wait");
    let kept: Value = browser.post("/typing", &fields).await.json().await.unwrap();
    let thrown = browser.post("/parked/discard", &[("csrf", &token), ("id", kept["revision"].as_str().unwrap()), ("_sure", "true")]).await;
    assert_eq!(thrown.status().as_u16(), 303);
    assert!(waiting(&mut browser, "/account").await.is_empty(), "what was thrown away is gone");
}
