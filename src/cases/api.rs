//! The JSON API of cases.

use actix_web::web::{Data, Path};
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ACCEPT, ADMIT, DECLINE, BY_COORDINATOR, CaseView, Copies, DECIDE_KNOWN, Decision, FINAL_JUDGMENT, Filter, Listed, NAME, NOBODY, NOTIFY, Named, Notification, PROPOSE, Proposal, READ_PROPOSALS, READ_REASONS, READ_KNOWN, READ_SHEET, SIGN, Step, EXTEND, END_PARTY, STAND_IN, TAKE_BACK, WITHDRAW_PROPOSAL};
use crate::access::Role;
use crate::http::{Body, Created, Nothing, Problem, Query, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, CompartmentId, DeadlineId, MembershipId, OrganisationId, ProposalId};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/cases", &NOTIFY, "Takes in a case with its notification", notify);
    routes.own("GET", "/api/v1/cases", "Cases, newest first, a page at a time", list);
    routes.own("GET", "/api/v1/cases/{case}", "A case: state, terms, parties, next steps and what they need", view);
    routes.own("POST", "/api/v1/cases/{case}/steps/{step}", "Takes a step; each has its own roles", step);
    routes.own("GET", "/api/v1/cases/{case}/retention", "What of a case is kept how long, and until when", retention);
    routes.act("GET", "/api/v1/cases/{case}/sheet", &READ_SHEET, "The case under pseudonyms and its restrictions; with names for who leads it", sheet);
    routes.act("POST", "/api/v1/cases/{case}/facts/{fact}", &BY_COORDINATOR, "Declares a dated fact; some are the chair's", declare);
    routes.act("DELETE", "/api/v1/cases/{case}/facts/{fact}", &TAKE_BACK, "Takes a declared fact back that no step went by; who declares it", take_back);
    routes.act("GET", "/api/v1/cases/{case}/known-organisations", &READ_KNOWN, "The organisations asked whether they knew the family, and what was decided on each", known);
    routes.act("POST", "/api/v1/cases/{case}/known-organisations/{known}/decision", &DECIDE_KNOWN, "Decides on an organisation that knew the family", decide);
    routes.act("POST", "/api/v1/cases/{case}/final-judgment", &FINAL_JUDGMENT, "Records when a judgment became final, of a case that is not reviewed", final_judgment);
    routes.act("POST", "/api/v1/cases/{case}/terms/{term}/extend", &EXTEND, "Moves a term to a later day, with a reason", extend);
    routes.act("POST", "/api/v1/cases/{case}/parties", &NAME, "Names somebody to the case", name);
    routes.act("POST", "/api/v1/cases/{case}/stand-ins", &STAND_IN, "Names who stands in for somebody, until a day; without one, a deputy", stand_in);
    routes.act("POST", "/api/v1/cases/{case}/parties/me", &ACCEPT, "Accepts to take part and signs the statements", accept);
    // After `me`: the first path that fits is taken.
    routes.act("POST", "/api/v1/cases/{case}/parties/me/decline", &DECLINE, "Says no to taking part; the coordinator is told", decline);
    routes.act("POST", "/api/v1/cases/{case}/parties/{hat}/admit", &ADMIT, "Lets somebody take part who told of an interest or said no, with a reason", admit);
    routes.act("DELETE", "/api/v1/cases/{case}/parties/{hat}", &END_PARTY, "Ends somebody's part in the case", end_party);
    routes.own("POST", "/api/v1/compartments/{compartment}/told", "Asks to be told what lies in a place, or one thing of it", ask_to_be_told);
    routes.own("GET", "/api/v1/compartments/{compartment}/told", "Who asked to be told what lies in a relative's place, or in the panel's", asked_to_be_told);
    routes.act("POST", "/api/v1/cases/{case}/proposals", &PROPOSE, "Asks the national coordination to sign", propose);
    routes.own("GET", "/api/v1/cases/{case}/proposals", "What was asked of the national coordination, and what became of it", proposals_of);
    routes.act("POST", "/api/v1/cases/{case}/proposals/{proposal}/withdraw", &WITHDRAW_PROPOSAL, "Takes a proposal back", withdraw);
    routes.act("GET", "/api/v1/cases/{case}/reasons", &READ_REASONS, "The reasons given in a case", reasons);
    routes.act("GET", "/api/v1/nobody-to-act", &NOBODY, "Bureaus whose cases wait for somebody who is not there", nobody);
    routes.act("GET", "/api/v1/proposals", &READ_PROPOSALS, "Proposals waiting for a signature", proposals);
    routes.act("POST", "/api/v1/proposals/{proposal}/sign", &SIGN, "Signs a proposal", sign);
    routes.act("POST", "/api/v1/proposals/{proposal}/refuse", &SIGN, "Refuses a proposal, with the reason", refuse);
}

