//! The JSON API of sign-in: enrolment, sessions, hats.

use actix_web::web::{Data, Path};
use actix_web::HttpRequest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;
use vault::InvitationCode;
use zeroize::Zeroizing;

use super::{Attempt, Ending, Enrolment, SignInError, Tokens};
use crate::http::{Body, Created, Keys, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::access::Role;
use crate::ids::{BureauId, MembershipId, PersonId};
use crate::texts::Language;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("POST", "/api/v1/enrolments", "Checks an invitation code and prepares the account", begin);
    routes.open("POST", "/api/v1/enrolments/finish", "Makes the account: passphrase, one-time codes, keys; opens the session", finish);
    routes.open("POST", "/api/v1/sessions", "Signs in", sign_in);
    routes.open("POST", "/api/v1/sessions/refresh", "A new access and refresh token for an old refresh token", refresh);
    routes.own("GET", "/api/v1/session", "Who is signed in, in which hat", session);
    routes.own("PUT", "/api/v1/session/hat", "Puts on another hat", wear);
    routes.own("POST", "/api/v1/session/step-up", "Confirms who one is, for five minutes", step_up);
    routes.own("DELETE", "/api/v1/session", "Signs out on this device", sign_out);
    routes.own("GET", "/api/v1/sessions", "The devices signed in", devices);
    routes.own("DELETE", "/api/v1/sessions", "Signs out everywhere", sign_out_everywhere);
    routes.own("DELETE", "/api/v1/sessions/others", "Signs out on every other device", sign_out_elsewhere);
    routes.own("DELETE", "/api/v1/sessions/{session}", "Ends one session", end);
}

/// Seconds an access token lasts.
const LASTS: u16 = 600;

shape!(Begins { token: String, otpauth: String, printed_code: String });
/// What a program needs of a session just opened.
#[derive(serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opened {
    access_token: String,
    refresh_token: String,
    unlock_secret: String,
    expires_in: u16,
    wears_hat: bool,
}

shape!(Fresh { access_token: String, refresh_token: String, expires_in: u16 });
shape!(Session {
    person: PersonId, name: String, role: Option<Role>, hat: Option<MembershipId>, bureau: Option<BureauId>, bureau_name: String, practice: bool, unlocked: bool, language: Language,
    hats: Vec<super::Hat>,
});

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Code {
    code: String,
    second: Option<String>,
}

async fn begin(app: Data<App>, Body(told): Body<Code>) -> Result<Created<Begins>, Problem> {
    let code = InvitationCode::parse(&told.code).map_err(|_| SignInError::Code)?;
    let begun = app.run_public(move |tx| super::begin(tx, &code, told.second.as_deref())).await?;
    Ok(json_created(&Begins { token: BASE64.encode(begun.token.as_slice()), otpauth: begun.otpauth.to_string(), printed_code: begun.printed.to_string() }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Finish {
    token: String,
    code: String,
    second: Option<String>,
    sign_in_name: String,
    name: String,
    passphrase: String,
    one_time_code: String,
    language: Language,
}

pub(super) fn opened(keys: &Keys, tokens: &Tokens) -> Created<Opened> {
    json_created(&Opened {
        access_token: keys.access(&tokens.handle), refresh_token: BASE64.encode(tokens.refresh.as_slice()), unlock_secret: BASE64.encode(tokens.unlock.as_slice()),
        expires_in: LASTS, wears_hat: tokens.wears_hat,
    })
}

async fn finish(app: Data<App>, keys: Data<Keys>, Body(told): Body<Finish>) -> Result<Created<Opened>, Problem> {
    let token = Zeroizing::new(BASE64.decode(&told.token).map_err(|_| SignInError::Code)?);
    let code = InvitationCode::parse(&told.code).map_err(|_| SignInError::Code)?;
    let enrolment = Enrolment {
        token, code, second: told.second, sign_in_name: told.sign_in_name, name: told.name, passphrase: Zeroizing::new(told.passphrase), one_time_code: told.one_time_code, language: told.language,
    };
    Ok(opened(&keys, &super::finish(&app, enrolment).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignIn {
    sign_in_name: String,
    passphrase: String,
    one_time_code: String,
    hat: Option<MembershipId>,
}

async fn sign_in(app: Data<App>, keys: Data<Keys>, who: Who, Body(told): Body<SignIn>) -> Result<Created<Opened>, Problem> {
    let attempt = Attempt { sign_in_name: told.sign_in_name, passphrase: Zeroizing::new(told.passphrase), one_time_code: told.one_time_code, hat: told.hat, address: who.address };
    Ok(opened(&keys, &super::sign_in(&app, attempt).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Refresh {
    refresh_token: String,
}

async fn refresh(app: Data<App>, keys: Data<Keys>, request: HttpRequest, Body(told): Body<Refresh>) -> Result<Created<Fresh>, Problem> {
    let bearer = request.headers().get("authorization").and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer ")).and_then(|token| keys.read(token));
    let handle = bearer.ok_or(SignInError::Ended)?.handle;
    let old = Zeroizing::new(BASE64.decode(&told.refresh_token).map_err(|_| SignInError::Ended)?);
    let fresh = super::refresh(&app, old).await?;
    Ok(json_created(&Fresh { access_token: keys.access(&handle), refresh_token: BASE64.encode(fresh.as_slice()), expires_in: LASTS }))
}

async fn session(app: Data<App>, who: Who) -> Result<Replies<Session>, Problem> {
    let ((name, hats), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> { Ok((tx.own_name()?, super::hats(tx)?)) }).await?;
    Ok(answer(&Session {
        unlocked: session.unlocked(), person: session.person, name, role: session.role, hat: session.membership, bureau: session.bureau, bureau_name: session.bureau_name,
        practice: session.practice, language: session.language, hats,
    }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wear {
    hat: MembershipId,
}

async fn wear(app: Data<App>, who: Who, Body(told): Body<Wear>) -> Result<Nothing, Problem> {
    super::wear(&app, who.caller(), told.hat).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StepUp {
    passphrase: String,
    one_time_code: String,
}

async fn step_up(app: Data<App>, who: Who, Body(told): Body<StepUp>) -> Result<Nothing, Problem> {
    super::step_up(&app, who.caller(), Zeroizing::new(told.passphrase), told.one_time_code).await?;
    Ok(nothing())
}

async fn sign_out(app: Data<App>, who: Who) -> Result<Nothing, Problem> {
    app.run(who.caller().to_set_up(), |tx| super::end_session(tx, Ending::This)).await?;
    Ok(nothing())
}

async fn devices(app: Data<App>, who: Who) -> Result<Replies<Vec<super::Device>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::devices).await?))
}

async fn sign_out_everywhere(app: Data<App>, who: Who) -> Result<Nothing, Problem> {
    app.run(who.caller().to_set_up(), |tx| super::end_session(tx, Ending::All)).await?;
    Ok(nothing())
}

async fn sign_out_elsewhere(app: Data<App>, who: Who) -> Result<Nothing, Problem> {
    app.run(who.caller(), |tx| super::end_session(tx, Ending::Others)).await?;
    Ok(nothing())
}

async fn end(app: Data<App>, who: Who, session: Path<Uuid>) -> Result<Nothing, Problem> {
    let which = session.into_inner();
    app.run(who.caller(), move |tx| super::end_session(tx, Ending::One(which))).await?;
    Ok(nothing())
}
