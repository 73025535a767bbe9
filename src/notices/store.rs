//! All SQL of notices.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::schema::app::{case_file, notice};
use crate::ids::{BureauId, CaseId, MembershipId, NoticeId, PersonId};
use crate::tx::{Refused, exactly_one};

/// A notice to be written.
pub(super) struct New<'a> {
    pub(super) bureau: Option<BureauId>,
    pub(super) to: MembershipId,
    pub(super) kind: &'a str,
    pub(super) urgent: bool,
    pub(super) case: Option<CaseId>,
    pub(super) subject: Option<Uuid>,
}

pub(super) fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<(), Refused> {
    diesel::insert_into(notice::table)
        .values((
            notice::id.eq(NoticeId::new()), notice::bureau_id.eq(new.bureau), notice::membership_id.eq(new.to), notice::kind.eq(new.kind), notice::urgent.eq(new.urgent),
            notice::case_id.eq(new.case.map(|case| case.uuid())), notice::subject_id.eq(new.subject),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn mine(db: &mut PgConnection, hat: MembershipId, at_most: i64) -> Result<Vec<super::Mine>, Refused> {
    type Row = (NoticeId, String, Option<Uuid>, Option<String>, DateTime<Utc>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = notice::table.left_join(case_file::table.on(case_file::id.nullable().eq(notice::case_id))).filter(notice::membership_id.eq(hat))
        .order((notice::created_at.desc(), notice::id)).limit(at_most)
        .select((notice::id, notice::kind, notice::case_id, case_file::number.nullable(), notice::created_at, notice::read_at)).load(db)?;
    Ok(rows.into_iter().map(|(id, kind, case, number, at, read)| super::Mine { id, kind, case: case.map(CaseId::from), number, at, read: read.is_some() }).collect())
}

/// Marks some of the hat's notices as read, or all of them; returns how many were unread.
pub(super) fn mark_read(db: &mut PgConnection, hat: MembershipId, these: Option<&[NoticeId]>, at: DateTime<Utc>) -> Result<usize, Refused> {
    let unread = notice::table.filter(notice::membership_id.eq(hat)).filter(notice::read_at.is_null());
    Ok(match these {
        Some(ids) => diesel::update(unread.filter(notice::id.eq_any(ids))).set(notice::read_at.eq(Some(at))).execute(db)?,
        None => diesel::update(unread).set(notice::read_at.eq(Some(at))).execute(db)?,
    })
}

/// Whether all of these notices are the hat's.
pub(super) fn are_mine(db: &mut PgConnection, hat: MembershipId, ids: &[NoticeId]) -> Result<bool, Refused> {
    let found: Vec<NoticeId> = notice::table.filter(notice::id.eq_any(ids)).filter(notice::membership_id.eq(hat)).select(notice::id).load(db)?;
    Ok(ids.iter().all(|id| found.contains(id)))
}

/// Whose released or placed words others opened since owners were told last; once a day, and to the worker only.
pub(super) fn read_by_others(db: &mut PgConnection) -> Result<Vec<(MembershipId, Option<BureauId>)>, Refused> {
    #[derive(QueryableByName)]
    struct Owner {
        #[diesel(sql_type = SqlUuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = Nullable<SqlUuid>)]
        bureau_id: Option<BureauId>,
    }
    let rows: Vec<Owner> = diesel::sql_query("select membership_id, bureau_id from sec.read_by_others()").load(db)?;
    Ok(rows.into_iter().map(|row| (row.membership_id, row.bureau_id)).collect())
}

/// Somebody with notices that may go out, claimed until this transaction ends.
pub(super) struct Claimed {
    pub(super) hat: MembershipId,
    pub(super) of_relatives: bool,
    pub(super) person: Option<PersonId>,
    pub(super) account: Option<Vec<u8>>,
    pub(super) language: String,
    pub(super) delivery: Option<Vec<u8>>,
    pub(super) zone: chrono_tz::Tz,
    pub(super) calendar: String,
    pub(super) phone: String,
    pub(super) practice: bool,
    /// Notices with the attempts made so far.
    pub(super) notices: Vec<(NoticeId, i32)>,
}

#[derive(QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = SqlUuid)]
    membership_id: MembershipId,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    person_id: Option<PersonId>,
    #[diesel(sql_type = Nullable<Binary>)]
    account_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    delivery: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    zone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    calendar: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    practice: Option<bool>,
    #[diesel(sql_type = Array<SqlUuid>)]
    ids: Vec<NoticeId>,
    #[diesel(sql_type = Array<Integer>)]
    attempts: Vec<i32>,
}

/// People with something that may go now: the urgent at once, the rest once in twenty hours. Rows another server holds are left.
pub(super) fn claim(db: &mut PgConnection, now: DateTime<Utc>, people: i64) -> Result<Vec<Claimed>, Refused> {
    let rows: Vec<ClaimedRow> = diesel::sql_query(
        "with due as (select distinct n.membership_id from app.notice n where n.state = 'waiting' and n.next_at <= $1 \
             and (n.urgent or not exists (select from app.notice s where s.membership_id = n.membership_id and s.sent_at > $1 - interval '20 hours')) limit $2), \
         mine as (select n.id, n.membership_id, n.attempts from app.notice n where n.membership_id in (select membership_id from due) and n.state = 'waiting' and n.next_at <= $1 \
             for update skip locked), \
         grouped as (select membership_id, array_agg(id order by id) as ids, array_agg(attempts order by id) as attempts from mine group by membership_id) \
         select g.membership_id, m.role, m.person_id, p.account_sealed, p.language, d.sealed as delivery, b.zone, b.calendar, b.phone, b.practice, g.ids, g.attempts \
         from grouped g join app.membership m on m.id = g.membership_id left join app.person p on p.id = m.person_id left join app.bureau b on b.id = m.bureau_id \
         left join app.delivery d on d.membership_id = g.membership_id",
    )
    .bind::<Timestamptz, _>(now).bind::<BigInt, _>(people).load(db)?;
    Ok(rows.into_iter().map(|row| Claimed {
        hat: row.membership_id, of_relatives: matches!(row.role.as_str(), "RE" | "SU"), person: row.person_id, account: row.account_sealed,
        language: row.language.unwrap_or_default(), delivery: row.delivery, zone: row.zone.and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::Europe::Amsterdam),
        calendar: row.calendar.unwrap_or_else(|| "nl".into()), phone: row.phone.unwrap_or_default(), practice: row.practice.unwrap_or(false),
        notices: row.ids.into_iter().zip(row.attempts).collect(),
    }).collect())
}

/// They are on their way; killed meanwhile, they are offered again after five minutes.
pub(super) fn taken(db: &mut PgConnection, ids: &[NoticeId], now: DateTime<Utc>) -> Result<(), Refused> {
    put_off(db, ids, now + chrono::Duration::minutes(5))
}

pub(super) fn put_off(db: &mut PgConnection, ids: &[NoticeId], then: DateTime<Utc>) -> Result<(), Refused> {
    diesel::update(notice::table.filter(notice::id.eq_any(ids))).set(notice::next_at.eq(then)).execute(db)?;
    Ok(())
}

pub(super) fn set_state(db: &mut PgConnection, ids: &[NoticeId], state: &str) -> Result<(), Refused> {
    diesel::update(notice::table.filter(notice::id.eq_any(ids))).set(notice::state.eq(state)).execute(db)?;
    Ok(())
}

pub(super) fn sent(db: &mut PgConnection, ids: &[NoticeId], at: DateTime<Utc>) -> Result<(), Refused> {
    diesel::update(notice::table.filter(notice::id.eq_any(ids)))
        .set((notice::state.eq("sent"), notice::sent_at.eq(Some(at)), notice::attempts.eq(notice::attempts + 1), notice::last_error.eq(""))).execute(db)?;
    Ok(())
}

pub(super) fn not_sent(db: &mut PgConnection, ids: &[NoticeId], given_up: bool, then: DateTime<Utc>, why: &str) -> Result<(), Refused> {
    diesel::update(notice::table.filter(notice::id.eq_any(ids)))
        .set((notice::state.eq(if given_up { "failed" } else { "waiting" }), notice::next_at.eq(then), notice::attempts.eq(notice::attempts + 1), notice::last_error.eq(why)))
        .execute(db)?;
    Ok(())
}

/// The named contact of the relative a hat belongs to.
pub(super) fn contact_of(db: &mut PgConnection, hat: MembershipId) -> Result<Option<(MembershipId, BureauId, CaseId, Uuid)>, Refused> {
    use crate::db::schema::app::{case_file, compartment_member, relative};
    Ok(relative::table.inner_join(case_file::table).inner_join(compartment_member::table.on(compartment_member::compartment_id.eq(relative::compartment_id)))
        .filter(compartment_member::membership_id.eq(hat)).filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now)))
        .select((relative::contact_id, case_file::bureau_id, relative::case_id, relative::id)).first(db).optional()?)
}

pub(super) fn outbox(db: &mut PgConnection) -> Result<Vec<super::Waiting>, Refused> {
    use crate::db::schema::app::membership;
    type Row = (NoticeId, String, String, i32, DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>, String);
    let rows: Vec<Row> = notice::table.inner_join(membership::table)
        .order((notice::state.eq_any(["failed", "held"]).desc(), notice::created_at.desc())).limit(100)
        .select((notice::id, membership::role, notice::state, notice::attempts, notice::created_at, notice::next_at, notice::sent_at, notice::last_error)).load(db)?;
    Ok(rows.into_iter().map(|(id, role, state, attempts, at, next, sent, why)| super::Waiting { id, role, state, attempts, at, then: sent.unwrap_or(next), why }).collect())
}

pub(super) fn state_of(db: &mut PgConnection, id: NoticeId) -> Result<String, Refused> {
    Ok(notice::table.find(id).select(notice::state).first(db)?)
}

pub(super) fn offer(db: &mut PgConnection, id: NoticeId, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(notice::table.find(id)).set((notice::state.eq("waiting"), notice::next_at.eq(now), notice::attempts.eq(0))).execute(db)?)
}
