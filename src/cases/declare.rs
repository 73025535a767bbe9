//! Facts a role declares: dated, with words where a reason is due. The guards of the steps read that they were declared.

use super::reasons::{Of, keep_reason};
use super::{CaseView, State, Step, Variant, step, store, term_store};
use crate::access::{Act, Kind, Role};
use crate::ids::CaseId;
use crate::settings::{Profile, Released};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who declares what a coordinator declares.
pub static BY_COORDINATOR: Act = Act { name: "case.declare", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who declares what a chair declares.
pub static BY_CHAIR: Act = Act { name: "case.declare_as_chair", within: Kind::Case, by: &[Role::Chair], step_up: false };
/// What happens with what was released into a review that is stopped (T23).
pub(super) const RELEASED_DECIDED: &str = "released_decided";

/// That the chair agrees to a request to defer (T5).
pub const DEFERRAL_AGREED: &str = "chair_agrees_deferral";
/// What is asked when a case is to be deferred; the request is a document of the coordinator's.
const DEFERRAL_ASKED: &str = "deferral_requested";

/// That it was looked again whether what stayed unpublished can be published.
const RECONSIDERED: &str = "publication_reconsidered";

/// That the prosecution was asked again whether the case must wait.
const OM_ASKED_AGAIN: &str = "om_asked_again";

/// That the chair adopts the report: said where its text is read, since it holds for that text (T16).
pub const CHAIR_ADOPTS: &str = "chair_adopts";

/// A fact that can be declared.
pub struct Declared {
    /// Name, as in the guards; its text is `fact-<name>`.
    pub name: &'static str,
    /// Who declares it.
    pub act: &'static Act,
    /// Whether a reason is due.
    pub words: bool,
    /// What is chosen with it: the texts are `fact-<name>-<choice>`.
    pub choices: &'static [&'static str],
    /// In which cases it is a matter.
    only: Only,
}

/// Of which cases a fact can be declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Only {
    All,
    /// Of child abuse.
    Child,
    /// Of a small place.
    SmallPlace,
}

impl Only {
    fn holds(self, variant: &Variant) -> bool {
        match self {
            Only::All => true,
            Only::Child => variant.child,
            Only::SmallPlace => variant.small_place,
        }
    }
}

const fn co(name: &'static str, words: bool) -> Declared {
    Declared { name, act: &BY_COORDINATOR, words, choices: &[], only: Only::All }
}

const fn ch(name: &'static str, words: bool) -> Declared {
    Declared { name, act: &BY_CHAIR, words, choices: &[], only: Only::All }
}

/// All of them.
pub static DECLARED: [Declared; 30] = [
    co("om_contact_asked", false), co("relatives_decided", true), co("relatives_asked", false), co("relatives_view_asked", true),
    co("deferral_answered", true), co(OM_ASKED_AGAIN, false), co("relatives_told", false), co("embargo_passed", false), co("relatives_wait_waived", true), co("embargo_wait_waived", true), co("follow_up_checked", true), co("relatives_round_done", true), co("unpublished_because", true),
    co("new_facts", true), co("shredding_set", false), co("evaluation_done", false), ch("conflict_checked", false), ch(DEFERRAL_AGREED, false), ch("chair_goes_on", true),
    ch("new_round_asked", true), ch("dissent_recorded", false), ch("reply_changes_finding", true), ch("text_must_change", true), ch(CHAIR_ADOPTS, false), ch("stopped_because", true), ch("nobody_consulted", true), co(RECONSIDERED, true),
    Declared { name: "inspectorates_checked", act: &BY_COORDINATOR, words: true, choices: &[], only: Only::Child },
    Declared { name: "whole_agreed", act: &BY_COORDINATOR, words: true, choices: &[], only: Only::SmallPlace },
    Declared { name: RELEASED_DECIDED, act: &BY_CHAIR, words: false, choices: &[Released::Return.word(), Released::Shred.word(), Released::Keep.word()], only: Only::All },
];

