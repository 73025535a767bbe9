//! The pages of thematic reviews: what one reads, what a closed case is asked for, and what an organisation is asked.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, Lists, summary};

use super::{AGREE, ASK, Asked, NAME, PLACE, READ_ASKED, READ_REQUESTS, READ_SOURCES, REFUSE, Request, SETTLE, Sources, Theme};
use crate::access::Role;
use crate::cases::framed_in_case;
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, CompartmentId, ItemId, ReflectionId, ThematicId, ThematicItemId};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/sources", &READ_SOURCES, "The theme of a thematic review and the closed cases it reads", sources);
    routes.act("POST", "/cases/{case}/theme", &NAME, "Names the theme of a thematic review", name_theme);
    routes.act("POST", "/cases/{case}/sources", &NAME, "Names a closed case it reads", name_source);
    routes.act("POST", "/cases/{case}/sources/{source}/drop", &NAME, "Takes a case off again", drop_source);
    routes.act("GET", "/cases/{case}/thematic-requests", &READ_ASKED, "What thematic reviews ask of a closed case", asked);
    routes.act("POST", "/cases/{case}/thematic-requests/{source}/items", &ASK, "Chooses released copies and asks their organisations", ask);
    routes.act("POST", "/cases/{case}/thematic-requests/{source}/placing", &PLACE, "Places what organisations agreed to", place);
    routes.act("POST", "/cases/{case}/thematic-requests/{source}/nothing", &SETTLE, "Says that nothing is placed", settle);
    routes.act("GET", "/tasks/{reflection}/thematic-requests", &READ_REQUESTS, "Which of one's own documents thematic reviews ask for", requests);
    routes.act("POST", "/tasks/{reflection}/thematic-requests/{proposed}/agree", &AGREE, "Agrees that a thematic review reads it", agree);
    routes.act("POST", "/tasks/{reflection}/thematic-requests/{proposed}/decline", &REFUSE, "Says no, or takes a yes back", decline);
}

fn lang(words: &Words) -> Lang {
    Lang::from_code(words.language.code()).unwrap_or_default()
}

/// A theme as it is read.
fn told(theme: &Theme, config: &Configured, words: &Words) -> String {
    let listed = theme.theme.and_then(|code| config.codebook.listed("theme", code)).map(|label| label.get(words.code()).to_owned());
    listed.or_else(|| theme.words.clone()).unwrap_or_default()
}

/// What a form is called.
fn form_title(kind: &str, config: &Configured, words: &Words) -> String {
    config.forms.get(kind).map(|form| form.title.get(lang(words)).to_owned()).unwrap_or_default()
}

/// How many letters of a document tell it from another.
const BEGINNING: usize = 90;

/// What a document is called beside others of its form: the form, and the first it says.
fn titled(kind: &str, lines: &Lines, config: &Configured, words: &Words) -> String {
    let said = lines.iter().flat_map(|(_, values)| values).take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    let begins: String = said.chars().take(BEGINNING).collect();
    let more = if said.chars().nth(BEGINNING).is_some() { "…" } else { "" };
    let title = form_title(kind, config, words);
    if begins.is_empty() { title } else { format!("{title}: {begins}{more}") }
}

#[derive(Template)]
#[template(path = "thematic/sources.html")]
struct SourcesPage {
    shell: Shell,
    case: CaseId,
    found: Sources,
    theme: String,
    /// Codes of the list of themes, with their names.
    themes: Vec<(String, String)>,
}

async fn sources(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let (found, shell, _) = framed_in_case(&app, &who, case, "thematic-sources", move |tx| super::sources(tx, case)).await?;
    let config = &app.parts().config;
    let theme = found.theme.as_ref().map(|theme| told(theme, config, &shell.w)).unwrap_or_default();
    let themes = config.lists().options("theme").unwrap_or_default().into_iter().map(|option| (option.code, option.label.get(lang(&shell.w)).to_owned())).collect();
    page(&SourcesPage { shell, case, found, theme, themes })
}

fn to_sources(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/sources"))
}

async fn name_theme(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let code = posted.some("theme").map(|code| code.parse().map_err(|_| Problem::new(422, "faults").at("theme", "not-an-option"))).transpose()?;
    let theme = Theme { theme: code, words: posted.some("words") };
    app.run(who.caller(), move |tx| super::name_theme(tx, case, &theme)).await?;
    Ok(to_sources(case))
}

async fn name_source(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::name_source(tx, case, posted.get("number"))).await?;
    Ok(to_sources(case))
}

async fn drop_source(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::drop_source(tx, case, id)).await?;
    Ok(to_sources(case))
}

/// Questions with their answers, as read.
type Lines = Vec<(String, Vec<String>)>;

/// A copy that can be chosen, as it is drawn.
struct ChoiceShown {
    copy: ItemId,
    organisation: String,
    title: String,
    lines: Lines,
}

/// A copy that was asked for, as it is drawn.
struct ChosenShown {
    organisation: String,
    title: String,
    stage: &'static str,
    due: String,
    words: Vec<String>,
}

/// A thematic review that asks, as it is drawn.
struct AskedShown {
    id: ThematicId,
    theme: String,
    stage: &'static str,
    shred_on: String,
    answer_by: String,
    chosen: Vec<ChosenShown>,
    choices: Vec<ChoiceShown>,
    agreed: usize,
    placed: bool,
}

