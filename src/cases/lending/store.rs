//! All SQL of loans. What changes one is a function of the database: no code lends, ends or lets read past it.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, Nullable, Text, Uuid as SqlUuid};

use crate::db::schema::app::{case_party, loan};
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId, PersonId};
use crate::tx::Refused;

/// Somebody who could be lent.
#[derive(QueryableByName)]
pub(super) struct ToLend {
    #[diesel(sql_type = SqlUuid)]
    pub(super) hat: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) person: PersonId,
    #[diesel(sql_type = Binary)]
    pub(super) account_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub(super) bureau: String,
    #[diesel(sql_type = BigInt)]
    pub(super) cases: i64,
    #[diesel(sql_type = Array<SqlUuid>)]
    pub(super) not_to: Vec<BureauId>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) person_mac: Option<Vec<u8>>,
}

pub(super) fn to_lend(db: &mut PgConnection) -> Result<Vec<ToLend>, Refused> {
    Ok(diesel::sql_query("select hat, person, account_sealed, bureau, cases, not_to, person_mac from sec.coordinators_to_lend()").load(db)?)
}

/// Somebody lent.
#[derive(QueryableByName)]
pub(super) struct Lent {
    #[diesel(sql_type = SqlUuid)]
    pub(super) hat: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) person: PersonId,
    #[diesel(sql_type = Binary)]
    pub(super) account_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub(super) bureau: String,
    #[diesel(sql_type = Date)]
    pub(super) until: NaiveDate,
    #[diesel(sql_type = Bool)]
    pub(super) reads: bool,
}

pub(super) fn loans(db: &mut PgConnection) -> Result<Vec<Lent>, Refused> {
    Ok(diesel::sql_query("select hat, person, account_sealed, bureau, until, reads from sec.loans()").load(db)?)
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}
#[derive(QueryableByName)]
struct Hat {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    hat: Option<MembershipId>,
}

pub(super) fn lend(db: &mut PgConnection, new: MembershipId, hat: MembershipId, to: BureauId, until: NaiveDate, account: &[u8]) -> Result<bool, Refused> {
    Ok(diesel::sql_query("select sec.lend($1, $2, $3, $4, $5) as yes").bind::<SqlUuid, _>(new).bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(to).bind::<Date, _>(until).bind::<Binary, _>(account)
        .get_result::<Yes>(db)?.yes)
}

/// That the hat lent is of the person, under the installation key.
pub(super) fn bind_person(db: &mut PgConnection, hat: MembershipId, mac: &[u8]) -> Result<(), Refused> {
    diesel::sql_query("select sec.bind_person($1, $2)").bind::<SqlUuid, _>(hat).bind::<Binary, _>(mac).execute(db)?;
    Ok(())
}

/// Ends a loan; gives the hat the person wears at home, none where it is not the caller's to end.
pub(super) fn end_loan(db: &mut PgConnection, hat: MembershipId) -> Result<Option<MembershipId>, Refused> {
    Ok(diesel::sql_query("select sec.end_loan($1) as hat").bind::<SqlUuid, _>(hat).get_result::<Hat>(db)?.hat)
}

/// A loan that ended by itself.
#[derive(QueryableByName)]
pub(super) struct Ended {
    #[diesel(sql_type = SqlUuid)]
    pub(super) hat: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) home: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) bureau: BureauId,
}

pub(super) fn end_due(db: &mut PgConnection) -> Result<Vec<Ended>, Refused> {
    Ok(diesel::sql_query("select hat, home, bureau from sec.end_due_loans()").load(db)?)
}

pub(super) fn take_on(db: &mut PgConnection, case: CaseId) -> Result<String, Refused> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Text)]
        answer: String,
    }
    Ok(diesel::sql_query("select sec.take_on($1) as answer").bind::<SqlUuid, _>(case).get_result::<Answer>(db)?.answer)
}

#[derive(QueryableByName)]
struct Room {
    #[diesel(sql_type = SqlUuid)]
    room: CompartmentId,
}

/// Lets in; gives the rooms that are open to them since.
pub(super) fn let_read(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<Vec<CompartmentId>, Refused> {
    let rows: Vec<Room> = diesel::sql_query("select r as room from sec.let_read($1, $2) r").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).load(db)?;
    Ok(rows.into_iter().map(|row| row.room).collect())
}