/// Where a fact can be declared: where a step that reads it comes next, and for what takes time of its own where the step before that one
/// does. Said earlier it would count for ever, long before it is true. A few have a rule of their own, and stand here for the page only.
fn said_in(name: &str) -> &'static [State] {
    use State::{Closed, ClosedUnpublished, Commissioned, Consultation, Decided, Deferred, Drafting, FollowUp, Gathering, NotReviewed, Notified, Panel, Preparation, Published, QualityReview, Screening};
    match name {
        "om_contact_asked" => &[Notified],
        "inspectorates_checked" | "relatives_view_asked" => &[Notified, Screening],
        "conflict_checked" => &[Commissioned],
        "relatives_decided" => &[Commissioned, Preparation],
        "relatives_asked" => &[Preparation, Gathering],
        "chair_goes_on" => &[Gathering],
        "new_round_asked" | "dissent_recorded" => &[Panel],
        "nobody_consulted" => &[Drafting, Consultation],
        "relatives_round_done" | "reply_changes_finding" => &[Consultation],
        CHAIR_ADOPTS | "relatives_told" | "embargo_passed" | "relatives_wait_waived" | "embargo_wait_waived" | "whole_agreed" => &[QualityReview, Decided],
        "text_must_change" | "unpublished_because" => &[Decided],
        "shredding_set" | "evaluation_done" => &[Published, ClosedUnpublished, FollowUp],
        "follow_up_checked" => &[Published, ClosedUnpublished, FollowUp, Closed],
        RECONSIDERED => &[ClosedUnpublished, FollowUp, Closed],
        "new_facts" => &[NotReviewed, Closed],
        "deferral_answered" | OM_ASKED_AGAIN => &[Deferred],
        DEFERRAL_AGREED => &State::DEFERRABLE,
        // What stops a review: any of those, but the first, where nobody leads it yet.
        "stopped_because" | RELEASED_DECIDED => &[Commissioned, Preparation, Gathering, Panel, Drafting, Consultation, QualityReview],
        _ => &[],
    }
}

impl Declared {
    /// Whether it can be declared of a case that stands here.
    pub fn is_due(&self, state: State) -> bool {
        said_in(self.name).contains(&state)
    }
}

/// The facts that can be declared now in a case of this variant.
fn declarable(variant: &Variant, state: State) -> impl Iterator<Item = &'static Declared> {
    let variant = variant.clone();
    DECLARED.iter().filter(move |fact| fact.only.holds(&variant) && fact.is_due(state))
}

/// The facts that can be declared of a case as it stands: to a deferral nobody asked for nobody agrees, and what was published is not looked at again
/// whether it can be.
pub fn offered(case: &CaseView) -> impl Iterator<Item = &'static Declared> {
    let asked = case.steps.iter().any(|step| step.of == Step::T5 && !step.missing.iter().any(|lacks| lacks.what == DEFERRAL_ASKED));
    let unpublished = case.history.iter().any(|step| step.step == Step::T18.name());
    declarable(&case.variant, State::from_word(case.state).unwrap_or(State::Notified)).filter(move |fact| asked || fact.name != DEFERRAL_AGREED)
        .filter(move |fact| unpublished || fact.name != RECONSIDERED)
}

/// Declares a fact with which nothing is chosen.
///
/// # Errors
/// As [`declare_as`].
pub fn declare(tx: &mut Tx, case: CaseId, name: &str, words: Option<&str>) -> Result<(), Refused> {
    declare_as(tx, case, name, words, None)
}

