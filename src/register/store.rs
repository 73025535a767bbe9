//! All SQL of the register.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use codebook::{FlatRow, Record};
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};

use super::snapshot::Snapshot;
use super::{Counted, New};
use crate::counting::Frozen;
use crate::db::schema::frozen::{case_row, snapshot};
use crate::db::schema::app::{case_file, case_party, coding, record};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, MembershipId, RecordId, SnapshotId};
use crate::tx::{Refused, exactly_one};

/// A record's process row.
pub(super) struct Found {
    pub(super) id: RecordId,
    pub(super) case: CaseId,
    pub(super) compartment: CompartmentId,
    pub(super) number: String,
    pub(super) state: String,
    pub(super) codebook: String,
    /// The year the bureau heard of the case.
    pub(super) year: i32,
    /// The profile of the case.
    pub(super) profile: String,
    /// Whose settled codes went over into this codebook and count.
    pub(super) recoded: Option<String>,
}

/// A coder's codes.
pub(super) struct SlotRow {
    pub(super) slot: String,
    pub(super) membership: MembershipId,
    pub(super) codes: Record,
    pub(super) version: i32,
    pub(super) finished: bool,
    /// The sealed document with the rest.
    pub(super) apart: Option<ItemId>,
    pub(super) apart_mac: Option<Vec<u8>>,
    /// The codebook that worked it out; none before it was saved in two halves.
    pub(super) worked_by: Option<String>,
    pub(super) open_count: i32,
    /// Whether it closes with a third coder's agreement only.
    pub(super) third_wanted: bool,
}

/// What is kept of a coder's codes at each save.
pub(super) struct Kept<'a> {
    pub(super) codes: &'a Record,
    pub(super) version: i32,
    pub(super) apart: ItemId,
    pub(super) worked: &'a Tables,
    pub(super) worked_by: &'a str,
    pub(super) open_count: usize,
    pub(super) third_wanted: bool,
}

/// Tables of rows that follow from a record.
pub(super) type Tables = BTreeMap<String, Vec<FlatRow>>;

/// The settled codes of a complete record.
pub(super) struct Settled {
    pub(super) number: i32,
    /// The codebook they stand under.
    pub(super) codebook: String,
    pub(super) codes: Record,
    /// What followed from the whole; none for codes that were never kept in two halves.
    pub(super) worked: Option<Tables>,
}

pub(super) fn json(codes: &Record) -> Result<serde_json::Value, Refused> {
    serde_json::to_value(codes).map_err(|why| Refused::Internal(why.to_string()))
}

