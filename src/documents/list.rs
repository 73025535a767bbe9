//! The documents of a form in a compartment, each called by what it says: a page at a time, and only those of the page are opened.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, FormDef, Lists, answer};
use schemars::JsonSchema;
use serde::Deserialize;

use super::api::sheet;
use super::around::around;
use super::choices::first_words;
use super::copies;
use super::fields::lang;
use super::pages::writes;
use crate::forms;
use crate::http::{Problem, Query, Routes, Shell, Who, page};
use crate::ids::{CompartmentId, ItemId};
use crate::panels;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/rooms/{compartment}/{form}", "The documents of a form in a compartment", list);
}

/// How many documents a page has.
const PAGE: usize = 50;

/// The answers a document is called by; those of other forms are called by their form and a number. What happened stands on the page of the
/// event only: a list quotes nothing that may hurt (`ux.md` section 1.4).
const CALLED: [(&str, &[&str]); 7] = [
    ("chronology-entry", &["when", "kind", "certainty"]), ("finding", &["title"]), ("dissent", &["text"]), ("recommendation", &["text"]), ("meeting", &["on"]), ("deferral", &["reason"]),
    ("research-application", &["title"]),
];

fn called_by(form: &str) -> &'static [&'static str] {
    CALLED.iter().find(|(known, _)| *known == form).map(|(_, fields)| *fields).unwrap_or_default()
}

/// What a document is called; empty where nothing is told yet.
fn called(definition: &FormDef, answers: &Answers, lists: &dyn Lists, words: &Words) -> String {
    // How certain the day is says nothing where there is none: that answer is preset.
    let dated = answers.get("when").and_then(serde_json::Value::as_str).is_some_and(|day| !day.is_empty());
    let told = called_by(&definition.id).iter().filter(|field| dated || **field != "certainty").map(|field| first_words(&answer(definition, field, answers, lists, lang(words.language)).join(", "))).filter(|told| !told.is_empty());
    told.collect::<Vec<_>>().join(", ")
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    page: Option<usize>,
}

/// A document in the list.
struct Line {
    id: ItemId,
    called: String,
    changed: String,
    complete: bool,
    /// Whether it is a meeting to come.
    planned: bool,
}

#[derive(Template)]
#[template(path = "documents/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    documents: Vec<Line>,
    /// Whether they are events, which are told by their day and opened one by one.
    events: bool,
    may_write: bool,
    /// Whether a new one is planned first: a meeting.
    plans: bool,
    /// This page and all of them.
    at: (usize, usize),
}

async fn list(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    let (here, wanted) = (format!("/rooms/{within}/{form}"), wanted.page.unwrap_or(1));
    let (events, plans) = (form == "chronology-entry", form == panels::MEETING.form);
    let words = who.words;
    let ((name, title, documents, may_write, at, around), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let listed = forms::list(tx, sheet, within, None)?;
        let (zone, definition, parts) = (tx.session()?.zone, forms::definition(tx, &form)?, tx.parts());
        let pages = listed.len().div_ceil(PAGE).max(1);
        let at = wanted.clamp(1, pages);
        let numbered: Vec<_> = listed.into_iter().zip(1..).skip((at - 1) * PAGE).take(PAGE).collect();
        let ids: Vec<ItemId> = numbered.iter().map(|(listed, _)| listed.id).collect();
        // Who has to unlock first still sees what is there.
        let opened: BTreeMap<ItemId, Answers> = match called_by(&form) {
            [] => BTreeMap::new(),
            _ if ids.is_empty() => BTreeMap::new(),
            _ => match forms::open_some(tx, sheet, within, &ids) {
                Ok(found) => found.into_iter().map(|(id, body)| (id, copies::own_words(body).0)).collect(),
                Err(Refused::Locked) => BTreeMap::new(),
                Err(why) => return Err(why),
            },
        };
        let (title, today) = (definition.title.get(lang(words.language)).to_owned(), tx.today());
        let documents = numbered.into_iter().map(|(listed, number): (_, usize)| {
            let told = opened.get(&listed.id).map(|answers| called(&definition, answers, &parts.config.lists(), &words)).unwrap_or_default();
            let called = match (form.as_str(), told.is_empty()) {
                (_, true) if pages == 1 && ids.len() == 1 => title.clone(),
                (_, true) => format!("{title} {number}"),
                ("meeting", _) => format!("{title}, {told}"),
                _ => told,
            };
            let planned = form == panels::MEETING.form && opened.get(&listed.id).is_some_and(|answers| panels::is_planned(answers, today));
            Line { id: listed.id, called, changed: words.moment(&listed.changed_at, &zone), complete: listed.complete, planned }
        }).collect();
        let may_write = writes(tx, sheet) && !(sheet.once && !ids.is_empty());
        Ok((tx.own_name()?, title, documents, may_write, (at, pages), around(tx, within, &form, &words)?))
    }).await?;
    page(&ListPage { shell: Shell::of(&who, &session, name, title).under(around.way), here, documents, events, may_write, plans, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn an_event_without_a_day_is_not_called_by_how_certain_that_is() {
        let definition = FormDef::parse(&std::fs::read_to_string("config/forms/chronology-entry.toml").expect("the form")).expect("a form");
        let words = Words { language: Language::Nl };
        let of = |told: serde_json::Value| called(&definition, told.as_object().expect("answers"), &form::NoLists, &words);
        assert_eq!(of(serde_json::json!({ "certainty": "exact", "what": "Een zin." })), "");
        let dated = of(serde_json::json!({ "when": "2016-10-03", "certainty": "exact", "what": "Een zin." }));
        assert!(dated.contains("2016") && dated.ends_with("Precies"), "{dated}");
    }
}
