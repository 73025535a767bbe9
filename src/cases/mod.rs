//! A case: its states, the steps between them, what each step needs, and its terms (`workflow.md` section 3).
//!
//! Steps are the only way a case moves; a late term never moves one by itself. A step that is not possible yet says all that is
//! missing and who can supply each.

mod adopt_term;
mod adopted;
mod answered;
mod api;
mod around_store;
mod be_told;
mod by_itself;
mod copies;
mod declare;
mod extend;
mod facts;
mod held;
mod judgment;
mod known;
mod lending;
mod marked;
mod needs;
mod nobody;
mod notify;
mod pages;
mod party;
mod party_store;
mod proposal;
mod proposal_store;
mod reasons;
mod remind;
mod removal;
mod retention;
mod sheets;
mod stand_in;
mod state;
mod step;
mod store;
mod take_back;
mod tell;
mod term_store;
mod timetable;
mod variant;
mod view;

pub use answered::{ADMIT, DECLINE, WHY_NOT, admit, decline, open_answers};
pub use adopt_term::{chair_is_to_adopt, nothing_to_adopt};
pub use adopted::{ADOPTED, Adopted, adopt, adopted, holds, numbers as adopted_numbers, read_before};
pub use be_told::{Asks, ask_to_be_told, asked_to_be_told};
pub use by_itself::{follow_up, remind};
pub use reasons::{Of as ReasonOf, READ_REASONS, Reason, keep_reason, reasons};
pub use remind::{Marks, Waits, marks_behind, remind_of};
pub use removal::{CARRY_OUT, DECIDE_REMOVAL, Decided, PROPOSE_REMOVAL, READ_REMOVALS, Removal, Subject, carry_out, confirm_removal, propose_removal, refuse_removal, removals, waiting_removals, withdraw_removal};
pub use retention::{Planned, planned, shred};
pub use copies::{Copies, READ_NAMES, READ_SHEET, copies, deferral_asked, died_on};
pub use facts::{Facts, Party};
pub use held::{Held, held, held_here, hold, unhold_here};
pub use judgment::{FINAL_JUDGMENT, final_judgment};
pub use known::{DECIDE_KNOWN, Decision, Known, READ_KNOWN, decide_on_organisation, known_organisations, organisation_invited};
pub use lending::{Beside, Coordinator, END_LOAN, Keys, LEND, LET_READ, Loan, MOST_DAYS as MOST_DAYS_LENT, Own as OwnLoan, READ_LOANS, TAKE_ON, beside as beside_loans, coordinators_to_lend, end_due_loans, end_loan, lend, let_read, loans, take_on};
pub use marked::named_in_role;
pub use needs::by_the_step_itself;
pub use nobody::{NOBODY, Unled, nobody_to_act};
pub use notify::{NOTIFY, Notification, Recent, just_notified, notify};
pub use state::{Phase, State};
pub use declare::{BY_CHAIR, BY_COORDINATOR, CHAIR_ADOPTS, DECLARED, DEFERRAL_AGREED, Declared, declare, declare_as, offered as offered_facts};
pub use extend::{EXTEND, extend};
pub use pages::{framed_in_case, led_to_sign};
pub use party::{ACCEPT, NAME, Named, accept, name, only_asked, signed_first};
pub use proposal::{AskedFor, PROPOSE, Proposal, READ as READ_PROPOSALS, SIGN, WITHDRAW as WITHDRAW_PROPOSAL, of_case as proposals_of, propose, withdraw as withdraw_proposal, settle as settle_proposal, waiting as waiting_proposals};
pub use sheets::{DEFERRAL, NOTIFICATION, SCREENING, names_go_along};
pub(crate) use sheets::place_person;
pub use stand_in::{END_PARTY, PartEnds, STAND_IN, deputies, end_of, end_party, end_party_because, part_ends, stand_in};
pub use take_back::{TAKE_BACK, standing, take_back};
pub use step::{act_of, record, record_as, take};
pub use tell::{organisations_of, relatives_of, tell_steps};
pub use view::{CaseView, Filter, Listed, PAGE, PartyView, Rooms, StepTaken, StepView, TermView, list, own_terms, pages as pages_of_cases, view};
pub use timetable::{Reminder, Starts, reminder, started_by};
pub use variant::{Hidden, Variant, profile_and_language, profile_of_place, small_place_of};

