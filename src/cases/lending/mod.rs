//! A bureau without a coordinator (`workflow.md` section 7): the national coordination lends one of another bureau until a day. With the hat
//! come process rights: the bureau's cases as they stand, and taking on those nobody coordinates. Nothing sealed opens before a member of the
//! bureau who takes part in a case lets them read there; that is the second confirmation of the hat, and each case needs its own. The database
//! holds it too: `sec.kept_out`, asked wherever a place with a key, a key or a document is given.

mod api;
mod store;

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use serde::Serialize;

use super::{marked, nobody};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::db::signed;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

pub(super) use api::routes;

/// Who lends.
pub static LEND: Act = Act { name: "national.lend", within: Kind::National, by: &[Role::NationalCoordinator], step_up: true };
/// Who sees what is lent, and whom one could lend.
pub static READ_LOANS: Act = Act { name: "national.loans", within: Kind::National, by: &[Role::NationalCoordinator], step_up: false };
/// Who ends a loan before its day: who lends, and the coordinator who is lent, for themself.
pub static END_LOAN: Act = Act { name: "loan.end", within: Kind::System, by: &[Role::NationalCoordinator, Role::Coordinator], step_up: true };
/// Who takes on a case of the bureau that nobody coordinates.
pub static TAKE_ON: Act = Act { name: "case.take_on", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who lets somebody lent, or who took the case on, read in a case: who takes part in it and holds its keys, never the one let in.
pub static LET_READ: Act = Act { name: "case.let_read", within: Kind::Case, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: true };

/// The longest somebody is lent, in days.
pub const MOST_DAYS: i64 = 366;

/// A coordinator who could be lent.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coordinator {
    /// The hat in their own bureau.
    pub hat: MembershipId,
    /// Name.
    pub name: String,
    /// Their own bureau.
    pub bureau: String,
    /// How many open cases they lead there.
    pub cases: i64,
    /// Where they coordinate already: the bureaus they are not lent to.
    pub not_to: Vec<BureauId>,
}

impl Coordinator {
    /// Whether they could be lent to a bureau.
    pub fn fits(&self, bureau: BureauId) -> bool {
        !self.not_to.contains(&bureau)
    }
}

/// Somebody lent.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Loan {
    /// The hat they wear there.
    pub hat: MembershipId,
    /// Name.
    pub name: String,
    /// The bureau they help.
    pub bureau: String,
    /// The last day.
    pub until: NaiveDate,
    /// Whether a member of the bureau let them read anywhere.
    pub reads: bool,
}

/// The coordinators who could be lent.
///
/// # Errors
/// `NotFound` for other roles; `Sealed` when an account was touched.
pub fn coordinators_to_lend(tx: &mut Tx) -> Result<Vec<Coordinator>, Refused> {
    tx.permit(&READ_LOANS, Place::Hat, None)?;
    to_lend(tx)
}

fn to_lend(tx: &mut Tx) -> Result<Vec<Coordinator>, Refused> {
    let mut all: Vec<Coordinator> = store::to_lend(tx.db())?.into_iter().map(|row| {
        Ok(Coordinator { hat: row.hat, name: tx.name_in_account(row.person, &row.account_sealed)?, bureau: row.bureau, cases: row.cases, not_to: row.not_to })
    }).collect::<Result<_, Refused>>()?;
    all.sort_by(|one, other| (&one.bureau, &one.name).cmp(&(&other.bureau, &other.name)));
    Ok(all)
}

/// What is lent now, in the order it was.
///
/// # Errors
/// `NotFound` for other roles; `Sealed` when an account was touched.
pub fn loans(tx: &mut Tx) -> Result<Vec<Loan>, Refused> {
    tx.permit(&READ_LOANS, Place::Hat, None)?;
    store::loans(tx.db())?.into_iter().map(|row| Ok(Loan { hat: row.hat, name: tx.name_in_account(row.person, &row.account_sealed)?, bureau: row.bureau, until: row.until, reads: row.reads })).collect()
}

