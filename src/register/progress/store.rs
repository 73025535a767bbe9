//! All SQL of completeness.

use codebook::Record;
use diesel::prelude::*;

use super::Filter;
use crate::db::schema::app::{coding, record};
use crate::ids::RecordId;
use crate::tx::Refused;

/// Most records whose variables are looked at.
const MOST: i64 = 5000;
/// Records read at once.
const AT_ONCE: usize = 500;

/// Of each record the codes that are furthest: what a third coder settled, else a first, else a second coder's, else those of intake.
pub(super) fn each_coding(db: &mut PgConnection, filter: Filter, version: &str, seen: &mut dyn FnMut(&Record)) -> Result<(), Refused> {
    let mut query = record::table.filter(record::state.ne("merged")).filter(record::codebook.eq(version)).order((record::year.desc(), record::id)).limit(MOST).select(record::id).into_boxed();
    if let Some(year) = filter.year {
        query = query.filter(record::year.eq(year));
    }
    if let Some(region) = filter.region {
        query = query.filter(record::region.eq(Some(region)));
    }
    let ids: Vec<RecordId> = query.load(db)?;
    for some in ids.chunks(AT_ONCE) {
        let mut rows: Vec<(RecordId, String, serde_json::Value)> = coding::table.filter(coding::record_id.eq_any(some)).select((coding::record_id, coding::slot, coding::codes)).load(db)?;
        rows.sort_by_key(|(id, slot, _)| (*id, rank(slot)));
        rows.dedup_by_key(|row| row.0);
        for (.., codes) in rows {
            seen(&serde_json::from_value(codes).map_err(|why| Refused::Internal(why.to_string()))?);
        }
    }
    Ok(())
}

fn rank(slot: &str) -> usize {
    ["c3", "c1", "c2", "intake"].iter().position(|known| *known == slot).unwrap_or(4)
}
