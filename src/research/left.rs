//! The list of what has left the register, for everybody: which tables, for which project, and no figure.

use serde::Serialize;

use super::store;
use crate::ids::SnapshotId;
use crate::tx::{Refused, Tx};

/// A table that left, as everybody may know of it: what was counted and by what, in which project, and no figure.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The table.
    pub table: String,
    /// Its persistent identifier.
    pub identifier: String,
    /// What is counted.
    pub outcome: String,
    /// The key beside the period.
    pub second: Option<String>,
    /// The day it left.
    pub released_on: chrono::NaiveDate,
    /// The project's number; none for what the register itself publishes.
    pub project: Option<String>,
    /// Whether everybody may see its figures.
    pub public: bool,
}

/// What has left the register, the newest first: the list that everybody may see.
///
/// # Errors
/// Database errors only.
pub fn outputs(tx: &mut Tx) -> Result<Vec<Output>, Refused> {
    Ok(store::outputs(tx.db())?.into_iter().map(|left| Output {
        identifier: format!("urn:lering:{}:{}", left.snapshot_id, left.question_id), snapshot: left.snapshot_id, table: left.question_id, outcome: left.outcome, second: left.second,
        released_on: left.released_on, project: left.project, public: left.is_public,
    }).collect())
}