/// Lends a coordinator to a bureau nobody acts in, until and with a day: a hat of that bureau, worn at once, that opens nothing. They are told.
/// Gives the hat.
///
/// # Errors
/// `NotFound` for a bureau somebody coordinates in, and for a hat that can't be lent to it; `Faults` for a day that has passed or lies too far
/// away; `Sealed` where nothing says that the hat is of its person; `StepUp`.
pub fn lend(tx: &mut Tx, bureau: BureauId, hat: MembershipId, until: NaiveDate) -> Result<MembershipId, Refused> {
    tx.permit(&LEND, Place::Hat, hat.uuid())?;
    if !nobody::waiting(tx)?.iter().any(|one| one.id == bureau && one.may_lend) {
        return Err(Refused::NotFound);
    }
    let lent = to_lend(tx)?.into_iter().find(|one| one.hat == hat && one.fits(bureau)).ok_or(Refused::NotFound)?;
    let today = tx.today();
    if until < today || until > today + Duration::days(MOST_DAYS) {
        return Err(Refused::Faults(vec![FieldFault::new("until", if until < today { "in-the-past" } else { "out-of-range" })]));
    }
    let (new, parts) = (MembershipId::new(), tx.parts());
    let account = parts.installation.seal_account("invited", &new.bytes(), lent.name.as_bytes(), &mut rand::rng());
    let home = store::to_lend(tx.db())?.into_iter().find(|row| row.hat == hat).ok_or(Refused::NotFound)?;
    signed::is_of(&parts.installation, hat, home.person, home.person_mac.as_deref())?;
    if !store::lend(tx.db(), new, hat, bureau, until, &account)? {
        return Err(Refused::NotFound);
    }
    store::bind_person(tx.db(), new, &signed::person(&parts.installation, new, home.person))?;
    notices::tell(tx, hat, notices::Kind::Lent, None, None)?;
    Ok(new)
}

/// Ends a loan at once: the hat, its parts in cases, its places and keys. Where it held a key, new ones begin with the next who unlocks.
///
/// # Errors
/// `NotFound` for a hat that is not lent, or is neither the nation's to end nor one's own; `StepUp`.
pub fn end_loan(tx: &mut Tx, hat: MembershipId) -> Result<(), Refused> {
    tx.permit(&END_LOAN, Place::Hat, hat.uuid())?;
    let home = store::end_loan(tx.changing_places(), hat)?.ok_or(Refused::NotFound)?;
    // Who ends their own knows it.
    if tx.session()?.role == Some(Role::NationalCoordinator) {
        notices::tell(tx, home, notices::Kind::Lent, None, None)?;
    }
    Ok(())
}

/// Ends the loans whose day has come; the worker's. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn end_due_loans(tx: &mut Tx) -> Result<usize, Refused> {
    let ended = store::end_due(tx.db())?;
    for due in &ended {
        tx.note(Entry::done("loan.ended").on(due.hat));
        notices::remind(tx, due.bureau, due.home, notices::Kind::Lent, None, None)?;
    }
    Ok(ended.len())
}

/// Takes on a case of the bureau that nobody coordinates. The keys come by an act of somebody who holds them: those hear of it.
///
/// # Errors
/// `NotFound` for a case one does not see, `NotYours` for other roles; `Rule("case-is-led")`; `Rule("conflict-of-interest")` for who takes part in
/// the case otherwise.
pub fn take_on(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    tx.permit(&TAKE_ON, Place::Case(case), case.uuid())?;
    match store::take_on(tx.changing_places(), case)?.as_str() {
        "taken" => Ok(()),
        "led" => Err(Refused::Rule("case-is-led")),
        "conflict" => Err(Refused::Rule("conflict-of-interest")),
        _ => Err(Refused::NotFound),
    }
}

