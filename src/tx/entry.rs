//! A line of the log, as a use case notes it. Person, hat and time are added by the database from the signed context.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb};
use serde::Serialize;
use uuid::Uuid;

use super::Refused;
use crate::db::statement;
use crate::ids::{CaseId, CompartmentId};

/// What was done to which object. Ids and fixed words only: nothing sensitive ever stands in the log (I-14).
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The act's name, `room.verb`.
    pub action: &'static str,
    /// The compartment it happened in; its members see the entry.
    pub compartment: Option<CompartmentId>,
    /// The case.
    pub case: Option<CaseId>,
    /// The object.
    pub object: Option<Uuid>,
    /// `done`, or the kind of the refusal.
    pub result: &'static str,
}

impl Entry {
    /// A thing done.
    pub fn done(action: &'static str) -> Self {
        Self { action, compartment: None, case: None, object: None, result: "done" }
    }
    /// In this compartment.
    pub fn within(mut self, compartment: CompartmentId) -> Self {
        self.compartment = Some(compartment);
        self
    }
    /// Of this case.
    pub fn of_case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }
    /// On this object.
    pub fn on(mut self, object: impl Into<Uuid>) -> Self {
        self.object = Some(object.into());
        self
    }
    /// With another result than `done`.
    pub fn resulting(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }
}

#[derive(QueryableByName)]
struct Appended {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "the statement must return a row")]
    seq: i64,
}

/// Appends entries to the hash chain; whether there were any. The head row is locked until the commit, which therefore does not wait for the disk:
/// [`on_disk`] does, once the lock is gone.
pub(super) fn append(db: &mut PgConnection, entries: &[Entry]) -> Result<bool, Refused> {
    if entries.is_empty() {
        return Ok(false);
    }
    let json = serde_json::to_value(entries).map_err(|why| Refused::Internal(why.to_string()))?;
    statement("select sec.append($1) as seq, set_config('synchronous_commit', 'off', true)").bind::<Jsonb, _>(json).get_result::<Appended>(db)?;
    Ok(true)
}

/// Waits until everything committed before is on disk: a commit of its own that waits, of a mark that says nothing. The write-ahead log has one order,
/// so what stands before the mark is there when the mark is (PostgreSQL, "Asynchronous Commit").
pub(super) fn on_disk(db: &mut PgConnection) -> Result<(), Refused> {
    statement("select pg_logical_emit_message(true, '', '')").execute(db)?;
    Ok(())
}
