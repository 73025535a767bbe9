//! The page of the case as its readers may know it: under pseudonyms, and with names for who leads it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, summary};

use super::READ_SHEET;
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::CaseId;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/sheet", &READ_SHEET, "The case as its readers may know it", sheet);
}

/// Questions with their answers, as read.
type Lines = Vec<(String, Vec<String>)>;

#[derive(Template)]
#[template(path = "cases/sheet.html")]
struct SheetPage {
    shell: Shell,
    parts: Vec<(String, Lines)>,
}

async fn sheet(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((name, number, found), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        Ok((tx.own_name()?, super::number_of(tx, case)?, super::copies(tx, case)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("case-sheet")).under([("/cases".to_owned(), who.words.t("menu-cases")), (format!("/cases/{case}"), number)]);
    let config = &app.parts().config;
    let lang = Lang::from_code(shell.w.language.code()).unwrap_or_default();
    let told = |form: &str, answers: &Answers| config.forms.get(form).map(|form| summary(form, answers, &config.lists(), lang)).unwrap_or_default();
    let mut parts = vec![(shell.w.t("sheet-pseudonyms"), told("notification", &found.sheet)), (shell.w.t("sheet-restrictions"), told("screening", &found.restrictions))];
    if let Some(names) = &found.names {
        parts.push((shell.w.t("sheet-names"), told("notification", names)));
    }
    page(&SheetPage { shell, parts })
}
