//! Taking a step: who may, what must be there, what starts and ends with it.

use serde_json::json;
use uuid::Uuid;

use super::store::{self, Found};
use super::{CaseError, Facts, State, Step, adopted, around_store, copies, known, needs, party_store, proposal_store, sheets, term_store, timetable};
use crate::access::{Act, Kind};
use crate::compartments;
use crate::forms;
use crate::register;
use crate::ids::CaseId;
use crate::settings::{Filled, Profile};
use crate::tx::{Permit, Place, Refused, Tx};

macro_rules! acts {
    ($($step:ident $name:literal $step_up:literal)*) => {
        /// The act of a step: its name in the log, who may, whether they must confirm who they are.
        pub fn act_of(step: Step) -> &'static Act {
            match step { $(Step::$step => {
                static ACT: std::sync::LazyLock<Act> = std::sync::LazyLock::new(|| Act { name: $name, within: Kind::Case, by: Step::$step.by(), step_up: $step_up });
                &ACT
            })* }
        }
    };
}

acts! {
    T1 "case.notify" false
    T2 "case.start_screening" false
    T3 "case.commission" false
    T4 "case.decide_not_to_review" false
    T5 "case.defer" false
    T6 "case.resume" false
    T7 "case.prepare" false
    T8 "case.start_gathering" false
    T9 "case.open_panel" false
    T10 "case.ask_again" false
    T11 "case.start_drafting" false
    T12 "case.consult" false
    T13 "case.redraft" false
    T14 "case.send_to_quality" false
    T15 "case.send_back" false
    T16 "case.adopt" false
    T17 "case.publish" true
    T18 "case.close_unpublished" true
    T19 "case.follow_up" false
    T20 "case.close" true
    T21 "case.close_record" false
    T22 "case.reopen" false
    T23 "case.stop" true
}

/// Takes a step on a case. `seen` is the version of the case the caller looked at.
///
/// # Errors
/// `NotFound` for a case the caller does not see; `NotYours` for another role's step; `Stale`; `WrongState`; `Missing`, naming
/// everything that lacks and who can supply it; `Rule("lent-reads-nothing")` where what follows needs what is closed to who is lent. Then nothing
/// has changed (I-15).
pub fn take(tx: &mut Tx, case: CaseId, step: Step, seen: i32) -> Result<State, CaseError> {
    let found = store::lock(tx.db(), case)?;
    let permit = tx.permit(act_of(step), Place::Case(case), case.uuid())?;
    let to = step.leads(found.state, found.left).ok_or(CaseError::WrongState { step, is: found.state })?;
    if found.version != seen {
        return Err(Refused::Stale { now: found.version }.into());
    }
    let facts = facts(tx, case, &found)?;
    let missing = needs::missing(step, found.state, &facts);
    if !missing.is_empty() {
        return Err(Refused::Missing(missing).into());
    }
    let (hat, now) = (tx.hat()?, tx.now());
    store::move_on(tx.db(), case, &found, to, now, matches!(step, Step::T10 | Step::T13 | Step::T15))?;
    let versions = json!({ "profile": found.profile_version });
    store::insert_step(tx.db(), case, step, Some(found.state), to, (Some(hat), permit.role().code()), versions)?;
    let calendar = tx.session()?.calendar.clone();
    settle_terms(tx, case, step, &found, to, &facts.profile, &calendar)?;
    match step {
        Step::T5 => sheets::begin_review_of_deferral(tx, case)?,
        Step::T7 => {
            // What panel and report begin with is laid by who reads the notification.
            for own in compartments::of_case(tx, case, Kind::Case)? {
                if compartments::is_kept_out(tx, own.id)? {
                    return Err(Refused::Rule("lent-reads-nothing").into());
                }
            }
            copies::place(tx, case)?;
        }
        Step::T18 => sheets::begin_review_again(tx, case)?,
        // What was sealed to the quality reviewer ends with the review (`security.md` section 4, for a time).
        Step::T16 | Step::T23 => drop(compartments::end_item_grants(tx, case, "quality", None)?),
        _ => {}
    }
    Ok(to)
}

