//! The pages of documents: a list, and each form a part at a time, kept while one types, never overwriting anybody.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use form::{Answers, FieldView, Fault, FormDef, Lang, Shown, button, from_form_post, summary, to_fields};
use schemars::JsonSchema;
use serde::Deserialize;

use super::api::sheet;
use crate::access::Role;
use crate::forms::{self, Sheet};
use crate::http::{Posted, Problem, Routes, Shell, Who, json, page, see_other};
use crate::ids::{CompartmentId, ItemId};
use crate::texts::{Language, Words};
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/rooms/{compartment}/{form}", "The documents of a form in a compartment", list);
    routes.own("GET", "/rooms/{compartment}/{form}/new", "An empty form", new);
    routes.own("POST", "/rooms/{compartment}/{form}/new", "Saves a new document", create);
    routes.own("GET", "/rooms/{compartment}/{form}/{item}", "A document, to read or to go on with", open);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}", "Saves a further version", save);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}/draft", "Keeps what is being typed", autosave);
}

/// The language of forms.
pub fn lang(language: Language) -> Lang {
    Lang::from_code(language.code()).unwrap_or_default()
}

/// A question with its fault in words.
pub struct Field {
    /// As the form draws it.
    pub view: FieldView,
    /// What is wrong with it.
    pub error: String,
    /// The rows' own questions.
    pub rows: Vec<(form::RowView, Vec<Field>)>,
}

/// Questions with their faults in words.
pub fn fields(views: Vec<FieldView>, words: &Words) -> Vec<Field> {
    views.into_iter().map(|view| {
        let error = view.fault.as_ref().map(|(rule, args)| {
            let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
            words.with(&format!("fault-{rule}"), &args)
        }).unwrap_or_default();
        let rows = view.rows.iter().map(|row| (row.clone(), fields(row.fields.clone(), words))).collect();
        Field { view, error, rows }
    }).collect()
}

#[derive(Template)]
#[template(path = "documents/fields.html")]
struct Fields<'a> {
    fields: &'a [Field],
    shell: &'a Shell,
}

/// Questions as they are drawn; rows draw their own questions the same way.
pub fn draw(fields: &[Field], shell: &Shell) -> String {
    Fields { fields, shell }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "documents/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    documents: Vec<(ItemId, String, bool)>,
    may_write: bool,
}

/// Whether the hat worn writes documents of a sheet.
fn writes(tx: &Tx, sheet: &Sheet) -> bool {
    tx.session().ok().and_then(|session| session.role).is_some_and(|role: Role| !sheet.write.by.is_empty() && sheet.write.allows(role))
}

async fn list(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    let here = format!("/rooms/{within}/{form}");
    let words = who.words;
    let ((name, title, documents, may_write), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let listed = forms::list(tx, sheet, within, None)?;
        let zone = tx.session()?.zone;
        let documents = listed.into_iter().map(|listed| (listed.id, words.moment(&listed.changed_at, &zone), listed.complete)).collect();
        Ok((tx.own_name()?, forms::definition(tx, &form)?.title.get(lang(words.language)).to_owned(), documents, writes(tx, sheet)))
    }).await?;
    page(&ListPage { shell: Shell::of(&who, &session, name, title), here, documents, may_write })
}

#[derive(Deserialize, JsonSchema)]
struct Place {
    part: Option<String>,
    #[serde(default)]
    saved: bool,
}

#[derive(Template)]
#[template(path = "documents/form.html")]
struct FormPage {
    shell: Shell,
    action: String,
    autosave: String,
    intro: String,
    parts: Vec<(String, String, bool)>,
    part: String,
    fields: Vec<Field>,
    faults: Vec<(String, String)>,
    version: i32,
    revision: i32,
    saved: Option<String>,
    draft: Option<String>,
    more: bool,
    stale: Option<Vec<(String, Vec<String>)>>,
}

struct Drawn {
    definition: FormDef,
    answers: Answers,
    part: Option<String>,
    faults: Vec<Fault>,
    add_to: Option<String>,
    version: i32,
    revision: i32,
}

