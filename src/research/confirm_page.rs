//! The page between a preview and its figures, where much is spent or the last there is: what it costs, what is left after it.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::PREVIEW;
use super::doubt::sentence;
use super::pages::{Chosen, keys_with, told};
use super::tables::{self, Preview, Wanted};
use crate::http::{Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{ProjectId, SnapshotId};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/tables/confirm", &PREVIEW, "What a table costs and what is left after it, before it is asked", confirm);
}

#[derive(Template)]
#[template(path = "research/confirm.html")]
struct Confirm {
    shell: Shell,
    preview: Preview,
    /// What stands against it, in sentences.
    doubts: Vec<String>,
    caption: String,
    second: String,
    project: String,
    /// Cells of the outcome that are left after it.
    after: u32,
    /// Cells of the project that are left after it.
    own: Option<u32>,
    back: String,
}

async fn confirm(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let (chosen, words) = (chosen.into_inner(), who.words);
    let (project, snapshot): (Option<ProjectId>, Option<SnapshotId>) = (chosen.project.parse().ok(), chosen.snapshot.parse().ok());
    let (outcome, second) = (chosen.outcome.clone(), chosen.second.clone());
    let asked = framed(&app, &who, |_, _| words.t("table-confirm"), move |tx| -> Result<_, Refused> {
        let keys = keys_with(&tables::askable(tx, snapshot, None)?.2, &second);
        let preview = tables::preview(tx, project, &Wanted { snapshot, outcome, keys })?;
        let named = tables::words_of(tx, preview.snapshot.id, &preview.outcome, preview.keys.get(1).map(String::as_str))?;
        Ok((preview, named))
    }).await;
    let text = |id: &str| if id.bytes().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'_' | b':' | b'-')) { id.to_owned() } else { String::new() };
    let pinned = snapshot.map(|id| format!("&snapshot={id}")).unwrap_or_default();
    let back = format!("/register/tables/new?outcome={}&second={}&project={}{pinned}", text(&chosen.outcome), text(&chosen.second), text(&chosen.project));
    let ((preview, (outcome, keys)), shell, _) = match asked {
        // What would be refused, as well.
        Ok(((preview, _), ..)) if preview.refused.is_some() => return Ok(see_other(&back)),
        Ok(found) => found,
        // What is no question is told where it was chosen.
        Err(why) if matches!(why.status, 409 | 422) => return Ok(see_other(&back)),
        Err(why) => return Err(why),
    };
    let by: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
    page(&Confirm {
        doubts: preview.reliability.iter().map(|doubt| sentence(doubt, &words)).collect(),
        caption: words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &by.join(", "))]), after: preview.budget.saturating_sub(preview.spent).saturating_sub(preview.cost),
        second: preview.keys.get(1).cloned().unwrap_or_default(), project: project.map(|id| id.to_string()).unwrap_or_default(), back, own: preview.quota.map(|quota| quota.saturating_sub(preview.cost)), preview,
        shell: shell.under([("/register/tables".to_owned(), words.t("menu-tables")), ("/register/tables/new".to_owned(), words.t("table-new"))]),
    })
}
