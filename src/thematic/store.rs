//! All SQL of thematic reviews: process facts of sources and of the copies asked for.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};

use crate::db::schema::app::{organisation, thematic_item, thematic_source};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, MembershipId, OrganisationId, ReflectionId, ThematicId, ThematicItemId};
use crate::tx::{Refused, exactly_one};

/// A source.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = thematic_source)]
pub(super) struct SourceRow {
    pub(super) id: ThematicId,
    pub(super) batch_id: CaseId,
    pub(super) source_id: CaseId,
    pub(super) number: i32,
    pub(super) nothing_at: Option<DateTime<Utc>>,
}

/// A copy asked for.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = thematic_item)]
pub(super) struct AskedRow {
    pub(super) id: ThematicItemId,
    pub(super) thematic_id: ThematicId,
    pub(super) reflection_id: ReflectionId,
    pub(super) kind: String,
    pub(super) copy_id: ItemId,
    pub(super) document_id: ItemId,
    pub(super) state: String,
    pub(super) due_on: NaiveDate,
    pub(super) shred_on: NaiveDate,
}

/// The sources of a thematic review, by their number.
pub(super) fn of_batch(db: &mut PgConnection, batch: CaseId) -> Result<Vec<SourceRow>, Refused> {
    Ok(thematic_source::table.filter(thematic_source::batch_id.eq(batch)).filter(thematic_source::dropped_at.is_null()).order(thematic_source::number).select(SourceRow::as_select()).load(db)?)
}

/// The thematic reviews that ask for a case, first asked first.
pub(super) fn of_source(db: &mut PgConnection, source: CaseId) -> Result<Vec<SourceRow>, Refused> {
    Ok(thematic_source::table.filter(thematic_source::source_id.eq(source)).filter(thematic_source::dropped_at.is_null()).order(thematic_source::named_at).select(SourceRow::as_select()).load(db)?)
}

/// A source, locked.
pub(super) fn lock(db: &mut PgConnection, id: ThematicId) -> Result<SourceRow, Refused> {
    Ok(thematic_source::table.find(id).filter(thematic_source::dropped_at.is_null()).for_update().select(SourceRow::as_select()).first(db)?)
}

/// Names a source; one that was named before and dropped is named anew.
pub(super) fn insert(db: &mut PgConnection, id: ThematicId, (batch, source): (CaseId, CaseId), by: MembershipId) -> Result<(), Refused> {
    let last: Option<i32> = thematic_source::table.filter(thematic_source::batch_id.eq(batch)).select(diesel::dsl::max(thematic_source::number)).first(db)?;
    diesel::insert_into(thematic_source::table)
        .values((
            thematic_source::id.eq(id), thematic_source::batch_id.eq(batch), thematic_source::source_id.eq(source), thematic_source::number.eq(last.unwrap_or(0) + 1), thematic_source::named_by.eq(by),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn drop_source(db: &mut PgConnection, id: ThematicId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(thematic_source::table.find(id)).set(thematic_source::dropped_at.eq(Some(at))).execute(db)?)
}

/// That nothing of a source is placed; none once something is chosen all the same.
pub(super) fn set_nothing(db: &mut PgConnection, id: ThematicId, at: Option<DateTime<Utc>>) -> Result<(), Refused> {
    exactly_one(diesel::update(thematic_source::table.find(id)).set(thematic_source::nothing_at.eq(at)).execute(db)?)
}

/// How far a source is, in numbers.
#[derive(QueryableByName)]
pub(super) struct CountsRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) thematic_id: ThematicId,
    #[diesel(sql_type = BigInt)]
    pub(super) asked: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) waiting: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) agreed: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) placed: i64,
}

/// How far the sources are; the function asks who asks.
pub(super) fn counts(db: &mut PgConnection, batch: CaseId) -> Result<Vec<CountsRow>, Refused> {
    Ok(diesel::sql_query("select thematic_id, asked, waiting, agreed, placed from sec.thematic_counts($1)").bind::<SqlUuid, _>(batch).load(db)?)
}

/// A copy to be asked for.
pub(super) struct NewItem {
    pub(super) id: ThematicItemId,
    pub(super) reflection: ReflectionId,
    pub(super) compartment: CompartmentId,
    pub(super) kind: &'static str,
    pub(super) copy: ItemId,
    pub(super) document: ItemId,
    pub(super) due_on: NaiveDate,
    pub(super) shred_on: NaiveDate,
}

