//! The page of evidence: a coder reads what was sealed to them; who leads the panel grants it and ends it.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, summary};

use super::{Evidence, GRANT_EVIDENCE, Piece};
use crate::access::Role;
use crate::cases;
use crate::compartments::ItemGrant;
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CaseId, ItemId, MembershipId, OrganisationId};
use crate::people;
use crate::reflections;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}/evidence", "What coders read of a case; a coder's own", evidence);
    routes.act("POST", "/cases/{case}/evidence", &GRANT_EVIDENCE, "Seals released entries to a coder", grant);
    routes.act("POST", "/cases/{case}/evidence/end", &GRANT_EVIDENCE, "Ends what a coder reads", end);
}

#[derive(Template)]
#[template(path = "panels/evidence.html")]
struct EvidencePage {
    shell: Shell,
    case: CaseId,
    /// A coder's own: what each piece says.
    pieces: Vec<(ItemId, Vec<(String, Vec<String>)>)>,
    /// Coders of the case with how many pieces they read.
    coders: Vec<(MembershipId, String, usize)>,
    entries: Vec<(ItemId, String)>,
    /// What lies in the reading folder, by what it is called.
    folder: Vec<(ItemId, String)>,
    leads: bool,
}

#[derive(Default)]
struct Found {
    pieces: Vec<Evidence>,
    granted: Vec<ItemGrant>,
    coders: Vec<(MembershipId, String)>,
    entries: Vec<(ItemId, String)>,
    folder: Vec<Piece>,
    names: BTreeMap<OrganisationId, String>,
}

async fn evidence(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    if let Some(led) = cases::led_to_sign(&app, &who, case, Role::Coder).await {
        return Ok(led);
    }
    let (found, shell, session) = cases::framed_in_case(&app, &who, case, "evidence", move |tx| -> Result<_, Refused> {
        if tx.session()?.role == Some(Role::Coder) {
            return Ok(Found { pieces: super::evidence(tx, case)?, ..Found::default() });
        }
        let granted = super::evidence_granted(tx, case)?;
        let hats = cases::named_in_role(tx, case, Role::Coder)?;
        let coders = people::names_of(tx, hats)?.into_iter().collect();
        let entries = super::timeline(tx, case)?.entries.into_iter().map(|line| (line.id, format!("{}: {}", line.when, line.what))).collect();
        let names = reflections::of_case(tx, case)?.into_iter().map(|one| (one.organisation, one.organisation_name)).collect();
        Ok(Found { granted, coders, entries, folder: super::folder(tx, case)?, names, pieces: vec![] })
    }).await?;
    let config = &app.parts().config;
    let lang = Lang::from_code(shell.w.language.code()).unwrap_or_default();
    let mut known = forms::Choices::default();
    known.put("organisation", forms::kinds_of_organisations(&config.lists()));
    let pieces = found.pieces.into_iter().map(|piece| {
        let answers: Answers = piece.body.get("answers").unwrap_or(&piece.body).as_object().cloned().unwrap_or_default();
        let lines = match config.forms.get(&piece.kind) {
            Some(form) => summary(form, &answers, &known.over(config.lists()), lang),
            // Words of a relative, and the answer to a question, have no form: what they say stands as it is.
            None => ["question", "answer", "text"].into_iter().filter_map(|part| answers.get(part)?.as_str())
                .map(|text| (shell.w.t(&format!("evidence-{}", piece.kind)), vec![text.to_owned()])).collect(),
        };
        (piece.id, lines)
    }).collect();
    let folder = found.folder.iter().map(|piece| {
        let who = piece.organisation.and_then(|id| found.names.get(&id).cloned()).or_else(|| piece.earlier.map(|earlier| earlier.called(config, &shell.w))).unwrap_or_else(|| shell.w.t("a-relative"));
        (piece.id, format!("{}: {who}", shell.w.t(&format!("evidence-{}", piece.kind.document()))))
    }).collect();
    let coders = found.coders.into_iter().map(|(hat, name)| { let reads = found.granted.iter().filter(|grant| grant.hat == hat).count(); (hat, name, reads) }).collect();
    page(&EvidencePage { leads: session.role != Some(Role::Coder), shell, case, pieces, coders, folder, entries: found.entries })
}

fn hat(posted: &Posted) -> Result<MembershipId, Problem> {
    posted.get("coder").parse().map_err(|_| Problem::new(422, "faults").at("coder", "not-an-option"))
}

async fn grant(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let coder = hat(&posted)?;
    let until = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    let items: Vec<ItemId> = posted.0.iter().filter(|(field, _)| field == "item").filter_map(|(_, id)| id.parse().ok()).collect();
    app.run(who.caller(), move |tx| super::grant_evidence(tx, case, coder, &items, until)).await?;
    Ok(see_other(&format!("/cases/{case}/evidence")))
}

async fn end(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let coder = hat(&posted)?;
    app.run(who.caller(), move |tx| super::end_evidence(tx, case, coder)).await?;
    Ok(see_other(&format!("/cases/{case}/evidence")))
}
