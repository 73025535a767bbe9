//! The writers lay the draft before the panel, whose members have no key of the report; remarks keep their place, and one writes a section at a
//! time. What was typed and not saved is never lost to another's save.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use lering::access::{Kind, Role};
use lering::tx::{Place, Refused};
use lering::{compartments, forms, reports};

use crate::support::Someone;
use crate::support::played::{Played, Signed};
use crate::support::review::{Review, answers};

async fn case_in(played: &Played, who: &Signed, state: &str) -> String {
    let cases = played.get(who, &format!("/api/v1/cases?state={state}")).await;
    cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{state}: {cases}")).to_owned()
}

fn kind(told: &Value) -> &str {
    told["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default()
}

async fn posted(played: &Played, who: &Signed, path: &str, body: Value) -> (u16, Value) {
    let answer = played.call(who, Method::POST, path).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_reads_a_copy_and_a_remark_finds_its_paragraph_again() {
    let played = Played::new(&["drafting"]).await;
    let (coordinator, chair, secretary, member) = (played.one("CO").await, played.one("CH").await, played.one("SE").await, played.one("PM").await);
    let case = case_in(&played, &coordinator, "drafting").await;
    let (lying, remarks) = (format!("/api/v1/cases/{case}/panel-draft"), format!("/api/v1/cases/{case}/panel-draft/remarks"));

    // Nothing lies there yet; a member can't lay it there, and the report itself stays closed to them.
    let told = played.get(&member, &lying).await;
    assert!(told["draft"].is_null() && told["remarks"] == json!([]), "{told}");
    assert_eq!(posted(&played, &member, &lying, json!(null)).await.0, 403);
    assert_eq!(played.call(&member, Method::GET, &format!("/api/v1/cases/{case}/report")).send().await.unwrap().status().as_u16(), 404);
    let section = format!("/api/v1/cases/{case}/report/sections/summary");
    let write = async |seen: i64, words: &str| posted(&played, &secretary, &section, json!({ "version": seen, "answers": { "text": words } })).await;
    let seen = played.get(&secretary, &format!("/api/v1/cases/{case}")).await;
    let documents = format!("/api/v1/compartments/{}/documents/report-section", seen["compartments"]["report"].as_str().unwrap());
    let mut now = 0;
    for listed in played.get(&secretary, &documents).await.as_array().unwrap() {
        let found = played.get(&secretary, &format!("{documents}/{}", listed["id"].as_str().unwrap())).await;
        if found["answers"]["section"] == "summary" { now = found["version"].as_i64().unwrap() }
    }
    let (status, told) = write(now, "Zij vroeg twee keer om hulp.\n\nDe school zag niets bijzonders.").await;
    assert_eq!(status, 200, "{told}");
    now = told["version"].as_i64().unwrap();
    let before = played.get(&member, "/api/v1/notices").await.as_array().unwrap().iter().filter(|one| one["kind"] == "placed").count();
    assert_eq!(posted(&played, &secretary, &lying, json!(null)).await.0, 204);
    let after = played.get(&member, "/api/v1/notices").await.as_array().unwrap().iter().filter(|one| one["kind"] == "placed").count();
    assert_eq!(after, before + 1, "the panel hears that something lies ready");

    // A copy: what is written later stands in it only when it is laid there again.
    let words = |told: &Value| told["draft"]["sections"].as_array().unwrap().iter().find(|one| one["id"] == "summary").unwrap().to_string();
    assert!(words(&played.get(&member, &lying).await).contains("De school zag niets bijzonders."));

    // Remarks: on a paragraph and on the whole; bad ones name the field and change nothing.
    for (body, field) in [(json!({ "section": "summary", "text": " " }), "text"), (json!({ "section": "nowhere", "text": "?" }), "section"), (json!({ "section": "summary", "text": "x".repeat(4001) }), "text")] {
        let (status, told) = posted(&played, &member, &remarks, body).await;
        assert_eq!((status, told["faults"][0]["field"].as_str()), (422, Some(field)), "{told}");
    }
    assert_eq!(posted(&played, &member, &remarks, json!({ "text": "?", "under": uuid::Uuid::new_v4() })).await.0, 404);
    let (status, made) = posted(&played, &member, &remarks, json!({ "section": "summary", "about": "De school zag niets bijzonders.", "text": "Dat zei de school later anders." })).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let (status, _) = posted(&played, &chair, &remarks, json!({ "text": "Dank, dat passen wij aan.", "under": id })).await;
    assert_eq!(status, 201);
    let told = played.get(&member, &lying).await;
    let remark = &told["remarks"][0];
    assert_eq!((remark["answers"].as_array().unwrap().len(), remark["settled"].as_bool()), (1, Some(false)), "{told}");
    assert!(!remark["by"].as_str().unwrap().is_empty() && remark["by"] != remark["answers"][0]["by"], "who said it: {told}");

    // The writer sees it beside the section, at its paragraph; moved and reworded it is found again; gone, it stands with what it was about.
    let page = format!("/cases/{case}/report/sections/summary");
    let drawn = played.page(&secretary, &page).await.1;
    assert!(drawn.contains("Dat zei de school later anders.") && drawn.contains("Bij alinea 2"), "{drawn}");
    assert_eq!(write(now, "De school zag eerst niets bijzonders, zei zij.\n\nZij vroeg twee keer om hulp.").await.0, 200);
    assert!(played.page(&secretary, &page).await.1.contains("Bij alinea 1"));
    assert_eq!(write(now + 1, "Zij vroeg twee keer om hulp.").await.0, 200);
    let drawn = played.page(&secretary, &page).await.1;
    assert!(!drawn.contains("Bij alinea") && drawn.contains("De school zag niets bijzonders.") && drawn.contains("is veranderd of weg"), "never lost: {drawn}");
    assert!(played.page(&chair, &format!("/cases/{case}/report")).await.1.contains("1 open opmerking"));

    // Settled by the writers only; an answer opens it again.
    let settle = format!("{remarks}/{id}/settle");
    assert_eq!(posted(&played, &member, &settle, json!({ "settled": true })).await.0, 403);
    assert_eq!(posted(&played, &secretary, &settle, json!({ "settled": true })).await.0, 204);
    assert_eq!(played.get(&member, &lying).await["remarks"][0]["settled"], true);
    assert_eq!(posted(&played, &member, &remarks, json!({ "text": "Toch nog iets.", "under": id })).await.0, 201);
    assert_eq!(played.get(&member, &lying).await["remarks"][0]["settled"], false);

    // By page, without a script.
    let here = format!("/cases/{case}/panel-draft");
    let (status, drawn) = played.page(&member, &here).await;
    assert!(status == 200 && drawn.contains("Zij vroeg twee keer om hulp.") && !drawn.contains("panel-draft-"), "{drawn}");
    let (status, _) = played.post(&member, &format!("{here}/remarks"), &[("section", "summary"), ("about", ""), ("text", "Over het geheel: helder.")]).await;
    assert_eq!(status, 303);
    assert!(played.page(&member, &here).await.1.contains("Over het geheel: helder."));
    for outsider in ["AU", "AP", "QA", "RE", "TA"] {
        let outsider = played.one(outsider).await;
        assert_eq!(played.call(&outsider, Method::GET, &lying).send().await.unwrap().status().as_u16(), 404, "no other reads it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_writes_a_section_at_a_time_and_both_texts_are_kept() {
    let played = Played::new(&["drafting"]).await;
    let (coordinator, chair, secretary) = (played.one("CO").await, played.one("CH").await, played.one("SE").await);
    let case = case_in(&played, &coordinator, "drafting").await;
    let (page, api) = (format!("/cases/{case}/report/sections/what_happened"), format!("/api/v1/cases/{case}/report/sections/what_happened"));
    let draft = |who, version: i64, revision: i64, text: &str| { let (played, api, body) = (&played, &api, json!({ "seen": version, "revision": revision, "answers": { "section": "what_happened", "text": text } })); async move { posted(played, who, &format!("{api}/draft"), body).await } };
    let save = |who, version: i64, text: &str| { let (played, api, body) = (&played, &api, json!({ "version": version, "answers": { "text": text } })); async move { posted(played, who, api, body).await } };

    // The very first words are kept before anything was saved.
    let shown = played.page(&secretary, &page).await.1;
    let version: i64 = shown.split("name=\"_version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().parse().unwrap();
    assert!(shown.contains("data-autosave="), "also a section nobody has saved");
    let (status, told) = draft(&secretary, version, 0, "Ik begin te schrijven.").await;
    assert_eq!(status, 200, "{told}");
    let (now, revision) = (told["version"].as_i64().unwrap(), told["revision"].as_i64().unwrap());
    assert!(played.page(&secretary, &page).await.1.contains("Ik begin te schrijven."));

    // The chair sees who writes, can't save over it, and loses nothing of what they typed; who writes goes on.
    let drawn = played.page(&chair, &page).await.1;
    assert!(drawn.contains("schrijft aan dit onderdeel") && !drawn.contains("Ik begin te schrijven."), "that one writes, never what: {drawn}");
    let (status, told) = save(&chair, now, "Mijn tekst.").await;
    assert_eq!((status, kind(&told)), (409, "somebody-writes"), "{told}");
    let (status, drawn) = played.post(&chair, &page, &[("_version", &now.to_string()), ("text", "Mijn tekst."), ("do", "save")]).await;
    assert!(status == 409 && drawn.contains("Mijn tekst."), "{status}");
    // The general way to a document knows the rule too.
    let seen = played.get(&secretary, &format!("/api/v1/cases/{case}")).await;
    let documents = format!("/api/v1/compartments/{}/documents/report-section", seen["compartments"]["report"].as_str().unwrap());
    let mut item = String::new();
    for listed in played.get(&secretary, &documents).await.as_array().unwrap() {
        let found = played.get(&secretary, &format!("{documents}/{}", listed["id"].as_str().unwrap())).await;
        if found["answers"]["section"] == "what_happened" { item = listed["id"].as_str().unwrap().to_owned() }
    }
    let put = played.call(&chair, Method::PUT, &format!("{documents}/{item}")).header("If-Match", format!("\"{now}\"")).json(&json!({ "answers": { "section": "what_happened", "text": "Mijn tekst." } })).send().await.unwrap();
    assert_eq!(put.status().as_u16(), 409);
    let (status, told) = draft(&secretary, now, revision, "Ik schrijf verder.").await;
    assert_eq!(status, 200, "{told}");

    // Ten minutes after the last keystroke another may take over. The first one's draft outlives that save: both texts stand on the page.
    diesel::sql_query("update app.item_draft set saved_at = now() - interval '11 minutes', begun_at = now() - interval '20 minutes'").execute(&mut played.superuser()).unwrap();
    assert!(!played.page(&chair, &page).await.1.contains("schrijft aan dit onderdeel"));
    let (status, told) = save(&chair, now, "Mijn tekst.").await;
    assert_eq!(status, 200, "{told}");
    let drawn = played.page(&secretary, &page).await.1;
    assert!(drawn.contains("Mijn tekst.") && drawn.contains("Ik schrijf verder."), "{drawn}");
    let later = told["version"].as_i64().unwrap();
    let kept = drawn.split("name=\"revision\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (status, _) = played.post(&secretary, &page, &[("_version", &later.to_string()), ("revision", kept), ("text", "Samen geschreven."), ("do", "save")]).await;
    assert_eq!(status, 303);
    let drawn = played.page(&chair, &page).await.1;
    assert!(drawn.contains("Samen geschreven.") && !drawn.contains("Ik schrijf verder."));

    // A draft one does not want any more is thrown away, and the text of now is there.
    let (status, told) = draft(&chair, later + 1, 0, "Toch niet.").await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(played.post(&chair, &format!("{page}/drop"), &[]).await.0, 303);
    let drawn = played.page(&chair, &page).await.1;
    assert!(drawn.contains("Samen geschreven.") && !drawn.contains("Toch niet."));
}

#[tokio::test(flavor = "multi_thread")]
async fn that_somebody_writes_is_told_to_who_writes_there_too_and_to_nobody_else() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let r = Review::new().await;
    let (run, case) = (&r.world.app, r.case);
    let (partner, member) = (r.partner().await, r.party(Role::PanelMember).await);
    let words = answers(json!({ "section": "summary", "text": "Wat er gebeurde." }));
    let item = run.run(r.secretary.caller(), move |tx| -> Result<_, Refused> {
        let within = compartments::of_kind(tx, case, Kind::Report)?;
        let saved = forms::create(tx, &reports::SECTION, within, None, &words)?;
        forms::keep_draft(tx, &reports::SECTION, within, saved.id, 1, 0, &words)?;
        Ok(saved.id)
    }).await.unwrap();
    // A second section nobody writes at: what is written elsewhere is not told of it, and holds nobody up.
    let words = answers(json!({ "section": "what_happened", "text": "Toen." }));
    let (other, beside) = run.run(r.secretary.caller(), move |tx| -> Result<_, Refused> {
        let within = compartments::of_kind(tx, case, Kind::Report)?;
        Ok((forms::create(tx, &reports::SECTION, within, None, &words)?.id, within))
    }).await.unwrap();
    // Asked of the database itself, past the application.
    let told_of = async |who: &Someone, item: lering::ids::ItemId| run.run(who.caller(), move |tx| -> Result<i64, Refused> {
        Ok(diesel::sql_query("select count(*) as n from sec.drafts_on($1)").bind::<diesel::sql_types::Uuid, _>(item.uuid()).get_result::<Count>(tx.db())?.n)
    }).await.unwrap();
    let told = async |who: &Someone| told_of(who, item).await;
    assert_eq!((told_of(&r.secretary, other).await, told_of(&r.chair, other).await), (0, 0));
    let writing = async |item: lering::ids::ItemId| run.run(r.chair.caller(), move |tx| -> Result<_, Refused> {
        let permit = tx.permit(reports::SECTION.read, Place::Compartment(beside), None)?;
        Ok(compartments::written_by_another(tx, &permit, item, "report-section")?.map(|one| one.hat))
    }).await.unwrap();
    assert_eq!((writing(item).await, writing(other).await), (Some(r.secretary.hat), None));
    assert_eq!((told(&r.secretary).await, told(&r.chair).await), (1, 1));
    assert_eq!((told(&member).await, told(&partner.author).await, told(&r.administrator).await), (0, 0, 0));
}
