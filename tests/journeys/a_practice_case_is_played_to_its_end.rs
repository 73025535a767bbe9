//! The real case, from notification to follow-up, through the public interface with real sign-ins of every role.

use std::process::Command;

use lering::scenario::{Options, play, read};
use lering::start::{self, Bureau};

const FILE: &str = include_str!("../../config/practice/real-1.yaml");

fn installation(folder: &std::path::Path) -> start::Installation {
    start::open(folder, None).unwrap()
}

fn bureau() -> Bureau {
    Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_case_reaches_follow_up_and_its_sealed_words_are_nowhere_in_the_clear_i2() {
    let folder = tempfile::Builder::new().prefix("lering play ").tempdir().unwrap();
    let told = read("real-1.yaml", FILE).unwrap();
    let installation = installation(folder.path());
    let server = installation.serve_beside().unwrap();
    // First up to the decision: the report is unpublished, and no marker may lie anywhere.
    let until = Options { server: server.clone(), code: start::tenant(&installation, &bureau()).unwrap(), until: Some("decided".into()), folder: folder.path().join("reports"), told: false };
    let half = play(&told, &until).await.unwrap();
    assert_eq!((half.state.as_str(), half.disagreements.as_slice()), ("decided", &[] as &[String]));
    let dump = Command::new("pg_dump").arg("--dbname").arg(installation.cluster.as_ref().unwrap().admin_url("lering")).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let mut searched = 0;
    let mut search = |bytes: &[u8], place: &str| {
        searched += 1;
        for marker in told.expect.markers.iter().chain(&told.expect.markers_never_published).map(String::as_str).chain(told.persons.iter().map(|person| person.family.as_str())) {
            assert!(!bytes.windows(marker.len()).any(|part| part == marker.as_bytes()), "{marker} in {place}");
            let coded: String = marker.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!bytes.windows(coded.len()).any(|part| part == coded.as_bytes()), "{marker} as hexadecimal in {place}");
        }
    };
    search(&dump.stdout, "the dump");
    let mut folders = vec![folder.path().to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else if let Ok(bytes) = std::fs::read(entry.path()) { search(&bytes, &entry.path().display().to_string()) }
        }
    }
    assert!(searched > 100, "only {searched} files");
    // Then a second one, to its end; names and PDF are compared with what the file expects.
    let whole = Options { code: start::tenant(&installation, &bureau()).unwrap(), until: None, ..until };
    let played = play(&told, &whole).await.unwrap();
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]));
    assert!(played.seconds < 120.0, "{} seconds", played.seconds);
}

#[test]
fn a_wrong_file_is_refused_with_its_line_and_field() {
    let refused = |from: &str, to: &str| read("file.yaml", &FILE.replacen(from, to, 1)).unwrap_err();
    let unknown = refused("profile: full", "profil: full");
    assert_eq!((unknown.line, unknown.field.as_str()), (Some(5), "profil"));
    let evidence = refused("\"police:e4\", \"police:r.risk_meaning\"", "\"police:e99\", \"police:r.risk_meaning\"");
    assert!(evidence.line.is_some() && evidence.why.contains("police:e99"), "{evidence}");
    let owner = refused("owner: ministry_js", "owner: ministry_of_magic");
    assert!(owner.why.contains("ministry_of_magic") && owner.line.is_some(), "{owner}");
    assert!(refused("format: 1", "format: 2").to_string().contains("format"));
    assert!(refused("author: \"Lieke Bouwmeester\"", "author: \"Sjoerd Á Campo\"").to_string().contains("one person"));
    assert!(refused("answer: accept", "answer: perhaps").to_string().contains("perhaps"));
    assert!(read("file.yaml", "format: [").unwrap_err().line.is_some());
}
