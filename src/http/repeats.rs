//! Repeats of a program's call: the same key with the same body gets the same answer once more, and nothing happens twice (`product.md`
//! section 5).

use std::sync::Arc;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::upload::of_body;
use super::{Presented, Problem, Who};
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

/// Looks at the key of a call, and reads its body for the hash. Only programs' calls carry one: a browser's forms have other guards.
pub(super) async fn before(app: &App, request: &mut ServiceRequest, who: &Who) -> Result<Before, Problem> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(Before::Plain) };
    if request.method() != Method::POST || !request.path().starts_with("/api/") || who.presented != Presented::Token || !who.signed_in() {
        return Ok(Before::Plain);
    }
    let key = key.to_str().unwrap_or_default().to_owned();
    if key.is_empty() || key.len() > LONGEST {
        return Err(Problem::new(400, "idempotency-key"));
    }
    let body = web::Bytes::from(of_body(request.take_payload()).await?);
    let asked = Sha256::new().chain_update(request.path()).chain_update([0]).chain_update(&body).finalize().to_vec();
    let once = stream::once(std::future::ready(Ok::<_, PayloadError>(body)));
    request.set_payload(Payload::Stream { payload: Box::pin(once) });
    let claim = Claim::new(Sha256::digest(key.as_bytes()).to_vec(), asked, request.path().to_owned());
    match tx::repeat(app, who.caller(), Arc::clone(&claim)).await {
        Ok(Repeat::First) => Ok(Before::Claimed(claim)),
        Ok(Repeat::Answered(status, body)) => {
            let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
            answer.insert_header(("Idempotency-Replayed", "true"));
            Ok(Before::Kept(if body.is_empty() { answer.finish() } else { answer.content_type("application/json").body(body) }))
        }
        Ok(Repeat::Unfinished) => Err(Problem::new(409, "idempotency-unfinished")),
        Ok(Repeat::Other) => Err(Problem::new(422, "idempotency-mismatch")),
        // Who has no session, or no hat, hears so where everybody does.
        Err(Refused::NoSession | Refused::NoHat) => Ok(Before::Plain),
        Err(why) => Err(why.into()),
    }
}

/// Keeps the answer; a refusal gives the key back.
pub(super) async fn after(app: &App, who: &Who, claim: Arc<Claim>, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !claim.taken() {
        return answer;
    }
    let status = answer.status();
    let json = answer.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !status.is_success() || !json {
        kept(tx::keep(app, who.caller(), claim, None).await);
        return answer;
    }
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap_or_default();
    kept(tx::keep(app, who.caller(), claim, Some((status.as_u16(), body.to_vec()))).await);
    ServiceResponse::new(request, response.set_body(BoxBody::new(body)))
}

fn kept(done: Result<(), Refused>) {
    if let Err(why) = done {
        tracing::error!(%why, "an answer could not be kept");
    }
}
