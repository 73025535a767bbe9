//! The page of organisations.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::{ADD, Organisation, SUCCEED};
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/organisations", "The organisations of the bureau", organisations);
    routes.act("POST", "/organisations/successor", &SUCCEED, "Notes that an organisation has ended", succeed);
    routes.act("POST", "/organisations", &ADD, "Adds an organisation", add);
}

#[derive(Template)]
#[template(path = "bureaus/organisations.html")]
struct OrganisationsPage {
    shell: Shell,
    organisations: Vec<Organisation>,
    may_add: bool,
    may_end: bool,
}

async fn organisations(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let ((name, organisations), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> { Ok((tx.own_name()?, super::list(tx)?)) }).await?;
    page(&OrganisationsPage { may_add: session.role.is_some_and(|role| ADD.allows(role)), may_end: session.role.is_some_and(|role| SUCCEED.allows(role)), shell: Shell::of(&who, &session, name, who.words.t("menu-organisations")), organisations })
}

async fn add(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let kind = form.get("kind").parse().map_err(|_| Problem::new(422, "faults").at("kind", "not-an-option"))?;
    let name = form.get("name").to_owned();
    app.run(who.caller(), move |tx| super::add(tx, &name, kind, None)).await?;
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