/// Declares a fact, with what was chosen.
///
/// # Errors
/// `NotFound` for a fact there is not, or not in this variant; `NotYours`; `Faults` without the words or the choice that are due;
/// `Rule("fact-not-now")` where no step that reads it is near; `Rule("accept-first")` for a chair who has not accepted; `Rule("deferral-not-asked")` for
/// agreeing to what nobody asked; `Rule("adopted-with-its-text")` for the adoption of the report.
pub fn declare_as(tx: &mut Tx, case: CaseId, name: &str, words: Option<&str>, choice: Option<&str>) -> Result<(), Refused> {
    let fact = DECLARED.iter().find(|fact| fact.name == name).ok_or(Refused::NotFound)?;
    let permit = tx.permit(fact.act, Place::Case(case), case.uuid())?;
    let (found, ..) = store::seen(tx.db(), case)?;
    let profile = found.profile(&tx.parts().config).ok_or_else(|| Refused::Internal(format!("profile {}", found.profile)))?;
    if !fact.only.holds(&found.variant(&profile)) {
        return Err(Refused::NotFound);
    }
    if fact.name == CHAIR_ADOPTS {
        return Err(Refused::Rule("adopted-with-its-text"));
    }
    // These two say in words of their own why not.
    if !fact.is_due(found.state) && !matches!(fact.name, OM_ASKED_AGAIN | RELEASED_DECIDED) {
        return Err(Refused::Rule("fact-not-now"));
    }
    if fact.name == RECONSIDERED && !super::was_taken(tx, case, Step::T18)? {
        return Err(Refused::Rule("fact-not-now"));
    }
    if fact.name == DEFERRAL_AGREED && !store::milestones(tx.db(), case)?.get(DEFERRAL_ASKED).is_some_and(|asked| asked.iter().any(|(_, at)| *at >= found.state_since)) {
        return Err(Refused::Rule("deferral-not-asked"));
    }
    // It stands once the review is stopped: by it copies were kept, or are gone.
    if fact.name == RELEASED_DECIDED {
        Step::T23.leads(found.state, found.left).ok_or(Refused::Rule("not-to-be-stopped"))?;
    }
    let chosen = fact.choices.iter().find(|known| Some(**known) == choice).copied();
    if chosen.is_none() && (choice.is_some() || !fact.choices.is_empty()) {
        return Err(Refused::Faults(vec![FieldFault::new("choice", if choice.is_some() { "not-an-option" } else { "required" })]));
    }
    let words = words.map(str::trim).filter(|words| !words.is_empty());
    if fact.words && words.is_none() {
        return Err(Refused::Faults(vec![FieldFault::new("words", "required")]));
    }
    if words.is_some_and(|words| words.chars().count() > 20_000) {
        return Err(Refused::Faults(vec![FieldFault::new("words", "too-long")]));
    }
    if let Some(words) = words {
        keep_reason(tx, &permit, case, fact.name, case.uuid(), Of::default(), words)?;
    }
    if fact.name == OM_ASKED_AGAIN {
        ask_again(tx, case, &found, &profile)?;
    }
    if fact.name == RECONSIDERED {
        let now = tx.now();
        term_store::end_terms(tx.db(), case, &["review_again"], now)?;
    }
    if fact.name == "follow_up_checked" {
        let now = tx.now();
        term_store::end_first_check(tx.db(), case, now)?;
    }
    step::record_as(tx, &permit, fact.name, uuid::Uuid::nil(), chosen.unwrap_or_default())
}

/// While a case is deferred the prosecution is asked again and again whether it still must be: the term begins anew (T5).
fn ask_again(tx: &mut Tx, case: CaseId, found: &store::Found, profile: &Profile) -> Result<(), Refused> {
    if found.state != State::Deferred {
        return Err(Refused::Rule("not-deferred"));
    }
    let (parts, calendar, today, now) = (tx.parts(), tx.session()?.calendar.clone(), tx.today(), tx.now());
    term_store::end_terms(tx.db(), case, &["deferral_check"], now)?;
    term_store::start_term(tx.db(), case, "deferral_check", Role::Coordinator, today, profile.terms.deferral_check.end(today, parts.config.calendar(&calendar)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_can_be_said_somewhere_and_never_everywhere() {
        for fact in &DECLARED {
            let states = State::ALL.into_iter().filter(|state| fact.is_due(*state)).count();
            assert!((1..=State::DEFERRABLE.len()).contains(&states), "{} in {states} states", fact.name);
        }
    }

    #[test]
    fn what_relatives_are_promised_is_not_said_before_it_can_be_true() {
        let due = |name: &str, state: State| DECLARED.iter().any(|fact| fact.name == name && fact.is_due(state));
        for name in ["relatives_asked", "relatives_told", "embargo_passed", "evaluation_done", "shredding_set"] {
            assert!(!due(name, State::Notified) && !due(name, State::Screening), "{name}");
        }
        assert!(!due("relatives_asked", State::QualityReview) && due("relatives_asked", State::Gathering));
        assert!(due("relatives_told", State::Decided) && due("evaluation_done", State::FollowUp));
    }
}
