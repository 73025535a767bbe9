//! All SQL of recommendations: process facts.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::Recommendation;
use crate::db::organisation_called;
use crate::db::schema::app::{organisation, recommendation};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, OrganisationId, RecommendationId};
use crate::tx::{Cursor, FieldFault, Refused, exactly_one};

/// What the acts need.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Found {
    pub(super) case: CaseId,
    pub(super) item: ItemId,
    pub(super) compartment: Option<CompartmentId>,
    pub(super) owner: Option<OrganisationId>,
    pub(super) number: i32,
}

pub(super) fn found(db: &mut PgConnection, id: RecommendationId) -> Result<Found, Refused> {
    Ok(recommendation::table.find(id).select((recommendation::case_id, recommendation::item_id, recommendation::compartment_id.nullable(), recommendation::owner_id.nullable(), recommendation::number)).for_update().first(db)?)
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
            recommendation::id, recommendation::number, recommendation::item_id, recommendation::owner_id.nullable(), organisation_called(), recommendation::state,
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

/// Ends who belongs to the owner's room there was; the function asks who asks.
pub(super) fn end_owners(db: &mut PgConnection, id: RecommendationId) -> Result<(), Refused> {
    diesel::sql_query("select sec.end_owners($1)").bind::<diesel::sql_types::Uuid, _>(id).execute(db)?;
    Ok(())
}

/// The owner's room; from then on the owner has the time to answer.
pub(super) fn set_compartment(db: &mut PgConnection, id: RecommendationId, within: CompartmentId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(recommendation::table.find(id))
        .set((recommendation::compartment_id.eq(Some(within)), recommendation::changed_at.eq(at), recommendation::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: RecommendationId, state: &str, shown: bool, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(recommendation::table.find(id))
        .set((recommendation::state.eq(state), recommendation::shown.eq(shown), recommendation::changed_at.eq(at), recommendation::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

/// A recommendation somebody waits for: its owner's room, and what was said of it.
#[derive(QueryableByName)]
pub(super) struct Due {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: RecommendationId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case_id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) calendar: String,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) since: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) due_on: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    pub(super) reminded: Vec<String>,
}

const DUE: &str = "select r.id, r.case_id, c.bureau_id, r.compartment_id, b.calendar, r.changed_at::date as since, r.due_on, r.reminded from app.recommendation r \
    join app.case_file c on c.id = r.case_id join app.bureau b on b.id = c.bureau_id";

/// Recommendations under way of which something is to be said: 30 days before their day, and after it; one server at a time.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Due>, Refused> {
    Ok(diesel::sql_query(format!(
        "{DUE} where r.state in ('accepted', 'partly', 'under_way') and r.compartment_id is not null and ($1 >= r.due_on - 30 and not 'd30' = any(r.reminded) or $1 >= r.due_on - 7 and not 'd7' = any(r.reminded) \
         or $1 > r.due_on and (not 'chair' = any(r.reminded) or not 'week' || ($1 - r.due_on - 1) / 7 = any(r.reminded))) order by r.due_on limit 500 for update of r skip locked",
    )).bind::<diesel::sql_types::Date, _>(today).load(db)?)
}

/// Recommendations whose owner was told and has not answered, longest first; one server at a time.
pub(super) fn unanswered(db: &mut PgConnection) -> Result<Vec<Due>, Refused> {
    Ok(diesel::sql_query(format!("{DUE} where r.state = 'adopted' and r.compartment_id is not null and c.state in ('published', 'closed_unpublished', 'follow_up') order by r.changed_at limit 500 for update of r skip locked")).load(db)?)
}

pub(super) fn mark_reminded(db: &mut PgConnection, id: RecommendationId, marks: Vec<String>) -> Result<(), Refused> {
    use crate::db::schema::app::recommendation;
    exactly_one(diesel::update(recommendation::table.find(id)).set(recommendation::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}

/// So many recommendations of all cases the caller sees from a place on, the way one looks: first due first, or the other way back.
pub(super) fn all(db: &mut PgConnection, wanted: &super::Followed, at: Option<&Cursor<(NaiveDate, RecommendationId)>>, today: NaiveDate, most: i64) -> Result<Vec<super::Action>, Refused> {
    use crate::db::schema::app::case_file;
    type Row = (RecommendationId, CaseId, String, i32, Option<OrganisationId>, Option<String>, String, bool, NaiveDate, DateTime<Utc>);
    const OPEN: [&str; 5] = ["adopted", "accepted", "partly", "no_answer", "under_way"];
    let mut query = recommendation::table.inner_join(case_file::table).left_join(organisation::table)
        .select((
            recommendation::id, recommendation::case_id, case_file::number, recommendation::number, recommendation::owner_id.nullable(), organisation_called(), recommendation::state,
            recommendation::shown, recommendation::due_on, recommendation::changed_at,
        ))
        .limit(most).into_boxed();
    query = match at {
        Some(at) if at.back => query.order((recommendation::due_on.desc(), recommendation::id.desc())),
        _ => query.order((recommendation::due_on, recommendation::id)),
    };
    if let Some(Cursor { key: (day, id), back }) = at {
        query = if *back {
            query.filter(recommendation::due_on.le(*day)).filter(recommendation::due_on.lt(*day).or(recommendation::id.lt(*id)))
        } else {
            query.filter(recommendation::due_on.ge(*day)).filter(recommendation::due_on.gt(*day).or(recommendation::id.gt(*id)))
        };
    }
    if let Some(state) = &wanted.state {
        query = query.filter(recommendation::state.eq(state.clone()));
    }
    if wanted.overdue {
        query = query.filter(recommendation::due_on.lt(today)).filter(recommendation::state.eq_any(OPEN));
    }
    let rows: Vec<Row> = query.load(db)?;
    Ok(rows.into_iter().map(|(id, case, case_number, number, owner, name, state, shown, due_on, changed_at)| {
        let overdue = due_on < today && OPEN.contains(&state.as_str());
        super::Action { id, case, case_number, number, owner, owner_name: name.unwrap_or_default(), state, shown, due_on, overdue, changed_at }
    }).collect())
}
