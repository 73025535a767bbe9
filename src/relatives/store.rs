//! All SQL of relatives: process facts, seen by the named contact and the relative only.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::schema::app::{question, relative};
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId, QuestionId, RelativeId};
use crate::tx::{Refused, exactly_one};

/// A relative in a case.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Found {
    pub(super) id: RelativeId,
    pub(super) case: CaseId,
    pub(super) compartment: CompartmentId,
    pub(super) contact: MembershipId,
    pub(super) state: String,
}

macro_rules! columns {
    () => {
        (relative::id, relative::case_id, relative::compartment_id, relative::contact_id, relative::state)
    };
}

pub(super) fn insert(db: &mut PgConnection, new: &Found, again_on: Option<NaiveDate>) -> Result<(), Refused> {
    diesel::insert_into(relative::table)
        .values((
            relative::id.eq(new.id), relative::case_id.eq(new.case), relative::compartment_id.eq(new.compartment), relative::contact_id.eq(new.contact), relative::again_on.eq(again_on),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn found(db: &mut PgConnection, id: RelativeId) -> Result<Found, Refused> {
    Ok(relative::table.find(id).select(columns!()).first(db)?)
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<Found>, Refused> {
    Ok(relative::table.order(relative::created_at).select(columns!()).limit(500).load(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: RelativeId, state: &str) -> Result<(), Refused> {
    exactly_one(diesel::update(relative::table.find(id)).set(relative::state.eq(state)).execute(db)?)
}

pub(super) fn insert_question(db: &mut PgConnection, id: QuestionId, of: &Found, item: ItemId, due: NaiveDate) -> Result<(), Refused> {
    diesel::insert_into(question::table)
        .values((
            question::id.eq(id), question::relative_id.eq(of.id), question::case_id.eq(of.case), question::compartment_id.eq(of.compartment), question::item_id.eq(item), question::due_on.eq(due),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn question(db: &mut PgConnection, id: QuestionId) -> Result<(RelativeId, ItemId), Refused> {
    Ok(question::table.find(id).select((question::relative_id, question::item_id)).for_update().first(db)?)
}

pub(super) fn answer(db: &mut PgConnection, id: QuestionId, state: &str, answer: ItemId) -> Result<(), Refused> {
    exactly_one(diesel::update(question::table.find(id)).set((question::state.eq(state), question::answer_item_id.eq(Some(answer)))).execute(db)?)
}

type QuestionLine = (QuestionId, ItemId, Option<ItemId>, String, NaiveDate);

pub(super) fn questions(db: &mut PgConnection, of: RelativeId) -> Result<Vec<QuestionLine>, Refused> {
    Ok(question::table.filter(question::relative_id.eq(of)).order(question::asked_at)
        .select((question::id, question::item_id, question::answer_item_id.nullable(), question::state, question::due_on)).load(db)?)
}
