//! Findings and recommendations are made by choosing, in pages alone: what they point to has a name, what one may not see is not
//! offered, and what is in no list is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};

/// Value and label of everything a page offers under a name.
fn offered(page: &str, name: &str) -> Vec<(String, String)> {
    let tag = format!("name=\"{name}\" value=\"");
    page.split(&tag).skip(1).filter_map(|rest| {
        let value = rest.split('"').next()?.to_owned();
        let label = rest.split("<label").nth(1)?.split('>').nth(1)?.split('<').next()?.to_owned();
        Some((value, label))
    }).collect()
}

/// Value and label of the options of a select.
fn selectable(page: &str, name: &str) -> Vec<(String, String)> {
    let select = page.split(&format!("name=\"{name}\"")).nth(1).and_then(|rest| rest.split("</select>").next()).unwrap_or_default();
    select.split("<option value=\"").skip(1).filter_map(|rest| Some((rest.split('"').next()?.to_owned(), rest.split('>').nth(1)?.split('<').next()?.to_owned()))).filter(|(value, _)| !value.is_empty()).collect()
}

fn by_label(all: &[(String, String)], part: &str) -> String {
    all.iter().find(|(_, label)| label.contains(part)).unwrap_or_else(|| panic!("{part} is not in {all:#?}")).0.clone()
}

