//! The pages of documents: each form a part at a time, kept while one types, never overwriting anybody.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Fault, FormDef, Shown, button, from_form_post, to_fields};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::sheet;
use super::versions::of_owners;
use super::brief::BriefNames;
use super::around::{afterwards, Around, Difference, PartRead, around, by_part, differences};
pub use super::fields::{Field, draw, fault_lines, fields, lang};
use super::fields::{fault_line, place_of};
use super::parts::{PartShown, goes_on_at, lacking, parts_shown};
use super::dissents::Dissents;
use super::{choices, copies, saving};
use crate::access::Role;
use crate::forms::{self, Choices, Sheet};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, json, page, page_or_refused, see_other};
use crate::ids::{CompartmentId, ItemId};
use crate::reflections::{self, NameFound};
use crate::settings::Configured;
use crate::sign_in::{self, Parked};
use crate::texts::Words;
use crate::tx::{App, Refused, Session, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/rooms/{compartment}/{form}/new", "An empty form", new);
    routes.own("POST", "/rooms/{compartment}/{form}/new", "Saves a new document", create);
    routes.own("POST", "/rooms/{compartment}/{form}/new/draft", "Keeps what is being typed in a form never saved yet", autosave_new);
    routes.own("GET", "/rooms/{compartment}/{form}/{item}", "A document, to read or to go on with", open);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}", "Saves a further version", save);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}/draft", "Keeps what is being typed", autosave);
    routes.own("POST", "/rooms/{compartment}/{form}/{item}/draft/drop", "Throws one's draft away and takes the text of now", drop_draft);
}

/// Whether the hat worn writes documents of a sheet.
pub(super) fn writes(tx: &Tx, sheet: &Sheet) -> bool {
    tx.session().ok().and_then(|session| session.role).is_some_and(|role: Role| !sheet.write.by.is_empty() && sheet.write.allows(role))
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
    /// Name of the whole form, where it has parts.
    form: String,
    action: String,
    autosave: String,
    intro: String,
    parts: Vec<PartShown>,
    part: String,
    /// Which part this is, of how many; the part before it.
    at: (usize, usize),
    before: Option<String>,
    /// Documents that are gathered in this part: address and name.
    repeats: Option<(String, String)>,
    fields: Vec<Field>,
    faults: Vec<(String, String)>,
    version: i32,
    /// Of the draft; of a form never saved, which kept text it is.
    revision: String,
    saved: Option<String>,
    draft: Option<String>,
    /// Whether text of this form, never saved, is kept.
    parked: bool,
    /// Whether the text shown is a draft somebody saved over, which can be thrown away.
    old_draft: bool,
    /// Whether the other text was kept by another page of one's own.
    elsewhere: bool,
    more: bool,
    stale: Option<Vec<Difference>>,
    within: CompartmentId,
    readers: String,
    log: bool,
    heavy: bool,
    /// Wishes of relatives on names.
    wishes: Vec<String>,
    /// Where what was written before stands, for its owners.
    versions: Option<String>,
    removable: bool,
    /// What the approver said of this part.
    remark: Option<String>,
    dissents: Dissents,
    /// What the name check says, where the document is the learning brief.
    brief: Option<BriefNames>,
}

struct Drawn {
    definition: FormDef,
    answers: Answers,
    part: Option<String>,
    faults: Vec<Fault>,
    add_to: Option<String>,
    version: i32,
    revision: String,
}

/// Where a form's page stands: frame and surroundings, its own address, where drafts go.
struct Frame {
    shell: Shell,
    around: Around,
    within: CompartmentId,
    action: String,
    autosave: String,
}

