//! The pages of projects: applying, deciding, signing, and what changes afterwards.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::change;
use super::doubt::marked;
use super::pages::{Choice, told};
use super::{AGREE, ASSESSMENT, BEGIN, END, END_PERSON, HAND_IN, Listed, NAME_PERSON, ProjectView, RENEW, SIGN, VOTE, Vote, WITHDRAW};
use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{MembershipId, ProjectChangeId, ProjectId};
use crate::register::{self, Reliable};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/register/projects", "The projects one works in or decides on", projects);
    routes.act("POST", "/register/projects", &BEGIN, "Begins an application", begin);
    routes.own("GET", "/register/projects/{project}", "A project: its application, its people, how far it is", project);
    routes.act("POST", "/register/projects/{project}/outcomes", &HAND_IN, "Chooses what is to be counted", outcomes);
    routes.act("POST", "/register/projects/{project}/people", &NAME_PERSON, "Names a researcher to the project", name_person);
    routes.act("POST", "/register/projects/{project}/people/{hat}/end", &END_PERSON, "Says that somebody works in the project no longer", end_person);
    routes.act("POST", "/register/projects/{project}/hand-in", &HAND_IN, "Hands the application in", hand_in);
    routes.act("POST", "/register/projects/{project}/vote", &VOTE, "A member of the committee votes", vote);
    routes.act("POST", "/register/projects/{project}/sign", &SIGN, "Signs the statement of confidentiality", sign);
    routes.act("POST", "/register/projects/{project}/withdraw", &WITHDRAW, "Takes the application back, or ends the project", withdraw);
    routes.act("POST", "/register/projects/{project}/renew", &RENEW, "Asks for a later last day", renew);
    routes.act("POST", "/register/projects/{project}/end", &END, "A member of the committee proposes that the project ends", end);
    routes.act("POST", "/register/projects/{project}/changes/{change}", &AGREE, "A member of the committee agrees to a change, or not", agree);
}

#[derive(Template)]
#[template(path = "research/projects.html")]
struct Projects {
    shell: Shell,
    projects: Vec<Listed>,
    researcher: bool,
}

async fn projects(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (projects, shell, session) = framed(&app, &who, |_, _| words.t("menu-projects"), super::list).await?;
    page(&Projects { shell, projects, researcher: session.role == Some(Role::Researcher) })
}

async fn begin(app: Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (_, within) = app.run(who.caller(), super::begin).await?;
    // Writing is what comes next; the form leads back to the project.
    Ok(see_other(&format!("/rooms/{within}/{}/new", super::APPLICATION.form)))
}

/// What may be chosen to be counted of one unit.
struct Group {
    name: String,
    outcomes: Vec<(Choice, String)>,
}

/// The outcomes under the unit they count, each with what it counts.
fn grouped(all: Vec<super::Choosable>, chosen: &[String], verdicts: &BTreeMap<String, Reliable>, words: &crate::texts::Words) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![];
    for one in all {
        let name = told(&one.group, words);
        let outcome = (Choice { chosen: chosen.contains(&one.id), text: marked(told(&one.label, words), verdicts.get(&one.id).copied(), words), id: one.id }, told(&one.definition, words));
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.outcomes.push(outcome),
            None => groups.push(Group { name, outcomes: vec![outcome] }),
        }
    }
    groups
}

