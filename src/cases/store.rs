//! All SQL of cases: process facts only.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{Party, State, Step};
use crate::access::Role;
use crate::db::schema::app::{case_file, case_party, case_step, deadline, milestone, proposal};
use crate::ids::{BureauId, CaseId, DeadlineId, MembershipId, StepId};
use crate::tx::{Refused, exactly_one};

/// A case's process row, locked until commit.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) state: State,
    pub(super) state_since: DateTime<Utc>,
    pub(super) left: Option<State>,
    pub(super) profile: String,
    pub(super) profile_version: String,
    pub(super) practice: bool,
    pub(super) notified_on: NaiveDate,
    pub(super) version: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_file)]
struct Row {
    state: String,
    state_since: DateTime<Utc>,
    left_state: Option<String>,
    profile: String,
    profile_version: String,
    practice: bool,
    notified_on: NaiveDate,
    version: i32,
}

/// The case, locked. No filter on bureau or person: the policy hides what the caller may not see (I-1).
pub(super) fn lock(db: &mut PgConnection, id: CaseId) -> Result<Found, Refused> {
    found(case_file::table.find(id).for_update().select(Row::as_select()).first(db)?)
}

fn found(row: Row) -> Result<Found, Refused> {
    let state = |word: &str| State::from_word(word).ok_or_else(|| Refused::Internal(format!("state {word}")));
    Ok(Found {
        state: state(&row.state)?, state_since: row.state_since, left: row.left_state.as_deref().map(state).transpose()?,
        profile: row.profile, profile_version: row.profile_version, practice: row.practice, notified_on: row.notified_on, version: row.version,
    })
}

/// A new case's process facts.
pub(super) struct New<'a> {
    pub(super) id: CaseId,
    pub(super) bureau: BureauId,
    pub(super) number: String,
    pub(super) at: DateTime<Utc>,
    pub(super) practice: bool,
    pub(super) profile_version: &'a str,
    pub(super) told: &'a super::Notification,
}

