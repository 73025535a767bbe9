//! The pages of organisations, and of the bureau's own settings.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::{ADD, CHANGE, Change, SUCCEED, Settings};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::OrganisationId;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/organisations", "The organisations of the bureau", organisations);
    routes.act("POST", "/organisations/successor", &SUCCEED, "Notes that an organisation has ended", succeed);
    routes.act("POST", "/organisations", &ADD, "Adds an organisation", add);
    routes.own("GET", "/bureau", "How the bureau is reached", settings);
    routes.act("POST", "/bureau", &CHANGE, "Changes name, telephone and neutral site of the bureau", change);
}

#[derive(Template)]
#[template(path = "bureaus/organisations.html")]
struct OrganisationsPage {
    shell: Shell,
    /// With what each is called, so that two of one name are told apart.
    organisations: Vec<(OrganisationId, String)>,
    /// Codes of the kinds, with their names.
    kinds: Vec<(i64, String)>,
    may_add: bool,
    may_end: bool,
}

async fn organisations(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let ((organisations, kinds), shell, session) = framed(&app, &who, |_, _| who.words.t("menu-organisations"), |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        Ok((super::list(tx)?, super::kinds(tx)))
    }).await?;
    let kinds = kinds.into_iter().map(|kind| (kind.code, kind.label.get(shell.w.code()).to_owned())).collect();
    let organisations = organisations.iter().map(|one| (one.id, one.called(&shell.w))).collect();
    page(&OrganisationsPage { may_add: session.role.is_some_and(|role| ADD.allows(role)), may_end: session.role.is_some_and(|role| SUCCEED.allows(role)), shell, organisations, kinds })
}

async fn add(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let kind = form.get("kind").parse().map_err(|_| Problem::new(422, "faults").at("kind", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::add(tx, (form.get("name"), form.get("place")), kind, None)).await?;
    Ok(see_other("/organisations"))
}

async fn succeed(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let fault = |field: &str, rule: &str| Problem::new(422, "faults").at(field, rule);
    let id = form.get("ended").parse().map_err(|_| fault("ended", "not-an-option"))?;
    let by = form.get("by").parse().map_err(|_| fault("by", "not-an-option"))?;
    let on = form.get("on").parse().map_err(|_| fault("on", "impossible-date"))?;
    app.run(who.caller(), move |tx| super::succeed(tx, id, by, on)).await?;
    Ok(see_other("/organisations"))
}

#[derive(Template)]
#[template(path = "bureaus/settings.html")]
struct SettingsPage {
    shell: Shell,
    settings: Settings,
    may_change: bool,
}

async fn settings(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let (settings, shell, session) = framed(&app, &who, |_, _| who.words.t("menu-bureau"), super::settings).await?;
    page(&SettingsPage { may_change: session.role.is_some_and(|role| CHANGE.allows(role)), shell, settings })
}

async fn change(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let told = Change { name: form.get("name").to_owned(), phone: form.get("phone").to_owned(), neutral_site: form.get("neutral_site").to_owned() };
    app.run(who.caller(), move |tx| super::change(tx, &told)).await?;
    Ok(see_other("/bureau"))
}
