//! The pages where one changes what opens one's key, and the way back in for who lost the passphrase.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use zeroize::Zeroizing;

use super::pages::{again, entered, shown_secret};
use super::suggest::suggested;
use super::{Lost, LostTelephone, SignInError};
use crate::http::{self, Keys, Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::tx::{App, Refusal, Refused, SetUp};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/account/passphrase", "Where one chooses another passphrase", passphrase_page);
    routes.own("POST", "/account/passphrase", "Changes the passphrase; every other session ends", passphrase);
    routes.own("GET", "/account/code", "Where one makes another printed code", code_page);
    routes.own("POST", "/account/code", "Makes a printed code and shows it once; the old one still counts", new_code);
    routes.own("GET", "/account/code/check", "Asks for two groups of the new printed code", check_page);
    routes.own("POST", "/account/code/check", "The new printed code is on paper: the old one counts no more", check);
    routes.own("GET", "/account/authenticator", "Where one puts the account in another authenticator", authenticator_page);
    routes.own("POST", "/account/authenticator", "Prepares another authenticator; the old one still counts", new_authenticator);
    routes.own("POST", "/account/authenticator/confirm", "The new authenticator works: the old one counts no more", confirm_authenticator);
    routes.open("GET", "/sign-in/lost", "The way back in with the printed code", lost_page);
    routes.open("POST", "/sign-in/lost", "Signs in with the printed code: under a new passphrase, or to set up another authenticator", lost);
}

/// The frame of whoever is signed in and just confirmed who they are, and what they set up before anything else opens. Then the frame is one from
/// before signing in: none of its links would lead anywhere yet.
async fn framed_to_set_up(app: &App, who: &Who, title: &str) -> Result<(Shell, Option<SetUp>), Problem> {
    let (name, session) = app.run_as(who.caller().to_set_up(), |tx| -> Result<_, Refused> {
        tx.confirmed()?;
        tx.private_key()?;
        tx.own_name()
    }).await?;
    if session.sets_up.is_some() {
        return Ok((Shell::public(who, who.words.t(title)).leaving(), session.sets_up));
    }
    Ok((Shell::of(who, &session, name, who.words.t(title)).under([("/account".to_owned(), who.words.t("account"))]), None))
}

