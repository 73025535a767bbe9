//! Everything killed at once, as by a power cut: the next start finds stale locks and a stale socket, and goes on.

use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lering::db::log_chain::{Chain, verify};
use lering::start::{self, Bureau};
use reqwest::Method;
use serde_json::json;

use crate::support::played::Played;

#[test]
fn after_kill_9_of_the_database_the_next_start_serves_the_same_data_i13() {
    let folder = tempfile::Builder::new().prefix("lering killed ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let bureau = Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() };
    start::tenant(&installation, &bureau).unwrap();
    let pid = std::fs::read_to_string(folder.path().join("pg/postmaster.pid")).unwrap().lines().next().unwrap().to_owned();
    assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    std::thread::sleep(std::time::Duration::from_millis(500));
    drop(installation);
    let again = start::open(folder.path(), None).unwrap();
    assert_eq!(verify(&again.migrate_url, &[]).unwrap(), Chain::Whole(0));
    assert!(start::tenant(&again, &bureau).is_err(), "it is there");
    start::tenant(&again, &Bureau { name: "Oefenbureau Twee".into(), ..bureau.clone() }).unwrap();
    // A second server on the same data says so and stops; a command beside it works.
    assert!(start::open(folder.path(), None).err().unwrap().to_string().contains("already runs"));
    start::tenant(&start::open_beside(folder.path(), None).unwrap(), &Bureau { name: "Oefenbureau Drie".into(), ..bureau }).unwrap();
}

/// The processes of the database that has this server process: killed without a word, what they had not written is gone.
fn kill_at_once(postmaster: &str) {
    let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap();
    let all: Vec<&str> = children.split_whitespace().chain([postmaster]).collect();
    assert!(all.len() > 5, "{all:?}");
    // One of them may have ended by itself in between.
    Command::new("kill").arg("-9").args(&all).status().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_called_saved_when_everything_was_killed_is_there_afterwards_i13() {
    const WRITERS: usize = 6;
    let played = Played::new(&["drafting"]).await;
    let secretary = played.one("SE").await;
    let cases = played.get(&secretary, "/api/v1/cases?state=drafting").await;
    let case = cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{cases}")).to_owned();
    let seen = played.get(&secretary, &format!("/api/v1/cases/{case}")).await;
    let documents = format!("/api/v1/compartments/{}/documents/report-section", seen["compartments"]["report"].as_str().unwrap());
    let mut paths = vec![];
    for note in 0..WRITERS {
        let made = played.done(&secretary, Method::POST, &documents, &json!({ "answers": { "section": format!("note_{note}"), "text": "Een begin." } })).await;
        paths.push(format!("{documents}/{}/draft", made["id"].as_str().unwrap()));
    }
    let postmaster = std::fs::read_to_string(played.installation.folder.path().join("pg/postmaster.pid")).unwrap().lines().next().unwrap().to_owned();
    let saved: Vec<AtomicI64> = paths.iter().map(|_| AtomicI64::new(0)).collect();
    let mut lost = vec![];
    // Everyone writes at once, until the database is gone; what was confirmed is remembered.
    let write = async |number: usize| {
        for revision in 0.. {
            let answers = json!({ "section": format!("note_{number}"), "text": format!("Aantekening {revision}.") });
            let sent = played.call(&secretary, Method::PUT, &paths[number]).json(&json!({ "seen": 1, "revision": revision, "answers": answers })).send().await;
            if !sent.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            saved[number].store(revision + 1, Ordering::Relaxed);
        }
    };
    let kill = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        tokio::task::spawn_blocking(move || kill_at_once(&postmaster)).await.unwrap();
    };
    tokio::join!(write(0), write(1), write(2), write(3), write(4), write(5), kill);
    assert!(saved.iter().all(|saved| saved.load(Ordering::Relaxed) > 5), "{saved:?}");
    let accounts = played.accounts.clone();
    let folder = played.stop();
    let installation = start::open(folder.path(), None).unwrap();
    let migrate_url = installation.migrate_url.clone();
    let again = Played::of(installation, folder, accounts);
    let secretary = again.one("SE").await;
    for (path, saved) in paths.iter().zip(&saved) {
        let (found, saved) = (again.get(&secretary, path).await["revision"].as_i64().unwrap_or(0), saved.load(Ordering::Relaxed));
        if found < saved {
            lost.push(format!("{path}: {saved} was confirmed, {found} is there"));
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(matches!(verify(&migrate_url, &[]).unwrap(), Chain::Whole(entries) if entries > 100));
}
