//! What is seen of a case without opening anything: state, terms, parties, history, what each next step still needs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{CaseError, State, Step, Variant, judgment, lending, needs, party, party_store, step, store, term_store};
use crate::access::{Kind, Role};
use crate::compartments;
use crate::ids::{CaseId, CompartmentId, DeadlineId, MembershipId};
use crate::people;
use crate::tx::{Entry, Missing, Paged, Refused, Tx, paged};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this state.
    pub state: Option<String>,
    /// `late`: past a term; `week`: a term within seven days.
    pub due: Option<String>,
    /// Part of a number.
    pub number: Option<String>,
    /// Only cases the caller takes part in.
    pub mine: bool,
    /// The role that must act first.
    pub must_act: Option<String>,
    /// `due` for first due first, `-due` for last; else newest number first.
    pub sort: Option<String>,
    /// Where the page begins, as another page told it; none for the first.
    pub at: Option<String>,
}

/// A case in a list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Id.
    pub id: CaseId,
    /// Number.
    pub number: String,
    /// State; `asked` in a case one was asked for and has not signed for, of which no more is told than who coordinates it.
    pub state: String,
    /// Phase people see; `asked` likewise.
    pub phase: &'static str,
    /// Profile; empty there.
    pub profile: String,
    /// First open term.
    pub due: Option<NaiveDate>,
    /// What is due.
    pub due_what: Option<String>,
    /// The role that must act.
    pub must_act: Option<String>,
    /// Who coordinates it, where the caller may know the names.
    pub coordinators: Vec<String>,
}

/// What stands for state and phase of a case one was asked for and has not signed for.
const ASKED: &str = "asked";

/// How many cases a page of the list has.
pub const PAGE: i64 = 25;

/// The cases of a page.
///
/// # Errors
/// As [`pages`].
pub fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<Listed>, Refused> {
    Ok(pages(tx, filter)?.rows)
}

/// A page of cases, newest number first where no other order is wanted.
///
/// # Errors
/// `Faults` for a place that is none in this order; what may not be seen is not there.
pub fn pages(tx: &mut Tx, filter: &Filter) -> Result<Paged<Listed>, Refused> {
    let (hat, bureau, today) = (tx.hat()?, tx.session()?.bureau, tx.today());
    tx.note(Entry::done("case.list"));
    let order = store::Order::of(filter.sort.as_deref());
    let found = paged(tx, order.name(), filter.at.as_deref(), PAGE, |tx, at, most| store::list(tx.db(), filter, order, at, (hat, bureau, today), most), store::key)?;
    let mut rows = listed(tx, found.rows)?;
    // What is looked for by state, day or turn says those of a case.
    if filter.state.is_some() || filter.due.is_some() || filter.must_act.is_some() {
        rows.retain(|case| case.state != ASKED);
    }
    Ok(Paged { rows, before: found.before, next: found.next })
}

/// The open terms of these cases for which it is the turn of the hat worn, first due first: the case, the last day, what is due.
///
/// # Errors
/// `NoHat`; database errors.
pub fn own_terms(tx: &mut Tx, of: &[CaseId]) -> Result<Vec<(CaseId, NaiveDate, String)>, Refused> {
    let hat = tx.hat()?;
    let role = tx.session()?.role;
    let asked = party::only_asked_in(tx, of)?;
    let of: Vec<CaseId> = of.iter().copied().filter(|case| !asked.contains(case)).collect();
    match role {
        Some(role) => term_store::waiting_for(tx.db(), &of, role, hat),
        None => Ok(vec![]),
    }
}

fn listed(tx: &mut Tx, found: Vec<store::ListRow>) -> Result<Vec<Listed>, Refused> {
    let ids: Vec<CaseId> = found.iter().map(|(id, ..)| *id).collect();
    let leading = party_store::coordinators_of(tx.db(), &ids)?;
    let asked = party::only_asked_in(tx, &ids)?;
    let names = people::names_of(tx, leading.iter().map(|(_, hat)| *hat).collect())?;
    Ok(found.into_iter().map(|(id, number, state, left, profile, due, due_what, must_act)| {
        let parsed = State::from_word(&state).unwrap_or(State::Notified);
        let coordinators = leading.iter().filter(|(case, _)| *case == id).filter_map(|(_, hat)| names.get(hat).cloned()).filter(|name| !name.is_empty()).collect();
        if asked.contains(&id) {
            return Listed { id, number, phase: ASKED, state: ASKED.to_owned(), profile: String::new(), due: None, due_what: None, must_act: None, coordinators };
        }
        Listed { id, number, phase: parsed.phase(left.as_deref().and_then(State::from_word)).word(), state, profile, due, due_what, must_act, coordinators }
    }).collect())
}

