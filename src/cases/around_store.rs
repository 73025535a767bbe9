//! What cases need of other rooms' process facts: never their content (ruling 40).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::ids::{BureauId, CaseId, MembershipId, OrganisationId};
use crate::tx::{Refused, exactly_one};

/// Counts of other rooms' process facts, for the guards (ruling 40): never their content.
pub(super) struct Counts {
    pub(super) invitations: i64,
    pub(super) open_invitations: i64,
    pub(super) released: i64,
    pub(super) passages: i64,
    pub(super) open_passages: i64,
    pub(super) recommendations: i64,
    pub(super) open_recommendations: i64,
    pub(super) record_complete: bool,
}

pub(super) fn counts(db: &mut PgConnection, case: CaseId) -> Result<Counts, Refused> {
    use crate::db::schema::app::{passage, recommendation, record, reflection};
    let states: Vec<String> = reflection::table.filter(reflection::case_id.eq(case)).select(reflection::state).load(db)?;
    let counted = |fits: fn(&str) -> bool| i64::try_from(states.iter().filter(|state| fits(state)).count()).unwrap_or(i64::MAX);
    let (invitations, open_invitations) = (counted(|state| state != "recalled"), counted(|state| matches!(state, "invited" | "answered")));
    let released = counted(|state| state == "released");
    let passages = passage::table.filter(passage::case_id.eq(case)).count().get_result(db)?;
    let open_passages = passage::table.filter(passage::case_id.eq(case)).filter(passage::state.eq_any(["placed", "opened", "answered"])).count().get_result(db)?;
    let recommendations = recommendation::table.filter(recommendation::case_id.eq(case)).count().get_result(db)?;
    let open_recommendations = recommendation::table.filter(recommendation::case_id.eq(case)).filter(recommendation::state.eq_any(["adopted", "accepted", "partly", "under_way"])).count().get_result(db)?;
    let state: Option<String> = record::table.filter(record::case_id.eq(case)).select(record::state).first(db).optional()?;
    Ok(Counts {
        invitations, open_invitations, released, passages, open_passages, recommendations, open_recommendations,
        // Without a death there is no record to complete.
        record_complete: state.as_deref().is_none_or(|state| state == "complete"),
    })
}

/// The organisations with an invitation out, or answered; a recalled one is none.
pub(super) fn invited(db: &mut PgConnection, case: CaseId) -> Result<Vec<OrganisationId>, Refused> {
    use crate::db::schema::app::reflection;
    Ok(reflection::table.filter(reflection::case_id.eq(case)).filter(reflection::state.ne("recalled")).select(reflection::organisation_id).load(db)?)
}

/// Two counts a function of the database tells of a case; none of either to who does not see its process.
fn all_and_open(db: &mut PgConnection, case: CaseId, told: &str) -> Result<(i64, i64), Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        every: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        open: i64,
    }
    let found: Option<Row> = diesel::sql_query(told).bind::<diesel::sql_types::Uuid, _>(case).get_result(db).optional()?;
    Ok(found.map_or((0, 0), |row| (row.every, row.open)))
}

/// How many relatives are registered, and on how many nothing is decided.
pub(super) fn relatives_open(db: &mut PgConnection, case: CaseId) -> Result<(i64, i64), Refused> {
    all_and_open(db, case, "select registered as every, open from sec.relatives_open($1)")
}

/// How many earlier reviews a thematic one names, and of how many it is open what is placed.
pub(super) fn thematic_open(db: &mut PgConnection, case: CaseId) -> Result<(i64, i64), Refused> {
    all_and_open(db, case, "select named as every, open from sec.thematic_open($1)")
}

/// How many cases of the bureau, variant and region of one, itself among them, are decided and not told yet, or were told in the last sixty days: what is
/// told together is told within the term of publication.
pub(super) fn to_be_told(db: &mut PgConnection, case: CaseId) -> Result<i64, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    Ok(diesel::sql_query(
        "select count(*) as n from app.case_file o join app.case_file f on f.id = $1 and o.bureau_id = f.bureau_id and o.profile = f.profile and o.region is not distinct from f.region \
         where o.state = 'decided' or exists (select from app.case_step s where s.case_id = o.id and s.step = 'T17' and s.at > now() - interval '60 days')",
    ).bind::<diesel::sql_types::Uuid, _>(case).get_result::<Row>(db)?.n)
}

