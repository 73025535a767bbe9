//! All SQL of terms: begun, stopped, shifted, extended, met, reminded of.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::access::Role;
use crate::db::schema::app::deadline;
use crate::ids::{BureauId, CaseId, DeadlineId, MembershipId};
use crate::tx::{Refused, exactly_one};

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

type TermLine = (DeadlineId, String, String, NaiveDate, NaiveDate, Option<NaiveDate>, i32, Option<DateTime<Utc>>);

/// Open terms and those that are done, first due first.
pub(super) fn terms(db: &mut PgConnection, case: CaseId) -> Result<Vec<TermLine>, Refused> {
    Ok(deadline::table.filter(deadline::case_id.eq(case)).order(deadline::due_on)
        .select((deadline::id, deadline::kind, deadline::role, deadline::started_on, deadline::due_on, deadline::paused_on, deadline::extended, deadline::done_at)).load(db)?)
}

/// The open terms that wait for a role in these cases, and for this hat where they name one; first due first.
pub(super) fn waiting_for(db: &mut PgConnection, of: &[CaseId], role: Role, hat: MembershipId) -> Result<Vec<(CaseId, NaiveDate, String)>, Refused> {
    let rows: Vec<(CaseId, NaiveDate, String, Option<MembershipId>)> = deadline::table
        .filter(deadline::case_id.eq_any(of)).filter(deadline::role.eq(role.code())).filter(deadline::done_at.is_null()).filter(deadline::paused_on.is_null())
        .order((deadline::due_on, deadline::id)).select((deadline::case_id, deadline::due_on, deadline::kind, deadline::membership_id)).load(db)?;
    Ok(rows.into_iter().filter(|(.., whose)| whose.is_none_or(|whose| whose == hat)).map(|(case, due, kind, _)| (case, due, kind)).collect())
}

/// An open term of a case, locked: until when, and whether it stands still.
pub(super) fn open_term(db: &mut PgConnection, case: CaseId, id: DeadlineId) -> Result<(NaiveDate, bool), Refused> {
    let (due, paused): (NaiveDate, Option<NaiveDate>) = deadline::table.filter(deadline::id.eq(id)).filter(deadline::case_id.eq(case)).filter(deadline::done_at.is_null())
        .select((deadline::due_on, deadline::paused_on)).for_update().first(db)?;
    Ok((due, paused.is_some()))
}

/// The open term of a kind, locked, and until when it runs.
pub(super) fn open_of_kind(db: &mut PgConnection, case: CaseId, kind: &str) -> Result<Option<(DeadlineId, NaiveDate)>, Refused> {
    Ok(deadline::table.filter(deadline::case_id.eq(case)).filter(deadline::kind.eq(kind)).filter(deadline::done_at.is_null()).order(deadline::due_on.desc())
        .select((deadline::id, deadline::due_on)).for_update().first(db).optional()?)
}

/// A later day; reminders begin anew.
pub(super) fn extend_term(db: &mut PgConnection, id: DeadlineId, until: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(deadline::table.find(id))
        .set((deadline::due_on.eq(until), deadline::extended.eq(deadline::extended + 1), deadline::reminded.eq(Vec::<Option<String>>::new()))).execute(db)?)
}

/// Ends the terms of coding that the register has met: the first coder is final, the record is complete.
pub(super) fn end_terms_of_records(db: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Refused> {
    use crate::db::schema::app::record;
    for (kind, states) in [("intake_codes", vec!["first_final", "second_final", "adjudicated", "complete"]), ("closing_codes", vec!["complete"]), ("record_closing", vec!["complete"])] {
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

/// The condition, in SQL, that a mark of `timetable::reminder` lies behind and was not said: so that what has nothing to say is not read.
pub(super) fn marks_behind(today: &str, started: &str, due: &str, said: &str) -> String {
    format!(
        "({today} >= {started} + ({due} - {started}) / 2 and {due} - {started} > 1 and not 'half' = any({said}) \
         or {today} >= {due} - 7 and {due} - 7 > {started} and not 'd7' = any({said}) or {today} >= {due} - 1 and {due} - 1 > {started} and not 'd1' = any({said}) \
         or {today} > {due} and not 'week' || ({today} - {due} - 1) / 7 = any({said}) \
         or {today} >= {due} + 14 and not 'chair' = any({said}) or {today} >= {due} + 30 and not 'nation' = any({said}))"
    )
}

/// Open terms with a mark behind them that has not been said, one server at a time. The marks are those of `timetable::reminder`.
pub(super) fn terms_to_remind(db: &mut PgConnection, now: DateTime<Utc>, at_most: i64) -> Result<Vec<Open>, Refused> {
    let rows: Vec<OpenRow> = diesel::sql_query(format!(
        "select d.id, d.case_id, b.id as bureau_id, b.zone, d.role, d.membership_id, d.started_on, d.due_on, d.reminded from app.deadline d \
         join app.case_file c on c.id = d.case_id join app.bureau b on b.id = c.bureau_id \
         cross join lateral (select ($1 at time zone b.zone)::date as day) today \
         where d.done_at is null and d.paused_on is null and {} \
         order by d.due_on limit $2 for update of d skip locked", marks_behind("today.day", "d.started_on", "d.due_on", "d.reminded"),
    ))
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
