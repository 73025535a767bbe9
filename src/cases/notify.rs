//! T1: a case begins with its notification. Its compartments are born in the coordinator's session.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use form::Answers;
use serde_json::Value;

use super::{CaseError, State, Step, marked, party_store, store, term_store, timetable};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Member, Written};
use crate::forms::{self, Saved};
use crate::ids::{CaseId, MembershipId};
use crate::register;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who may notify: a coordinator.
pub static NOTIFY: Act = Act { name: "case.notify", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static WRITE: Act = Act { name: "case.write_notification", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// The process facts of a notification; its words are the sealed body beside them.
#[derive(Clone, Debug)]
pub struct Notification {
    /// `review` or `register_only`.
    pub purpose: String,
    /// The legal ground; without one no step is taken.
    pub ground: String,
    /// `european` or `caribbean`.
    pub zone: String,
    /// Code of the police region, if known.
    pub region: Option<i32>,
    /// The profile proposed; the screening settles it.
    pub profile: String,
    /// Whether the child-abuse variant applies.
    pub child_variant: bool,
    /// Language of the case.
    pub language: String,
    /// Whether somebody died.
    pub fatal: bool,
    /// When the bureau heard of it.
    pub received_on: NaiveDate,
    /// Who stands in for the coordinator, from birth (ruling 4).
    pub deputy: Option<MembershipId>,
}

impl Notification {
    /// The process facts in the answers of the form.
    ///
    /// # Errors
    /// `Faults` for answers that can't be facts.
    pub fn from_answers(answers: &Answers, profile: &str, child_variant: bool, language: &str, deputy: Option<MembershipId>) -> Result<Notification, Refused> {
        let text = |id: &str| match answers.get(id) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let (fatal, received_on) = (answers.get("fatal").and_then(Value::as_bool), text("received_at").parse().ok());
        // Everything that is open is told at once.
        let open: Vec<FieldFault> = [
            ("purpose", text("purpose").is_empty()), ("ground", text("ground").is_empty()), ("zone", text("zone").is_empty()), ("fatal", fatal.is_none()), ("received_at", received_on.is_none()),
        ].into_iter().filter(|(_, open)| *open).map(|(field, _)| FieldFault::new(field, "required")).collect();
        let (Some(fatal), Some(received_on), true) = (fatal, received_on, open.is_empty()) else { return Err(Refused::Faults(open)) };
        Ok(Notification {
            purpose: text("purpose"), ground: text("ground"), zone: text("zone"), region: text("police_region").parse().ok(), profile: profile.to_owned(), child_variant,
            language: language.to_owned(), fatal, received_on, deputy,
        })
    }
}

/// Takes in a case: number, compartments of case and coding, the sealed notification, its first terms.
///
/// # Errors
/// `Faults` for a date to come or a word that is no option; `Profile` for one that is not the bureau's or needs a death;
/// `Rule("recovery-not-set")` while the bureau's officers have not set up recovery.
pub fn notify(tx: &mut Tx, told: &Notification, words: &Answers) -> Result<CaseId, CaseError> {
    tx.permit(&NOTIFY, Place::Hat, None)?;
    let (bureau, hat, now, today) = (tx.bureau()?, tx.hat()?, tx.now(), tx.today());
    check(told, today)?;
    let parts = tx.parts();
    let profile = parts.config.profiles.get(&told.profile).filter(|profile| told.fatal || profile.non_fatal).ok_or_else(|| CaseError::Profile(told.profile.clone()))?;
    if !super::around_store::profiles_of(tx.db(), bureau)?.iter().any(|on| *on == told.profile) {
        return Err(CaseError::Profile(told.profile.clone()));
    }
    let number = store::next_number(tx.db(), bureau, today.year())?;
    let (id, practice, calendar) = (CaseId::new(), tx.session()?.practice, tx.session()?.calendar.clone());
    store::insert(tx.db(), &store::New { id, bureau, number, at: now, practice, profile_version: &profile.version, told })?;
    let own = marked::mark(tx, id, hat, Role::Coordinator, None);
    party_store::add_party(tx.db(), id, hat, Role::Coordinator, false, &own)?;
    let compartment = compartments::create(tx, Kind::Case, Some(id), Role::Coordinator)?.id;
    let coding = compartments::create(tx, Kind::Coding, Some(id), Role::Coordinator)?.id;
    if let Some(deputy) = told.deputy {
        let theirs = marked::mark(tx, id, deputy, Role::Coordinator, None);
        party_store::add_party(tx.db(), id, deputy, Role::Coordinator, true, &theirs)?;
        for place in [compartment, coding] {
            compartments::add_member(tx, place, &Member { membership: deputy, role: Role::Coordinator, access: Access::Full, deputy: true, until: None })?;
        }
    }
    let permit = tx.permit(&WRITE, Place::Compartment(compartment), id.uuid())?;
    let (answers, missing) = forms::checked(tx, "notification", words)?;
    let (version, complete) = (forms::definition(tx, "notification")?.version, missing.is_empty());
    let item = compartments::put(tx, &permit, &Written { kind: "notification", subject: Some(id.uuid()), form_version: &version, ground: &told.ground, complete }, &answers)?;
    // A case without a death has no record until there is a codebook for it (ruling 28); a thematic review reads deaths that have theirs, and adds none.
    let recorded = told.fatal && profile.counts_a_death(practice);
    if recorded {
        register::begin(tx, &register::New { case: id, compartment: coding, practice, region: told.region, year: told.received_on.year() }, &answers)?;
    }
    super::sheets::notification_saved(tx, &permit, &Saved { id: item, version: 1, complete, missing, answers, subject: Some(id.uuid()) })?;
    store::insert_step(tx.db(), id, Step::T1, None, State::Notified, (Some(hat), Role::Coordinator.code()), serde_json::json!({ "profile": profile.version }))?;
    // The term of entering ran from the day the bureau heard of it, and is met now: whether that was in time stays visible (T1).
    let enter = profile.terms.enter.end(told.received_on, parts.config.calendar(&calendar));
    term_store::start_term(tx.db(), id, "enter", Role::Coordinator, told.received_on, enter)?;
    term_store::end_terms(tx.db(), id, &["enter"], now)?;
    for starts in timetable::started_by(Step::T1, State::Notified, &profile.terms).into_iter().filter(|starts| recorded || !timetable::OF_A_RECORD.contains(&starts.kind)) {
        let due = starts.due(told.received_on, today, parts.config.calendar(&calendar));
        term_store::start_term(tx.db(), id, starts.kind, starts.role, today, due)?;
    }
    Ok(id)
}

/// A case somebody notified a short while ago.
#[derive(Clone, Debug)]
pub struct Recent {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// When it was notified.
    pub at: DateTime<Utc>,
}

/// The cases the caller notified within a time, the latest first: whoever went back to the form is asked whether they mean another one.
///
/// # Errors
/// `NotYours` for who doesn't notify.
pub fn just_notified(tx: &mut Tx, within: Duration) -> Result<Vec<Recent>, Refused> {
    tx.may(&NOTIFY, Place::Hat)?;
    let (hat, since) = (tx.hat()?, tx.now() - within);
    store::notified_by(tx.db(), hat, since)
}

fn check(told: &Notification, today: NaiveDate) -> Result<(), Refused> {
    let mut faults = vec![];
    let mut one_of = |field: &str, value: &str, options: &[&str]| {
        if !options.contains(&value) {
            faults.push(FieldFault::new(field, if value.is_empty() { "required" } else { "not-an-option" }));
        }
    };
    one_of("purpose", &told.purpose, &["review", "register_only"]);
    one_of("ground", &told.ground, &["consent", "public_task", "wpg_provision", "medical_confidentiality_exception", "court_order", "other"]);
    one_of("zone", &told.zone, &["european", "caribbean"]);
    one_of("language", &told.language, &["nl", "en", "pap"]);
    if told.received_on > today {
        faults.push(FieldFault::new("received_at", "in-the-future"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faults(faults)) }
}
