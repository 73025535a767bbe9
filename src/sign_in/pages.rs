//! The pages of sign-in: they work without scripts, and say the same whatever was wrong.

use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::web::{Data, Path};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use vault::InvitationCode;
use zeroize::Zeroizing;

use super::suggest::suggested;
use super::{Attempt, Ending, Enrolment, SignInError, Tokens};
use crate::access::Role;
use crate::http::{self, Keys, Posted, Problem, Query, Routes, Shell, Who, ours, page, page_or_refused, see_other};
use crate::texts::Language;
use crate::tx::{App, NEUTRAL, Refusal, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/", "Leads to where one's work is", home);
    routes.open("GET", "/language/{code}", "Chooses a language on this device", language);
    routes.open("GET", "/sign-in", "The sign-in page", sign_in_page);
    routes.open("POST", "/sign-in", "Signs in", sign_in);
    routes.open("GET", "/welcome", "Where a code from a letter is typed", welcome_page);
    routes.open("POST", "/welcome", "Checks the code and shows what to keep", welcome);
    routes.open("POST", "/welcome/finish", "Makes the account", finish);
    routes.own("GET", "/unlock", "Asks for the passphrase that opens one's key", unlock_page);
    routes.own("POST", "/unlock", "Opens one's key", unlock);
    routes.own("POST", "/lock", "Forgets the key, keeps the session", lock);
    routes.own("POST", "/step-up", "Confirms who one is", step_up);
    routes.own("POST", "/sign-out", "Signs out", sign_out);
    routes.own("POST", "/sign-out-everywhere", "Signs out on every device", sign_out_everywhere);
    routes.open("GET", "/leave", "Ends the session and leads to a neutral site", leave);
    super::look::routes(routes);
    routes.own("GET", "/parked", "Texts that came when the session had ended", parked);
    routes.own("POST", "/parked/back", "Sends a parked text where it was going, and keeps it no longer", put_back);
    routes.own("POST", "/parked/discard", "Throws a parked text away", discard);
}

/// Whether what is parked waits till later.
#[derive(Deserialize, JsonSchema)]
struct Home {
    #[serde(default)]
    later: bool,
    /// Whether the account was made just now.
    #[serde(default)]
    first: bool,
}

async fn home(app: Data<App>, who: Who, home: Query<Home>) -> Result<HttpResponse, Problem> {
    if !who.signed_in() {
        return Ok(see_other("/sign-in"));
    }
    let (waiting, session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> {
        if tx.private_key().is_err() { return Ok(0) }
        Ok(super::parked(tx)?.len())
    }).await?;
    if waiting > 0 && !home.later {
        return Ok(see_other("/parked"));
    }
    let to = session.role.map_or("/account", |role| role.landing());
    // A relative is asked once, at the start, what they alone choose.
    Ok(see_other(&if home.first && session.role == Some(Role::Relative) { format!("{to}?first=true") } else { to.to_owned() }))
}

#[derive(Deserialize, JsonSchema)]
struct To {
    to: Option<String>,
    #[serde(default)]
    parked: String,
}

async fn language(code: Path<String>, to: Query<To>) -> Result<HttpResponse, Problem> {
    let language = Language::from_code(&code).unwrap_or_default();
    Ok(HttpResponse::SeeOther().cookie(language_cookie(language)).insert_header((header::LOCATION, ours(to.to.as_deref()))).finish())
}

/// The language of this device.
pub(super) fn language_cookie(language: Language) -> Cookie<'static> {
    let mut cookie = Cookie::build(http::LANGUAGE, language.code()).path("/").same_site(SameSite::Lax).finish();
    cookie.make_permanent();
    cookie
}

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage {
    shell: Shell,
    error: Option<String>,
    name: String,
    to: String,
    parked: bool,
}

async fn sign_in_page(who: Who, to: Query<To>) -> Result<HttpResponse, Problem> {
    page(&SignInPage { shell: Shell::public(&who, who.words.t("sign-in")).leaving(), error: None, name: String::new(), to: ours(to.to.as_deref()), parked: to.parked == "yes" })
}