/// A document of a case, unopened.
#[derive(Queryable)]
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) version: i32,
    pub(super) complete: bool,
    pub(super) subject: Option<Uuid>,
    pub(super) changed_at: DateTime<Utc>,
}

/// The documents of a case of some kinds that the caller sees.
pub(super) fn documents(db: &mut PgConnection, case: CaseId, kinds: &[&str]) -> Result<Vec<Written>, Refused> {
    use crate::db::schema::app::{compartment, item};
    Ok(item::table.inner_join(compartment::table).filter(compartment::case_id.eq(Some(case.uuid()))).filter(item::kind.eq_any(kinds)).filter(item::removed_at.is_null())
        .select((item::id, item::kind, item::version, item::complete, item::subject_id, item::changed_at)).load(db)?)
}

/// Reflections that are still awaited, with their day: resuming re-dates them (T6).
pub(super) fn waiting_reflections(db: &mut PgConnection, case: CaseId) -> Result<Vec<(Uuid, NaiveDate)>, Refused> {
    use crate::db::schema::app::reflection;
    Ok(reflection::table.filter(reflection::case_id.eq(case)).filter(reflection::state.eq_any(["invited", "answered"])).select((reflection::id, reflection::due_on)).load(db)?)
}

pub(super) fn shift_reflection(db: &mut PgConnection, id: Uuid, due: NaiveDate) -> Result<(), Refused> {
    use crate::db::schema::app::reflection;
    exactly_one(diesel::update(reflection::table.find(id)).set((reflection::due_on.eq(due), reflection::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

/// Passages that wait for a reply, with their day.
pub(super) fn waiting_passages(db: &mut PgConnection, case: CaseId) -> Result<Vec<(Uuid, NaiveDate)>, Refused> {
    use crate::db::schema::app::passage;
    Ok(passage::table.filter(passage::case_id.eq(case)).filter(passage::state.eq_any(["placed", "opened"])).select((passage::id, passage::due_on)).load(db)?)
}

pub(super) fn shift_passage(db: &mut PgConnection, id: Uuid, due: NaiveDate) -> Result<(), Refused> {
    use crate::db::schema::app::passage;
    exactly_one(diesel::update(passage::table.find(id)).set((passage::due_on.eq(due), passage::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

/// Who leads a case, by the function that tells it to all who take part.
pub(super) fn leaders(db: &mut PgConnection, case: CaseId) -> Result<Vec<(MembershipId, String)>, Refused> {
    #[derive(QueryableByName)]
    struct Leader {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = diesel::sql_types::Text)]
        role: String,
    }
    let rows: Vec<Leader> = diesel::sql_query("select membership_id, role from sec.leaders_of($1)").bind::<diesel::sql_types::Uuid, _>(case).load(db)?;
    Ok(rows.into_iter().map(|row| (row.membership_id, row.role)).collect())
}

/// The profiles a bureau has switched on.
pub(super) fn profiles_of(db: &mut PgConnection, id: BureauId) -> Result<Vec<String>, Refused> {
    use crate::db::schema::app::bureau;
    let found: Vec<Option<String>> = bureau::table.find(id).select(bureau::profiles).first(db)?;
    Ok(found.into_iter().flatten().collect())
}

/// A case nobody acts on: its bureau, since when.
#[derive(QueryableByName)]
pub(super) struct Waiting {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) bureau: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) calendar: String,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    pub(super) since: DateTime<Utc>,
    /// Whether it is a coordinator who lacks.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) unled: bool,
    /// Whether no case of the bureau has one, so that one may be lent.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) lendable: bool,
}

/// Cases nobody acts on. The function answers the national coordination only.
pub(super) fn nobody_to_act(db: &mut PgConnection) -> Result<Vec<Waiting>, Refused> {
    Ok(diesel::sql_query("select id, bureau, calendar, since, unled, lendable from sec.nobody_to_act()").load(db)?)
}
