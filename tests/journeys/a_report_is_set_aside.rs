//! Ruling 10: a report is set by a program of its own that gives way to pages, holds nothing after, and says why when it fails.

use std::fs;
use std::time::Duration;

use chrono::NaiveDate;
use lering::typesetting::{Typesetting, TypesettingError};
use typeset::{Block, ReportDoc, Section};

fn report(sections: usize) -> ReportDoc {
    let section = |number: usize| Section {
        heading: format!("Deel {number}"), language: None,
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

/// What `/proc` tells of a child of this process that sets a report: its arguments, whether it leads a session, its priority, its session's priority.
fn child() -> Option<(String, bool, i64, String)> {
    fs::read_dir("/proc").unwrap().find_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // proc(5): after the name in brackets come state, parent, group, session; the priority set by nice is the seventeenth.
        let rest: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let arguments = fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
        let ours = rest.get(1)?.parse() == Ok(std::process::id()) && arguments.contains("typeset") && rest.get(16)? == &"10";
        let group = fs::read_to_string(format!("/proc/{pid}/autogroup")).unwrap_or_default();
        ours.then(|| (arguments, rest.get(3) == Some(&pid.to_string().as_str()), rest.get(16).and_then(|nice| nice.parse().ok()).unwrap_or(0), group))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_set_in_a_session_of_its_own_that_gives_way_and_its_words_stand_in_no_argument() {
    let typesetting = std::sync::Arc::new(Typesetting::by(env!("CARGO_BIN_EXE_lering")));
    let setting = tokio::spawn({
        let typesetting = typesetting.clone();
        async move { typesetting.report(report(2), day()).await }
    });
    let mut seen = None;
    while !setting.is_finished() {
        let now = child();
        // The first look may come before it has put itself last.
        if now.as_ref().is_some_and(|(_, leads, _, group)| *leads && (group.is_empty() || group.contains("nice 10"))) {
            seen = now;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let (arguments, ..) = seen.expect("a program in a session of its own, of low priority");
    assert_eq!(arguments, "lering\0typeset\0");
    let pdf = setting.await.unwrap().unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(child(), None, "it is gone");
    // The same words give the same file, here and there.
    assert_eq!(Typesetting::here().report(report(1), day()).await.unwrap(), typesetting.report(report(1), day()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typesetter_that_fails_says_so_and_the_next_report_is_set() {
    let failed = |program: &'static str| async move { Typesetting::by(program).report(report(1), day()).await.unwrap_err() };
    assert!(matches!(failed("/nowhere/lering").await, TypesettingError::Program(_)));
    let TypesettingError::Stopped(why) = failed("false").await else { panic!("it stopped") };
    assert!(why.contains("exit status: 1"), "{why}");
}
