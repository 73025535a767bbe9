//! One event notified twice: found by keyed hashes compared inside the database, judged by the register manager, agreed by both
//! coordinators (`workflow.md` section 7).
//!
//! Whoever saves a notification places its marks; nothing in that call hangs on whether anything agrees. The worker compares. The register
//! manager sees which records may be one and which *kinds* of fields agree, never a field. A coordinator asked sees the other bureau's name.

mod api;
mod marks;
mod store;

use chrono::{DateTime, Utc};
use form::Answers;
use serde::Serialize;

use crate::access::{Act, Kind, Role};
use crate::ids::{CaseId, MembershipId, PairId, RecordId};
use crate::notices;
use crate::tx::{Cursor, FieldFault, Paged, Place, Refused, Tx, paged};

/// Who sees which records may be one event.
pub static SEE: Act = Act { name: "register.duplicates", within: Kind::System, by: &[Role::RegisterManager], step_up: false };
/// Who finds that two records are two events.
pub static REJECT: Act = Act { name: "register.reject_duplicate", within: Kind::System, by: &[Role::RegisterManager], step_up: false };
/// Who proposes to make two records one.
pub static PROPOSE: Act = Act { name: "register.propose_merge", within: Kind::System, by: &[Role::RegisterManager], step_up: true };
/// Who is asked whether their case and another bureau's are one, and answers.
pub static ANSWER: Act = Act { name: "case.same_case", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// Why two records are two events.
pub const REASONS: [&str; 4] = ["other_people", "other_event", "same_household", "no_ground"];
/// Why two records are one event.
pub const MERGED_FOR: [&str; 3] = ["same_people", "same_event", "moved"];
/// Records the worker compares in one transaction.
const AT_ONCE: i32 = 1000;

/// One of the two records.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The record.
    pub record: RecordId,
    /// Its case; none for a past case out of a file.
    pub case: Option<CaseId>,
    /// Number of the case.
    pub case_number: Option<String>,
    /// The bureau that notified it.
    pub bureau: Option<String>,
    /// Year.
    pub year: i32,
    /// Police region.
    pub region: Option<i32>,
    /// State of the record.
    pub state: String,
    /// What its coordinator answered: `open`, `agreed`, `refused`, `merged`; none while nobody was asked.
    pub answer: Option<String>,
}

/// Two records that may be one event.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// Id.
    pub id: PairId,
    /// Which kinds of fields agree.
    pub kinds: Vec<String>,
    /// What they weigh together (`config/duplicates.toml`).
    pub score: i32,
    /// `open`, `rejected`, `proposed`, `refused`, `merged`.
    pub state: String,
    /// Why rejected, or why they were proposed to become one.
    pub reason: Option<String>,
    /// The record that stays, once proposed.
    pub keeps: Option<RecordId>,
    /// The two.
    pub records: [Side; 2],
}

/// What a coordinator is asked.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Id of the pair, to answer by.
    pub id: PairId,
    /// The bureau that notified what may be the same case.
    pub other_bureau: String,
    /// Whether the coordinator's own bureau would go on with the case.
    pub leads: bool,
    /// `open`, `agreed`, `refused`, `merged`.
    pub state: String,
    /// The other case, where the own bureau notified it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_case: Option<CaseId>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_number: Option<String>,
}

/// Places the marks of a case's record: keyed hashes under a label of their own, so that they fit no other hash in the database.
///
/// # Errors
/// Database errors only.
pub fn mark(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<(), Refused> {
    match store::record_of(tx.db(), case)? {
        Some(record) => place(tx, record, answers),
        None => Ok(()),
    }
}

/// The same for a record, whatever it came from.
pub(super) fn place(tx: &mut Tx, record: RecordId, answers: &Answers) -> Result<(), Refused> {
    let marks = hashed(tx, answers);
    store::place_marks(tx.db(), record, &marks)
}

/// Whom a probable same case of their own bureau is told of, before they notify one (T1).
pub static ALIKE: Act = Act { name: "case.alike", within: Kind::System, by: &[Role::Coordinator], step_up: false };

/// A case of the own bureau that may be the one that is about to be notified: no more than its list of cases tells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAlike {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Its state.
    pub state: String,
}