impl Drawn {
    fn page(self, shell: Shell, action: String, autosave: String, lists: &dyn form::Lists) -> FormPage {
        let words = shell.w;
        let lang = lang(words.language);
        let part = self.part.filter(|id| self.definition.part(id).is_some()).or_else(|| self.definition.parts.first().map(|part| part.id.clone())).unwrap_or_default();
        let shown = Shown { lang, lists, faults: &self.faults, add_to: self.add_to.as_deref() };
        let views = fields(to_fields(&self.definition, Some(&part), &self.answers, &shown), &words);
        let faults = self.faults.iter().map(|fault| {
            let args = fault.rule.params();
            let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let id = views.iter().find(|field| fault.path == field.view.name || fault.path.starts_with(&format!("{}.", field.view.name)) || fault.path.starts_with(&format!("{}[", field.view.name)))
                .map(|field| format!("#{}", field.view.id)).unwrap_or_else(|| format!("{action}?part={}", self.definition.part_of(&fault.path).map(|part| part.id.clone()).unwrap_or_default()));
            let label = self.definition.field(fault.path.split(['.', '[']).next().unwrap_or_default()).map(|field| field.label.get(lang).to_owned()).unwrap_or_else(|| fault.path.clone());
            (id, format!("{label}: {}", words.with(&format!("fault-{}", fault.rule.name()), &args)))
        }).collect();
        let more = self.definition.parts.last().is_some_and(|last| last.id != part);
        let intro = self.definition.part(&part).and_then(|part| part.intro.as_ref()).or(self.definition.intro.as_ref()).map(|intro| intro.get(lang).to_owned()).unwrap_or_default();
        FormPage {
            parts: self.definition.parts.iter().map(|found| (found.id.clone(), found.title.get(lang).to_owned(), found.id == part)).collect(),
            shell, action, autosave, intro, part, fields: views, faults, version: self.version, revision: self.revision, saved: None, draft: None, more, stale: None,
        }
    }
}

async fn new(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, place: Query<Place>) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    let action = format!("/rooms/{within}/{form}/new");
    let language = who.words.language;
    let ((name, definition), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        if !writes(tx, sheet) {
            return Err(Refused::NotYours);
        }
        Ok((tx.own_name()?, forms::definition(tx, &form)?))
    }).await?;
    let answers = definition.presets(lang(language));
    let shell = Shell::of(&who, &session, name, definition.title.get(lang(language)).to_owned());
    let drawn = Drawn { definition, answers, part: place.part.clone(), faults: vec![], add_to: None, version: 0, revision: 0 };
    page(&drawn.page(shell, action, String::new(), &app.parts().config.lists()))
}

/// What was posted, on top of what other parts hold; and the list that gets a row more, or none when it is to be saved.
fn read(definition: &FormDef, old: &Answers, posted: &Posted) -> (Answers, Option<Option<String>>) {
    let part = posted.some("_part");
    let fields: Vec<(String, String)> = posted.0.iter().filter(|(name, _)| !matches!(name.as_str(), "_part" | "_version" | "revision" | "do")).cloned().collect();
    let here = from_form_post(definition, part.as_deref(), &fields);
    let whole = match &part {
        Some(part) => definition.with_part(part, old, &here),
        None => here,
    };
    let pressed = button(&fields).map(|pressed| match pressed {
        form::Button::Add(path) => Some(path),
        form::Button::Drop(_) => None,
    });
    (whole, pressed)
}

/// The next part, or the list when all are filled in.
fn onward(definition: &FormDef, part: Option<&str>, item: &str, saved: bool) -> String {
    let at = definition.parts.iter().position(|found| Some(found.id.as_str()) == part).unwrap_or(definition.parts.len());
    match definition.parts.get(at + 1) {
        Some(next) if saved => format!("{item}?part={}&saved=true", next.id),
        _ => format!("{item}?part={}&saved=true", part.unwrap_or_default()),
    }
}

async fn create(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    let (action, language, wanted) = (format!("/rooms/{within}/{form}/new"), who.words.language, form.clone());
    let definition = app.parts().config.forms.get(&form).cloned().ok_or(Refused::NotFound)?;
    let (answers, pressed) = read(&definition, &definition.presets(lang(language)), &posted);
    let part = posted.some("_part");
    let mut faults = vec![];
    if pressed.is_none() {
        let told = answers.clone();
        let made = app.run(who.caller(), move |tx| {
            let sheet = sheet(tx, within, &wanted)?;
            forms::create(tx, sheet, within, None, &told)
        }).await;
        match made {
            Ok(saved) => return Ok(see_other(&onward(&definition, part.as_deref(), &format!("/rooms/{within}/{form}/{}", saved.id), true))),
            Err(Refused::Faults(found)) => faults = faults_of(&definition, &answers, &app, &found),
            Err(why) => return Err(why.into()),
        }
    }
    let (name, session) = app.run_as(who.caller(), |tx| tx.own_name()).await?;
    let shell = Shell::of(&who, &session, name, definition.title.get(lang(language)).to_owned());
    let drawn = Drawn { definition, answers, part, faults, add_to: pressed.flatten(), version: 0, revision: 0 };
    let failed = !drawn.faults.is_empty();
    let mut answer = page(&drawn.page(shell, action, String::new(), &app.parts().config.lists()))?;
    if failed {
        *answer.status_mut() = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// The faults as the form finds them again, so that they stand beside their questions; rules of a room stay as they came.
fn faults_of(definition: &FormDef, answers: &Answers, app: &App, refused: &[crate::tx::FieldFault]) -> Vec<Fault> {
    let found = form::check(definition, answers, &app.parts().config.lists());
    if found.is_empty() {
        return refused.iter().map(|fault| Fault { path: fault.field.clone(), rule: form::Rule::NotAnOption }).collect();
    }
    found
}

#[derive(Template)]
#[template(path = "documents/read.html")]
struct ReadPage {
    shell: Shell,
    lines: Vec<(String, Vec<String>)>,
}

async fn open(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, place: Query<Place>) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let action = format!("/rooms/{within}/{form}/{item}");
    let language = who.words.language;
    let ((name, definition, document, draft, may_write), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let document = forms::open(tx, sheet, within, item)?;
        let may_write = writes(tx, sheet);
        let draft = if may_write { forms::draft(tx, sheet, within, item)? } else { None };
        Ok((tx.own_name()?, forms::definition(tx, &form)?, document, draft, may_write))
    }).await?;
    let shell = Shell::of(&who, &session, name, definition.title.get(lang(language)).to_owned());
    let parts = app.parts();
    if !may_write {
        let lines = summary(&definition, &document.answers, &parts.config.lists(), lang(language));
        return page(&ReadPage { shell, lines });
    }
    let kept = draft.filter(|draft| draft.seen == document.version);
    let revision = kept.as_ref().map_or(0, |draft| draft.revision);
    let kept_at = kept.as_ref().map(|draft| shell.w.moment(&draft.saved_at, &session.zone));
    let answers = kept.map_or(document.answers, |draft| draft.body);
    let drawn = Drawn { definition, answers, part: place.part.clone(), faults: vec![], add_to: None, version: document.version, revision };
    let mut drawn = drawn.page(shell, action.clone(), format!("{action}/draft"), &parts.config.lists());
    if place.saved {
        drawn.saved = Some(drawn.shell.w.moment(&document.written_at, &session.zone));
    }
    drawn.draft = kept_at;
    page(&drawn)
}

