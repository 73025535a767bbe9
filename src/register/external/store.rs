//! All SQL of external totals.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::{Told, Total};
use crate::db::schema::app::external_total;
use crate::ids::{BureauId, MembershipId, TotalId};
use crate::tx::{Refused, exactly_one};

type Line = (TotalId, i32, Option<i32>, i32, String, NaiveDate, String, Option<TotalId>, MembershipId, DateTime<Utc>);

pub(super) fn insert(db: &mut PgConnection, id: TotalId, register: Option<BureauId>, told: &Told, by: MembershipId) -> Result<(), Refused> {
    diesel::insert_into(external_total::table)
        .values((
            external_total::id.eq(id), external_total::bureau_id.eq(register), external_total::year.eq(told.year), external_total::region.eq(told.region), external_total::count.eq(told.count),
            external_total::source.eq(told.source.trim()), external_total::published_on.eq(told.published_on), external_total::note.eq(told.note.trim()),
            external_total::replaces_id.eq(told.replaces), external_total::membership_id.eq(by),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn all(db: &mut PgConnection) -> Result<Vec<Total>, Refused> {
    let lines: Vec<Line> = external_total::table.order((external_total::year.desc(), external_total::region.asc().nulls_first(), external_total::entered_at.desc()))
        .select((
            external_total::id, external_total::year, external_total::region, external_total::count, external_total::source, external_total::published_on, external_total::note,
            external_total::replaces_id, external_total::membership_id, external_total::entered_at,
        )).limit(5000).load(db)?;
    let corrected: std::collections::BTreeSet<TotalId> = lines.iter().filter_map(|line| line.7).collect();
    Ok(lines.into_iter().map(|(id, year, region, count, source, published_on, note, replaces, by, at)| {
        Total { id, year, region, count, source, published_on, note, replaces, corrected: corrected.contains(&id), by, at }
    }).collect())
}
