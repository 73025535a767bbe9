//! JSON in and out. Unknown members and wrong types are refused by name.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::posted::from_here;
use super::{Problem, Who};

/// The largest body, in bytes (`security.md` section 9).
const MOST: usize = 1024 * 1024;

/// A JSON body of a known shape.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Body<T>, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), web::Bytes::from_request(request, payload));
        Box::pin(async move {
            let bytes = bytes.await.map_err(|_| Problem::new(413, "too-large"))?;
            if bytes.len() > MOST {
                return Err(Problem::new(413, "too-large"));
            }
            let who = request.extensions().get::<Who>().cloned().ok_or_else(|| Problem::new(500, "server-error"))?;
            let token = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
            from_here(&request, &who, token)?;
            let json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.starts_with("application/json"));
            if !json && !bytes.is_empty() {
                return Err(Problem::new(415, "not-json"));
            }
            let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
            super::strict::look(text)?;
            let mut reader = serde_json::Deserializer::from_slice(text);
            let body = serde_path_to_error::deserialize(&mut reader).map_err(|why| fault_of(&why))?;
            // Nothing may follow the one value.
            reader.end().map_err(|why| malformed(&why))?;
            Ok(Body(body))
        })
    }
}

/// The field and rule in a reader's message; the message itself never leaves.
fn fault_of(why: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (path, text) = (why.path().to_string(), why.inner().to_string());
    let named = text.split('`').nth(1).unwrap_or_default();
    // The path of a missing member ends at what lacks it, that of an unknown one at itself.
    let (path, inside) = if path == "." { (named.to_owned(), named.to_owned()) } else { (path.clone(), format!("{path}.{named}")) };
    if !why.inner().is_data() {
        malformed(why.inner())
    } else if text.starts_with("unknown field") {
        Problem::new(422, "faults").at(path, "unknown-field")
    } else if text.starts_with("missing field") {
        Problem::new(422, "faults").at(inside, "required")
    } else if text.starts_with("unknown variant") {
        Problem::new(422, "faults").at(path, "not-an-option")
    } else if path.is_empty() {
        malformed(why.inner())
    } else {
        Problem::new(422, "faults").at(path, "wrong-type")
    }
}

fn malformed(why: &serde_json::Error) -> Problem {
    Problem::new(400, "malformed").at(format!("line {} column {}", why.line(), why.column()), "malformed")
}

/// The version the caller looked at, from `If-Match`.
pub struct IfMatch(pub i32);

/// The version the caller looked at, where they say it in `If-Match`.
pub struct IfSeen(pub Option<i32>);

impl FromRequest for IfSeen {
    type Error = Problem;
    type Future = Ready<Result<IfSeen, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return ready(Ok(IfSeen(None)));
        }
        ready(seen(request).map(|seen| IfSeen(Some(seen))))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<IfMatch, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(seen(request).map(IfMatch))
    }
}

fn seen(request: &HttpRequest) -> Result<i32, Problem> {
    let told = request.headers().get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    told.and_then(|value| value.trim_matches(['"', 'W', '/']).parse().ok()).ok_or_else(|| Problem::new(428, "if-match"))
}
