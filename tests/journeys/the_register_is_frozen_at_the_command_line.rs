//! `lering register snapshot`: the same rules as the page, said in a sentence, with exit codes and one line of JSON.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use diesel::prelude::*;
use lering::access::Role;
use lering::start::{self, Bureau};
use reqwest::Client;
use serde_json::{Value, json};

const PASSPHRASE: &str = "vijf losse woorden zijn genoeg";

fn code(otpauth: &str, off: i64) -> String {
    totp_rs::Totp::from_url(otpauth).unwrap().generate((chrono::Utc::now().timestamp() + off).unsigned_abs()).to_string()
}

fn snapshot(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lering")).arg("--data").arg(folder).args(["register", "snapshot"]).args(arguments)
        .stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_manager_freezes_it_and_nobody_else() {
    let folder = tempfile::Builder::new().prefix("lering frozen ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let server = installation.serve_beside().unwrap();
    start::tenant(&installation, &Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() }).unwrap();
    let invitation = start::national(&installation, Role::RegisterManager).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let begun: Value = client.post(format!("{server}/api/v1/enrolments")).json(&json!({ "code": invitation })).send().await.unwrap().json().await.unwrap();
    let otpauth = begun["otpauth"].as_str().unwrap().to_owned();
    let told = json!({ "token": begun["token"], "code": invitation, "signInName": "register@example.org", "name": "R. Beheer", "passphrase": PASSPHRASE, "oneTimeCode": code(&otpauth, -30), "language": "nl" });
    assert_eq!(client.post(format!("{server}/api/v1/enrolments/finish")).json(&told).send().await.unwrap().status(), 201);
    // How a hat becomes active is told elsewhere.
    let mut superuser = PgConnection::establish(&installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap();
    diesel::sql_query("update app.membership set state = 'active' where role = 'RM'").execute(&mut superuser).unwrap();

    let refused = snapshot(folder.path(), &["--as", "nobody@example.org"], &format!("{PASSPHRASE}\n{}\n", code(&otpauth, 0)));
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    assert_eq!(snapshot(folder.path(), &["--as", "register@example.org"], "").status.code(), Some(1), "nothing was typed");
    assert_eq!(snapshot(folder.path(), &[], "").status.code(), Some(2), "nobody was named");
    // The country's register has no ten complete cases: the rule of the page, in a sentence.
    let early = snapshot(folder.path(), &["--as", "register@example.org"], &format!("{PASSPHRASE}\n{}\n", code(&otpauth, 0)));
    let said = String::from_utf8_lossy(&early.stderr).into_owned();
    assert_eq!(early.status.code(), Some(1), "{said}");
    assert!(said.contains("There are no ten new complete cases yet.") && !said.contains("problem-") && !said.contains(PASSPHRASE), "{said}");
    // In a practice register records are invented.
    diesel::sql_query("update app.membership set bureau_id = (select id from app.bureau limit 1) where role = 'RM'").execute(&mut superuser).unwrap();
    let done = snapshot(folder.path(), &["--as", "register@example.org", "--invent", "60", "--seed", "3", "--json"], &format!("{PASSPHRASE}\n{}\n", code(&otpauth, 30)));
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let frozen: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(frozen["number"] == 1 && frozen["practice"] == true && frozen["cases"].as_i64().is_some_and(|cases| cases > 40), "{frozen}");
    let listed: Value = client.get(format!("{server}/api/v1/register/snapshots")).send().await.unwrap().json().await.unwrap();
    assert_eq!(listed[0]["hash"], frozen["hash"], "the same snapshot");
    let waiting = diesel::sql_query("select 1 from app.output_request where state = 'open' and reason = 'fixed_set'").execute(&mut superuser).unwrap();
    assert!(waiting >= 3, "{waiting} of its fixed public tables wait for the checkers");
}