/// Lets somebody lent, or who took the case on and waits for its key, read in a case, in those rooms whose key the caller holds: panel and report; case
/// and coding too, where a coordinator does it. In this case only.
///
/// # Errors
/// `NotFound` for a hat that is neither lent nor waits, or takes no part in the case; `NotYours` for the one who is lent; `Rule("no-key-to-give")` for who holds
/// none, and where nothing is closed to them any more; `Locked`; `StepUp`.
pub fn let_read(tx: &mut Tx, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
    tx.permit(&LET_READ, Place::Case(case), hat.uuid())?;
    let own = tx.hat()?;
    let lent = store::lent_parties(tx.db(), case)?;
    if !lent.contains(&hat) && !store::awaiting(tx.db(), case)?.contains(&hat) {
        return Err(Refused::NotFound);
    }
    if own == hat || lent.contains(&own) {
        return Err(Refused::NotYours);
    }
    let rooms = store::let_read(tx.changing_places(), case, hat)?;
    if rooms.is_empty() {
        return Err(Refused::Rule("no-key-to-give"));
    }
    for room in rooms {
        compartments::hand_key(tx, room, hat)?;
    }
    // In the rooms this case gets yet they belong as any.
    marked::vouch(tx, case, hat)?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(case), None)
}

/// The last day of those of some hats that are lent, as far as the caller sees it.
pub(super) fn lent_until(tx: &mut Tx, hats: Vec<MembershipId>) -> Result<BTreeMap<MembershipId, NaiveDate>, Refused> {
    Ok(store::until(tx.db(), hats)?.into_iter().collect())
}

/// What the hat worn, if it is lent, finds closed in a case.
#[derive(Clone, Debug)]
pub struct Own {
    /// The last day.
    pub until: NaiveDate,
    /// The compartments of case, coding, panel and report that do not open.
    pub closed: Vec<CompartmentId>,
}

/// What stands beside a case of loans.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Of the hat worn; none for who is not lent.
    pub own: Option<Own>,
    /// Whether the caller may take the case on: nobody coordinates it.
    pub may_take_on: bool,
    /// Those lent, or waiting for the key, whom the caller may let read here.
    pub to_let_in: Vec<MembershipId>,
    /// What is open and closed to those to whom a part of the case is closed.
    pub keys: BTreeMap<MembershipId, Keys>,
}

/// The rooms of a case by their kind, for somebody to whom not all of them are open.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// What the caller would open by letting them read.
    pub opens: Vec<String>,
    /// What they read already.
    pub open: Vec<String>,
    /// What is closed to them, and the caller has no key of.
    pub closed: Vec<String>,
}

/// What stands beside a case, for its page; `lent` are those of its parties who are. Whom one may let in are those lent, and those who wait for the key.
///
/// # Errors
/// Database errors only.
pub fn beside(tx: &mut Tx, case: CaseId, lent: &[MembershipId]) -> Result<Beside, Refused> {
    let Some(role) = tx.session()?.role.filter(|role| LET_READ.allows(*role)) else { return Ok(Beside::default()) };
    let own_hat = tx.hat()?;
    let mut closed = lent.to_vec();
    closed.extend(store::awaiting(tx.db(), case)?.into_iter().filter(|hat| *hat != own_hat && !lent.contains(hat)));
    let to_let_in = store::to_let_in(tx.db(), case, &closed)?;
    let mut keys: BTreeMap<MembershipId, Keys> = to_let_in.iter().map(|(hat, opens)| (*hat, Keys { opens: opens.clone(), ..Keys::default() })).collect();
    for (hat, kind, shut) in store::keys_so_far(tx.db(), case)? {
        let known = keys.entry(hat).or_default();
        if !shut {
            known.open.push(kind);
        } else if !known.opens.contains(&kind) {
            known.closed.push(kind);
        }
    }
    keys.remove(&own_hat);
    Ok(Beside {
        own: store::own(tx.db(), case)?.map(|(until, closed)| Own { until, closed }), may_take_on: TAKE_ON.allows(role) && store::may_take_on(tx.db(), case)?,
        to_let_in: to_let_in.into_iter().map(|(hat, _)| hat).collect(), keys,
    })
}