shape!(Page { cases: Vec<Listed>, before: Option<String>, next: Option<String> });
shape!(Taken { state: &'static str, version: i32 });
shape!(Extended { due_on: chrono::NaiveDate });
shape!(Proposed { id: ProposalId });
shape!(Waiting { proposal: Proposal, words: Option<String> });

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Notify {
    profile: String,
    #[serde(default)]
    child_variant: bool,
    language: String,
    deputy: Option<MembershipId>,
    answers: Answers,
}

async fn notify(app: Data<App>, who: Who, Body(told): Body<Notify>) -> Result<Created<CaseView>, Problem> {
    let seen = app.run(who.caller(), move |tx| {
        let facts = Notification::from_answers(&told.answers, &told.profile, told.child_variant, &told.language, told.deputy)?;
        let id = super::notify(tx, &facts, &told.answers)?;
        super::view(tx, id)
    }).await?;
    Ok(json_created(&seen))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    state: Option<String>,
    due: Option<String>,
    q: Option<String>,
    #[serde(default)]
    mine: bool,
    /// The role that must act first.
    must_act: Option<String>,
    /// `due` or `-due`; newest number first without.
    sort: Option<String>,
    /// `next` or `before` of another page in the same order.
    cursor: Option<String>,
}

async fn list(app: Data<App>, who: Who, query: Query<ListQuery>) -> Result<Replies<Page>, Problem> {
    let query = query.into_inner();
    let filter = Filter { state: query.state, due: query.due, number: query.q, mine: query.mine, must_act: query.must_act, sort: query.sort, at: query.cursor };
    let found = app.run(who.caller(), move |tx| super::pages_of_cases(tx, &filter)).await?;
    Ok(answer(&Page { cases: found.rows, before: found.before, next: found.next }))
}

async fn view(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<CaseView>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::view(tx, case)).await?))
}

async fn retention(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<super::Planned>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::planned(tx, case)).await?))
}