/// As [`framed_to_set_up`], for what opens to who signed in only.
async fn framed(app: &App, who: &Who, title: &str) -> Result<Shell, Problem> {
    match framed_to_set_up(app, who, title).await? {
        (shell, None) => Ok(shell),
        (_, Some(_)) => Err(Refused::SetUpFirst.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/passphrase.html")]
struct PassphrasePage {
    shell: Shell,
    suggested: String,
    error: Option<String>,
}

async fn passphrase_page(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let shell = framed(&app, &who, "change-passphrase").await?;
    page(&PassphrasePage { suggested: suggested(shell.w.language), shell, error: None })
}

async fn passphrase(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let [old, new] = ["passphrase", "new_passphrase"].map(|field| Zeroizing::new(form.get(field).to_owned()));
    let error = match super::change_passphrase(&app, who.caller(), old, new).await {
        Ok(()) => return Ok(see_other("/account?changed=passphrase")),
        Err(SignInError::Failed) => who.words.t("passphrase-wrong"),
        Err(why @ (SignInError::Weak | SignInError::Refused(Refused::TooMany { .. }))) => Problem::from(why).text(&who.words),
        Err(why) => return Err(why.into()),
    };
    let shell = framed(&app, &who, "change-passphrase").await?;
    again(&PassphrasePage { suggested: suggested(shell.w.language), shell, error: Some(error) })
}

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage {
    shell: Shell,
    /// The new code, shown once; empty before it is made.
    printed: String,
    /// Whether one was made that still waits for its two groups.
    waits: bool,
    /// Whether nothing else opens before.
    sets_up: bool,
}

async fn code_page(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let (shell, set_up) = framed_to_set_up(&app, &who, "change-code").await?;
    let waits = app.run(who.caller().to_set_up(), super::awaited_groups).await?.is_some();
    page(&CodePage { shell, printed: String::new(), waits, sets_up: set_up.is_some() })
}

async fn new_code(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    let made = app.run(who.caller().to_set_up(), super::new_printed_code).await?;
    let (shell, set_up) = framed_to_set_up(&app, &who, "change-code").await?;
    page(&CodePage { shell, printed: made.printed.to_string(), waits: true, sets_up: set_up.is_some() })
}

#[derive(Template)]
#[template(path = "sign_in/code_check.html")]
struct CheckPage {
    shell: Shell,
    error: Option<String>,
    groups: [usize; 2],
}

async fn drawn_check(app: &App, who: &Who) -> Result<Option<CheckPage>, Problem> {
    let (shell, _) = framed_to_set_up(app, who, "check-code").await?;
    let groups = app.run(who.caller().to_set_up(), super::awaited_groups).await?;
    Ok(groups.map(|groups| CheckPage { shell, error: None, groups }))
}

async fn check_page(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    // Half an hour later the new code is forgotten, and another one is made.
    match drawn_check(&app, &who).await? {
        Some(drawn) => page(&drawn),
        None => Ok(see_other("/account/code")),
    }
}

async fn check(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let typed = ["first", "second"].map(|field| form.get(field).to_owned());
    match super::put_on_paper(&app, who.caller(), typed).await {
        Ok(last) => Ok(see_other(if last { "/account?changed=set-up" } else { "/account?changed=code" })),
        Err(why @ Refused::Faults(_)) => {
            let error = why.faults().first().map(|fault| fault.text(&who.words));
            match drawn_check(&app, &who).await? {
                Some(drawn) => again(&CheckPage { error, ..drawn }),
                None => Ok(see_other("/account/code")),
            }
        }
        Err(why) => Err(why.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/authenticator.html")]
struct AuthenticatorPage {
    shell: Shell,
    error: Option<String>,
    /// Square, key and link of the one that waits for its first code; all empty before it is prepared.
    picture: String,
    secret: String,
    otpauth: String,
    /// Whether nothing else opens before.
    sets_up: bool,
}

async fn drawn_authenticator(app: &App, who: &Who, error: Option<String>) -> Result<AuthenticatorPage, Problem> {
    let (shell, set_up) = framed_to_set_up(app, who, "change-authenticator").await?;
    let sets_up = set_up.is_some();
    let Some(otpauth) = app.run(who.caller().to_set_up(), super::awaited_authenticator).await? else {
        return Ok(AuthenticatorPage { shell, error, picture: String::new(), secret: String::new(), otpauth: String::new(), sets_up });
    };
    Ok(AuthenticatorPage { shell, error, picture: http::qr(&otpauth)?, secret: shown_secret(&otpauth), otpauth: otpauth.to_string(), sets_up })
}

async fn authenticator_page(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let (_, set_up) = framed_to_set_up(&app, &who, "change-authenticator").await?;
    // The new one stands: the printed code is what is left.
    if set_up == Some(SetUp::PrintedCode) {
        return Ok(see_other("/account/code"));
    }
    page(&drawn_authenticator(&app, &who, None).await?)
}

async fn new_authenticator(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller().to_set_up(), super::new_authenticator).await?;
    Ok(see_other("/account/authenticator"))
}

async fn confirm_authenticator(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let code = form.get("one_time_code").to_owned();
    match app.run_as(who.caller().to_set_up(), move |tx| super::confirm_authenticator(tx, &code)).await {
        Ok(((), session)) => Ok(see_other(if session.sets_up.is_some() { "/account/code" } else { "/account?changed=authenticator" })),
        Err(why @ SignInError::OneTimeCode) => again(&drawn_authenticator(&app, &who, Some(Problem::from(why).text(&who.words))).await?),
        Err(why) => Err(why.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in/lost.html")]
struct LostPage {
    shell: Shell,
    suggested: String,
    error: Option<String>,
    /// Whether it is the telephone that is lost: which of the two forms was sent.
    telephone: bool,
    name: String,
    printed: String,
}

/// The page as it was sent, with what went wrong.
fn sent_again(who: &Who, form: &Posted, error: String) -> Result<HttpResponse, Problem> {
    again(&LostPage {
        suggested: suggested(who.words.language), shell: Shell::public(who, who.words.t("lost")), error: Some(error), telephone: form.get("lost") == "telephone", name: form.get("name").to_owned(),
        printed: form.get("printed_code").to_owned(),
    })
}

async fn lost_page(who: Who) -> Result<HttpResponse, Problem> {
    page(&LostPage { suggested: suggested(who.words.language), shell: Shell::public(&who, who.words.t("lost")), error: None, telephone: false, name: String::new(), printed: String::new() })
}

/// Who lost the telephone comes in by passphrase and printed code, and sets up another authenticator at once.
async fn lost_telephone(app: &App, keys: &Keys, who: &Who, form: &Posted) -> Result<HttpResponse, Problem> {
    let told = LostTelephone {
        sign_in_name: form.get("name").to_owned(), passphrase: Zeroizing::new(form.get("passphrase").to_owned()), printed_code: Zeroizing::new(form.get("printed_code").to_owned()),
        address: who.address.clone(),
    };
    match super::without_authenticator(app, told).await {
        Ok(tokens) => Ok(entered(keys, &tokens, "/account/authenticator")),
        Err(SignInError::Failed) => sent_again(who, form, who.words.t("lost-telephone-failed")),
        Err(why) if why.status() < 500 => sent_again(who, form, Problem::from(why).text(&who.words)),
        Err(why) => Err(why.into()),
    }
}

async fn lost(app: Data<App>, keys: Data<Keys>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    if form.get("lost") == "telephone" {
        return lost_telephone(&app, &keys, &who, &form).await;
    }
    let told = Lost {
        sign_in_name: form.get("name").to_owned(), printed_code: Zeroizing::new(form.get("printed_code").to_owned()), one_time_code: form.get("one_time_code").to_owned(),
        passphrase: Zeroizing::new(form.get("new_passphrase").to_owned()), hat: None, address: who.address.clone(),
    };
    let error = match super::recover(&app, told).await {
        Ok(tokens) => return Ok(entered(&keys, &tokens, "/account?changed=lost")),
        Err(SignInError::Failed) => who.words.t("lost-failed"),
        Err(why) if why.status() < 500 => Problem::from(why).text(&who.words),
        Err(why) => return Err(why.into()),
    };
    sent_again(&who, &form, error)
}
