//! An application: its sealed form, what it wants to count, and handing it in.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use codebook::Label;
use form::{Answers, text_of};
use serde::Serialize;

use super::change::Change;
use super::committee::Standing;
use super::store::{self, Found, Round, Whose};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Listed as ListedDocument, Member};
use crate::counting;
use crate::forms::{self, sheet};
use crate::ids::{CompartmentId, ItemId, MembershipId, PersonId, ProjectId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who applies.
pub static BEGIN: Act = Act { name: "project.begin", within: Kind::Project, by: &[Role::Researcher], step_up: false };
/// Who hands an application in.
pub static HAND_IN: Act = Act { name: "project.hand_in", within: Kind::Project, by: &[Role::Researcher], step_up: false };
/// Who takes an application back, or ends a project.
pub static WITHDRAW: Act = Act { name: "project.withdraw", within: Kind::Project, by: &[Role::Researcher], step_up: false };

sheet!(/// The application: purpose, questions, output, ethics, people, duration.
    APPLICATION, "research-application" in Project, "project.application", read [Researcher, AccessCommittee], write [Researcher], once true, closed application_closed);
sheet!(/// What a member of the committee found, with remarks for the applicant; theirs alone, until the committee decides.
    ASSESSMENT, "research-assessment" in Project, "project.assessment", read [Researcher, AccessCommittee], write [AccessCommittee], own true, closed assessment_closed, unread assessment_unread);

/// How far a project is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// With the committee.
    Submitted,
    /// Back with the applicant, with remarks.
    Returned,
    /// May ask tables until its last day.
    Approved,
    /// Not approved.
    Declined,
    /// Taken back.
    Withdrawn,
    /// Over.
    Ended,
}

impl State {
    /// The word in the database and the API.
    pub fn word(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Returned => "returned",
            State::Approved => "approved",
            State::Declined => "declined",
            State::Withdrawn => "withdrawn",
            State::Ended => "ended",
        }
    }
    /// The state a word of the database means.
    pub(super) fn from_word(word: &str) -> Result<State, Refused> {
        use State::{Approved, Declined, Draft, Ended, Returned, Submitted, Withdrawn};
        [Draft, Submitted, Returned, Approved, Declined, Withdrawn, Ended].into_iter().find(|state| state.word() == word).ok_or_else(|| Refused::Internal(format!("state {word}")))
    }
    /// Whether the applicant still writes.
    pub fn is_written(self) -> bool {
        matches!(self, State::Draft | State::Returned)
    }
}

/// A project has one application, written until it is handed in: what the committee decides on is what stands.
fn application_closed(tx: &mut Tx, within: CompartmentId, id: Option<ItemId>) -> Result<(), Refused> {
    let round = round(tx, within)?;
    if !round.listed.state.is_written() {
        return Err(Refused::Rule("application-handed-in"));
    }
    if id.is_none() && store::has_document(tx.db(), within, APPLICATION.form, None, None)? { Err(Refused::Rule("already-there")) } else { Ok(()) }
}

/// A member writes one assessment of what lies before the committee, and it closes with the decision. While a project runs, one more tells why
/// it is to end.
fn assessment_closed(tx: &mut Tx, within: CompartmentId, id: Option<ItemId>) -> Result<(), Refused> {
    let round = round(tx, within)?;
    if !matches!(round.listed.state, State::Submitted | State::Approved) {
        return Err(Refused::Rule("assessment-closed"));
    }
    let hat = tx.hat()?;
    let of_round = store::has_document(tx.db(), within, ASSESSMENT.form, Some(id.map_or(Whose::Of(hat), Whose::Itself)), round.decided_at)?;
    match (id, of_round) {
        (Some(_), false) => Err(Refused::Rule("assessment-closed")),
        (None, true) => Err(Refused::Rule("already-there")),
        _ => Ok(()),
    }
}

/// What a member found is read by nobody else, the applicant and the other members among them, before the committee has decided on what lies
/// before it: each comes to a view of their own. What led to an earlier decision stays open.
fn assessment_unread(tx: &mut Tx, within: CompartmentId, listed: &ListedDocument) -> Result<bool, Refused> {
    let round = store::of_compartment(tx.db(), within)?;
    Ok(round.decided_at.is_none_or(|at| matches!(round.listed.state, State::Submitted | State::Withdrawn) && listed.changed_at > at))
}

