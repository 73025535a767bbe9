//! The case list with its filters, and taking in a case.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use chrono::Duration;
use form::{Answers, Shown, from_form_post, to_fields};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::{Kind, Role};
use crate::cases::{self, Filter, Listed, NOTIFY, Notification, Recent, State};
use crate::compartments;
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::forms;
use crate::http::{CHANGED, Posted, Problem, Query, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::CaseId;
use crate::register::duplicates::{self, OwnAlike};
use crate::tx::{App, Place, Refusal, Refused, or_first};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases", "The list of cases", list);
    routes.act("GET", "/cases/new", &NOTIFY, "The form of a notification", new);
    routes.act("POST", "/cases/new", &NOTIFY, "Takes in a case", notify);
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    cursor: String,
}

#[derive(Template)]
#[template(path = "desk/cases.html")]
struct CasesPage {
    shell: Shell,
    /// With the last day in words, and whether it has passed.
    cases: Vec<(Listed, String, bool)>,
    narrowed: bool,
    states: Vec<(&'static str, bool)>,
    due: String,
    q: String,
    /// Roles that may have to act, and whether one is chosen.
    roles: Vec<(&'static str, bool)>,
    sort: String,
    /// The heads of columns that sort: their addresses.
    by_number: String,
    by_due: String,
    before: Option<String>,
    next: Option<String>,
    may_notify: bool,
}

/// The roles a term of a case may wait for.
const ACTING: [Role; 5] = [Role::Coordinator, Role::Chair, Role::Secretary, Role::QualityReviewer, Role::RegisterManager];

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

async fn list(app: Data<App>, who: Who, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let filter = Filter { state: some(&wanted.state), due: some(&wanted.due), number: some(&wanted.q), must_act: some(&wanted.act), sort: some(&wanted.sort), at: some(&wanted.cursor), ..Filter::default() };
    // Whoever asks for an order or a term gets that one; else one's own turn goes before an earlier one of another.
    let plain = [&filter.sort, &filter.due, &filter.must_act].into_iter().all(Option::is_none);
    let ((found, own, today), shell, session) = framed(&app, &who, |_, _| words.t("menu-cases"), move |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        let found = or_first(cases::pages_of_cases(tx, &filter), || cases::pages_of_cases(tx, &Filter { at: None, ..filter }))?;
        let own = if plain { cases::own_terms(tx, &found.rows.iter().map(|case| case.id).collect::<Vec<_>>())? } else { vec![] };
        Ok((found, own, tx.today()))
    }).await?;
    let at = |sort: &str, cursor: &str| {
        let told = [("state", wanted.state.as_str()), ("due", wanted.due.as_str()), ("q", wanted.q.as_str()), ("act", wanted.act.as_str()), ("sort", sort), ("cursor", cursor)];
        format!("/cases?{}", serde_urlencoded::to_string(told.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>()).unwrap_or_default())
    };
    let beside = |cursor: Option<String>| cursor.map(|cursor| at(&wanted.sort, &cursor));
    let (before, next) = (beside(found.before), beside(found.next));
    let (by_number, by_due) = (at("", ""), at(if wanted.sort == "due" { "-due" } else { "due" }, ""));
    let cases = found.rows.into_iter().map(|mut case| {
        if let Some((_, day, what)) = own.iter().find(|(id, ..)| *id == case.id) {
            (case.due, case.due_what, case.must_act) = (Some(*day), Some(what.clone()), session.role.map(|role| role.code().to_owned()));
        }
        let (due, late) = (shell.w.day_or_none(&case.due), case.due.is_some_and(|due| due < today));
        (case, due, late)
    }).collect();
    page(&CasesPage {
        may_notify: session.role.is_some_and(|role| NOTIFY.allows(role)), shell, cases, states: State::ALL.into_iter().map(|state| (state.word(), state.word() == wanted.state)).collect(),
        roles: ACTING.map(|role| (role.code(), role.code() == wanted.act)).to_vec(), sort: wanted.sort.clone(), by_number, by_due, before,
        narrowed: [&wanted.state, &wanted.due, &wanted.q, &wanted.act].iter().any(|part| !part.trim().is_empty()), due: wanted.due.clone(), q: wanted.q.clone(), next,
    })
}

#[derive(Template)]
#[template(path = "desk/notify.html")]
struct NotifyPage {
    shell: Shell,
    intro: String,
    /// The parts of the form; only the first is asked before there is a case.
    parts: Vec<String>,
    fields: Vec<Field>,
    faults: Vec<(String, String)>,
    profiles: Vec<(String, String, bool)>,
    /// The name of the variant that reads several closed cases, said beside the choice: it adds no death to the register.
    thematic: String,
    child_variant: bool,
    looked: Looked,
    /// Case, number, and when it was notified, in words.
    just: Vec<(CaseId, String, String)>,
}

/// What was looked for among the bureau's own cases before notifying, and what was found; none while nobody looked.
#[derive(Default)]
struct Looked {
    day: String,
    family: String,
    given: String,
    found: Option<Vec<OwnAlike>>,
    /// What the caller notified a short while ago, asked about before another is made.
    just: Vec<Recent>,
}

/// How long after a notification another one of the same person is asked about first; longer where it comes from the very page that made one.
const SHORT_WHILE: Duration = Duration::hours(1);
const FROM_THAT_PAGE: Duration = Duration::days(1);

impl Looked {
    fn posted(posted: &Posted) -> Looked {
        Looked { day: posted.get("_day").to_owned(), family: posted.get("_family").to_owned(), given: posted.get("_given").to_owned(), found: None, just: vec![] }
    }
    /// As answers of the form, beside those that were given: for comparing, kept nowhere.
    fn beside(&self, answers: &Answers) -> Answers {
        let mut all = answers.clone();
        let told = |text: &str| !text.trim().is_empty();
        if told(&self.day) && !all.contains_key("incident_date") {
            all.insert("incident_date".into(), self.day.trim().into());
        }
        if (told(&self.family) || told(&self.given)) && !all.contains_key("victims") {
            all.insert("victims".into(), serde_json::json!([{ "person": { "family": self.family.trim(), "given": self.given.trim() } }]));
        }
        all
    }
}

async fn drawn(app: &App, who: &Who, answers: &Answers, faults: &[form::Fault], profile: &str, child_variant: bool, general: Option<String>, looked: Looked) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((), shell, session) = framed(app, who, |(), _| words.t("notify"), |tx| -> Result<(), Refused> { tx.may(&cases::NOTIFY, Place::Hat) }).await?;
    let config = &app.parts().config;
    let definition = config.forms.get("notification").ok_or(Refused::NotFound)?;
    let lists = config.lists();
    let shown = Shown { lang: lang(shell.w.language), lists: &lists, faults, add_to: None };
    let first = definition.parts.first().ok_or(Refused::NotFound)?;
    let fields = fields(to_fields(definition, Some(&first.id), answers, &shown), &shell.w);
    let parts = definition.parts.iter().map(|part| part.title.get(shown.lang).to_owned()).collect();
    let mut told = fault_lines(definition, faults, &shell.w);
    told.extend(general.map(|text| ("#main".to_owned(), text)));
    let failed = !told.is_empty();
    let profiles: Vec<(String, String, bool)> = config.profiles.iter().map(|(id, found)| (id.clone(), found.name.get(shell.w.code()).or_else(|| found.name.get("nl")).cloned().unwrap_or_else(|| id.clone()), id == profile)).collect();
    let thematic = profiles.iter().find(|(id, ..)| config.profiles.get(id).is_some_and(|found| found.thematic.is_some())).map(|(_, name, _)| name.clone()).unwrap_or_default();
    let intro = definition.intro.as_ref().map(|intro| intro.get(shown.lang).to_owned()).unwrap_or_default();
    let just = looked.just.iter().map(|one| (one.case, one.number.clone(), shell.w.moment(&one.at, &session.zone))).collect();
    page_or_refused(&NotifyPage { shell, intro, parts, fields, faults: told, profiles, thematic, child_variant, looked, just }, failed)
}

