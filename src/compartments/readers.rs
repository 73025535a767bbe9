//! Who has seen this: the log of a compartment, for its own members (I-4). Reading it is an entry too.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::store;
use crate::ids::CompartmentId;
use crate::tx::{Entry, Refused, Tx};

/// An entry as the owner sees it: role, time, act; names on request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// In which role.
    pub role: String,
    /// What was done.
    pub action: String,
    /// To which object.
    pub object: Option<Uuid>,
    /// `done`, or why it was refused.
    pub result: String,
    /// Whether it was done in the hat that asks.
    pub own: bool,
}

/// The latest entries of a compartment, newest first; `before` pages on.
///
/// # Errors
/// `NotFound` for a compartment the caller is no member of.
pub fn log_of(tx: &mut Tx, id: CompartmentId, before: Option<i64>) -> Result<Vec<Seen>, Refused> {
    if !store::is_member(tx.db(), id)? {
        return Err(Refused::NotFound);
    }
    tx.note(Entry::done("log.read").within(id));
    store::log_of(tx.db(), id, before)
}

/// Days the log by day gives at once.
pub const DAYS: usize = 60;

/// What is shown of a log by day; nothing set shows all.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// What was done, in the words of who asks.
    pub deed: Option<String>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
}

/// What one role did on one day in a room: once, however often it did so.
#[derive(Clone, Debug)]
pub struct SeenLine {
    /// The day, where the bureau is.
    pub day: NaiveDate,
    /// In which role.
    pub role: String,
    /// Whether it was done in the hat that asks.
    pub own: bool,
    /// What was done, in the words of who asks.
    pub deed: String,
    /// How often: looks at a page, however many texts it opened, and writings.
    pub times: usize,
    /// The last time.
    pub at: DateTime<Utc>,
    /// The latest entry it stands for.
    pub seq: i64,
}

/// The log of a compartment by day, newest first, counted over all of it: looks never push a writing off the list. `deed_of` says in one word what an
/// act comes down to.
///
/// # Errors
/// `NotFound` for a compartment the caller is no member of.
pub fn log_in_days(tx: &mut Tx, id: CompartmentId, narrowed: &Narrowed, deed_of: impl Fn(&str) -> &'static str) -> Result<Vec<SeenLine>, Refused> {
    if !store::is_member(tx.db(), id)? {
        return Err(Refused::NotFound);
    }
    tx.note(Entry::done("log.read").within(id));
    let zone = tx.session()?.zone;
    let acts = store::acts_seen_in(tx.db(), id)?;
    let deeds: Vec<&'static str> = acts.iter().map(|act| deed_of(act)).collect();
    store::log_in_days(tx.db(), id, zone.name(), &acts, &deeds, narrowed)
}
