//! All SQL of cases: process facts only. Parties, terms and proposals have stores of their own.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{State, Step};
use crate::db::schema::app::{case_file, case_step, milestone};
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId, StepId};
use crate::tx::{Cursor, Refused, exactly_one};

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
    pub(super) child_variant: bool,
    pub(super) language: String,
    pub(super) region: Option<i32>,
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
    child_variant: bool,
    language: String,
    region: Option<i32>,
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
        child_variant: row.child_variant, language: row.language, region: row.region,
    })
}

/// For which purpose, and on which ground, a case was taken in.
pub(super) fn recorded_for(db: &mut PgConnection, id: CaseId) -> Result<(String, String), Refused> {
    Ok(case_file::table.find(id).select((case_file::purpose, case_file::ground)).first(db)?)
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

/// The most that are named when somebody is asked whether they mean another case.
const FEW: i64 = 5;

/// What a hat notified since a moment, the latest first; not what was found to be another case.
pub(super) fn notified_by(db: &mut PgConnection, hat: MembershipId, since: DateTime<Utc>) -> Result<Vec<super::Recent>, Refused> {
    let rows: Vec<(CaseId, String, DateTime<Utc>)> = case_step::table.inner_join(case_file::table).filter(case_step::step.eq(Step::T1.name())).filter(case_step::membership_id.eq(Some(hat)))
        .filter(case_step::at.gt(since)).filter(case_file::state.ne(State::Merged.word())).order(case_step::at.desc()).limit(FEW).select((case_file::id, case_file::number, case_step::at)).load(db)?;
    Ok(rows.into_iter().map(|(case, number, at)| super::Recent { case, number, at }).collect())
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

/// What else is kept of some milestones, of each subject they were reached for: name, subject, detail.
pub(super) fn details(db: &mut PgConnection, case: CaseId, names: &[&str]) -> Result<Vec<(String, Uuid, String)>, Refused> {
    Ok(milestone::table.filter(milestone::case_id.eq(case)).filter(milestone::name.eq_any(names)).select((milestone::name, milestone::subject_id, milestone::detail)).load(db)?)
}

/// Records a milestone; reached again, it gets the later date.
pub(super) fn upsert_milestone(db: &mut PgConnection, case: CaseId, name: &str, subject: Uuid, detail: &str, by: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    diesel::insert_into(milestone::table)
        .values((milestone::case_id.eq(case), milestone::name.eq(name), milestone::subject_id.eq(subject), milestone::detail.eq(detail), milestone::membership_id.eq(Some(by.uuid())), milestone::at.eq(at)))
        .on_conflict((milestone::case_id, milestone::name, milestone::subject_id)).do_update()
        .set((milestone::at.eq(at), milestone::detail.eq(detail), milestone::membership_id.eq(Some(by.uuid()))))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Takes back what was declared of the case as a whole.
pub(super) fn drop_milestone(db: &mut PgConnection, case: CaseId, name: &str) -> Result<(), Refused> {
    exactly_one(diesel::delete(milestone::table.filter(milestone::case_id.eq(case)).filter(milestone::name.eq(name)).filter(milestone::subject_id.eq(Uuid::nil()))).execute(db)?)
}

pub(super) fn add_deferred_days(db: &mut PgConnection, id: CaseId, days: i32) -> Result<(), Refused> {
    exactly_one(diesel::update(case_file::table.find(id)).set(case_file::deferred_days.eq(case_file::deferred_days + days)).execute(db)?)
}

pub(super) fn set_profile(db: &mut PgConnection, case: CaseId, profile: &str, version: &str) -> Result<(), Refused> {
    exactly_one(diesel::update(case_file::table.find(case)).set((case_file::profile.eq(profile), case_file::profile_version.eq(version))).execute(db)?)
}

pub(super) type ListRow = (CaseId, String, String, Option<String>, String, Option<NaiveDate>, Option<String>, Option<String>);

/// What a list of cases is ordered by: the day of the first open term, the number, the case.
pub(super) type Key = (Option<NaiveDate>, String, CaseId);

/// What a case of the list is ordered by.
pub(super) fn key(row: &ListRow) -> Key {
    (row.5, row.1.clone(), row.0)
}

/// The order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Newest number first.
    Number,
    /// First due first, cases with nothing due last.
    Due,
    /// Last due first, cases with nothing due last.
    LastDue,
}

impl Order {
    /// By its word in an address.
    pub(super) fn of(sort: Option<&str>) -> Order {
        match sort {
            Some("due") => Order::Due,
            Some("-due") => Order::LastDue,
            _ => Order::Number,
        }
    }
    /// What a place in it is sealed for.
    pub(super) fn name(self) -> &'static str {
        match self {
            Order::Number => "cases by number",
            Order::Due => "cases by day",
            Order::LastDue => "cases by last day",
        }
    }
}

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

/// So many cases from a place on, each with its first open term, the way one looks. By number it walks the index on bureau and number, for
/// national hats the one on numbers. By day, national hats walk the index of open terms by day and case, and a bureau's looks at the terms of its
/// own cases; then come cases with nothing due, by their number. Whether there is a bureau is told so that an index can be taken, also in a plan
/// made for any parameter.
pub(super) fn list(
    db: &mut PgConnection, filter: &super::Filter, order: Order, at: Option<&Cursor<Key>>, who: (MembershipId, Option<BureauId>, NaiveDate), most: i64,
) -> Result<Vec<ListRow>, Refused> {
    const FIRST: &str = "select from app.deadline e where e.case_id = c.id and e.done_at is null and e.paused_on is null";
    let back = at.is_some_and(|at| at.back);
    let within = if who.1.is_some() { "c.bureau_id = $8" } else { "$8 is null" };
    let fits = format!(
        "{within} and ($1::text is null or c.state = $1) and ($2::text is null or c.number like '%' || $2 || '%') and (not $3 or c.id in (select case_id from app.case_party p where p.membership_id = $4))",
    );
    let due_fits = "($5::text is null or $5 = 'late' and d.due_on < $6 or $5 = 'week' and d.due_on between $6 and $6 + 7) and ($9::text is null or d.role = $9)";
    let (beyond, way) = if back { (">", "asc") } else { ("<", "desc") };
    let by_number = format!("order by c.number {way}, c.id {way} limit $7");
    let from_number = format!("and (c.number, c.id) {beyond} ($11, $12)");
    let columns = "c.id, c.number, c.state, c.left_state, c.profile";
    if order == Order::Number {
        return rows(db, filter, at, who, most, &format!(
            "select {columns}, d.due_on, d.kind, d.role from app.case_file c \
             left join lateral (select due_on, kind, role from app.deadline t where t.case_id = c.id and t.done_at is null and t.paused_on is null order by due_on, id limit 1) d on true \
             where {fits} and {due_fits} {} {by_number}", if at.is_some() { &from_number } else { "" },
        ));
    }
    let (later, days) = if (order == Order::Due) == back { ("<", "desc") } else { (">", "asc") };
    let first_terms = if who.1.is_some() {
        format!("app.case_file c cross join lateral ({} order by e.due_on, e.id limit 1) d where true", FIRST.replace("select from", "select e.* from"))
    } else {
        format!("app.deadline d join app.case_file c on c.id = d.case_id where d.done_at is null and d.paused_on is null and not exists ({FIRST} and (e.due_on, e.id) < (d.due_on, d.id))")
    };
    let dated = |from: bool| format!(
        "select {columns}, d.due_on, d.kind, d.role from {first_terms} and {fits} and {due_fits} {} \
         order by d.due_on {days}, d.case_id {days} limit $7",
        if from { format!("and (d.due_on, d.case_id) {later} ($10, $12)") } else { String::new() },
    );
    let undated = |from: bool| format!(
        "select {columns}, null::date as due_on, null::text as kind, null::text as role from app.case_file c where {fits} and not exists ({FIRST}) {} {by_number}", if from { &from_number } else { "" },
    );
    // A case with nothing due is not late, and waits for nobody.
    let all_dated = filter.due.is_some() || filter.must_act.is_some();
    let in_dated = at.map(|at| at.key.0.is_some());
    let (first, then) = match (back, in_dated) {
        (false, Some(false)) => (undated(true), None),
        (false, _) => (dated(in_dated.is_some()), Some(undated(false)).filter(|_| !all_dated)),
        (true, Some(false)) => (undated(true), Some(dated(false))),
        (true, _) => (dated(true), None),
    };
    let mut found = rows(db, filter, at, who, most, &first)?;
    let left = most - found.len() as i64;
    if let Some(then) = then.filter(|_| left > 0) {
        found.extend(rows(db, filter, at, who, left, &then)?);
    }
    Ok(found)
}

fn rows(db: &mut PgConnection, filter: &super::Filter, at: Option<&Cursor<Key>>, (hat, bureau, today): (MembershipId, Option<BureauId>, NaiveDate), most: i64, sql: &str) -> Result<Vec<ListRow>, Refused> {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid};
    let key = at.map(|at| &at.key);
    let rows: Vec<ListedRow> = diesel::sql_query(sql)
        .bind::<Nullable<Text>, _>(&filter.state).bind::<Nullable<Text>, _>(&filter.number).bind::<Bool, _>(filter.mine).bind::<SqlUuid, _>(hat).bind::<Nullable<Text>, _>(&filter.due)
        .bind::<Date, _>(today).bind::<BigInt, _>(most).bind::<Nullable<SqlUuid>, _>(bureau).bind::<Nullable<Text>, _>(&filter.must_act)
        .bind::<Nullable<Date>, _>(key.and_then(|key| key.0)).bind::<Nullable<Text>, _>(key.map(|key| &key.1)).bind::<Nullable<SqlUuid>, _>(key.map(|key| key.2)).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.number, row.state, row.left_state, row.profile, row.due_on, row.kind, row.role)).collect())
}

