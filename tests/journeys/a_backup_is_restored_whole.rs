//! Backups at the command line, as an operator makes and restores them; and everything that can be wrong with one is said before anything is
//! written. How much comes back is measured by the security figures 16 and 17.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use diesel::prelude::*;
use lering::start::{self, Bureau};
use serde_json::Value;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("lering backup ").tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

fn lering(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lering"));
    for name in ["DATABASE_URL", "LERING_DATA", "LERING_BACKUPS", "LERING_BACKUP_RECIPIENT"] {
        command.env_remove(name);
    }
    command.arg("--data").arg(data).args(arguments).output().unwrap()
}

fn done(out: Output) -> String {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn refused(out: &Output) -> String {
    assert_eq!(out.status.code(), Some(1));
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// The files of a folder, by what their names begin and end with, oldest first.
fn files(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(word) && path.to_string_lossy().ends_with(".dump.age")).collect();
    found.sort();
    found
}

/// A data folder with the secrets of another and no database.
fn empty_machine(from: &Path, secrets: &[&str]) -> tempfile::TempDir {
    let machine = folder();
    for secret in secrets {
        std::fs::copy(from.join(secret), machine.path().join(secret)).unwrap();
    }
    machine
}

const SECRETS: [&str; 2] = ["installation.key", "anchor.key"];

#[test]
fn a_backup_beside_a_running_server_comes_back_on_an_empty_machine() {
    let (data, backups) = (folder(), folder());
    let identity = backups.path().join("secret half");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let recipient = done(lering(data.path(), &["backup-key", &text(&identity)]));
    assert!(recipient.starts_with("age1"), "{recipient}");
    assert!(refused(&lering(data.path(), &["backup-key", &text(&identity)])).contains("exists"), "a key is never written over");
    // The server holds the database while the backup is made.
    let installation = start::open(data.path(), None).unwrap();
    start::tenant(&installation, &Bureau { name: "Reviewbureau Noord".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), ..Bureau::default() }).unwrap();
    let to = text(backups.path());
    let made: Value = serde_json::from_str(&done(lering(data.path(), &["backup", "--to", &to, "--recipient", &recipient, "--json"]))).unwrap();
    assert!(made["rows"].as_i64().unwrap() > 10, "{made}");
    for file in std::fs::read_dir(backups.path()).unwrap().flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(18).any(|part| part == b"Reviewbureau Noord"), "{:?} is in the clear", file.path());
    }
    let (content, keys) = (text(&files(backups.path(), "content")[0]), text(&files(backups.path(), "keys")[0]));
    let restore = |machine: &Path, content: &str, keys: &str| lering(machine, &["restore", "--content", content, "--keys", keys, "--identity", &text(&identity), "--json"]);

    // Over what is there, nothing is restored.
    drop(installation);
    assert!(refused(&restore(data.path(), &content, &keys)).contains("already"), "an installation is never written over");

    let machine = empty_machine(data.path(), &SECRETS);
    let told: Value = serde_json::from_str(&done(restore(machine.path(), &content, &keys))).unwrap();
    assert_eq!((told["erased"].as_i64(), told["withoutKey"].as_i64()), (Some(0), Some(0)), "{told}");
    let again = start::open(machine.path(), None).unwrap();
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let mut db = PgConnection::establish(&again.cluster.as_ref().unwrap().admin_url("lering")).unwrap();
    let line = |db: &mut PgConnection, query: &str| diesel::sql_query(query).get_result::<Line>(db).unwrap().line;
    assert_eq!(line(&mut db, "select name as line from app.bureau"), "Reviewbureau Noord");
    assert_eq!(line(&mut db, "select action as line from sec.log_entry order by seq desc limit 1"), "installation.restored");
    // Policies, owners and rights came along: the application may no more than before.
    assert_eq!(line(&mut db, "select count(*)::text as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('app', 'keys', 'sec', 'frozen') and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)"), "0");
    assert_eq!(line(&mut db, "select count(*)::text as line from sec.session"), "0");
    assert_eq!(line(&mut db, "select count(*)::text as line from sec.context_key"), "1");
    assert!(again.app(2).is_ok(), "the application starts");
}

