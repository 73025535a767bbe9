//! A form a browser posted: checked against other sites' forms, and kept till it is answered, so that it can be parked.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Presented, Problem, Who};
use crate::tx::Refused;

/// The largest form, in bytes.
const MOST: usize = 1024 * 1024;

/// The fields of a posted form, in order, without the form token.
pub struct Posted(pub Vec<(String, String)>);

/// That the page posted to wants a session.
pub(super) struct Wanted;

/// Under which a form carries which kept text it goes on from; no handler sees it.
pub const KEPT: &str = "_kept";

/// Fields that are in no page a second time, and are parked nowhere.
const SECRET: [&str; 4] = ["passphrase", "new_passphrase", "printed_code", "one_time_code"];

/// What was posted, for parking.
pub(super) struct Kept {
    pub(super) fields: Vec<(String, String)>,
    /// Whether it is all that was posted: a form with a secret is never posted again from here.
    pub(super) whole: bool,
    /// What was kept of it while it was typed: not needed any more once the form is answered.
    pub(super) text: Option<Uuid>,
}

impl Kept {
    fn of(mut fields: Vec<(String, String)>) -> Kept {
        let text = fields.iter().find(|(name, _)| name == KEPT).and_then(|(_, value)| value.parse().ok());
        let whole = !fields.iter().any(|(name, _)| SECRET.contains(&name.as_str()));
        if !whole {
            fields.retain(|(name, _)| name == "to");
        }
        Kept { fields, whole, text }
    }
}

impl Posted {
    /// The first value of a field; empty when it was not posted.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
    /// The first value, trimmed; none when empty.
    pub fn some(&self, name: &str) -> Option<String> {
        let value = self.get(name).trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
    /// The fields that may be kept till later: without those of the page itself (`own`), and without secrets.
    pub fn to_keep(self, own: &[&str]) -> Vec<(String, String)> {
        self.0.into_iter().filter(|(name, _)| !own.contains(&name.as_str()) && !SECRET.contains(&name.as_str())).collect()
    }
}

/// Cookies alone prove nothing about who wrote a form: origin, fetch site and token must fit (`security.md` section 6).
pub(super) fn from_here(request: &HttpRequest, who: &Who, token: &str) -> Result<(), Problem> {
    if who.presented == Presented::Token {
        return Ok(());
    }
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let host = request.connection_info().host().to_owned();
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    if site.as_deref().is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::new(403, "other-site"));
    }
    if let Some(origin) = text(header::ORIGIN) {
        // Under `no-referrer` a browser posts with the origin `null` (Fetch standard, section 3.2); the fetch site then speaks for it.
        let same = if origin == "null" { site.as_deref() == Some("same-origin") } else { origin.split_once("://").is_some_and(|(_, from)| from == host) };
        if !same {
            return Err(Problem::new(403, "other-site"));
        }
    }
    if who.presented == Presented::Cookies && !bool::from(who.form_token.as_bytes().ct_eq(token.as_bytes())) {
        return Err(Problem::new(403, "other-site"));
    }
    Ok(())
}

/// Keeps a form that is answered before anybody reads it; what is no form is not kept.
pub(super) async fn keep(request: &mut ServiceRequest) {
    let (told, payload) = request.parts_mut();
    let Ok(bytes) = web::Bytes::from_request(told, payload).await else { return };
    if bytes.len() <= MOST && let Ok(mut fields) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(&bytes) {
        fields.retain(|(name, _)| name != "csrf");
        request.extensions_mut().insert(Kept::of(fields));
    }
}

/// Whether the sign for unreadable bytes was itself sent.
fn told_so(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_ascii_uppercase();
    text.contains("%EF%BF%BD") || std::str::from_utf8(bytes).is_ok_and(|text| text.contains('\u{fffd}'))
}

impl FromRequest for Posted {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Posted, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), web::Bytes::from_request(request, payload));
        Box::pin(async move {
            let bytes = bytes.await.map_err(|_| Problem::new(413, "too-large"))?;
            if bytes.len() > MOST {
                return Err(Problem::new(413, "too-large"));
            }
            let mut fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|_| Problem::new(400, "malformed"))?;
            // The reader puts a sign of its own where bytes are no text (WHATWG Encoding, section 4.1); a text of ours keeps every sign.
            let odd = |text: &str| text.contains('\0') || text.contains('\u{fffd}') && !told_so(&bytes);
            if let Some((name, _)) = fields.iter().find(|(name, value)| odd(name) || odd(value)) {
                return Err(Problem::new(422, "faults").at(name.replace(['\0', '\u{fffd}'], ""), "control-characters"));
            }
            let who = request.extensions().get::<Who>().cloned().ok_or_else(|| Problem::new(500, "server-error"))?;
            let token = fields.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.clone()).unwrap_or_default();
            fields.retain(|(name, _)| name != "csrf");
            // Kept before it is looked at: whatever is wrong with it, what was typed can be shown again.
            request.extensions_mut().insert(Kept::of(fields.clone()));
            fields.retain(|(name, _)| name != KEPT && name != super::repeats::ONCE);
            // A session that ended has no form token any more; the form is parked, not acted on.
            if who.signed_in() || who.presented != Presented::Cookies {
                from_here(&request, &who, &token)?;
            }
            // Before its fields are looked at: a form that came too late is parked, whatever stands in it.
            if !who.signed_in() && request.extensions().get::<Wanted>().is_some() {
                return Err(Problem::from(Refused::NoSession));
            }
            fields.retain(|(name, _)| name != super::repeats::CHANGED);
            if request.extensions().get::<super::repeats::Changed>().is_some() {
                fields.push((super::repeats::CHANGED.to_owned(), "true".to_owned()));
            }
            Ok(Posted(fields))
        })
    }
}
