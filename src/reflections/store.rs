//! All SQL of reflections: the outer state for those who lead the case, the inner one for the organisation's own people.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::schema::app::{organisation, reflection, reflection_inner};
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId, OrganisationId, ReflectionId};
use crate::tx::{Refused, exactly_one};

/// A reflection as both sides see it.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Found {
    pub(super) id: ReflectionId,
    pub(super) case: CaseId,
    pub(super) organisation: OrganisationId,
    pub(super) compartment: CompartmentId,
    pub(super) contact: MembershipId,
    pub(super) state: String,
    pub(super) due_on: NaiveDate,
    pub(super) postponed: i32,
    pub(super) version: i32,
    pub(super) corrections: i32,
    pub(super) released_at: Option<DateTime<Utc>>,
    pub(super) question_due_on: Option<NaiveDate>,
    /// How often the organisation was asked: more than once where an invitation was sent again.
    pub(super) round: i32,
}

macro_rules! columns {
    () => {
        (
            reflection::id, reflection::case_id, reflection::organisation_id, reflection::compartment_id, reflection::contact_id, reflection::state, reflection::due_on,
            reflection::postponed, reflection::version, reflection::corrections, reflection::released_at.nullable(), reflection::question_due_on.nullable(),
            reflection::round,
        )
    };
}

pub(super) fn lock(db: &mut PgConnection, id: ReflectionId) -> Result<Found, Refused> {
    Ok(reflection::table.find(id).for_update().select(columns!()).first(db)?)
}

/// A reflection as it is looked at, not locked.
pub(super) fn seen(db: &mut PgConnection, id: ReflectionId) -> Result<Found, Refused> {
    Ok(reflection::table.find(id).select(columns!()).first(db)?)
}

pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<(Found, Option<String>)>, Refused> {
    Ok(reflection::table.left_join(organisation::table).filter(reflection::case_id.eq(case)).order(reflection::created_at)
        .select((columns!(), organisation::name.nullable())).load(db)?)
}

pub(super) fn of_compartments(db: &mut PgConnection) -> Result<Vec<(Found, Option<String>)>, Refused> {
    Ok(reflection::table.left_join(organisation::table).order(reflection::due_on).select((columns!(), organisation::name.nullable())).limit(500).load(db)?)
}

/// The successor of an organisation that has ended; none for one that exists.
pub(super) fn ended(db: &mut PgConnection, id: OrganisationId) -> Result<Option<Option<OrganisationId>>, Refused> {
    let found: Option<(Option<OrganisationId>, Option<NaiveDate>)> = organisation::table.find(id).select((organisation::successor_id.nullable(), organisation::ended_on.nullable())).first(db).optional()?;
    Ok(found.and_then(|(successor, ended)| ended.map(|_| successor)))
}

/// The organisation it was sent to in place of one that no longer exists.
pub(super) fn stands_for(db: &mut PgConnection, id: ReflectionId) -> Result<Option<OrganisationId>, Refused> {
    Ok(reflection::table.find(id).select(reflection::stands_for_id.nullable()).first(db)?)
}

/// Whether somebody wears a hat: redeemed its code.
pub(super) fn is_worn(db: &mut PgConnection, hat: MembershipId) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: i64 = membership::table.find(hat).filter(membership::person_id.is_not_null()).filter(membership::state.ne("ended")).count().get_result(db)?;
    Ok(found == 1)
}

/// How many reflections of a case come from a legal successor.
pub(super) fn successors(db: &mut PgConnection, case: CaseId) -> Result<i64, Refused> {
    Ok(reflection::table.filter(reflection::case_id.eq(case)).filter(reflection::stands_for_id.is_not_null()).filter(reflection::state.ne("recalled")).count().get_result(db)?)
}

pub(super) fn insert(db: &mut PgConnection, new: &Found, stands_for: Option<OrganisationId>) -> Result<(), Refused> {
    diesel::insert_into(reflection::table)
        .values((
            reflection::id.eq(new.id), reflection::case_id.eq(new.case), reflection::organisation_id.eq(new.organisation), reflection::compartment_id.eq(new.compartment),
            reflection::contact_id.eq(new.contact), reflection::due_on.eq(new.due_on), reflection::stands_for_id.eq(stands_for), reflection::round.eq(new.round),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn set_state(db: &mut PgConnection, found: &Found, state: &str, reason: Option<&str>, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection::table.find(found.id).filter(reflection::version.eq(found.version)))
        .set((reflection::state.eq(state), reflection::decline_reason.eq(reason), reflection::version.eq(found.version + 1), reflection::changed_at.eq(at))).execute(db)?)
}

/// Released, or corrected once more.
pub(super) fn set_released(db: &mut PgConnection, found: &Found, corrections: i32, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection::table.find(found.id).filter(reflection::version.eq(found.version)))
        .set((
            reflection::state.eq("released"), reflection::corrections.eq(corrections), reflection::released_at.eq(Some(at)), reflection::version.eq(found.version + 1),
            reflection::changed_at.eq(at),
        )).execute(db)?)
}

pub(super) fn postpone(db: &mut PgConnection, found: &Found, due: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection::table.find(found.id)).set((reflection::due_on.eq(due), reflection::postponed.eq(found.postponed + 1))).execute(db)?)
}

/// Deletes what opens the invitation of a recalled reflection; the function asks who and which.
pub(super) fn shred_invitation(db: &mut PgConnection, id: ReflectionId) -> Result<(), Refused> {
    diesel::sql_query("select sec.shred_invitation($1)").bind::<diesel::sql_types::Uuid, _>(id).execute(db)?;
    Ok(())
}

/// The inner state, for the organisation's own people.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Inner {
    pub(super) state: String,
    pub(super) author: Option<MembershipId>,
    pub(super) approver: Option<MembershipId>,
}

