//! Taking a declared fact back: said by mistake, it goes as long as no step went by it.

use chrono::{DateTime, Utc};

use super::declare::{CHAIR_ADOPTS, DECLARED, Declared};
use super::{CaseView, State, Step, store};
use crate::access::{Act, Kind, Role};
use crate::ids::CaseId;
use crate::tx::{Place, Refused, Tx};

/// Who takes a fact back: who declares it.
pub static TAKE_BACK: Act = Act { name: "case.take_back_fact", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };

/// The step that goes by a fact; none for what took effect as it was said: a term ended or began, or a text was adopted.
fn used_by(fact: &str) -> Option<Step> {
    Some(match fact {
        "om_contact_asked" => Step::T2,
        "inspectorates_checked" => Step::T3,
        "relatives_view_asked" => Step::T4,
        "chair_agrees_deferral" => Step::T5,
        "deferral_answered" => Step::T6,
        "conflict_checked" => Step::T7,
        "relatives_decided" => Step::T8,
        "relatives_asked" | "chair_goes_on" => Step::T9,
        "new_round_asked" => Step::T10,
        "dissent_recorded" => Step::T11,
        "reply_changes_finding" | "text_must_change" => Step::T13,
        "nobody_consulted" | "relatives_round_done" => Step::T14,
        "relatives_told" | "embargo_passed" | "relatives_wait_waived" | "embargo_wait_waived" | "whole_agreed" => Step::T17,
        "unpublished_because" => Step::T18,
        "shredding_set" | "evaluation_done" => Step::T20,
        "new_facts" => Step::T22,
        "stopped_because" | "released_decided" => Step::T23,
        _ => return None,
    })
}

/// Whether a fact said at a moment is used: its step was taken since, by its name and moment, or it has none.
fn is_used<'a>(fact: &str, said: DateTime<Utc>, mut taken: impl Iterator<Item = (&'a str, DateTime<Utc>)>) -> bool {
    used_by(fact).is_none_or(|step| taken.any(|(name, at)| name == step.name() && at >= said))
}

/// The facts that stand and that who declares them can take back where the case is now, each with when it was said.
pub fn standing(case: &CaseView) -> Vec<(&'static Declared, DateTime<Utc>)> {
    let state = State::from_word(case.state).unwrap_or(State::Notified);
    let taken = || case.history.iter().map(|step| (step.step.as_str(), step.at));
    DECLARED.iter().filter(|fact| fact.is_due(state)).filter_map(|fact| {
        let said = case.declared.iter().filter(|(name, _)| name == fact.name).map(|(_, at)| *at).max()?;
        (!is_used(fact.name, said, taken())).then_some((fact, said))
    }).collect()
}

/// Takes a declared fact back. The reason given with it stays with the case, as everything said does.
///
/// # Errors
/// `NotFound` for a fact there is not, or that was not declared; `NotYours` for one another role declares; `Rule("fact-used")` once a step
/// went by it, and for what took effect at once.
pub fn take_back(tx: &mut Tx, case: CaseId, name: &str) -> Result<(), Refused> {
    let fact = DECLARED.iter().find(|fact| fact.name == name && fact.name != CHAIR_ADOPTS).ok_or(Refused::NotFound)?;
    // A step that is taken meanwhile waits, or is seen.
    store::lock(tx.db(), case)?;
    let permit = tx.permit(&TAKE_BACK, Place::Case(case), case.uuid())?;
    if !fact.act.allows(permit.role()) {
        return Err(Refused::NotYours);
    }
    let said = store::milestones(tx.db(), case)?.remove(fact.name).unwrap_or_default().into_iter().find(|(subject, _)| subject.is_nil()).ok_or(Refused::NotFound)?.1;
    let history = store::history(tx.db(), case)?;
    if is_used(fact.name, said, history.iter().map(|(step, .., at)| (step.as_str(), *at))) {
        return Err(Refused::Rule("fact-used"));
    }
    store::drop_milestone(tx.db(), case, fact.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_used_by_a_step_or_took_effect_at_once() {
        let at_once: Vec<&str> = DECLARED.iter().map(|fact| fact.name).filter(|name| used_by(name).is_none()).collect();
        assert_eq!(at_once, ["om_asked_again", "follow_up_checked", CHAIR_ADOPTS, "publication_reconsidered"]);
    }

    #[test]
    fn a_fact_is_used_by_its_step_taken_after_it_was_said() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let taken = [("T8", at("2026-11-03T10:00:00Z")), ("T9", at("2026-11-04T10:00:00Z"))];
        assert!(is_used("relatives_asked", at("2026-11-02T10:00:00Z"), taken.into_iter()));
        assert!(!is_used("relatives_asked", at("2026-11-05T10:00:00Z"), taken.into_iter()), "said again since");
        assert!(!is_used("dissent_recorded", at("2026-11-02T10:00:00Z"), taken.into_iter()));
        assert!(is_used("publication_reconsidered", at("2026-11-02T10:00:00Z"), [].into_iter()));
    }
}
