//! What is done with and by a relative, each after a page that says what happens and whether it can be undone (`ux.md` 1.3).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::relatives::back;
use crate::access::{Act, Role};
use crate::cases;
use crate::compartments;
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CompartmentId, ItemId, MembershipId, PassageId, QuestionId, RelativeId};
use crate::people::{self, Invitation};
use crate::relatives::{self, Asked, CHOOSE_RECOVERY, END_MEMBER, FREEZE, HOLD, Hold, LET_SUPPORTER_IN, PLACE, TELL_NAMING};
use crate::reports::{self, AGREE_WORDING, PASS_ON, PROPOSE, TAKE};
use crate::tx::{App, Place, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/relatives/{relative}/place", &PLACE, "Says what would be placed, before it is", place_page);
    routes.act("POST", "/relatives/{relative}/place", &PLACE, "Places what was marked, and questions", place);
    routes.act("GET", "/relatives/{relative}/freeze", &FREEZE, "Asks whether to freeze or thaw", freeze_page);
    routes.act("POST", "/relatives/{relative}/freeze", &FREEZE, "Freezes or thaws", freeze);
    routes.act("GET", "/relatives/{relative}/pass-on/{passage}", &PASS_ON, "Asks whether to pass a reaction on", pass_on_page);
    routes.act("POST", "/relatives/{relative}/pass-on/{passage}", &PASS_ON, "Passes a relative's reaction on to the chair", pass_on);
    routes.act("POST", "/relatives/{relative}/wordings", &PROPOSE, "Proposes another wording for words that hold the report", propose);
    routes.act("POST", "/relatives/{relative}/wordings/{wording}/answer", &AGREE_WORDING, "Agrees to another wording, or not", answer_wording);
    routes.act("GET", "/relatives/{relative}/wordings/{wording}/take", &TAKE, "Asks whether to pass a wording on", take_page);
    routes.act("POST", "/relatives/{relative}/wordings/{wording}/take", &TAKE, "Passes a wording on that was agreed to", take);
    routes.act("GET", "/relatives/{relative}/end-member/{hat}", &END_MEMBER, "Asks whether to end somebody's access", end_page);
    routes.act("POST", "/relatives/{relative}/end-member", &END_MEMBER, "Ends a relative's or a supporter's access", end_member);
    routes.act("GET", "/relatives/{relative}/hold/{how}", &HOLD, "Says what pausing, stopping or going on means", hold_page);
    routes.act("POST", "/relatives/{relative}/hold/{how}", &HOLD, "Pauses, stops, or goes on", hold);
    routes.act("GET", "/relatives/{relative}/recovery-choice", &CHOOSE_RECOVERY, "Asks whether the bureau's recovery applies", recovery_page);
    routes.act("POST", "/relatives/{relative}/recovery-choice", &CHOOSE_RECOVERY, "Chooses whether it does", recovery);
    routes.act("GET", "/relatives/{relative}/supporter", &LET_SUPPORTER_IN, "Says what a supporter may, before one is let in", supporter_page);
    routes.act("POST", "/relatives/{relative}/supporter", &LET_SUPPORTER_IN, "A relative lets their own supporter in", supporter);
    routes.act("POST", "/relatives/{relative}/naming", &TELL_NAMING, "Tells a relative what was decided of a name", naming);
    routes.own("POST", "/told/{compartment}", "Asks to be told what lies there, instead of reading it", told);
}

/// The relative's compartment, for who may do the act there.
fn may(tx: &mut Tx, id: RelativeId, act: &'static Act) -> Result<relatives::Mine, Refused> {
    let place = relatives::mine(tx)?.into_iter().find(|place| place.id == id).ok_or(Refused::NotFound)?;
    tx.may(act, Place::Compartment(place.compartment))?;
    Ok(place)
}

#[derive(Template)]
#[template(path = "desk/confirm.html")]
pub(super) struct ConfirmPage {
    pub(super) shell: Shell,
    /// What happens, and whether it can be undone.
    pub(super) says: Vec<String>,
    pub(super) action: String,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) button: String,
    pub(super) keep: String,
    pub(super) back: String,
    pub(super) grave: bool,
}

