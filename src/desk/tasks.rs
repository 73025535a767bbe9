//! The tasks of an organisation's people: invited, answering, writing, approving, releasing; and recommendations they own.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, FormDef, from_form_post, summary};

use super::relative_acts::ConfirmPage;
use crate::access::Role;
use crate::documents::{self, pages::lang};
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::findings::{self, Recommendation};
use crate::ids::{CompartmentId, ItemId, PassageId, ReflectionId, RelativeId};
use crate::names::Likely;
use crate::people::{self, Listed};
use crate::reflections::{self, ANSWER, ANSWER_QUESTION, APPROVE, Answered, CONFIRM, CORRECT, Inside, READ_INVITATION, RELEASE, REPLACE, Remarks, SEND_BACK, SUBMIT, WITHDRAW};
use crate::reports::{self, Part, Passage, REPLY, Report};
use crate::thematic;
use crate::tx::{App, Place, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/tasks", "The tasks of one's own organisation", list);
    routes.act("GET", "/tasks/{reflection}", &READ_INVITATION, "An invitation and what became of it", one);
    routes.act("POST", "/tasks/{reflection}/answer", &ANSWER, "Answers the invitation", answer);
    routes.act("POST", "/tasks/{reflection}/confirm", &CONFIRM, "Confirms that nothing is known", confirm);
    routes.act("POST", "/tasks/{reflection}/submit", &SUBMIT, "Hands the reflection to the approver", submit);
    routes.act("POST", "/tasks/{reflection}/return", &SEND_BACK, "Sends it back", send_back);
    routes.act("POST", "/tasks/{reflection}/approve", &APPROVE, "Approves it", approve);
    routes.act("GET", "/tasks/{reflection}/embargo", &reports::READ_EMBARGO, "The copy under embargo placed with one's organisation", embargo);
    routes.act("GET", "/tasks/{reflection}/release", &RELEASE, "Asks whether to release: there is no way back", release_page);
    routes.act("POST", "/tasks/{reflection}/release", &RELEASE, "Releases it to the panel", release);
    routes.act("POST", "/tasks/{reflection}/correct", &CORRECT, "Begins a correction", correct);
    routes.act("POST", "/tasks/{reflection}/replace", &REPLACE, "Names another author or approver", replace);
    routes.act("POST", "/tasks/{reflection}/withdraw", &WITHDRAW, "Withdraws it", withdraw);
    routes.act("POST", "/tasks/{reflection}/questions/{item}", &ANSWER_QUESTION, "Answers a supplementary question", answer_question);
    routes.act("POST", "/passages/{passage}/reply", &REPLY, "Answers a passage", reply);
}

#[derive(Template)]
#[template(path = "desk/tasks.html")]
struct TasksPage {
    shell: Shell,
    /// With the day it is asked for; empty where nothing is to be done any more.
    tasks: Vec<(Inside, String)>,
    actions: Vec<(Recommendation, String)>,
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((tasks, actions), shell, session) = framed(&app, &who, |_, _| words.t("menu-tasks"), |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        Ok((reflections::mine(tx)?, findings::mine(tx)?))
    }).await?;
    // A day is told where something is still to be done by it.
    let by = |day: &chrono::NaiveDate, waits: bool| if waits { shell.w.day(day) } else { String::new() };
    let actions = actions.into_iter().map(|one| { let due = by(&one.due_on, matches!(one.state.as_str(), "adopted" | "accepted" | "partly" | "no_answer" | "under_way")); (one, due) }).collect();
    let tasks = tasks.into_iter().map(|task| {
        let handed_in = session.role == Some(Role::Author) && matches!(task.inner.as_deref(), Some("submitted" | "approved"));
        let due = by(&task.outside.due_on, matches!(task.outside.state.as_str(), "invited" | "answered") && !handed_in);
        (task, due)
    }).collect();
    page(&TasksPage { shell, tasks, actions })
}