pub(super) fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<(), Refused> {
    diesel::insert_into(case_file::table)
        .values((
            case_file::id.eq(new.id), case_file::bureau_id.eq(new.bureau), case_file::number.eq(&new.number), case_file::state.eq(State::Notified.word()),
            case_file::state_since.eq(new.at), case_file::profile.eq(&new.told.profile), case_file::profile_version.eq(new.profile_version),
            case_file::child_variant.eq(new.told.child_variant), case_file::practice.eq(new.practice), case_file::purpose.eq(&new.told.purpose),
            case_file::ground.eq(&new.told.ground), case_file::region.eq(new.told.region), case_file::zone.eq(&new.told.zone),
            case_file::language.eq(&new.told.language), case_file::notified_on.eq(new.told.received_on),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The next number of a bureau's year, `HG-2026-0014`; a lock keeps two notifications from taking one.
pub(super) fn next_number(db: &mut PgConnection, bureau: BureauId, year: i32) -> Result<String, Refused> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended($1, 7))").bind::<diesel::sql_types::Text, _>(bureau.to_string()).execute(db)?;
    let prefix = format!("HG-{year:04}-");
    let last: Option<String> = case_file::table.filter(case_file::bureau_id.eq(bureau)).filter(case_file::number.like(format!("{prefix}%")))
        .order((diesel::dsl::sql::<diesel::sql_types::Integer>("length(number)").desc(), case_file::number.desc()))
        .select(case_file::number).first(db).optional()?;
    let serial: u32 = last.and_then(|number| number.strip_prefix(&prefix)?.parse().ok()).unwrap_or(0);
    Ok(format!("{prefix}{:04}", serial + 1))
}

pub(super) fn add_party(db: &mut PgConnection, case: CaseId, hat: MembershipId, role: Role, deputy: bool) -> Result<(), Refused> {
    diesel::insert_into(case_party::table)
        .values((case_party::case_id.eq(case), case_party::membership_id.eq(hat), case_party::role.eq(role.code()), case_party::deputy.eq(deputy)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The step, where it left and where it led, with the versions in force.
pub(super) fn move_on(db: &mut PgConnection, id: CaseId, found: &Found, to: State, at: DateTime<Utc>, new_round: bool) -> Result<(), Refused> {
    let left = (to == State::Deferred).then(|| found.state.word());
    let rows = diesel::update(case_file::table.find(id).filter(case_file::version.eq(found.version)))
        .set((
            case_file::state.eq(to.word()), case_file::state_since.eq(at), case_file::left_state.eq(left), case_file::version.eq(found.version + 1),
            case_file::changed_at.eq(at), case_file::round.eq(case_file::round + i32::from(new_round)),
        ))
        .execute(db)?;
    exactly_one(rows)
}

pub(super) fn insert_step(db: &mut PgConnection, case: CaseId, step: Step, from: Option<State>, to: State, by: (Option<MembershipId>, &str), versions: serde_json::Value) -> Result<(), Refused> {
    diesel::insert_into(case_step::table)
        .values((
            case_step::id.eq(StepId::new()), case_step::case_id.eq(case), case_step::step.eq(step.name()), case_step::from_state.eq(from.map(State::word)),
            case_step::to_state.eq(to.word()), case_step::membership_id.eq(by.0), case_step::role.eq(by.1), case_step::versions.eq(versions),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn milestones(db: &mut PgConnection, case: CaseId) -> Result<BTreeMap<String, Vec<(Uuid, DateTime<Utc>)>>, Refused> {
    let rows: Vec<(String, Uuid, DateTime<Utc>)> = milestone::table.filter(milestone::case_id.eq(case)).select((milestone::name, milestone::subject_id, milestone::at)).load(db)?;
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (name, subject, at) in rows {
        found.entry(name).or_default().push((subject, at));
    }
    Ok(found)
}

/// Records a milestone; reached again, it gets the later date.
pub(super) fn upsert_milestone(db: &mut PgConnection, case: CaseId, name: &str, subject: Uuid, by: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    diesel::insert_into(milestone::table)
        .values((milestone::case_id.eq(case), milestone::name.eq(name), milestone::subject_id.eq(subject), milestone::membership_id.eq(Some(by.uuid())), milestone::at.eq(at)))
        .on_conflict((milestone::case_id, milestone::name, milestone::subject_id)).do_update()
        .set((milestone::at.eq(at), milestone::membership_id.eq(Some(by.uuid()))))
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

/// Kinds of proposals signed since the case came into its state.
pub(super) fn signed(db: &mut PgConnection, case: CaseId, since: DateTime<Utc>) -> Result<Vec<String>, Refused> {
    Ok(proposal::table.filter(proposal::case_id.eq(case)).filter(proposal::state.eq("signed")).filter(proposal::settled_at.ge(since)).select(proposal::kind).load(db)?)
}

pub(super) fn start_term(db: &mut PgConnection, case: CaseId, kind: &str, role: Role, from: NaiveDate, due: NaiveDate) -> Result<(), Refused> {
    diesel::insert_into(deadline::table)
        .values((
            deadline::id.eq(DeadlineId::new()), deadline::case_id.eq(case), deadline::kind.eq(kind), deadline::role.eq(role.code()),
            deadline::started_on.eq(from), deadline::due_on.eq(due),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Ends the term of the state that was left; those of the register run on.
pub(super) fn end_terms(db: &mut PgConnection, case: CaseId, kinds: &[&str], at: DateTime<Utc>) -> Result<(), Refused> {
    diesel::update(deadline::table.filter(deadline::case_id.eq(case)).filter(deadline::done_at.is_null()).filter(deadline::kind.eq_any(kinds)))
        .set(deadline::done_at.eq(Some(at))).execute(db)?;
    Ok(())
}

/// Ends the first open look at what became of the recommendations.
pub(super) fn end_first_check(db: &mut PgConnection, case: CaseId, at: DateTime<Utc>) -> Result<(), Refused> {
    let first: Option<DeadlineId> = deadline::table.filter(deadline::case_id.eq(case)).filter(deadline::kind.eq("follow_up_check")).filter(deadline::done_at.is_null())
        .order(deadline::due_on).select(deadline::id).first(db).optional()?;
    if let Some(id) = first {
        exactly_one(diesel::update(deadline::table.find(id)).set(deadline::done_at.eq(Some(at))).execute(db)?)?;
    }
    Ok(())
}

pub(super) fn pause_terms(db: &mut PgConnection, case: CaseId, today: NaiveDate) -> Result<(), Refused> {
    diesel::update(deadline::table.filter(deadline::case_id.eq(case)).filter(deadline::done_at.is_null()))
        .set(deadline::paused_on.eq(Some(today))).execute(db)?;
    Ok(())
}

pub(super) fn paused_terms(db: &mut PgConnection, case: CaseId) -> Result<Vec<(DeadlineId, NaiveDate, NaiveDate)>, Refused> {
    let rows: Vec<(DeadlineId, NaiveDate, Option<NaiveDate>)> = deadline::table
        .filter(deadline::case_id.eq(case)).filter(deadline::done_at.is_null()).filter(deadline::paused_on.is_not_null())
        .select((deadline::id, deadline::due_on, deadline::paused_on)).load(db)?;
    Ok(rows.into_iter().filter_map(|(id, due, paused)| Some((id, due, paused?))).collect())
}

pub(super) fn resume_term(db: &mut PgConnection, id: DeadlineId, due: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(deadline::table.find(id)).set((deadline::due_on.eq(due), deadline::paused_on.eq(None::<NaiveDate>))).execute(db)?)
}

pub(super) fn add_deferred_days(db: &mut PgConnection, id: CaseId, days: i32) -> Result<(), Refused> {
    exactly_one(diesel::update(case_file::table.find(id)).set(case_file::deferred_days.eq(case_file::deferred_days + days)).execute(db)?)
}

/// Whether a hat's person takes part in the case otherwise (`sec.conflicted`).
pub(super) fn conflicted(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Yes {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        yes: bool,
    }
    use diesel::sql_types::Uuid as SqlUuid;
    Ok(diesel::sql_query("select sec.conflicted($1, $2) as yes").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

pub(super) fn insert_party(db: &mut PgConnection, case: CaseId, named: &super::Named) -> Result<(), Refused> {
    diesel::insert_into(case_party::table)
        .values((
            case_party::case_id.eq(case), case_party::membership_id.eq(named.hat), case_party::role.eq(named.role.code()), case_party::sector.eq(&named.sector),
            case_party::dv_expert.eq(named.dv_expert),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn accept(db: &mut PgConnection, case: CaseId, hat: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(case_party::table.find((case, hat))).set((case_party::accepted_at.eq(Some(at)), case_party::statement_signed_at.eq(Some(at)))).execute(db)?)
}

/// One who takes part: role, whether they stand in, until when.
pub(super) type Standing = (MembershipId, String, bool, Option<DateTime<Utc>>);

pub(super) fn standing(db: &mut PgConnection, case: CaseId) -> Result<Vec<Standing>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now)))
        .order(case_party::since).select((case_party::membership_id, case_party::role, case_party::deputy, case_party::until.nullable())).load(db)?)
}

/// Somebody who stands in; named again, until another day.
pub(super) fn insert_stand_in(db: &mut PgConnection, case: CaseId, hat: MembershipId, role: Role, until: Option<DateTime<Utc>>) -> Result<(), Refused> {
    let again = diesel::update(case_party::table.find((case, hat)).filter(case_party::role.eq(role.code())).filter(case_party::deputy)).set(case_party::until.eq(until)).execute(db)?;
    if again == 1 {
        return Ok(());
    }
    diesel::insert_into(case_party::table)
        .values((case_party::case_id.eq(case), case_party::membership_id.eq(hat), case_party::role.eq(role.code()), case_party::deputy.eq(true), case_party::until.eq(until)))
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

pub(super) fn hats_in_role(db: &mut PgConnection, case: CaseId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::role.eq(role.code()))
        .filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).select(case_party::membership_id).load(db)?)
}

pub(super) fn set_profile(db: &mut PgConnection, case: CaseId, profile: &str, version: &str) -> Result<(), Refused> {
    exactly_one(diesel::update(case_file::table.find(case)).set((case_file::profile.eq(profile), case_file::profile_version.eq(version))).execute(db)?)
}

pub(super) fn insert_proposal(db: &mut PgConnection, id: crate::ids::ProposalId, case: CaseId, kind: &str, by: MembershipId, words: crate::ids::ItemId) -> Result<(), Refused> {
    diesel::insert_into(proposal::table)
        .values((proposal::id.eq(id), proposal::case_id.eq(case), proposal::kind.eq(kind), proposal::by_membership_id.eq(by), proposal::words_item_id.eq(Some(words))))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn open_proposals(db: &mut PgConnection) -> Result<Vec<super::Proposal>, Refused> {
    let rows: Vec<(crate::ids::ProposalId, CaseId, String, String, String, Option<crate::ids::ItemId>)> = proposal::table.inner_join(case_file::table)
        .filter(proposal::state.eq("open")).order(proposal::made_at)
        .select((proposal::id, proposal::case_id, case_file::number, proposal::kind, proposal::state, proposal::words_item_id)).limit(200).load(db)?;
    Ok(rows.into_iter().map(|(id, case, case_number, kind, state, words)| super::Proposal { id, case, case_number, kind, state, words }).collect())
}

pub(super) fn settle_proposal(db: &mut PgConnection, id: crate::ids::ProposalId, state: &str, by: MembershipId, at: DateTime<Utc>) -> Result<(CaseId, MembershipId), Refused> {
    let found: (CaseId, MembershipId) = proposal::table.find(id).filter(proposal::state.eq("open")).select((proposal::case_id, proposal::by_membership_id)).for_update().first(db)?;
    exactly_one(diesel::update(proposal::table.find(id)).set((proposal::state.eq(state), proposal::signed_by_id.eq(Some(by)), proposal::settled_at.eq(Some(at)))).execute(db)?)?;
    Ok(found)
}

type ListRow = (CaseId, String, String, Option<String>, String, Option<NaiveDate>, Option<String>, Option<String>);

#[derive(QueryableByName)]
struct ListedRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    number: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    state: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    left_state: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Text)]
    profile: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    due_on: Option<NaiveDate>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    kind: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    role: Option<String>,
}

/// A page of the list, each case with its first open term. Walks the index on bureau and number, for national hats the one on
/// numbers; both conditions are told so that the index can take them, also in a plan made for any parameter.
pub(super) fn list(db: &mut PgConnection, filter: &super::Filter, hat: MembershipId, bureau: Option<BureauId>, today: NaiveDate) -> Result<Vec<ListRow>, Refused> {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid};
    let within = if bureau.is_some() { "c.bureau_id = $9" } else { "$9 is null" };
    let rows: Vec<ListedRow> = diesel::sql_query(format!(
        "select c.id, c.number, c.state, c.left_state, c.profile, d.due_on, d.kind, d.role from app.case_file c \
         left join lateral (select due_on, kind, role from app.deadline t where t.case_id = c.id and t.done_at is null and t.paused_on is null order by due_on limit 1) d on true \
         where {within} and ($1::text is null or c.state = $1) and c.number < coalesce($2, 'ZZ') and ($3::text is null or c.number like '%' || $3 || '%') \
           and (not $4 or c.id in (select case_id from app.case_party p where p.membership_id = $5)) \
           and ($6::text is null or $6 = 'late' and d.due_on < $7 or $6 = 'week' and d.due_on between $7 and $7 + 7) \
         order by c.number desc limit $8",
    ))
    .bind::<Nullable<Text>, _>(&filter.state).bind::<Nullable<Text>, _>(&filter.after).bind::<Nullable<Text>, _>(&filter.number).bind::<Bool, _>(filter.mine)
    .bind::<SqlUuid, _>(hat).bind::<Nullable<Text>, _>(&filter.due).bind::<Date, _>(today).bind::<BigInt, _>(super::PAGE)
    .bind::<Nullable<SqlUuid>, _>(bureau).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.number, row.state, row.left_state, row.profile, row.due_on, row.kind, row.role)).collect())
}

/// A case as it is looked at, not locked.
pub(super) fn seen(db: &mut PgConnection, id: CaseId) -> Result<(Found, String, String, i32, i32), Refused> {
    let (row, number, language, deferred, round): (Row, String, String, i32, i32) = case_file::table.find(id)
        .select((Row::as_select(), case_file::number, case_file::language, case_file::deferred_days, case_file::round)).first(db)?;
    Ok((found(row)?, number, language, deferred, round))
}

type PartyLine = (MembershipId, String, String, Option<DateTime<Utc>>, bool, Option<DateTime<Utc>>);

pub(super) fn party_rows(db: &mut PgConnection, case: CaseId) -> Result<Vec<PartyLine>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).order((case_party::role, case_party::since))
        .select((case_party::membership_id, case_party::role, case_party::sector, case_party::statement_signed_at, case_party::deputy, case_party::until.nullable())).load(db)?)
}

