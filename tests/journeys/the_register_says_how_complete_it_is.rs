//! Completeness, exact for the register manager and without small counts for the country; what others count; and every page of it.

use lering::access::Role;
use lering::http::Keys;
use lering::register::external::{self, Told};
use lering::register::progress::{self, Filter, Shown, Whole};
use lering::tx::Refused;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

use crate::support::review::Review;
use crate::support::{Someone, World};

fn total(year: i32, region: Option<i32>, count: i32) -> Told {
    Told { year, region, count, source: "CBS StatLine".into(), published_on: chrono::NaiveDate::from_ymd_opt(2025, 10, 1).unwrap(), note: String::new(), replaces: None }
}

async fn enter(world: &World, by: &Someone, told: Told) -> Result<lering::ids::TotalId, Refused> {
    world.app.run(by.caller(), move |tx| external::enter(tx, &told)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_keep_what_they_correct_and_a_region_without_data_says_so() {
    let review = Review::new().await;
    let world = &review.world;
    let manager = world.person(&review.administrator, Role::RegisterManager).await;
    let country = world.person(&review.administrator, Role::NationalCoordinator).await;
    use chrono::Datelike;
    let year = chrono::Utc::now().year();
    assert!(matches!(enter(world, &review.coordinator, total(year, None, 4)).await, Err(Refused::NotFound)));
    assert!(matches!(enter(world, &country, total(year, None, 4)).await, Err(Refused::NotFound)));
    let first = enter(world, &manager, total(year, None, 4)).await.unwrap();
    assert!(matches!(enter(world, &manager, total(year, None, 5)).await, Err(Refused::Rule("total-known"))));
    for wrong in [total(year + 1, None, 4), total(year, Some(99), 4), total(year, None, -1), Told { source: " ".into(), ..total(1999, None, 4) }, Told { replaces: Some(first), ..total(1999, None, 4) }] {
        assert!(matches!(enter(world, &manager, wrong).await, Err(Refused::Faults(_))));
    }
    let second = enter(world, &manager, Told { replaces: Some(first), ..total(year, None, 2) }).await.unwrap();
    assert!(matches!(enter(world, &manager, Told { replaces: Some(first), ..total(year, None, 2) }).await, Err(Refused::Faults(_))), "corrected twice");
    let lines = world.app.run(manager.caller(), external::list).await.unwrap();
    assert_eq!(lines.iter().map(|line| (line.id, line.count, line.corrected, line.by == manager.hat)).collect::<Vec<_>>(), [(second, 2, false, true), (first, 4, true, true)]);

    let found = world.app.run(manager.caller(), |tx| progress::progress(tx, Filter::default())).await.unwrap();
    assert_eq!((found[0].place, found[0].cases, found[0].external.as_ref().and_then(|of| of.share)), (Whole::Country, 1, Some(50)));
    let empty = found.iter().find(|line| line.place == Whole::Region(13)).unwrap();
    assert!(empty.is_empty() && empty.external.is_none());
    let narrowed = world.app.run(manager.caller(), |tx| progress::progress(tx, Filter { year: None, region: Some(1) })).await.unwrap();
    assert_eq!(narrowed.iter().map(|line| (line.place, line.notified)).collect::<Vec<_>>(), [(Whole::Region(1), 1)]);
    // What the notification coded is filled, what nobody looked at is not; the worst stands first.
    let variables = world.app.run(manager.caller(), |tx| progress::variables(tx, Filter::default())).await.unwrap();
    let of = |id: &str| variables.iter().find(|one| one.variable == id).unwrap();
    assert_eq!((of("police_region").asked, of("police_region").filled), (1, 1));
    assert!(of("case_scope").asked == 1 && of("case_scope").filled == 0);
    assert!(variables[0].share() == Some(0) && variables.iter().all(|one| one.variable != "victim_lgbtiq"));
    // The country sees that there are few, not how many; nobody else sees either.
    let tiles = world.app.run(country.caller(), progress::national).await.unwrap();
    assert_eq!((tiles.len(), tiles[0].cases, tiles[1].cases), (13, Shown::Few, Shown::Nothing));
    for other in [&review.coordinator, &review.chair, &review.administrator] {
        assert!(matches!(world.app.run(other.caller(), |tx| progress::progress(tx, Filter::default())).await, Err(Refused::NotFound)));
        assert!(matches!(world.app.run(other.caller(), progress::national).await, Err(Refused::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_manager_answers_and_a_file_comes_by_form_and_by_call() {
    let review = Review::new().await;
    let world = &review.world;
    let manager = world.person(&review.administrator, Role::RegisterManager).await;
    world.named(&manager, "R. Beheer");
    world.named(&review.coordinator, "C. Oord");
    let server = world.serve();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let keys = Keys::of(&world.app.parts().installation);
    let token = |of: &Someone| keys.access(of.handle());
    let get = |path: &str, of: &Someone| client.get(format!("{server}{path}")).bearer_auth(token(of)).send();
    for path in ["/register", "/register?year=2026&region=1", "/register?year=x", "/register/variables", "/register/totals", "/register/duplicates", "/register/imports"] {
        let answer = get(path, &manager).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("0 %") || path == "/register/variables", "{path} says nought of what it does not know");
        assert!(!text.contains("reg-") && !text.contains("import-hand"), "{path} lacks a text");
        assert_eq!(get(path, &review.coordinator).await.unwrap().status(), 404, "{path} for a coordinator");
    }
    let file = get("/register/completeness.csv?year=&region=", &manager).await.unwrap();
    assert!(file.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/csv") && file.text().await.unwrap().contains("doubly_coded"));
    assert_eq!(get(&format!("/cases/{}/same-case", review.case), &review.coordinator).await.unwrap().status(), 200);
    assert_eq!(get(&format!("/cases/{}/same-case", review.case), &manager).await.unwrap().status(), 403);
    // By a call: the body is the file. By a form: a part of it is.
    let table = "incident_date;police_region;case_scope\n2019;1;11\n2018;2;vreemd\n";
    let made = client.post(format!("{server}/api/v1/register/imports")).bearer_auth(token(&manager)).header(CONTENT_TYPE, "text/csv").body(table).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let form = format!("--X\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n-\r\n--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\nContent-Type: image/png\r\n\r\n{table}\r\n--X--\r\n");
    let posted = client.post(format!("{server}/register/imports")).bearer_auth(token(&manager)).header(CONTENT_TYPE, "multipart/form-data; boundary=X").body(form).send().await.unwrap();
    assert_eq!(posted.status(), 303, "judged by its content");
    let page = posted.headers()["location"].to_str().unwrap().to_owned();
    let text = get(&page, &manager).await.unwrap().text().await.unwrap();
    for needed in ["incident_date", "police_region", "utf-8", "vreemd"] { assert!(text.contains(needed), "{needed} is not on the page"); }
    let fields = "do=check&version=1&encoding=utf-8&delimiter=semicolon&name0=incident_date&variable0=incident_date&row0=1&name1=police_region&variable1=police_region&row1=1&name2=case_scope&variable2=case_scope&row2=1&word2-0=vreemd&code2-0=11";
    let done = client.post(format!("{server}{page}")).bearer_auth(token(&manager)).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(fields).send().await.unwrap();
    assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
    for _ in 0..100 {
        if get(&page, &manager).await.unwrap().headers().get("refresh").is_none() { break }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let text = get(&page, &manager).await.unwrap().text().await.unwrap();
    assert!(text.contains("value=\"load\"") && text.contains("Alle rijen kunnen"), "{text}");
    assert!(get(&format!("{page}/faults.csv"), &manager).await.unwrap().text().await.unwrap().contains("not-kept"));
    // Too large, or a cookie without the form's token: nothing comes in.
    let large = client.post(format!("{server}/api/v1/register/imports")).bearer_auth(token(&manager)).body(vec![b'a'; 26 * 1024 * 1024]).send().await;
    assert!(large.is_err() || large.is_ok_and(|answer| answer.status() == 413));
    let forged = client.post(format!("{server}/register/imports")).header("cookie", format!("__Host-lering-access={}", token(&manager))).header(CONTENT_TYPE, "multipart/form-data; boundary=X")
        .body("--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na;b\r\n--X--\r\n").send().await.unwrap();
    assert_ne!(forged.status().as_u16() / 100, 2, "{}", forged.status());
}
