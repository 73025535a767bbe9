//! Facts a role declares: dated, with words where a reason is due. The guards of the steps read that they were declared.

use super::reasons::{Of, keep_reason};
use super::{State, Variant, step, store, term_store};
use crate::access::{Act, Kind, Role};
use crate::ids::CaseId;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who declares what a coordinator declares.
pub static BY_COORDINATOR: Act = Act { name: "case.declare", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who declares what a chair declares.
pub static BY_CHAIR: Act = Act { name: "case.declare_as_chair", within: Kind::Case, by: &[Role::Chair], step_up: false };

/// A fact that can be declared.
pub struct Declared {
    /// Name, as in the guards; its text is `fact-<name>`.
    pub name: &'static str,
    /// Who declares it.
    pub act: &'static Act,
    /// Whether a reason is due.
    pub words: bool,
    /// Whether it is a matter of cases of child abuse only.
    child: bool,
}

const fn co(name: &'static str, words: bool) -> Declared {
    Declared { name, act: &BY_COORDINATOR, words, child: false }
}

const fn ch(name: &'static str, words: bool) -> Declared {
    Declared { name, act: &BY_CHAIR, words, child: false }
}

/// All of them.
pub static DECLARED: [Declared; 29] = [
    co("om_contact_asked", false), co("organisations_decided", false), co("relatives_decided", false), co("relatives_asked", false), co("relatives_view_asked", true),
    co("deferral_answered", true), co("om_asked_again", false), co("relatives_told", false), co("embargo_passed", false), co("relatives_wait_waived", true), co("embargo_wait_waived", true), co("follow_up_checked", true), co("relatives_round_done", true), co("unpublished_because", true),
    co("new_facts", true), co("shredding_set", false), co("evaluation_done", false), ch("conflict_checked", false), ch("chair_agrees_deferral", false), ch("chair_goes_on", true),
    ch("new_round_asked", true), ch("dissent_recorded", false), ch("reply_changes_finding", true), ch("text_must_change", true), ch("chair_adopts", false), ch("stopped_because", true), ch("nobody_consulted", true), co("publication_reconsidered", true),
    Declared { name: "inspectorates_checked", act: &BY_COORDINATOR, words: true, child: true },
];

/// The facts that can be declared in a case of this variant.
pub fn declarable(variant: &Variant) -> impl Iterator<Item = &'static Declared> {
    let child = variant.child;
    DECLARED.iter().filter(move |fact| child || !fact.child)
}

/// Declares a fact.
///
/// # Errors
/// `NotFound` for a fact there is not, or not in this variant; `NotYours`; `Faults` without the words that are due.
pub fn declare(tx: &mut Tx, case: CaseId, name: &str, words: Option<&str>) -> Result<(), Refused> {
    let fact = DECLARED.iter().find(|fact| fact.name == name).ok_or(Refused::NotFound)?;
    let permit = tx.permit(fact.act, Place::Case(case), case.uuid())?;
    if fact.child && !store::seen(tx.db(), case)?.0.child_variant {
        return Err(Refused::NotFound);
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
    if fact.name == "om_asked_again" {
        ask_again(tx, case)?;
    }
    if fact.name == "publication_reconsidered" {
        let now = tx.now();
        term_store::end_terms(tx.db(), case, &["review_again"], now)?;
    }
    if fact.name == "follow_up_checked" {
        let now = tx.now();
        term_store::end_first_check(tx.db(), case, now)?;
    }
    step::record(tx, &permit, fact.name, None)
}

/// While a case is deferred the prosecution is asked again and again whether it still must be: the term begins anew (T5).
fn ask_again(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let (found, ..) = store::seen(tx.db(), case)?;
    if found.state != State::Deferred {
        return Err(Refused::Rule("not-deferred"));
    }
    let (profile, _) = super::profile_and_language(tx, case)?;
    let (parts, calendar, today, now) = (tx.parts(), tx.session()?.calendar.clone(), tx.today(), tx.now());
    term_store::end_terms(tx.db(), case, &["deferral_check"], now)?;
    term_store::start_term(tx.db(), case, "deferral_check", Role::Coordinator, today, profile.terms.deferral_check.end(today, parts.config.calendar(&calendar)))
}
