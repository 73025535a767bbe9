//! The JSON API of relatives.

use actix_web::web::{Data, Path};
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::place::Placed;
use super::{ADD_MEMBER, ANSWER, ASK, Asked, Belongs, CARD, CHOOSE_RECOVERY, Card, Course, DECIDE, Decision, END_MEMBER, FREEZE, HOLD, Hold, LET_CONTACT_IN, LET_SUPPORTER_IN, MEMBERS, Mine, NAME_DEPUTY, Naming, PLACE, READ_NAMING, READ_COURSE, READ_QUESTIONS, REGISTER, TELL_NAMING, WITHDRAW};
use crate::access::Role;
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer_json, json_created, nothing, shape};
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId, QuestionId, RelativeId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/cases/{case}/relatives", &REGISTER, "Registers a relative with a contact plan", register);
    routes.own("GET", "/api/v1/relatives", "One's own place, or those one is contact of", mine);
    routes.act("POST", "/api/v1/relatives/{relative}/decision", &DECIDE, "Decides whether a relative is asked, later, or not", decide);
    routes.act("GET", "/api/v1/relatives/{relative}/course", &READ_COURSE, "Where a relative's case stands", course);
    routes.act("POST", "/api/v1/relatives/{relative}/members", &ADD_MEMBER, "Lets a relative or a supporter in", add_member);
    routes.act("GET", "/api/v1/relatives/{relative}/members", &MEMBERS, "Who belongs to a relative's place", members);
    routes.act("POST", "/api/v1/relatives/{relative}/deputies", &NAME_DEPUTY, "Names who stands in for the named contact", name_deputy);
    routes.act("DELETE", "/api/v1/relatives/{relative}/members/{hat}", &END_MEMBER, "Ends a relative's or a supporter's access, or recalls their code", end_member);
    routes.act("POST", "/api/v1/relatives/{relative}/members/{hat}/let-in", &LET_CONTACT_IN, "Lets a new contact who waits for the key read", let_contact_in);
    routes.act("POST", "/api/v1/relatives/{relative}/freeze", &FREEZE, "Freezes or thaws a relative's place", freeze);
    routes.act("POST", "/api/v1/relatives/{relative}/questions", &ASK, "Asks a question", ask);
    routes.act("GET", "/api/v1/relatives/{relative}/questions", &READ_QUESTIONS, "Questions with their answers", questions);
    routes.act("POST", "/api/v1/relative-questions/{question}/answer", &ANSWER, "Answers a question", answer);
    routes.act("POST", "/api/v1/relatives/{relative}/place", &PLACE, "Places what the relative marked with panel and report", place);
    routes.act("GET", "/api/v1/relatives/{relative}/card", &CARD, "A relative on one card, for their contact", card);
    routes.act("POST", "/api/v1/relatives/{relative}/hold", &HOLD, "Pauses, stops, or goes on", hold);
    routes.act("POST", "/api/v1/relatives/{relative}/recovery-choice", &CHOOSE_RECOVERY, "Chooses whether the bureau's recovery applies to one's place", choose_recovery);
    routes.act("POST", "/api/v1/relatives/{relative}/supporter", &LET_SUPPORTER_IN, "A relative lets in whom they invited to support them", supporter);
    routes.act("GET", "/api/v1/relatives/{relative}/naming", &READ_NAMING, "What was decided of the name of the person a relative is there for", named);
    routes.act("POST", "/api/v1/relatives/{relative}/naming", &TELL_NAMING, "Tells a relative what was decided of a name", naming);
    routes.act("POST", "/api/v1/relatives/{relative}/withdraw", &WITHDRAW, "Takes back that a relative's words are used", withdraw);
}

shape!(New { id: RelativeId, compartment: CompartmentId });
shape!(AskedNow { id: QuestionId });
shape!(PlacedNow { placed: Vec<Placed> });
shape!(TakenBack { withdrawn: usize });

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    answers: Answers,
}

