//! The SQL of output checks: what waits, what checkers found, what came of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::output::Request;
use crate::db::schema::app::{membership, output_check, output_request, project, released_table};
use crate::ids::{BureauId, MembershipId, OutputRequestId, PersonId, ProjectId, SnapshotId};
use crate::tx::{Refused, exactly_one};

/// A table to be checked.
pub(super) struct NewRequest {
    pub(super) id: OutputRequestId,
    pub(super) project: Option<ProjectId>,
    pub(super) snapshot: SnapshotId,
    pub(super) question: String,
    pub(super) outcome: String,
    pub(super) second: Option<String>,
    pub(super) purpose: &'static str,
    pub(super) reason: String,
}

pub(super) fn insert_request(db: &mut PgConnection, register: Option<BureauId>, hat: MembershipId, new: &NewRequest) -> Result<(), Refused> {
    let inserted = diesel::insert_into(output_request::table)
        .values((
            output_request::id.eq(new.id), output_request::bureau_id.eq(register.map(|id| id.uuid())), output_request::project_id.eq(new.project.map(|id| id.uuid())), output_request::snapshot_id.eq(new.snapshot),
            output_request::question_id.eq(&new.question), output_request::outcome.eq(&new.outcome), output_request::second.eq(&new.second), output_request::purpose.eq(new.purpose),
            output_request::reason.eq(&new.reason), output_request::requested_by.eq(Some(hat.uuid())),
        ))
        .on_conflict_do_nothing().execute(db)?;
    if inserted == 1 { Ok(()) } else { Err(Refused::Rule("already-there")) }
}

/// The newest requests with what was found so far, or the one named.
pub(super) fn requests(db: &mut PgConnection, hat: MembershipId, only: Option<OutputRequestId>) -> Result<Vec<Request>, Refused> {
    type Line = (OutputRequestId, SnapshotId, Option<String>, String, Option<String>, String, String, String, DateTime<Utc>, Option<String>, Option<uuid::Uuid>, String);
    let mut query = output_request::table.left_join(project::table.on(output_request::project_id.eq(project::id.nullable())))
        .order((output_request::state.ne("open"), output_request::requested_at.desc())).limit(200)
        .select((
            output_request::id, output_request::snapshot_id, project::number.nullable(), output_request::outcome, output_request::second, output_request::purpose, output_request::reason,
            output_request::state, output_request::requested_at, output_request::refused_for, output_request::project_id, output_request::question_id,
        )).into_boxed();
    if let Some(id) = only {
        query = query.filter(output_request::id.eq(id));
    }
    let rows: Vec<Line> = query.load(db)?;
    let ids: Vec<OutputRequestId> = rows.iter().map(|row| row.0).collect();
    let checks: Vec<(OutputRequestId, MembershipId, String)> = output_check::table.filter(output_check::request_id.eq_any(&ids))
        .select((output_check::request_id, output_check::membership_id, output_check::verdict)).load(db)?;
    // What was to leave beyond the budget and has left by another request meanwhile waits for nothing.
    let beyond: Vec<&String> = rows.iter().filter(|row| row.7 == "open" && row.5 == "beyond_budget").map(|row| &row.11).collect();
    let left: Vec<(SnapshotId, String)> = released_table::table.filter(released_table::question_id.eq_any(beyond)).select((released_table::snapshot_id, released_table::question_id)).load(db)?;
    Ok(rows.into_iter().map(|(id, snapshot, project, outcome, second, purpose, reason, state, requested_at, refused_for, project_id, table)| {
        let overtaken = state == "open" && purpose == "beyond_budget" && left.iter().any(|(of, known)| *of == snapshot && *known == table);
        let state = if overtaken { "overtaken".to_owned() } else { state };
        let of = || checks.iter().filter(|check| check.0 == id);
        let agreed = i64::try_from(of().filter(|check| check.2 == "release").count()).unwrap_or(0);
        Request { id, snapshot, table, project, outcome, second, purpose, reason, state, requested_at, agreed, checked: of().any(|check| check.1 == hat), adds: None, refused_for, project_id: project_id.map(Into::into) }
    }).collect())
}

/// What was to be published of a snapshot: each table, and what came of it.
pub(super) fn publications(db: &mut PgConnection, snapshot: SnapshotId) -> Result<Vec<(String, String)>, Refused> {
    Ok(output_request::table.filter(output_request::snapshot_id.eq(snapshot)).filter(output_request::purpose.eq("publication"))
        .select((output_request::question_id, output_request::state)).load(db)?)
}

/// The tables of a snapshot that everybody may see.
pub(super) fn public_tables(db: &mut PgConnection, snapshot: SnapshotId) -> Result<Vec<String>, Refused> {
    Ok(released_table::table.filter(released_table::snapshot_id.eq(snapshot)).filter(released_table::public_at.is_not_null()).select(released_table::question_id).load(db)?)
}

/// Whether the person of a hat has checked a request in another hat, or asked for it.
pub(super) fn person_checked(db: &mut PgConnection, id: OutputRequestId, hat: MembershipId) -> Result<bool, Refused> {
    let own: Option<PersonId> = membership::table.find(hat).select(membership::person_id).first(db)?;
    let mut hats: Vec<MembershipId> = output_check::table.filter(output_check::request_id.eq(id)).select(output_check::membership_id).load(db)?;
    let asked: Option<MembershipId> = output_request::table.find(id).select(output_request::requested_by).first(db)?;
    hats.extend(asked);
    let persons: Vec<Option<PersonId>> = membership::table.filter(membership::id.eq_any(&hats)).select(membership::person_id).load(db)?;
    Ok(own.is_some() && persons.contains(&own))
}

pub(super) fn insert_check(db: &mut PgConnection, id: OutputRequestId, hat: MembershipId, release: bool, finding: &str) -> Result<(), Refused> {
    diesel::insert_into(output_check::table)
        .values((output_check::request_id.eq(id), output_check::membership_id.eq(hat), output_check::verdict.eq(if release { "release" } else { "refuse" }), output_check::reason.eq(finding)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Ends a request; a refused one with who or what refused it.
pub(super) fn settle_request(db: &mut PgConnection, id: OutputRequestId, state: &str, refused_for: Option<&str>) -> Result<(), Refused> {
    exactly_one(diesel::update(output_request::table.find(id)).set((output_request::state.eq(state), output_request::refused_for.eq(refused_for))).execute(db)?)
}

/// The snapshot a request is about: what is held before anything is decided.
pub(super) fn snapshot_of_request(db: &mut PgConnection, id: OutputRequestId) -> Result<SnapshotId, Refused> {
    Ok(output_request::table.find(id).select(output_request::snapshot_id).first(db)?)
}

pub(super) fn make_public(db: &mut PgConnection, snapshot: SnapshotId, question: &str, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(released_table::table.filter(released_table::snapshot_id.eq(snapshot)).filter(released_table::question_id.eq(question)))
        .set(released_table::public_at.eq(Some(now))).execute(db)?)
}
