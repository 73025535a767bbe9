//! All SQL of imports.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::Import;
use super::reading::Ready;
use crate::db::schema::app::{coding, import, import_mapping, record};
use crate::ids::{BureauId, ImportId, MembershipId, RecordId};
use crate::tx::{Parts, Refused, exactly_one};

/// A file that came in.
pub(super) struct New<'a> {
    pub(super) id: ImportId,
    pub(super) register: Option<BureauId>,
    pub(super) by: MembershipId,
    pub(super) file_mac: Vec<u8>,
    pub(super) sealed_file: Vec<u8>,
    pub(super) sealed_mapping: Vec<u8>,
    pub(super) rows: i32,
    pub(super) codebook: &'a str,
    pub(super) sealed_title: Option<Vec<u8>>,
}

pub(super) fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<(), Refused> {
    diesel::insert_into(import::table)
        .values((
            import::id.eq(new.id), import::bureau_id.eq(new.register), import::membership_id.eq(new.by), import::file_mac.eq(&new.file_mac), import::sealed_file.eq(Some(&new.sealed_file)),
            import::sealed_mapping.eq(Some(&new.sealed_mapping)), import::rows.eq(new.rows), import::codebook.eq(new.codebook),
            import::sealed_title.eq(&new.sealed_title),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

type Row = (ImportId, String, i32, i32, i32, i32, String, i32, DateTime<Utc>, DateTime<Utc>, Option<Vec<u8>>, Option<String>);

macro_rules! columns {
    () => {
        (import::id, import::state, import::rows, import::done, import::faulty, import::warned, import::codebook, import::version, import::created_at, import::moved_at, import::sealed_title, import::taken_back_for)
    };
}

fn one((id, state, rows, done, faulty, warned, codebook, version, created_at, moved_at, title, taken_back_for): Row, parts: &Parts) -> Result<Import, Refused> {
    let title = title.map_or_else(|| Ok(String::new()), |sealed| super::opened(parts, super::TITLE, &id.bytes(), &sealed))?;
    Ok(Import { id, title, state, rows, done, faulty, warned, codebook, version, created_at, moved_at, taken_back_for })
}

pub(super) fn list(db: &mut PgConnection, parts: &Parts) -> Result<Vec<Import>, Refused> {
    let rows: Vec<Row> = import::table.order(import::created_at.desc()).limit(100).select(columns!()).load(db)?;
    rows.into_iter().map(|row| one(row, parts)).collect()
}

pub(super) fn find(db: &mut PgConnection, id: ImportId, parts: &Parts) -> Result<Import, Refused> {
    let row: Row = import::table.find(id).select(columns!()).first(db)?;
    one(row, parts)
}

pub(super) fn lock(db: &mut PgConnection, id: ImportId, parts: &Parts) -> Result<Import, Refused> {
    let row: Row = import::table.find(id).select(columns!()).for_update().first(db)?;
    one(row, parts)
}

/// Whether a job holds the file: it puts its rows right now.
pub(super) fn held(db: &mut PgConnection, id: ImportId) -> Result<bool, Refused> {
    let free: Vec<ImportId> = import::table.find(id).select(import::id).for_update().skip_locked().load(db)?;
    Ok(free.is_empty())
}

pub(super) fn sealed(db: &mut PgConnection, id: ImportId) -> Result<(Option<Vec<u8>>, Option<Vec<u8>>), Refused> {
    Ok(import::table.find(id).select((import::sealed_file, import::sealed_mapping)).first(db)?)
}

pub(super) fn told(db: &mut PgConnection, id: ImportId) -> Result<Option<Vec<u8>>, Refused> {
    Ok(import::table.find(id).select(import::sealed_faults).first(db)?)
}

fn register_key(register: Option<BureauId>) -> Uuid {
    register.map(|bureau| bureau.uuid()).unwrap_or_default()
}

pub(super) fn remembered(db: &mut PgConnection, register: Option<BureauId>, mac: &[u8]) -> Result<Option<Vec<u8>>, Refused> {
    Ok(import_mapping::table.find((register_key(register), mac)).select(import_mapping::sealed).first(db).optional()?)
}

pub(super) fn remember(db: &mut PgConnection, register: Option<BureauId>, mac: &[u8], sealed: &[u8], at: DateTime<Utc>) -> Result<(), Refused> {
    diesel::insert_into(import_mapping::table)
        .values((import_mapping::register.eq(register_key(register)), import_mapping::header_mac.eq(mac), import_mapping::sealed.eq(sealed), import_mapping::changed_at.eq(at)))
        .on_conflict((import_mapping::register, import_mapping::header_mac)).do_update().set((import_mapping::sealed.eq(sealed), import_mapping::changed_at.eq(at)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn keep_mapping(db: &mut PgConnection, id: ImportId, sealed: &[u8], rows: i32, version: i32, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id))
        .set((
            import::state.eq("uploaded"), import::sealed_mapping.eq(Some(sealed)), import::sealed_faults.eq(None::<Vec<u8>>), import::rows.eq(rows), import::done.eq(0), import::faulty.eq(0),
            import::warned.eq(0), import::version.eq(version), import::moved_at.eq(at),
        )).execute(db)?)
}

/// Sets the state in which a job begins, or is set back to.
pub(super) fn begin(db: &mut PgConnection, id: ImportId, state: &str, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id).filter(import::state.ne_all(["loaded", "abandoned", "taken_back"]))).set((import::state.eq(state), import::done.eq(0), import::moved_at.eq(at))).execute(db)?)
}