/// The project of a compartment as it is today, held: nobody hands in or decides while something is written.
fn round(tx: &mut Tx, within: CompartmentId) -> Result<Round, Refused> {
    let id = store::of_compartment(tx.db(), within)?.listed.id;
    store::hold(tx.db(), id.uuid())?;
    let today = tx.today();
    let round = store::of_compartment(tx.db(), within)?;
    Ok(Round { listed: round.listed.of_day(today), ..round })
}

/// A project in a list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Id.
    pub id: ProjectId,
    /// `R2026-3`.
    pub number: String,
    /// What it is called; empty where the caller may not read it yet.
    pub title: String,
    /// How far it is.
    pub state: State,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// Whether the caller may open it: who works in it, and the members of the committee it was laid before, but for who has an interest.
    #[serde(skip)]
    pub opens: bool,
}

impl Listed {
    /// As it is on a day: after its last day an approved project is over, without anybody doing anything.
    fn of_day(mut self, today: NaiveDate) -> Listed {
        if self.state == State::Approved && self.ends_on.is_some_and(|day| day < today) {
            self.state = State::Ended;
        }
        self
    }
}

/// A project as those in it, and the committee, see its process; its words are documents of its compartment.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    /// Id, number, state, last day.
    #[serde(flatten)]
    pub listed: Listed,
    /// Where its documents lie.
    pub compartment: CompartmentId,
    /// Whether the caller applied.
    pub own: bool,
    /// What it may count, as it is asked: the public outcomes, and those it was approved for.
    pub outcomes: Vec<MayCount>,
    /// The variables of these, as they were chosen.
    #[serde(skip)]
    pub chosen: Vec<String>,
    /// Cells it may be the first to ask for.
    pub cells: i32,
    /// Cells it was the first to ask for.
    pub used: i32,
    /// Version of the application; a vote counts for one version.
    pub version: i32,
    /// Who works in it: hat, and whether they signed for confidentiality.
    pub people: Vec<Person>,
    /// Whether the caller has signed.
    pub signed: bool,
    /// The caller's own vote on this version.
    pub voted: Option<String>,
    /// Votes given on this version, all members together.
    pub votes: i64,
    /// How it stands while the application lies before the committee.
    pub standing: Option<Standing>,
    /// Whether members came to the committee since it was handed in: handed in once more, it is laid before them as well.
    pub further: bool,
    /// What was asked to change since it was approved, the newest first.
    pub changes: Vec<Change>,
}

/// An outcome a project may count.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MayCount {
    /// As tables are asked by: the variable, or `variable:code` for one answer of several.
    pub id: String,
    /// The variable, by which it is chosen.
    pub variable: String,
    /// Name.
    pub label: Label,
}

/// Somebody who works in a project.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The hat.
    pub hat: MembershipId,
    /// Name.
    pub name: String,
    /// Whether they signed for confidentiality.
    pub signed: bool,
    /// Whether they came after approval and the committee has not agreed.
    pub waits: bool,
    /// Whether they applied: the project is theirs to end.
    pub applied: bool,
}

/// A project in the public list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Public {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// In plain language.
    pub summary: String,
    /// Institution.
    pub organisation: String,
    /// From.
    pub since: NaiveDate,
    /// Until.
    pub until: Option<NaiveDate>,
    /// The day it ended, if before.
    pub ended_on: Option<NaiveDate>,
    /// Whether it belongs to a practice register.
    pub practice: bool,
}

/// Begins an application; its compartment is born in the applicant's session.
///
/// # Errors
/// `NotFound` for who is no researcher; `Locked`.
pub fn begin(tx: &mut Tx) -> Result<(ProjectId, CompartmentId), Refused> {
    tx.permit(&BEGIN, Place::Hat, None)?;
    let (hat, bureau, today) = (tx.hat()?, tx.session()?.bureau, tx.today());
    let within = compartments::create(tx, Kind::Project, None, Role::Researcher)?.id;
    let id = ProjectId::new();
    let public = of_export(tx, "public");
    store::insert(tx.db(), id, bureau, within, hat, today, &public)?;
    store::insert_person(tx.db(), id, hat, None)?;
    Ok((id, within))
}

