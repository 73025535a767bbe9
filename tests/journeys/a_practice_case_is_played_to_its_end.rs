//! The real case, from notification to follow-up, through the public interface with real sign-ins of every role.

use std::process::Command;

use lering::demo::factors;
use lering::start::{self, Bureau};
use scenario::{Options, play, read};

const FILE: &str = include_str!("../../config/practice/real-1.yaml");

/// Family names of the case's people, which are sealed everywhere.
const FAMILIES: [&str; 2] = ["van 't Zandt", "Ykema-Siebrand"];

fn installation(folder: &std::path::Path) -> start::Installation {
    start::open(folder, None).unwrap()
}

fn bureau() -> Bureau {
    Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_case_reaches_follow_up_and_its_sealed_words_are_nowhere_in_the_clear_i2() {
    let folder = tempfile::Builder::new().prefix("lering play ").tempdir().unwrap();
    let told = read("real-1.yaml", FILE).unwrap();
    let installation = installation(folder.path());
    let server = installation.serve_beside().unwrap();
    // First up to the decision: the report is unpublished, and no marker may lie anywhere.
    let options = |until: Option<&str>| Options {
        server: server.parse().unwrap(), bootstrap_code: start::tenant_to_play(&installation, &bureau()).unwrap(), until: until.map(str::to_owned), pdf_folder: folder.path().join("reports"),
        factors: factors().unwrap(), progress: |_: &str| {},
    };
    let half = play(&told, options(Some("decided"))).await.unwrap();
    assert_eq!((half.state.as_str(), half.disagreements.as_slice()), ("decided", &[] as &[String]));
    let dump = Command::new("pg_dump").arg("--dbname").arg(installation.cluster.as_ref().unwrap().admin_url("lering")).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let mut searched = 0;
    let mut search = |bytes: &[u8], place: &str| {
        searched += 1;
        for marker in told.expect.markers.iter().chain(&told.expect.markers_never_published).map(String::as_str).chain(FAMILIES) {
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
    let markers = told.expect.markers.len() + told.expect.markers_never_published.len() + FAMILIES.len();
    println!("FIGURE {}", serde_json::json!({ "figure": 9, "says": "markers found in the clear or as hexadecimal", "found": 0, "of": markers, "aim": "0", "met": true,
        "told": { "searched": "a dump, and every file of the data folder: tables, write-ahead log, log of the database, secrets", "files": searched, "notSearched": "core dump, swap, metrics" } }));
    // Then a second one, to its end; names and PDF are compared with what the file expects.
    let played = play(&told, options(None)).await.unwrap();
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]));
    assert!(played.seconds < 120.0, "{} seconds", played.seconds);
    // Anybody finds in the library what it recommends, by its theme and by its words.
    let read = async |path: &str| reqwest::get(format!("{server}{path}")).await.unwrap().text().await.unwrap();
    let advices: Vec<serde_json::Value> = serde_json::from_str(&read("/api/v1/library/recommendations").await).unwrap();
    assert!(!advices.is_empty() && advices.iter().all(|advice| advice["theme"].is_i64()), "{advices:?}");
    let theme = advices[0]["theme"].as_i64().unwrap();
    let words = advices[0]["text"].as_str().unwrap();
    let some: String = words.chars().take(40).collect();
    let page = read(&format!("/library/recommendations?theme={theme}")).await;
    assert!(page.contains(words) && page.contains(advices[0]["title"].as_str().unwrap()), "{page}");
    let of_theme: Vec<serde_json::Value> = serde_json::from_str(&read(&format!("/api/v1/library/recommendations?theme={theme}")).await).unwrap();
    assert!(of_theme.iter().all(|advice| advice["theme"] == theme) && !of_theme.is_empty());
    let found: Vec<serde_json::Value> = serde_json::from_str(&reqwest::get(reqwest::Url::parse_with_params(&format!("{server}/api/v1/library"), [("q", &some)]).unwrap()).await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(found.len(), 1, "the report these words stand in");
    // What one member held against a finding stands in it under the role; the file names nobody.
    let report = read(&format!("/api/v1/library/{}", found[0]["id"].as_str().unwrap())).await;
    assert!(report.contains("\"by\":\"panel member\",\"text\":\"One member doubts that a register of persons is proportionate"), "{report}");
}

async fn played(name: &str, text: &str) -> scenario::Played {
    let folder = tempfile::Builder::new().prefix("lering play ").tempdir().unwrap();
    let told = read(name, text).unwrap();
    let installation = installation(folder.path());
    let options = Options {
        server: installation.serve_beside().unwrap().parse().unwrap(), bootstrap_code: start::tenant_to_play(&installation, &bureau()).unwrap(), until: None, pdf_folder: folder.path().join("reports"),
        factors: factors().unwrap(), progress: |_: &str| {},
    };
    play(&told, options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_case_with_other_numbers_profile_and_spellings_is_played_too() {
    let played = played("light-1.yaml", include_str!("../../config/practice/light-1.yaml")).await;
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]));
}

