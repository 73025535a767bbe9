//! All SQL of telling of steps: whom they concern, for the worker.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};

use super::Told;
use crate::access::Role;
use crate::db::schema::app::{case_step, compartment_member, reflection, relative};
use crate::ids::{BureauId, CaseId, MembershipId, StepId};
use crate::tx::{Refused, exactly_one};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: StepId,
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    bureau_id: BureauId,
    #[diesel(sql_type = Text)]
    step: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    membership_id: Option<MembershipId>,
}

/// Steps not told of, oldest first, one server at a time.
pub(super) fn to_tell(db: &mut PgConnection, at_most: i64) -> Result<Vec<Told>, Refused> {
    let rows: Vec<Row> = diesel::sql_query(
        "select s.id, s.case_id, c.bureau_id, s.step, s.membership_id from app.case_step s join app.case_file c on c.id = s.case_id where s.told_at is null \
         order by s.at limit $1 for update of s skip locked",
    ).bind::<BigInt, _>(at_most).load(db)?;
    Ok(rows.into_iter().map(|row| Told { id: row.id, case: row.case_id, bureau: row.bureau_id, step: row.step, by: row.membership_id }).collect())
}

pub(super) fn mark_told(db: &mut PgConnection, id: StepId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(case_step::table.find(id)).set(case_step::told_at.eq(Some(at))).execute(db)?)
}

/// Relatives of a case and who supports them; nothing goes where a place is frozen.
pub(super) fn relatives(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    Ok(compartment_member::table.inner_join(relative::table.on(relative::compartment_id.eq(compartment_member::compartment_id)))
        .filter(relative::case_id.eq(case)).filter(relative::state.eq("active")).filter(compartment_member::role.eq_any(["RE", "SU"]))
        .filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now))).select(compartment_member::membership_id).distinct().load(db)?)
}

/// Contacts and approvers of the organisations that were asked.
pub(super) fn organisations(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    Ok(compartment_member::table.inner_join(reflection::table.on(reflection::compartment_id.eq(compartment_member::compartment_id)))
        .filter(reflection::case_id.eq(case)).filter(reflection::state.ne("recalled")).filter(compartment_member::role.eq_any(["AC", "AP"]))
        .filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now))).select(compartment_member::membership_id).distinct().load(db)?)
}

/// Who writes in an organisation whose reflection is not in yet.
pub(super) fn authors(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    Ok(compartment_member::table.inner_join(reflection::table.on(reflection::compartment_id.eq(compartment_member::compartment_id)))
        .filter(reflection::case_id.eq(case)).filter(reflection::state.eq("answered")).filter(compartment_member::role.eq("AU"))
        .filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now))).select(compartment_member::membership_id).distinct().load(db)?)
}

/// Contacts of the organisations that own recommendations of a case.
pub(super) fn owners(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    use crate::db::schema::app::{membership, recommendation};
    Ok(membership::table.inner_join(recommendation::table.on(recommendation::owner_id.eq(membership::organisation_id))).filter(recommendation::case_id.eq(case))
        .filter(membership::role.eq("AC")).filter(membership::state.eq("active")).select(membership::id).distinct().load(db)?)
}

/// Everybody of a bureau in a role.
pub(super) fn of_bureau(db: &mut PgConnection, bureau: BureauId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    use crate::db::schema::app::membership;
    Ok(membership::table.filter(membership::bureau_id.eq(Some(bureau.uuid()))).filter(membership::role.eq(role.code())).filter(membership::state.eq("active")).select(membership::id).load(db)?)
}
