//! Everything killed at once, as by a power cut: the next start finds stale locks and a stale socket, and goes on.

use std::process::Command;

use lering::db::log_chain::{Chain, verify};
use lering::start::{self, Bureau};

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
    start::tenant(&again, &bureau).unwrap();
    // A second server on the same data says so and stops; a command beside it works.
    assert!(start::open(folder.path(), None).err().unwrap().to_string().contains("already runs"));
    start::tenant(&start::open_beside(folder.path(), None).unwrap(), &bureau).unwrap();
}
