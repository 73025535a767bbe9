//! All SQL of who takes part in a case.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::Party;
use crate::access::Role;
use crate::db::schema::app::case_party;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId};
use crate::tx::{Refused, exactly_one};

pub(super) fn add_party(db: &mut PgConnection, case: CaseId, hat: MembershipId, role: Role, deputy: bool, mark: &[u8]) -> Result<(), Refused> {
    diesel::insert_into(case_party::table)
        .values((case_party::case_id.eq(case), case_party::membership_id.eq(hat), case_party::role.eq(role.code()), case_party::deputy.eq(deputy), case_party::named_mac.eq(Some(mark))))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

type PartyRow = (String, String, bool, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

pub(super) fn parties(db: &mut PgConnection, case: CaseId) -> Result<Vec<Party>, Refused> {
    let rows: Vec<PartyRow> = case_party::table
        .filter(case_party::case_id.eq(case)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now)))
        // Who stands in for a member is no further member.
        .filter(diesel::BoolExpressionMethods::or(case_party::role.ne("PM"), diesel::dsl::not(case_party::deputy)))
        .select((case_party::role, case_party::sector, case_party::dv_expert, case_party::accepted_at, case_party::statement_signed_at)).load(db)?;
    Ok(rows.into_iter().filter_map(|(role, sector, dv_expert, accepted_at, statement_signed_at)| {
        Some(Party { role: Role::from_code(&role)?, sector, dv_expert, accepted_at, statement_signed_at })
    }).collect())
}

/// Whether two hats are worn by one person, as far as the caller sees them.
pub(super) fn one_person(db: &mut PgConnection, one: MembershipId, other: MembershipId) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: Vec<Option<Uuid>> = membership::table.filter(membership::id.eq_any([one, other])).filter(membership::person_id.is_not_null()).select(membership::person_id).load(db)?;
    Ok(one == other || found.len() == 2 && found.first() == found.get(1))
}

/// A hat that is held, and the one by which its person takes part otherwise.
#[derive(QueryableByName)]
pub(super) struct HeldRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) hat: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) held_role: String,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) other: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) other_role: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) lifts: bool,
}

/// What is held in a case (`sec.held_in`).
pub(super) fn held(db: &mut PgConnection, case: CaseId) -> Result<Vec<HeldRow>, Refused> {
    Ok(diesel::sql_query("select hat, held_role, other, other_role, lifts from sec.held_in($1)").bind::<diesel::sql_types::Uuid, _>(case).load(db)?)
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    yes: bool,
}

/// Holds a hat where its person takes part otherwise, and tells the coordinators (`sec.hold`). Whether it did.
pub(super) fn hold(db: &mut PgConnection, case: CaseId, hat: MembershipId, room: Option<CompartmentId>) -> Result<bool, Refused> {
    use diesel::sql_types::{Nullable, Uuid as SqlUuid};
    Ok(diesel::sql_query("select sec.hold($1, $2, $3) as yes").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<Nullable<SqlUuid>, _>(room).get_result::<Yes>(db)?.yes)
}

/// Whether a hat was held when it was named, or by what its person answered under another, and nobody settled it (`sec.is_held`).
pub(super) fn is_held(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<bool, Refused> {
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.is_held($1, $2) as yes").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

/// Who is held from a place of the caller's (`sec.held_here`).
pub(super) fn held_here(db: &mut PgConnection, room: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    #[derive(QueryableByName)]
    struct Hat {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        hat: MembershipId,
    }
    let rows: Vec<Hat> = diesel::sql_query("select h as hat from sec.held_here($1) h").bind::<diesel::sql_types::Uuid, _>(room).load(db)?;
    Ok(rows.into_iter().map(|row| row.hat).collect())
}

/// Ends what is held from a place of the caller's (`sec.unhold_here`). Whether there was something.
pub(super) fn unhold_here(db: &mut PgConnection, room: CompartmentId, hat: MembershipId) -> Result<bool, Refused> {
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.unhold_here($1, $2) as yes").bind::<SqlUuid, _>(room).bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

/// Settles what is held, `admitted` or `ended` (`sec.settle_held`): `absent`, `kin`, or, done, `party` or `other`.
pub(super) fn settle_held(db: &mut PgConnection, case: CaseId, hat: MembershipId, how: &str) -> Result<String, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = diesel::sql_types::Text)]
        done: String,
    }
    use diesel::sql_types::{Text, Uuid as SqlUuid};
    Ok(diesel::sql_query("select sec.settle_held($1, $2, $3) as done").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<Text, _>(how).get_result::<Done>(db)?.done)
}

