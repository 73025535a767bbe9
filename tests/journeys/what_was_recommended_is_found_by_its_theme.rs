//! What reviews recommended is found by its theme and by its words, as it is published: of the latest versions, from their day on.

use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Jsonb, Uuid as SqlUuid};
use lering::ids::ReportId;
use lering::library;
use serde_json::json;

use crate::support::review::Review;

#[tokio::test(flavor = "multi_thread")]
async fn of_the_latest_version_by_theme_and_by_words_from_its_day_on() {
    let r = Review::new().await;
    let app = &r.world.app;
    let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
    let publish = |version: i32, on: chrono::NaiveDate, advices: &[(i64, &str, Option<i64>)]| {
        let parts: Vec<_> = advices.iter().map(|(number, text, theme)| {
            let mut part = json!({ "kind": "recommendation", "number": number, "text": text, "owner": "een gemeente", "measure": "Wachttijd korter", "due": "maart 2027" });
            if let Some(theme) = theme { part["theme"] = json!(theme) }
            part
        }).collect();
        let document = json!({ "title": "Leerrapport", "language": "nl", "sections": [{ "id": "recommendations", "heading": "Aanbevelingen", "parts": parts }], "open": [] });
        let id = ReportId::new();
        diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on, version) \
            select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', $3, '\\x25', sha256('x'), $4, $5 from app.case_file where id = $2")
            .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(r.case).bind::<Jsonb, _>(&document).bind::<Date, _>(on).bind::<Integer, _>(version).execute(&mut r.world.connection("postgres")).unwrap();
        id
    };
    let by = async |theme: Option<i64>| app.run_public(move |tx| library::recommendations(tx, theme)).await.unwrap();
    publish(1, today, &[(1, "Vraag door naar stalking", Some(5))]);
    assert_eq!(by(Some(5)).await.len(), 1);
    let second = publish(2, today, &[(1, "Deel signalen binnen een dag", Some(3)), (2, "Van voor de thema's", None)]);
    assert!(by(Some(5)).await.is_empty(), "an older version recommends nothing any more");
    let found = by(Some(3)).await;
    assert_eq!((found.len(), found[0].report, found[0].number, found[0].text.as_str(), found[0].owner.as_str()), (1, second, 1, "Deel signalen binnen een dag", "een gemeente"));
    assert_eq!(by(None).await.iter().map(|one| (one.number, one.theme)).collect::<Vec<_>>(), [(1, Some(3)), (2, None)]);
    let search = async |words: &'static str| app.run_public(move |tx| library::search(tx, words)).await.unwrap().len();
    assert_eq!((search("binnen een dag").await, search("stalking").await, search("in geen rapport").await), (1, 0, 0));
    // Of what opens tomorrow nothing is told today.
    publish(3, today + chrono::Days::new(2), &[(1, "Morgen pas", Some(7))]);
    assert!(by(Some(7)).await.is_empty());
    assert_eq!(by(None).await.len(), 2, "the version of today stands until then");
    // On the pages, to anybody: a theme there is not, a search that is too short, and the words themselves.
    let server = r.world.serve();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let page = async |path: &str| { let answer = reqwest::get(format!("{server}{path}")).await.unwrap(); (answer.status().as_u16(), answer.text().await.unwrap()) };
    let (status, text) = page("/library/recommendations?theme=3").await;
    assert!(status == 200 && text.contains("Deel signalen binnen een dag") && !text.contains("Van voor de thema"), "{text}");
    assert_eq!(page("/library/recommendations?theme=drie").await.0, 422);
    let (status, text) = page("/library?q=x").await;
    assert!(status == 200 && text.contains("2 tot 80"), "{text}");
    assert!(page("/library?q=SIGNALEN").await.1.contains("Leerrapport"));
    assert!(page("/library?q=zeppelin").await.1.contains("Geen gepubliceerd rapport"));
}
