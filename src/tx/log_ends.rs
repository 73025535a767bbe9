//! The two ends of the log: what goes at its start after five years (`config/retention.toml`), and its head, for an anchor.

use diesel::prelude::*;

use super::{Refused, Tx};
use crate::anchors::Anchor;

/// Entries removed in one go: the head of the log is held meanwhile.
const AT_ONCE: i32 = 10_000;

/// Removes the oldest entries of the log, those of more than five years: the database holds the period, so that nobody removes younger ones
/// through it. The worker's; some at a time. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn trim_log(tx: &mut Tx) -> Result<usize, Refused> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        gone: i64,
    }
    let gone = diesel::sql_query("select sec.trim_log($1) as gone").bind::<diesel::sql_types::Integer, _>(AT_ONCE).get_result::<Gone>(tx.db())?.gone;
    Ok(usize::try_from(gone).unwrap_or(0))
}

/// The head of the log; none for anybody but the worker. What is written down outside must not be taken back by a crash: the commit after this waits
/// until the entry read is on disk.
///
/// # Errors
/// Database errors only.
pub fn log_head(tx: &mut Tx) -> Result<Option<Anchor>, Refused> {
    #[derive(QueryableByName)]
    struct Head {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seq: i64,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        hash: Vec<u8>,
    }
    super::entry::on_disk(tx.db())?;
    let found: Option<Head> = diesel::sql_query("select seq, hash from sec.anchor()").get_result(tx.db()).optional()?;
    Ok(found.map(|head| Anchor { seq: head.seq, hash: head.hash }))
}