/// One transition, `T1` to `T23`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the numbers of workflow.md section 3 are their names")]
pub enum Step { T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23 }

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 23] = [
        Step::T1, Step::T2, Step::T3, Step::T4, Step::T5, Step::T6, Step::T7, Step::T8, Step::T9, Step::T10, Step::T11, Step::T12, Step::T13, Step::T14,
        Step::T15, Step::T16, Step::T17, Step::T18, Step::T19, Step::T20, Step::T21, Step::T22, Step::T23,
    ];
    /// `T7`.
    pub fn name(self) -> String {
        format!("{self:?}")
    }
}

/// Why a case does not move.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The step does not leave the state the case is in.
    #[error("{step:?} does not leave {is:?}")]
    WrongState {
        /// The step asked for.
        step: Step,
        /// The state of the case.
        is: State,
    },
    /// The profile is not one of the bureau's, or does not allow a case without a death.
    #[error("profile {0} is not possible here")]
    Profile(String),
    /// Not found, not yours, stale, things missing, database.
    #[error(transparent)]
    Refused(#[from] crate::tx::Refused),
}

impl From<diesel::result::Error> for CaseError {
    fn from(why: diesel::result::Error) -> Self {
        CaseError::Refused(why.into())
    }
}

impl crate::tx::Refusal for CaseError {
    fn status(&self) -> u16 {
        match self {
            CaseError::WrongState { .. } => 409,
            CaseError::Profile(_) => 422,
            CaseError::Refused(common) => common.status(),
        }
    }
    fn kind(&self) -> &'static str {
        match self {
            CaseError::WrongState { .. } => "wrong-state",
            CaseError::Profile(_) => "profile-not-possible",
            CaseError::Refused(common) => common.kind(),
        }
    }
    fn faults(&self) -> Vec<crate::tx::FieldFault> {
        if let CaseError::Refused(common) = self { common.faults() } else { vec![] }
    }
    fn missing(&self) -> Vec<crate::tx::Missing> {
        if let CaseError::Refused(common) = self { common.missing() } else { vec![] }
    }
}

/// Settles the profile of a case, with its version in force today: one of the bureau's, that allows what happened (ruling 28).
///
/// # Errors
/// `Faults` for a profile there is not, the bureau has not switched on, or that wants a death; `Rule("thematic-counts-no-death")` for a case whose death
/// stands in the register, which a thematic review reads and is not.
pub(crate) fn settle_profile(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, profile: &str, fatal: bool) -> Result<(), crate::tx::Refused> {
    let (parts, bureau) = (tx.parts(), tx.bureau()?);
    let fault = || crate::tx::Refused::Faults(vec![crate::tx::FieldFault::new("profile", "not-an-option")]);
    let found = parts.config.profiles.get(profile).filter(|found| fatal || found.non_fatal).ok_or_else(fault)?;
    if !around_store::profiles_of(tx.db(), bureau)?.iter().any(|on| on == profile) {
        return Err(fault());
    }
    let (now, ..) = store::seen(tx.db(), case)?;
    let counted = parts.config.profiles.get(&now.profile).is_none_or(|before| before.counts_a_death(now.practice));
    if counted && !found.counts_a_death(now.practice) && crate::register::has_record(tx, case)? {
        return Err(crate::tx::Refused::Rule("thematic-counts-no-death"));
    }
    store::set_profile(tx.db(), case, profile, &found.version)
}

