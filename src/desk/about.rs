//! Pages that say how Lering works: accessibility, who sees what, whom to talk to.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use calendar::Term;

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
async fn framed(app: &App, who: &Who, title: &str) -> Shell {
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
        "retention" => retention(&app, &who).await,
        _ => Err(Refused::NotFound.into()),
    }
}

#[derive(Template)]
#[template(path = "desk/retention.html")]
struct RetentionPage {
    shell: Shell,
    rows: Vec<(String, String)>,
}

/// What is kept how long: what a profile says is taken from the profile.
async fn retention(app: &App, who: &Who) -> Result<HttpResponse, Problem> {
    let shell = framed(app, who, "retention").await;
    let w = shell.w;
    let term = |term: Term| match term {
        Term::Days(count) => w.a("days", "count", count),
        Term::Weeks(count) => w.a("weeks", "count", count),
        Term::WorkingDays(count) => w.a("working-days", "count", count),
        Term::Months(count) => w.a("months", "count", count),
    };
    let mut rows: Vec<(String, String)> = app.parts().config.profiles.iter().map(|(id, profile)| {
        let name = profile.name.get(w.code()).or_else(|| profile.name.get("nl")).cloned().unwrap_or_else(|| id.clone());
        (w.a("retention-reflection", "profile", name), w.a("retention-reflection-until", "term", term(profile.terms.shred_reflections)))
    }).collect();
    rows.extend(["released", "draft", "parked", "code", "session", "log"].map(|what| (w.t(&format!("retention-{what}")), w.t(&format!("retention-{what}-until")))));
    page(&RetentionPage { shell, rows })
}

async fn talk(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    shown(&app, &who, "about-talk").await
}