#[derive(Template)]
#[template(path = "research/project.html")]
struct ProjectPage {
    shell: Shell,
    project: ProjectView,
    application: Vec<(String, bool)>,
    assessments: Vec<String>,
    outcomes: Vec<Group>,
    /// Whether it counts anything beyond the public outcomes.
    beyond: bool,
    others: Vec<(String, String)>,
    committee: bool,
    assessed: bool,
    /// Whether the reader votes now: for the first time, or again where the committee is divided.
    votes_now: bool,
    votes: [&'static str; 4],
    reasons: [&'static str; 5],
    /// Cells an approving member gives at most.
    most_cells: i32,
    /// The first day that can be asked for.
    later: String,
}

async fn project(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((project, documents, assessments, (outcomes, verdicts), others, assessed), shell, session) = framed(&app, &who, |found: &(ProjectView, _, _, _, _, _), _| found.0.listed.number.clone(), move |tx| -> Result<_, Refused> {
        let project = super::view(tx, id)?;
        let documents = crate::forms::list(tx, &super::APPLICATION, project.compartment, None)?;
        let assessments = crate::forms::list(tx, &ASSESSMENT, project.compartment, None)?;
        let outcomes = super::choosable(tx)?;
        // What the newest snapshot says of them; the next may say better.
        let verdicts = match register::newest_snapshot(tx)? {
            // Under a codebook that is configured no more nothing is known of them.
            Some(snapshot) => super::tables::verdicts(tx, &snapshot).unwrap_or_default(),
            None => BTreeMap::new(),
        };
        let others = if project.own && (project.listed.state.is_written() || project.listed.state == super::State::Approved) { super::people::others(tx, id)? } else { vec![] };
        let assessed = tx.session()?.role == Some(Role::AccessCommittee) && super::assessed(tx, id)?;
        Ok((project, documents, assessments, (outcomes, verdicts), others, assessed))
    }).await?;
    let within = project.compartment;
    page(&ProjectPage {
        application: documents.iter().map(|listed| (format!("/rooms/{within}/{}/{}", super::APPLICATION.form, listed.id), listed.complete)).collect(),
        assessments: assessments.iter().map(|listed| format!("/rooms/{within}/{}/{}", ASSESSMENT.form, listed.id)).collect(),
        beyond: outcomes.iter().any(|one| project.chosen.contains(&one.id)),
        outcomes: grouped(outcomes, &project.chosen, &verdicts, &words),
        others: others.into_iter().map(|(hat, name)| (hat.to_string(), name)).collect(), committee: session.role == Some(Role::AccessCommittee), assessed,
        votes_now: session.role == Some(Role::AccessCommittee) && project.standing.is_some_and(|standing| project.voted.as_deref().is_none_or(|vote| standing == super::Standing::Divided && vote != Vote::Conflict.word())), votes: super::VOTES,
        reasons: change::REASONS, most_cells: super::committee::MOST_CELLS, later: project.listed.ends_on.and_then(|day| day.succ_opt()).map(|day| day.to_string()).unwrap_or_default(),
        shell: shell.under([("/register/projects".to_owned(), words.t("menu-projects"))]), project,
    })
}

async fn outcomes(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let chosen: Vec<String> = posted.0.iter().filter(|(field, _)| field == "outcome").map(|(_, value)| value.clone()).collect();
    app.run(who.caller(), move |tx| super::choose_outcomes(tx, id, &chosen)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn name_person(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::name_person(tx, id, hat)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn end_person(app: Data<App>, who: Who, path: Path<(ProjectId, MembershipId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::end_person(tx, id, hat)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn hand_in(app: Data<App>, who: Who, id: Path<ProjectId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::hand_in(tx, id)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn vote(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let vote = Vote::from_word(posted.get("vote")).ok_or_else(|| Problem::new(422, "faults").at("vote", "not-an-option"))?;
    let cells = match (vote, posted.get("cells").trim()) {
        (Vote::Approve, told) if !told.is_empty() => Some(told.parse().map_err(|_| Problem::new(422, "faults").at("cells", "out-of-range"))?),
        _ => None,
    };
    app.run(who.caller(), move |tx| super::vote(tx, id, vote, cells)).await?;
    Ok(see_other(if vote == Vote::Conflict { "/register/projects".to_owned() } else { format!("/register/projects/{id}") }.as_str()))
}

async fn sign(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("agree") != "on" {
        return Err(Problem::new(422, "faults").at("agree", "required"));
    }
    app.run(who.caller(), move |tx| super::sign(tx, id)).await?;
    Ok(see_other(&format!("/register/tables/new?project={id}")))
}

async fn withdraw(app: Data<App>, who: Who, id: Path<ProjectId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::withdraw(tx, id)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn renew(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let until = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    app.run(who.caller(), move |tx| super::renew(tx, id, until)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn end(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, reason) = (id.into_inner(), posted.get("reason").to_owned());
    app.run(who.caller(), move |tx| super::propose_end(tx, id, &reason)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn agree(app: Data<App>, who: Who, path: Path<(ProjectId, ProjectChangeId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, change) = path.into_inner();
    let agrees = match posted.get("agrees") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::new(422, "faults").at("agrees", "required")),
    };
    app.run(who.caller(), move |tx| super::agree(tx, id, change, agrees)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}
