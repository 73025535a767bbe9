//! Nothing is placed, passed on, frozen, ended or stopped in one press: a page says what happens first. What is heavy stands behind a line
//! that says so; a letter with a code can be printed; who is not signed in can leave at once.

use crate::support::played::Played;

#[tokio::test(flavor = "multi_thread")]
async fn for_a_relative_their_contact_and_who_reads() {
    let played = Played::new(&["panel"]).await;
    let (relative, contact, member, author) = (played.one("RE").await, played.one("CO").await, played.one("PM").await, played.one("AU").await);
    let mine = played.get(&relative, "/api/v1/relatives").await;
    let (id, room) = (mine[0]["id"].as_str().unwrap().to_owned(), mine[0]["compartment"].as_str().unwrap().to_owned());
    let shows = async |who, path: String, wanted: &[&str]| {
        let (status, page) = played.page(who, &path).await;
        assert!(status == 200, "{path}: {status} {page}");
        for words in wanted { assert!(page.contains(words), "{path} lacks {words}: {page}") }
        page
    };
    // The relative's own page, and what they decide.
    shows(&relative, format!("/relatives/{id}"), &["hold/pause", "hold/stop", "/supporter", "/told/", "Ligt bij het panel"]).await;
    shows(&relative, format!("/relatives/{id}/hold/stop"), &["Wat u schreef blijft staan", "weer verdergaan"]).await;
    shows(&relative, format!("/relatives/{id}/supporter"), &["Alleen lezen", "Lezen en schrijven"]).await;
    assert_eq!(played.page(&relative, &format!("/relatives/{id}/hold/other")).await.0, 404);
    let (status, letter) = played.post(&relative, &format!("/relatives/{id}/supporter"), &[("name", "Lot Zijlstra"), ("scope", "read")]).await;
    assert!(status == 200 && letter.contains("U hoeft niets te doen") && letter.contains("You need not do anything") && letter.contains("<svg"), "{letter}");
    let people = played.get(&relative, &format!("/api/v1/relatives/{id}/members")).await;
    let supporter = people.as_array().unwrap().iter().find(|one| one["role"] == "SU" && one["mayEnd"] == true).unwrap_or_else(|| panic!("{people}"))["hat"].as_str().unwrap().to_owned();
    shows(&relative, format!("/relatives/{id}/end-member/{supporter}"), &["meteen", "opnieuw uitnodigen"]).await;
    assert_eq!(played.post(&relative, &format!("/relatives/{id}/hold/pause"), &[]).await.0, 303);
    shows(&relative, format!("/relatives/{id}"), &["U heeft een pauze", "hold/go-on"]).await;
    assert_eq!(played.post(&relative, &format!("/told/{room}"), &[]).await.0, 303);
    // Earlier versions of their words.
    let words = played.get(&relative, &format!("/api/v1/compartments/{room}/documents/relative-input")).await;
    let item = words[0]["id"].as_str().unwrap().to_owned();
    shows(&relative, format!("/rooms/{room}/relative-input/{item}/versions"), &["/versions/1"]).await;
    shows(&relative, format!("/rooms/{room}/relative-input/{item}/versions/1"), &["Lees nu"]).await;
    assert_eq!(played.page(&author, &format!("/rooms/{room}/relative-input/{item}/versions")).await.0, 404);
    // The contact: cards, and a page before each act.
    let own = played.get(&contact, "/api/v1/relatives").await;
    let of = own.as_array().unwrap().iter().find(|one| one["id"] == id.as_str()).unwrap_or_else(|| panic!("{own}"));
    let case = of["case"].as_str().unwrap().to_owned();
    shows(&contact, format!("/cases/{case}/relatives"), &["Veilige wegen", "Wensen", "Deze persoon heeft een pauze"]).await;
    shows(&contact, format!("/relatives/{id}"), &["Deze persoon heeft een pauze", "liever van u horen", "/place", "/freeze"]).await;
    shows(&contact, format!("/relatives/{id}/place"), &["U kunt dit niet terugnemen", "name=\"csrf\""]).await;
    shows(&contact, format!("/relatives/{id}/freeze"), &["later weer openen"]).await;
    assert_eq!(played.page(&relative, &format!("/relatives/{id}/place")).await.0, 403);
    let (status, letter) = played.post(&contact, &format!("/relatives/{id}/invite"), &[("name", "Oma"), ("role", "RE")]).await;
    assert!(status == 200 && letter.contains("window") && letter.contains("tweede code"), "{letter}");
    // What happened stands behind a line on the timeline; the questions of relatives beside it.
    let page = shows(&member, format!("/cases/{case}/timeline"), &["Toon inhoud", "Vragen van nabestaanden", "<dt>r1</dt>", "/told/"]).await;
    assert!(page.matches("<details><summary>Toon inhoud").count() > 2, "{page}");
    // Pages open to all before anybody signs in.
    for path in ["/sign-in", "/welcome", "/help", "/support"] {
        let page = played.client.get(format!("{}{path}", played.server)).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("<title>Lering</title>") && page.contains("href=\"/leave\""), "{path}: {page}");
    }
}
