//! All SQL of removals. Confirming and refusing are functions of the database: no code decides for one person alone.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};

use super::Removal;
use crate::db::schema::app::{membership, relative, removal};
use crate::ids::{BureauId, CaseId, MembershipId, RelativeId, RemovalId};
use crate::tx::{Refused, exactly_one};

/// A removal to be proposed.
pub(super) struct New<'a> {
    pub(super) id: RemovalId,
    pub(super) case: CaseId,
    pub(super) bureau: BureauId,
    pub(super) subject: &'a str,
    pub(super) relative: Option<RelativeId>,
    pub(super) reason: &'a str,
    pub(super) by: MembershipId,
}

pub(super) fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<(), Refused> {
    diesel::insert_into(removal::table)
        .values((
            removal::id.eq(new.id), removal::case_id.eq(new.case), removal::bureau_id.eq(new.bureau), removal::subject.eq(new.subject),
            removal::relative_id.eq(new.relative), removal::reason.eq(new.reason), removal::by_membership_id.eq(new.by),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

type Row = (RemovalId, String, Option<RelativeId>, String, String, DateTime<Utc>, Option<DateTime<Utc>>);

fn removal_of((id, subject, relative, reason, state, made_at, done_at): Row) -> Removal {
    let reference = id.to_string().chars().take(8).collect::<String>().to_uppercase();
    Removal { id, reference, subject, relative, reason, state, made_at, done_at }
}

macro_rules! columns {
    () => {
        (removal::id, removal::subject, removal::relative_id.nullable(), removal::reason, removal::state, removal::made_at, removal::done_at.nullable())
    };
}

pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Removal>, Refused> {
    let rows: Vec<Row> = removal::table.filter(removal::case_id.eq(case)).order(removal::made_at.desc()).select(columns!()).limit(200).load(db)?;
    Ok(rows.into_iter().map(removal_of).collect())
}

/// Those of the officer's bureau: the policy shows no others.
pub(super) fn of_bureau(db: &mut PgConnection) -> Result<Vec<Removal>, Refused> {
    let rows: Vec<Row> = removal::table.order((removal::state.eq_any(["open", "first"]).desc(), removal::made_at.desc())).select(columns!()).limit(200).load(db)?;
    Ok(rows.into_iter().map(removal_of).collect())
}

pub(super) fn found(db: &mut PgConnection, case: CaseId, id: RemovalId) -> Result<Removal, Refused> {
    let row: Row = removal::table.find(id).filter(removal::case_id.eq(case)).for_update().select(columns!()).first(db)?;
    Ok(removal_of(row))
}

pub(super) fn proposer(db: &mut PgConnection, id: RemovalId) -> Result<(MembershipId, CaseId), Refused> {
    Ok(removal::table.find(id).select((removal::by_membership_id, removal::case_id)).first(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: RemovalId, state: &str, at: DateTime<Utc>) -> Result<(), Refused> {
    let row = removal::table.find(id);
    exactly_one(if state == "done" { diesel::update(row).set((removal::state.eq(state), removal::done_at.eq(Some(at)))).execute(db)? } else { diesel::update(row).set((removal::state.eq(state), removal::settled_at.eq(Some(at)))).execute(db)? })
}

/// Whether the caller is the named contact of a relative of a case, and their place is open.
pub(super) fn is_contact(db: &mut PgConnection, id: RelativeId, case: CaseId) -> Result<bool, Refused> {
    let found: i64 = relative::table.find(id).filter(relative::case_id.eq(case)).filter(relative::state.ne("ended")).count().get_result(db)?;
    Ok(found == 1)
}

/// The officers of a bureau.
pub(super) fn officers(db: &mut PgConnection, bureau: BureauId) -> Result<Vec<MembershipId>, Refused> {
    Ok(membership::table.filter(membership::bureau_id.eq(Some(bureau.uuid()))).filter(membership::role.eq("RP")).filter(membership::state.eq("active")).select(membership::id).load(db)?)
}

/// An officer's word; what came of it, by the function's word.
pub(super) fn confirm(db: &mut PgConnection, id: RemovalId, ground: &str) -> Result<String, Refused> {
    #[derive(QueryableByName)]
    struct Came {
        #[diesel(sql_type = Text)]
        came: String,
    }
    Ok(diesel::sql_query("select sec.confirm_removal($1, $2) as came").bind::<SqlUuid, _>(id).bind::<Text, _>(ground).get_result::<Came>(db)?.came)
}

pub(super) fn refuse(db: &mut PgConnection, id: RemovalId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Bool)]
        done: bool,
    }
    Ok(diesel::sql_query("select sec.refuse_removal($1) as done").bind::<SqlUuid, _>(id).get_result::<Done>(db)?.done)
}
