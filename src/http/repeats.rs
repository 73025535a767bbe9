//! Repeats of a call: the same key with the same body gets the same answer once more, and nothing happens twice (`product.md` section 5). A
//! program sends the key as a header; a form that makes something carries one of its own, so that a second press makes nothing a second time.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::upload::of_body;
use super::{Presented, Problem, Who, posted};
use crate::tx::{self, App, Claim, Refused, Repeat};

/// The longest key.
const LONGEST: usize = 200;

/// What is to be done with a call.
pub(super) enum Before {
    /// Nothing: it carries no key.
    Plain,
    /// It goes on under its key.
    Claimed(Arc<Claim>),
    /// It was answered before.
    Kept(HttpResponse),
}

/// Under which a form carries its key; no handler sees it.
pub(super) const ONCE: &str = "_once";
/// That the page a form was sent from made something already, with other words.
pub(super) struct Changed;
/// Under which a handler that asks finds so.
pub const CHANGED: &str = "_changed";
/// How often, and how far apart, a second press looks whether the first was answered.
const LOOKS: (usize, Duration) = (25, Duration::from_millis(200));

/// Whether a call is a form somebody sends; one that is kept while they type is sent many times.
fn is_form(request: &ServiceRequest) -> bool {
    !request.path().starts_with("/api/") && !request.headers().contains_key("x-autosave") && request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

/// The key a form carries.
fn key_of_form(body: &[u8]) -> Option<String> {
    serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).ok()?.into_iter().find(|(name, value)| name == ONCE && !value.is_empty()).map(|(_, key)| key)
}

/// Looks at the key of a call, and reads its body for the hash.
pub(super) async fn before(app: &App, request: &mut ServiceRequest, who: &Who) -> Result<Before, Problem> {
    if request.method() != Method::POST || !who.signed_in() {
        return Ok(Before::Plain);
    }
    let form = is_form(request);
    let sent = request.headers().get("idempotency-key").filter(|_| request.path().starts_with("/api/") && who.presented == Presented::Token).map(|key| key.to_str().unwrap_or_default().to_owned());
    if sent.is_none() && !form {
        return Ok(Before::Plain);
    }
    let body = web::Bytes::from(of_body(request.take_payload()).await?);
    let asked = Sha256::new().chain_update(request.path()).chain_update([0]).chain_update(&body).finalize().to_vec();
    let key = sent.or_else(|| key_of_form(&body));
    let once = stream::once(std::future::ready(Ok::<_, PayloadError>(body)));
    request.set_payload(Payload::Stream { payload: Box::pin(once) });
    let Some(key) = key else { return Ok(Before::Plain) };
    if key.is_empty() || key.len() > LONGEST {
        return Err(Problem::new(400, "idempotency-key"));
    }
    let claim = Claim::new(Sha256::digest(key.as_bytes()).to_vec(), asked, request.path().to_owned());
    let known = if form { answered(app, who, &claim).await } else { tx::repeat(app, who.caller(), Arc::clone(&claim)).await };
    match known {
        Ok(Repeat::First) => Ok(Before::Claimed(claim)),
        Ok(Repeat::Answered(status, body)) => Ok(Before::Kept(again(form, status, body))),
        // Gone back to, changed, and sent again: another act. Where it would make a second of what there is one of, the page asks.
        Ok(Repeat::Other) if form => {
            request.extensions_mut().insert(Changed);
            Ok(Before::Plain)
        }
        Ok(Repeat::Unfinished) => Err(Problem::new(409, "idempotency-unfinished")),
        Ok(Repeat::Other) => Err(Problem::new(422, "idempotency-mismatch")),
        // Who has no session, or no hat, hears so where everybody does.
        Err(Refused::NoSession | Refused::NoHat) => Ok(Before::Plain),
        Err(why) => {
            // What was sent waits on the page that asks who it is.
            if form && matches!(why, Refused::StepUp) {
                posted::keep(request).await;
            }
            Err(why.into())
        }
    }
}

/// An answer that was kept: of a form the page, or where it led; of a program what it was told.
fn again(form: bool, status: u16, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    answer.insert_header(("Idempotency-Replayed", "true"));
    if form && status.is_redirection() {
        return answer.insert_header((header::LOCATION, body)).finish();
    }
    match (body.is_empty(), form) {
        (true, _) => answer.finish(),
        (false, true) => answer.content_type("text/html; charset=utf-8").body(body),
        (false, false) => answer.content_type("application/json").body(body),
    }
}

/// Keeps the answer; a refusal gives the key back.
pub(super) async fn after(app: &App, who: &Who, claim: Arc<Claim>, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let form = !answer.request().path().starts_with("/api/");
    if !claim.taken() {
        return if form { answered_meanwhile(app, who, &claim, answer).await } else { answer };
    }
    let status = answer.status();
    // A page that asks to confirm or to sign in did nothing yet.
    if form && status.is_redirection() && answer.response().error().is_none() {
        let to = answer.headers().get(header::LOCATION).map(|to| to.as_bytes().to_vec()).unwrap_or_default();
        kept(tx::keep(app, who.caller(), claim, Some((status.as_u16(), to))).await);
        return answer;
    }
    let told = |kind: &[u8]| answer.headers().get(header::CONTENT_TYPE).map_or(!form, |found| found.as_bytes().starts_with(kind));
    if !status.is_success() || !told(if form { b"text/html" } else { b"application/json" }) {
        kept(tx::keep(app, who.caller(), claim, None).await);
        return answer;
    }
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap_or_default();
    kept(tx::keep(app, who.caller(), claim, Some((status.as_u16(), body.to_vec()))).await);
    ServiceResponse::new(request, response.set_body(BoxBody::new(body)))
}

/// Two presses at once: the one that came too late is answered as the other.
async fn answered_meanwhile(app: &App, who: &Who, claim: &Arc<Claim>, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if answer.status() != StatusCode::CONFLICT {
        return answer;
    }
    match answered(app, who, claim).await {
        Ok(Repeat::Answered(status, body)) => {
            let (request, _) = answer.into_parts();
            ServiceResponse::new(request, again(true, status, body))
        }
        _ => answer,
    }
}

/// What is known of a key once the call that has it is answered: a second press of somebody in a hurry waits for the first.
async fn answered(app: &App, who: &Who, claim: &Arc<Claim>) -> Result<Repeat, Refused> {
    let mut known = tx::repeat(app, who.caller(), Arc::clone(claim)).await;
    for _ in 0..LOOKS.0 {
        if !matches!(known, Ok(Repeat::Unfinished)) {
            break;
        }
        tokio::time::sleep(LOOKS.1).await;
        known = tx::repeat(app, who.caller(), Arc::clone(claim)).await;
    }
    known
}

fn kept(done: Result<(), Refused>) {
    if let Err(why) = done {
        tracing::error!(%why, "an answer could not be kept");
    }
}
