//! The list of routes with who may, as text for review; and every route of the API called by people who may not (I-1, I-15, I-16).

use std::fmt::Write;

use lering::access::Role;
use lering::documents::SHEETS;
use lering::routes;
use lering::start::{self, Bureau};
use reqwest::{Client, Method};
use serde_json::json;

const FILE: &str = "tests/matrix/routes.txt";

/// Role by route, and role by form, as they follow from the acts.
fn matrix() -> String {
    let mut text = String::from("# Who may: generated from the routes and sheets of the program; a change here is a change of rights.\n# Without roles: `open` answers without a session, `own` shows or changes one's own only.\n\n");
    let collected = routes::all();
    let mut lines: Vec<String> = collected.infos().iter().map(|info| {
        let who = match info.act {
            Some(act) if act.by.is_empty() => "any session".to_owned(),
            Some(act) => act.by.iter().map(|role| role.code()).collect::<Vec<_>>().join(" "),
            None if info.open => "open".into(),
            None => "own".into(),
        };
        format!("{:<6} {:<72} {:<34} {who}{}", info.method, info.path, info.act.map_or("-", |act| act.name), if info.act.is_some_and(|act| act.step_up) { " +confirm" } else { "" })
    }).collect();
    lines.sort();
    text.push_str(&lines.join("\n"));
    text.push_str("\n\n# Forms: where they lie, who reads, who writes\n\n");
    for sheet in SHEETS {
        let codes = |roles: &[Role]| roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" ");
        writeln!(text, "{:<12} {:<24} read {:<16} write {}", sheet.within().word(), sheet.form, codes(sheet.read.by), codes(sheet.write.by)).unwrap();
    }
    text
}

#[test]
fn i_16_every_route_and_form_stands_in_the_matrix() {
    let now = matrix();
    if std::env::var_os("LERING_WRITE_MATRIX").is_some() {
        std::fs::write(FILE, &now).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == now, "rights changed: look at the difference, then write tests/matrix/routes.txt anew with LERING_WRITE_MATRIX=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_nobody_a_bad_token_and_an_administrator_get_nothing_from_any_route() {
    let folder = tempfile::Builder::new().prefix("lering matrix ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let server = installation.serve_beside().unwrap();
    let code = start::tenant(&installation, &Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() }).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let administrator = enrol(&client, &server, &code).await;
    let (mut called, mut wrong) = (0, vec![]);
    let collected = routes::all();
    // Ending sessions is tried elsewhere: here it would end the administrator's own.
    for info in collected.infos().iter().filter(|info| info.path.starts_with("/api/") && !info.open && info.method != "DELETE") {
        let path: String = info.path.split('/').map(|part| if part.starts_with('{') { uuid::Uuid::new_v4().to_string() } else { part.to_owned() }).collect::<Vec<_>>().join("/");
        let method: Method = info.method.parse().unwrap();
        for (who, token) in [("nobody", None), ("a bad token", Some(("x.y.z", ""))), ("an administrator", Some((administrator.0.as_str(), administrator.1.as_str())))] {
            let mut request = client.request(method.clone(), format!("{server}{path}")).header("If-Match", "\"1\"");
            if method != Method::GET { request = request.json(&json!({})); }
            if let Some((token, unlock)) = token { request = request.bearer_auth(token).header("X-Lering-Unlock", unlock); }
            let answer = request.send().await.unwrap();
            let (status, kind) = (answer.status().as_u16(), answer.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default());
            called += 1;
            let administrators = info.act.is_none_or(|act| act.by.is_empty() || act.by.contains(&Role::Administrator));
            let fits = if who == "an administrator" {
                // What is theirs may answer; the rest is absent, not theirs, or asked in a shape that is refused before anything is looked up.
                if administrators { status < 500 } else { matches!(status, 403 | 404 | 422) }
            } else {
                status == 401 || status == 422 && method != Method::GET
            };
            if !fits || status >= 400 && !kind.starts_with("application/problem+json") {
                wrong.push(format!("{who}: {} {} answered {status} {kind}", info.method, info.path));
            }
        }
    }
    println!("{called} calls");
    assert!(wrong.is_empty(), "{} of {called}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The bureau's first administrator: access token and unlock secret.
pub async fn enrol(client: &Client, server: &str, code: &str) -> (String, String) {
    let begun: serde_json::Value = client.post(format!("{server}/api/v1/enrolments")).json(&json!({ "code": code })).send().await.unwrap().json().await.unwrap();
    let totp = totp_rs::Totp::from_url(begun["otpauth"].as_str().unwrap()).unwrap().generate(chrono::Utc::now().timestamp().unsigned_abs()).to_string();
    let told = json!({ "token": begun["token"], "code": code, "signInName": "beheer@example.org", "name": "Beheer", "passphrase": "vijf losse woorden zijn genoeg", "oneTimeCode": totp, "language": "nl" });
    let made: serde_json::Value = client.post(format!("{server}/api/v1/enrolments/finish")).json(&told).send().await.unwrap().json().await.unwrap();
    (made["accessToken"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned(), made["unlockSecret"].as_str().unwrap().to_owned())
}