/// Whether a hat's person takes part in the case otherwise (`sec.conflicted`).
pub(super) fn conflicted(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<bool, Refused> {
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.conflicted($1, $2) as yes").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

pub(super) fn insert_party(db: &mut PgConnection, case: CaseId, named: &super::Named, mark: &[u8]) -> Result<(), Refused> {
    diesel::insert_into(case_party::table)
        .values((
            case_party::case_id.eq(case), case_party::membership_id.eq(named.hat), case_party::role.eq(named.role.code()), case_party::sector.eq(&named.sector),
            case_party::dv_expert.eq(named.dv_expert), case_party::named_mac.eq(Some(mark)),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn accept(db: &mut PgConnection, case: CaseId, hat: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(case_party::table.find((case, hat))).set((case_party::accepted_at.eq(Some(at)), case_party::statement_signed_at.eq(Some(at)))).execute(db)?)
}

/// Keeps what somebody who was named answers instead of accepting; told anew, it is open again.
pub(super) fn tell_answer(db: &mut PgConnection, case: CaseId, hat: MembershipId, answer: &str, why: &str) -> Result<(), Refused> {
    use diesel::sql_types::{Text, Uuid as SqlUuid};
    diesel::sql_query(
        "insert into app.party_answer (case_id, membership_id, answer, why) values ($1, $2, $3, $4) on conflict (case_id, membership_id) \
         do update set answer = excluded.answer, why = excluded.why, at = now(), settled = null, settled_by_id = null, settled_at = null",
    ).bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<Text, _>(answer).bind::<Text, _>(why).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct AnswerRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    membership_id: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    answer: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    why: String,
}

/// What people answered instead of accepting, as far as the caller may know it: hat, `conflict`, `declined` or `admitted`, why.
pub(super) fn answers(db: &mut PgConnection, case: CaseId) -> Result<Vec<(MembershipId, String, String)>, Refused> {
    let rows: Vec<AnswerRow> = diesel::sql_query("select membership_id, coalesce(settled, answer) as answer, why from app.party_answer where case_id = $1 and settled is distinct from 'ended'")
        .bind::<diesel::sql_types::Uuid, _>(case).load(db)?;
    Ok(rows.into_iter().map(|row| (row.membership_id, row.answer, row.why)).collect())
}

/// The answer of a hat that is not settled; none where it accepted, or may.
pub(super) fn open_answer(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<Option<String>, Refused> {
    Ok(answers(db, case)?.into_iter().find(|(of, answer, _)| *of == hat && answer != "admitted").map(|(_, answer, _)| answer))
}

/// Settles an answer; false where none is open that the caller settles.
pub(super) fn settle_answer(db: &mut PgConnection, case: CaseId, hat: MembershipId, how: &str) -> Result<bool, Refused> {
    use diesel::sql_types::{Text, Uuid as SqlUuid};
    let settled = diesel::sql_query("update app.party_answer set settled = $3, settled_by_id = sec.hat(), settled_at = now() where case_id = $1 and membership_id = $2 and settled is null")
        .bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<Text, _>(how).execute(db)?;
    Ok(settled == 1)
}

/// The cases in which an answer waits for the coordinator who asks.
pub(super) fn open_answers(db: &mut PgConnection) -> Result<Vec<(CaseId, String)>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: CaseId,
        #[diesel(sql_type = diesel::sql_types::Text)]
        number: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "select distinct c.id, c.number from app.party_answer a join app.case_file c on c.id = a.case_id \
         join app.case_party p on p.case_id = a.case_id and p.membership_id = a.membership_id and (p.until is null or p.until > now()) \
         where a.settled is null and a.membership_id <> sec.hat() order by c.number",
    ).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

/// One who takes part: role, whether they stand in, until when, and what says that the program named them.
#[derive(Queryable)]
pub(super) struct Stands {
    pub(super) hat: MembershipId,
    pub(super) role: String,
    pub(super) deputy: bool,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) named_mac: Option<Vec<u8>>,
}

pub(super) fn stands(db: &mut PgConnection, case: CaseId) -> Result<Vec<Stands>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now)))
        .order(case_party::since).select((case_party::membership_id, case_party::role, case_party::deputy, case_party::until, case_party::named_mac)).load(db)?)
}

/// What says that somebody was named; nothing where the caller changes nothing there.
pub(super) fn set_mark(db: &mut PgConnection, case: CaseId, hat: MembershipId, mark: &[u8]) -> Result<(), Refused> {
    diesel::update(case_party::table.find((case, hat))).set(case_party::named_mac.eq(Some(mark))).execute(db)?;
    Ok(())
}

/// Somebody who stands in; named again, until another day.
pub(super) fn insert_stand_in(db: &mut PgConnection, case: CaseId, hat: MembershipId, role: Role, until: Option<DateTime<Utc>>, mark: &[u8]) -> Result<(), Refused> {
    let again = diesel::update(case_party::table.find((case, hat)).filter(case_party::role.eq(role.code())).filter(case_party::deputy))
        .set((case_party::until.eq(until), case_party::named_mac.eq(Some(mark)))).execute(db)?;
    if again == 1 {
        return Ok(());
    }
    diesel::insert_into(case_party::table)
        .values((case_party::case_id.eq(case), case_party::membership_id.eq(hat), case_party::role.eq(role.code()), case_party::deputy.eq(true), case_party::until.eq(until), case_party::named_mac.eq(Some(mark))))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Whether a hat is worn in a role.
pub(super) fn wears(db: &mut PgConnection, hat: MembershipId, role: &str) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: i64 = membership::table.find(hat).filter(membership::role.eq(role)).filter(membership::state.eq("active")).count().get_result(db)?;
    Ok(found == 1)
}