#[derive(Template)]
#[template(path = "thematic/asked.html")]
struct AskedPage {
    shell: Shell,
    case: CaseId,
    all: Vec<AskedShown>,
}

fn shown(asked: Asked, config: &Configured, lists: &dyn Lists, words: &Words) -> AskedShown {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| words.day(&day)).unwrap_or_default();
    let lines = |kind: &str, answers: &Answers| config.forms.get(kind).map(|form| summary(form, answers, lists, lang(words))).unwrap_or_default();
    AskedShown {
        id: asked.id, theme: asked.theme.as_ref().map(|theme| told(theme, config, words)).unwrap_or_default(), stage: asked.stage.word(), shred_on: day(asked.shred_on), answer_by: day(asked.answer_by),
        agreed: asked.chosen.iter().filter(|one| one.stage == super::Stage::Agreed).count(), placed: asked.stage == super::Stage::Placed,
        chosen: asked.chosen.into_iter().map(|one| ChosenShown { title: form_title(&one.kind, config, words), stage: one.stage.word(), due: words.day(&one.due_on), organisation: one.organisation, words: one.words }).collect(),
        choices: asked.choices.into_iter().map(|one| {
            let lines = one.answers.as_object().map(|answers| lines(one.kind, answers)).unwrap_or_default();
            ChoiceShown { copy: one.copy, title: titled(one.kind, &lines, config, words), organisation: one.organisation, lines }
        }).collect(),
    }
}

async fn asked(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let (found, shell, _) = framed_in_case(&app, &who, case, "thematic-asked", move |tx| super::asked(tx, case)).await?;
    let config = &app.parts().config;
    let mut known = forms::Choices::default();
    known.put("organisation", forms::kinds_of_organisations(&config.lists()));
    let all = found.into_iter().map(|one| shown(one, config, &known.over(config.lists()), &shell.w)).collect();
    page(&AskedPage { shell, case, all })
}

fn to_asked(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/thematic-requests"))
}

async fn ask(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    let items: Vec<ItemId> = posted.0.iter().filter(|(field, _)| field == "item").filter_map(|(_, id)| id.parse().ok()).collect();
    app.run(who.caller(), move |tx| super::ask(tx, case, id, &items)).await?;
    Ok(to_asked(case))
}

async fn place(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::place(tx, case, id)).await?;
    Ok(to_asked(case))
}

async fn settle(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::nothing(tx, case, id, posted.get("reason"))).await?;
    Ok(to_asked(case))
}

/// What is asked for, as it is drawn.
struct RequestShown {
    id: ThematicItemId,
    theme: String,
    title: String,
    href: String,
    stage: &'static str,
    due: String,
    shred_on: String,
    /// Whether one can still say yes, and no.
    may_agree: bool,
    may_refuse: bool,
}

#[derive(Template)]
#[template(path = "thematic/requests.html")]
struct RequestsPage {
    shell: Shell,
    id: ReflectionId,
    all: Vec<RequestShown>,
}

async fn requests(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let ((found, within, name), shell, session) = framed(&app, &who, |_, _| words.t("thematic-requests"), move |tx| -> Result<(Vec<Request>, CompartmentId, String), Refused> {
        let own = super::consent::own(tx, id)?;
        Ok((super::consent::of_own(tx, &own)?, own.outside.compartment, own.outside.organisation_name))
    }).await?;
    let (config, today) = (&app.parts().config, chrono::Utc::now().with_timezone(&session.zone).date_naive());
    let answers = session.role == Some(Role::Approver);
    let mut known = forms::Choices::default();
    known.put("organisation", forms::kinds_of_organisations(&config.lists()));
    let lists = known.over(config.lists());
    let all = found.into_iter().map(|one| {
        let lines = config.forms.get(&one.kind).map(|form| summary(form, &one.answers, &lists, lang(&words))).unwrap_or_default();
        let open = answers && !matches!(one.stage, super::Stage::Placed | super::Stage::Gone);
        RequestShown {
            id: one.id, theme: one.theme.as_ref().map(|theme| told(theme, config, &words)).unwrap_or_default(), title: titled(&one.kind, &lines, config, &words),
            href: format!("/rooms/{within}/{}/{}", one.kind, one.document), stage: one.stage.word(), due: words.day(&one.due_on), shred_on: words.day(&one.shred_on),
            may_agree: open && one.stage != super::Stage::Agreed && one.due_on >= today, may_refuse: open && one.stage != super::Stage::Refused,
        }
    }).collect();
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks")), (format!("/tasks/{id}"), words.a("reflection-of", "name", &name))]);
    page(&RequestsPage { shell, id, all })
}

fn to_requests(id: ReflectionId) -> HttpResponse {
    see_other(&format!("/tasks/{id}/thematic-requests"))
}

async fn agree(app: Data<App>, who: Who, path: Path<(ReflectionId, ThematicItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::agree(tx, id, item, posted.some("words").as_deref())).await?;
    Ok(to_requests(id))
}

async fn decline(app: Data<App>, who: Who, path: Path<(ReflectionId, ThematicItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::refuse(tx, id, item, posted.some("words").as_deref())).await?;
    Ok(to_requests(id))
}
