//! A world behind a running server: requests over HTTP as anybody of it, as a program makes them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use lering::http::{self, Keys, Settings};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::{Someone, World};

/// The server, as long as the process lives.
pub struct Served {
    pub server: String,
    pub client: Client,
    keys: Keys,
}

impl Served {
    /// Serves a world with limits that refuse nothing.
    pub fn new(world: &World) -> Served {
        Served::with(world, Settings { reading: 1_000_000, writing: 1_000_000, strangers: 1_000_000, ..Settings::default() })
    }

    /// Serves a world with these limits.
    pub fn with(world: &World, settings: Settings) -> Served {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let app = world.app.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move { http::serve(app, listener, &settings, lering::routes::hooks(), lering::routes::all).unwrap().await.unwrap() });
        });
        let _ = rustls::crypto::ring::default_provider().install_default();
        // No connection is kept: the server closes one that rests for seconds, perhaps just as it would be used again.
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0).build().unwrap();
        Served { server: format!("http://{address}"), client, keys: Keys::of(&world.app.parts().installation) }
    }

    /// What a program sends to be somebody: access token and unlock secret.
    pub fn secrets(&self, who: &Someone) -> (String, String) {
        (self.keys.access(who.handle()), BASE64.encode(who.unlock()))
    }

    /// A request as somebody.
    pub fn call(&self, who: &Someone, method: Method, path: &str) -> RequestBuilder {
        let (access, unlock) = self.secrets(who);
        self.client.request(method, format!("{}{path}", self.server)).bearer_auth(access).header("X-Lering-Unlock", unlock)
    }

    /// Status and JSON of an answer; null when there is none.
    pub async fn told(&self, request: RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    /// Status and JSON of a call that sends JSON.
    pub async fn post(&self, who: &Someone, path: &str, body: &Value) -> (u16, Value) {
        self.told(self.call(who, Method::POST, path).json(body)).await
    }

    /// Status and JSON of a call that reads.
    pub async fn get(&self, who: &Someone, path: &str) -> (u16, Value) {
        self.told(self.call(who, Method::GET, path)).await
    }
}