/// The cases of the own bureau that probably are the one these answers are about; only those the coordinator sees. What was asked is kept nowhere.
///
/// # Errors
/// `NotFound` for other roles.
pub fn own_alike(tx: &mut Tx, answers: &Answers) -> Result<Vec<OwnAlike>, Refused> {
    tx.permit(&ALIKE, Place::Hat, None)?;
    let parts = tx.parts();
    let (kinds, weights) = parts.config.duplicates.weights();
    let marks = hashed(tx, answers);
    store::own_alike(tx.db(), &marks, &kinds, &weights, parts.config.duplicates.threshold())
}

/// The marks of answers, keyed.
fn hashed(tx: &Tx, answers: &Answers) -> Vec<(&'static str, i32, Vec<u8>)> {
    let parts = tx.parts();
    marks::of(answers).into_iter().map(|mark| (mark.kind, mark.person, parts.installation.mac("duplicate mark", &[mark.kind.as_bytes(), mark.text.as_bytes()]).to_vec())).collect()
}

/// Compares some of what changed since the last time: the worker's, who asks again until it is none.
///
/// # Errors
/// Database errors only.
pub fn pair(tx: &mut Tx) -> Result<usize, Refused> {
    let parts = tx.parts();
    let (kinds, weights) = parts.config.duplicates.weights();
    store::pair_records(tx.db(), &kinds, &weights, parts.config.duplicates.threshold(), AT_ONCE)
}

/// Pairs on a page.
pub const PAGE: i64 = 25;

/// What a pair is ordered by: what is to be judged before what was proposed before what is settled, then the likeliest, the oldest.
type Order = (i32, i32, DateTime<Utc>, PairId);

/// A page of the pairs, those to be judged first, then the likeliest.
///
/// # Errors
/// `NotFound` for other roles; `Faults` at `cursor` for what is no place in this list.
pub fn list(tx: &mut Tx, at: Option<&str>) -> Result<Paged<Pair>, Refused> {
    tx.permit(&SEE, Place::Hat, None)?;
    let found = paged(tx, "pairs", at, PAGE, |tx, at: Option<&Cursor<Order>>, most| store::pairs(tx.db(), at, most), |(order, _)| *order)?;
    Ok(Paged { rows: found.rows.into_iter().map(|(_, pair)| pair).collect(), before: found.before, next: found.next })
}

fn one(tx: &mut Tx, id: PairId) -> Result<Pair, Refused> {
    store::pair(tx.db(), id)?.ok_or(Refused::NotFound)
}

/// Finds that two records are two events, with a coded reason.
///
/// # Errors
/// `NotFound`; `Faults` for a reason there is not; `Rule("pair-settled")` while coordinators are asked and after merging.
pub fn reject(tx: &mut Tx, id: PairId, reason: &str) -> Result<(), Refused> {
    tx.permit(&REJECT, Place::Hat, id.uuid())?;
    let pair = one(tx, id)?;
    let Some(reason) = REASONS.into_iter().find(|known| *known == reason) else { return Err(Refused::Faults(vec![FieldFault::new("reason", "not-an-option")])) };
    if !matches!(pair.state.as_str(), "open" | "refused") {
        return Err(Refused::Rule("pair-settled"));
    }
    let (hat, now) = (tx.hat()?, tx.now());
    store::reject(tx.db(), id, reason, hat, now)
}