/// The projects the hat has a part in, or decides on; the newest first.
///
/// # Errors
/// `NoSession`.
pub fn list(tx: &mut Tx) -> Result<Vec<Listed>, Refused> {
    tx.hat()?;
    let today = tx.today();
    let mut found = vec![];
    for (mut listed, within) in store::list(tx.db())? {
        listed.opens = opens(tx, within).is_ok();
        if listed.title.is_empty() {
            listed.title = title_within(tx, within)?;
        }
        found.push(listed.of_day(today));
    }
    Ok(found)
}

/// That the caller may open a project: who reads its application. Who declared an interest reads it no more, nor how it goes.
fn opens(tx: &mut Tx, within: CompartmentId) -> Result<(), Refused> {
    tx.may(APPLICATION.read, Place::Compartment(within))
}

/// Before the committee has agreed to a project its title stands in the application only, for who may open that; else it is empty.
fn title_within(tx: &mut Tx, within: CompartmentId) -> Result<String, Refused> {
    Ok(tx.attempt(|tx| application(tx, within))?.map(|answers| text_of(&answers, "title")).unwrap_or_default())
}

/// The approved projects the hat may ask tables in today.
///
/// # Errors
/// `NoSession`.
pub fn of_hat(tx: &mut Tx) -> Result<Vec<Listed>, Refused> {
    let (hat, today) = (tx.hat()?, tx.today());
    store::working(tx.db(), hat, today)
}

/// Approved projects, for everybody.
///
/// # Errors
/// Database errors only.
pub fn public_list(tx: &mut Tx) -> Result<Vec<Public>, Refused> {
    store::public_list(tx.db())
}

/// One project.
///
/// # Errors
/// `NotFound` for one the caller neither works in nor decides on, also after they declared an interest in it.
pub fn view(tx: &mut Tx, id: ProjectId) -> Result<ProjectView, Refused> {
    let (found, hat) = (store::found(tx.db(), id)?, tx.hat()?);
    opens(tx, found.compartment)?;
    tx.note(Entry::done("project.view").on(id).within(found.compartment));
    let mut people = vec![];
    let mut changes = super::change_store::changes(tx.db(), id, hat)?;
    for works in store::people(tx.db(), id)? {
        let name = tx.name_in_account(works.person, &works.account)?;
        if let Some(change) = works.change.as_ref().and_then(|(id, _)| changes.iter_mut().find(|change| change.id == *id)) {
            change.person = Some(name.clone());
        }
        people.push(Person { hat: works.hat, name, signed: works.signed, waits: works.change.is_some_and(|(_, state)| state != "agreed"), applied: works.hat == found.applicant });
    }
    let title = match store::title(tx.db(), id)? {
        Some(title) => title,
        None => title_within(tx, found.compartment)?,
    };
    let used = store::used(tx.db(), id)?;
    let stands = store::committee_stands(tx.db(), id)?;
    let (voted, votes) = store::votes(tx.db(), id, found.version, hat)?;
    let signed = people.iter().any(|person| person.hat == hat && person.signed);
    let outcomes = counting::outcomes(&tx.parts().config.codebook).into_iter().filter(|outcome| outcome.public || found.outcomes.contains(&outcome.variable));
    let outcomes = outcomes.map(|outcome| MayCount { id: outcome.id, variable: outcome.variable, label: outcome.label }).collect();
    Ok(ProjectView {
        own: found.applicant == hat, outcomes, chosen: found.outcomes, cells: found.cells, used, version: found.version, compartment: found.compartment, people, signed, voted, votes,
        standing: (found.state == State::Submitted).then(|| Standing::of(stands.waiting, stands.voted)), further: stands.further > 0, changes,
        listed: Listed { id, title, number: found.number, state: found.state, ends_on: found.ends_on, opens: true }.of_day(tx.today()),
    })
}

/// The applicant's own application, as long as it is written.
pub(super) fn written(tx: &mut Tx, id: ProjectId, act: &'static Act) -> Result<Found, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(act, Place::Compartment(found.compartment), id.uuid())?;
    if found.applicant != tx.hat()? {
        return Err(Refused::NotYours);
    }
    match found.state {
        State::Draft | State::Returned => Ok(found),
        State::Submitted | State::Approved => Err(Refused::Rule("application-handed-in")),
        State::Declined | State::Withdrawn | State::Ended => Err(Refused::Rule("project-over")),
    }
}