#[derive(Template)]
#[template(path = "desk/task.html")]
struct TaskPage {
    shell: Shell,
    task: Inside,
    due: String,
    invitation: Vec<(String, Vec<String>)>,
    /// Remarks of the approver: on the whole, and by the title of a part.
    remarks: Vec<(String, Vec<(String, String)>)>,
    /// The parts of the reflection: id and title.
    form_parts: Vec<(String, String)>,
    people: Vec<Listed>,
    passages: Vec<Passage>,
    /// Supplementary questions: id, words, whether answered.
    questions: Vec<(ItemId, String, bool)>,
    embargoed: bool,
    /// Whether a thematic review asks for something of it.
    requested: bool,
    role: Role,
    inner: String,
    /// Whether the answer is that nothing is known, and waits for the approver's word.
    nothing_known: bool,
    /// What the contact wrote beside that answer.
    note: String,
    /// Where the reflection is begun, gone on with, or read; empty where there is none to read.
    reflection_at: String,
    /// Whether who writes has still to begin, and what is asked of them in the invitation.
    begins: bool,
    wanted: Vec<String>,
}

async fn one(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let ((task, answers, remarks, people, passages, questions, (embargoed, requested, nothing_known, note, written), asked), shell, session) = framed(&app, &who, |found: &(Inside, Answers, Vec<Remarks>, Vec<Listed>, Vec<Passage>, Vec<(ItemId, String, bool)>, (bool, bool, bool, String, Option<ItemId>), Option<FormDef>), _| words.a("reflection-of", "name", &found.0.outside.organisation_name), move |tx| -> Result<_, Refused> {
        let answers = reflections::invitation(tx, id)?;
        let task = reflections::mine(tx)?.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)?;
        let contact = tx.session()?.role == Some(Role::Contact);
        let remarks = if contact { vec![] } else { reflections::remarks(tx, id)? };
        let passages = if contact { vec![] } else { reports::of_compartment(tx, task.outside.compartment)? };
        let people = if contact { people::list(tx)? } else { vec![] };
        let questions = if contact { vec![] } else { reflections::questions(tx, id)? };
        let embargoed = !contact && reports::is_embargoed(tx, task.outside.compartment)?;
        let requested = !contact && thematic::is_requested(tx, task.outside.compartment)?;
        let nothing_known = !contact && reflections::says_nothing_known(tx, id)?;
        let note = if nothing_known { reflections::contacts_note(tx, id)? } else { String::new() };
        let written = if contact { None } else { forms::there(tx, &reflections::REFLECTION, task.outside.compartment)? };
        let asked = if contact { None } else { Some(forms::asked(tx, &reflections::REFLECTION, task.outside.compartment)?) };
        Ok((task, answers, remarks, people, passages, questions, (embargoed, requested, nothing_known, note, written), asked))
    }).await?;
    let parts = app.parts();
    let invitation = parts.config.forms.get("invitation").map(|form| summary(form, &answers, &parts.config.lists(), lang(shell.w.language))).unwrap_or_default();
    let form_parts: Vec<(String, String)> = asked.map(|form| form.parts.iter().filter(|part| part.repeats.is_none()).map(|part| (part.id.clone(), part.title.get(lang(shell.w.language)).to_owned())).collect()).unwrap_or_default();
    // In the order of the form.
    let remarks = remarks.into_iter().map(|mut told| (told.text, form_parts.iter().filter_map(|(id, title)| Some((title.clone(), told.parts.remove(id)?))).collect())).collect();
    let (due, inner) = (shell.w.day(&task.outside.due_on), task.inner.clone().unwrap_or_default());
    let role = session.role.unwrap_or(Role::Contact);
    let writes = role == Role::Author && matches!(inner.as_str(), "accepted" | "writing");
    // Without a part in the address one goes on where something is open.
    let room = format!("/rooms/{}/reflection", task.outside.compartment);
    let reflection_at = written.map_or_else(|| if writes { format!("{room}/new") } else { String::new() }, |item| format!("{room}/{item}"));
    let wanted = answers.get("questions").and_then(serde_json::Value::as_array).into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect();
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks"))]);
    page(&TaskPage { role, begins: writes && written.is_none(), reflection_at, wanted, shell, task, due, invitation, remarks, form_parts, people, passages, questions, embargoed, requested, inner, nothing_known, note })
}