impl Drawn {
    fn page(self, frame: Frame, config: &Configured, choices: &Choices) -> FormPage {
        let Frame { shell, around, within, action, autosave } = frame;
        let (words, lists) = (shell.w, choices.over(config.lists()));
        let lang = lang(words.language);
        let part = self.part.filter(|id| self.definition.part(id).is_some()).or_else(|| self.definition.parts.first().map(|part| part.id.clone())).unwrap_or_default();
        let shown = Shown { lang, lists: &lists, faults: &self.faults, add_to: self.add_to.as_deref() };
        let views = fields(to_fields(&self.definition, Some(&part), &self.answers, &shown), &words);
        let faults = self.faults.iter().map(|fault| {
            let id = place_of(&views, &fault.path).unwrap_or_else(|| format!("{action}?part={}", self.definition.part_of(&fault.path).map(|part| part.id.clone()).unwrap_or_default()));
            (id, fault_line(&self.definition, fault, &words))
        }).collect();
        let at = self.definition.parts.iter().position(|found| found.id == part).unwrap_or_default();
        let here = self.definition.parts.get(at);
        let many = self.definition.parts.len() > 1;
        let intro = here.and_then(|part| part.intro.as_ref()).or(self.definition.intro.as_ref().filter(|_| at == 0)).map(|intro| intro.get(lang).to_owned()).unwrap_or_default();
        let repeats = here.and_then(|part| part.repeats.as_ref())
            .and_then(|form| Some((format!("/rooms/{within}/{form}"), config.forms.get(form)?.title.get(lang).to_owned())));
        // The list of a form's documents stands between the case or task and the document itself.
        let form = self.definition.title.get(lang).to_owned();
        let title = here.filter(|_| many).map(|part| part.title.get(lang).to_owned()).unwrap_or_else(|| form.clone());
        let mut way = around.way;
        way.push((action.rsplit_once('/').map(|(list, _)| list.to_owned()).unwrap_or_default(), form.clone()));
        let shell = Shell { title, ..shell }.under(way);
        FormPage {
            parts: parts_shown(&self.definition, &self.answers, &part, &words),
            at: (at + 1, self.definition.parts.len()), before: at.checked_sub(1).and_then(|at| self.definition.parts.get(at)).map(|part| part.id.clone()), repeats,
            readers: if around.readers.is_empty() { String::new() } else { words.t(around.readers) }, log: around.log, heavy: around.heavy, wishes: around.wishes, versions: None,
            shell, form, action, autosave, intro, part, fields: views, faults, version: self.version, revision: self.revision, saved: None, draft: None, parked: false, old_draft: false, elsewhere: false, more: many, stale: None, within, removable: false, remark: None, dissents: Dissents::default(), brief: None,
        }
    }
}

/// The one document of a form that is there once, for who would begin another.
async fn there(app: &App, who: &Who, within: CompartmentId, form: &str) -> Result<Option<ItemId>, Problem> {
    if super::SHEETS.iter().all(|sheet| sheet.form != form || !sheet.once) {
        return Ok(None);
    }
    let form = form.to_owned();
    Ok(app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        if writes(tx, sheet) { forms::there(tx, sheet, within) } else { Ok(None) }
    }).await?)
}

async fn new(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, place: Query<Place>) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    if let Some(item) = there(&app, &who, within, &form).await? {
        return Ok(see_other(&format!("/rooms/{within}/{form}/{item}")));
    }
    let action = format!("/rooms/{within}/{form}/new");
    let (words, here) = (who.words, action.clone());
    let ((name, definition, around, parked, known), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        if !writes(tx, sheet) {
            return Err(Refused::NotYours);
        }
        let parked = sign_in::parked(tx)?.iter().any(|(_, _, kept)| kept.path == here);
        let definition = forms::begin(tx, sheet, within)?;
        let known = choices::drawn(tx, within, &definition, &[], &words)?;
        Ok((tx.own_name()?, definition, around(tx, within, &form, &words)?, parked, known))
    }).await?;
    let answers = definition.presets(lang(words.language));
    let frame = Frame { shell: Shell::of(&who, &session, name, ""), around, within, autosave: format!("{action}/draft"), action };
    let drawn = Drawn { definition, answers, part: place.part.clone(), faults: vec![], add_to: None, version: 0, revision: String::new() };
    let mut drawn = drawn.page(frame, &app.parts().config, &known);
    drawn.parked = parked;
    page(&drawn)
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

