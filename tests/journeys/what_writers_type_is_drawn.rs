//! What the writers type in a section is drawn with its headings, lists and quotes; and a report without recommendations says why there are none.

use lering::access::Kind;
use lering::cases::{self, Step};
use lering::ids::CompartmentId;
use lering::reports::{self, Part};
use lering::{compartments, forms};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::review::{Review, answers};
use crate::support::served::Served;

async fn room(r: &Review) -> CompartmentId {
    let case = r.case;
    r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap()
}

async fn written(r: &Review, told: Value) {
    let (room, told) = (room(r).await, answers(told));
    r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &told)).await.unwrap();
}

async fn report(r: &Review) -> reports::Report {
    let case = r.case;
    r.world.app.run(r.coordinator.caller(), move |tx| reports::assemble(tx, case)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn headings_lists_and_quotes_stand_in_the_report_and_a_name_among_marks_is_found() {
    let r = Review::new().await;
    r.world.name_everyone("Anna Bakker");
    let text = "## Wat vooraf ging\n\nDe vrouw, **Noor**, belde vaak.\n\n1. de huisarts\n2. de school\n\n> Ik wist het niet.";
    written(&r, json!({ "section": "summary", "text": text })).await;
    let summary = report(&r).await.sections.into_iter().find(|section| section.id == "summary").unwrap().parts;
    assert_eq!(summary, [
        Part::Heading { text: "Wat vooraf ging".into() }, Part::Text { text: "De vrouw, Noor, belde vaak.".into() },
        Part::List { items: vec!["de huisarts".into(), "de school".into()], from: Some(1) }, Part::Quote { text: "Ik wist het niet.".into(), by: String::new() },
    ]);
    let case = r.case;
    let hits = r.world.app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.word.as_str()).collect::<Vec<_>>(), ["Noor"]);
    // The writers see it as the report has it.
    let served = Served::new(&r.world);
    let page = async |path: String| served.call(&r.secretary, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let shown = page(format!("/cases/{case}/report/sections/summary")).await;
    for drawn in ["<h3>Wat vooraf ging</h3>", "<ol start=\"1\"><li>de huisarts</li>", "<blockquote class=\"quote\"><p>Ik wist het niet.</p></blockquote>", "&#62; Ik wist het niet."] {
        assert!(shown.contains(drawn), "{drawn}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_recommendations_says_why_before_it_is_consulted_on() {
    let r = Review::new().await;
    let case = r.case;
    diesel::RunQueryDsl::execute(diesel::sql_query("update app.case_file set state = 'drafting'"), &mut r.world.connection("postgres")).unwrap();
    let lacks = async || -> Vec<String> {
        let seen = r.world.app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        seen.steps.into_iter().find(|step| step.of == Step::T12).unwrap().missing.into_iter().map(|missing| missing.what).collect()
    };
    assert!(lacks().await.contains(&"recommendations_complete".to_owned()));
    assert!(report(&r).await.open.contains(&"recommendations".to_owned()), "its writers see that it is open");
    written(&r, json!({ "section": "recommendations", "not_applicable": true, "because": "Alles wat nodig was, is al veranderd." })).await;
    assert!(!lacks().await.contains(&"recommendations_complete".to_owned()));
    let report = report(&r).await;
    assert!(!report.open.contains(&"recommendations".to_owned()));
    let told = serde_json::to_string(&report.sections.into_iter().find(|section| section.id == "recommendations").unwrap().parts).unwrap();
    assert!(told.contains("Alles wat nodig was"), "{told}");
}
