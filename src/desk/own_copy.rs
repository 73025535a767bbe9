//! An organisation's own copy of what it wrote, as a PDF for its file; and the page that says what comes after the release.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Utc;
use form::{Answers, Lists};

use crate::documents;
use crate::forms;
use crate::http::{Problem, Routes, Shell, Who, framed, page};
use crate::ids::ReflectionId;
use crate::reflections::{self, COPY, Own, READ_INVITATION};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/tasks/{reflection}/copy.pdf", &COPY, "What one's organisation wrote, as a PDF for its own file", pdf);
    routes.act("GET", "/api/v1/reflections/{reflection}/copy.pdf", &COPY, "What one's organisation wrote, as a PDF", pdf);
    routes.act("GET", "/tasks/{reflection}/released", &READ_INVITATION, "What comes after the release", released);
}

/// What was written, for the typesetter: a section a part of the reflection, one an event.
fn sections(all: &[Own], config: &Configured, lists: &dyn Lists, words: &Words) -> Vec<typeset::Section> {
    let lang = documents::pages::lang(words.language);
    let mut event = 0;
    let mut sections = vec![];
    for own in all {
        let Some(definition) = config.forms.get(own.kind) else { continue };
        let parts = documents::by_part(definition, &own.answers, lists, words).into_iter().filter(|part| !part.lines.is_empty());
        event += usize::from(own.kind == reflections::ENTRY.form);
        for part in parts {
            let heading = if own.kind == reflections::ENTRY.form { format!("{} {event}", definition.title.get(lang)) } else { part.title };
            let blocks = part.lines.into_iter().map(|(question, lines)| typeset::Block::Answer { question, lines }).collect();
            sections.push(typeset::Section { heading, language: None, heading_language: None, blocks });
        }
    }
    sections
}

async fn pdf(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let ((outside, all, known), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let (outside, all) = reflections::own_copy(tx, id)?;
        let held: Vec<&Answers> = all.iter().map(|own| &own.answers).collect();
        let known = documents::drawn(tx, outside.compartment, &forms::definition(tx, reflections::ENTRY.form)?, &held, &words)?;
        Ok((outside, all, known))
    }).await?;
    let config = &app.parts().config;
    let on = Utc::now().with_timezone(&session.zone).date_naive();
    let doc = typeset::ReportDoc {
        language: words.language.code().into(), title: words.a("reflection-of", "name", &outside.organisation_name), bureau: session.bureau_name.clone(), date: words.day(&on),
        notice: words.t("own-copy-notice"), contents: words.t("contents"), without_shape: words.a("signs-without-shape", "n", "{n}"), sections: sections(&all, config, &known.over(config.lists()), &words),
    };
    let bytes = app.typeset(doc, on).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(("Content-Disposition", "attachment; filename=\"copy.pdf\"")).body(bytes))
}

#[derive(Template)]
#[template(path = "desk/released.html")]
struct ReleasedPage {
    shell: Shell,
    id: ReflectionId,
    /// Whether it was released.
    released: bool,
    /// Whether the caller reads what was written.
    reads: bool,
    /// How long it is kept.
    rule: String,
}

async fn released(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let (task, shell, session) = framed(&app, &who, |_, _| words.t("released-title"), move |tx| -> Result<_, Refused> {
        reflections::invitation(tx, id)?;
        reflections::mine(tx)?.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)
    }).await?;
    let rule = app.parts().config.retention.of_cases().find(|kept| kept.id == "reflection").map(|kept| super::keeping::rule(&shell.w, kept)).unwrap_or_default();
    let reads = session.role.is_some_and(|role| COPY.allows(role));
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks")), (format!("/tasks/{id}"), words.t("the-reflection"))]);
    page(&ReleasedPage { shell, id, released: task.outside.state == "released", reads, rule })
}