pub(super) fn insert(db: &mut PgConnection, id: RecordId, bureau: BureauId, new: &New, codebook: &str) -> Result<(), Refused> {
    diesel::insert_into(record::table)
        .values((
            record::id.eq(id), record::case_id.eq(new.case), record::bureau_id.eq(bureau), record::practice.eq(new.practice), record::compartment_id.eq(new.compartment),
            record::codebook.eq(codebook), record::region.eq(new.region), record::year.eq(new.year),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn insert_slot(db: &mut PgConnection, id: RecordId, case: CaseId, slot: &str, hat: MembershipId, codes: &Record) -> Result<(), Refused> {
    diesel::insert_into(coding::table)
        .values((coding::record_id.eq(id), coding::case_id.eq(case), coding::slot.eq(slot), coding::membership_id.eq(hat), coding::codes.eq(json(codes)?)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn record(db: &mut PgConnection, id: RecordId) -> Result<Found, Refused> {
    let (case, compartment, number, profile, state, codebook, year, recoded) = record::table.inner_join(case_file::table).filter(record::id.eq(id))
        .select((record::case_id.assume_not_null(), record::compartment_id.assume_not_null(), case_file::number, case_file::profile, record::state, record::codebook, record::year, record::recoded_slot)).first(db)?;
    Ok(Found { id, case, compartment, number, profile, state, codebook, year, recoded })
}

pub(super) fn id_if_any(db: &mut PgConnection, case: CaseId) -> Result<Option<RecordId>, Refused> {
    Ok(record::table.filter(record::case_id.eq(case)).select(record::id).first(db).optional()?)
}

#[derive(QueryableByName)]
struct CodedLine {
    #[diesel(sql_type = SqlUuid)]
    id: RecordId,
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    compartment_id: CompartmentId,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Text)]
    profile: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    codebook: String,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Nullable<Text>)]
    recoded_slot: Option<String>,
}

fn coded_lines(db: &mut PgConnection, id: Option<RecordId>) -> Result<Vec<Found>, Refused> {
    let lines: Vec<CodedLine> = diesel::sql_query("select r.*, f.number, f.profile from sec.records_coded($1) r join app.case_file f on f.id = r.case_id order by r.state = 'complete', f.number desc limit 200")
        .bind::<Nullable<SqlUuid>, _>(id.map(|id| id.uuid())).load(db)?;
    Ok(lines.into_iter().map(|line| Found {
        id: line.id, case: line.case_id, compartment: line.compartment_id, number: line.number, profile: line.profile, state: line.state, codebook: line.codebook, year: line.year, recoded: line.recoded_slot,
    }).collect())
}

/// The same for a coder, who sees no record: its state is that of their own codes until both are final.
pub(super) fn record_coded(db: &mut PgConnection, id: RecordId) -> Result<Found, Refused> {
    coded_lines(db, Some(id))?.pop().ok_or(Refused::NotFound)
}

/// The records a coder codes.
pub(super) fn list_coded(db: &mut PgConnection) -> Result<Vec<(RecordId, String, String)>, Refused> {
    Ok(coded_lines(db, None)?.into_iter().filter(|found| found.state != "merged").map(|found| (found.id, found.number, found.state)).collect())
}

/// The record of a case; a coder knows it by their own codes.
pub(super) fn id_of_case(db: &mut PgConnection, case: CaseId) -> Result<RecordId, Refused> {
    match id_if_any(db, case)? {
        Some(id) => Ok(id),
        None => Ok(coding::table.filter(coding::case_id.eq(case)).select(coding::record_id).first(db)?),
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = coding)]
struct SlotLine {
    slot: String,
    membership_id: MembershipId,
    codes: serde_json::Value,
    version: i32,
    final_at: Option<DateTime<Utc>>,
    apart_id: Option<ItemId>,
    apart_mac: Option<Vec<u8>>,
    worked_by: Option<String>,
    open_count: i32,
    third_wanted: bool,
}

pub(super) fn read<T: serde::de::DeserializeOwned>(kept: serde_json::Value) -> Result<T, Refused> {
    serde_json::from_value(kept).map_err(|why| Refused::Internal(why.to_string()))
}

fn slot_row(line: SlotLine) -> Result<SlotRow, Refused> {
    Ok(SlotRow {
        slot: line.slot, membership: line.membership_id, codes: read(line.codes)?, version: line.version, finished: line.final_at.is_some(), apart: line.apart_id, apart_mac: line.apart_mac,
        worked_by: line.worked_by, open_count: line.open_count, third_wanted: line.third_wanted,
    })
}

pub(super) fn slots(db: &mut PgConnection, id: RecordId) -> Result<Vec<SlotRow>, Refused> {
    let rows: Vec<SlotLine> = coding::table.filter(coding::record_id.eq(id)).order(coding::slot).select(SlotLine::as_select()).load(db)?;
    rows.into_iter().map(slot_row).collect()
}

pub(super) fn own_slot(db: &mut PgConnection, id: RecordId, slot: &str, hat: MembershipId) -> Result<SlotRow, Refused> {
    let row = coding::table.filter(coding::record_id.eq(id)).filter(coding::slot.eq(slot)).filter(coding::membership_id.eq(hat)).select(SlotLine::as_select()).for_update().first(db)?;
    slot_row(row)
}

/// The hat's slots that were saved before codes were kept in two halves. A past case out of a file has no half apart.
pub(super) fn whole_slots(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<(RecordId, SlotRow)>, Refused> {
    let rows: Vec<(RecordId, SlotLine)> = coding::table.filter(coding::membership_id.eq(hat)).filter(coding::apart_id.is_null()).filter(coding::case_id.is_not_null()).limit(50)
        .select((coding::record_id, SlotLine::as_select())).load(db)?;
    rows.into_iter().map(|(id, line)| Ok((id, slot_row(line)?))).collect()
}

/// Both final codings, the first coder's first, and whether a sealed part goes with each; none until there are two.
pub(super) fn final_pair(db: &mut PgConnection, id: RecordId) -> Result<Option<[(Record, bool); 2]>, Refused> {
    #[derive(QueryableByName)]
    struct Codes {
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        codes: serde_json::Value,
        #[diesel(sql_type = diesel::sql_types::Bool)]
        apart: bool,
    }
    let rows: Vec<Codes> = diesel::sql_query("select codes, apart from sec.final_pair($1)").bind::<diesel::sql_types::Uuid, _>(id.uuid()).load(db)?;
    let mut pair = rows.into_iter().map(|row| Ok((read(row.codes)?, row.apart))).collect::<Result<Vec<_>, Refused>>()?.into_iter();
    Ok(pair.next().zip(pair.next()).map(|(first, second)| [first, second]))
}

/// What the notification coded: both coders begin from it.
pub(super) fn intake_codes(db: &mut PgConnection, id: RecordId) -> Result<Record, Refused> {
    let found: Option<serde_json::Value> = coding::table.filter(coding::record_id.eq(id)).filter(coding::slot.eq("intake")).select(coding::codes).first(db).optional()?;
    found.map_or_else(|| Ok(Record::default()), |codes| serde_json::from_value(codes).map_err(|why| Refused::Internal(why.to_string())))
}

/// Whether the person of a hat codes this record already, in whatever hat; for a second or third coder also whether they typed codes of it before,
/// with the notification or in another's place.
pub(super) fn same_person_codes(db: &mut PgConnection, id: RecordId, hat: MembershipId, slot: &str) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        typed: bool,
    }
    let found: Told = diesel::sql_query("select sec.typed_codes($1, $2, $3) as typed")
        .bind::<diesel::sql_types::Uuid, _>(id.uuid()).bind::<diesel::sql_types::Uuid, _>(hat.uuid()).bind::<diesel::sql_types::Text, _>(slot).get_result(db)?;
    Ok(found.typed)
}

pub(super) fn insert_coder_party(db: &mut PgConnection, case: CaseId, hat: MembershipId, mark: &[u8]) -> Result<(), Refused> {
    diesel::insert_into(case_party::table)
        .values((case_party::case_id.eq(case), case_party::membership_id.eq(hat), case_party::role.eq("CD"), case_party::named_mac.eq(Some(mark))))
        .on_conflict_do_nothing().execute(db)?;
    Ok(())
}

/// Puts a coder in the place of one who left; false when there is nobody to follow.
pub(super) fn succeed_coder(db: &mut PgConnection, id: RecordId, slot: &str, hat: MembershipId, codes: &Record) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Whom {
        #[diesel(sql_type = Nullable<SqlUuid>)]
        hat: Option<MembershipId>,
    }
    let whom: Whom = diesel::sql_query("select sec.succeed_coder($1, $2, $3, $4) as hat").bind::<SqlUuid, _>(id.uuid()).bind::<Text, _>(slot).bind::<SqlUuid, _>(hat.uuid()).bind::<Jsonb, _>(json(codes)?).get_result(db)?;
    Ok(whom.hat.is_some())
}