/// Who takes part in a case in a role.
///
/// # Errors
/// Database errors only.
pub fn hats_in_role(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, role: crate::access::Role) -> Result<Vec<crate::ids::MembershipId>, crate::tx::Refused> {
    party_store::hats_in_role(tx.db(), case, role)
}

/// What a milestone was reached for: meetings, findings ...
///
/// # Errors
/// Database errors only.
pub fn subjects_of(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, name: &str) -> Result<Vec<uuid::Uuid>, crate::tx::Refused> {
    Ok(store::milestones(tx.db(), case)?.remove(name).unwrap_or_default().into_iter().map(|(subject, _)| subject).collect())
}

/// What the chair decided on what was released, when the review was stopped: `return`, `shred`, `keep`; none where nothing was decided.
///
/// # Errors
/// Database errors only.
pub fn decided_on_released(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<Option<crate::settings::Released>, crate::tx::Refused> {
    Ok(settled_of(tx, case, declare::RELEASED_DECIDED, uuid::Uuid::nil())?.as_deref().and_then(crate::settings::Released::from_word))
}

/// What was settled last of a subject, under a milestone; none where nothing was.
///
/// # Errors
/// Database errors only.
pub fn settled_of(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, name: &str, subject: uuid::Uuid) -> Result<Option<String>, crate::tx::Refused> {
    Ok(store::details(tx.db(), case, &[name])?.into_iter().find(|(_, of, _)| *of == subject).map(|(.., detail)| detail))
}

/// What was settled of each subject, under a milestone.
///
/// # Errors
/// Database errors only.
pub fn details_of(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, name: &str) -> Result<std::collections::BTreeMap<uuid::Uuid, String>, crate::tx::Refused> {
    Ok(store::details(tx.db(), case, &[name])?.into_iter().map(|(_, subject, detail)| (subject, detail)).collect())
}

/// The latest moment a milestone was reached.
///
/// # Errors
/// Database errors only.
pub fn reached_at(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, name: &str) -> Result<Option<chrono::DateTime<chrono::Utc>>, crate::tx::Refused> {
    Ok(store::milestones(tx.db(), case)?.remove(name).unwrap_or_default().into_iter().map(|(_, at)| at).max())
}

/// Whether a hat's person takes part in the case otherwise: professional and relative, or of the bureau and of an organisation.
///
/// # Errors
/// Database errors only.
pub fn conflicted(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, hat: crate::ids::MembershipId) -> Result<bool, crate::tx::Refused> {
    party_store::conflicted(tx.db(), case, hat)
}

/// Whether nobody who is there holds the key of what is in a case any more; asked by coordinators of its bureau, false for others.
///
/// # Errors
/// Database errors only.
pub fn key_is_lost(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<bool, crate::tx::Refused> {
    Ok(!party_store::key_is_held(tx.db(), case)?)
}

/// Those who co-sign for the nation: in a bureau for practice its own.
///
/// # Errors
/// Database errors only.
pub fn national_coordinators(tx: &mut crate::tx::Tx) -> Result<Vec<crate::ids::MembershipId>, crate::tx::Refused> {
    let bureau = tx.bureau()?;
    party_store::hats_of_nation(tx.db(), bureau, crate::access::Role::NationalCoordinator)
}

/// Those of a bureau's nation, for the worker, which has no bureau.
///
/// # Errors
/// Database errors only.
pub fn national_of(tx: &mut crate::tx::Tx, bureau: crate::ids::BureauId) -> Result<Vec<crate::ids::MembershipId>, crate::tx::Refused> {
    party_store::hats_of_nation(tx.db(), bureau, crate::access::Role::NationalCoordinator)
}

/// Whether a step was ever taken on a case.
///
/// # Errors
/// Database errors only.
pub fn was_taken(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, step: Step) -> Result<bool, crate::tx::Refused> {
    Ok(store::history(tx.db(), case)?.into_iter().any(|(taken, ..)| taken == step.name()))
}

/// Who leads a case in a role, for everybody who takes part in it in any way: an organisation's people tell them, and know no more.
///
/// # Errors
/// Database errors only; a case one takes no part in has none.
pub fn leaders(tx: &mut crate::tx::Tx, case: crate::ids::CaseId, roles: &[crate::access::Role]) -> Result<Vec<crate::ids::MembershipId>, crate::tx::Refused> {
    Ok(around_store::leaders(tx.db(), case)?.into_iter().filter(|(_, role)| roles.iter().any(|wanted| wanted.code() == role)).map(|(hat, _)| hat).collect())
}

/// Whether the report's text stands still: the quality review reads it, or has read it and nothing is published yet.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn is_frozen(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<bool, crate::tx::Refused> {
    Ok(frozen_since(tx, case)?.is_some())
}

/// The day of the notification, and for how many days the case was deferred since.
///
/// # Errors
/// `NotFound`.
pub fn time_taken(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<(chrono::NaiveDate, i32), crate::tx::Refused> {
    let (found, _, _, deferred, _) = store::seen(tx.db(), case)?;
    Ok((found.notified_on, deferred))
}

/// Since when the report's text stands still: the step to quality review, whatever was deferred and resumed since; none where it may change.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn frozen_since(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<Option<chrono::DateTime<chrono::Utc>>, crate::tx::Refused> {
    let (found, ..) = store::seen(tx.db(), case)?;
    if !found.state.freezes_report(found.left) {
        return Ok(None);
    }
    let began = store::history(tx.db(), case)?.into_iter().rev().find(|(step, ..)| *step == Step::T14.name());
    Ok(Some(began.map_or(found.state_since, |(.., at)| at)))
}

/// Asked before anything the report is made of changes: what was reviewed is what is published. A change goes back through drafting
/// (T13, T15) and is reviewed again.
///
/// # Errors
/// `Rule("report-frozen")`; `NotFound`.
pub fn text_may_change(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<(), crate::tx::Refused> {
    if is_frozen(tx, case)? { Err(crate::tx::Refused::Rule("report-frozen")) } else { Ok(()) }
}

/// [`text_may_change`] of the case a form belongs to: what follows from saving one whose words stand in the report.
///
/// # Errors
/// As [`text_may_change`].
pub fn unfrozen(tx: &mut crate::tx::Tx, permit: &crate::tx::Permit, _: &crate::forms::Saved) -> Result<(), crate::tx::Refused> {
    text_may_change(tx, permit.case().ok_or(crate::tx::Refused::NotFound)?)
}

/// A case of the caller's own bureau by its number; none where there is none one may see.
///
/// # Errors
/// Database errors only.
pub fn of_number(tx: &mut crate::tx::Tx, number: &str) -> Result<Option<crate::ids::CaseId>, crate::tx::Refused> {
    let bureau = tx.bureau()?;
    store::of_number(tx.db(), bureau, number)
}

/// Where a case stands, and the id of its profile.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn state_and_profile(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<(State, String), crate::tx::Refused> {
    let (found, ..) = store::seen(tx.db(), case)?;
    Ok((found.state, found.profile))
}

/// For which purpose, and on which legal ground, a case was taken in: codes of the notification.
///
/// # Errors
/// `NotFound`.
pub fn recorded_for(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<(String, String), crate::tx::Refused> {
    store::recorded_for(tx.db(), case)
}

/// The number of a case.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn number_of(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<String, crate::tx::Refused> {
    Ok(store::seen(tx.db(), case)?.1)
}

/// Who writes the letters that follow from a step.
pub static LETTERS: crate::access::Act = crate::access::Act { name: "case.letters", within: crate::access::Kind::Case, by: &[crate::access::Role::Coordinator, crate::access::Role::Secretary], step_up: false };

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
    removal::routes(routes);
    lending::routes(routes);
}