/// A party.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyView {
    /// The hat.
    pub hat: MembershipId,
    /// Role.
    pub role: String,
    /// Name, where the caller may know it.
    pub name: String,
    /// Sector.
    pub sector: String,
    /// Whether they accepted and signed.
    pub signed: bool,
    /// Whether they stand in.
    pub deputy: bool,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// The last day of somebody lent to the bureau by the national coordination.
    pub lent_until: Option<NaiveDate>,
    /// What they answered instead of accepting, for the coordinator and themself: `conflict`, `declined`, `admitted` where the coordinator lets
    /// them take part all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    /// Why they said no, a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_why: Option<String>,
}

/// A term.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermView {
    /// Id.
    pub id: DeadlineId,
    /// What is due; its text is `term-<kind>`.
    pub kind: String,
    /// Who must act.
    pub role: String,
    /// Since when.
    pub started_on: NaiveDate,
    /// Until when.
    pub due_on: NaiveDate,
    /// How often it was extended.
    pub extended: i32,
    /// Whether it stands still while the case is deferred.
    pub paused: bool,
    /// Whether it has passed.
    pub late: bool,
    /// When it was met; none while it is open.
    #[serde(skip)]
    pub done_at: Option<DateTime<Utc>>,
}

/// A step that leaves the state, and what it still needs.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StepView {
    /// The step itself, for pages.
    #[serde(skip)]
    pub of: Step,
    /// `T7`.
    pub step: String,
    /// Where it leads.
    pub to: &'static str,
    /// Who takes it.
    pub by: Vec<&'static str>,
    /// What it still needs.
    pub missing: Vec<Missing>,
}

/// A step taken.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StepTaken {
    /// `T7`.
    pub step: String,
    /// From.
    pub from: Option<String>,
    /// To.
    pub to: String,
    /// In which role.
    pub role: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The compartments of a case the caller can find.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Rooms {
    /// Case compartment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CompartmentId>,
    /// Coding compartment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coding: Option<CompartmentId>,
    /// Panel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panel: Option<CompartmentId>,
    /// Report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<CompartmentId>,
}

/// A case as its process is seen.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseView {
    /// Id.
    pub id: CaseId,
    /// Number.
    pub number: String,
    /// State.
    pub state: &'static str,
    /// The state a deferred case left.
    pub left_state: Option<&'static str>,
    /// Phase.
    pub phase: &'static str,
    /// Version, for the next step.
    pub version: i32,
    /// Profile and its version.
    pub profile: String,
    /// What its variant asks of those who take part.
    pub variant: Variant,
    /// Language of the case.
    pub language: String,
    /// When the bureau heard of it.
    pub notified_on: NaiveDate,
    /// Days it was deferred.
    pub deferred_days: i32,
    /// Round of reflections, drafts, quality.
    pub round: i32,
    /// Whether it is for practice.
    pub practice: bool,
    /// When a judgment became final, as far as the bureau of a case that is not reviewed learned it.
    pub final_judgment: Option<NaiveDate>,
    /// Its compartments.
    pub compartments: Rooms,
    /// Who takes part.
    pub parties: Vec<PartyView>,
    /// Open terms, first due first.
    pub deadlines: Vec<TermView>,
    /// Next steps.
    pub steps: Vec<StepView>,
    /// Steps taken, first first.
    pub history: Vec<StepTaken>,
    /// Terms that were met, first due first; for the picture of how the case went.
    #[serde(skip)]
    pub met: Vec<TermView>,
    /// When which milestone was reached.
    #[serde(skip)]
    pub reached: Vec<(String, DateTime<Utc>)>,
    /// What of it was reached by the case as a whole, and not by a document or somebody in it.
    #[serde(skip)]
    pub declared: Vec<(String, DateTime<Utc>)>,
}