async fn sheet(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Copies>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::copies(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i32,
}

async fn step(app: Data<App>, who: Who, path: Path<(CaseId, String)>, Body(told): Body<Seen>) -> Result<Replies<Taken>, Problem> {
    let (case, name) = path.into_inner();
    let step = Step::ALL.into_iter().find(|step| step.name() == name).ok_or(Refused::NotFound)?;
    let state = app.run(who.caller(), move |tx| super::take(tx, case, step, told.version)).await?;
    Ok(answer(&Taken { state: state.word(), version: told.version + 1 }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Option<String>,
    /// What is chosen, where the fact asks it.
    choice: Option<String>,
}

async fn declare(app: Data<App>, who: Who, path: Path<(CaseId, String)>, Body(told): Body<Words>) -> Result<Nothing, Problem> {
    let (case, fact) = path.into_inner();
    app.run(who.caller(), move |tx| super::declare_as(tx, case, &fact, told.words.as_deref(), told.choice.as_deref())).await?;
    Ok(nothing())
}

async fn take_back(app: Data<App>, who: Who, path: Path<(CaseId, String)>) -> Result<Nothing, Problem> {
    let (case, fact) = path.into_inner();
    app.run(who.caller(), move |tx| super::take_back(tx, case, &fact)).await?;
    Ok(nothing())
}

async fn known(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<super::Known>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::known_organisations(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decided {
    decision: Decision,
    /// Which of those invited it is.
    organisation: Option<OrganisationId>,
    /// Why later, or not.
    reason: Option<String>,
}

async fn decide(app: Data<App>, who: Who, path: Path<(CaseId, uuid::Uuid)>, Body(told): Body<Decided>) -> Result<Nothing, Problem> {
    let (case, known) = path.into_inner();
    app.run(who.caller(), move |tx| super::decide_on_organisation(tx, case, known, told.decision, told.organisation, told.reason.as_deref())).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Judgment {
    /// The day it became final.
    on: chrono::NaiveDate,
    /// Where the bureau knows it from.
    known_from: String,
}

async fn final_judgment(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Judgment>) -> Result<Replies<Extended>, Problem> {
    let case = case.into_inner();
    let until = app.run(who.caller(), move |tx| super::final_judgment(tx, case, told.on, &told.known_from)).await?;
    Ok(answer(&Extended { due_on: until }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Later {
    until: chrono::NaiveDate,
    reason: String,
}

async fn extend(app: Data<App>, who: Who, path: Path<(CaseId, DeadlineId)>, Body(told): Body<Later>) -> Result<Replies<Extended>, Problem> {
    let (case, term) = path.into_inner();
    let until = app.run(who.caller(), move |tx| super::extend(tx, case, term, told.until, &told.reason)).await?;
    Ok(answer(&Extended { due_on: until }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Party {
    hat: MembershipId,
    role: Role,
    #[serde(default)]
    sector: String,
    #[serde(default)]
    dv_expert: bool,
}

async fn name(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Party>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::name(tx, case, &Named { hat: told.hat, role: told.role, sector: told.sector, dv_expert: told.dv_expert })).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StandIn {
    of: MembershipId,
    by: MembershipId,
    until: Option<chrono::NaiveDate>,
}

async fn stand_in(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<StandIn>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::stand_in(tx, case, told.of, told.by, told.until)).await?;
    Ok(nothing())
}

async fn end_party(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>) -> Result<Nothing, Problem> {
    let (case, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::end_party(tx, case, hat)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Statement {
    no_conflict: bool,
    confidentiality: bool,
}

async fn accept(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Statement>) -> Result<Nothing, Problem> {
    if !told.confidentiality {
        return Err(Problem::new(422, "faults").at("confidentiality", "required"));
    }
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::accept(tx, case, !told.no_conflict)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Declined {
    /// `no_time`, `knows_somebody`, `other`.
    why: String,
}

async fn decline(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Declined>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::decline(tx, case, &told.why)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Admitted {
    reason: String,
}

async fn admit(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>, Body(told): Body<Admitted>) -> Result<Nothing, Problem> {
    let (case, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::admit(tx, case, hat, &told.reason)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Propose {
    kind: String,
    words: String,
}

async fn propose(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Propose>) -> Result<Created<Proposed>, Problem> {
    let case = case.into_inner();
    let id = app.run(who.caller(), move |tx| super::propose(tx, case, &told.kind, &told.words)).await?;
    Ok(json_created(&Proposed { id }))
}

async fn proposals(app: Data<App>, who: Who) -> Result<Replies<Vec<Waiting>>, Problem> {
    let found = app.run(who.caller(), super::waiting_proposals).await?;
    Ok(answer(&found.into_iter().map(|(proposal, words)| Waiting { proposal, words }).collect::<Vec<_>>()))
}

async fn sign(app: Data<App>, who: Who, id: Path<ProposalId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::settle_proposal(tx, id, None)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: String,
}

async fn refuse(app: Data<App>, who: Who, id: Path<ProposalId>, Body(told): Body<Because>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::settle_proposal(tx, id, Some(&told.reason))).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToBeTold {
    /// A passage; none for all that lies there.
    about: Option<uuid::Uuid>,
}

async fn ask_to_be_told(app: Data<App>, who: Who, within: Path<CompartmentId>, Body(told): Body<ToBeTold>) -> Result<Nothing, Problem> {
    let within = within.into_inner();
    app.run(who.caller(), move |tx| super::ask_to_be_told(tx, within, told.about)).await?;
    Ok(nothing())
}

async fn asked_to_be_told(app: Data<App>, who: Who, within: Path<CompartmentId>) -> Result<Replies<Vec<super::Asks>>, Problem> {
    let within = within.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::asked_to_be_told(tx, within)).await?))
}

async fn proposals_of(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<super::AskedFor>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::proposals_of(tx, case)).await?))
}

async fn withdraw(app: Data<App>, who: Who, path: Path<(CaseId, ProposalId)>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::withdraw_proposal(tx, case, id)).await?;
    Ok(nothing())
}

async fn reasons(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<super::Reason>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::reasons(tx, case)).await?))
}

async fn nobody(app: Data<App>, who: Who) -> Result<Replies<Vec<super::Unled>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::nobody_to_act).await?))
}
