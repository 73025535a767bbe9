//! People of a practice case as programs: each signs in, keeps a session, and speaks the public API.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use totp_rs::Totp;

/// Why a case can't be played on.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The server refused.
    #[error("{who} {method} {path}: {status} {body}")]
    Refused {
        /// Who asked.
        who: String,
        /// Method.
        method: String,
        /// Path.
        path: String,
        /// Status.
        status: u16,
        /// The problem.
        body: String,
    },
    /// The server could not be reached.
    #[error("server: {0}")]
    Network(#[from] reqwest::Error),
    /// The answer lacks something, or a file could not be written.
    #[error("{0}")]
    Odd(String),
}

/// Somebody signed in.
#[derive(Clone)]
pub struct Session {
    client: Client,
    server: String,
    /// Who it is, for messages.
    pub who: String,
    /// The hat.
    pub hat: String,
    /// The role.
    pub role: String,
    access: String,
    unlock: String,
    passphrase: String,
    otpauth: String,
    confirmed: i64,
    account: (String, String, String),
}

/// A client without a session.
#[derive(Clone)]
pub struct Stranger {
    client: Client,
    server: String,
}

fn step_now() -> i64 {
    chrono::Utc::now().timestamp() / 30
}

fn code_at(otpauth: &str, step: i64) -> Result<String, PlayError> {
    let totp = Totp::from_url(otpauth).map_err(|why| PlayError::Odd(why.to_string()))?;
    Ok(totp.generate(u64::try_from(step * 30).unwrap_or_default()).to_string())
}

async fn answer(request: reqwest::RequestBuilder, who: &str, method: &Method, path: &str) -> Result<Value, PlayError> {
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.text().await?;
    if !status.is_success() {
        return Err(PlayError::Refused { who: who.into(), method: method.to_string(), path: path.into(), status: status.as_u16(), body });
    }
    if status == StatusCode::NO_CONTENT || body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&body).map_err(|why| PlayError::Odd(format!("{path}: {why}")))
}

impl Stranger {
    /// A client of a server.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(server: &str) -> Result<Stranger, PlayError> {
        // The provider may have been installed by an earlier client of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Stranger { client: Client::builder().build()?, server: server.trim_end_matches('/').to_owned() })
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, PlayError> {
        answer(self.client.post(format!("{}/api/v1{path}", self.server)).json(body), "nobody", &Method::POST, path).await
    }

    /// Redeems a code and opens a session.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn enrol(&self, who: &str, role: &str, hat: &str, code: &str, second: Option<&str>, name: &str, language: &str) -> Result<Session, PlayError> {
        let begun = self.post("/enrolments", &json!({ "code": code, "second": second })).await?;
        let (token, otpauth) = (text(&begun, "token")?, text(&begun, "otpauth")?);
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let passphrase = format!("{} {} {} {}", part(&unique, 0), part(&unique, 8), part(&unique, 16), part(&unique, 24));
        let (step, sign_in_name) = (step_now(), format!("{}.{}@practice.example", role.to_lowercase(), part(&unique, 0)));
        let made = self.post("/enrolments/finish", &json!({
            "token": token, "code": code, "second": second, "signInName": sign_in_name, "name": name,
            "passphrase": passphrase, "oneTimeCode": code_at(&otpauth, step)?, "language": language,
        })).await?;
        Ok(Session {
            client: self.client.clone(), server: self.server.clone(), who: who.into(), hat: hat.into(), role: role.into(), access: text(&made, "accessToken")?,
            unlock: text(&made, "unlockSecret")?, passphrase, otpauth, confirmed: step, account: (role.to_owned(), name.to_owned(), sign_in_name),
        })
    }

    /// A file open to all.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, PlayError> {
        let found = self.client.get(format!("{}{path}", self.server)).send().await?.error_for_status()?;
        Ok(found.bytes().await?.to_vec())
    }
}

fn part(text: &str, from: usize) -> &str {
    text.get(from..from + 8).unwrap_or(text)
}

/// A text of an answer.
///
/// # Errors
/// `Odd` when it is not there.
pub fn text(value: &Value, name: &str) -> Result<String, PlayError> {
    match value.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(PlayError::Odd(format!("the answer lacks {name}: {value}"))),
    }
}

impl Session {
    async fn send(&self, method: Method, path: &str, body: Option<&Value>, seen: Option<i64>) -> Result<Value, PlayError> {
        let mut request = self.client.request(method.clone(), format!("{}/api/v1{path}", self.server)).bearer_auth(&self.access).header("X-Lering-Unlock", &self.unlock);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(seen) = seen {
            request = request.header("If-Match", format!("\"{seen}\""));
        }
        answer(request, &self.who, &method, path).await
    }

    /// Role, name, sign-in name, passphrase and authenticator, to sign in as this person.
    pub fn account(&self) -> (String, String, String, String, String) {
        let (role, name, sign_in_name) = self.account.clone();
        (role, name, sign_in_name, self.passphrase.clone(), self.otpauth.clone())
    }

    /// The same session under another name of its role: who writes for a relative.
    pub fn as_role(mut self, role: &str) -> Session {
        role.clone_into(&mut self.role);
        self
    }

    /// Reads.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn get(&self, path: &str) -> Result<Value, PlayError> {
        self.send(Method::GET, path, None, None).await
    }

    /// Does; confirms who it is where that is asked.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Value, PlayError> {
        match self.send(Method::POST, path, Some(body), None).await {
            Err(PlayError::Refused { body: told, .. }) if told.contains("urn:lering:problem:step-up") => {
                // A step is accepted once: the next one may be used a little early.
                let step = step_now().max(self.confirmed + 1);
                self.confirmed = step;
                let confirmation = json!({ "passphrase": self.passphrase, "oneTimeCode": code_at(&self.otpauth, step)? });
                self.send(Method::POST, "/session/step-up", Some(&confirmation), None).await?;
                self.send(Method::POST, path, Some(body), None).await
            }
            other => other,
        }
    }

    /// Changes what was seen in a version.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn put(&self, path: &str, body: &Value, seen: Option<i64>) -> Result<Value, PlayError> {
        self.send(Method::PUT, path, Some(body), seen).await
    }
}
