//! Dissent is written by the member whose it is, stands with the finding and in the report under their role, and is nobody else's to change
//! (workflow.md 5.8).

use lering::access::{Act, Kind, Role};
use lering::compartments::{self, Written};
use lering::tx::{Place, Refused};
use lering::{cases, findings, forms, reports};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};
use crate::support::review::{Review, answers};

static OLD: Act = Act { name: "test.old_finding", within: Kind::Panel, by: &[Role::Secretary], step_up: false };

fn kind(told: &Value) -> &str {
    told["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default()
}

async fn called(played: &Played, who: &Signed, method: Method, path: &str, seen: Option<&Value>, body: Value) -> (u16, Value) {
    let mut call = played.call(who, method, path).json(&body);
    if let Some(seen) = seen {
        call = call.header("If-Match", format!("\"{seen}\""));
    }
    let answer = call.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_writes_it_and_nobody_else_changes_it_or_takes_it_away() {
    let played = Played::new(&["drafting", "quality_review"]).await;
    let (coordinator, chair, secretary) = (played.one("CO").await, played.one("CH").await, played.one("SE").await);
    let members = played.all("PM").await;
    let (first, second) = (&members[0], &members[1]);
    let room = async |state: &str| {
        let cases = played.get(&coordinator, &format!("/api/v1/cases?state={state}")).await;
        let case = cases["cases"][0]["id"].as_str().unwrap().to_owned();
        let panel = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await["compartments"]["panel"].as_str().unwrap().to_owned();
        let finding = played.get(&chair, &format!("/api/v1/compartments/{panel}/documents/finding")).await[0]["id"].as_str().unwrap().to_owned();
        (case, panel, finding)
    };
    let (case, panel, finding) = room("drafting").await;
    let path = format!("/api/v1/compartments/{panel}/documents/dissent");
    let told = |text: &str| json!({ "answers": { "finding": finding, "text": text } });
    let wait = async || {
        let seen = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await;
        let step = seen["steps"].as_array().unwrap().iter().find(|step| step["step"] == "T12").unwrap().clone();
        step["missing"].as_array().unwrap().iter().any(|lacks| lacks["what"] == "names_checked")
    };
    called(&played, &chair, Method::POST, &format!("/api/v1/cases/{case}/report/name-check"), None, json!({})).await;
    assert!(!wait().await, "the names were checked");

    // One of each to a finding; who leads the process has no voice in the panel.
    let (status, own) = called(&played, first, Method::POST, &path, None, told("Ik zie hier geen patroon.")).await;
    assert_eq!(status, 201, "{own}");
    assert!(wait().await, "the check of names says nothing of what was written after it");
    let item = format!("{path}/{}", own["id"].as_str().unwrap());
    assert_eq!(kind(&called(&played, first, Method::POST, &path, None, told("Nog eens.")).await.1), "already-there");
    assert_eq!(called(&played, &chair, Method::POST, &path, None, told("Het stuk is te stellig.")).await.0, 201);
    assert_eq!(called(&played, &coordinator, Method::POST, &path, None, told("Ook ik.")).await.0, 403);
    let nowhere = json!({ "answers": { "finding": "5f0c0c5e-1d7e-4c39-8c5c-0a4f1c8f6b11", "text": "x" } });
    assert_eq!(called(&played, second, Method::POST, &path, None, nowhere).await.0, 422);

    // Nobody else changes it, keeps a draft of it, or takes it away: chair, secretary and other members read it.
    let (before, seen) = (played.rows(), json!(1));
    for who in [&chair, &secretary, second] {
        assert_eq!(called(&played, who, Method::GET, &item, None, json!(null)).await.1["answers"]["text"], "Ik zie hier geen patroon.");
        assert_eq!(called(&played, who, Method::PUT, &item, Some(&seen), told("Toch wel.")).await.0, 403);
        assert_eq!(called(&played, who, Method::PUT, &format!("{item}/draft"), None, json!({ "seen": 1, "revision": 0, "answers": {} })).await.0, 403);
        assert_eq!(called(&played, who, Method::DELETE, &item, None, json!(null)).await.0, 403);
        let (status, page) = played.page(who, &format!("/rooms/{panel}/dissent/{}", own["id"].as_str().unwrap())).await;
        assert!(status == 200 && page.contains("Afwijkende mening (panellid)") && !page.contains("name=\"text\""), "{page}");
    }
    assert_eq!(before, played.rows());
    // It can't be slipped into the finding by who writes that.
    let document = format!("/api/v1/compartments/{panel}/documents/finding/{finding}");
    let found = played.get(&secretary, &document).await;
    let mut changed = found["answers"].clone();
    changed["dissent"] = json!("Een lid zag het anders.");
    let (status, refused) = called(&played, &secretary, Method::PUT, &document, Some(&found["version"]), json!({ "answers": changed })).await;
    assert_eq!((status, refused["faults"][0]["rule"].as_str()), (422, Some("dissent-is-ones-own")), "{refused}");

    // It shows under the role, never under a name: in the list, at the finding, where the chair adopts, in the draft.
    let name = |role: &str| played.accounts.iter().find(|account| account.role == role).unwrap().name.as_str();
    let names = [name("PM"), name("CH")];
    let all = played.get(&secretary, &format!("/api/v1/cases/{case}/dissents")).await;
    assert_eq!(all.as_array().unwrap().iter().map(|one| (one["role"].as_str().unwrap(), one["own"].as_bool().unwrap())).collect::<Vec<_>>(), [("PM", false), ("CH", false)]);
    let (status, page) = played.page(second, &format!("/rooms/{panel}/finding/{finding}")).await;
    assert!(status == 200 && page.contains("Afwijkende mening (panellid)") && page.contains("Ik zie hier geen patroon.") && page.contains("Afwijkende mening (onafhankelijk voorzitter)"), "{page}");
    assert!(page.contains(&format!("href=\"/rooms/{panel}/dissent/new\"")) && !names.iter().any(|name| page.contains(name)), "one's own can be added");
    let (_, page) = played.page(first, &format!("/rooms/{panel}/finding/{finding}")).await;
    assert!(page.contains(&format!("href=\"/rooms/{panel}/dissent/{}\"", own["id"].as_str().unwrap())) && !page.contains("/dissent/new"), "one's own is changed");
    let in_report = async || {
        let report = played.get(&secretary, &format!("/api/v1/cases/{case}/report")).await;
        let parts: Vec<Value> = report["sections"].as_array().unwrap().iter().flat_map(|section| section["parts"].as_array().unwrap().clone()).collect();
        parts.into_iter().find(|part| part["dissents"].is_array()).map(|part| part["dissents"].clone()).unwrap_or_default()
    };
    assert_eq!(in_report().await, json!([{ "by": "panellid", "text": "Ik zie hier geen patroon." }, { "by": "onafhankelijk voorzitter", "text": "Het stuk is te stellig." }]));
    let (_, page) = played.page(&secretary, &format!("/cases/{case}/report")).await;
    assert!(page.contains("Afwijkende mening (panellid): Ik zie hier geen patroon."), "{page}");

    // Whose it is changes it by a plain form post, and takes it away; to another finding it does not move.
    let own_page = format!("/rooms/{panel}/dissent/{}", own["id"].as_str().unwrap());
    let (status, _) = played.post(first, &own_page, &[("_version", "1"), ("finding", &finding), ("text", "Een patroon is het niet."), ("do", "save")]).await;
    assert_eq!(status, 303);
    assert_eq!(in_report().await[0]["text"], "Een patroon is het niet.");
    let listed = played.get(&chair, &format!("/api/v1/compartments/{panel}/documents/finding")).await;
    let other = listed.as_array().unwrap().iter().map(|one| one["id"].clone()).find(|id| *id != json!(finding)).unwrap();
    let (status, refused) = called(&played, first, Method::PUT, &item, Some(&json!(2)), json!({ "answers": { "finding": other, "text": "x" } })).await;
    assert_eq!((status, refused["faults"][0]["rule"].as_str()), (422, Some("dissent-stays")), "{refused}");
    assert_eq!(called(&played, first, Method::DELETE, &item, None, json!(null)).await.0, 204);
    assert_eq!(in_report().await.as_array().unwrap().len(), 1);

    // While the quality reviewer reads, it stands still with the report.
    let (_, panel, finding) = room("quality_review").await;
    let late = json!({ "answers": { "finding": finding, "text": "Achteraf." } });
    assert_eq!(kind(&called(&played, second, Method::POST, &format!("/api/v1/compartments/{panel}/documents/dissent"), None, late).await.1), "report-frozen");
}

#[tokio::test(flavor = "multi_thread")]
async fn dissent_of_before_stays_readable_and_its_step_is_met_by_a_members_own() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = r.party(Role::PanelMember).await;
    let panel = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    let words = answers(json!({ "title": "Van voor", "text": "Het patroon", "level": "practice", "theme": ["1"], "kind": "gap", "how_wide": "seen_before", "dissent": "Een lid twijfelde." }));
    let kept = words.clone();
    let old = app.run(r.secretary.caller(), move |tx| {
        let permit = tx.permit(&OLD, Place::Compartment(panel), None)?;
        compartments::put(tx, &permit, &Written { kind: "finding", subject: None, form_version: "2026.1", ground: "public_task", complete: true }, &kept)
    }).await.unwrap();
    app.run(r.chair.caller(), move |tx| findings::adopt_finding(tx, case, old, None)).await.unwrap();
    let report = async || serde_json::to_value(app.run(r.secretary.caller(), move |tx| reports::assemble(tx, case)).await.unwrap()).unwrap().to_string();
    assert!(report().await.contains("Een lid twijfelde."));
    // A new finding takes none; the old one keeps what it has, and can be mended.
    let new = words.clone();
    let refused = app.run(r.secretary.caller(), move |tx| forms::create(tx, &findings::FINDING, panel, None, &new)).await;
    assert!(matches!(refused, Err(Refused::Faults(faults)) if faults.iter().any(|fault| fault.rule == "dissent-is-ones-own")));
    // A member's own is what T11 asks, with the role it stays with.
    let recorded = async || app.run(r.chair.caller(), move |tx| cases::details_of(tx, case, "dissent_recorded")).await.unwrap();
    let before = recorded().await.len();
    let own = answers(json!({ "finding": old.to_string(), "text": "Ook ik twijfel." }));
    let dissent = app.run(member.caller(), move |tx| forms::create(tx, &findings::DISSENT, panel, None, &own)).await.unwrap();
    assert_eq!((recorded().await.len(), recorded().await.get(&dissent.id.uuid()).map(String::as_str)), (before + 1, Some("PM")));
    let told = report().await;
    assert!(told.contains("Een lid twijfelde.") && told.contains("\"by\":\"panellid\"") && told.contains("Ook ik twijfel."), "{told}");
}