/// What is asked before an act: key of its title, keys of what it says, key of the button.
struct Question<'a> {
    title: &'a str,
    says: &'a [&'a str],
    button: &'a str,
    grave: bool,
}

fn asked(shell: Shell, id: RelativeId, action: String, fields: Vec<(&'static str, String)>, question: &Question<'_>) -> Result<HttpResponse, Problem> {
    let w = shell.w;
    page(&ConfirmPage { says: question.says.iter().map(|key| w.t(key)).collect(), button: w.t(question.button), keep: w.t("not-now"), back: format!("/relatives/{id}"), grave: question.grave, shell, action, fields })
}

/// What would be placed, without quoting it.
struct ToPlace {
    texts: Vec<(&'static str, String)>,
    events: usize,
    questions: Vec<Asked>,
    documents: Vec<ItemId>,
}

#[derive(Template)]
#[template(path = "desk/relative_place.html")]
struct PlacePage {
    shell: Shell,
    id: RelativeId,
    texts: Vec<(&'static str, String)>,
    events: usize,
    questions: Vec<Asked>,
}

fn to_place(tx: &mut Tx, id: RelativeId) -> Result<ToPlace, Refused> {
    let within = may(tx, id, &PLACE)?.compartment;
    let mut documents = vec![];
    let mut texts = vec![];
    for words in forms::open_all(tx, &relatives::INPUT, within)? {
        documents.push(words.id);
        texts.extend(relatives::marked(&words.answers));
    }
    let events: Vec<ItemId> = forms::list(tx, &relatives::ENTRY, within, None)?.into_iter().map(|listed| listed.id).collect();
    let questions = relatives::questions(tx, id)?.into_iter().filter(|asked| !asked.placed && !asked.contact_only).collect();
    let count = events.len();
    documents.extend(events);
    Ok(ToPlace { texts, events: count, questions, documents })
}

async fn place_page(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let (found, shell, _) = framed(&app, &who, |_, _| words.t("place-title"), move |tx| to_place(tx, id)).await?;
    page(&PlacePage { shell, id, texts: found.texts, events: found.events, questions: found.questions })
}

async fn place(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let found = to_place(tx, id)?;
        let wanted = |asked: &Asked| posted.0.iter().any(|(field, value)| field == "question" && *value == asked.id.to_string());
        let questions: Vec<QuestionId> = found.questions.iter().filter(|asked| wanted(asked)).map(|asked| asked.id).collect();
        relatives::place(tx, id, &found.documents, &questions)
    }).await?;
    Ok(back(id))
}

async fn freeze_page(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let (place, shell, _) = framed(&app, &who, |place: &relatives::Mine, _| words.t(if place.state == "frozen" { "thaw" } else { "freeze" }), move |tx| may(tx, id, &FREEZE)).await?;
    let frozen = place.state == "frozen";
    let question = Question { title: "", says: if frozen { &["thaw-1"] } else { &["freeze-note", "freeze-2"] }, button: if frozen { "thaw" } else { "freeze" }, grave: false };
    asked(shell, id, format!("/relatives/{id}/freeze"), vec![("frozen", (!frozen).to_string())], &question)
}

async fn freeze(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| relatives::freeze(tx, id, posted.get("frozen") == "true")).await?;
    Ok(back(id))
}

async fn pass_on_page(app: Data<App>, who: Who, path: Path<(RelativeId, PassageId)>) -> Result<HttpResponse, Problem> {
    let ((id, passage), words) = (path.into_inner(), who.words);
    let (_, shell, _) = framed(&app, &who, |_, _| words.t("pass-on"), move |tx| -> Result<(), Refused> {
        // Who does not pass on is told no more of a passage that is there than of one that is not.
        let within = may(tx, id, &PASS_ON).map_err(|why| if matches!(why, Refused::NotYours) { Refused::NotFound } else { why })?.compartment;
        reports::of_compartment(tx, within)?.into_iter().find(|one| one.id == passage && one.to_pass_on).map(drop).ok_or(Refused::NotFound)
    }).await?;
    asked(shell, id, format!("/relatives/{id}/pass-on/{passage}"), vec![], &Question { title: "", says: &["pass-on-1", "pass-on-2", "pass-on-3"], button: "pass-on", grave: false })
}

