//! Ruling 10: a report is set by a program of its own that gives way to pages, holds nothing after, and says why when it fails.

use std::fs;
use std::time::Duration;

use chrono::NaiveDate;
use lering::typesetting::{Typesetting, TypesettingError};
use typeset::{Block, ReportDoc, Section};

fn report(sections: usize) -> ReportDoc {
    let section = |number: usize| Section {
        heading: format!("Deel {number}"), language: None, heading_language: None,
        blocks: (0..20).map(|_| Block::Paragraph { text: "Er was wekelijks contact, en niemand vroeg door. ".repeat(12) }).collect(),
    };
    ReportDoc {
        language: "nl".into(), title: "Leerrapport".into(), bureau: "Noord".into(), date: "27 november 2026".into(), notice: String::new(), contents: "Inhoud".into(),
        without_shape: "[{n}]".into(), sections: (0..sections).map(section).collect(),
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
}

/// What `/proc/PID/stat` tells after the name in brackets (proc(5)): state, parent, group, session; the priority set by nice is the seventeenth.
fn stat(pid: u32) -> Option<Vec<i64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(|part| part.trim().parse().unwrap_or(0)).collect())
}

/// A child of this process that sets reports and has put itself last: its number and arguments.
fn child() -> Option<(u32, String)> {
    let own = std::process::id();
    let last = (stat(own)?[16] + 10).min(19);
    fs::read_dir("/proc").unwrap().find_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let told = stat(pid)?;
        let arguments = fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
        // Where sessions have no priority of their own, there is no such file.
        let session = fs::read_to_string(format!("/proc/{pid}/autogroup")).unwrap_or_default();
        (told[1] == i64::from(own) && arguments.contains("typeset") && told[3] == i64::from(pid) && told[16] == last && (session.is_empty() || session.contains("nice 10"))).then_some((pid, arguments))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_set_in_a_session_of_its_own_that_gives_way_and_its_words_stand_in_no_argument() {
    let typesetting = std::sync::Arc::new(Typesetting::by(env!("CARGO_BIN_EXE_lering")).ready_for(Duration::ZERO));
    let setting = tokio::spawn({
        let typesetting = typesetting.clone();
        async move { typesetting.report(report(2), day()).await }
    });
    let mut seen = None;
    while !setting.is_finished() {
        // The first look may come before it has put itself last.
        seen = seen.or_else(child);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(seen.expect("a program in a session of its own, of low priority").1, "lering\0typeset\0");
    let pdf = setting.await.unwrap().unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    until(|| child().is_none()).await;
    // The same words give the same file, here and there.
    assert_eq!(Typesetting::here().report(report(1), day()).await.unwrap(), typesetting.report(report(1), day()).await.unwrap());
}

/// Waits a while for something to hold.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never did");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_report_finds_a_program_ready_which_is_let_go_when_none_comes() {
    let typesetting = Typesetting::by(env!("CARGO_BIN_EXE_lering")).ready_for(Duration::from_secs(3));
    let first = typesetting.report(report(1), day()).await.unwrap();
    until(|| child().is_some()).await;
    let ready = child();
    // It sets the next one and is gone with it; another waits.
    assert_eq!(typesetting.report(report(1), day()).await.unwrap(), first, "nothing of an earlier report is in a later one");
    until(|| child().is_some_and(|next| Some(next) != ready)).await;
    until(|| child().is_none()).await;
    // Nobody's waiting is no fault.
    assert_eq!(typesetting.report(report(1), day()).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typesetter_that_fails_says_so_and_keeps_nobody_waiting() {
    assert!(matches!(Typesetting::by("/nowhere/lering").report(report(1), day()).await, Err(TypesettingError::Program(_))));
    let failing = Typesetting::by("false");
    // The second one has its turn.
    for _ in 0..2 {
        let Err(TypesettingError::Stopped(why)) = failing.report(report(1), day()).await else { panic!("it stopped") };
        assert!(why.contains("exit status: 1"), "{why}");
    }
}