/// Chooses what the project wants to count beyond the public outcomes. Which there are, the codebook says.
///
/// # Errors
/// `Faults` for something that is no outcome; `Rule("application-handed-in")`.
pub fn choose_outcomes(tx: &mut Tx, id: ProjectId, outcomes: &[String]) -> Result<(), Refused> {
    written(tx, id, &HAND_IN)?;
    let known = choosable(tx)?;
    let wrong = outcomes.iter().enumerate().filter(|(_, id)| !known.iter().any(|one| one.id == **id));
    let faults: Vec<FieldFault> = wrong.map(|(at, id)| FieldFault::none_of(format!("outcomes[{at}]"), "no-outcome", id, known.iter().map(|one| one.id.as_str()))).collect();
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let all: Vec<String> = of_export(tx, "public").into_iter().chain(outcomes.iter().cloned()).collect();
    store::set_outcomes(tx.db(), id, &all)
}

/// The outcomes of one class of release; the public ones are every project's.
fn of_export(tx: &Tx, export: &str) -> Vec<String> {
    let parts = tx.parts();
    parts.config.codebook.columns().filter(|column| column.gate == "outcome" && column.export == export).map(|column| column.id.to_owned()).collect()
}

/// An outcome that an application may choose beyond the public ones.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Choosable {
    /// The variable, by which it is chosen.
    pub id: String,
    /// Name.
    pub label: Label,
    /// What exactly is counted.
    pub definition: Label,
    /// The unit that is counted: case, victim, relation ...
    pub unit: String,
    /// Its name, under which it is grouped.
    pub group: Label,
}

/// The outcomes that are counted in approved projects only, for everybody, in the order of the codebook's levels: with what each counts.
///
/// # Errors
/// None today; as every use case it may refuse.
pub fn choosable(tx: &mut Tx) -> Result<Vec<Choosable>, Refused> {
    let parts = tx.parts();
    let book = &parts.config.codebook;
    let of_level = |level: &str| book.columns().filter(|column| column.level == level && column.gate == "outcome" && column.export == "researcher").collect::<Vec<_>>();
    let mut all = vec![];
    for level in &book.levels {
        all.extend(of_level(&level.id).into_iter().map(|column| Choosable {
            id: column.id.to_owned(), label: column.label.clone(), definition: book.meant(column.id), unit: level.id.clone(), group: level.label.clone(),
        }));
    }
    Ok(all)
}

/// Hands the application in: it must be whole, and the committee's members become able to read it. One that lies before the committee is
/// laid, as it stands, before the members who came since: fewer may be left than must agree.
///
/// # Errors
/// `Faults` for what is open; `Rule("no-committee")` while nobody could decide; `Rule("application-handed-in")` where no member came since;
/// `Rule("project-over")` for what was declined or taken back.
pub fn hand_in(tx: &mut Tx, id: ProjectId) -> Result<(), Refused> {
    store::hold(tx.db(), id.uuid())?;
    if store::committee_stands(tx.db(), id)?.further > 0 {
        let found = store::found(tx.db(), id)?;
        tx.permit(&HAND_IN, Place::Compartment(found.compartment), id.uuid())?;
        if found.applicant != tx.hat()? {
            return Err(Refused::NotYours);
        }
        let committee = store::deciders(tx.db(), id)?;
        return laid_before(tx, id, found.compartment, committee, false);
    }
    let found = written(tx, id, &HAND_IN)?;
    let answers = application(tx, found.compartment)?;
    let answers = forms::whole(tx, APPLICATION.form, &answers)?;
    let (today, now) = (tx.today(), tx.now());
    let ends_on = ends_on(&answers, today)?;
    // Who works in the project, in whatever hat, and who left for an interest, gets no key to it.
    let committee = store::deciders(tx.db(), id)?;
    if committee.iter().map(|(_, person)| person).collect::<BTreeSet<_>>().len() < super::committee::NEEDED {
        return Err(Refused::Rule("no-committee"));
    }
    laid_before(tx, id, found.compartment, committee, true)?;
    let version = if found.state == State::Returned { found.version + 1 } else { found.version };
    store::hand_in(tx.db(), id, version, ends_on, now)
}