fn back(id: ReflectionId) -> HttpResponse {
    see_other(&format!("/tasks/{id}"))
}

async fn answer(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("invitation-answer").ok_or(Refused::NotFound)?;
    let told = Answered { answers: from_form_post(definition, None, &posted.0), author: posted.get("author").parse().ok(), approver: posted.get("approver").parse().ok() };
    app.run(who.caller(), move |tx| reflections::answer(tx, id, &told)).await?;
    Ok(back(id))
}

async fn confirm(app: Data<App>, who: Who, id: Path<ReflectionId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| reflections::confirm_nothing_known(tx, id)).await?;
    Ok(back(id))
}

async fn submit(app: Data<App>, who: Who, id: Path<ReflectionId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    match app.run(who.caller(), move |tx| reflections::submit(tx, id)).await {
        // What lacks is written in the reflection and its events, not here.
        Err(Refused::Faults(_)) => lacking_page(&app, &who, id).await,
        Err(why) => Err(why.into()),
        Ok(()) => Ok(back(id)),
    }
}

#[derive(Template)]
#[template(path = "desk/lacking.html")]
struct LackingPage {
    shell: Shell,
    /// Where each answer that lacks is told, and what it is called.
    lacking: Vec<(String, String)>,
    back: String,
}

/// Every answer that lacks before a reflection can be handed in, as a link to where it is told.
async fn lacking_page(app: &App, who: &Who, id: ReflectionId) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((within, all), shell, _) = framed(app, who, |_, _| words.t("the-reflection"), move |tx| reflections::lacks(tx, id)).await?;
    let lacking = all.iter().flat_map(|one| {
        let item = one.document.map_or_else(|| "new".to_owned(), |item| item.to_string());
        let of = one.number.map(|number| format!("{} {number}: ", one.definition.title.get(lang(words.language)))).unwrap_or_default();
        documents::lacking_in(&one.definition, &one.answers, &format!("/rooms/{within}/{}/{item}", one.form), &words).into_iter().map(move |(href, label)| (href, format!("{of}{label}")))
    }).collect();
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks")), (format!("/tasks/{id}"), words.t("the-reflection"))]);
    page_or_refused(&LackingPage { lacking, back: format!("/tasks/{id}"), shell }, true)
}

async fn send_back(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let parts = posted.0.iter().filter_map(|(name, text)| Some((name.strip_prefix("part-")?.to_owned(), text.clone()))).collect();
    let told = Remarks { text: posted.get("remarks").to_owned(), parts };
    app.run(who.caller(), move |tx| reflections::send_back(tx, id, &told)).await?;
    Ok(back(id))
}

async fn approve(app: Data<App>, who: Who, id: Path<ReflectionId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| reflections::approve(tx, id)).await?;
    Ok(back(id))
}

#[derive(Template)]
#[template(path = "desk/release.html")]
struct ReleasePage {
    shell: Shell,
    id: ReflectionId,
    /// What the panel gets, word for word: the reflection, then each event.
    shared: Vec<(String, Vec<super::reading::Part>)>,
    /// Words of it that look like names.
    names: Vec<Likely>,
}

#[derive(Template)]
#[template(path = "desk/embargo.html")]
struct EmbargoPage {
    shell: Shell,
    report: Report,
    /// Where one asks to be told instead; empty for who does not read reflections.
    told: String,
}

async fn embargo(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let ((report, within), shell, session) = framed(&app, &who, |(report, _): &(Report, CompartmentId), _| report.title.clone(), move |tx| -> Result<_, Refused> {
        let within = reflections::mine(tx)?.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)?.outside.compartment;
        Ok((reports::embargoed(tx, within)?, within))
    }).await?;
    let told = if matches!(session.role, Some(Role::Author | Role::Approver)) { within.to_string() } else { String::new() };
    page(&EmbargoPage { shell, report, told })
}

