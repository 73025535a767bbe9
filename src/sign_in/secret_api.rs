//! The JSON API of one's account: what opens one's key, language, how one is reached.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;
use vault::InvitationCode;
use zeroize::Zeroizing;

use super::api::{Opened, opened};
use super::{Lost, SignInError};
use crate::http::{Body, Created, Keys, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::MembershipId;
use crate::texts::Language;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("POST", "/api/v1/sessions/lost", "Signs in with the printed code, under a new passphrase; every other session ends", lost);
    routes.own("GET", "/api/v1/account", "One's account", account);
    routes.own("POST", "/api/v1/account/hats", "Adds a role to one's account with the code of its invitation", join);
    routes.own("PUT", "/api/v1/account/language", "Chooses the language one is written to in", language);
    routes.own("PUT", "/api/v1/account/reach", "Says how one can be reached at work", reach);
    routes.own("PUT", "/api/v1/account/passphrase", "Changes the passphrase; every other session ends", passphrase);
    routes.own("POST", "/api/v1/account/printed-code", "Makes a printed code; the old one counts until two groups of the new one came back", new_code);
    routes.own("POST", "/api/v1/account/printed-code/confirm", "Two groups of the new printed code: the old one counts no more", confirm_code);
    routes.own("POST", "/api/v1/account/authenticator", "Prepares another authenticator; the old one counts until a code of the new one came", new_authenticator);
    routes.own("POST", "/api/v1/account/authenticator/confirm", "A code of the new authenticator: the old one counts no more", confirm_authenticator);
}

shape!(Own { name: String, sign_in_name: String, language: Language, phone: String, hours: String });
shape!(NewPrinted { printed_code: String, groups: [usize; 2] });
shape!(NewApp { otpauth: String });

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LostTold {
    sign_in_name: String,
    printed_code: String,
    one_time_code: String,
    /// The passphrase from now on.
    passphrase: String,
    hat: Option<MembershipId>,
}

async fn lost(app: Data<App>, keys: Data<Keys>, who: Who, Body(told): Body<LostTold>) -> Result<Created<Opened>, Problem> {
    let told = Lost {
        sign_in_name: told.sign_in_name, printed_code: Zeroizing::new(told.printed_code), one_time_code: told.one_time_code, passphrase: Zeroizing::new(told.passphrase), hat: told.hat,
        address: who.address,
    };
    Ok(opened(&keys, &super::recover(&app, told).await?))
}

async fn account(app: Data<App>, who: Who) -> Result<Replies<Own>, Problem> {
    let (account, session) = app.run_as(who.caller(), |tx| tx.own_account()).await?;
    Ok(answer(&Own { name: account.name, sign_in_name: account.sign_in_name, language: session.language, phone: account.work_phone, hours: account.work_hours }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Another {
    /// The code of the invitation.
    code: String,
    /// The second code, for a role that has one.
    second: Option<String>,
}

async fn join(app: Data<App>, who: Who, Body(told): Body<Another>) -> Result<Nothing, Problem> {
    let code = InvitationCode::parse(&told.code).map_err(|_| SignInError::Code)?;
    super::join(&app, who.caller(), code, told.second).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InLanguage {
    language: Language,
}

async fn language(app: Data<App>, who: Who, Body(told): Body<InLanguage>) -> Result<Nothing, Problem> {
    app.run(who.caller(), move |tx| super::choose_language(tx, told.language)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reach {
    phone: String,
    hours: String,
}

async fn reach(app: Data<App>, who: Who, Body(told): Body<Reach>) -> Result<Nothing, Problem> {
    app.run(who.caller(), move |tx| super::set_reach(tx, &told.phone, &told.hours)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Passphrases {
    /// The passphrase till now, or the printed code.
    passphrase: String,
    new_passphrase: String,
}

async fn passphrase(app: Data<App>, who: Who, Body(told): Body<Passphrases>) -> Result<Nothing, Problem> {
    super::change_passphrase(&app, who.caller(), Zeroizing::new(told.passphrase), Zeroizing::new(told.new_passphrase)).await?;
    Ok(nothing())
}

async fn new_code(app: Data<App>, who: Who) -> Result<Created<NewPrinted>, Problem> {
    let made = app.run(who.caller().to_set_up(), super::new_printed_code).await?;
    Ok(json_created(&NewPrinted { printed_code: made.printed.to_string(), groups: made.groups }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Groups {
    /// The two groups asked for, in their order.
    groups: [String; 2],
}

async fn confirm_code(app: Data<App>, who: Who, Body(told): Body<Groups>) -> Result<Nothing, Problem> {
    super::put_on_paper(&app, who.caller(), told.groups).await?;
    Ok(nothing())
}

async fn new_authenticator(app: Data<App>, who: Who) -> Result<Created<NewApp>, Problem> {
    let otpauth = app.run(who.caller().to_set_up(), super::new_authenticator).await?;
    Ok(json_created(&NewApp { otpauth: otpauth.to_string() }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct First {
    one_time_code: String,
}

async fn confirm_authenticator(app: Data<App>, who: Who, Body(told): Body<First>) -> Result<Nothing, Problem> {
    app.run(who.caller().to_set_up(), move |tx| super::confirm_authenticator(tx, &told.one_time_code)).await?;
    Ok(nothing())
}
