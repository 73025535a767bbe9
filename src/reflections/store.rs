//! All SQL of reflections: the outer state for those who lead the case, the inner one for the organisation's own people.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::organisation_called;
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

/// A reflection with the name of its organisation, and what that is called among others.
pub(super) type Named = (Found, Option<String>, Option<String>);

pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Named>, Refused> {
    Ok(reflection::table.left_join(organisation::table).filter(reflection::case_id.eq(case)).order(reflection::created_at)
        .select((columns!(), organisation::name.nullable(), organisation_called())).load(db)?)
}

pub(super) fn of_compartments(db: &mut PgConnection) -> Result<Vec<Named>, Refused> {
    Ok(reflection::table.left_join(organisation::table).order(reflection::due_on).select((columns!(), organisation::name.nullable(), organisation_called())).limit(500).load(db)?)
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

/// Whether somebody wears a hat: redeemed its code, and is not held.
pub(super) fn is_worn(db: &mut PgConnection, hat: MembershipId) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: i64 = membership::table.find(hat).filter(membership::person_id.is_not_null()).filter(membership::state.eq("active")).count().get_result(db)?;
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

/// Whether an organisation was asked in a case already, for itself or for the same one it succeeds; one that was recalled was not.
pub(super) fn is_invited(db: &mut PgConnection, case: CaseId, organisation: OrganisationId, stands_for: Option<OrganisationId>) -> Result<bool, Refused> {
    let asked = reflection::table.filter(reflection::case_id.eq(case)).filter(reflection::organisation_id.eq(organisation)).filter(reflection::state.ne("recalled"))
        .filter(reflection::stands_for_id.is_not_distinct_from(stands_for));
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(db)?)
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
    exactly_one(diesel::update(reflection::table.find(found.id)).set((
        reflection::due_on.eq(due), reflection::postponed.eq(found.postponed + 1), reflection::reminded.eq(Vec::<Option<String>>::new()),
    )).execute(db)?)
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

/// A reflection that is due, and who must act on it, as far as the contact and the state tell.
#[derive(QueryableByName)]
pub(super) struct Due {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: ReflectionId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case_id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) contact_id: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) state: String,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) started: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) due: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    pub(super) reminded: Vec<String>,
}

/// Reflections that are not in, and released ones with an open question, of which something is to be said; one server at a time.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Due>, Refused> {
    let condition = crate::cases::marks_behind("$1", "t.started", "t.due", "r.reminded");
    // After the release it is the supplementary question that waits.
    Ok(diesel::sql_query(format!(
        "select r.id, r.case_id, c.bureau_id, r.compartment_id, r.contact_id, r.state, t.started, t.due, r.reminded from app.reflection r join app.case_file c on c.id = r.case_id \
         cross join lateral (select case r.state when 'released' then r.question_due_on else r.due_on end as due, (case r.state when 'released' then r.changed_at else r.created_at end)::date as started) t \
         where r.state in ('invited', 'answered', 'released') and t.due is not null and c.state not in ('deferred', 'not_reviewed', 'closed', 'merged') and {condition} \
         order by t.due limit 500 for update of r skip locked",
    )).bind::<diesel::sql_types::Date, _>(today).load(db)?)
}

/// Another contact in the place of the one there was; the function asks who asks.
pub(super) fn succeed_contact(db: &mut PgConnection, id: ReflectionId, heir: MembershipId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        done: bool,
    }
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.succeed_contact($1, $2) as done").bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(heir).get_result::<Done>(db)?.done)
}

/// Who must act inside: who writes, or approves. The function answers the worker only.
pub(super) fn acting_inside(db: &mut PgConnection, id: ReflectionId) -> Result<Vec<MembershipId>, Refused> {
    #[derive(QueryableByName)]
    struct Acting {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        hat: MembershipId,
    }
    let rows: Vec<Acting> = diesel::sql_query("select a as hat from sec.acting_inside($1) a").bind::<diesel::sql_types::Uuid, _>(id).load(db)?;
    Ok(rows.into_iter().map(|row| row.hat).collect())
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
