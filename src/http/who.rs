//! Who a request comes from, and the layer around every handler: identify, renew, limit, answer problems, set headers.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use zeroize::Zeroizing;

use super::limits::Limits;
use super::posted::{self, Kept, Wanted};
use super::look::{LOOK, Look};
use super::repeats::{self, Before};
use super::routes::Known;
use super::{Hooks, Keys, Problem, Renewed, headers, pages};
use crate::texts::{Language, Words};
use crate::tx::{App, Caller, Refused, Session};

const ACCESS: &str = "__Host-lering-access";
const REFRESH: &str = "__Host-lering-refresh";
const UNLOCK: &str = "__Host-lering-unlock";
pub(super) const CODE: &str = "__Host-lering-code";
/// The language chosen on this device; no secret.
pub const LANGUAGE: &str = "lering-language";

/// A session nobody renews ends after so many seconds (`security.md` section 6).
const IDLE: i64 = 30 * 60;
/// The call that renews before it must.
const RENEW: &str = "/session/renew";

/// How the caller showed who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presented {
    /// Not at all.
    Nothing,
    /// With cookies: unsafe calls need Origin and form token.
    Cookies,
    /// With a bearer token.
    Token,
}

/// Who is asking, for handlers.
#[derive(Clone)]
pub struct Who {
    caller: Caller,
    /// How they showed it.
    pub presented: Presented,
    /// Texts in their language.
    pub words: Words,
    /// The token their forms carry; empty without a session.
    pub form_token: String,
    /// Where the request comes from.
    pub address: String,
    /// The path asked for.
    pub path: String,
    /// An address that can be read again: this page with its query, or the one a form was sent from.
    pub here: String,
    /// The server's address as this caller typed it, for letters.
    pub site: String,
    /// How pages look on this device.
    pub look: Look,
    /// When the session was last renewed, in seconds since 1970.
    renewed: i64,
}

impl Who {
    /// For a use case.
    pub fn caller(&self) -> Caller {
        self.caller.clone()
    }
    /// Whether anybody is signed in, as far as the token says.
    pub fn signed_in(&self) -> bool {
        self.caller.handle.is_some()
    }
    /// Seconds till the session ends unless it is renewed.
    pub fn ends_in(&self, session: &Session) -> i64 {
        let now = chrono::Utc::now().timestamp();
        (self.renewed + IDLE).min(session.ends_at.timestamp()).saturating_sub(now).max(0)
    }
    /// The handle of the session.
    pub fn handle(&self) -> Option<&[u8]> {
        self.caller.handle.as_ref().map(|handle| handle.as_slice())
    }
}

impl FromRequest for Who {
    type Error = Problem;
    type Future = Ready<Result<Who, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Who>().cloned().ok_or_else(|| Problem::new(500, "server-error")))
    }
}

fn language_of(request: &ServiceRequest) -> Option<Language> {
    request.cookie(LANGUAGE).and_then(|cookie| Language::from_code(cookie.value()))
        .or_else(|| request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Language::from_header))
}

/// Nothing is drawn again at an address that only takes forms: the nearest page above it is.
fn here(request: &ServiceRequest) -> String {
    let path = request.path();
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return if request.query_string().is_empty() { path.to_owned() } else { format!("{path}?{}", request.query_string()) };
    }
    request.app_data::<web::Data<Known>>().map_or("/", |known| known.page_above(path)).to_owned()
}

fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    BASE64.decode(text).ok().map(Zeroizing::new)
}

/// What the caller brought.
struct Brought {
    who: Who,
    refresh: Option<Zeroizing<Vec<u8>>>,
    expired: bool,
}

