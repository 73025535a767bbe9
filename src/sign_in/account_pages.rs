//! The page of one's own account: hats, language, how one is reached, ways to sign in, devices.

use actix_web::{HttpRequest, HttpResponse};
use actix_web::http::header;
use actix_web::web::Data;
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use vault::InvitationCode;
use zeroize::Zeroizing;

use super::pages::{again, language_cookie};
use super::{Device, Ending, Hat, SignInError};
use crate::http::{self, Posted, Problem, Query, Routes, Shell, Who, page, see_other};
use crate::texts::Language;
use crate::tx::{Account, App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/account", "One's account: hats, language, ways to sign in, devices", account);
    routes.own("POST", "/account/hat", "Puts on another hat", wear);
    routes.own("POST", "/account/join", "Adds a role with the code of its invitation", join);
    routes.own("POST", "/account/language", "Chooses the language one is written to in", language);
    routes.own("POST", "/account/reach", "Says how one can be reached at work", reach);
    routes.own("POST", "/account/sessions/end", "Ends one session", end);
    routes.own("POST", "/account/sessions/others", "Signs out on every other device", others);
}

/// What was just changed, to say so.
#[derive(Deserialize, JsonSchema)]
struct Changed {
    changed: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage {
    shell: Shell,
    hats: Vec<Hat>,
    devices: Vec<(Device, String, String)>,
    account: Account,
    /// The language mail is written in.
    language: Language,
    /// The key of a sentence; empty for none.
    changed: &'static str,
    /// What was wrong with a code.
    error: Option<String>,
    /// Whether a code waits in this browser that was typed before signing in.
    code_waits: bool,
    /// Whether who one is was just confirmed.
    confirmed: bool,
}

/// What the page may be told was changed, with the sentence it says.
const CHANGES: [(&str, &str); 6] = [
    ("passphrase", "changed-passphrase"), ("code", "changed-code"), ("authenticator", "changed-authenticator"), ("lost", "changed-lost"), ("set-up", "changed-set-up"),
    ("joined", "changed-joined"),
];

async fn account(app: Data<App>, who: Who, request: HttpRequest, told: Query<Changed>) -> Result<HttpResponse, Problem> {
    let changed = CHANGES.into_iter().find(|(what, _)| told.changed.as_deref() == Some(*what)).map_or("", |(_, key)| key);
    page(&drawn(&app, &who, changed, None, http::kept_code(&request).is_some()).await?)
}

async fn drawn(app: &App, who: &Who, changed: &'static str, error: Option<String>, code_waits: bool) -> Result<AccountPage, Problem> {
    let ((account, hats, devices, confirmed), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> {
        Ok((tx.own_account()?, super::hats(tx)?, super::devices(tx)?, tx.confirmed().is_ok()))
    }).await?;
    let devices = devices.into_iter().map(|device| {
        let (since, seen) = (who.words.moment(&device.since, &session.zone), who.words.moment(&device.seen_at, &session.zone));
        (device, since, seen)
    }).collect();
    Ok(AccountPage {
        shell: Shell::of(who, &session, account.name.clone(), who.words.t("account")), hats, devices, account, language: session.language, changed, error, code_waits, confirmed,
    })
}

/// The code is typed here, or was before signing in; who one is, is confirmed with it where it was not just before.
async fn join(app: Data<App>, who: Who, request: HttpRequest, form: Posted) -> Result<HttpResponse, Problem> {
    let typed = form.some("code").map(|code| (code, form.some("second")));
    let joined = match typed.clone().or_else(|| http::kept_code(&request)) {
        Some((code, second)) => added(&app, &who, &form, &code, second).await,
        None => Err(SignInError::Code),
    };
    match joined {
        Ok(()) => Ok(HttpResponse::SeeOther().cookie(http::forget_code()).insert_header((header::LOCATION, "/account?changed=joined")).finish()),
        Err(why @ (SignInError::Code | SignInError::Failed)) => {
            // A code that does not work is not offered again; one that was never looked at waits on, and so it is typed once.
            let wrong = matches!(why, SignInError::Code);
            let text = if wrong { Problem::from(why).text(&who.words) } else { who.words.t("join-not-confirmed") };
            let mut answer = again(&drawn(&app, &who, "", Some(text), !wrong).await?)?;
            let cookie = if wrong { Some(http::forget_code()) } else { typed.map(|(code, second)| http::keep_code(&code, second.as_deref())) };
            if let Some(cookie) = cookie {
                answer.add_cookie(&cookie).map_err(|why| Refused::Internal(why.to_string()))?;
            }
            Ok(answer)
        }
        Err(why) => Err(why.into()),
    }
}

async fn added(app: &App, who: &Who, form: &Posted, code: &str, second: Option<String>) -> Result<(), SignInError> {
    let code = InvitationCode::parse(code).map_err(|_| SignInError::Code)?;
    if !form.get("passphrase").is_empty() {
        super::step_up(app, who.caller(), Zeroizing::new(form.get("passphrase").to_owned()), form.get("one_time_code").replace(' ', "")).await?;
    }
    super::join(app, who.caller(), code, second).await
}

async fn wear(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let hat = form.get("hat").parse().map_err(|_| Refused::NotFound)?;
    super::wear(&app, who.caller(), hat).await?;
    Ok(see_other("/"))
}

/// The language of mail, and of the pages on this device.
async fn language(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let language = Language::from_code(form.get("language")).ok_or_else(|| Problem::new(422, "faults").at("language", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::choose_language(tx, language)).await?;
    Ok(HttpResponse::SeeOther().cookie(language_cookie(language)).insert_header((header::LOCATION, "/account")).finish())
}

async fn reach(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller(), move |tx| super::set_reach(tx, form.get("phone"), form.get("hours"))).await?;
    Ok(see_other("/account"))
}

async fn end(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let which = form.get("session").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| super::end_session(tx, Ending::One(which))).await?;
    Ok(see_other("/account"))
}

async fn others(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller(), |tx| super::end_session(tx, Ending::Others)).await?;
    Ok(see_other("/account"))
}
