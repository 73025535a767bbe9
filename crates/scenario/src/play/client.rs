//! Someone of a practice case as a program: signs in, keeps the session, speaks the public interface.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use serde_json::{Value, json};
use totp_rs::Totp;

/// Why a case can't be played on.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The server refused.
    #[error("{who}: {method} {path}: {status} {body}")]
    Refused {
        /// Who asked.
        who: String,
        /// Method.
        method: String,
        /// Path.
        path: String,
        /// Status.
        status: u16,
        /// The problem as the server told it.
        body: String,
    },
    /// The server could not be reached.
    #[error("the server: {0}")]
    Network(#[from] reqwest::Error),
    /// The answer lacks something, or the file asks what can't be played.
    #[error("{0}")]
    Odd(String),
    /// A form that must be complete is not.
    #[error("{form} is not complete: {}", .open.join(", "))]
    Open {
        /// The form.
        form: String,
        /// Questions without an answer.
        open: Vec<String>,
    },
    /// What stopped it, and which part of the file was being played.
    #[error("{place}: {why}")]
    At {
        /// Path of the part.
        place: String,
        /// What stopped it.
        why: Box<PlayError>,
    },
    /// The PDF could not be written.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
}

/// What came of playing a part of the file, with the part.
pub(super) trait Placed {
    /// Says which part was played; the innermost stays. A server that can't be reached is no part's fault.
    fn at(self, place: impl FnOnce() -> String) -> Self;
}

impl<T> Placed for Result<T, PlayError> {
    fn at(self, place: impl FnOnce() -> String) -> Self {
        self.map_err(|why| match why {
            PlayError::Refused { .. } | PlayError::Odd(_) | PlayError::Open { .. } => PlayError::At { place: place(), why: Box::new(why) },
            other => other,
        })
    }
}

/// A client without a session.
#[derive(Clone)]
pub(super) struct Stranger {
    client: Client,
    server: String,
    /// Everyone who enrolled through this client, in order.
    accounts: Arc<Mutex<Vec<SignIn>>>,
}

/// What is needed to sign in as somebody of a played bureau. For practice only.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Role.
    pub role: String,
    /// Name.
    pub name: String,
    /// Name to sign in with.
    pub sign_in_name: String,
    /// Passphrase.
    pub passphrase: String,
    /// Address for an authenticator.
    pub otpauth: String,
}

/// Somebody signed in.
#[derive(Clone)]
pub(super) struct Session {
    stranger: Stranger,
    who: String,
    /// The hat.
    pub hat: String,
    /// The role, as the file calls it.
    pub role: String,
    access: String,
    unlock: String,
    passphrase: String,
    otpauth: String,
    step: i64,
}

/// What the redeeming of a code needs.
pub(super) struct Enrolment<'a> {
    /// Who it is, for messages.
    pub who: &'a str,
    /// Their role.
    pub role: &'a str,
    /// The hat they are invited to; empty when it is not known yet.
    pub hat: &'a str,
    /// The code.
    pub code: &'a str,
    /// The second code, read out in person.
    pub second: Option<&'a str>,
    /// Their name.
    pub name: &'a str,
    /// Their language.
    pub language: &'a str,
}

fn step_now() -> i64 {
    chrono::Utc::now().timestamp() / 30
}

fn code_at(otpauth: &str, step: i64) -> Result<String, PlayError> {
    let totp = Totp::from_url(otpauth).map_err(|why| PlayError::Odd(format!("the one-time password: {why}")))?;
    Ok(totp.generate(u64::try_from(step * 30).unwrap_or_default()).to_string())
}

/// A text of an answer; a number is one too.
pub(super) fn text(value: &Value, name: &str) -> Result<String, PlayError> {
    match value.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(PlayError::Odd(format!("the answer lacks `{name}`: {value}"))),
    }
}

/// The members of a list of an answer; nothing when it is not there.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