pub(super) fn save_slot(db: &mut PgConnection, id: RecordId, slot: &str, hat: MembershipId, kept: &Kept<'_>, at: DateTime<Utc>) -> Result<(), Refused> {
    let worked = serde_json::to_value(kept.worked).map_err(|why| Refused::Internal(why.to_string()))?;
    exactly_one(diesel::update(coding::table.filter(coding::record_id.eq(id)).filter(coding::slot.eq(slot)).filter(coding::membership_id.eq(hat)))
        .set((
            coding::codes.eq(json(kept.codes)?), coding::version.eq(kept.version), coding::apart_id.eq(Some(kept.apart)), coding::worked.eq(Some(worked)), coding::worked_by.eq(Some(kept.worked_by)),
            coding::open_count.eq(i32::try_from(kept.open_count).unwrap_or(i32::MAX)), coding::third_wanted.eq(kept.third_wanted), coding::changed_at.eq(at),
        )).execute(db)?)
}

/// Marks what lies apart as final: a keyed hash, so that who may not open it can tell whether two are alike.
pub(super) fn mark_apart(db: &mut PgConnection, id: RecordId, slot: &str, hat: MembershipId, mac: &[u8]) -> Result<(), Refused> {
    exactly_one(diesel::update(coding::table.filter(coding::record_id.eq(id)).filter(coding::slot.eq(slot)).filter(coding::membership_id.eq(hat)))
        .set(coding::apart_mac.eq(Some(mac))).execute(db)?)
}

pub(super) fn finish_slot(db: &mut PgConnection, id: RecordId, slot: &str, hat: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(coding::table.filter(coding::record_id.eq(id)).filter(coding::slot.eq(slot)).filter(coding::membership_id.eq(hat)))
        .set((coding::final_at.eq(Some(at)), coding::changed_at.eq(at))).execute(db)?)
}

/// Moves a record whose codes the coder declared final.
pub(super) fn coding_final(db: &mut PgConnection, id: RecordId) -> Result<(), Refused> {
    diesel::sql_query("select sec.coding_final($1)").bind::<SqlUuid, _>(id.uuid()).execute(db)?;
    Ok(())
}

pub(super) fn set_state(db: &mut PgConnection, id: RecordId, state: &str, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(record::table.find(id)).set((record::state.eq(state), record::version.eq(record::version + 1), record::changed_at.eq(at))).execute(db)?)
}