/// Where a pressed button leads after saving: the next part, after the last one the check of all; the part before; the list, for later.
fn onward(definition: &FormDef, posted: &Posted, list: &str, item: &str, after: Option<String>) -> String {
    let (part, last) = (posted.get("_part"), definition.parts.len().saturating_sub(1));
    let at = definition.parts.iter().position(|found| found.id == part).unwrap_or(last);
    let to = |at: usize| definition.parts.get(at).map(|part| format!("{item}?part={}&saved=true", part.id));
    match posted.get("do") {
        "later" => Some(list.to_owned()),
        "back" => to(at.saturating_sub(1)),
        _ if at == last && after.is_some() => after,
        _ if at == last && last > 0 => Some(format!("{item}?part={CHECK}&saved=true")),
        _ if last == 0 => to(0),
        _ => to(at + 1),
    }.unwrap_or_else(|| item.to_owned())
}

/// A form as it is asked in a place. Most are asked whole, which needs no look into the place.
async fn asked(app: &App, who: &Who, within: CompartmentId, form: &str) -> Result<FormDef, Problem> {
    if super::SHEETS.iter().all(|sheet| sheet.form != form || sheet.asked.is_none()) {
        return app.parts().config.forms.get(form).cloned().ok_or_else(|| Refused::NotFound.into());
    }
    let form = form.to_owned();
    Ok(app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        forms::asked(tx, sheet, within)
    }).await?)
}

async fn create(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    // Sent twice, or once more by the way back: what was typed is laid beside what is there, and nothing is made a second time.
    if let Some(item) = there(&app, &who, within, &form).await? {
        return save_over(app, who, (within, form, item), posted).await;
    }
    let list = format!("/rooms/{within}/{form}");
    let (action, words, wanted) = (format!("{list}/new"), who.words, form.clone());
    let definition = asked(&app, &who, within, &form).await?;
    let (answers, pressed) = read(&definition, &definition.presets(lang(words.language)), &posted);
    let part = posted.some("_part");
    let mut faults = vec![];
    if pressed.is_none() {
        let (told, kept) = (answers.clone(), posted.get("revision").parse().ok());
        let made = app.run(who.caller(), move |tx| {
            let sheet = sheet(tx, within, &wanted)?;
            let saved = saving::create(tx, sheet, within, None, &told)?;
            if let Some(kept) = kept {
                sign_in::unpark(tx, kept)?;
            }
            Ok((saved, afterwards(tx, within)?))
        }).await;
        match made {
            Ok((saved, after)) => return Ok(see_other(&onward(&definition, &posted, &list, &format!("{list}/{}", saved.id), after))),
            Err(Refused::Faults(found)) => faults = forms::shown(found),
            // Two presses at once: the other one made it.
            Err(Refused::Rule("already-there")) => match there(&app, &who, within, &form).await? {
                Some(item) => return save_over(app, who, (within, form, item), posted).await,
                None => return Err(Refused::Rule("already-there").into()),
            },
            Err(why) => return Err(why.into()),
        }
    }
    let (asked, held) = (definition.clone(), answers.clone());
    let ((name, around, known), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        if !writes(tx, sheet) {
            return Err(Refused::NotYours);
        }
        Ok((tx.own_name()?, around(tx, within, &form, &words)?, choices::drawn(tx, within, &asked, &[&held], &words)?))
    }).await?;
    let frame = Frame { shell: Shell::of(&who, &session, name, ""), around, within, autosave: format!("{action}/draft"), action };
    let drawn = Drawn { definition, answers, part, faults, add_to: pressed.flatten(), version: 0, revision: posted.get("revision").to_owned() };
    let failed = !drawn.faults.is_empty();
    page_or_refused(&drawn.page(frame, &app.parts().config, &known), failed)
}

/// The part of a page's address that shows all answers together, to read them again.
const CHECK: &str = "check";