type TermLine = (DeadlineId, String, String, NaiveDate, NaiveDate, Option<NaiveDate>, i32, Option<DateTime<Utc>>);

/// Open terms and those that are done, first due first.
pub(super) fn terms(db: &mut PgConnection, case: CaseId) -> Result<Vec<TermLine>, Refused> {
    Ok(deadline::table.filter(deadline::case_id.eq(case)).order(deadline::due_on)
        .select((deadline::id, deadline::kind, deadline::role, deadline::started_on, deadline::due_on, deadline::paused_on, deadline::extended, deadline::done_at)).load(db)?)
}

type HistoryLine = (String, Option<String>, String, String, DateTime<Utc>);

pub(super) fn history(db: &mut PgConnection, case: CaseId) -> Result<Vec<HistoryLine>, Refused> {
    Ok(case_step::table.filter(case_step::case_id.eq(case)).order(case_step::at).select((case_step::step, case_step::from_state, case_step::to_state, case_step::role, case_step::at)).load(db)?)
}

/// An open term of a case, locked: until when, and whether it stands still.
pub(super) fn open_term(db: &mut PgConnection, case: CaseId, id: DeadlineId) -> Result<(NaiveDate, bool), Refused> {
    let (due, paused): (NaiveDate, Option<NaiveDate>) = deadline::table.filter(deadline::id.eq(id)).filter(deadline::case_id.eq(case)).filter(deadline::done_at.is_null())
        .select((deadline::due_on, deadline::paused_on)).for_update().first(db)?;
    Ok((due, paused.is_some()))
}