/// Texts the report is made of, besides what is adopted.
const OF_REPORT: [&str; 5] = ["report-section", "pseudonyms", "statement", "dissent", "learning"];

/// What is known of a case's process.
pub(super) fn facts(tx: &mut Tx, case: CaseId, found: &Found) -> Result<Facts, CaseError> {
    let now = tx.now();
    let mut milestones = store::milestones(tx.db(), case)?;
    let kinds: Vec<&str> = OF_REPORT.into_iter().chain(super::ADOPTED.map(|(kind, _)| kind)).collect();
    let documents = around_store::documents(tx.db(), case, &kinds)?;
    let adopted_anew = adopted::settle(tx, case, &mut milestones, &documents)?;
    // A check of names says nothing of what was written, or adopted, after it; nor does the adoption of the report.
    let written = documents.iter().filter(|one| OF_REPORT.contains(&one.kind.as_str())).map(|one| one.changed_at).max();
    let adopted_at = ["terms_adopted", "finding_with_evidence", "recommendation_adopted"].iter().filter_map(|name| milestones.get(*name)).flatten().map(|(_, at)| *at);
    if let Some(latest) = adopted_at.chain(written).max() {
        for name in ["names_checked", super::CHAIR_ADOPTS] {
            if let Some(found) = milestones.get_mut(name) {
                found.retain(|(_, at)| *at >= latest);
            }
        }
    }
    let counts = around_store::counts(tx.db(), case)?;
    let parts = tx.parts();
    let profile = found.profile(&parts.config).ok_or_else(|| CaseError::Profile(found.profile.clone()))?;
    let written = |section: &str| {
        let subject = Some(forms::named(section));
        documents.iter().any(|one| one.kind == "report-section" && one.complete && one.subject == subject)
    };
    let open_sections: Vec<String> = profile.sections.iter().filter(|section| section.filled == Filled::Free && !written(&section.id)).map(|section| section.id.clone()).collect();
    let computed = [
        ("invitations_settled", counts.invitations > 0 && counts.open_invitations == 0), ("replies_settled", counts.open_passages == 0),
        ("recommendations_complete", counts.recommendations > 0 || written("recommendations")), ("recommendations_settled", counts.open_recommendations == 0),
        ("record_complete", counts.record_complete), ("sections_filled", open_sections.is_empty()), ("adopted_anew", adopted_anew),
        ("passages_placed", counts.passages > 0 || milestones.contains_key("nobody_consulted")),
    ];
    for (name, _) in computed.into_iter().filter(|(_, holds)| *holds) {
        milestones.insert(name.to_owned(), vec![(Uuid::nil(), now)]);
    }
    // Looked for where the step that needs it can be taken.
    let asks = |step: Step| step.leads(found.state, found.left).is_some();
    let (organisations, relatives) = if asks(Step::T8) { (known::open(tx, case, milestones.contains_key(known::LISTED))?, around_store::relatives_open(tx.db(), case)?) } else { (None, (0, 0)) };
    let (told_together, publication_form) = match profile.small_place.as_ref().filter(|_| asks(Step::T17)) {
        Some(small) => {
            let (calendar, today) = (tx.session().map_or_else(|_| String::new(), |session| session.calendar.clone()), tx.today());
            let together = small.or_after.end(found.notified_on, parts.config.calendar(&calendar)) <= today || around_store::to_be_told(tx.db(), case)? >= small.told_together;
            (together, super::settled_of(tx, case, "publication_decided", Uuid::nil())?.unwrap_or_default())
        }
        None => (true, String::new()),
    };
    // A practice file plays a thematic review alone (ruling 23).
    let thematic = profile.thematic.filter(|_| !found.practice);
    let sources = if thematic.is_some() && asks(Step::T8) { around_store::thematic_open(tx.db(), case)? } else { (0, 0) };
    Ok(Facts {
        thematic, sources, open_sections,
        told_together, publication_form,
        undecided_organisations: organisations, undecided_relatives: (relatives.0 > 0).then_some(relatives.1),
        state_since: found.state_since, released: counts.released,
        milestones,
        parties: party_store::parties(tx.db(), case)?,
        signed: proposal_store::signed(tx.db(), case, found.state_since)?,
        profile,
        child_sector: found.child_variant.then(|| parts.config.intake.child_sector.clone()),
        practice: found.practice,
    })
}

