//! The practice case, played once in a run; every test walks in a copy of its own.

use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::prelude::*;
use lering::start;
use reqwest::Method;
use scenario::SignIn;
use serde_json::json;

use crate::played::Played;

const FILE: &str = include_str!("../../config/practice/real-1.yaml");

/// A server on a copy of the played case, and everyone's accounts.
pub struct World(Played);

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
async fn remark(played: &Played) {
    let cases: Vec<Row> = diesel::sql_query("select id from app.case_file where state <> 'gathering'").load(&mut played.superuser()).unwrap();
    let (secretary, member) = (played.one("SE").await, played.one("PM").await);
    for (who, path, body) in [
        (&secretary, "panel-draft", json!(null)),
        (&member, "panel-draft/remarks", json!({ "section": "findings", "text": "Mag dit korter?" })),
        (&member, "panel-draft/remarks", json!({ "section": "summary", "about": "Een alinea die er niet meer is.", "text": "Dit weten wij niet zeker." })),
    ] {
        for case in &cases {
            played.done(who, Method::POST, &format!("/api/v1/cases/{}/{path}", case.id), &body).await;
        }
    }
}

/// A row by its id.
#[derive(QueryableByName)]
pub struct Row {
    /// Its id.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: uuid::Uuid,
}

async fn play(into: &Path) {
    // One who settles, beside the two of the file.
    let second = "  - {key: c2, role: C2, name: \"Codeur Twee\"}\n";
    let file = FILE.replace(second, &format!("{second}  - {{key: c3, role: C3, name: \"Codeur Drie\"}}\n"));
    let played = Played::of_file(("real-1.yaml", &file), "Reviewbureau Oefenland", &["gathering", "drafting"]).await;
    remark(&played).await;
    let accounts = serde_json::to_vec(&played.accounts).unwrap();
    let folder = played.stop();
    fs::write(folder.path().join("accounts.json"), accounts).unwrap();
    copy(folder.path(), into);
}

impl Deref for World {
    type Target = Played;
    fn deref(&self) -> &Played {
        &self.0
    }
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
        let accounts = serde_json::from_slice(&fs::read(folder.path().join("accounts.json")).unwrap()).unwrap();
        World(Played::of(installation, folder, accounts))
    }

    /// The first account of a role.
    pub fn account(&self, role: &str) -> &SignIn {
        self.accounts.iter().find(|account| account.role == role).unwrap_or_else(|| panic!("nobody is {role}"))
    }
}