async fn send(played: &Played, who: &Signed, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let answer = played.call(who, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
    let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    (answer.status().as_u16(), to, answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_and_its_recommendation_are_made_in_pages_and_read_back_by_name() {
    let played = Played::new(&["panel"]).await;
    let (coordinator, secretary, member) = (played.one("CO").await, played.one("SE").await, played.one("PM").await);
    let case = played.get(&secretary, "/api/v1/cases?state=panel").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let seen = played.get(&secretary, &format!("/api/v1/cases/{case}")).await;
    let panel = seen["compartments"]["panel"].as_str().unwrap().to_owned();

    // Evidence: everything released, under who gave it; nothing a relative kept for their contact.
    let new = format!("/rooms/{panel}/finding/new");
    let (status, page) = played.page(&member, &new).await;
    assert_eq!(status, 200);
    let evidence = offered(&page, "evidence");
    assert!(page.contains("<summary>Kinderopvang ’t Kwetterend Kuuroord") && page.contains("<summary>Veilig Thuis Wad- &#38; Zeeland") && !page.contains("<textarea id=\"f-evidence\""), "{page}");
    let (entry, other) = (by_label(&evidence, "10 februari 2022, onthulling, Kinderopvang"), by_label(&evidence, "Een tweede advies"));
    assert!(entry.starts_with("entry:") && by_label(&evidence, "Wij zagen een vrolijk kind").starts_with("reflection:") && by_label(&evidence, "Dat iemand mij had gebeld").starts_with("words:"));
    assert!(by_label(&evidence, "Op zijn verjaardag houdt hij").starts_with("entry:"), "placed by the contact");
    assert!(!page.contains("De groep is een week dicht geweest"), "the impact on workers was not shared");
    let question = by_label(&offered(&page, "answers"), "Wat was er bekend over de nieuwe partner");
    let theme = offered(&page, "theme")[0].0.clone();
    let filled = |evidence: [&str; 2]| {
        [("_part", "finding"), ("title", "Drie keer gezien"), ("text", "Ieder zag een deel."), ("level", "cooperation"), ("theme", &theme), ("kind", "obstacle"), ("evidence", evidence[0]), ("evidence", evidence[1]),
            ("how_wide", "this_case"), ("answers", &question), ("do", "save")].map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let post = async |path: &str, fields: Vec<(String, String)>| send(&played, &member, path, &fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>()).await;
    let before = played.rows();
    let (status, _, page) = post(&new, filled([&entry, &format!("entry:{}", uuid::Uuid::new_v4())]).to_vec()).await;
    assert!(status == 422 && page.contains("Kies een van de mogelijkheden") && page.contains("Drie keer gezien"), "{status}");
    // One source is not enough: the page says so, and nothing else.
    let same = by_label(&evidence, "Hij komt de laatste twee weken");
    let (status, _, page) = post(&new, filled([&entry, &same]).to_vec()).await;
    assert!(status == 422 && page.contains("Noem bewijs uit minstens twee bronnen") && !page.contains("Kies een van de mogelijkheden"), "{status}");
    assert!(page.contains(&format!("value=\"{entry}\" checked")), "what was chosen stays chosen");
    assert_eq!(before, played.rows());
    let (status, to, page) = post(&new, filled([&entry, &other]).to_vec()).await;
    assert!(status == 303, "{status} {page}");
    let finding = to.split('?').next().unwrap().to_owned();
    let (_, page) = played.page(&member, &finding).await;
    assert!(page.contains(&format!("value=\"{entry}\" checked")) && page.contains(&format!("value=\"{other}\" checked")), "read back");
    let item = finding.rsplit('/').next().unwrap().to_owned();
    let told = played.get(&secretary, &format!("/api/v1/compartments/{panel}/documents/finding/{item}")).await;
    assert_eq!((&told["answers"]["evidence"], &told["complete"]), (&json!([entry, other]), &json!(true)), "stored as ever");

    // A recommendation follows from findings by their titles, and has an owner by name.
    let new = format!("/rooms/{panel}/recommendation/new");
    let (_, page) = played.page(&secretary, &new).await;
    let (follows, owners) = (offered(&page, "findings"), selectable(&page, "owner"));
    assert_eq!(by_label(&follows, "Drie keer gezien"), item);
    let owner = by_label(&owners, "Veilig Thuis Wad");
    assert!(page.contains("<optgroup label=\"In deze zaak\">"));
    let (due, addressee) = (chrono::Utc::now().date_naive() + chrono::Duration::days(200), offered(&page, "addressee")[0].0.clone());
    let (day, month, year) = (due.format("%-d").to_string(), due.format("%-m").to_string(), due.format("%Y").to_string());
    let code = |name: &str| selectable(&page, name).into_iter().chain(offered(&page, name)).next().unwrap().0;
    let (kind, of_theme) = (code("type"), code("theme"));
    let filled = |owner: &str, finding: &str| [("_part", "recommendation"), ("text", "Leg adviezen naast elkaar."), ("findings", finding), ("owner", owner), ("addressee", &addressee), ("type", &kind), ("theme", &of_theme), ("measure", "Geteld."),
        ("evidence_wanted", "Cijfers."), ("due-d", &day), ("due-m", &month), ("due-y", &year), ("do", "save")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    for (owner, finding) in [(uuid::Uuid::new_v4().to_string(), item.clone()), (owner.clone(), uuid::Uuid::new_v4().to_string())] {
        assert_eq!(post(&new, filled(&owner, &finding)).await.0, 422, "in no list");
        let answer = played.call(&secretary, Method::POST, &format!("/api/v1/compartments/{panel}/documents/recommendation")).json(&json!({ "answers": { "owner": owner, "findings": [finding] } })).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 422, "nor by the API");
    }
    let (status, to, page) = post(&new, filled(&owner, &item)).await;
    assert!(status == 303, "{status} {page}");
    let (_, page) = played.page(&secretary, to.split('?').next().unwrap()).await;
    assert!(page.contains(&format!("value=\"{owner}\" selected>Veilig Thuis Wad")) && page.contains(&format!("value=\"{item}\" checked")), "read back");
    let complete: Value = played.get(&secretary, &format!("/api/v1/compartments/{panel}/documents/recommendation")).await;
    assert!(complete.as_array().unwrap().iter().all(|one| one["complete"] == true), "{complete}");

    // Lists call documents by what they say.
    for (form, called) in [("finding", "Drie keer gezien"), ("recommendation", "Leg adviezen naast elkaar."), ("chronology-entry", "10 februari 2022, Onthulling")] {
        let (_, page) = played.page(&member, &format!("/rooms/{panel}/{form}")).await;
        assert!(page.contains(called), "{form}: {page}");
        // Of what happened a list quotes nothing.
        assert!(!page.contains("De jongen zegt dat"), "{form}: {page}");
    }
    // A released copy is read, and changed by nobody.
    let copy = entry.trim_start_matches("entry:").to_owned();
    let (_, page) = played.page(&secretary, &format!("/rooms/{panel}/chronology-entry/{copy}")).await;
    assert!(page.contains("hij stout was") && page.contains("Veilig Thuis") && !page.contains("<textarea"), "{page}");
    let answer = played.call(&secretary, Method::PUT, &format!("/api/v1/compartments/{panel}/documents/chronology-entry/{copy}")).header("If-Match", "\"1\"").json(&json!({ "answers": { "what": "Anders" } })).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 409);

    // The people of the case: by name for who leads it, by role for the panel; questions of relatives as their contact placed them.
    let terms = played.get(&secretary, &format!("/api/v1/compartments/{panel}/documents/terms-of-reference")).await[0]["id"].as_str().unwrap().to_owned();
    let terms = format!("/rooms/{panel}/terms-of-reference/{terms}");
    let (_, page) = played.page(&member, &terms).await;
    assert!(page.contains("Slachtoffer 1") && page.contains("Vraag van een nabestaande") && !page.contains("Jayden"), "{page}");
    let (_, page) = played.page(&secretary, &format!("{terms}?part=scope")).await;
    assert!(page.contains("(slachtoffer)") && page.contains("Jayden"), "{page}");
    let part = format!("{terms}?part=questions");
    let asked = "Wie heeft de blauwe plekken gezien?";
    for who in [&secretary, &coordinator] {
        assert!(played.page(who, &part).await.1.contains(asked), "what was placed lies with the panel");
    }
    // An organisation is not told who else takes part, and has no way into the panel's lists.
    let author = played.one("AU").await;
    let tasks = played.get(&author, "/api/v1/reflections").await;
    let room = tasks.as_array().unwrap().iter().find(|task| task["case"] == case.as_str()).unwrap_or(&tasks[0])["compartment"].as_str().unwrap().to_owned();
    let (status, page) = played.page(&author, &format!("/rooms/{room}/chronology-entry/new")).await;
    assert!(status == 200 && !page.contains("Kwetterend Kuuroord") && !page.contains("Wadloper"), "{status}");
    assert!(by_label(&offered(&page, "shared_with"), "Raad voor de Kinderbescherming") == "5");
    assert_eq!(played.page(&author, &format!("/rooms/{panel}/finding/new")).await.0, 404);
}
