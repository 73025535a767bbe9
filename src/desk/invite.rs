//! The form of an invitation to an organisation, and the code it gives.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};

use crate::access::Role;
use crate::bureaus;
use crate::cases;
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page_or_refused};
use crate::ids::{CaseId, OrganisationId};
use crate::people::{self, Invitation};
use crate::reflections;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/invite", &reflections::INVITE, "The form of an invitation", invite_page);
    routes.act("POST", "/cases/{case}/invite", &reflections::INVITE, "Invites an organisation", invite);
}

#[derive(Template)]
#[template(path = "desk/invite.html")]
struct InvitePage {
    shell: Shell,
    case: CaseId,
    /// With what each is called, so that two of one name are told apart.
    organisations: Vec<(OrganisationId, String)>,
    contact: String,
    fields: Vec<Field>,
    error: Option<String>,
    /// What is at fault: where it stands, and what to do.
    faults: Vec<(String, String)>,
}

async fn invite_form(app: &App, who: &Who, id: CaseId, answers: &Answers, faults: &[form::Fault], contact: String, error: Option<String>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (organisations, shell, _) = framed(app, who, |_, _| words.t("invite-organisation"), move |tx| {
        reflections::may_invite(tx, id)?;
        bureaus::list(tx)
    }).await?;
    let organisations = organisations.iter().map(|one| (one.id, one.called(&shell.w))).collect();
    let parts = app.parts();
    let definition = parts.config.forms.get("invitation").ok_or(Refused::NotFound)?;
    let lists = parts.config.lists();
    let shown = Shown { lang: lang(shell.w.language), lists: &lists, faults, add_to: None };
    let fields = fields(to_fields(definition, None, answers, &shown), &shell.w);
    let mut lines = vec![];
    if let Some(text) = &error {
        if *text == words.t("choose-organisation") {
            lines.push(("#organisation".to_owned(), text.clone()));
        }
        if contact.trim().is_empty() {
            lines.push(("#contact".to_owned(), format!("{}: {}", words.t("contact-name"), words.t("fault-required"))));
        }
    }
    lines.extend(fault_lines(definition, faults, &words));
    let refused = error.is_some();
    page_or_refused(&InvitePage { shell, case: id, organisations, contact, fields, error, faults: lines }, refused)
}

async fn invite_page(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let mut presets = app.parts().config.forms.get("invitation").map(|form| form.presets(lang(who.words.language))).unwrap_or_default();
    // Who invites sees what would be told, and leaves out what the organisation does not need.
    let died = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        match cases::died_on(tx, id) {
            Err(Refused::Locked) => Ok(None),
            other => other,
        }
    }).await?;
    presets.extend(died.map(|day| ("died_on".to_owned(), day.into())));
    invite_form(&app, &who, id, &presets, &[], String::new(), None).await
}

async fn invite(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("invitation").ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let contact = posted.get("_contact").trim().to_owned();
    let mut faults = check(definition, &answers, &parts.config.lists());
    faults.extend(form::missing(definition, &answers).iter().map(form::Fault::required));
    let Ok(organisation) = posted.get("_organisation").parse() else {
        return invite_form(&app, &who, id, &answers, &faults, contact, Some(who.words.t("choose-organisation"))).await;
    };
    if !faults.is_empty() || contact.is_empty() {
        return invite_form(&app, &who, id, &answers, &faults, contact, Some(who.words.t("errors"))).await;
    }
    let person = Invitation { role: Role::Contact, name: contact.clone(), organisation: Some(organisation), second: None };
    let stands_for = posted.get("_stands_for").parse().ok();
    let made = people::invite_and(&app, who.caller(), person, move |tx, contact| {
        reflections::invite(tx, id, &reflections::Invitation { organisation, contact, answers, stands_for }).map(drop)
    }).await?;
    people::letter_page(&app, &who, &made, people::To { role: Role::Contact, name: contact, address: vec![], second: None, back: format!("/cases/{id}") }).await
}