fn brought(request: &ServiceRequest, keys: &Keys) -> Brought {
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let (presented, token, unlock, refresh) = match bearer {
        Some(token) => {
            let unlock = request.headers().get("x-lering-unlock").and_then(|value| value.to_str().ok()).and_then(decoded);
            (Presented::Token, Some(token.to_owned()), unlock, None)
        }
        None => {
            let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
            let access = cookie(ACCESS);
            let presented = if access.is_some() { Presented::Cookies } else { Presented::Nothing };
            (presented, access, cookie(UNLOCK).as_deref().and_then(decoded), cookie(REFRESH).as_deref().and_then(decoded))
        }
    };
    let read = token.and_then(|token| keys.read(&token));
    let expired = read.as_ref().is_some_and(|read| read.expired);
    let renewed = read.as_ref().map_or(0, |read| read.made);
    let handle = read.map(|read| read.handle);
    let form_token = handle.as_ref().map(|handle| keys.form_token(handle)).unwrap_or_default();
    let language = language_of(request);
    let address = request.connection_info().realip_remote_addr().unwrap_or_default().to_owned();
    let caller = Caller { handle, unlock, language, ..Caller::default() };
    let words = Words { language: language.unwrap_or_default() };
    let look = request.cookie(LOOK).map(|cookie| Look::read(cookie.value())).unwrap_or_default();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let plain = ["127.0.0.1", "localhost", "[::1]"].into_iter().any(|own| host == own || host.starts_with(&format!("{own}:")));
    let site = format!("{}://{host}", if plain { "http" } else { "https" });
    Brought { who: Who { caller, presented, words, form_token, address, path: request.path().to_owned(), here: here(request), site, look, renewed }, refresh, expired }
}

/// Around the handlers that want a session: without a token of ours nothing of the call is looked at.
pub async fn session_wanted(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.extensions().get::<Who>().is_some_and(Who::signed_in) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    Ok(request.error_response(Problem::from(Refused::NoSession)))
}

