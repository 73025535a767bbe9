//! The JSON API of research: projects, tables, output checks.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::change;
use super::exports;
use super::output::{self, FINDINGS, REASONS, Verdict};
use super::table_pages::seen;
use super::tables::{self, Asked, Wanted};
use super::scripts::{self, Ran, Script};
use super::{AGREE, BEGIN, CHECK, END, END_PERSON, FIXED_SET, HAND_IN, NAME_PERSON, PREVIEW, RELEASE, RENEW, REQUEST, SIGN, VOTE, VOTES, Vote, WITHDRAW};
use crate::http::{Body, Created, Nothing, Problem, Query, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CompartmentId, MembershipId, OutputRequestId, ProjectChangeId, ProjectId, SnapshotId};
use crate::tx::{App, FieldFault, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/api/v1/register/projects/public", "Approved research projects", public);
    routes.open("GET", "/api/v1/register/outputs", "What has left the register: which tables, for which project, no figures", outputs);
    routes.own("GET", "/api/v1/register/projects", "The projects one works in or decides on", list);
    routes.act("POST", "/api/v1/register/projects", &BEGIN, "Begins an application", begin);
    routes.open("GET", "/api/v1/register/projects/outcomes", "What an application may choose to count beyond the public outcomes, with what each counts", choosable);
    routes.own("GET", "/api/v1/register/projects/{project}", "A project", view);
    routes.act("PUT", "/api/v1/register/projects/{project}/outcomes", &HAND_IN, "Chooses what is to be counted beyond the public outcomes", outcomes);
    routes.act("POST", "/api/v1/register/projects/{project}/people", &NAME_PERSON, "Names a researcher to the project", name_person);
    routes.act("POST", "/api/v1/register/projects/{project}/people/{hat}/end", &END_PERSON, "Says that somebody works in the project no longer", end_person);
    routes.act("POST", "/api/v1/register/projects/{project}/hand-in", &HAND_IN, "Hands the application in", hand_in);
    routes.act("POST", "/api/v1/register/projects/{project}/votes", &VOTE, "A member of the access committee votes", vote);
    routes.act("POST", "/api/v1/register/projects/{project}/signature", &SIGN, "Signs the statement of confidentiality", sign);
    routes.act("POST", "/api/v1/register/projects/{project}/withdraw", &WITHDRAW, "Takes the application back, or ends the project", withdraw);
    routes.act("POST", "/api/v1/register/projects/{project}/renewal", &RENEW, "Asks for a later last day", renewal);
    routes.act("POST", "/api/v1/register/projects/{project}/end", &END, "A member of the committee proposes that the project ends", end);
    routes.act("POST", "/api/v1/register/projects/{project}/changes/{change}", &AGREE, "A member of the committee agrees to a change, or not", agree);
    routes.act("GET", "/api/v1/register/outcomes", &PREVIEW, "What may be counted, and by which keys", askable);
    routes.act("POST", "/api/v1/register/tables/preview", &PREVIEW, "What a table would cost; nothing is counted", preview);
    routes.act("POST", "/api/v1/register/tables", &RELEASE, "Asks a table in a project", release);
    routes.act("POST", "/api/v1/register/scripts/preview", &PREVIEW, "What a script of tables would cost; nothing is counted", script_preview);
    routes.act("POST", "/api/v1/register/scripts", &RELEASE, "Asks the tables of a script; they come as one ZIP", script);
    routes.open("GET", "/api/v1/register/tables", "The tables that have left and one may see; without a session, the public ones", all);
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}/tables/{table}", "A table that has left; without a session, a public one", one);
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}/tables/{table}/files/{format}", "A table that has left, as a file; without a session, a public one", super::table_pages::file);
    routes.one_of("format", &[exports::FORMATS.as_slice(), &[exports::ZIP]].concat());
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}/files/{format}", "The documentation of a snapshot as a file", super::snapshot_pages::document);
    routes.one_of("format", &exports::DOCUMENTS);
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}/invented/{level}/{format}", "Invented records of one level as a file", super::snapshot_pages::invented);
    routes.one_of("format", &exports::RECORDS);
    routes.own("GET", "/api/v1/register/output-requests", "Tables that wait for output checkers", waiting);
    routes.act("POST", "/api/v1/register/output-requests", &REQUEST, "Asks for a table beyond the budget, or for its publication", request);
    routes.act("POST", "/api/v1/register/snapshots", &crate::register::SNAPSHOT, "Freezes the register, and proposes its fixed public tables; a practice register invents its records", freeze);
    routes.act("POST", "/api/v1/register/snapshots/{snapshot}/fixed-set", &FIXED_SET, "Proposes once more what of the fixed public tables of a snapshot neither is public nor waits", fixed_set);
    routes.act("POST", "/api/v1/register/output-requests/{request}/checks", &CHECK, "An output checker's verdict", check);
}