pub(super) fn end_party(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
    exactly_one(diesel::update(case_party::table.find((case, hat)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))))
        .set(case_party::until.eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>("now()"))).execute(db)?)
}

/// How many rooms of a case somebody alone holds the key of (`sec.alone_in_case`).
pub(super) fn alone_in_case(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<i64, Refused> {
    #[derive(QueryableByName)]
    struct Rooms {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        rooms: i64,
    }
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.alone_in_case($1, $2) as rooms").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).get_result::<Rooms>(db)?.rooms)
}

/// Of how many relatives of a case somebody is the named contact, as far as the caller sees them.
pub(super) fn contact_of(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<usize, Refused> {
    use crate::db::schema::app::relative;
    let found: i64 = relative::table.filter(relative::case_id.eq(case)).filter(relative::contact_id.eq(hat)).count().get_result(db)?;
    Ok(usize::try_from(found).unwrap_or_default())
}

/// Whether anybody who is there still holds the key of what is in a case (`sec.key_is_held`).
pub(super) fn key_is_held(db: &mut PgConnection, case: CaseId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Held {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        held: bool,
    }
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.key_is_held($1) as held").bind::<SqlUuid, _>(case).get_result::<Held>(db)?.held)
}

/// Ends somebody's places beside relatives; who stood in follows, or the heir. The function asks who asks.
pub(super) fn pass_on_kin(db: &mut PgConnection, case: CaseId, gone: MembershipId, heir: MembershipId) -> Result<(), Refused> {
    use diesel::sql_types::Uuid as SqlUuid;
    diesel::sql_query("select sec.pass_on_kin($1, $2, $3)").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(gone).bind::<SqlUuid, _>(heir).execute(db)?;
    Ok(())
}

pub(super) fn hats_in_role(db: &mut PgConnection, case: CaseId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::role.eq(role.code()))
        .filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).select(case_party::membership_id).load(db)?)
}

/// Who coordinates which of some cases, without those who stand in.
pub(super) fn coordinators_of(db: &mut PgConnection, of: &[CaseId]) -> Result<Vec<(CaseId, MembershipId)>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq_any(of)).filter(case_party::role.eq("CO")).filter(diesel::dsl::not(case_party::deputy))
        .filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).order(case_party::since).select((case_party::case_id, case_party::membership_id)).load(db)?)
}

type PartyLine = (MembershipId, String, String, Option<DateTime<Utc>>, bool, Option<DateTime<Utc>>);

pub(super) fn party_rows(db: &mut PgConnection, case: CaseId) -> Result<Vec<PartyLine>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).order((case_party::role, case_party::since))
        .select((case_party::membership_id, case_party::role, case_party::sector, case_party::statement_signed_at, case_party::deputy, case_party::until.nullable())).load(db)?)
}

/// Active hats of a national role: a bureau for practice has its own, as the nation does not see its cases; every other has the nation's, whatever
/// it made itself.
pub(super) fn hats_of_nation(db: &mut PgConnection, of: BureauId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    use crate::db::schema::app::{bureau, membership};
    let practice: bool = bureau::table.find(of).select(bureau::practice).first(db)?;
    let query = membership::table.filter(membership::role.eq(role.code())).filter(membership::state.eq("active"))
        .filter(membership::until.is_null().or(membership::until.gt(diesel::dsl::now))).select(membership::id).into_boxed();
    let query = if practice { query.filter(membership::bureau_id.eq(Some(of.uuid()))) } else { query.filter(membership::bureau_id.is_null()) };
    Ok(query.load(db)?)
}

/// Where a quality reviewer comes from (`sec.reviewer_from`): `nation`, `other`, `coordinator`, `bureau`, `unknown` before their first sign-in.
pub(super) fn reviewer_from(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<Option<String>, Refused> {
    #[derive(QueryableByName)]
    struct From {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        comes: Option<String>,
    }
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.reviewer_from($1, $2) as comes").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).get_result::<From>(db)?.comes)
}

/// In which of some cases a hat was asked to take part, and has not signed.
pub(super) fn unsigned_in(db: &mut PgConnection, of: &[CaseId], hat: MembershipId) -> Result<Vec<CaseId>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq_any(of)).filter(case_party::membership_id.eq(hat)).filter(case_party::statement_signed_at.is_null()).select(case_party::case_id).load(db)?)
}

/// Whether somebody who takes part has signed; none for who does not.
pub(super) fn has_signed(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<Option<bool>, Refused> {
    let found: Option<Option<DateTime<Utc>>> = case_party::table.find((case, hat)).select(case_party::statement_signed_at.nullable()).first(db).optional()?;
    Ok(found.map(|at| at.is_some()))
}
