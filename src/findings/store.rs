//! All SQL of recommendations: process facts.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::Recommendation;
use crate::db::schema::app::{organisation, recommendation};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, OrganisationId, RecommendationId};
use crate::tx::{FieldFault, Refused, exactly_one};

/// What the acts need.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Found {
    pub(super) case: CaseId,
    pub(super) item: ItemId,
    pub(super) compartment: Option<CompartmentId>,
}

pub(super) fn found(db: &mut PgConnection, id: RecommendationId) -> Result<Found, Refused> {
    Ok(recommendation::table.find(id).select((recommendation::case_id, recommendation::item_id, recommendation::compartment_id.nullable())).for_update().first(db)?)
}

fn is_organisation(db: &mut PgConnection, owner: OrganisationId) -> Result<(), Refused> {
    let known: i64 = organisation::table.find(owner).count().get_result(db)?;
    if known == 0 { Err(Refused::Faults(vec![FieldFault::new("owner", "not-an-option")])) } else { Ok(()) }
}

/// Adopted anew after a change: with the owner and the day of now.
pub(super) fn adopt_anew(db: &mut PgConnection, id: RecommendationId, owner: OrganisationId, due: NaiveDate) -> Result<(), Refused> {
    is_organisation(db, owner)?;
    exactly_one(diesel::update(recommendation::table.find(id)).set((recommendation::owner_id.eq(Some(owner)), recommendation::due_on.eq(due))).execute(db)?)
}

/// Adopted, with the next number. The owner is looked up first, so that a foreign key tells nothing (ruling 16).
pub(super) fn adopt(db: &mut PgConnection, case: CaseId, item: ItemId, owner: OrganisationId, due: NaiveDate) -> Result<(RecommendationId, i32), Refused> {
    is_organisation(db, owner)?;
    let last: Option<i32> = recommendation::table.filter(recommendation::case_id.eq(case)).select(diesel::dsl::max(recommendation::number)).first(db)?;
    let (id, number) = (RecommendationId::new(), last.unwrap_or(0) + 1);
    diesel::insert_into(recommendation::table)
        .values((
            recommendation::id.eq(id), recommendation::case_id.eq(case), recommendation::item_id.eq(item), recommendation::number.eq(number), recommendation::owner_id.eq(Some(owner)),
            recommendation::due_on.eq(due),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)?;
    Ok((id, number))
}

type Row = (RecommendationId, i32, ItemId, Option<OrganisationId>, Option<String>, String, bool, NaiveDate, Option<CompartmentId>);

macro_rules! columns {
    () => {
        (
            recommendation::id, recommendation::number, recommendation::item_id, recommendation::owner_id.nullable(), organisation::name.nullable(), recommendation::state,
            recommendation::shown, recommendation::due_on, recommendation::compartment_id.nullable(),
        )
    };
}

fn recommendation_of((id, number, item, owner, name, state, shown, due_on, compartment): Row) -> Recommendation {
    Recommendation { id, number, item, owner, owner_name: name.unwrap_or_default(), state, shown, due_on, compartment }
}

pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Recommendation>, Refused> {
    let rows: Vec<Row> = recommendation::table.left_join(organisation::table).filter(recommendation::case_id.eq(case)).order(recommendation::number).select(columns!()).load(db)?;
    Ok(rows.into_iter().map(recommendation_of).collect())
}

/// Those whose owner's place the hat belongs to.
pub(super) fn of_hat(db: &mut PgConnection, hat: crate::ids::MembershipId) -> Result<Vec<Recommendation>, Refused> {
    use crate::db::schema::app::compartment_member as own;
    let places: Vec<CompartmentId> = own::table.filter(own::membership_id.eq(hat)).select(own::compartment_id).load(db)?;
    let rows: Vec<Row> = recommendation::table.left_join(organisation::table).filter(recommendation::compartment_id.eq_any(places.iter().map(|id| id.uuid())))
        .order(recommendation::due_on).limit(500).select(columns!()).load(db)?;
    Ok(rows.into_iter().map(recommendation_of).collect())
}

pub(super) fn set_compartment(db: &mut PgConnection, id: RecommendationId, within: CompartmentId) -> Result<(), Refused> {
    exactly_one(diesel::update(recommendation::table.find(id)).set(recommendation::compartment_id.eq(Some(within))).execute(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: RecommendationId, state: &str, shown: bool, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(recommendation::table.find(id)).set((recommendation::state.eq(state), recommendation::shown.eq(shown), recommendation::changed_at.eq(at))).execute(db)?)
}

/// A recommendation that is due: its owner's people, and what was said of it.
pub(super) type Due = (RecommendationId, CompartmentId, BureauId, NaiveDate, NaiveDate, Vec<String>);

/// Recommendations under way that are due within a week or late, one server at a time.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Due>, Refused> {
    use crate::db::schema::app::{case_file, recommendation};
    type Row = (RecommendationId, Option<CompartmentId>, BureauId, chrono::DateTime<chrono::Utc>, NaiveDate, Vec<Option<String>>);
    let rows: Vec<Row> = recommendation::table.inner_join(case_file::table).filter(recommendation::state.eq_any(["adopted", "accepted", "partly", "under_way"]))
        .filter(recommendation::compartment_id.is_not_null()).filter(recommendation::due_on.le(today + chrono::Duration::days(7))).order(recommendation::due_on)
        .select((recommendation::id, recommendation::compartment_id.nullable(), case_file::bureau_id, recommendation::changed_at, recommendation::due_on, recommendation::reminded))
        .for_update().skip_locked().limit(500).load(db)?;
    Ok(rows.into_iter().filter_map(|(id, within, bureau, at, due, said)| Some((id, within?, bureau, at.date_naive(), due, said.into_iter().flatten().collect()))).collect())
}

pub(super) fn mark_reminded(db: &mut PgConnection, id: RecommendationId, marks: Vec<String>) -> Result<(), Refused> {
    use crate::db::schema::app::recommendation;
    exactly_one(diesel::update(recommendation::table.find(id)).set(recommendation::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}
