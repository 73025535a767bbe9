//! All SQL of the counting copy, on its own login.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::CountingError;
use crate::db::schema::frozen::{case_row, snapshot};
use crate::ids::{BureauId, SnapshotId};

/// A snapshot as it was frozen.
pub(super) struct Head {
    pub(super) id: SnapshotId,
    pub(super) bureau: Option<BureauId>,
    pub(super) codebook: String,
    pub(super) hash: Vec<u8>,
    pub(super) taken_at: DateTime<Utc>,
}

pub(super) fn connect(url: &str) -> Result<PgConnection, CountingError> {
    Ok(PgConnection::establish(url)?)
}

type HeadLine = (SnapshotId, Option<BureauId>, i32, String, Vec<u8>, DateTime<Utc>);

/// A snapshot, and the earlier ones of its register, the newest of them first.
pub(super) fn heads(db: &mut PgConnection, id: SnapshotId) -> Result<(Head, Vec<Head>), CountingError> {
    let columns = (snapshot::id, snapshot::bureau_id, snapshot::number, snapshot::codebook, snapshot::hash, snapshot::taken_at);
    let head = |(id, bureau, _, codebook, hash, taken_at): HeadLine| Head { id, bureau, codebook, hash, taken_at };
    let found: HeadLine = snapshot::table.find(id).select(columns).first(db).optional()?.ok_or(CountingError::Absent)?;
    let earlier: Vec<HeadLine> = snapshot::table.filter(snapshot::bureau_id.is_not_distinct_from(found.1)).filter(snapshot::number.lt(found.2))
        .order(snapshot::number.desc()).select(columns).load(db)?;
    Ok((head(found), earlier.into_iter().map(head).collect()))
}

/// The rows of a snapshot in order.
pub(super) fn rows(db: &mut PgConnection, id: SnapshotId) -> Result<Vec<(i32, serde_json::Value)>, CountingError> {
    Ok(case_row::table.filter(case_row::snapshot_id.eq(id)).order(case_row::case_no).select((case_row::case_no, case_row::levels)).load(db)?)
}
