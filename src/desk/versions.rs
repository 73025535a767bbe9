//! Two versions of a section compared: what was added and what was taken out.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cases::framed_in_case;
use crate::http::{Problem, Query, Routes, Shell, Who, page};
use crate::ids::CaseId;
use crate::reports::{self, Piece};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/report/sections/{section}/versions", &reports::READ, "Two versions of a section compared", versions);
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    from: Option<i32>,
    to: Option<i32>,
}

/// A stretch of text as it is drawn: `same`, `added` or `removed`, and the number of a change.
struct Stretch {
    kind: &'static str,
    text: String,
    number: usize,
}

#[derive(Template)]
#[template(path = "desk/versions.html")]
struct VersionsPage {
    shell: Shell,
    case: CaseId,
    section: String,
    /// Number and words of each version.
    versions: Vec<(i32, String)>,
    from: i32,
    to: i32,
    stretches: Vec<Stretch>,
    changes: usize,
}

async fn versions(app: Data<App>, who: Who, path: Path<(CaseId, String)>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (case, section) = path.into_inner();
    let (of, from, to) = (section.clone(), wanted.from, wanted.to);
    let (found, shell, session) = framed_in_case(&app, &who, case, "versions-compared", move |tx| reports::compare(tx, case, &of, from, to)).await?;
    let words = shell.w;
    let versions = found.versions.iter().map(|one| (one.version, words.with("version-line", &[("number", &one.version.to_string()), ("moment", &words.moment(&one.at, &session.zone)), ("name", &one.by)]))).collect();
    let mut changes = 0;
    let stretches = found.pieces.into_iter().map(|piece| {
        let (kind, text) = match piece {
            Piece::Same(text) => ("same", text),
            Piece::Added(text) => ("added", text),
            Piece::Removed(text) => ("removed", text),
        };
        changes += usize::from(kind != "same");
        Stretch { kind, text, number: changes }
    }).collect();
    page(&VersionsPage { shell, case, section, versions, from: found.from, to: found.to, stretches, changes })
}
