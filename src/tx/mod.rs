//! The one transaction of a request.
//!
//! `app.run(caller, |tx| …)` opens it, enters the session, runs the use case, appends the log entries as the last statement
//! (so the log's head is locked for one statement, not for a request), commits, and only then hands over an owned result.
//! Nothing leaves before its entry is committed (I-4); `Err` means rolled back (I-15).

mod account;
mod app;
mod cursor;
mod entry;
mod kept;
mod log_ends;
mod permit;
mod place;
mod refused;
mod session;

pub use account::{Account, is_phone};
pub use app::{App, Parts};
pub use cursor::{Cursor, Paged, or_first, paged};
pub use entry::Entry;
pub use kept::{Claim, Repeat, forget, keep, repeat};
pub use log_ends::{log_head, trim_log};
pub use permit::{Permit, Place};
pub(crate) use place::Found;
pub use refused::{FieldFault, Missing, Refusal, Refused, exactly_one, needed};
pub use session::{Caller, NEUTRAL, Session, SetUp};

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use vault::{PrivateKey, SealKey};

use crate::access::Role;
use crate::ids::{BureauId, CompartmentId, MembershipId};

/// The open transaction, with who is asking. Use cases are plain functions on it and never await.
pub struct Tx<'c> {
    db: &'c mut PgConnection,
    parts: Arc<Parts>,
    session: Option<Session>,
    private_key: Option<PrivateKey>,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
    /// Whether a fresh confirmation of who the caller is was asked for.
    confirmation: Cell<bool>,
    /// Compartment keys opened in this transaction, wiped with it.
    keys: HashMap<(CompartmentId, i32), SealKey>,
    /// Compartments the caller belongs to, as they were found in this transaction.
    places: HashMap<CompartmentId, Rc<Found>>,
}

impl Tx<'_> {
    /// The connection, inside the transaction.
    pub fn db(&mut self) -> &mut PgConnection {
        self.db
    }
    /// What the server was started with: installation key, worker token, bounds on heavy work.
    pub fn parts(&self) -> Arc<Parts> {
        Arc::clone(&self.parts)
    }
    /// The session.
    ///
    /// # Errors
    /// `NoSession` in the public and the worker's context.
    pub fn session(&self) -> Result<&Session, Refused> {
        self.session.as_ref().ok_or(Refused::NoSession)
    }
    /// Refuses relatives, and who supports them, a page of professionals' work: for them it is not there, and they meet none of its words
    /// (`ux.md` section 5.6).
    ///
    /// # Errors
    /// `NotFound` for them; `NoSession`.
    pub fn for_professionals(&self) -> Result<(), Refused> {
        if self.session()?.role.is_some_and(Role::of_relatives) { Err(Refused::NotFound) } else { Ok(()) }
    }
    /// The hat worn.
    ///
    /// # Errors
    /// `NoSession` without one.
    pub fn hat(&self) -> Result<MembershipId, Refused> {
        self.session()?.membership.ok_or(Refused::NoHat)
    }
    /// The bureau of the hat.
    ///
    /// # Errors
    /// `NotYours` for national hats, which have none.
    pub fn bureau(&self) -> Result<BureauId, Refused> {
        self.session()?.bureau.ok_or(Refused::NotYours)
    }
    /// The caller's private key, for this request only.
    ///
    /// # Errors
    /// `Locked` when the session holds none.
    pub fn private_key(&self) -> Result<&PrivateKey, Refused> {
        self.private_key.as_ref().ok_or(Refused::Locked)
    }
    /// The moment this transaction stands for, in UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
    /// Today in the bureau's zone.
    pub fn today(&self) -> NaiveDate {
        let zone = self.session.as_ref().map_or(chrono_tz::Europe::Amsterdam, |session| session.zone);
        self.now.with_timezone(&zone).date_naive()
    }
    /// A key kept for the rest of the transaction.
    pub(crate) fn kept_key(&self, compartment: CompartmentId, epoch: i32) -> Option<&SealKey> {
        self.keys.get(&(compartment, epoch))
    }
    /// Keeps a key for the rest of the transaction.
    pub(crate) fn keep_key(&mut self, compartment: CompartmentId, epoch: i32, key: SealKey) {
        self.keys.insert((compartment, epoch), key);
    }
    /// Tries something that the database may refuse, inside a savepoint: refused, it leaves no trace and the transaction goes on.
    ///
    /// # Errors
    /// When the savepoint itself fails.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
        use diesel::connection::{AnsiTransactionManager, TransactionManager};
        AnsiTransactionManager::begin_transaction(self.db)?;
        match work(self) {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(self.db)?;
                Ok(Some(value))
            }
            Err(_) => {
                self.places.clear();
                AnsiTransactionManager::rollback_transaction(self.db)?;
                Ok(None)
            }
        }
    }
    /// Notes something done or read, beside what permits note by themselves.
    pub fn note(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}