/// Around the pages that want a session: the form is read before it is said that there is none.
pub async fn session_wanted_after_reading(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    request.extensions_mut().insert(Wanted);
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Around every handler.
pub async fn layer(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (Some(app), Some(keys), Some(limits), Some(hooks)) =
        (request.app_data::<web::Data<App>>().cloned(), request.app_data::<web::Data<Keys>>().cloned(), request.app_data::<web::Data<Limits>>().cloned(), request.app_data::<web::Data<Hooks>>().cloned())
    else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()).map_into_boxed_body());
    };
    let Brought { mut who, refresh, expired } = brought(&request, &keys);
    let (api, method) = (request.path().starts_with("/api/"), request.method().clone());
    let mut cookies = vec![];
    let mut late = None;
    // The refresh itself may come with an expired token: that is its purpose.
    // A page asks to renew before it must, while somebody is still writing: a program refreshes by a call of its own.
    let early = request.path() == RENEW && who.presented == Presented::Cookies && who.signed_in();
    if early || expired && !request.path().ends_with("/sessions/refresh") {
        let renewed = match refresh {
            Some(refresh) => (hooks.refresh)(App::clone(&app), refresh).await,
            None => Renewed::Ended,
        };
        match renewed {
            Renewed::Fresh(refresh) => {
                who.renewed = chrono::Utc::now().timestamp();
                cookies.push(secret_cookie(ACCESS, keys.access(who.handle().unwrap_or_default())));
                cookies.push(secret_cookie(REFRESH, BASE64.encode(refresh.as_slice())));
            }
            // Another tab has just renewed: this request goes on with the session it names.
            Renewed::Race => who.renewed = chrono::Utc::now().timestamp(),
            Renewed::Ended => late = who.caller.handle.take(),
        }
    }
    let words = who.words;
    request.extensions_mut().insert(who.clone());
    let answered = if request.query_string().contains("%00") || request.uri().path().contains("%00") {
        // No text of ours holds it, and the database can't.
        Ok(request.into_response(actix_web::ResponseError::error_response(&Problem::new(400, "malformed"))))
    } else if request.path().starts_with("/assets/") {
        next.call(request).await.map(ServiceResponse::map_into_boxed_body)
    } else if let Err(seconds) = limits.take(who.handle(), &who.address, &method) {
        let mut problem = Problem::new(429, "too-many");
        problem.words.push(("seconds".into(), seconds.to_string()));
        // Somebody's form is kept on the page that asks to wait.
        if who.signed_in() && !api && method == Method::POST {
            posted::keep(&mut request).await;
        }
        Ok(request.into_response(actix_web::ResponseError::error_response(&problem)))
    } else {
        match repeats::before(&app, &mut request, &who).await {
            Ok(Before::Plain) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
            Ok(Before::Kept(answer)) => Ok(request.into_response(answer)),
            Ok(Before::Claimed(claim)) => {
                let mut claimed = who.clone();
                claimed.caller.idempotency = Some(std::sync::Arc::clone(&claim));
                request.extensions_mut().insert(claimed);
                match next.call(request).await {
                    Ok(answer) => Ok(repeats::after(&app, &who, claim, answer.map_into_boxed_body()).await),
                    Err(why) => Err(why),
                }
            }
            Err(problem) => Ok(request.into_response(actix_web::ResponseError::error_response(&problem))),
        }
    };
    let mut answer = match answered {
        Ok(answer) => answer,
        Err(why) => return Err(why),
    };
    // A path or query that is none: the framework says so in a text of its own, we as a problem like every other.
    let above = answer.request().app_data::<web::Data<Known>>().map(|known| known.page_above(&who.path).to_owned()).filter(|page| *page != who.path);
    let mut elsewhere = None;
    let plain = answer.response().headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if plain && !answer.request().path().starts_with("/assets/") && answer.response().extensions().get::<Problem>().is_none() {
        match answer.status().as_u16() {
            404 => drop(answer.response_mut().extensions_mut().insert(Problem::new(404, "not-found"))),
            400 => drop(answer.response_mut().extensions_mut().insert(Problem::new(400, "malformed"))),
            // After a refusal an address that only takes forms stands in the bar: reached by itself, it leads to the page above it.
            405 if !api && above.is_some() && matches!(method, Method::GET | Method::HEAD) => elsewhere = above,
            405 if !api => drop(answer.response_mut().extensions_mut().insert(Problem::new(404, "not-found"))),
            _ => {}
        }
    }
    if let Some(page) = elsewhere {
        answer = answer.into_response(pages::see_other(&page));
    }
    let problem = answer.response_mut().extensions_mut().remove::<Problem>();
    if let Some(mut problem) = problem {
        if problem.kind == "not-yours"
            && let Some(known) = answer.request().app_data::<web::Data<Known>>()
        {
            problem.by = known.who_may(&method, &who.path);
        }
        let kept = answer.request().extensions_mut().remove::<Kept>();
        let handle = late.or_else(|| who.caller.handle.clone());
        let drawn = if api { problem_json(&problem, &words) } else { pages::problem(&app, &hooks, &who, &problem, kept, handle, method == Method::GET).await };
        answer = answer.into_response(drawn);
    } else if answer.status() == StatusCode::SEE_OTHER {
        // Taken: what was kept of the form while it was typed is not offered again.
        let text = answer.request().extensions().get::<Kept>().and_then(|kept| kept.text);
        if let Some(text) = text {
            (hooks.taken)(App::clone(&app), who.caller(), text).await;
        }
    }
    for cookie in &cookies {
        let _ = answer.response_mut().add_cookie(cookie);
    }
    headers::set(answer.headers_mut(), api);
    Ok(answer)
}

fn problem_json(problem: &Problem, words: &Words) -> HttpResponse {
    let mut answer = HttpResponse::build(actix_web::ResponseError::status_code(problem));
    if let Some(seconds) = problem.wait() {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    answer.content_type("application/problem+json").json(&problem.told(words))
}

pub(super) fn secret_cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Strict).finish()
}

/// The three cookies of a new session.
pub fn signed_in(keys: &Keys, handle: &[u8], refresh: &[u8], unlock: &[u8]) -> Vec<Cookie<'static>> {
    vec![
        secret_cookie(ACCESS, keys.access(handle)), secret_cookie(REFRESH, BASE64.encode(refresh)), secret_cookie(UNLOCK, BASE64.encode(unlock)),
    ]
}

/// A new secret after unlocking.
pub fn unlocked(secret: &[u8]) -> Cookie<'static> {
    secret_cookie(UNLOCK, BASE64.encode(secret))
}

/// The cookies taken back.
pub fn signed_out() -> Vec<Cookie<'static>> {
    [ACCESS, REFRESH, UNLOCK, CODE].into_iter().map(|name| {
        let mut cookie = secret_cookie(name, String::new());
        cookie.make_removal();
        cookie
    }).collect()
}