async fn answer(request: RequestBuilder, who: &str, method: &Method, path: &str) -> Result<Value, PlayError> {
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

/// An idle connection is left before a server closes it: a call sent into the closing would be lost, and is not sent again by itself.
const IDLE: std::time::Duration = std::time::Duration::from_secs(3);

impl Stranger {
    pub fn new(server: &Url) -> Result<Stranger, PlayError> {
        // The provider may have been installed by an earlier client of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Stranger { client: Client::builder().pool_idle_timeout(IDLE).build()?, server: server.as_str().trim_end_matches('/').to_owned(), accounts: Arc::default() })
    }

    /// Everyone who enrolled so far.
    pub fn accounts(&self) -> Vec<SignIn> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, PlayError> {
        answer(self.client.post(format!("{}/api/v1{path}", self.server)).json(body), "nobody", &Method::POST, path).await
    }

    /// Redeems a code and opens a session, under a name to sign in with that no other run has.
    pub async fn enrol(&self, told: Enrolment<'_>) -> Result<Session, PlayError> {
        let begun = self.post("/enrolments", &json!({ "code": told.code, "second": told.second })).await?;
        let (token, otpauth) = (text(&begun, "token")?, text(&begun, "otpauth")?);
        let (name, passphrase) = (uuid::Uuid::new_v4().simple().to_string(), uuid::Uuid::new_v4().hyphenated().to_string());
        let (step, sign_in_name) = (step_now(), format!("{}.{}@practice.example", told.role.to_lowercase(), name.get(..8).unwrap_or(&name)));
        let made = self.post("/enrolments/finish", &json!({
            "token": token, "code": told.code, "second": told.second, "signInName": sign_in_name,
            "name": told.name, "passphrase": passphrase, "oneTimeCode": code_at(&otpauth, step)?, "language": told.language,
        })).await?;
        let account = SignIn { role: told.role.into(), name: told.name.into(), sign_in_name, passphrase: passphrase.clone(), otpauth: otpauth.clone() };
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).push(account);
        Ok(Session {
            stranger: self.clone(), who: told.who.into(), hat: told.hat.into(), role: told.role.into(), access: text(&made, "accessToken")?,
            unlock: text(&made, "unlockSecret")?, passphrase, otpauth, step,
        })
    }

    /// A file open to all.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, PlayError> {
        let found = self.client.get(format!("{}{path}", self.server)).send().await?.error_for_status()?;
        Ok(found.bytes().await?.to_vec())
    }
}

impl Session {
    async fn send(&self, method: Method, path: &str, body: Option<&Value>, seen: Option<i64>) -> Result<Value, PlayError> {
        let stranger = &self.stranger;
        let mut request = stranger.client.request(method.clone(), format!("{}/api/v1{path}", stranger.server)).bearer_auth(&self.access).header("X-Lering-Unlock", &self.unlock);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(seen) = seen {
            request = request.header("If-Match", format!("\"{seen}\""));
        }
        answer(request, &self.who, &method, path).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Value, PlayError> {
        self.send(Method::GET, path, None, None).await
    }

    /// Does; confirms who it is where that is asked.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Value, PlayError> {
        match self.send(Method::POST, path, Some(body), None).await {
            Err(PlayError::Refused { body: told, .. }) if told.contains("urn:lering:problem:step-up") => {
                // A step is accepted once; the next one may be used a little early.
                self.step = step_now().max(self.step + 1);
                let confirmation = json!({ "passphrase": self.passphrase, "oneTimeCode": code_at(&self.otpauth, self.step)? });
                self.send(Method::POST, "/session/step-up", Some(&confirmation), None).await?;
                self.send(Method::POST, path, Some(body), None).await
            }
            other => other,
        }
    }

    /// Changes what was seen in a version.
    pub async fn put(&self, path: &str, body: &Value, seen: Option<i64>) -> Result<Value, PlayError> {
        self.send(Method::PUT, path, Some(body), seen).await
    }
}