/// A form's page once more, with what was wrong.
pub(super) fn again(template: &impl Template) -> Result<HttpResponse, Problem> {
    page_or_refused(template, true)
}

pub(super) fn entered(keys: &Keys, tokens: &Tokens, to: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    for cookie in http::signed_in(keys, &tokens.handle, &tokens.refresh, &tokens.unlock) {
        answer.cookie(cookie);
    }
    answer.insert_header((header::LOCATION, to)).finish()
}

async fn sign_in(app: Data<App>, keys: Data<Keys>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let attempt = Attempt {
        sign_in_name: form.get("name").to_owned(), passphrase: Zeroizing::new(form.get("passphrase").to_owned()), one_time_code: form.get("code").replace(' ', ""),
        hat: None, address: who.address.clone(),
    };
    match super::sign_in(&app, attempt).await {
        Ok(tokens) => {
            // With several hats the account page asks for one.
            let to = if tokens.wears_hat { ours(Some(form.get("to"))) } else { "/account".to_owned() };
            Ok(entered(&keys, &tokens, &to))
        }
        Err(why) if why.status() < 500 => {
            let error = Problem::from(why).text(&who.words);
            let drawn = SignInPage { shell: Shell::public(&who, who.words.t("sign-in")).leaving(), error: Some(error), name: form.get("name").to_owned(), to: ours(Some(form.get("to"))), parked: false };
            again(&drawn)
        }
        Err(why) => Err(why.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/welcome.html")]
struct WelcomePage {
    shell: Shell,
    error: Option<String>,
    /// The codes as they were typed: whoever mistyped one sign does not type all of it again.
    code: String,
    second: String,
}

async fn welcome_page(who: Who) -> Result<HttpResponse, Problem> {
    page(&WelcomePage { shell: Shell::public(&who, who.words.t("welcome")).leaving(), error: None, code: String::new(), second: String::new() })
}

#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
struct EnrolPage {
    shell: Shell,
    suggested: String,
    error: Option<String>,
    /// The field the error is about.
    at: &'static str,
    token: String,
    code: String,
    second: String,
    otpauth: String,
    secret: String,
    picture: String,
    printed: String,
    sign_in_name: String,
    name: String,
}

pub(super) fn shown_secret(otpauth: &str) -> String {
    otpauth.split("secret=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default().as_bytes().chunks(4)
        .map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>().join(" ")
}

/// The page once more, with the codes as they were typed.
fn mistyped(who: &Who, form: &Posted, why: SignInError) -> Result<HttpResponse, Problem> {
    let error = Problem::from(why).text(&who.words);
    again(&WelcomePage { shell: Shell::public(who, who.words.t("welcome")).leaving(), error: Some(error), code: form.get("code").to_owned(), second: form.get("second").to_owned() })
}

/// Who has an account signs in first; the code waits in this browser, and is offered on the page of the account.
async fn has_account(app: &App, who: &Who, form: &Posted) -> Result<HttpResponse, Problem> {
    let second = form.some("second");
    let works = match InvitationCode::parse(form.get("code")) {
        Ok(code) => { let second = second.clone(); app.run_public(move |tx| super::works(tx, &code, second.as_deref())).await }
        Err(_) => Err(SignInError::Code),
    };
    if let Err(why) = works {
        return mistyped(who, form, why);
    }
    let to = if who.signed_in() { "/account" } else { "/sign-in?to=/account" };
    Ok(HttpResponse::SeeOther().cookie(http::keep_code(form.get("code"), second.as_deref())).insert_header((header::LOCATION, to)).finish())
}

async fn welcome(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    if form.get("has_account") == "yes" {
        return has_account(&app, &who, &form).await;
    }
    let second = form.some("second");
    let tried = match InvitationCode::parse(form.get("code")) {
        Ok(code) => { let second = second.clone(); app.run_public(move |tx| super::begin(tx, &code, second.as_deref())).await }
        Err(_) => Err(SignInError::Code),
    };
    match tried {
        Ok(begun) => page(&EnrolPage {
            suggested: suggested(who.words.language), shell: Shell::public(&who, who.words.t("welcome")).leaving(), error: None, at: "", token: BASE64.encode(begun.token.as_slice()), code: form.get("code").to_owned(),
            second: second.unwrap_or_default(), secret: shown_secret(&begun.otpauth), picture: http::qr(&begun.otpauth)?, otpauth: begun.otpauth.to_string(),
            printed: begun.printed.to_string(), sign_in_name: String::new(), name: String::new(),
        }),
        Err(why) => mistyped(&who, &form, why),
    }
}

async fn finish(app: Data<App>, keys: Data<Keys>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let enrolment = Enrolment {
        token: Zeroizing::new(BASE64.decode(form.get("token")).map_err(|_| SignInError::Code)?), code: InvitationCode::parse(form.get("code")).map_err(|_| SignInError::Code)?,
        second: form.some("second"), sign_in_name: form.get("sign_in_name").to_owned(), name: form.get("name").to_owned(), passphrase: Zeroizing::new(form.get("passphrase").to_owned()),
        one_time_code: form.get("one_time_code").replace(' ', ""), language: who.words.language,
    };
    match super::finish(&app, enrolment).await {
        Ok(tokens) => Ok(entered(&keys, &tokens, if tokens.wears_hat { "/?first=true" } else { "/account" })),
        Err(why) if matches!(why, SignInError::Weak | SignInError::OneTimeCode) => {
            let at = if matches!(why, SignInError::OneTimeCode) { "one_time_code" } else { "passphrase" };
            let error = Problem::from(why).text(&who.words);
            let otpauth = form.get("otpauth").to_owned();
            again(&EnrolPage {
                suggested: suggested(who.words.language), shell: Shell::public(&who, who.words.t("welcome")).leaving(), error: Some(error), at, token: form.get("token").to_owned(), code: form.get("code").to_owned(),
                second: form.get("second").to_owned(), secret: shown_secret(&otpauth), picture: http::qr(&otpauth)?, otpauth, printed: form.get("printed").to_owned(),
                sign_in_name: form.get("sign_in_name").to_owned(), name: form.get("name").to_owned(),
            })
        }
        Err(why) => Err(why.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/unlock.html")]
struct UnlockPage {
    shell: Shell,
    error: Option<String>,
    to: String,
}

async fn unlock_page(app: Data<App>, who: Who, to: Query<To>) -> Result<HttpResponse, Problem> {
    let (name, session) = app.run_as(who.caller().to_set_up(), |tx| tx.own_name()).await?;
    page(&UnlockPage { shell: Shell::of(&who, &session, name, who.words.t("unlock")), error: None, to: ours(to.to.as_deref()) })
}

async fn unlock(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    match super::unlock(&app, who.caller().to_set_up(), Zeroizing::new(form.get("passphrase").to_owned())).await {
        Ok(secret) => Ok(HttpResponse::SeeOther().cookie(http::unlocked(&secret)).insert_header((header::LOCATION, ours(Some(form.get("to"))))).finish()),
        Err(why) if why.status() < 500 && why.kind() != "no-session" => {
            let error = Problem::from(why).text(&who.words);
            let (name, session) = app.run_as(who.caller().to_set_up(), |tx| tx.own_name()).await?;
            again(&UnlockPage { shell: Shell::of(&who, &session, name, who.words.t("unlock")), error: Some(error), to: ours(Some(form.get("to"))) })
        }
        Err(why) => Err(why.into()),
    }
}

async fn lock(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller(), super::lock).await?;
    Ok(see_other("/unlock"))
}

async fn step_up(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    super::step_up(&app, who.caller(), Zeroizing::new(form.get("passphrase").to_owned()), form.get("code").replace(' ', "")).await?;
    Ok(see_other(&ours(Some(form.get("to")))))
}

/// A link, so that it works without scripts and in a hurry. Strict cookies: another site's link ends nobody's session.
async fn leave(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let neutral = match app.run_as(who.caller().to_set_up(), |tx| super::end_session(tx, Ending::This)).await {
        Ok((_, session)) => session.neutral_site,
        // Whoever has no session any more leaves all the same.
        Err(why) => {
            tracing::debug!(kind = why.kind(), "left without a session");
            NEUTRAL.to_owned()
        }
    };
    Ok(left(&neutral))
}

fn left(to: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    for cookie in http::signed_out() {
        answer.cookie(cookie);
    }
    answer.insert_header((header::LOCATION, to)).insert_header(("Clear-Site-Data", "\"cache\"")).finish()
}

async fn sign_out(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller().to_set_up(), |tx| super::end_session(tx, Ending::This)).await?;
    Ok(left("/sign-in"))
}

async fn sign_out_everywhere(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller().to_set_up(), |tx| super::end_session(tx, Ending::All)).await?;
    Ok(left("/sign-in"))
}

/// A text that waits for its author.
struct Waiting {
    id: String,
    at: String,
    fields: Vec<(String, String)>,
    /// What of the fields somebody typed.
    shown: Vec<String>,
    /// The page where one goes on typing, of a form that was never sent.
    page: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/parked.html")]
struct ParkedPage {
    shell: Shell,
    texts: Vec<Waiting>,
}

/// What waits, and the frame of a page about it.
async fn waiting(app: &App, who: &Who, title: &str) -> Result<(Vec<Waiting>, Shell), Problem> {
    let ((name, found), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> { Ok((tx.own_name()?, super::parked(tx)?)) }).await?;
    // Two of one minute have two names.
    let several = found.len() > 1;
    let named = |number: usize, moment: String| if several { format!("{number}. {moment}") } else { moment };
    let texts = (1..).zip(found).map(|(number, (id, at, form))| Waiting { id: id.to_string(), at: named(number, who.words.moment(&at, &session.zone)), shown: http::typed(&form.path, &form.fields, &app.parts().config.forms), fields: form.fields, page: form.page }).collect();
    Ok((texts, Shell::of(who, &session, name, who.words.t(title))))
}

async fn parked(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let (texts, shell) = waiting(&app, &who, "parked").await?;
    page(&ParkedPage { shell, texts })
}

/// Which parked text; not in the form, since that goes on as it came.
#[derive(Deserialize, JsonSchema)]
struct Which {
    text: uuid::Uuid,
}

/// The browser sends the same form on to where it was going (RFC 9110, section 15.4.8): whatever is wrong with it is said there.
async fn put_back(app: Data<App>, who: Who, which: Query<Which>, _form: Posted) -> Result<HttpResponse, Problem> {
    let path = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let (id, _, form) = super::parked(tx)?.into_iter().find(|(id, _, form)| *id == which.text && form.page.is_none()).ok_or(Refused::NotFound)?;
        super::unpark(tx, id)?;
        Ok(form.path)
    }).await?;
    // A draft that came too late is saved as what it was: one's text.
    let to = ours(Some(path.strip_suffix("/draft").unwrap_or(&path)));
    Ok(HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, to)).finish())
}

#[derive(Template)]
#[template(path = "sign_in/parked_discard.html")]
struct DiscardPage {
    shell: Shell,
    text: Waiting,
}

/// What is thrown away is gone for good: it is shown once more before it is.
async fn discard(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let id: uuid::Uuid = form.get("id").parse().map_err(|_| Refused::NotFound)?;
    if form.get("_sure") != "true" {
        let (texts, shell) = waiting(&app, &who, "parked-discard-ask").await?;
        return match texts.into_iter().find(|text| text.id == id.to_string()) {
            Some(text) => page(&DiscardPage { shell, text }),
            None => Ok(see_other("/parked")),
        };
    }
    app.run(who.caller(), move |tx| super::unpark(tx, id)).await?;
    Ok(see_other("/"))
}