pub(super) fn inner(db: &mut PgConnection, id: ReflectionId) -> Result<Option<Inner>, Refused> {
    Ok(reflection_inner::table.find(id).select((reflection_inner::state, reflection_inner::author_id.nullable(), reflection_inner::approver_id.nullable())).first(db).optional()?)
}

pub(super) fn insert_inner(db: &mut PgConnection, found: &Found, state: &str, author: Option<MembershipId>, approver: Option<MembershipId>) -> Result<(), Refused> {
    diesel::insert_into(reflection_inner::table)
        .values((
            reflection_inner::reflection_id.eq(found.id), reflection_inner::compartment_id.eq(found.compartment), reflection_inner::state.eq(state),
            reflection_inner::author_id.eq(author), reflection_inner::approver_id.eq(approver),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Moves the inner state, from one of `from`; false when it stands elsewhere.
pub(super) fn step_inner(db: &mut PgConnection, id: ReflectionId, from: &[&str], to: &str, at: DateTime<Utc>) -> Result<bool, Refused> {
    Ok(diesel::update(reflection_inner::table.find(id).filter(reflection_inner::state.eq_any(from)))
        .set((reflection_inner::state.eq(to), reflection_inner::version.eq(reflection_inner::version + 1), reflection_inner::changed_at.eq(at))).execute(db)? == 1)
}

pub(super) fn set_people(db: &mut PgConnection, id: ReflectionId, (author, approver): (Option<MembershipId>, Option<MembershipId>)) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection_inner::table.find(id))
        .set((reflection_inner::author_id.eq(author), reflection_inner::approver_id.eq(approver), reflection_inner::version.eq(reflection_inner::version + 1))).execute(db)?)
}

/// The reflection of a compartment.
pub(super) fn of_compartment(db: &mut PgConnection, within: CompartmentId) -> Result<Option<Found>, Refused> {
    Ok(reflection::table.filter(reflection::compartment_id.eq(within)).select(columns!()).first(db).optional()?)
}

pub(super) fn organisation_name(db: &mut PgConnection, id: OrganisationId) -> Result<String, Refused> {
    Ok(organisation::table.find(id).select(organisation::name).first(db).optional()?.unwrap_or_default())
}

/// Whether a hat is a contact, author or approver of an organisation.
pub(super) fn belongs(db: &mut PgConnection, hat: MembershipId, to: OrganisationId, role: &str) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: i64 = membership::table.find(hat).filter(membership::organisation_id.eq(Some(to.uuid()))).filter(membership::role.eq(role)).filter(membership::state.ne("ended")).count().get_result(db)?;
    Ok(found == 1)
}

/// A reflection that is due, with its contact.
pub(super) type Due = (ReflectionId, MembershipId, BureauId, NaiveDate, NaiveDate, Vec<String>);

/// Unanswered or unreleased reflections that are due within a week or late, one server at a time.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Due>, Refused> {
    use crate::db::schema::app::case_file;
    type Row = (ReflectionId, MembershipId, BureauId, DateTime<Utc>, NaiveDate, Vec<Option<String>>);
    // After the release it is the supplementary question that waits.
    let asked: Vec<(ReflectionId, MembershipId, BureauId, DateTime<Utc>, Option<NaiveDate>, Vec<Option<String>>)> = reflection::table.inner_join(case_file::table)
        .filter(reflection::state.eq("released")).filter(case_file::state.ne("deferred")).filter(reflection::question_due_on.le(today + chrono::Duration::days(7))).order(reflection::question_due_on)
        .select((reflection::id, reflection::contact_id, case_file::bureau_id, reflection::changed_at, reflection::question_due_on.nullable(), reflection::reminded))
        .for_update().skip_locked().limit(500).load(db)?;
    let rows: Vec<Row> = reflection::table.inner_join(case_file::table).filter(reflection::state.eq_any(["invited", "answered"])).filter(case_file::state.ne("deferred"))
        .filter(reflection::due_on.le(today + chrono::Duration::days(7))).order(reflection::due_on)
        .select((reflection::id, reflection::contact_id, case_file::bureau_id, reflection::created_at, reflection::due_on, reflection::reminded))
        .for_update().skip_locked().limit(500).load(db)?;
    let asked = asked.into_iter().filter_map(|(id, contact, bureau, at, due, said)| Some((id, contact, bureau, at, due?, said)));
    Ok(rows.into_iter().chain(asked).map(|(id, contact, bureau, at, due, said)| (id, contact, bureau, at.date_naive(), due, said.into_iter().flatten().collect())).collect())
}

/// The day the first open supplementary question is to be answered by; none when all are. Reminders begin anew.
pub(super) fn set_question_due(db: &mut PgConnection, id: ReflectionId, due: Option<NaiveDate>, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection::table.find(id))
        .set((reflection::question_due_on.eq(due), reflection::reminded.eq(Vec::<Option<String>>::new()), reflection::changed_at.eq(at))).execute(db)?)
}

pub(super) fn mark_reminded(db: &mut PgConnection, id: ReflectionId, marks: Vec<String>) -> Result<(), Refused> {
    exactly_one(diesel::update(reflection::table.find(id)).set(reflection::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}

/// Whether two hats of an organisation are worn by one person; unknown, and false, while one of them has no account.
pub(super) fn one_person(db: &mut PgConnection, one: MembershipId, other: MembershipId) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: Vec<Option<uuid::Uuid>> = membership::table.filter(membership::id.eq_any([one, other])).filter(membership::person_id.is_not_null()).select(membership::person_id).load(db)?;
    Ok(one == other || found.len() == 2 && found.first() == found.get(1))
}
