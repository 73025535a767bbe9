//! Playing against what does not answer as the server does ends with a plain reason.

use scenario::{Options, PlayError, play, read};

#[tokio::test]
async fn a_server_that_is_not_there() {
    let told = read("light-1.yaml", include_str!("../../../config/practice/light-1.yaml")).unwrap();
    // A port that was free a moment ago, and is given back before it is asked.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options {
        server: format!("http://127.0.0.1:{port}").parse().unwrap(), bootstrap_code: "AAAA BBBB CCCC".into(), until: None, pdf_folder: std::env::temp_dir(),
        factors: std::collections::BTreeMap::new(), progress: |_: &str| {},
    };
    let why = play(&told, options).await.unwrap_err();
    assert!(matches!(why, PlayError::Network(_)), "{why}");
    assert!(why.to_string().starts_with("the server: "), "{why}");
}