#[derive(Template)]
#[template(path = "documents/read.html")]
pub(super) struct ReadPage {
    shell: Shell,
    parts: Vec<PartRead>,
    /// Where the answers are changed; empty for who only reads.
    change: String,
    saved: Option<String>,
    /// Where it goes from here, for who has read all answers again.
    onward: Option<(String, String)>,
    /// How many words there are to read, and who wrote them.
    length: usize,
    by: String,
    later: String,
    /// Where what was written before stands, for its owners.
    versions: Option<String>,
    /// Words that look like names, in rooms where roles are to be written; with the part each stands in.
    names: Option<Vec<(NameFound, String)>>,
    dissents: Dissents,
    brief: Option<BriefNames>,
}

impl ReadPage {
    /// For who only reads.
    pub(super) fn of(shell: Shell, parts: Vec<PartRead>, by: &str) -> ReadPage {
        let length = parts.iter().flat_map(|part| &part.lines).flat_map(|(_, lines)| lines).map(|line| line.split_whitespace().count()).sum();
        let later = shell.crumbs.iter().rev().map(|crumb| crumb.href.clone()).find(|href| !href.is_empty()).unwrap_or_else(|| "/".to_owned());
        ReadPage { by: shell.w.t(by), later, length, shell, parts, change: String::new(), saved: None, onward: None, versions: None, names: None, dissents: Dissents::default(), brief: None }
    }
}

async fn open(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, place: Query<Place>) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let list = format!("/rooms/{within}/{form}");
    let action = format!("{list}/{item}");
    let words = who.words;
    let (checked, wanted) = (place.part.as_deref() == Some(CHECK), place.part.clone());
    let ((name, definition, document, draft, may_write, around, known, own, names, remark, dissents, brief), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let mut document = forms::open(tx, sheet, within, item)?;
        let (answers, copied) = copies::own_words(document.answers);
        document.answers = answers;
        let may_write = writes(tx, sheet) && !copied && !document.anothers;
        let draft = if may_write { forms::draft(tx, sheet, within, item)? } else { None };
        // What was written before the variant left a question out stays to be read; it is not asked any more.
        let mut definition = forms::asked(tx, sheet, within)?;
        if !may_write && document.answers.keys().any(|id| definition.field(id).is_none()) {
            definition = forms::definition(tx, &form)?;
        }
        let held: Vec<&Answers> = std::iter::once(&document.answers).chain(draft.as_ref().map(|draft| &draft.body)).collect();
        let known = choices::drawn(tx, within, &definition, &held, &words)?;
        let own = of_owners(tx, within)?;
        let around = around(tx, within, &form, &words)?;
        let names = if checked && may_write { reflections::names_in(tx, within, &definition, item, &document.answers)? } else { None };
        // What the approver said of the part that is shown.
        let part = wanted.or_else(|| goes_on_at(&definition, draft.as_ref().map_or(&document.answers, |draft| &draft.body)));
        let part = part.or_else(|| definition.parts.first().map(|part| part.id.clone())).unwrap_or_default();
        let remark = if may_write && around.heavy { reflections::remark_on(tx, within, &part)? } else { None };
        let dissents = Dissents::of(tx, within, &form, item, &words)?;
        let brief = BriefNames::of(tx, within, &form)?;
        Ok((tx.own_name()?, definition, document, draft, may_write, around, known, own, names, remark, dissents, brief))
    }).await?;
    let shell = Shell::of(&who, &session, name, definition.title.get(lang(words.language)).to_owned());
    let config = &app.parts().config;
    let lists = known.over(config.lists());
    let saved = place.saved.then(|| shell.w.moment(&document.written_at, &session.zone));
    let check = may_write && place.part.as_deref() == Some(CHECK) && definition.parts.len() > 1;
    if !may_write || check {
        let mut parts = by_part(&definition, &document.answers, &lists, &shell.w);
        if check {
            // Who reads all again sees what lacks, too.
            let mut open = lacking(&definition, &document.answers, &action, &shell.w);
            for part in &mut parts {
                part.lacking = open.remove(&part.id).unwrap_or_default();
            }
        }
        let onward = around.way.last().filter(|_| check).cloned();
        let mut way = around.way;
        if check {
            way.push((list.clone(), shell.title.clone()));
        }
        let title = if check { shell.w.t("check-answers") } else { shell.title.clone() };
        let shell = Shell { title, ..shell }.under(way);
        let versions = own.then(|| format!("{list}/{item}/versions"));
        let names = names.map(|found| {
            found.into_iter().map(|one| { let part = definition.part(&one.part).map(|part| part.title.get(lang(words.language)).to_owned()).unwrap_or_default(); (one, part) }).collect()
        });
        return page(&ReadPage { change: if check { action } else { String::new() }, saved, onward, versions, names, dissents, brief, ..ReadPage::of(shell, parts, around.by) });
    }
    // A draft outlives another's save: both texts stand on the page, and saving is a choice made with both in view.
    let over = draft.as_ref().filter(|draft| draft.seen != document.version).map(|draft| differences(&definition, &draft.body, &document.answers, &lists, &words));
    let revision = draft.as_ref().map(|draft| draft.revision.to_string()).unwrap_or_default();
    let kept_at = draft.as_ref().map(|draft| shell.w.moment(&draft.saved_at, &session.zone));
    let answers = draft.map_or(document.answers, |draft| draft.body);
    // Without a part in the address one goes on where something is open.
    let part = place.part.clone().or_else(|| goes_on_at(&definition, &answers));
    let drawn = Drawn { definition, answers, part, faults: vec![], add_to: None, version: document.version, revision };
    let frame = Frame { shell, around, within, autosave: format!("{action}/draft"), action };
    let mut drawn = drawn.page(frame, config, &known);
    (drawn.saved, drawn.draft, drawn.old_draft, drawn.stale, drawn.removable) = (saved, kept_at, over.is_some(), over, document.removable);
    drawn.versions = own.then(|| format!("{}/versions", drawn.action));
    (drawn.remark, drawn.dissents, drawn.brief) = (remark, dissents, brief);
    page(&drawn)
}