async fn new(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    drawn(&app, &who, &Answers::new(), &[], "full", false, None, Looked::default()).await
}

async fn notify(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("notification").ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let (profile, child_variant) = (posted.get("_profile").to_owned(), posted.get("_child") == "true");
    let mut looked = Looked::posted(&posted);
    let (asks, sure, all) = (posted.get("do") == "look", posted.get("_sure") == "true" || posted.get("do") == "another", looked.beside(&answers));
    // What can't be taken in is told first: nobody is asked about a case that would not be made.
    let whole = form::check(definition, &answers, &parts.config.lists()).is_empty() && Notification::from_answers(&answers, &profile, child_variant, who.words.code(), None).is_ok();
    if asks || whole && !sure {
        let while_ago = if posted.get(CHANGED).is_empty() { SHORT_WHILE } else { FROM_THAT_PAGE };
        let (found, just) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
            let found = duplicates::own_alike(tx, &all)?;
            let just: Vec<Recent> = if asks { vec![] } else { cases::just_notified(tx, while_ago)?.into_iter().filter(|one| !found.iter().any(|alike| alike.case == one.case)).collect() };
            Ok((found, just))
        }).await?;
        // A probable same case, or one made a moment ago, holds the notification until the coordinator says that it is another one: whoever
        // went back to the empty form meant the first.
        if asks || !found.is_empty() || !just.is_empty() {
            (looked.found, looked.just) = ((asks || !found.is_empty()).then_some(found), just);
            return drawn(&app, &who, &answers, &[], &profile, child_variant, None, looked).await;
        }
    }
    let (told, language, wanted) = (answers.clone(), who.words.code(), profile.clone());
    let made = app.run(who.caller(), move |tx| -> Result<_, cases::CaseError> {
        let facts = Notification::from_answers(&told, &wanted, child_variant, language, None)?;
        let case = cases::notify(tx, &facts, &told)?;
        let within = compartments::of_kind(tx, case, Kind::Case)?;
        Ok((within, forms::list(tx, &cases::NOTIFICATION, within, None)?.pop().ok_or(Refused::NotFound)?.id))
    }).await;
    match made {
        // From here on it is a document like any other: one part a page, kept while one types.
        Ok((within, item)) => {
            let next = definition.parts.get(1).map(|part| part.id.as_str()).unwrap_or_default();
            Ok(see_other(&format!("/rooms/{within}/notification/{item}?part={next}&saved=true")))
        }
        Err(why) if why.status() == 422 => {
            // All that is wrong with what was typed, beside its questions; else the rule of the room that holds it.
            let mut faults = form::check(definition, &answers, &parts.config.lists());
            if faults.is_empty() {
                faults = forms::shown(why.faults());
            }
            let general = faults.is_empty().then(|| Problem::from(why).text(&who.words));
            drawn(&app, &who, &answers, &faults, &profile, child_variant, general, looked).await
        }
        Err(why) => Err(why.into()),
    }
}
