//! Where nobody is there to act: bureaus whose cases wait for a coordinator, or for somebody in the role whose term is first
//! (`workflow.md` section 7). For the national coordination, which may lend somebody ([`super::lend`]); process facts only.

use std::collections::BTreeMap;

use calendar::Term;
use chrono::NaiveDate;
use serde::Serialize;

use super::around_store;
use crate::access::{Act, Kind, Role};
use crate::ids::BureauId;
use crate::tx::{Place, Refused, Tx};

/// Who sees it.
pub static NOBODY: Act = Act { name: "national.nobody_to_act", within: Kind::National, by: &[Role::NationalCoordinator], step_up: false };

/// For how long nobody was there before the nation sees it.
const AFTER: Term = Term::WorkingDays(5);

/// A bureau with cases nobody acts on.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unled {
    /// The bureau's id.
    pub id: BureauId,
    /// The bureau.
    pub bureau: String,
    /// How many cases.
    pub cases: usize,
    /// Since when, of the one that waits longest.
    pub since: NaiveDate,
    /// Whether a coordinator may be lent to it: nobody coordinates any of its cases.
    pub may_lend: bool,
}

/// The bureaus, those that wait longest first.
///
/// # Errors
/// `NotFound` for other roles.
pub fn nobody_to_act(tx: &mut Tx) -> Result<Vec<Unled>, Refused> {
    tx.permit(&NOBODY, Place::Hat, None)?;
    waiting(tx)
}

/// The same, within an act of its own.
pub(super) fn waiting(tx: &mut Tx) -> Result<Vec<Unled>, Refused> {
    let (today, zone, parts) = (tx.today(), tx.session()?.zone, tx.parts());
    let mut found: BTreeMap<BureauId, Unled> = BTreeMap::new();
    for case in around_store::nobody_to_act(tx.db())? {
        let since = case.since.with_timezone(&zone).date_naive();
        if AFTER.end(since, parts.config.calendar(&case.calendar)) >= today {
            continue;
        }
        let one = found.entry(case.id).or_insert(Unled { id: case.id, bureau: case.bureau, cases: 0, since, may_lend: false });
        one.cases += 1;
        one.since = one.since.min(since);
        one.may_lend |= case.unled && case.lendable;
    }
    let mut all: Vec<Unled> = found.into_values().collect();
    all.sort_by_key(|one| (one.since, one.id));
    Ok(all)
}
