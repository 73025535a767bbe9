//! The report as a PDF beside the typesetter alone, and how pages fare while reports are set.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lering::reports::{Part, Report};
use serde_json::json;
use typeset::{Block, ReportDoc, Section};

use crate::Res;
use crate::figure::{Figure, number};
use crate::lists;
use crate::load::{self, Request, middle, share};
use crate::processes;
use crate::reviewed;
use crate::world::World;

const TURNS: usize = 3;
const TIME: Duration = Duration::from_secs(6);
const CONNECTIONS: usize = 4;

/// Both figures.
///
/// # Errors
/// When a report or a page fails.
pub fn report(world: &mut World) -> Res<()> {
    let case = world.reviewed[0].case;
    let (page, data) = (reviewed::page_of(case, "/report.pdf"), format!("/api/v1/cases/{case}/report"));
    let headers = world.people.chair.headers(&world.keys);
    let (address, pid) = (world.server()?.address.clone(), world.server()?.pid());
    let read = Request { line: format!("GET {data}"), headers: headers.clone(), body: String::new() };
    let told = load::one(&address, &read)?;
    let doc = document(&serde_json::from_slice(&told.body)?);
    let alone = middle((0..TURNS).map(|_| timed(|| typeset::report(&doc, (2026, 11, 24)).map(drop).map_err(Into::into))).collect::<Res<Vec<f64>>>()?);
    let ask = Request { line: format!("GET {page}"), headers: headers.clone(), body: String::new() };
    let bytes = load::one(&address, &ask)?.bytes;
    let assembled = middle((0..TURNS).map(|_| timed(|| load::one(&address, &read).map(drop))).collect::<Res<Vec<f64>>>()?);
    let (took, most) = processes::highest_memory(pid, || (0..TURNS).map(|_| timed(|| load::one(&address, &ask).map(drop))).collect::<Res<Vec<f64>>>());
    let took = middle(took?);
    Figure {
        what: "report of some 40 pages to tagged PDF (beside: typesetter alone)", ours: took, beside: Some(alone), unit: "ms", n: TURNS, aim: "at most 1.25x; 150 MB",
        met: Some(took <= 1.25 * alone && most <= 150.0), parts: json!({ "decrypted and assembled": number(assembled), "memory MB": number(most), "bytes": bytes }),
    }.print();
    for page in lists::of_coordinator(world)? {
        lists::load(world, &page, CONNECTIONS, Duration::from_secs(1))?;
        let quiet = lists::load(world, &page, CONNECTIONS, TIME)?;
        let (set, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let busy = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) && load::one(&address, &ask).is_ok() {
                    set.fetch_add(1, Ordering::Relaxed);
                }
            });
            let busy = lists::load(world, &page, CONNECTIONS, TIME);
            over.store(true, Ordering::Relaxed);
            busy
        })?;
        let (calm, pressed) = (share(&quiet.took, 0.99), share(&busy.took, 0.99));
        Figure {
            what: &format!("{}, p99 while PDFs are made (beside: without)", page.name), ours: pressed, beside: Some(calm), unit: "ms", n: busy.took.len(), aim: "at most 1.5x",
            met: Some(pressed <= 1.5 * calm), parts: json!({ "p50": number(share(&busy.took, 0.5)), "p50 without": number(share(&quiet.took, 0.5)), "PDFs": set.into_inner() }),
        }.print();
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> Res<()>) -> Res<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

/// The same words as the server sets.
fn document(report: &Report) -> ReportDoc {
    let sections = report.sections.iter().map(|section| Section {
        heading: section.heading.clone(), language: None, heading_language: None,
        blocks: section.parts.iter().filter_map(|part| match part {
            Part::Text { text } => Some(Block::Paragraph { text: text.clone() }),
            Part::Quote { text, by } => Some(Block::Quote { text: text.clone(), by: by.clone() }),
            Part::Heading { text } => Some(Block::Heading { text: text.clone() }),
            Part::List { items, from } => Some(Block::List { items: items.clone(), from: *from }),
            Part::Finding { .. } | Part::Recommendation { .. } => None,
        }).collect(),
    }).collect();
    ReportDoc {
        language: "nl".into(), title: report.title.clone(), bureau: "Reviewbureau Noord".into(), date: "24 november 2026".into(), notice: "Concept, vertrouwelijk".into(),
        contents: "Inhoud".into(), without_shape: "[{n}]".into(), sections,
    }
}