async fn pass_on(app: Data<App>, who: Who, path: Path<(RelativeId, PassageId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, passage) = path.into_inner();
    app.run(who.caller(), move |tx| reports::pass_on(tx, passage)).await?;
    Ok(back(id))
}

async fn propose(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let item = posted.get("item").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| reports::propose_wording(tx, id, item, posted.get("field"), posted.get("text"))).await?;
    Ok(back(id))
}

async fn answer_wording(app: Data<App>, who: Who, path: Path<(RelativeId, ItemId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, wording) = path.into_inner();
    let agrees = match posted.get("agrees") {
        "true" => true,
        "false" => false,
        _ => return Err(Problem::new(422, "faults").at("agrees", "not-an-option")),
    };
    app.run(who.caller(), move |tx| reports::answer_wording(tx, id, wording, agrees)).await?;
    Ok(back(id))
}

async fn take_page(app: Data<App>, who: Who, path: Path<(RelativeId, ItemId)>) -> Result<HttpResponse, Problem> {
    let ((id, wording), words) = (path.into_inner(), who.words);
    let (_, shell, _) = framed(&app, &who, |_, _| words.t("wording-take"), move |tx| -> Result<(), Refused> {
        may(tx, id, &TAKE)?;
        reports::wordings(tx, id)?.wordings.into_iter().find(|one| one.id == wording && one.state == "agreed").map(drop).ok_or(Refused::NotFound)
    }).await?;
    asked(shell, id, format!("/relatives/{id}/wordings/{wording}/take"), vec![], &Question { title: "", says: &["wording-take-1", "pass-on-3"], button: "wording-take", grave: false })
}

async fn take(app: Data<App>, who: Who, path: Path<(RelativeId, ItemId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, wording) = path.into_inner();
    app.run(who.caller(), move |tx| reports::take_wording(tx, id, wording)).await?;
    Ok(back(id))
}

async fn end_page(app: Data<App>, who: Who, path: Path<(RelativeId, MembershipId)>) -> Result<HttpResponse, Problem> {
    let ((id, hat), words) = (path.into_inner(), who.words);
    let (name, shell, _) = framed(&app, &who, |_, _| words.t("end-access"), move |tx| -> Result<String, Refused> {
        may(tx, id, &END_MEMBER)?;
        relatives::members(tx, id)?.into_iter().find(|one| one.hat == hat && one.may_end).map(|one| one.name).ok_or(Refused::NotFound)
    }).await?;
    let w = shell.w;
    page(&ConfirmPage {
        says: vec![w.a("end-access-1", "name", &name), w.t("end-access-2"), w.t("end-access-3")], action: format!("/relatives/{id}/end-member"), fields: vec![("hat", hat.to_string())],
        button: w.t("end-access"), keep: w.t("not-now"), back: format!("/relatives/{id}"), grave: true, shell,
    })
}

async fn end_member(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| relatives::end_member(tx, id, hat)).await?;
    Ok(back(id))
}

async fn hold_page(app: Data<App>, who: Who, path: Path<(RelativeId, String)>) -> Result<HttpResponse, Problem> {
    let ((id, word), words) = (path.into_inner(), who.words);
    let how = Hold::from_word(&word).ok_or(Refused::NotFound)?;
    let question = match how {
        Hold::Paused => Question { title: "hold-pause", says: &["hold-pause-1", "hold-stays", "hold-contact", "hold-back"], button: "hold-pause", grave: false },
        Hold::Stopped => Question { title: "hold-stop", says: &["hold-stop-1", "hold-stays", "hold-stop-placed", "hold-contact", "hold-back"], button: "hold-stop", grave: true },
        Hold::GoesOn => Question { title: "hold-go-on", says: &["hold-go-on-1", "hold-contact"], button: "hold-go-on", grave: false },
    };
    let title = words.t(question.title);
    let (_, shell, _) = framed(&app, &who, |_, _| title, move |tx| may(tx, id, &HOLD)).await?;
    asked(shell, id, format!("/relatives/{id}/hold/{word}"), vec![], &question)
}