/// Proposes to make two records one, with a coded reason that is kept. Both leading coordinators are asked; a past case out of a file goes into the other at once. Returns
/// the state of the pair.
///
/// # Errors
/// `NotFound`; `StepUp`; `Faults` for a reason there is not, when `keeps` is none of the two, or a file's past case where the other has a case; `Rule("pair-settled")`;
/// `Rule("merge-too-late")` when the case that would go has already asked organisations; `Rule("nobody-leads")` when a case has no coordinator.
pub fn propose(tx: &mut Tx, id: PairId, keeps: RecordId, reason: &str) -> Result<String, Refused> {
    tx.permit(&PROPOSE, Place::Hat, id.uuid())?;
    let pair = one(tx, id)?;
    let Some(reason) = MERGED_FOR.into_iter().find(|known| *known == reason) else { return Err(Refused::Faults(vec![FieldFault::new("reason", "not-an-option")])) };
    let (hat, now) = (tx.hat()?, tx.now());
    if !matches!(pair.state.as_str(), "open" | "refused" | "rejected") || pair.reason.as_deref() == Some("merged_elsewhere") {
        return Err(Refused::Rule("pair-settled"));
    }
    let [one, other] = &pair.records;
    let (kept, gone) = if one.record == keeps { (one, other) } else if other.record == keeps { (other, one) } else { return Err(Refused::Faults(vec![FieldFault::new("keeps", "not-an-option")])) };
    if kept.case.is_none() && gone.case.is_some() {
        return Err(Refused::Faults(vec![FieldFault::new("keeps", "past-case-goes")]));
    }
    if let Some(case) = gone.case && store::has_asked(tx.db(), case)? {
        return Err(Refused::Rule("merge-too-late"));
    }
    store::propose(tx.db(), id, keeps, reason, hat, now)?;
    if let (Some(kept_case), Some(gone_case)) = (kept.case, gone.case) {
        for (case, asked_of, about) in [(kept_case, kept, gone), (gone_case, gone, kept)] {
            store::ask(tx.db(), id, &store::Asking { case, other_bureau: about.bureau.as_deref().unwrap_or_default(), leads: asked_of.record == keeps, by: hat, at: now })?;
            let leaders = store::leaders(tx.db(), case)?;
            if leaders.is_empty() {
                return Err(Refused::Rule("nobody-leads"));
            }
            for leader in leaders {
                notices::tell(tx, leader, notices::Kind::TaskAssigned, Some(case), None)?;
            }
        }
    }
    settle(tx, id)
}

/// What came of it: `proposed` while somebody has not answered, `refused`, `merged`.
fn settle(tx: &mut Tx, id: PairId) -> Result<String, Refused> {
    match store::settle(tx.db(), id)?.as_str() {
        "waiting" => Ok("proposed".into()),
        "too_late" => Err(Refused::Rule("merge-too-late")),
        "absent" => Err(Refused::NotFound),
        done => Ok(done.to_owned()),
    }
}

/// What the coordinators of a case are asked.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn questions(tx: &mut Tx, case: CaseId) -> Result<Vec<Question>, Refused> {
    tx.permit(&ANSWER, Place::Case(case), case.uuid())?;
    store::questions(tx.db(), case)
}

/// As [`questions`], for a page that shows them beside other things: none for who is not asked.
///
/// # Errors
/// Database errors only.
pub fn questions_beside(tx: &mut Tx, case: CaseId) -> Result<Vec<Question>, Refused> {
    if tx.session()?.role == Some(Role::Coordinator) { store::questions(tx.db(), case) } else { Ok(vec![]) }
}

/// The other cases of the own bureau that were told to be this one: the number of each, and `open` until the register manager judged it, or
/// `rejected`. What the manager proposes is asked as any other question.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn told_twice(tx: &mut Tx, case: CaseId) -> Result<Vec<(String, String)>, Refused> {
    tx.may(&ANSWER, Place::Case(case))?;
    store::told_twice(tx.db(), case)
}

/// Tells that a case was notified twice by the own bureau: the register manager judges it, as any other pair. What is there in both is kept.
///
/// # Errors
/// `NotFound`, `NotYours` for who does not lead the case; `Faults` at `number` where the bureau has no such other case in the register.
pub fn tell_twice(tx: &mut Tx, case: CaseId, number: &str) -> Result<(), Refused> {
    tx.permit(&ANSWER, Place::Case(case), case.uuid())?;
    // Numbers have capitals; who types one need not.
    let number = number.trim().to_uppercase();
    if number.is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("number", "required")]));
    }
    if store::tell_twice(tx.db(), case, &number)? { Ok(()) } else { Err(Refused::Faults(vec![FieldFault::new("number", "no-other-case")])) }
}

/// Agrees that two cases are one, or not. When both coordinators have agreed, it is done. Returns the state of the pair.
///
/// # Errors
/// `NotFound` for who does not lead the case or was not asked; `Rule("merge-too-late")`.
pub fn answer(tx: &mut Tx, case: CaseId, id: PairId, agrees: bool) -> Result<String, Refused> {
    tx.permit(&ANSWER, Place::Case(case), case.uuid())?;
    let (hat, now): (MembershipId, _) = (tx.hat()?, tx.now());
    let asked_by = store::answer(tx.db(), id, case, if agrees { "agreed" } else { "refused" }, hat, now)?;
    let state = settle(tx, id)?;
    notices::tell(tx, asked_by, notices::Kind::Answered, Some(case), None)?;
    Ok(state)
}

/// Adds the routes.
pub(super) fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