impl CaseView {
    /// What somebody sees of it who was asked to take part and has not signed: that they are asked, and who coordinates the case.
    fn as_asked(mut self, hat: MembershipId) -> CaseView {
        self.parties.retain(|party| party.hat == hat || party.role == Role::Coordinator.code());
        CaseView { compartments: Rooms::default(), deadlines: vec![], steps: vec![], history: vec![], met: vec![], reached: vec![], declared: vec![], ..self }
    }
    /// Whether a step leads this case on: what was decided at the screening does, and not what it decided against.
    pub fn leads_on(&self, step: Step) -> bool {
        let decided = self.reached.iter().filter(|(name, _)| matches!(name.as_str(), "decision_review" | "decision_not_reviewed" | "decision_deferred")).max_by_key(|(_, at)| *at);
        match decided.map(|(name, _)| name.as_str()).filter(|_| self.state == State::Screening.word()) {
            Some("decision_not_reviewed") => step == Step::T4,
            Some("decision_deferred") => step == Step::T5,
            _ => step.leads_on(),
        }
    }
}

/// A case's process; who was asked to take part and has not signed sees that much of it, and no more.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn view(tx: &mut Tx, id: CaseId) -> Result<CaseView, CaseError> {
    let (found, number, language, deferred_days, round) = store::seen(tx.db(), id)?;
    tx.note(Entry::done("case.view").of_case(id).on(id));
    let today = tx.today();
    let facts = step::facts(tx, id, &found)?;
    let variant = found.variant(&facts.profile);
    let steps = Step::ALL.into_iter().filter_map(|step| {
        let to = step.leads(found.state, found.left)?;
        Some(StepView { of: step, step: step.name(), to: to.word(), by: step.by().iter().map(|role| role.code()).collect(), missing: needs::missing(step, found.state, &facts) })
    }).collect();
    let rows = party_store::party_rows(tx.db(), id)?;
    let names = people::names_of(tx, rows.iter().map(|(hat, ..)| *hat).collect())?;
    let lent = lending::lent_until(tx, rows.iter().map(|(hat, ..)| *hat).collect())?;
    let mut answers: BTreeMap<MembershipId, (String, String)> = party_store::answers(tx.db(), id)?.into_iter().map(|(hat, answer, why)| (hat, (answer, why))).collect();
    let parties = rows.into_iter().map(|(hat, role, sector, signed, deputy, until)| {
        let (answered, why) = answers.remove(&hat).unzip();
        let answered_why = why.filter(|why| !why.is_empty());
        PartyView { answered, answered_why, hat, role, name: names.get(&hat).cloned().unwrap_or_default(), sector, signed: signed.is_some(), deputy, until, lent_until: lent.get(&hat).copied() }
    }).collect();
    let (met, deadlines) = term_store::terms(tx.db(), id)?.into_iter().map(|(id, kind, role, started_on, due_on, paused, extended, done_at)| {
        TermView { id, extended, kind, role, started_on, due_on, paused: paused.is_some(), late: done_at.is_none() && paused.is_none() && due_on < today, done_at }
    }).partition(|term| term.done_at.is_some());
    let history = store::history(tx.db(), id)?.into_iter().map(|(step, from, to, role, at)| StepTaken { step, from, to, role, at }).collect();
    let declared = facts.milestones.iter().flat_map(|(name, found)| found.iter().filter(|(subject, _)| subject.is_nil()).map(move |(_, at)| (name.clone(), *at))).collect();
    let reached = facts.milestones.into_iter().flat_map(|(name, found)| found.into_iter().map(move |(_, at)| (name.clone(), at))).collect();
    let ended = matches!(found.state, State::NotReviewed | State::Closed);
    let final_judgment = if ended { super::settled_of(tx, id, judgment::MILESTONE, id.uuid())?.and_then(|day| day.parse().ok()) } else { None };
    let (mut rooms, places) = (Rooms::default(), compartments::all_of_case(tx, id)?);
    for (kind, slot) in [(Kind::Case, &mut rooms.case), (Kind::Coding, &mut rooms.coding), (Kind::Panel, &mut rooms.panel), (Kind::Report, &mut rooms.report)] {
        *slot = places.iter().find(|found| found.kind == kind).map(|found| found.id);
    }
    let seen = CaseView {
        id, number, state: found.state.word(), left_state: found.left.map(State::word), phase: found.state.phase(found.left).word(), version: found.version, profile: found.profile, variant,
        language, notified_on: found.notified_on, deferred_days, round, practice: found.practice, final_judgment, compartments: rooms, parties, deadlines, steps, history, met, reached, declared,
    };
    Ok(if party::only_asked(tx, id)? { seen.as_asked(tx.hat()?) } else { seen })
}