#[test]
fn what_is_wrong_with_a_backup_is_said_before_anything_is_written() {
    let (data, backups) = (folder(), folder());
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (identity, other) = (backups.path().join("mine"), backups.path().join("other"));
    let recipient = done(lering(data.path(), &["backup-key", &text(&identity)]));
    done(lering(data.path(), &["backup-key", &text(&other)]));
    let to = text(backups.path());
    assert!(refused(&lering(data.path(), &["backup", "--to", &to, "--recipient", "age1nobody"])).contains("backup-key"));
    done(lering(data.path(), &["backup", "--to", &to, "--recipient", &recipient]));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    done(lering(data.path(), &["backup", "--to", &to, "--recipient", &recipient]));
    let (content, keys) = (files(backups.path(), "content"), files(backups.path(), "keys"));
    let restore = |machine: &Path, content: &Path, keys: &Path, identity: &Path| refused(&lering(machine, &["restore", "--content", &text(content), "--keys", &text(keys), "--identity", &text(identity)]));
    let machine = empty_machine(data.path(), &SECRETS);
    let at = machine.path();

    assert!(restore(at, &content[1], &keys[0], &identity).contains("never be opened"), "keys from before the content");
    assert!(restore(at, &keys[0], &content[0], &identity).contains("holds keys, not content"), "the two exchanged");
    assert!(restore(at, &content[0], &keys[0], &other).to_lowercase().contains("no matching keys"), "the secret half of another pair");
    // A damaged byte, and the file of another day under this one's name.
    let damaged = backups.path().join("content-20200101T000000Z.dump.age");
    let manifest = |dump: &Path| PathBuf::from(text(dump).replace(".dump.age", ".manifest.age"));
    let mut bytes = std::fs::read(&content[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, &bytes).unwrap();
    std::fs::copy(manifest(&content[0]), manifest(&damaged)).unwrap();
    assert!(restore(at, &damaged, &keys[0], &identity).contains("damaged or exchanged"));
    std::fs::copy(&content[1], &damaged).unwrap();
    assert!(restore(at, &damaged, &keys[0], &identity).contains("damaged or exchanged"));
    // Without the installation's secrets, and with those of another.
    assert!(restore(empty_machine(data.path(), &["anchor.key"]).path(), &content[0], &keys[0], &identity).contains("installation.key is missing"));
    let half = empty_machine(data.path(), &["anchor.key"]);
    std::fs::write(half.path().join("installation.key"), [5; 32]).unwrap();
    assert!(restore(half.path(), &content[0], &keys[0], &identity).contains("another `installation.key`"));
    let forged = empty_machine(data.path(), &["installation.key"]);
    std::fs::write(forged.path().join("anchor.key"), [7; 32]).unwrap();
    assert!(restore(forged.path(), &content[0], &keys[0], &identity).contains("not signed by this installation"));
    // An empty database that an administrator made stays theirs: refused files take nothing away.
    let server = start::open(data.path(), None).unwrap();
    let admin = |name: &str| server.cluster.as_ref().unwrap().admin_url(name);
    let mut db = PgConnection::establish(&admin("postgres")).unwrap();
    diesel::sql_query("create database made_before").execute(&mut db).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_lering")).env_remove("LERING_DATA").env("DATABASE_URL", admin("made_before"))
        .arg("--data").arg(data.path()).args(["restore", "--content", &text(&content[1]), "--keys", &text(&keys[0]), "--identity", &text(&identity)]).output().unwrap();
    assert!(refused(&out).contains("never be opened"), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(PgConnection::establish(&admin("made_before")).is_ok(), "the database is still there");
    drop(server);
    // After all that the machine is as empty as before, and takes the right files.
    done(lering(at, &["restore", "--content", &text(&content[0]), "--keys", &text(&keys[0]), "--identity", &text(&identity)]));
}

#[test]
fn a_role_that_policies_hide_rows_from_makes_no_backup() {
    let (data, backups) = (folder(), folder());
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let recipient = done(lering(data.path(), &["backup-key", &text(&backups.path().join("key"))]));
    let installation = start::open(data.path(), None).unwrap();
    let cluster = installation.cluster.as_ref().unwrap();
    // Another server's administrator could not give it more; the private one's start does.
    let url = cluster.url("hr_backup", &installation.folder.passwords().unwrap().backup, "lering");
    diesel::sql_query("alter role hr_backup nobypassrls").execute(&mut PgConnection::establish(&cluster.admin_url("postgres")).unwrap()).unwrap();
    let key = ed25519_dalek::SigningKey::from_bytes(&installation.folder.anchor_key().unwrap());
    let asked = lering::db::backup::BackUp { url: &url, folder: backups.path(), recipient: &recipient, key: &key, installation: "this one", now: chrono::Utc::now() };
    let why = lering::db::backup::back_up(&asked, &|_| {}).unwrap_err().to_string();
    assert!(why.contains("row-level security"), "{why}");
    assert!(files(backups.path(), "content").is_empty() && files(backups.path(), "keys").is_empty(), "no half of a backup stands there");
}
