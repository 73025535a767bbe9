//! Pages that say how Lering works: accessibility, who sees what, whom to talk to.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::http::{Problem, Routes, Shell, Who, page};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/about/{page}", "Accessibility, and who sees what", about);
    routes.open("GET", "/talk", "Whom to talk to", talk);
}

#[derive(Template)]
#[template(path = "desk/about.html")]
struct AboutPage {
    shell: Shell,
    texts: Vec<String>,
}

/// The frame of whoever is signed in, or of a page without a session.
pub(super) async fn framed(app: &App, who: &Who, title: &str) -> Shell {
    let title = who.words.t(title);
    match app.run_as(who.caller(), |tx| -> Result<String, Refused> { tx.own_name() }).await {
        Ok((name, session)) => Shell::of(who, &session, name, title),
        Err(_) => Shell::public(who, title),
    }
}

async fn shown(app: &App, who: &Who, key: &str) -> Result<HttpResponse, Problem> {
    let shell = framed(app, who, &format!("{key}-title")).await;
    let texts = (1..=4).map(|number| format!("{key}-{number}")).map(|key| shell.w.t(&key)).collect();
    page(&AboutPage { shell, texts })
}

#[derive(Template)]
#[template(path = "desk/keys.html")]
struct KeysPage {
    shell: Shell,
}

async fn about(app: Data<App>, who: Who, name: Path<String>) -> Result<HttpResponse, Problem> {
    match name.as_str() {
        "accessibility" => shown(&app, &who, "about-accessibility").await,
        "privacy" => shown(&app, &who, "about-privacy").await,
        "keys" => page(&KeysPage { shell: framed(&app, &who, "keys").await }),
        "retention" => super::keeping::table(&app, &who).await,
        _ => Err(Refused::NotFound.into()),
    }
}

async fn talk(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    shown(&app, &who, "about-talk").await
}