/// Those lent who take part in a case.
pub(super) fn lent_parties(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    Ok(loan::table.inner_join(case_party::table.on(case_party::membership_id.eq(loan::membership_id))).filter(case_party::case_id.eq(case)).filter(loan::ended_at.is_null())
        .filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now))).select(loan::membership_id).load(db)?)
}

pub(super) fn until(db: &mut PgConnection, hats: Vec<MembershipId>) -> Result<Vec<(MembershipId, NaiveDate)>, Refused> {
    Ok(loan::table.filter(loan::membership_id.eq_any(hats)).filter(loan::ended_at.is_null()).select((loan::membership_id, loan::until)).load(db)?)
}

/// The last day of the hat worn, where it is lent, and the compartments of a case that do not open to it.
pub(super) fn own(db: &mut PgConnection, case: CaseId) -> Result<Option<(NaiveDate, Vec<CompartmentId>)>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Date)]
        until: NaiveDate,
        #[diesel(sql_type = Array<SqlUuid>)]
        closed: Vec<CompartmentId>,
    }
    let row: Option<Row> = diesel::sql_query(
        "select l.until, array(select c.id from app.compartment c where c.case_id = $1 and c.kind in ('case', 'coding', 'panel', 'report') and c.id not in (select sec.my_open_compartments())) as closed from app.loan l \
         where l.membership_id = (select sec.hat()) and l.ended_at is null",
    ).bind::<SqlUuid, _>(case).get_result(db).optional()?;
    Ok(row.map(|row| (row.until, row.closed)))
}

/// Whether nobody coordinates a case of the caller's own bureau.
pub(super) fn may_take_on(db: &mut PgConnection, case: CaseId) -> Result<bool, Refused> {
    Ok(diesel::sql_query(
        "select exists (select from app.case_file c where c.id = $1 and c.bureau_id = (select sec.bureau()) and c.state <> 'merged') \
           and not exists (select from app.case_party p join app.membership m on m.id = p.membership_id where p.case_id = $1 and p.role = 'CO' and (p.until is null or p.until > now()) \
             and m.state = 'active' and (m.until is null or m.until > now())) as yes",
    ).bind::<SqlUuid, _>(case).get_result::<Yes>(db)?.yes)
}

/// Those who belong to rooms of a case and wait until somebody hands them the key, as far as the caller sees.
pub(super) fn awaiting(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    use crate::db::schema::app::{compartment, compartment_member};
    Ok(compartment_member::table.inner_join(compartment::table.on(compartment::id.eq(compartment_member::compartment_id))).filter(compartment::case_id.eq(case)).filter(compartment_member::awaits)
        .filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now))).select(compartment_member::membership_id).distinct().load(db)?)
}

/// Those of some lent, or who wait, whom the caller may let read in a case, with the kinds of rooms that open to them by it.
pub(super) fn to_let_in(db: &mut PgConnection, case: CaseId, lent: &[MembershipId]) -> Result<Vec<(MembershipId, Vec<String>)>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: String,
    }
    let mut found = vec![];
    for hat in lent {
        let rooms: Vec<Row> = diesel::sql_query("select c.kind from sec.openable($1, $2) o join app.compartment c on c.id = o order by c.kind").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(*hat).load(db)?;
        if !rooms.is_empty() {
            found.push((*hat, rooms.into_iter().map(|row| row.kind).collect()));
        }
    }
    Ok(found)
}

/// The rooms of those to whom some of a case are closed (`sec.keys_so_far`): hat, kind, whether it is closed.
pub(super) fn keys_so_far(db: &mut PgConnection, case: CaseId) -> Result<Vec<(MembershipId, String, bool)>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        hat: MembershipId,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Bool)]
        closed: bool,
    }
    let rows: Vec<Row> = diesel::sql_query("select hat, kind, closed from sec.keys_so_far($1)").bind::<SqlUuid, _>(case).load(db)?;
    Ok(rows.into_iter().map(|row| (row.hat, row.kind, row.closed)).collect())
}