/// Not published, deferred while drafting, a supporter who writes, an invitation of its own: the ways the others do not go.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_published_closes_with_a_whole_record() {
    let played = played("small-1.yaml", include_str!("../../config/practice/small-1.yaml")).await;
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("closed", &[] as &[String]));
    assert!(played.report.is_none());
}

/// Stopped before there is a panel, and after a release; nobody of the family takes part, and the list of who knew them has more than are invited.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_stopped_without_relatives_closes_with_its_record() {
    let small = include_str!("../../config/practice/small-1.yaml");
    let (before, rest) = small.split_once("relatives:\n").unwrap();
    let (_, after) = rest.split_once("panel:\n").unwrap();
    let replaced = |text: String, from: &str, to: &str| { assert!(text.contains(from), "{from}"); text.replacen(from, to, 1) };
    let mut text = format!("{before}panel:\n{after}");
    for (from, to) in [
        ("known_to: [{organisation: thuiszorg, answer: known, level: much}]", "known_to: [{organisation: thuiszorg, answer: known, level: much}, {organisation: De huisarts, answer: known, level: some}, {organisation: De kerk, answer: no_answer}]"),
        ("\"nicht:story\"", "\"thuiszorg:e2\""), (", nicht: \"een familielid\"", ""), (", nicht: letter", ""), ("relatives: 1, meetings: 1, findings: 1, recommendations: 1", "relatives: 0"),
    ] {
        text = replaced(text, from, to);
    }
    // Deferrals and rounds that are not expected are none the file may tell.
    for (block, next) in [("deferral:\n", "terms_of_reference:\n"), ("quality:\n", "decision:\n")] {
        let (before, rest) = text.split_once(block).unwrap();
        text = format!("{before}{next}{}", rest.split_once(next).unwrap().1);
    }
    let (told, _) = text.split_once("  states:").unwrap();
    for (states, counts) in [("commissioned, not_reviewed", "{organisations: 0}"), ("commissioned, preparation, gathering, panel, not_reviewed", "{organisations: 1, reflections: 1, relatives: 0}")] {
        let text = format!("{told}  states: [notified, screening, {states}]\n  after: [closed]\n  counts: {counts}\n");
        let played = played("small-1.yaml", &text).await;
        assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("closed", &[] as &[String]), "{states}");
    }
}

/// The same case under another variant: nothing it tells is lost, and nothing in it stops the way.
async fn under(profile: &str, child: bool, fatal: bool) {
    let text = FILE.replacen("profile: full", &format!("profile: {profile}"), 1).replacen("child_variant: false", &format!("child_variant: {child}"), 1).replacen("  fatal: true", &format!("  fatal: {fatal}"), 1);
    let played = played("real-1.yaml", &text).await;
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]), "{profile}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thematic_review_of_a_child_is_played_to_its_end() {
    under("batch", true, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_of_a_child_on_an_island_is_played_to_its_end() {
    under("caribbean", true, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_review_in_which_nobody_died_is_played_to_its_end() {
    under("light", false, false).await;
}

/// Names in words that relatives want in the report as written: held, reworded, agreed to, by an account of their own and by telephone.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_relatives_with_names_in_them_are_played_with_the_wording_they_agree_to() {
    let mut text = include_str!("../../config/practice/light-1.yaml").to_owned();
    for (from, to) in [
        ("eenden, treden, sterren.", "eenden, treden, sterren. Jayden hield van de zee."), ("Call the other parent too.", "Call the other parent too. Kwame would have come."),
        ("tellen.\"\n", "tellen. Dag Jayden.\"\n"), ("\"Wij blijven voor hem tellen\"]", "\"Wij blijven voor hem tellen. Dag Tim\", \"Tim hield van de zee\", \"zijn vader would have come\"]"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let played = played("light-1.yaml", &text).await;
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]));
}

/// The same for what a relative says beside the draft, which nobody drafts again after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_with_a_name_in_it_is_played_with_the_wording_they_agree_to() {
    let mut text = FILE.lines().filter(|line| !line.contains("result: not_sufficient")).collect::<Vec<_>>().join("\n");
    for (from, to) in [("We support every recommendation.\"", "We support every recommendation, Sanne too.\""), ("quality_review, drafting, consultation, quality_review", "quality_review")] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let played = played("real-1.yaml", &text).await;
    assert_eq!((played.state.as_str(), played.disagreements.as_slice()), ("follow_up", &[] as &[String]));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_case_that_is_being_written_the_last_author_has_something_to_write() {
    let played = crate::support::played::Played::new(&[scenario::WRITING]).await;
    let writer = played.accounts.iter().rfind(|account| account.role == "AU").unwrap();
    assert!(played.accounts.iter().filter(|account| account.role == "AU").count() > 1, "behind those of the whole case");
    let author = played.sign_in(writer).await;
    let tasks = played.get(&author, "/api/v1/reflections").await;
    assert!(tasks.to_string().contains("\"answered\"") && !tasks.to_string().contains("\"released\""), "{tasks}");
}
