//! Today: what is ready for me, which of my cases have a term.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use crate::access::Role;
use crate::cases::{self, Filter, Listed};
use crate::http::{Problem, Routes, Shell, Who, framed, page, see_other};
use crate::notices::{self, Mine};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/today", "What is ready, and which cases have a term", today);
    routes.own("GET", "/admin", "Leads to the people of the bureau", admin);
}

/// How many unread notices the page of today shows.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "desk/today.html")]
struct TodayPage {
    shell: Shell,
    notices: Vec<(Mine, String)>,
    cases: Vec<(Listed, String)>,
    may_notify: bool,
}

async fn today(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((notices, cases), shell, session) = framed(&app, &who, |_, _| words.t("menu-today"), |tx| -> Result<_, Refused> {
        tx.hat()?;
        Ok((notices::mine(tx)?, cases::list(tx, &Filter { mine: true, ..Filter::default() })?))
    }).await?;
    let notices = notices.into_iter().filter(|notice| !notice.read).take(SHOWN).map(|notice| { let at = shell.w.moment(&notice.at, &session.zone); (notice, at) }).collect();
    let cases = cases.into_iter().map(|case| { let due = shell.w.day_or_none(&case.due); (case, due) }).collect();
    page(&TodayPage { may_notify: session.role == Some(Role::Coordinator), shell, notices, cases })
}

async fn admin() -> HttpResponse {
    see_other("/people")
}