/// Opens the settled codes of a complete record again under a new codebook, and keeps all as they stood; whose they are, or none.
pub(super) fn take_over(db: &mut PgConnection, id: RecordId, codebook: &str) -> Result<Option<String>, Refused> {
    #[derive(QueryableByName)]
    struct Slot {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        slot: Option<String>,
    }
    let found: Slot = diesel::sql_query("select sec.take_over($1, $2) as slot").bind::<diesel::sql_types::Uuid, _>(id.uuid()).bind::<diesel::sql_types::Text, _>(codebook).get_result(db)?;
    Ok(found.slot)
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<(RecordId, String, String)>, Refused> {
    Ok(record::table.inner_join(case_file::table).filter(record::state.ne("merged")).order((record::state.eq("complete"), case_file::number.desc())).limit(200)
        .select((record::id, case_file::number, record::state)).load(db)?)
}

/// Every record by year, region and state; those that went into another are counted as such.
pub(super) fn counted(db: &mut PgConnection) -> Result<Vec<Counted>, Refused> {
    use diesel::dsl::count_star;
    let rows: Vec<(i32, Option<i32>, String, i64)> = record::table.group_by((record::year, record::region, record::state))
        .order((record::year.desc(), record::region, record::state)).select((record::year, record::region, record::state, count_star())).load(db)?;
    Ok(rows.into_iter().map(|(year, region, state, count)| Counted { year, region, state, count }).collect())
}

type SnapshotLine = (SnapshotId, i32, Option<BureauId>, String, i32, Vec<u8>, serde_json::Value, DateTime<Utc>);

fn snapshot_row((id, number, bureau, codebook, cases, hash, quality, taken_at): SnapshotLine) -> Result<Snapshot, Refused> {
    let quality = serde_json::from_value(quality).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok(Snapshot { id, number, practice: bureau.is_some(), codebook, cases, hash: HEXLOWER.encode(&hash), quality, taken_at })
}

macro_rules! snapshot_columns {
    () => {
        (snapshot::id, snapshot::number, snapshot::bureau_id, snapshot::codebook, snapshot::cases, snapshot::hash, snapshot::quality, snapshot::taken_at)
    };
}

pub(super) fn snapshot(db: &mut PgConnection, id: SnapshotId) -> Result<Snapshot, Refused> {
    let row: SnapshotLine = snapshot::table.find(id).select(snapshot_columns!()).first(db)?;
    snapshot_row(row)
}

/// A snapshot, if it is one of a register.
pub(super) fn snapshot_of(db: &mut PgConnection, id: SnapshotId, register: Option<BureauId>) -> Result<Snapshot, Refused> {
    let row: SnapshotLine = snapshot::table.find(id).filter(snapshot::bureau_id.is_not_distinct_from(register)).select(snapshot_columns!()).first(db)?;
    snapshot_row(row)
}

pub(super) fn newest_snapshot(db: &mut PgConnection, register: Option<BureauId>) -> Result<Option<Snapshot>, Refused> {
    let row: Option<SnapshotLine> = snapshot::table.filter(snapshot::bureau_id.is_not_distinct_from(register)).order(snapshot::number.desc()).select(snapshot_columns!()).first(db).optional()?;
    row.map(snapshot_row).transpose()
}

pub(super) fn snapshots(db: &mut PgConnection) -> Result<Vec<Snapshot>, Refused> {
    let rows: Vec<SnapshotLine> = snapshot::table.order((snapshot::bureau_id.is_not_null(), snapshot::number.desc())).limit(100).select(snapshot_columns!()).load(db)?;
    rows.into_iter().map(snapshot_row).collect()
}

pub(super) fn insert_snapshot(db: &mut PgConnection, register: Option<BureauId>, hat: MembershipId, new: &Snapshot, hash: &[u8]) -> Result<(), Refused> {
    let quality = serde_json::to_value(&new.quality).map_err(|why| Refused::Internal(why.to_string()))?;
    diesel::insert_into(snapshot::table)
        .values((
            snapshot::id.eq(new.id), snapshot::bureau_id.eq(register), snapshot::number.eq(new.number), snapshot::codebook.eq(&new.codebook), snapshot::cases.eq(new.cases),
            snapshot::hash.eq(hash), snapshot::quality.eq(quality), snapshot::taken_by.eq(hat), snapshot::taken_at.eq(new.taken_at),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The rows of a snapshot, put where the application can't read them again.
pub(super) fn insert_case_rows(db: &mut PgConnection, id: SnapshotId, cases: &[(i32, Frozen)]) -> Result<(), Refused> {
    for some in cases.chunks(500) {
        let rows = some.iter().map(|(number, case)| {
            let levels = serde_json::to_value(case).map_err(|why| Refused::Internal(why.to_string()))?;
            Ok((case_row::snapshot_id.eq(id), case_row::case_no.eq(*number), case_row::levels.eq(levels)))
        }).collect::<Result<Vec<_>, Refused>>()?;
        diesel::insert_into(case_row::table).values(rows).execute(db)?;
    }
    Ok(())
}
