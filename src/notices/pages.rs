//! The pages of one's own notices, and of the administrator's outbox.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::{Folded, Kind, Mine, OFFER_AGAIN, OUTBOX, Waiting};
use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::NoticeId;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/notices", "What changed for me", notices);
    routes.own("POST", "/notices/read", "Marks one's own notices as read: one, or all", read);
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

#[derive(Template)]
#[template(path = "desk/notices.html")]
struct NoticesPage {
    shell: Shell,
    /// Each with its time and where it leads; nowhere for what has no page of its own.
    notices: Vec<(Folded, String, String)>,
    unread: bool,
}

/// Where a notice leads: the case, where its hat sees cases, or the page of what is one's own.
fn leads(notice: &Mine, role: Option<Role>) -> String {
    match (notice.case, role) {
        _ if [Kind::SignInChanged, Kind::PrintedCodeUsed, Kind::RoleAdded, Kind::Lent].iter().any(|kind| kind.word() == notice.kind) => "/account".into(),
        _ if notice.kind == Kind::OfficerUnconfirmed.word() => "/people".into(),
        (_, Some(Role::Relative | Role::Supporter)) => "/mine".into(),
        (_, Some(Role::Contact | Role::Author | Role::Approver)) => "/tasks".into(),
        (_, Some(Role::RecoveryOfficer)) => "/removals".into(),
        (Some(case), _) => format!("/cases/{case}"),
        (None, _) if notice.kind == Kind::PublicationDate.word() => "/library".into(),
        (None, _) => String::new(),
    }
}

async fn notices(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, shell, session) = framed(&app, &who, |_, _| words.t("notices"), super::mine).await?;
    let unread = found.iter().any(|notice| !notice.read);
    let notices = super::fold(found, &session.zone).into_iter().map(|line| {
        let (at, to) = (shell.w.moment(&line.latest.at, &session.zone), leads(&line.latest, session.role));
        (line, at, to)
    }).collect();
    page(&NoticesPage { shell, notices, unread })
}

async fn read(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    // A line of the page may stand for several.
    let ids = |told: String| told.split(' ').map(|id| id.parse().map_err(|_| Refused::NotFound)).collect::<Result<Vec<NoticeId>, _>>();
    let these = posted.some("notice").map(ids).transpose()?;
    app.run(who.caller(), move |tx| super::mark_read(tx, these.as_deref())).await?;
    Ok(see_other("/notices"))
}
