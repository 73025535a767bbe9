//! The approver sends a reflection back with remarks on parts of it; names that slipped in are shown; after the release the organisation is told
//! what comes next and keeps a copy of its own.

use std::io::Write;
use std::process::{Command, Stdio};

use lering::{forms, reflections};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

async fn page(served: &Served, who: &Someone, path: &str) -> (u16, String) {
    let answer = served.call(who, Method::GET, path).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn posted(request: reqwest::RequestBuilder, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_stand_at_their_part_names_are_found_and_a_copy_is_kept() {
    let r = Review::new().await;
    let p = r.partner().await;
    for (who, name) in [(&p.contact, "Contact"), (&p.author, "Schrijver"), (&p.approver, "Akkoord")] {
        r.world.named(who, name);
    }
    let served = Served::new(&r.world);
    let (id, room) = (p.reflection, p.room);
    // The invitation names Noor Jansma; Karim is nobody the author was told of.
    let told = answers(json!({
        "role": "Wij spraken met Karim. Noor kwam niet.", "what_happened": "Wij hielpen de moeder.", "cooperation": "De Politie belde ons terug.", "facts_checked": true,
        "impact": "Twee collega's zijn gestopt.",
    }));
    let text = r.world.app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap().id;
    let document = format!("/rooms/{room}/reflection/{text}");
    let (status, found) = served.get(&p.author, &format!("/api/v1/reflections/{id}/names")).await;
    let names: Vec<(&str, bool, &str)> = found.as_array().unwrap().iter().map(|one| (one["text"].as_str().unwrap(), one["known"].as_bool().unwrap(), one["part"].as_str().unwrap())).collect();
    assert_eq!((status, names), (200, vec![("Karim", false, "role"), ("Noor", true, "role")]), "{found}");
    let (_, check) = page(&served, &p.author, &format!("{document}?part=check")).await;
    assert!(check.contains("<mark>Karim</mark>") && check.contains("<mark>Noor</mark>") && !check.contains("<mark>Politie"), "{check}");
    assert_eq!(served.get(&p.contact, &format!("/api/v1/reflections/{id}/names")).await.0, 403, "the contact reads no word of it");

    // Back, with a remark on a part: nothing else is a remark.
    assert_eq!(served.post(&p.author, &format!("/api/v1/reflections/{id}/submit"), &json!({})).await.0, 204);
    let back = format!("/api/v1/reflections/{id}/return");
    for (body, field) in [(json!({}), "remarks"), (json!({ "parts": { "nowhere": "x" } }), "parts.nowhere"), (json!({ "remarks": " ", "parts": { "role": " " } }), "remarks")] {
        let (status, why) = served.post(&p.approver, &back, &body).await;
        assert_eq!((status, why["faults"][0]["field"].as_str()), (422, Some(field)), "{why}");
    }
    assert_eq!(served.post(&p.approver, &back, &json!({ "parts": { "role": "Noem rollen, geen namen." } })).await.0, 204);
    let (_, remarks) = served.get(&p.author, &format!("/api/v1/reflections/{id}/remarks")).await;
    assert_eq!(remarks, json!([{ "text": "", "parts": { "role": "Noem rollen, geen namen." } }]));
    let said = "Noem rollen, geen namen.";
    assert!(page(&served, &p.author, &format!("{document}?part=role")).await.1.contains(said));
    assert!(!page(&served, &p.author, &format!("{document}?part=cooperation")).await.1.contains(said), "on its own part only");
    assert!(page(&served, &p.author, &format!("/tasks/{id}")).await.1.contains(said));

    // Mended, approved, released by page: there the way goes on.
    let told = answers(json!({ "role": "Wij spraken met een zus van de moeder.", "what_happened": "Wij hielpen de moeder.", "cooperation": "De Politie belde ons terug.", "facts_checked": true, "impact": "Twee collega's zijn gestopt." }));
    r.world.app.run(p.author.caller(), move |tx| forms::save(tx, &reflections::REFLECTION, room, text, 1, &told)).await.unwrap();
    assert_eq!(served.get(&p.author, &format!("/api/v1/reflections/{id}/names")).await.1, json!([]));
    for (who, step) in [(&p.author, "submit"), (&p.approver, "approve")] {
        assert_eq!(served.post(who, &format!("/api/v1/reflections/{id}/{step}"), &json!({})).await.0, 204, "{step}");
    }
    assert!(page(&served, &p.approver, &format!("/tasks/{id}/released")).await.1.contains("nog niet vrijgegeven"));
    let answer = posted(served.call(&p.approver, Method::POST, &format!("/tasks/{id}/release")), &[("read", "true")]).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, format!("/tasks/{id}/released").as_str()));
    let (status, after) = page(&served, &p.approver, &format!("/tasks/{id}/released")).await;
    assert!(status == 200 && after.contains("12 maanden") && after.contains(&format!("/tasks/{id}/copy.pdf")), "{after}");
    assert!(!page(&served, &p.contact, &format!("/tasks/{id}/released")).await.1.contains("copy.pdf"), "the contact has no copy");

    // The copy holds what stays inside too, and taking it stands in the log its owners see.
    for path in [format!("/tasks/{id}/copy.pdf"), format!("/api/v1/reflections/{id}/copy.pdf")] {
        assert_eq!(served.call(&p.contact, Method::GET, &path).send().await.unwrap().status().as_u16(), 403);
        assert_eq!(served.call(&r.coordinator, Method::GET, &path).send().await.unwrap().status().as_u16(), 403, "whoever leads the case knows that there is one, and has none");
        let answer = served.call(&p.author, Method::GET, &path).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/pdf"));
        let words = read_pdf(&answer.bytes().await.unwrap());
        assert!(words.contains("een zus van de moeder") && words.contains("Twee collega") && words.contains("Eigen kopie"), "{words}");
    }
    let (_, log) = served.get(&p.author, &format!("/api/v1/compartments/{room}/log")).await;
    assert!(log.to_string().contains("reflection.copy"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_pasted_from_a_spreadsheet_all_or_none() {
    let r = Review::new().await;
    let p = r.partner().await;
    r.world.named(&p.author, "Schrijver");
    let served = Served::new(&r.world);
    let (id, room) = (p.reflection, p.room);
    let (save, look) = (format!("/api/v1/reflections/{id}/pasted-entries"), format!("/api/v1/reflections/{id}/pasted-entries/preview"));
    let rows = "14-3-2022\tMelding\tSlachtoffer, kind\tEen buurvrouw belt.\tja\tdossier\nmaart 2023\tcontact\tSlachtoffer\t\"Een bezoek,\nthuis\"\tLater\tgesprek";
    let count = async || served.get(&p.author, &format!("/api/v1/compartments/{room}/documents/chronology-entry")).await.1.as_array().unwrap().len();
    let (status, told) = served.post(&p.author, &look, &json!({ "text": rows })).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!((told[0]["answers"]["when"].as_str(), told[0]["answers"]["kind"].as_str(), told[0]["answers"]["whom"].clone(), told[1]["answers"]["what"].as_str()), (Some("2022-03-14"), Some("report"), json!(["victim", "child"]), Some("Een bezoek,\nthuis")), "{told}");
    assert_eq!((told[0]["faults"].clone(), told[1]["faults"].clone(), count().await), (json!([]), json!([]), 0), "{told}");
    // One wrong row, and nothing of it is kept; each row says what is wrong.
    let wrong = format!("{rows}\n31-2-2022\tFeestje\tKind\tIets\tja\tdossier\n2099\tcontact\tKind\tIets\tja\tdossier\n2021\tcontact\tKind\t\tja\tdossier");
    let (status, why) = served.post(&p.author, &save, &json!({ "text": wrong })).await;
    let faults: Vec<String> = why["faults"].as_array().unwrap().iter().map(|fault| format!("{} {}", fault["field"].as_str().unwrap(), fault["rule"].as_str().unwrap())).collect();
    assert_eq!((status, faults), (422, vec!["rows[3].when impossible-date".into(), "rows[3].kind not-an-option".into(), "rows[4].when in-the-future".into(), "rows[5].what required".into()]), "{why}");
    assert_eq!(count().await, 0);
    for (text, rule) in [("", "required"), ("14-3-2022\tMelding", "paste-columns"), ("Wanneer?\tSoort\tBehandelaar\n2022\tMelding\tX", "paste-unknown-column")] {
        let (status, why) = served.post(&p.author, &look, &json!({ "text": text })).await;
        assert_eq!((status, why["faults"][0]["rule"].as_str()), (422, Some(rule)), "{text}: {why}");
    }
    let many = "2022\tcontact\tKind\tIets\tja\tdossier\n".repeat(201);
    assert_eq!(served.post(&p.author, &look, &json!({ "text": many })).await.1["faults"][0]["rule"], "paste-too-many");
    assert_eq!(served.post(&p.approver, &look, &json!({ "text": rows })).await.0, 403, "who approves does not write");
    // By page: with columns of one's own, looked at, then saved.
    let own = "Wanneer?\tWat gebeurde er?\tSoort\tWie?\tWist uw organisatie dit toen al?\tWaar staat het\tDit was een escalatie\n2 mei 2022\tEen val <van> de trap\tIncident\tKind\tNee\tgesprek\tja";
    let page_of = format!("/tasks/{id}/paste");
    assert_eq!(page(&served, &p.author, &page_of).await.0, 200);
    let sent = async |act: &str, text: &str| posted(served.call(&p.author, Method::POST, &page_of), &[("do", act), ("text", text)]).send().await.unwrap();
    let seen = sent("look", own).await;
    assert_eq!((seen.status().as_u16(), count().await), (200, 0));
    let seen = seen.text().await.unwrap();
    assert!(seen.contains("2 mei 2022") && seen.contains("Een val &#60;van&#62; de trap") && seen.contains("value=\"save\""), "{seen}");
    let refused = sent("save", &wrong).await;
    assert_eq!((refused.status().as_u16(), count().await), (422, 0));
    assert!(refused.text().await.unwrap().contains("Een buurvrouw belt."), "what was pasted stands there still");
    assert_eq!((sent("save", own).await.status().as_u16(), count().await), (303, 1));
    assert_eq!((served.post(&p.author, &save, &json!({ "text": rows })).await, count().await), ((201, json!({ "made": 2 })), 3));
}

fn read_pdf(bytes: &[u8]) -> String {
    let mut child = Command::new("pdftotext").args(["-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned()
}
