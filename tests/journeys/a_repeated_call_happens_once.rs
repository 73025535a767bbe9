//! `Idempotency-Key`: same key and same body, the same answer once more; another body is refused; a refused call gives the key back.

use lering::start::{self, Bureau};
use reqwest::Client;
use serde_json::{Value, json};

use crate::every_route_stands_in_the_matrix::enrol;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_answer_and_one_organisation() {
    let folder = tempfile::Builder::new().prefix("lering repeat ").tempdir().unwrap();
    let installation = start::open(folder.path(), None).unwrap();
    let server = installation.serve_beside().unwrap();
    let code = start::tenant(&installation, &Bureau { name: "Oefenbureau".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() }).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let (token, unlock) = enrol(&client, &server, &code).await;
    let call = async |path: &str, key: &str, body: Value| {
        let answer = client.post(format!("{server}/api/v1/{path}")).bearer_auth(&token).header("X-Lering-Unlock", &unlock).header("Idempotency-Key", key).json(&body).send().await.unwrap();
        let replayed = answer.headers().contains_key("idempotency-replayed");
        (answer.status().as_u16(), replayed, answer.text().await.unwrap())
    };
    let count = async || client.get(format!("{server}/api/v1/organisations")).bearer_auth(&token).header("X-Lering-Unlock", &unlock).send().await.unwrap().json::<Vec<Value>>().await.unwrap().len();
    let police = json!({ "name": "Politie", "kind": 1 });
    let first = call("organisations", "one", police.clone()).await;
    assert_eq!((first.0, first.1), (201, false));
    let again = call("organisations", "one", police.clone()).await;
    assert_eq!((again.0, again.1, &again.2, count().await), (201, true, &first.2, 1));
    // Another body or another path under the same key is another call.
    let other = call("organisations", "one", json!({ "name": "Veilig Thuis", "kind": 2 })).await;
    assert!(other.0 == 422 && other.2.contains("idempotency-mismatch"), "{other:?}");
    assert!(call("invitations", "one", police.clone()).await.2.contains("idempotency-mismatch"));
    // A refused call took nothing: mended, it goes through under its key.
    assert_eq!(call("organisations", "two", json!({ "name": "", "kind": 1 })).await.0, 422);
    assert_eq!(call("organisations", "two", json!({ "name": "Opvang", "kind": 1 })).await.0, 201);
    // What is secret in an answer is kept sealed, and said once more to who asked: an invitation makes one hat and one code.
    let invite = json!({ "role": "CO", "name": "Anna" });
    let (one, two) = (call("invitations", "three", invite.clone()).await, call("invitations", "three", invite.clone()).await);
    assert!(one.0 == 201 && two.1 && one.2 == two.2 && one.2.contains("code"), "{one:?} {two:?}");
    // At the same time: it happens once; the other waits, and is told or answered the same.
    let calls = futures(|| call("organisations", "four", json!({ "name": "Jeugdzorg", "kind": 1 }))).await;
    assert!(calls.iter().any(|(status, ..)| *status == 201) && calls.iter().all(|(status, ..)| matches!(status, 201 | 409)), "{calls:?}");
    assert_eq!(count().await, 3);
    assert_eq!(call("organisations", &"x".repeat(201), police).await.0, 400);
    // A file may be as large under a key as without: this caller may bring none in, and hears so.
    let file = client.post(format!("{server}/api/v1/register/imports")).bearer_auth(&token).header("X-Lering-Unlock", &unlock).header("Idempotency-Key", "file").body("a;b\n".repeat(900_000)).send().await.unwrap();
    assert_eq!(file.status().as_u16(), 404);
}

async fn futures<F: Future<Output = (u16, bool, String)>>(call: impl Fn() -> F) -> Vec<(u16, bool, String)> {
    let (a, b, c, d) = tokio::join!(call(), call(), call(), call());
    vec![a, b, c, d]
}