async fn release_page(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((all, known, found), shell, _) = framed(&app, &who, |_, _| words.t("release"), move |tx| -> Result<_, Refused> {
        let (within, all) = reflections::to_be_released(tx, id)?;
        let found = reflections::names_to_release(tx, within, &all)?;
        let held: Vec<&Answers> = all.iter().map(|one| &one.answers).collect();
        let known = documents::drawn(tx, within, &forms::definition(tx, "chronology-entry")?, &held, &words)?;
        Ok((all, known, found))
    }).await?;
    let mut names: Vec<Likely> = vec![];
    for one in found.into_iter().map(|one| one.name) {
        if !names.contains(&one) {
            names.push(one);
        }
    }
    let config = &app.parts().config;
    let shared = super::reading::shared(&all, config, &known.over(config.lists()), &shell.w);
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks")), (format!("/tasks/{id}"), words.t("the-reflection"))]);
    page(&ReleasePage { shell, id, shared, names })
}

async fn release(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("read") != "true" {
        return Err(Problem::new(422, "faults").at("read", "required"));
    }
    app.run(who.caller(), move |tx| reflections::release(tx, id)).await?;
    Ok(see_other(&format!("/tasks/{id}/released")))
}

async fn correct(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| reflections::correct(tx, id, posted.get("because"))).await?;
    Ok(back(id))
}

async fn replace(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| -> Result<(), Refused> {
        let role = people::list(tx)?.into_iter().find(|one| one.id == hat).and_then(|one| Role::from_code(&one.role)).ok_or(Refused::NotFound)?;
        reflections::replace(tx, id, role, hat)
    }).await?;
    Ok(back(id))
}

/// What withdrawing means, before it is done: there is no way back.
async fn withdraw_page(app: &App, who: &Who, id: ReflectionId) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (task, shell, _) = framed(app, who, |_, _| words.t("withdraw-reflection"), move |tx| -> Result<Inside, Refused> {
        let task = reflections::mine(tx)?.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)?;
        tx.may(&WITHDRAW, Place::Compartment(task.outside.compartment))?;
        Ok(task)
    }).await?;
    let w = shell.w;
    let says: &[&str] = if task.outside.state == "released" { &["withdraw-correction-1", "withdraw-correction-2"] } else { &["withdraw-reflection-1", "withdraw-reflection-2", "withdraw-reflection-3"] };
    page(&ConfirmPage {
        says: says.iter().map(|key| w.t(key)).collect(), action: format!("/tasks/{id}/withdraw"), fields: vec![("_sure", "true".to_owned())],
        button: w.t("withdraw"), keep: w.t("not-now"), back: format!("/tasks/{id}"), grave: true, shell,
    })
}

async fn withdraw(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("_sure") != "true" {
        return withdraw_page(&app, &who, id).await;
    }
    app.run(who.caller(), move |tx| reflections::withdraw(tx, id)).await?;
    Ok(back(id))
}

async fn answer_question(app: Data<App>, who: Who, path: Path<(ReflectionId, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| reflections::answer_question(tx, id, item, posted.get("answer"))).await?;
    Ok(back(id))
}

async fn reply(app: Data<App>, who: Who, id: Path<PassageId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let mut answers = Answers::new();
    for field in ["reply", "text", "statement", "how_was_it"] {
        if let Some(value) = posted.some(field) {
            answers.insert(field.into(), value.into());
        }
    }
    if let Some(right) = posted.some("names_ok") {
        answers.insert("names_ok".into(), (right == "yes").into());
    }
    let place = posted.get("_place").parse::<RelativeId>();
    app.run(who.caller(), move |tx| reports::reply(tx, id, &answers)).await?;
    // Back to the place it was read in, which says that it arrived; not by the start, where kept texts are offered first.
    Ok(see_other(&place.map_or_else(|_| "/".to_owned(), |place| format!("/relatives/{place}?sent=reply"))))
}