async fn hold(app: Data<App>, who: Who, path: Path<(RelativeId, String)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, word) = path.into_inner();
    let how = Hold::from_word(&word).ok_or(Refused::NotFound)?;
    app.run(who.caller(), move |tx| relatives::hold(tx, id, how)).await?;
    Ok(see_other(&format!("/relatives/{id}#stop")))
}

#[derive(Template)]
#[template(path = "desk/relative_recovery.html")]
struct RecoveryPage {
    shell: Shell,
    id: RelativeId,
    /// `with`, `without`; empty while nothing was chosen.
    chosen: &'static str,
    /// What lacked when it was sent: where, and what to do.
    faults: Vec<(String, String)>,
}

async fn recovery_page(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    drawn_recovery(&app, &who, id.into_inner(), vec![]).await
}

async fn drawn_recovery(app: &App, who: &Who, id: RelativeId, faults: Vec<(String, String)>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (chosen, shell, _) = framed(app, who, |_, _| words.t("recovery-choice"), move |tx| -> Result<_, Refused> {
        let within = may(tx, id, &CHOOSE_RECOVERY)?.compartment;
        compartments::recovery_chosen(tx, within)
    }).await?;
    let chosen = match chosen {
        Some(true) => "with",
        Some(false) => "without",
        None => "",
    };
    let refused = !faults.is_empty();
    page_or_refused(&RecoveryPage { shell, id, chosen, faults }, refused)
}

async fn recovery(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let applies = match posted.get("choice") {
        "with" => true,
        "without" => false,
        _ => return drawn_recovery(&app, &who, id, vec![("#rc-with".into(), who.words.t("fault-not-an-option"))]).await,
    };
    app.run(who.caller(), move |tx| relatives::choose_recovery(tx, id, applies)).await?;
    Ok(back(id))
}

#[derive(Template)]
#[template(path = "desk/relative_supporter.html")]
struct SupporterPage {
    shell: Shell,
    id: RelativeId,
}

async fn supporter_page(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    let (id, words) = (id.into_inner(), who.words);
    let (_, shell, _) = framed(&app, &who, |_, _| words.t("supporter-invite"), move |tx| may(tx, id, &LET_SUPPORTER_IN)).await?;
    page(&SupporterPage { shell, id })
}

async fn supporter(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let name = posted.some("name").ok_or_else(|| Problem::new(422, "faults").at("name", "required"))?;
    let writes = match posted.get("scope") {
        "read" => false,
        "write" => true,
        _ => return Err(Problem::new(422, "faults").at("scope", "not-an-option")),
    };
    let second = people::second_code();
    let person = Invitation { role: Role::Supporter, name: name.clone(), organisation: None, second: Some(second.clone()) };
    let called = name.clone();
    let made = people::invite_and(&app, who.caller(), person, move |tx, hat| relatives::let_supporter_in(tx, id, hat, &called, writes)).await?;
    people::letter_page(&app, &who, &made, people::To { role: Role::Supporter, name, address: vec![], second: Some(second), back: format!("/relatives/{id}") }).await
}

async fn naming(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| relatives::tell_naming(tx, id, posted.get("how"), posted.get("name"))).await?;
    Ok(back(id))
}

async fn told(app: Data<App>, who: Who, within: Path<CompartmentId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let within = within.into_inner();
    let about = posted.some("about").map(|about| about.parse().map_err(|_| Refused::NotFound)).transpose()?;
    let (kind, case) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        cases::ask_to_be_told(tx, within, about)?;
        compartments::kind_of(tx, within)
    }).await?;
    Ok(see_other(&match (kind, case) {
        (crate::access::Kind::Kin, _) => "/mine".to_owned(),
        (crate::access::Kind::Panel, Some(case)) => format!("/cases/{case}"),
        _ => "/tasks".to_owned(),
    }))
}