/// A later day; reminders begin anew.
pub(super) fn extend_term(db: &mut PgConnection, id: DeadlineId, until: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(deadline::table.find(id))
        .set((deadline::due_on.eq(until), deadline::extended.eq(deadline::extended + 1), deadline::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

/// Ends the terms of coding that the register has met: the first coder is final, the record is complete.
pub(super) fn end_terms_of_records(db: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Refused> {
    use crate::db::schema::app::record;
    for (kind, states) in [("intake_codes", vec!["first_final", "second_final", "adjudicated", "complete"]), ("closing_codes", vec!["complete"])] {
        let met = record::table.filter(record::state.eq_any(states)).filter(record::case_id.is_not_null()).select(record::case_id.assume_not_null());
        diesel::update(deadline::table.filter(deadline::kind.eq(kind)).filter(deadline::done_at.is_null()).filter(deadline::case_id.eq_any(met)))
            .set(deadline::done_at.eq(Some(now))).execute(db)?;
    }
    Ok(())
}

/// An open term that may have to remind.
pub(super) struct Open {
    pub(super) id: DeadlineId,
    pub(super) case: CaseId,
    pub(super) bureau: BureauId,
    pub(super) zone: chrono_tz::Tz,
    pub(super) role: Role,
    pub(super) hat: Option<MembershipId>,
    pub(super) started_on: NaiveDate,
    pub(super) due_on: NaiveDate,
    pub(super) reminded: Vec<String>,
}

#[derive(QueryableByName)]
struct OpenRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: DeadlineId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    case_id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    zone: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    role: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    membership_id: Option<MembershipId>,
    #[diesel(sql_type = diesel::sql_types::Date)]
    started_on: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    reminded: Vec<String>,
}

/// Open terms with a mark behind them that has not been said, one server at a time. The marks are those of `timetable::reminder`.
pub(super) fn terms_to_remind(db: &mut PgConnection, now: DateTime<Utc>, at_most: i64) -> Result<Vec<Open>, Refused> {
    let rows: Vec<OpenRow> = diesel::sql_query(
        "select d.id, d.case_id, b.id as bureau_id, b.zone, d.role, d.membership_id, d.started_on, d.due_on, d.reminded from app.deadline d \
         join app.case_file c on c.id = d.case_id join app.bureau b on b.id = c.bureau_id \
         cross join lateral (select ($1 at time zone b.zone)::date as day) today \
         where d.done_at is null and d.paused_on is null and ( \
           today.day >= d.started_on + (d.due_on - d.started_on) / 2 and d.due_on - d.started_on > 1 and not 'half' = any(d.reminded) \
           or today.day >= d.due_on - 7 and d.due_on - 7 > d.started_on and not 'd7' = any(d.reminded) or today.day >= d.due_on - 1 and d.due_on - 1 > d.started_on and not 'd1' = any(d.reminded) \
           or today.day > d.due_on and not 'week' || (today.day - d.due_on - 1) / 7 = any(d.reminded) \
           or today.day >= d.due_on + 14 and not 'chair' = any(d.reminded) or today.day >= d.due_on + 30 and not 'nation' = any(d.reminded)) \
         order by d.due_on limit $2 for update of d skip locked",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(now).bind::<diesel::sql_types::BigInt, _>(at_most).load(db)?;
    Ok(rows.into_iter().filter_map(|row| {
        Some(Open {
            id: row.id, case: row.case_id, bureau: row.bureau_id, zone: row.zone.parse().unwrap_or(chrono_tz::Europe::Amsterdam), role: Role::from_code(&row.role)?,
            hat: row.membership_id, started_on: row.started_on, due_on: row.due_on, reminded: row.reminded,
        })
    }).collect())
}

pub(super) fn mark_reminded(db: &mut PgConnection, of: &Open, marks: &[String]) -> Result<(), Refused> {
    let all: Vec<Option<String>> = of.reminded.iter().chain(marks).cloned().map(Some).collect();
    exactly_one(diesel::update(deadline::table.find(of.id)).set(deadline::reminded.eq(all)).execute(db)?)
}

/// Active hats of a national role: the bureau's own, where a practice bureau has one, else the nation's.
pub(super) fn hats_of_nation(db: &mut PgConnection, bureau: BureauId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    use crate::db::schema::app::membership;
    let of = |own: bool| {
        let query = membership::table.filter(membership::role.eq(role.code())).filter(membership::state.eq("active")).select(membership::id).into_boxed();
        if own { query.filter(membership::bureau_id.eq(Some(bureau.uuid()))) } else { query.filter(membership::bureau_id.is_null()) }
    };
    let own: Vec<MembershipId> = of(true).load(db)?;
    Ok(if own.is_empty() { of(false).load(db)? } else { own })
}

/// Cases whose publication, or closing without one, lies before today in their bureau's zone.
pub(super) fn to_follow_up(db: &mut PgConnection, now: DateTime<Utc>, at_most: i64) -> Result<Vec<(CaseId, BureauId, String)>, Refused> {
    #[derive(QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: CaseId,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        bureau_id: BureauId,
        #[diesel(sql_type = diesel::sql_types::Text)]
        calendar: String,
    }
    let rows: Vec<Waiting> = diesel::sql_query(
        "select c.id, c.bureau_id, b.calendar from app.case_file c join app.bureau b on b.id = c.bureau_id \
         where c.state in ('published', 'closed_unpublished') and (c.state_since at time zone b.zone)::date < ($1 at time zone b.zone)::date \
         order by c.state_since limit $2 for update of c skip locked",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(now).bind::<diesel::sql_types::BigInt, _>(at_most).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.bureau_id, row.calendar)).collect())
}