/// Ends the terms of the state that is left, starts those of the one that is entered; deferring stops all, resuming shifts them
/// by the time deferred (T5, T6).
pub(super) fn settle_terms(tx: &mut Tx, case: CaseId, step: Step, found: &Found, to: State, profile: &Profile, calendar: &str) -> Result<(), CaseError> {
    let (now, today) = (tx.now(), tx.today());
    let parts = tx.parts();
    let calendar = parts.config.calendar(calendar);
    if step == Step::T5 {
        term_store::pause_terms(tx.db(), case, today)?;
    } else {
        let ending: Vec<&str> = ["start_screening", "screening", "deferral_check", "deferral_review", "commissioning", "preparation", "gathering", "second_gathering", "panel", "drafting",
            "redrafting", "mending", "consultation", "quality", "publication", "owner_answer", "follow_up_check"]
            .into_iter().filter(|kind| step != Step::T6 || matches!(*kind, "deferral_check" | "deferral_review")).collect();
        term_store::end_terms(tx.db(), case, &ending, now)?;
        // What waits for the chair after the publication waits through the follow-up as well.
        if to == State::Closed {
            term_store::end_terms(tx.db(), case, &[super::adopt_term::KIND], now)?;
        }
        // Taken up again, the record of a case that was not reviewed is not closed now.
        if step == Step::T22 {
            term_store::end_terms(tx.db(), case, &["record_closing"], now)?;
        }
    }
    if step == Step::T6 {
        for (id, due, paused) in term_store::paused_terms(tx.db(), case)? {
            term_store::resume_term(tx.db(), id, calendar.next_working_day(due + (today - paused)))?;
        }
        let days = (now - found.state_since).num_days();
        for (id, due) in around_store::waiting_reflections(tx.db(), case)? {
            around_store::shift_reflection(tx.db(), id, calendar.next_working_day(due + chrono::Duration::days(days)))?;
        }
        for (id, due) in around_store::waiting_passages(tx.db(), case)? {
            around_store::shift_passage(tx.db(), id, calendar.next_working_day(due + chrono::Duration::days(days)))?;
        }
        store::add_deferred_days(tx.db(), case, i32::try_from(days).unwrap_or(i32::MAX))?;
    }
    let recorded = register::has_record(tx, case)?;
    for starts in timetable::started_by(step, to, &profile.terms).into_iter().filter(|starts| recorded || !timetable::OF_A_RECORD.contains(&starts.kind)) {
        let due = starts.due(found.notified_on, today, calendar);
        term_store::start_term(tx.db(), case, starts.kind, starts.role, today, due)?;
    }
    Ok(())
}

/// Records what was settled of a subject as a milestone: reached again, it says what was settled last.
///
/// # Errors
/// As [`record`].
pub fn record_as(tx: &mut Tx, permit: &Permit, name: &'static str, subject: Uuid, detail: &str) -> Result<(), Refused> {
    let case = permit.case().ok_or_else(|| Refused::Internal(format!("{name} recorded outside a case")))?;
    let (hat, now) = (tx.hat()?, tx.now());
    store::upsert_milestone(tx.db(), case, name, subject, detail, hat, now)
}

/// Records a milestone, under the permit of the act that reached it. A subject makes it countable: one per meeting, say.
///
/// # Errors
/// `Internal` when the permit belongs to no case: a fault of ours.
pub fn record(tx: &mut Tx, permit: &Permit, name: &'static str, subject: Option<Uuid>) -> Result<(), Refused> {
    record_as(tx, permit, name, subject.unwrap_or_default(), "")
}