async fn register(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Register>) -> Result<Created<New>, Problem> {
    let case = case.into_inner();
    let (id, compartment) = app.run(who.caller(), move |tx| super::register(tx, case, &told.answers)).await?;
    Ok(json_created(&New { id, compartment }))
}

async fn mine(app: Data<App>, who: Who) -> Result<Replies<Vec<Mine>>, Problem> {
    Ok(answer_json(&app.run(who.caller(), super::mine).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decided {
    decision: Decision,
    /// Why later, or not.
    reason: Option<String>,
}

async fn decide(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Decided>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::decide(tx, id, told.decision, told.reason.as_deref())).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberOf {
    hat: MembershipId,
    role: Role,
    /// A guardian's last day.
    until: Option<chrono::NaiveDate>,
}

async fn add_member(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<MemberOf>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::add_member(tx, id, told.hat, told.role, told.until)).await?;
    Ok(nothing())
}

async fn members(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Vec<Belongs>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::members(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Deputy {
    by: MembershipId,
    until: Option<chrono::NaiveDate>,
}

async fn name_deputy(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Deputy>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::name_deputy(tx, id, told.by, told.until)).await?;
    Ok(nothing())
}

async fn end_member(app: Data<App>, who: Who, path: Path<(RelativeId, MembershipId)>) -> Result<Nothing, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::end_member(tx, id, hat)).await?;
    Ok(nothing())
}

async fn let_contact_in(app: Data<App>, who: Who, path: Path<(RelativeId, MembershipId)>) -> Result<Nothing, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::let_contact_in(tx, id, hat)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Frozen {
    frozen: bool,
}

async fn freeze(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Frozen>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::freeze(tx, id, told.frozen)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    text: String,
    /// Whether only the contact may read it.
    #[serde(default, rename = "contactOnly")]
    contact_only: bool,
}

async fn ask(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Question>) -> Result<Created<AskedNow>, Problem> {
    let id = id.into_inner();
    let question = app.run(who.caller(), move |tx| super::ask(tx, id, &told.text, told.contact_only)).await?;
    Ok(json_created(&AskedNow { id: question }))
}

async fn questions(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Vec<Asked>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::questions(tx, id)).await?))
}

async fn answer(app: Data<App>, who: Who, id: Path<QuestionId>, Body(told): Body<Register>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::answer(tx, id, &told.answers)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Documents {
    documents: Vec<ItemId>,
    /// Questions to put to the panel.
    #[serde(default)]
    questions: Vec<QuestionId>,
}

async fn place(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Documents>) -> Result<Created<PlacedNow>, Problem> {
    let id = id.into_inner();
    let placed = app.run(who.caller(), move |tx| super::place(tx, id, &told.documents, &told.questions)).await?;
    Ok(json_created(&PlacedNow { placed }))
}

async fn withdraw(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<TakenBack>, Problem> {
    let id = id.into_inner();
    let gone = app.run(who.caller(), move |tx| super::withdraw(tx, id)).await?;
    Ok(answer_json(&TakenBack { withdrawn: gone }))
}

async fn card(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Card>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::card(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Held {
    how: Hold,
}

async fn hold(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Held>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::hold(tx, id, told.how)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Chosen {
    /// Whether two officers of the bureau together may help back to what lies there.
    applies: bool,
}

async fn choose_recovery(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<Chosen>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::choose_recovery(tx, id, told.applies)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SupporterIn {
    hat: MembershipId,
    name: String,
    /// Whether they write, beside reading.
    writes: bool,
}

async fn supporter(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<SupporterIn>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::let_supporter_in(tx, id, told.hat, &told.name, told.writes)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NamingTold {
    how: String,
    name: String,
}

async fn named(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Option<Naming>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::naming(tx, id)).await?))
}

async fn naming(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<NamingTold>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::tell_naming(tx, id, &told.how, &told.name)).await?;
    Ok(nothing())
}

async fn course(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Course>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::course(tx, id)).await?))
}
