//! Pages that say how Lering works: accessibility, who sees what, whom to talk to.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::access::Role;
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/about/{page}", "Accessibility, and who sees what", about);
    routes.open("GET", "/support", "People to talk to, by country and island", support);
    routes.open("GET", "/help", "Help for the role worn, or for who is not signed in", help);
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

/// A place with its numbers: heading, lines.
type Numbers = (&'static str, &'static [&'static str]);

/// Where people can call, as keys of texts. Only numbers that stand in a public register of their own.
const SUPPORT: [Numbers; 3] = [
    ("support-danger", &["support-112", "support-911"]),
    ("support-nl", &["support-victims", "support-home", "support-listen", "support-children", "support-suicide"]),
    ("support-bes", &["support-bonaire", "support-statia", "support-saba"]),
];

#[derive(Template)]
#[template(path = "desk/support.html")]
struct SupportPage {
    shell: Shell,
    places: [Numbers; 3],
    /// The caller's bureau; empty where it is not known.
    bureau: String,
}

async fn support(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let bureau = if who.signed_in() { app.run(who.caller(), |tx| tx.bureau_phone()).await.unwrap_or_default() } else { String::new() };
    page(&SupportPage { shell: framed(&app, &who, "talk").await.leaving(), places: SUPPORT, bureau })
}

#[derive(Template)]
#[template(path = "desk/help.html")]
struct HelpPage {
    shell: Shell,
    /// Whose help comes first: keys of question and answer.
    own: Vec<(String, String)>,
    general: Vec<(String, String)>,
}

/// Which questions a role asks first.
fn help_of(role: Role) -> &'static str {
    match role {
        Role::Relative | Role::Supporter => "relative",
        Role::Contact | Role::Author | Role::Approver => "partner",
        Role::Coordinator | Role::Secretary | Role::Chair | Role::PanelMember => "case",
        Role::Researcher | Role::AccessCommittee | Role::OutputChecker => "register",
        Role::Coder | Role::RegisterManager => "coder",
        _ => "other",
    }
}

async fn help(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let asked = |whose: &str, most: usize| (1..=most).map(|number| (words.t(&format!("help-{whose}-{number}")), words.t(&format!("help-{whose}-{number}-a")))).collect::<Vec<_>>();
    let role = app.run_as(who.caller(), |tx| -> Result<_, Refused> { Ok(tx.session()?.role) }).await.ok().and_then(|(role, _)| role);
    let own = role.map(help_of).filter(|whose| *whose != "other").map(|whose| asked(whose, 4)).unwrap_or_default();
    page(&HelpPage { shell: framed(&app, &who, "help").await.leaving(), own, general: asked("sign-in", 4) })
}