/// Makes members of the committee able to read an application, and tells them; all of them, or only those who could not read it before.
fn laid_before(tx: &mut Tx, id: ProjectId, within: CompartmentId, committee: Vec<(MembershipId, PersonId)>, all: bool) -> Result<(), Refused> {
    let members = compartments::members(tx, within)?;
    for (hat, _) in committee {
        let reads = members.iter().any(|member| member.membership == hat);
        if !reads {
            compartments::add_member(tx, within, &Member { membership: hat, role: Role::AccessCommittee, access: Access::Full, deputy: false, until: None })?;
        }
        if all || !reads {
            notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
        }
    }
    Ok(())
}

/// The answers of a project's application.
pub(super) fn application(tx: &mut Tx, within: CompartmentId) -> Result<Answers, Refused> {
    Ok(forms::open_all(tx, &APPLICATION, within)?.pop().map(|document| document.answers).unwrap_or_default())
}

/// The last day asked for: to come, and within five years.
pub(super) fn ends_on(answers: &Answers, today: NaiveDate) -> Result<NaiveDate, Refused> {
    let most = today.checked_add_months(chrono::Months::new(60)).unwrap_or(today);
    match forms::date_of(answers, "ends_on") {
        Some(day) if day > today && day <= most => Ok(day),
        Some(day) if day > today => Err(Refused::Faults(vec![FieldFault::new("ends_on", "too-far-ahead")])),
        _ => Err(Refused::Faults(vec![FieldFault::new("ends_on", "in-the-past")])),
    }
}

/// Takes an application back, or ends an approved project before its last day. What was released stays in the ledger.
///
/// # Errors
/// `Rule("project-over")`; `NotYours` for who did not apply.
pub fn withdraw(tx: &mut Tx, id: ProjectId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&WITHDRAW, Place::Compartment(found.compartment), id.uuid())?;
    if found.applicant != tx.hat()? {
        return Err(Refused::NotYours);
    }
    let today = tx.today();
    match found.state {
        State::Draft | State::Submitted | State::Returned => store::set_state(tx.db(), id, State::Withdrawn),
        State::Approved => {
            store::end_listed(tx.db(), id, today)?;
            store::set_state(tx.db(), id, State::Ended)
        }
        State::Declined | State::Withdrawn | State::Ended => Err(Refused::Rule("project-over")),
    }
}

/// The project whose documents lie in a compartment.
///
/// # Errors
/// `NotFound` for a compartment of no project the caller works in or decides on.
pub fn of_compartment(tx: &mut Tx, within: CompartmentId) -> Result<Listed, Refused> {
    Ok(store::of_compartment(tx.db(), within)?.listed)
}

/// What a researcher does next before tables can be asked; none once a project is open to them.
#[derive(Clone, Debug)]
pub enum Next {
    /// Applying: nothing runs yet.
    Begin,
    /// Writing an application on.
    Write(Listed),
    /// Waiting for the committee.
    Wait(Listed),
    /// Signing the statement of confidentiality.
    Sign(Listed),
}

/// What the researcher does next, what is nearest to a table first.
///
/// # Errors
/// `NoSession`.
pub fn next(tx: &mut Tx) -> Result<Option<Next>, Refused> {
    if tx.session()?.role != Some(Role::Researcher) || !of_hat(tx)?.is_empty() {
        return Ok(None);
    }
    let all = list(tx)?;
    let first = |fits: &dyn Fn(State) -> bool| all.iter().find(|listed| fits(listed.state)).cloned();
    Ok(Some(first(&|state| state == State::Approved).map(Next::Sign).or_else(|| first(&|state| state.is_written()).map(Next::Write)).or_else(|| first(&|state| state == State::Submitted).map(Next::Wait)).unwrap_or(Next::Begin)))
}

/// Where the documents of a project lie.
///
/// # Errors
/// `NotFound` for a project the caller neither works in nor decides on.
pub fn find(tx: &mut Tx, id: ProjectId) -> Result<CompartmentId, Refused> {
    Ok(store::found(tx.db(), id)?.compartment)
}