pub(super) fn progress(db: &mut PgConnection, id: ImportId, done: i32, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id)).set((import::done.eq(done), import::moved_at.eq(at))).execute(db)?)
}

pub(super) fn checked(db: &mut PgConnection, id: ImportId, told: &[u8], faulty: i32, warned: i32, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id).filter(import::state.eq_any(["checking", "loading"])))
        .set((import::state.eq("checked"), import::sealed_faults.eq(Some(told)), import::faulty.eq(faulty), import::warned.eq(warned), import::moved_at.eq(at))).execute(db)?)
}

/// Whether a file with the same content was loaded, or is being loaded, under another id.
pub(super) fn loaded_before(db: &mut PgConnection, id: ImportId) -> Result<bool, Refused> {
    let mac: Vec<u8> = import::table.find(id).select(import::file_mac).first(db)?;
    let others: i64 = import::table.filter(import::file_mac.eq(mac)).filter(import::id.ne(id)).filter(import::state.eq_any(["loading", "loaded"])).count().get_result(db)?;
    Ok(others > 0)
}

/// Which of these rows an earlier import loaded, and which import that was first.
pub(super) fn rows_before(db: &mut PgConnection, id: ImportId, macs: &[&[u8]]) -> Result<BTreeMap<Vec<u8>, ImportId>, Refused> {
    let mut found = BTreeMap::new();
    for some in macs.chunks(5_000) {
        let rows: Vec<(Option<Vec<u8>>, Option<Uuid>)> = record::table.filter(record::row_mac.eq_any(some.to_vec())).filter(record::import_id.is_distinct_from(Some(id.uuid())))
            .order(record::changed_at).select((record::row_mac, record::import_id)).load(db)?;
        for (mac, import) in rows.into_iter().filter_map(|(mac, import)| mac.zip(import)) {
            found.entry(mac).or_insert(ImportId::from(import));
        }
    }
    Ok(found)
}

/// Waits for any other load to end: what it put is seen by the next.
pub(super) fn one_at_a_time(db: &mut PgConnection) -> Result<(), Refused> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('past cases', 0))").execute(db)?;
    Ok(())
}

pub(super) fn insert_records(
    db: &mut PgConnection, of: ImportId, register: Option<BureauId>, practice: bool, codebook: &str, ready: &[Ready], marked: &[(usize, Vec<u8>)],
) -> Result<Vec<RecordId>, Refused> {
    let ids: Vec<RecordId> = ready.iter().map(|_| RecordId::new()).collect();
    let rows: Vec<_> = ids.iter().zip(ready).zip(marked).map(|((id, one), (_, mac))| {
        (
            record::id.eq(*id), record::bureau_id.eq(register), record::practice.eq(practice), record::codebook.eq(codebook), record::state.eq("imported"), record::region.eq(one.region),
            record::year.eq(one.year), record::import_id.eq(Some(of.uuid())), record::row_mac.eq(Some(mac.as_slice())),
        )
    }).collect();
    diesel::insert_into(record::table).values(rows).execute(db)?;
    Ok(ids)
}

pub(super) fn insert_codings(db: &mut PgConnection, by: MembershipId, records: &[RecordId], ready: &[Ready], at: DateTime<Utc>) -> Result<(), Refused> {
    let rows = records.iter().zip(ready).map(|(id, one)| {
        let codes = serde_json::to_value(&one.record).map_err(|why| Refused::Internal(why.to_string()))?;
        Ok((coding::record_id.eq(*id), coding::slot.eq("c1"), coding::membership_id.eq(by), coding::codes.eq(codes), coding::final_at.eq(Some(at))))
    }).collect::<Result<Vec<_>, Refused>>()?;
    diesel::insert_into(coding::table).values(rows).execute(db)?;
    Ok(())
}

pub(super) fn loaded(db: &mut PgConnection, id: ImportId, rows: i32, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id).filter(import::state.eq("loading")))
        .set((import::state.eq("loaded"), import::done.eq(rows), import::sealed_file.eq(None::<Vec<u8>>), import::sealed_mapping.eq(None::<Vec<u8>>), import::moved_at.eq(at))).execute(db)?)
}

pub(super) fn abandon(db: &mut PgConnection, id: ImportId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id))
        .set((
            import::state.eq("abandoned"), import::sealed_file.eq(None::<Vec<u8>>), import::sealed_mapping.eq(None::<Vec<u8>>), import::sealed_faults.eq(None::<Vec<u8>>), import::moved_at.eq(at),
        )).execute(db)?)
}

/// Takes the records of a loaded file out of the register: `taken_back`, or why not; none for a file that is not there.
pub(super) fn take_back(db: &mut PgConnection, id: ImportId) -> Result<Option<String>, Refused> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Nullable<Text>)]
        told: Option<String>,
    }
    let found: Told = diesel::sql_query("select sec.take_back_import($1) as told").bind::<SqlUuid, _>(id.uuid()).get_result(db)?;
    Ok(found.told)
}

/// Says of an import that it was taken back, and why.
pub(super) fn taken_back(db: &mut PgConnection, id: ImportId, reason: &str, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(import::table.find(id).filter(import::state.eq("loaded")))
        .set((import::state.eq("taken_back"), import::taken_back_for.eq(Some(reason)), import::taken_back_at.eq(Some(at)))).execute(db)?)
}

pub(super) fn forget(db: &mut PgConnection) -> Result<usize, Refused> {
    Ok(diesel::sql_query("update app.import set state = 'abandoned', sealed_file = null, sealed_mapping = null, sealed_faults = null \
        where state not in ('loaded', 'abandoned', 'taken_back') and moved_at < now() - interval '7 days'").execute(db)?)
}
