//! Taking a document away that was not released yet: asked once more on a page of its own, since there is no way back.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::api::sheet;
use super::around::{PartRead, around, by_part};
use super::choices;
use super::fields::lang;
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CompartmentId, ItemId};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/rooms/{compartment}/{form}/{item}/remove", "Asks once more before a document is taken away", ask);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}/remove", "Takes a document away for good", remove);
}

#[derive(Template)]
#[template(path = "documents/remove.html")]
struct RemovePage {
    shell: Shell,
    here: String,
    parts: Vec<PartRead>,
}

async fn ask(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let list = format!("/rooms/{within}/{form}");
    let words = who.words;
    let ((name, definition, answers, known, around), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        forms::may_remove(tx, sheet, within, item)?;
        let (definition, answers) = (forms::definition(tx, &form)?, forms::open(tx, sheet, within, item)?.answers);
        let known = choices::drawn(tx, within, &definition, &[&answers], &words)?;
        Ok((tx.own_name()?, definition, answers, known, around(tx, within, &form, &words)?))
    }).await?;
    let parts = by_part(&definition, &answers, &known.over(app.parts().config.lists()), &words);
    let (mut way, here) = (around.way, format!("{list}/{item}"));
    way.push((list, definition.title.get(lang(words.language)).to_owned()));
    page(&RemovePage { shell: Shell::of(&who, &session, name, words.t("document-remove")).under(way), here, parts })
}

async fn remove(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let list = format!("/rooms/{within}/{form}");
    app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        forms::remove(tx, sheet, within, item)
    }).await?;
    Ok(see_other(&list))
}