async fn save(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    save_over(app, who, path.into_inner(), posted).await
}

async fn save_over(app: Data<App>, who: Who, (within, form, item): (CompartmentId, String, ItemId), posted: Posted) -> Result<HttpResponse, Problem> {
    let (list, words) = (format!("/rooms/{within}/{form}"), who.words);
    let action = format!("{list}/{item}");
    let seen: i32 = posted.get("_version").parse().unwrap_or(0);
    let (wanted, part) = (form.clone(), posted.some("_part"));
    let (definition, before, current, kept) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &wanted)?;
        let document = forms::open(tx, sheet, within, item)?;
        let (kept, drafted) = forms::draft(tx, sheet, within, item)?.map(|draft| (draft.revision, draft.body)).unzip();
        let definition = forms::asked(tx, sheet, within)?;
        let mut current = document.answers;
        current.retain(|id, _| definition.field(id).is_some());
        let mut before = drafted.unwrap_or_else(|| current.clone());
        before.retain(|id, _| definition.field(id).is_some());
        Ok((definition, before, current, kept))
    }).await?;
    let (answers, pressed) = read(&definition, &before, &posted);
    let (mut faults, mut stale) = (vec![], None);
    // Another page of one's own kept other words of this part since: nothing is saved over them unseen.
    let of_part = |one: &Answers, other: &Answers| match part.as_deref().and_then(|part| definition.part(part)) {
        Some(part) => part.fields.iter().any(|field| one.get(&field.id) != other.get(&field.id)),
        None => one != other,
    };
    let elsewhere = kept.filter(|kept| forms::kept_elsewhere((*kept, &before), posted.get("revision").parse().ok(), &current, &answers, of_part));
    if elsewhere.is_some() {
        stale = Some(seen);
    } else if pressed.is_none() {
        let (told, wanted) = (answers.clone(), form.clone());
        let saved = app.run(who.caller(), move |tx| {
            let sheet = sheet(tx, within, &wanted)?;
            saving::save(tx, sheet, within, item, seen, &told)?;
            afterwards(tx, within)
        }).await;
        match saved {
            Ok(after) => return Ok(see_other(&onward(&definition, &posted, &list, &action, after))),
            Err(Refused::Faults(found)) => faults = forms::shown(found),
            // Sent once more without another word: it stands there already.
            Err(Refused::Stale { .. }) if answers == current => return Ok(see_other(&onward(&definition, &posted, &list, &action, None))),
            Err(Refused::Stale { now }) => stale = Some(now),
            Err(why) => return Err(why.into()),
        }
    }
    let wanted = form.clone();
    let (asked, held, others) = (definition.clone(), answers.clone(), before.clone());
    let ((name, theirs, around, known), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &wanted)?;
        let theirs = forms::open(tx, sheet, within, item)?;
        let known = choices::drawn(tx, within, &asked, &[&held, &theirs.answers, &others], &words)?;
        Ok((tx.own_name()?, theirs, around(tx, within, &form, &words)?, known))
    }).await?;
    let config = &app.parts().config;
    let apart = stale.map(|_| differences(&definition, &answers, if elsewhere.is_some() { &before } else { &theirs.answers }, &known.over(config.lists()), &words));
    // After a conflict, saving again is a choice made with both texts in view.
    let drawn = Drawn { definition, answers, part, faults, add_to: pressed.flatten(), version: stale.unwrap_or(seen), revision: elsewhere.map_or_else(|| posted.get("revision").to_owned(), |kept| kept.to_string()) };
    let status = if stale.is_some() { 412 } else if drawn.faults.is_empty() { 200 } else { 422 };
    let frame = Frame { shell: Shell::of(&who, &session, name, ""), around, within, autosave: format!("{action}/draft"), action };
    let mut drawn = drawn.page(frame, config, &known);
    (drawn.old_draft, drawn.elsewhere, drawn.stale) = (apart.is_some() && elsewhere.is_none(), elsewhere.is_some(), apart);
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
        let definition = forms::asked(tx, sheet, within)?;
        let mut before = forms::draft(tx, sheet, within, item)?.map_or(document.answers, |draft| draft.body);
        before.retain(|id, _| definition.field(id).is_some());
        let (answers, _) = read(&definition, &before, &posted);
        forms::keep_draft(tx, sheet, within, item, seen, revision, &answers)
    }).await?;
    Ok(kept_now(&words, &session, kept, None))
}

