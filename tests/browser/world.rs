//! The practice case, played once in a run; every test walks in a copy of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::prelude::*;
use lering::demo::factors;
use lering::start::{self, Bureau, Installation};
use scenario::{Options, SignIn, play_several, read};

const FILE: &str = include_str!("../../config/practice/real-1.yaml");

/// A server on a copy of the played case, and everyone's accounts.
pub struct World {
    /// Where it answers.
    pub server: String,
    /// Who may sign in.
    pub accounts: Vec<SignIn>,
    installation: Option<Installation>,
    _folder: tempfile::TempDir,
}

/// Where this run keeps what it played: `nextest` runs every test in a process of its own and names the run.
fn kept() -> PathBuf {
    let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| format!("process-{}", std::process::id()));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("played").join(run)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let done = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(done.success(), "{} could not be copied", from.display());
    // The copy has its own lock, and its own place for the database's socket.
    for name in ["lock", "socket"] {
        let _ = fs::remove_file(to.join(name));
    }
}

/// A draft lies before the panel with remarks, so that there is something to see: one on a paragraph, one on words that are gone.
async fn remark(installation: &Installation, server: &str, accounts: &[SignIn]) {
    let (client, mut signed_in) = (reqwest::Client::new(), std::collections::BTreeMap::new());
    let cases: Vec<Case> = diesel::sql_query("select id from app.case_file where state <> 'gathering'")
        .load(&mut PgConnection::establish(&installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap()).unwrap();
    for (role, path, body) in [
        ("SE", "panel-draft", serde_json::json!(null)),
        ("PM", "panel-draft/remarks", serde_json::json!({ "section": "findings", "text": "Mag dit korter?" })),
        ("PM", "panel-draft/remarks", serde_json::json!({ "section": "summary", "about": "Een alinea die er niet meer is.", "text": "Dit weten wij niet zeker." })),
    ] {
        let account = accounts.iter().find(|account| account.role == role).unwrap();
        // A code works once, and the play has used some: the next half minute has new ones.
        let mut told = signed_in.get(role).cloned();
        for step in [0, 30, 30, 30] {
            if told.is_some() {
                break;
            }
            let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate((chrono::Utc::now().timestamp() + step).unsigned_abs()).to_string();
            let answer = client.post(format!("{server}/api/v1/sessions")).json(&serde_json::json!({ "signInName": account.sign_in_name, "passphrase": account.passphrase, "oneTimeCode": code })).send().await.unwrap();
            if answer.status().is_success() {
                told = Some(answer.json::<serde_json::Value>().await.unwrap());
            } else if step == 30 {
                tokio::time::sleep(std::time::Duration::from_secs(16)).await;
            }
        }
        let told = told.unwrap_or_else(|| panic!("{role} can't sign in"));
        signed_in.insert(role, told.clone());
        let call = |method, path: String| client.request(method, format!("{server}{path}")).bearer_auth(told["accessToken"].as_str().unwrap()).header("X-Lering-Unlock", told["unlockSecret"].as_str().unwrap());
        let me: serde_json::Value = call(reqwest::Method::GET, "/api/v1/session".into()).send().await.unwrap().json().await.unwrap();
        call(reqwest::Method::PUT, "/api/v1/session/hat".into()).json(&serde_json::json!({ "hat": me["hats"][0]["id"] })).send().await.unwrap().error_for_status().unwrap();
        for case in &cases {
            call(reqwest::Method::POST, format!("/api/v1/cases/{}/{path}", case.id)).json(&body).send().await.unwrap().error_for_status().unwrap();
        }
    }
}

#[derive(QueryableByName)]
struct Case {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: uuid::Uuid,
}

async fn play(into: &Path) {
    let folder = tempfile::Builder::new().prefix("lering browser ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let server = installation.serve_beside().unwrap();
    let bureau = Bureau { name: "Reviewbureau Oefenland".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() };
    let options = Options {
        server: server.parse().unwrap(), bootstrap_code: start::tenant(&installation, &bureau).unwrap(), until: None, pdf_folder: folder.path().join("reports"), factors: factors().unwrap(),
        progress: |_: &str| {},
    };
    let accounts = play_several(&read("real-1.yaml", FILE).unwrap(), options, &["gathering", "drafting"]).await.unwrap();
    remark(&installation, &server, &accounts).await;
    fs::write(folder.path().join("accounts.json"), serde_json::to_vec(&accounts).unwrap()).unwrap();
    drop(installation);
    copy(folder.path(), into);
}

impl World {
    /// Opens a copy; the first of a run plays. What earlier runs kept is thrown away.
    pub async fn open() -> World {
        let kept = kept();
        let all = kept.parent().unwrap();
        fs::create_dir_all(all).unwrap();
        let lock = File::create(all.join("lock")).unwrap();
        lock.lock().unwrap();
        if !kept.join("accounts.json").exists() {
            for old in fs::read_dir(all).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
                let _ = fs::remove_dir_all(old.path());
            }
            play(&kept).await;
        }
        let folder = tempfile::Builder::new().prefix("lering browser ").tempdir().unwrap();
        copy(&kept, folder.path());
        drop(lock);
        let installation = start::open(folder.path(), None).unwrap();
        let server = installation.serve_beside().unwrap();
        let accounts = serde_json::from_slice(&fs::read(folder.path().join("accounts.json")).unwrap()).unwrap();
        World { server, accounts, installation: Some(installation), _folder: folder }
    }

    /// The first account of a role.
    pub fn account(&self, role: &str) -> &SignIn {
        self.accounts.iter().find(|account| account.role == role).unwrap_or_else(|| panic!("nobody is {role}"))
    }

    /// The superuser's connection, to end what only time ends.
    pub fn superuser(&self) -> PgConnection {
        let cluster = self.installation.as_ref().and_then(|installation| installation.cluster.as_ref()).unwrap();
        PgConnection::establish(&cluster.admin_url("lering")).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // The database stops before its folder goes.
        self.installation.take();
    }
}