async fn save(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let (action, language) = (format!("/rooms/{within}/{form}/{item}"), who.words.language);
    let seen: i32 = posted.get("_version").parse().unwrap_or(0);
    let (wanted, part) = (form.clone(), posted.some("_part"));
    let (definition, before) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &wanted)?;
        let document = forms::open(tx, sheet, within, item)?;
        let kept = forms::draft(tx, sheet, within, item)?.filter(|draft| draft.seen == document.version).map(|draft| draft.body);
        Ok((forms::definition(tx, &wanted)?, kept.unwrap_or(document.answers)))
    }).await?;
    let (answers, pressed) = read(&definition, &before, &posted);
    let (mut faults, mut stale) = (vec![], None);
    if pressed.is_none() {
        let (told, wanted) = (answers.clone(), form.clone());
        let saved = app.run(who.caller(), move |tx| {
            let sheet = sheet(tx, within, &wanted)?;
            forms::save(tx, sheet, within, item, seen, &told)
        }).await;
        match saved {
            Ok(_) => return Ok(see_other(&onward(&definition, part.as_deref(), &action, true))),
            Err(Refused::Faults(found)) => faults = faults_of(&definition, &answers, &app, &found),
            Err(Refused::Stale { now }) => stale = Some(now),
            Err(why) => return Err(why.into()),
        }
    }
    let wanted = form.clone();
    let ((name, theirs), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &wanted)?;
        Ok((tx.own_name()?, forms::open(tx, sheet, within, item)?))
    }).await?;
    let parts = app.parts();
    let their_lines = stale.map(|_| summary(&definition, &theirs.answers, &parts.config.lists(), lang(language)));
    let shell = Shell::of(&who, &session, name, definition.title.get(lang(language)).to_owned());
    // After a conflict, saving again is a choice made with both texts in view.
    let drawn = Drawn { definition, answers, part, faults, add_to: pressed.flatten(), version: stale.unwrap_or(seen), revision: posted.get("revision").parse().unwrap_or(0) };
    let status = if stale.is_some() { 412 } else if drawn.faults.is_empty() { 200 } else { 422 };
    let mut drawn = drawn.page(shell, action.clone(), format!("{action}/draft"), &parts.config.lists());
    drawn.stale = their_lines;
    let mut answer = page(&drawn)?;
    *answer.status_mut() = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(answer)
}

async fn autosave(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let (seen, revision) = (posted.get("_version").parse().unwrap_or(0), posted.get("revision").parse().unwrap_or(0));
    let words = who.words;
    let (kept, session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let document = forms::open(tx, sheet, within, item)?;
        let before = forms::draft(tx, sheet, within, item)?.filter(|draft| draft.seen == document.version).map_or(document.answers, |draft| draft.body);
        let (answers, _) = read(&forms::definition(tx, &form)?, &before, &posted);
        forms::keep_draft(tx, sheet, within, item, seen, revision, &answers)
    }).await?;
    let at = chrono::Utc::now().with_timezone(&session.zone).format("%H.%M").to_string();
    Ok(json(&serde_json::json!({ "revision": kept, "text": words.a("saved-at", "t", at) })).into())
}
