//! The administrator's page of the outbox.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::{OFFER_AGAIN, OUTBOX, Waiting};
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/outbox", &OUTBOX, "Messages that wait, were sent or did not go", outbox);
    routes.act("POST", "/outbox/again", &OFFER_AGAIN, "Offers a message again", again);
}

#[derive(Template)]
#[template(path = "people/outbox.html")]
struct OutboxPage {
    shell: Shell,
    messages: Vec<(Waiting, String, String)>,
}

async fn outbox(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let ((name, found), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> { Ok((tx.own_name()?, super::outbox(tx)?)) }).await?;
    let messages = found.into_iter().map(|one| {
        let (at, then) = (who.words.moment(&one.at, &session.zone), who.words.moment(&one.then, &session.zone));
        (one, at, then)
    }).collect();
    page(&OutboxPage { shell: Shell::of(&who, &session, name, who.words.t("menu-outbox")), messages })
}

async fn again(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let id = form.get("notice").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| super::offer_again(tx, id)).await?;
    Ok(see_other("/outbox"))
}
