//! All SQL of what of a case is kept how long: process facts, and the deletion of keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use super::{Dated, State};
use crate::ids::CaseId;
use crate::settings::{Kept, Released};
use crate::tx::{Refused, exactly_one};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: CaseId,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    adopted: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    stopped: Option<String>,
    #[diesel(sql_type = Text)]
    zone: String,
    #[diesel(sql_type = Text)]
    calendar: String,
    #[diesel(sql_type = Array<Text>)]
    done: Vec<String>,
    #[diesel(sql_type = Array<Timestamptz>)]
    done_at: Vec<DateTime<Utc>>,
}

const COLUMNS: &str = "select f.id, f.state, f.state_since as since, (select max(s.at) from app.case_step s where s.case_id = f.id and s.step = 'T16') as adopted, \
    (select m.detail from app.milestone m where m.case_id = f.id and m.name = 'released_decided' and exists (select from app.case_step s where s.case_id = f.id and s.step = 'T23' and s.at >= m.at)) as stopped, \
    coalesce(b.zone, 'Europe/Amsterdam') as zone, coalesce(b.calendar, 'nl') as calendar, \
    array(select m.name from app.milestone m where m.case_id = f.id and m.name like 'shredded\\_%' order by m.name) as done, \
    array(select m.at from app.milestone m where m.case_id = f.id and m.name like 'shredded\\_%' order by m.name) as done_at \
    from app.case_file f left join app.bureau b on b.id = f.bureau_id";

fn dated_of(row: Row) -> Result<(CaseId, Dated), Refused> {
    let state = State::from_word(&row.state).ok_or_else(|| Refused::Internal(format!("state {}", row.state)))?;
    let zone = row.zone.parse().unwrap_or(chrono_tz::Europe::Amsterdam);
    Ok((row.id, Dated { state, since: row.since, adopted: row.adopted, stopped: row.stopped.as_deref().and_then(Released::from_word), zone, calendar: row.calendar, done: row.done.into_iter().zip(row.done_at).collect() }))
}

/// When what matters to the table happened in a case.
pub(super) fn dated(db: &mut PgConnection, case: CaseId) -> Result<Dated, Refused> {
    let row: Row = diesel::sql_query(format!("{COLUMNS} where f.id = $1")).bind::<SqlUuid, _>(case).get_result(db)?;
    dated_of(row).map(|(_, dated)| dated)
}

/// Cases that may have rooms to be emptied: those adopted, or that go no further. Process facts only; no item is looked at.
pub(super) fn ended(db: &mut PgConnection) -> Result<Vec<(CaseId, Dated)>, Refused> {
    let rows: Vec<Row> = diesel::sql_query(format!("{COLUMNS} where f.state in ('published', 'closed_unpublished', 'follow_up', 'closed', 'not_reviewed') order by f.state_since")).load(db)?;
    rows.into_iter().map(dated_of).collect()
}

/// Remembers that it was done, so that the case is not looked at again.
pub(super) fn mark_shredded(db: &mut PgConnection, case: CaseId, name: &str, at: DateTime<Utc>) -> Result<(), Refused> {
    use crate::db::schema::app::milestone;
    diesel::insert_into(milestone::table).values((milestone::case_id.eq(case), milestone::name.eq(name), milestone::at.eq(at)))
        .on_conflict((milestone::case_id, milestone::name, milestone::subject_id)).do_update().set(milestone::at.eq(at))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Deletes what opens the documents of a line's rooms: single grants, drafts, item keys, and how relatives are reached. Which may go,
/// the policies say once more (`sec.shred_due`). Returns how many keys.
pub(super) fn shred(db: &mut PgConnection, case: CaseId, kept: &Kept) -> Result<usize, Refused> {
    let rooms = &kept.rooms;
    let mut shredded = 0;
    for (table, counts) in [("app.item_grant", false), ("app.item_draft", false), ("keys.item_key", true)] {
        let rows = diesel::sql_query(format!(
            "delete from {table} where item_id in (select i.id from app.item i join app.compartment c on c.id = i.compartment_id \
             where c.case_id = $1 and c.kind = any($2) and (not $3 or exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id) \
             or exists (select from app.thematic_item t where t.placed_id = i.id and t.batch_id = c.case_id)))",
        )).bind::<SqlUuid, _>(case).bind::<Array<Text>, _>(rooms).bind::<Bool, _>(kept.copies).execute(db)?;
        if counts { shredded = rows }
    }
    if rooms.iter().any(|room| room == "kin") {
        diesel::sql_query("delete from app.delivery where compartment_id in (select c.id from app.compartment c where c.case_id = $1 and c.kind = 'kin')").bind::<SqlUuid, _>(case).execute(db)?;
    }
    Ok(shredded)
}
