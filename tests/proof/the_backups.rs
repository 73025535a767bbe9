//! Figures 16 and 17: a backup of an installation with played cases, restored into an empty one: rows, log, documents that open; and what was
//! erased since the backup, restored from its old content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use lering::db::backup::{Made, new_key};
use lering::start::{self, Files, Installation};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::figure::Figures;
use crate::support::played::Played;

#[derive(QueryableByName)]
struct Document {
    #[diesel(sql_type = Text)]
    path: String,
}

/// Every document every person opens: who and where, to what they read.
async fn opened(played: &Played) -> BTreeMap<(String, String), String> {
    let documents: Vec<Document> = diesel::sql_query(
        "select '/api/v1/compartments/' || compartment_id || '/documents/' || kind || '/' || id as path from app.item where removed_at is null order by 1",
    ).load(&mut played.superuser()).unwrap();
    let mut found = BTreeMap::new();
    for account in &played.accounts {
        let who = played.sign_in(account).await;
        for document in &documents {
            let answer = played.call(&who, Method::GET, &document.path).send().await.unwrap();
            if answer.status().is_success() {
                found.insert((account.sign_in_name.clone(), document.path.clone()), answer.text().await.unwrap());
            }
        }
    }
    found
}

/// A folder with an installation's secrets and nothing else, as on an empty machine.
fn empty_machine(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("lering restored ").tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for secret in ["installation.key", "anchor.key", "worker.token"] {
        std::fs::copy(from.join(secret), folder.path().join(secret)).unwrap();
    }
    folder
}

/// Restores, and serves what was restored to the same people.
fn restored(played: &Played, content: &Path, keys: &Path, newest_keys: Option<&Path>, identity: &Path) -> (Played, lering::db::backup::Restored, f64) {
    let folder = empty_machine(played.installation.folder.path());
    let began = Instant::now();
    let (told, installation) = start::restore(folder.path(), None, &Files { content, keys, newest_keys, identity }, &|_| {}).unwrap();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    (Played::of(installation, folder, played.accounts.clone()), told, minutes)
}

fn back_up(installation: &Installation, to: &Path, recipient: &str) -> Made {
    start::back_up(installation.folder.path(), None, to, recipient, &|_| {}).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_16_17_i_12_a_backup_is_restored_whole_and_what_was_erased_stays_erased() {
    let played = Played::new(&["panel"]).await;
    let place = tempfile::tempdir().unwrap();
    let identity = place.path().join("backup.key");
    let recipient = new_key(&identity).unwrap();
    let before = opened(&played).await;
    assert!(before.len() > 100, "only {} documents open", before.len());
    let first = back_up(&played.installation, place.path(), &recipient);
    let mut figures = Figures::default();
    let mut all_minutes = vec![];

    // The same, whole.
    let (again, told, minutes) = restored(&played, &first.content, &first.keys, None, &identity);
    all_minutes.push(minutes);
    let after = opened(&again).await;
    let lost: Vec<_> = before.iter().filter(|(key, text)| after.get(*key) != Some(*text)).map(|(key, _)| key).collect();
    figures.publish(16, "documents that do not open, or read otherwise, for who could read them", lost.len(), before.len(), "0", lost.is_empty() && after.len() == before.len() && told.erased == 0,
        json!({ "rows": told.rows, "tables": told.tables, "rowsAndEndOfLogAsBackedUp": true, "versionsWithoutKey": told.without_key, "bytes": first.bytes, "lost": lost.iter().take(5).collect::<Vec<_>>() }));
    drop(again);

    // Some are erased; the content of before, with the keys of after.
    let paths: BTreeSet<&String> = before.keys().map(|(_, path)| path).collect();
    let erased: BTreeSet<String> = paths.into_iter().step_by(3).cloned().collect();
    for path in &erased {
        let item: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        diesel::sql_query("delete from keys.item_key where item_id = $1").bind::<SqlUuid, _>(item).execute(&mut played.superuser()).unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let second = back_up(&played.installation, place.path(), &recipient);
    let (mut readable, mut lost, mut of) = (vec![], 0, 0);
    for (keys, newest) in [(&first.keys, Some(&second.keys)), (&second.keys, None)] {
        let (again, _, minutes) = restored(&played, &first.content, keys, newest.map(PathBuf::as_path), &identity);
        all_minutes.push(minutes);
        let after = opened(&again).await;
        readable.extend(after.keys().filter(|(_, path)| erased.contains(path)).cloned());
        lost += before.iter().filter(|((_, path), _)| !erased.contains(path)).filter(|(key, text)| after.get(*key) != Some(*text)).count();
        of += erased.len();
    }
    all_minutes.sort_by(f64::total_cmp);
    let round = |minutes: f64| (minutes * 100.0).round() / 100.0;
    figures.publish(17, "erased documents that a restore of the old content with the newest keys opens", readable.len(), of, "0", readable.is_empty() && lost == 0,
        json!({ "othersThatDoNotOpen": lost, "readable": readable.iter().take(5).collect::<Vec<_>>(), "restores": all_minutes.len(), "medianMinutes": round(all_minutes[all_minutes.len() / 2]), "worstMinutes": round(all_minutes[all_minutes.len() - 1]) }));
}