/// A case of a bureau by its number.
pub(super) fn of_number(db: &mut PgConnection, bureau: BureauId, number: &str) -> Result<Option<CaseId>, Refused> {
    Ok(case_file::table.filter(case_file::bureau_id.eq(bureau)).filter(case_file::number.eq(number)).select(case_file::id).first(db).optional()?)
}

/// A case as it is looked at, not locked.
pub(super) fn seen(db: &mut PgConnection, id: CaseId) -> Result<(Found, String, String, i32, i32), Refused> {
    let (row, number, language, deferred, round): (Row, String, String, i32, i32) = case_file::table.find(id)
        .select((Row::as_select(), case_file::number, case_file::language, case_file::deferred_days, case_file::round)).first(db)?;
    Ok((found(row)?, number, language, deferred, round))
}

type HistoryLine = (String, Option<String>, String, String, DateTime<Utc>);

pub(super) fn history(db: &mut PgConnection, case: CaseId) -> Result<Vec<HistoryLine>, Refused> {
    Ok(case_step::table.filter(case_step::case_id.eq(case)).order(case_step::at).select((case_step::step, case_step::from_state, case_step::to_state, case_step::role, case_step::at)).load(db)?)
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

/// What decides what is asked in a place of a case.
#[derive(QueryableByName)]
pub(super) struct VariantRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) profile: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) version: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) child: bool,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) language: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Integer>)]
    pub(super) region: Option<i32>,
}

/// What decides what is asked in a place, for who belongs to it; the function asks who asks.
pub(super) fn variant_of(db: &mut PgConnection, within: CompartmentId) -> Result<Option<VariantRow>, Refused> {
    Ok(diesel::sql_query("select profile, version, child, language, region from sec.variant_of($1)").bind::<diesel::sql_types::Uuid, _>(within).get_result(db).optional()?)
}