shape!(New { id: ProjectId, compartment: CompartmentId });
shape!(Now { state: super::State });
shape!(Askable { snapshot: crate::register::Snapshot, outcomes: Vec<crate::counting::Outcome>, keys: Vec<crate::counting::Key>, reliability: Vec<crate::register::Doubt> });
shape!(Requested { id: OutputRequestId });
shape!(CheckedNow { checked: output::Checked });

async fn public(app: Data<App>) -> Result<Replies<Vec<super::Public>>, Problem> {
    Ok(answer(&app.run_public(super::public_list).await?))
}

async fn choosable(app: Data<App>) -> Result<Replies<Vec<super::Choosable>>, Problem> {
    Ok(answer(&app.run_public(super::choosable).await?))
}

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<super::Listed>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

async fn begin(app: Data<App>, who: Who) -> Result<Created<New>, Problem> {
    let (id, compartment) = app.run(who.caller(), super::begin).await?;
    Ok(json_created(&New { id, compartment }))
}

async fn view(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<Replies<super::ProjectView>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::view(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Outcomes {
    outcomes: Vec<String>,
}

async fn outcomes(app: Data<App>, who: Who, id: Path<ProjectId>, Body(told): Body<Outcomes>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::choose_outcomes(tx, id, &told.outcomes)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    hat: MembershipId,
}

async fn name_person(app: Data<App>, who: Who, id: Path<ProjectId>, Body(told): Body<Named>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::name_person(tx, id, told.hat)).await?;
    Ok(nothing())
}

async fn end_person(app: Data<App>, who: Who, path: Path<(ProjectId, MembershipId)>) -> Result<Nothing, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::end_person(tx, id, hat)).await?;
    Ok(nothing())
}

async fn hand_in(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::hand_in(tx, id)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Voted {
    #[schemars(extend("enum" = VOTES))]
    vote: String,
    /// With an approval: cells the project gets of the register's budget. The least of those who approve counts.
    cells: Option<i32>,
}

async fn vote(app: Data<App>, who: Who, id: Path<ProjectId>, Body(told): Body<Voted>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let vote = Vote::from_word(&told.vote).ok_or_else(|| Problem::new(422, "faults").at("vote", "not-an-option"))?;
    let state = app.run(who.caller(), move |tx| super::vote(tx, id, vote, told.cells)).await?;
    Ok(answer(&Now { state }))
}

async fn sign(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::sign(tx, id)).await?;
    Ok(nothing())
}

