//! A bureau and its people can be reached: numbers on pages and in mail, the language somebody chose, the way back after a switch of
//! language, and who to ask when something is another's to do.

use lering::access::Role;
use lering::bureaus::{self, Change};
use lering::notices::{self, Kind, Mail};
use lering::sign_in;
use lering::texts::Language;
use lering::tx::Refused;
use lering::{cases, relatives, worker};
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::post::PostOffice;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

impl Served {
    async fn page(&self, who: &Someone, path: &str) -> (u16, String) {
        let answer = self.call(who, Method::GET, path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
    async fn form(&self, who: &Someone, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let answer = self.call(who, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_says_how_the_bureau_is_reached_and_mail_and_pages_say_so() {
    let r = Review::new().await;
    let (app, served) = (&r.world.app, Served::new(&r.world));
    for (who, name) in [(&r.administrator, "Ton Beheer"), (&r.coordinator, "Anna Bakker")] { r.world.named(who, name); }
    // Numbers and addresses that are none, and hands that may not.
    for (field, fields) in [("phone", [("name", "Noord"), ("phone", "bel ons"), ("neutral_site", "https://weer.example.org/")]), ("neutralSite", [("name", "Noord"), ("phone", ""), ("neutral_site", "http://weer.example.org/")]), ("name", [("name", " "), ("phone", ""), ("neutral_site", "https://weer.example.org/")])] {
        let (status, _, text) = served.form(&r.administrator, "/bureau", &fields).await;
        assert!(status == 422 && text.contains(field), "{field}: {status}");
    }
    let told = json!({ "name": "Reviewbureau Noord", "phone": "030 000 00 07", "neutralSite": "https://weer.example.org/" });
    assert_eq!(served.told(served.call(&r.coordinator, Method::PUT, "/api/v1/bureau").json(&told)).await.0, 404);
    assert_eq!(served.get(&r.coordinator, "/api/v1/bureau").await.1["phone"], "");
    assert_eq!(served.told(served.call(&r.administrator, Method::PUT, "/api/v1/bureau").json(&told)).await.0, 204);
    assert_eq!(served.get(&r.coordinator, "/api/v1/bureau").await.1["phone"], "030 000 00 07");
    let (_, page) = served.page(&r.administrator, "/bureau").await;
    assert!(page.contains("value=\"030 000 00 07\"") && page.contains("Europe/Amsterdam"), "{page}");
    let (_, support) = served.page(&r.coordinator, "/support").await;
    assert!(support.contains("030 000 00 07"));
    let strangers = served.client.get(format!("{}/support", served.server)).send().await.unwrap().text().await.unwrap();
    assert!(!strangers.contains("030 000 00 07"), "only to who is known");
    // Mail in the language somebody chose, with the number.
    r.world.with_mail_address(&r.coordinator, "anna@example.org");
    app.run(r.coordinator.caller(), |tx| sign_in::choose_language(tx, Language::En)).await.unwrap();
    let hat = r.coordinator.hat;
    app.run(r.chair.caller(), move |tx| notices::tell(tx, hat, Kind::TaskAssigned, None, None)).await.unwrap();
    r.world.send_waiting_now();
    let office = PostOffice::open();
    let settings = worker::Settings::new(Mail::smtp(&office.url, "lering@example.org", None).unwrap(), "https://lering.example.org".into());
    worker::send(app, &settings).await;
    let mails = office.got();
    assert!(mails.iter().any(|mail| mail.contains("Rather call? 030 000 00 07")), "{mails:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_sees_name_number_and_hours_of_their_contact() {
    let r = Review::new().await;
    let (app, served, case) = (&r.world.app, Served::new(&r.world), r.case);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed", "tell"], "again_on": "2099-01-01",
    }));
    let (id, _) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let sister = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = sister.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    for (who, name) in [(&sister, "Fenna"), (&r.coordinator, "Anna Bakker")] { r.world.named(who, name); }
    app.run(r.administrator.caller(), |tx| bureaus::change(tx, &Change { name: "Noord".into(), phone: "030 000 00 07".into(), neutral_site: "https://weer.example.org/".into() })).await.unwrap();
    let (status, before) = served.page(&sister, &format!("/relatives/{id}")).await;
    assert!(status == 200 && before.contains("Anna Bakker") && before.contains("030 000 00 07"), "without a number of the contact the bureau's stands there: {status}");
    assert!(before.contains("href=\"https://weer.example.org/\"") || before.contains("data-neutral=\"https://weer.example.org/\""));
    let (status, _, _) = served.form(&r.coordinator, "/account/reach", &[("phone", "030 000 00 08 of zo"), ("hours", "")]).await;
    assert_eq!(status, 422);
    let (status, to, _) = served.form(&r.coordinator, "/account/reach", &[("phone", "030 000 00 08"), ("hours", "dinsdag van 9 tot 12")]).await;
    assert_eq!((status, to.as_str()), (303, "/account"));
    let (_, page) = served.page(&sister, &format!("/relatives/{id}")).await;
    assert!(page.contains("Anna Bakker") && page.contains("030 000 00 08") && page.contains("dinsdag van 9 tot 12"), "{page}");
    // A relative gives no number of their own here, and sees no form for it.
    assert!(matches!(app.run(sister.caller(), |tx| sign_in::set_reach(tx, "030 000 00 09", "")).await, Err(Refused::NotYours)));
    assert!(!served.page(&sister, "/account").await.1.contains("/account/reach"));
    // The number is sealed like the name.
    assert!(app.run(r.coordinator.caller(), |tx| tx.own_account()).await.unwrap().work_phone == "030 000 00 08");
    assert!(app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_switch_keeps_where_one_is_and_who_may_not_is_told_who_may() {
    let r = Review::new().await;
    let served = Served::new(&r.world);
    for (who, name) in [(&r.administrator, "Ton Beheer"), (&r.coordinator, "Anna Bakker"), (&r.chair, "Carla Chair"), (&r.secretary, "Sita Secretaris")] { r.world.named(who, name); }
    let (_, page) = served.page(&r.coordinator, "/cases?state=notified&cursor=").await;
    assert!(page.contains("/language/en?to=%2Fcases%3Fstate%3Dnotified%26cursor%3D") || page.contains("/language/en?to=/cases%3Fstate%3Dnotified%26cursor%3D"), "{page}");
    // Drawn by a post: back to the page the form stands on.
    let (status, _, page) = served.form(&r.administrator, "/people/invite", &[("role", "RS"), ("name", "Onderzoeker")]).await;
    assert!(status == 200 && (page.contains("/language/en?to=%2Fpeople\"") || page.contains("/language/en?to=/people\"")), "{status} {page}");
    for role in ["RC", "OC"] {
        assert_eq!(served.form(&r.administrator, "/people/invite", &[("role", role), ("name", "Lid")]).await.0, 200, "{role}");
    }
    // Not theirs: the chair reads a case and is told who notifies its steps.
    let (status, told) = served.post(&r.secretary, &format!("/api/v1/cases/{}/parties", r.case), &json!({ "hat": r.chair.hat, "role": "PM" })).await;
    assert!(status != 403 || told["title"].as_str().unwrap().contains("een ander doet dit: Reviewcoördinator"), "{told}");
    // Kinds of organisations are chosen by name; a number that is none is refused.
    let (_, organisations) = served.page(&r.coordinator, "/organisations").await;
    assert!(organisations.contains("<option value=\"3\">Veilig Thuis</option>") && !organisations.contains("value=\"33\" selected"));
    assert_eq!(served.form(&r.coordinator, "/organisations", &[("name", "Iets"), ("kind", "77")]).await.0, 422);
    assert_eq!(served.form(&r.coordinator, "/organisations", &[("name", "Iets"), ("kind", "")]).await.0, 422);
    assert_eq!(served.form(&r.coordinator, "/organisations", &[("name", "Iets"), ("kind", "3")]).await.0, 303);
    // A name there is already: said, and asked what tells the two apart; every list then does.
    let (status, _, page) = served.form(&r.coordinator, "/organisations", &[("name", "iets"), ("place", ""), ("kind", "3")]).await;
    assert!(status == 422 && page.contains("Er is al een organisatie met deze naam") && page.contains("name=\"place\"") && page.contains("Plaats of eenheid"), "{status} {page}");
    assert_eq!(served.form(&r.coordinator, "/organisations", &[("name", "Iets"), ("place", "Assen"), ("kind", "3")]).await.0, 303);
    assert_eq!(served.form(&r.coordinator, "/organisations", &[("name", "Iets"), ("place", "assen "), ("kind", "3")]).await.0, 422);
    assert!(served.page(&r.coordinator, "/organisations").await.1.contains("<li>Iets, Assen</li>"));
    // Two that nothing tells apart, from before: by the day each was added.
    r.world.organisation(&r.coordinator, "Iets").await;
    assert_eq!(served.page(&r.coordinator, "/organisations").await.1.matches("<li>Iets (toegevoegd op ").count(), 2);
    r.commissioned();
    assert!(served.page(&r.coordinator, &format!("/cases/{}/invite", r.case)).await.1.contains(">Iets, Assen</option>"));
    // The language one chose stays with the person, and with the device.
    let (status, to, _) = served.form(&r.coordinator, "/account/language", &[("language", "pap")]).await;
    assert_eq!((status, to.as_str()), (303, "/account"));
    assert_eq!(served.get(&r.coordinator, "/api/v1/account").await.1["language"], "pap");
    assert_eq!(served.form(&r.coordinator, "/account/language", &[("language", "fr")]).await.0, 422);
    // A secret that was posted is in no page afterwards.
    let (status, _, page) = served.form(&r.coordinator, "/account/passphrase", &[("passphrase", "dit stond er eerst"), ("new_passphrase", "dit moet het worden")]).await;
    assert!(status != 303 && !page.contains("dit stond er eerst") && !page.contains("dit moet het worden"), "{status} {page}");
}