pub(super) fn insert_item(db: &mut PgConnection, of: &SourceRow, new: &NewItem, by: MembershipId) -> Result<(), Refused> {
    diesel::insert_into(thematic_item::table)
        .values((
            thematic_item::id.eq(new.id), thematic_item::thematic_id.eq(of.id), thematic_item::batch_id.eq(of.batch_id), thematic_item::source_id.eq(of.source_id),
            thematic_item::reflection_id.eq(new.reflection), thematic_item::compartment_id.eq(new.compartment), thematic_item::kind.eq(new.kind), thematic_item::copy_id.eq(new.copy),
            thematic_item::document_id.eq(new.document), thematic_item::due_on.eq(new.due_on), thematic_item::shred_on.eq(new.shred_on), thematic_item::asked_by.eq(by),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The copies of a case that were asked for, oldest first.
pub(super) fn items_of_source(db: &mut PgConnection, source: CaseId) -> Result<Vec<AskedRow>, Refused> {
    Ok(thematic_item::table.filter(thematic_item::source_id.eq(source)).order((thematic_item::asked_at, thematic_item::id)).select(AskedRow::as_select()).load(db)?)
}

/// The copies asked for of an organisation's room, oldest first.
pub(super) fn items_of_room(db: &mut PgConnection, within: CompartmentId) -> Result<Vec<AskedRow>, Refused> {
    Ok(thematic_item::table.filter(thematic_item::compartment_id.eq(within)).order((thematic_item::asked_at, thematic_item::id)).select(AskedRow::as_select()).load(db)?)
}

/// A copy asked for of an organisation's room, locked.
pub(super) fn lock_item(db: &mut PgConnection, id: ThematicItemId, within: CompartmentId) -> Result<AskedRow, Refused> {
    Ok(thematic_item::table.find(id).filter(thematic_item::compartment_id.eq(within)).for_update().select(AskedRow::as_select()).first(db)?)
}

/// Copies of a source whose organisation agreed, locked: no yes is taken back while they are placed.
pub(super) fn lock_agreed(db: &mut PgConnection, of: ThematicId) -> Result<Vec<AskedRow>, Refused> {
    Ok(thematic_item::table.filter(thematic_item::thematic_id.eq(of)).filter(thematic_item::state.eq("agreed")).order((thematic_item::asked_at, thematic_item::id)).for_update().select(AskedRow::as_select()).load(db)?)
}

pub(super) fn answer(db: &mut PgConnection, id: ThematicItemId, agrees: bool, at: DateTime<Utc>) -> Result<(), Refused> {
    let state = if agrees { "agreed" } else { "refused" };
    exactly_one(diesel::update(thematic_item::table.find(id)).set((thematic_item::state.eq(state), thematic_item::answered_at.eq(Some(at)))).execute(db)?)
}

pub(super) fn set_placed(db: &mut PgConnection, id: ThematicItemId, placed: ItemId) -> Result<(), Refused> {
    exactly_one(diesel::update(thematic_item::table.find(id)).set((thematic_item::state.eq("placed"), thematic_item::placed_id.eq(Some(placed.uuid())))).execute(db)?)
}

pub(super) fn set_gone(db: &mut PgConnection, id: ThematicItemId) -> Result<(), Refused> {
    exactly_one(diesel::update(thematic_item::table.find(id)).set(thematic_item::state.eq("gone")).execute(db)?)
}

/// A copy that waits for an answer.
#[derive(QueryableByName)]
pub(super) struct DueRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: ThematicItemId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) source_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) started: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) due: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    pub(super) reminded: Vec<String>,
}

/// Copies nobody answered for, of which something is to be said before the day to answer; one server at a time. Of a review that takes nothing any
/// more, or a source that was dropped, nothing is.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<DueRow>, Refused> {
    let condition = crate::cases::marks_behind("$1", "i.asked_at::date", "i.due_on", "i.reminded");
    let takes: Vec<&str> = super::TAKES.iter().map(|state| state.word()).collect();
    Ok(diesel::sql_query(format!(
        "select i.id, i.compartment_id, i.source_id, c.bureau_id, i.asked_at::date as started, i.due_on as due, i.reminded from app.thematic_item i \
         join app.case_file c on c.id = i.source_id join app.case_file b on b.id = i.batch_id \
         where i.state = 'asked' and i.due_on >= $1 and b.state = any($2) and sec.thematic_stands(i.thematic_id) and {condition} order by i.due_on, i.asked_at limit 500 for update of i skip locked",
    )).bind::<diesel::sql_types::Date, _>(today).bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(takes).load(db)?)
}

pub(super) fn mark_reminded(db: &mut PgConnection, items: &[ThematicItemId], said: &[String]) -> Result<(), Refused> {
    let marks: Vec<Option<&str>> = said.iter().map(|mark| Some(mark.as_str())).collect();
    diesel::update(thematic_item::table.filter(thematic_item::id.eq_any(items))).set(thematic_item::reminded.eq(marks)).execute(db)?;
    Ok(())
}

/// The kind of an organisation, whether it still exists or not.
pub(super) fn kind_of(db: &mut PgConnection, id: OrganisationId) -> Result<i32, Refused> {
    Ok(organisation::table.find(id).select(organisation::kind).first(db)?)
}