async fn withdraw(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::withdraw(tx, id)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Of {
    snapshot: Option<SnapshotId>,
    /// What may be counted in this project; without it, in any of one's own.
    project: Option<ProjectId>,
}

async fn askable(app: Data<App>, who: Who, of: Query<Of>) -> Result<Replies<Askable>, Problem> {
    let (snapshot, outcomes, keys, reliability) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let (snapshot, outcomes, keys) = tables::askable(tx, of.snapshot, of.project)?;
        let reliability = tables::doubts_of(tx, &snapshot, &outcomes, &keys)?;
        Ok((snapshot, outcomes, keys, reliability))
    }).await?;
    Ok(answer(&Askable { snapshot, outcomes, keys, reliability }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Question {
    project: Option<ProjectId>,
    snapshot: Option<SnapshotId>,
    outcome: String,
    /// At most two, the period one of them.
    keys: Vec<String>,
    /// What the preview said it costs; needed where the preview says `confirm`.
    cost: Option<u32>,
}

impl Question {
    fn wanted(&self) -> Wanted {
        Wanted { snapshot: self.snapshot, outcome: self.outcome.clone(), keys: self.keys.clone() }
    }
}

async fn preview(app: Data<App>, who: Who, Body(told): Body<Question>) -> Result<Replies<tables::Preview>, Problem> {
    Ok(answer(&app.run(who.caller(), move |tx| tables::preview(tx, told.project, &told.wanted())).await?))
}

async fn release(app: Data<App>, who: Who, Body(told): Body<Question>) -> Result<Replies<tables::Table>, Problem> {
    let project = told.project.ok_or_else(|| Problem::new(422, "faults").at("project", "required"))?;
    match app.run(who.caller(), move |tx| tables::release(tx, project, &told.wanted(), told.cost)).await? {
        Asked::Table(table) => Ok(answer(&table)),
        Asked::Refused(why) => Err(Problem::new(409, why)),
    }
}

async fn all(app: Data<App>, who: Who) -> Result<Replies<Vec<tables::Table>>, Problem> {
    Ok(answer(&seen(&app, &who, tables::tables).await?))
}

async fn one(app: Data<App>, who: Who, path: Path<(SnapshotId, String)>) -> Result<Replies<tables::Table>, Problem> {
    let (snapshot, id) = path.into_inner();
    Ok(answer(&seen(&app, &who, move |tx| tables::table(tx, snapshot, &id)).await?))
}

async fn waiting(app: Data<App>, who: Who) -> Result<Replies<Vec<output::Request>>, Problem> {
    Ok(answer(&app.run(who.caller(), output::requests).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Beyond {
    #[serde(flatten)]
    question: Question,
    publication: bool,
    #[schemars(extend("enum" = REASONS))]
    reason: String,
}

async fn request(app: Data<App>, who: Who, Body(told): Body<Beyond>) -> Result<Created<Requested>, Problem> {
    let id = app.run(who.caller(), move |tx| output::request(tx, told.question.project, &told.question.wanted(), told.publication, &told.reason)).await?;
    Ok(json_created(&Requested { id }))
}

async fn fixed_set(app: Data<App>, who: Who, id: Path<SnapshotId>) -> Result<Replies<super::FixedSet>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::propose_fixed_set(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    release: bool,
    #[schemars(extend("enum" = FINDINGS))]
    finding: String,
}

async fn check(app: Data<App>, who: Who, id: Path<OutputRequestId>, Body(told): Body<Told>) -> Result<Replies<CheckedNow>, Problem> {
    let id = id.into_inner();
    let verdict = if told.release { Verdict::Release } else { Verdict::Refuse };
    let checked = app.run(who.caller(), move |tx| output::check(tx, id, verdict, &told.finding)).await?;
    Ok(answer(&CheckedNow { checked }))
}

shape!(ChangeMade { id: ProjectChangeId });

async fn outputs(app: Data<App>) -> Result<Replies<Vec<super::Output>>, Problem> {
    Ok(answer(&app.run_public(super::outputs).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Until {
    /// The last day asked for.
    until: chrono::NaiveDate,
}

async fn renewal(app: Data<App>, who: Who, id: Path<ProjectId>, Body(told): Body<Until>) -> Result<Created<ChangeMade>, Problem> {
    let id = id.into_inner();
    let change = app.run(who.caller(), move |tx| super::renew(tx, id, told.until)).await?;
    Ok(json_created(&ChangeMade { id: change }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ended {
    #[schemars(extend("enum" = change::REASONS))]
    reason: String,
}

async fn end(app: Data<App>, who: Who, id: Path<ProjectId>, Body(told): Body<Ended>) -> Result<Created<ChangeMade>, Problem> {
    let id = id.into_inner();
    let change = app.run(who.caller(), move |tx| super::propose_end(tx, id, &told.reason)).await?;
    Ok(json_created(&ChangeMade { id: change }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Agreed {
    agrees: bool,
}

async fn agree(app: Data<App>, who: Who, path: Path<(ProjectId, ProjectChangeId)>, Body(told): Body<Agreed>) -> Result<Replies<super::Change>, Problem> {
    let (id, change) = path.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::agree(tx, id, change, told.agrees)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    outcome: String,
    /// The key beside the period, if there is one.
    #[serde(default)]
    keys: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Analysis {
    project: Option<ProjectId>,
    snapshot: Option<SnapshotId>,
    /// The questions, or ...
    #[serde(default)]
    questions: Vec<Line>,
    /// ... the text of a file with a question a line.
    #[serde(default)]
    script: String,
    /// What the preview said all of it costs; needed where the preview says `confirm`.
    cost: Option<u32>,
}

impl Analysis {
    fn script(self) -> Result<Script, Refused> {
        let mut script = Script::read(&self.script)?;
        script.snapshot = self.snapshot.or(script.snapshot);
        script.questions.extend(self.questions.into_iter().map(|line| (line.outcome, line.keys)));
        Ok(script)
    }
}

async fn script_preview(app: Data<App>, who: Who, Body(told): Body<Analysis>) -> Result<Replies<scripts::Priced>, Problem> {
    let project = told.project;
    Ok(answer(&app.run(who.caller(), move |tx| { let script = told.script()?; scripts::price(tx, project, &script) }).await?))
}

async fn script(app: Data<App>, who: Who, Body(told): Body<Analysis>) -> Result<HttpResponse, Problem> {
    let project = told.project.ok_or_else(|| Problem::new(422, "faults").at("project", "required"))?;
    let words = who.words;
    let ran = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let cost = told.cost;
        let script = told.script()?;
        match scripts::run(tx, project, &script, cost)? {
            Ran::Tables(tables) => Ok(Ok(super::script_pages::bundle(tx, &tables, &words)?)),
            Ran::Refused(number, why) => Ok(Err((script.place(number), why))),
        }
    }).await?;
    match ran {
        Ok(file) => Ok(super::table_pages::download(file)),
        Err((place, why)) => {
            let mut problem = Problem::new(409, why);
            problem.faults.push(FieldFault::new(place, why));
            Err(problem)
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Freeze {
    invented: Option<Made>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Made {
    cases: u32,
    seed: u64,
}

async fn freeze(app: Data<App>, who: Who, Body(told): Body<Freeze>) -> Result<Created<crate::register::Snapshot>, Problem> {
    let invented = told.invented.map(|many| crate::register::Invented { cases: many.cases, seed: many.seed });
    Ok(json_created(&app.run(who.caller(), move |tx| super::freeze(tx, invented)).await?))
}
