//! What waits for the chair's adoption: terms of reference, minutes, findings, recommendations.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, summary};

use super::case::back;
use crate::access::Kind;
use crate::cases::{self, CaseError};
use crate::documents::{self, pages::lang};
use crate::findings;
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page};
use crate::ids::{CaseId, ItemId};
use crate::panels;
use crate::tx::{App, Place, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/cases/{case}/adopt/{what}/{item}", &panels::ADOPT_MINUTES, "Adopts minutes, terms, findings, recommendations", adopt);
    routes.act("GET", "/cases/{case}/adopt", &panels::ADOPT_MINUTES, "What waits for the chair's adoption", waiting);
}

async fn adopt(app: Data<App>, who: Who, path: Path<(CaseId, String, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, what, item) = path.into_inner();
    let seen = posted.get("version").parse().ok();
    app.run(who.caller(), move |tx| match what.as_str() {
        "terms-of-reference" => panels::adopt_terms(tx, id, item, seen),
        "meeting" => panels::adopt_minutes(tx, id, item, seen),
        "finding" => findings::adopt_finding(tx, id, item, seen),
        "recommendation" => findings::adopt_recommendation(tx, id, item, seen).map(|_| ()),
        _ => Err(Refused::NotFound),
    }).await?;
    Ok(back(id))
}

/// A document of the panel that waits for the chair, with what it says.
struct Waits {
    kind: String,
    title: String,
    item: ItemId,
    /// The version the chair reads here.
    version: i32,
    lines: Vec<(String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "desk/adopt.html")]
struct AdoptPage {
    shell: Shell,
    case: CaseId,
    waiting: Vec<Waits>,
    /// Where what is adopted is written: address and title.
    papers: Vec<(String, String)>,
}

async fn waiting(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((waiting, papers), shell, _) = framed(&app, &who, |_, _| words.t("adopt"), move |tx| -> Result<_, CaseError> {
        tx.may(&panels::ADOPT_MINUTES, Place::Case(id))?;
        let within = cases::view(tx, id)?.compartments.panel.ok_or(Refused::NotFound)?;
        let (mut waiting, mut papers) = (vec![], vec![]);
        for (kind, fact) in cases::ADOPTED {
            let sheet = documents::sheet_of(Kind::Panel, kind).ok_or(Refused::NotFound)?;
            let adopted = cases::adopted(tx, id, fact)?;
            let any = |item: uuid::Uuid| kind == "terms-of-reference" && !adopted.is_empty() && !adopted.contains_key(&item);
            let definition = forms::definition(tx, kind)?;
            let title = definition.title.get(lang(words.language)).to_owned();
            papers.push((format!("/rooms/{within}/{kind}"), title.clone()));
            let due: Vec<_> = forms::list(tx, sheet, within, None)?.into_iter()
                .filter(|listed| listed.complete && !any(listed.id.uuid()) && !cases::holds(&adopted, listed.id.uuid(), listed.version)).collect();
            let documents = due.into_iter().map(|listed| forms::open(tx, sheet, within, listed.id)).collect::<Result<Vec<_>, _>>()?;
            // What they refer to is looked up once for all of a form.
            let held: Vec<&Answers> = documents.iter().map(|document| &document.answers).collect();
            let known = if documents.is_empty() { forms::Choices::default() } else { documents::drawn(tx, within, &definition, &held, &words)? };
            let dissents = if kind == findings::FINDING.form && !documents.is_empty() { findings::dissents(tx, id)? } else { vec![] };
            for document in documents {
                let mut lines = summary(&definition, &document.answers, &known.over(tx.parts().config.lists()), lang(words.language));
                lines.extend(dissents.iter().filter(|one| one.finding == document.id).map(|one| (documents::of_role(one.role, &words), vec![one.text.clone()])));
                // What was adopted and changed since says so.
                let changed = adopted.contains_key(&document.id.uuid());
                waiting.push(Waits { kind: kind.to_owned(), title: if changed { words.a("changed-since-adoption", "what", &title) } else { title.clone() }, item: document.id, version: document.version, lines });
            }
        }
        Ok((waiting, papers))
    }).await?;
    page(&AdoptPage { shell, case: id, waiting, papers })
}