/// What the script of a page is told of a kept draft: its revision, the version it belongs to where that may be another than the page has, and
/// the line under the form.
pub fn kept_now(words: &Words, session: &Session, revision: impl Serialize, version: Option<i32>) -> HttpResponse {
    let text = words.a("saved-at", "t", words.time(&chrono::Utc::now(), &session.zone));
    json(&match version {
        Some(version) => serde_json::json!({ "revision": revision, "version": version, "text": text }),
        None => serde_json::json!({ "revision": revision, "text": text }),
    }).into()
}

/// A form never saved has no document a draft could belong to: what is typed is kept for its author, as a form that came too late is.
async fn autosave_new(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form) = path.into_inner();
    let kept = posted.get("revision").parse().ok();
    let words = who.words;
    let (id, session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        tx.permit(sheet.write, crate::tx::Place::Compartment(within), None)?;
        let fields = posted.to_keep(&["revision", "do"]);
        sign_in::keep(tx, kept, &Parked { path: format!("/rooms/{within}/{form}/new"), fields, page: None })
    }).await?;
    Ok(kept_now(&words, &session, id, None))
}

async fn drop_draft(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let here = format!("/rooms/{within}/{form}/{item}?part={}", posted.get("part"));
    app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        forms::drop_draft(tx, sheet, within, item)
    }).await?;
    Ok(see_other(&here))
}
