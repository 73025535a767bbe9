//! A file somebody hands over: out of a browser's form, or as the body of a program's call. Read whole, up to a limit; judged by its content
//! elsewhere, never by the name or kind that came with it; the name only serves to find it again in a list.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;

use super::posted::from_here;
use super::{Problem, Who};
use crate::tx::Refused;

/// The largest file, in bytes.
const MOST: usize = 25 * 1024 * 1024;
/// The longest other field, in bytes, and the most of them.
const LONGEST_FIELD: usize = 4096;
const MOST_FIELDS: usize = 20;

/// What was handed over.
pub struct Upload {
    /// The file.
    pub file: Vec<u8>,
    /// What whoever hands it over calls it: what they typed, else the name it came with. Empty for the body of a call.
    pub title: String,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Upload, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let who = request.extensions().get::<Who>().cloned().ok_or_else(|| Problem::new(500, "server-error"))?;
            // A file is not kept for later: without a session none is read.
            if !who.signed_in() {
                return Err(Problem::from(Refused::NoSession));
            }
            let form = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("multipart/form-data"));
            let (file, token, title) = if form { of_form(&request, payload).await? } else { (of_body(payload).await?, String::new(), String::new()) };
            from_here(&request, &who, &token)?;
            Ok(Upload { file, title })
        })
    }
}

/// The file, the form token and the title of a form.
async fn of_form(request: &HttpRequest, payload: Payload) -> Result<(Vec<u8>, String, String), Problem> {
    let malformed = || Problem::new(400, "malformed");
    let mut parts = Multipart::new(request.headers(), payload);
    let (mut file, mut token, mut title, mut named, mut seen) = (None, String::new(), String::new(), String::new(), 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| malformed())?;
        seen += 1;
        if seen > MOST_FIELDS {
            return Err(malformed());
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            named = part.content_disposition().and_then(|told| told.get_filename()).unwrap_or_default().to_owned();
        }
        let most = if name == "file" { MOST } else { LONGEST_FIELD };
        let mut bytes = vec![];
        while let Some(some) = part.next().await {
            let some = some.map_err(|_| malformed())?;
            if bytes.len() + some.len() > most {
                return Err(Problem::new(413, if name == "file" { "file-too-large" } else { "too-large" }));
            }
            bytes.extend_from_slice(&some);
        }
        match name.as_str() {
            "file" if file.is_none() => file = Some(bytes),
            "csrf" => token = String::from_utf8(bytes).map_err(|_| malformed())?,
            "title" => title = String::from_utf8(bytes).map_err(|_| malformed())?.trim().to_owned(),
            _ => {}
        }
    }
    Ok((file.unwrap_or_default(), token, if title.is_empty() { named } else { title }))
}

/// A body read whole, up to the size of the largest file.
///
/// # Errors
/// `file-too-large`; `malformed` for one that breaks off.
pub(super) async fn of_body(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut bytes = vec![];
    while let Some(some) = payload.next().await {
        let some = some.map_err(|_| Problem::new(400, "malformed"))?;
        if bytes.len() + some.len() > MOST {
            return Err(Problem::new(413, "file-too-large"));
        }
        bytes.extend_from_slice(&some);
    }
    Ok(bytes)
}
