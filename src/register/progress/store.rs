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
pub(super) fn each_coding(db: &mut PgConnection, filter: Filter, seen: &mut dyn FnMut(&str, Record)) -> Result<(), Refused> {
    let mut query = record::table.filter(record::state.ne("merged")).order((record::year.desc(), record::id)).limit(MOST).select((record::id, record::codebook)).into_boxed();
    if let Some(year) = filter.year {
        query = query.filter(record::year.eq(year));
    }
    if let Some(region) = filter.region {
        query = query.filter(record::region.eq(Some(region)));
    }
    let records: Vec<(RecordId, String)> = query.load(db)?;
    for some in records.chunks(AT_ONCE) {
        let ids: Vec<RecordId> = some.iter().map(|one| one.0).collect();
        let mut rows: Vec<(RecordId, String, Option<String>, serde_json::Value)> = coding::table.filter(coding::record_id.eq_any(&ids)).select((coding::record_id, coding::slot, coding::worked_by, coding::codes)).load(db)?;
        rows.sort_by_key(|(id, slot, ..)| (*id, rank(slot)));
        rows.dedup_by_key(|row| row.0);
        for (id, _, worked_by, codes) in rows {
            // Codes that wait for their coder to go over still stand as the version before them worked them out.
            let of = worked_by.or_else(|| some.iter().find(|one| one.0 == id).map(|one| one.1.clone())).unwrap_or_default();
            seen(&of, serde_json::from_value(codes).map_err(|why| Refused::Internal(why.to_string()))?);
        }
    }
    Ok(())
}

fn rank(slot: &str) -> usize {
    ["c3", "c1", "c2", "intake"].iter().position(|known| *known == slot).unwrap_or(4)
}
