//! The SQL of changes of projects: what was asked, who voted, what came of it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::change::{Change, Kind};
use crate::db::schema::app::{membership, project, project_change, project_change_vote, project_listed};
use crate::ids::{MembershipId, PersonId, ProjectChangeId, ProjectId};
use crate::tx::{Refused, exactly_one};

pub(super) fn insert_change(db: &mut PgConnection, id: ProjectChangeId, project: ProjectId, hat: MembershipId, kind: Kind, until: Option<NaiveDate>, reason: Option<&str>) -> Result<(), Refused> {
    diesel::insert_into(project_change::table)
        .values((
            project_change::id.eq(id), project_change::project_id.eq(project), project_change::kind.eq(kind.word()), project_change::until.eq(until), project_change::reason.eq(reason),
            project_change::asked_by.eq(hat),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn insert_change_vote(db: &mut PgConnection, id: ProjectChangeId, hat: MembershipId, agrees: bool) -> Result<(), Refused> {
    diesel::insert_into(project_change_vote::table)
        .values((project_change_vote::change_id.eq(id), project_change_vote::membership_id.eq(hat), project_change_vote::agrees.eq(agrees)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The changes of a project, the newest first.
pub(super) fn changes(db: &mut PgConnection, id: ProjectId, hat: MembershipId) -> Result<Vec<Change>, Refused> {
    type Line = (ProjectChangeId, String, Option<NaiveDate>, Option<String>, String, DateTime<Utc>);
    let rows: Vec<Line> = project_change::table.filter(project_change::project_id.eq(id)).order(project_change::asked_at.desc()).limit(50)
        .select((project_change::id, project_change::kind, project_change::until, project_change::reason, project_change::state, project_change::asked_at)).load(db)?;
    let ids: Vec<ProjectChangeId> = rows.iter().map(|row| row.0).collect();
    let own: Vec<ProjectChangeId> = project_change_vote::table.filter(project_change_vote::change_id.eq_any(&ids)).filter(project_change_vote::membership_id.eq(hat)).select(project_change_vote::change_id).load(db)?;
    rows.into_iter().map(|(id, kind, until, reason, state, asked_at)| Ok(Change { person: None, voted: own.contains(&id), kind: Kind::from_word(&kind)?, id, until, reason, state, asked_at })).collect()
}

/// Whether the person of a hat has voted on a change, in any hat.
pub(super) fn person_voted(db: &mut PgConnection, id: ProjectChangeId, hat: MembershipId) -> Result<bool, Refused> {
    let own: Option<PersonId> = membership::table.find(hat).select(membership::person_id).first(db)?;
    let voters: Vec<Option<PersonId>> = project_change_vote::table.inner_join(membership::table.on(membership::id.eq(project_change_vote::membership_id)))
        .filter(project_change_vote::change_id.eq(id)).select(membership::person_id).load(db)?;
    Ok(own.is_some() && voters.contains(&own))
}

/// How many people voted so on a change.
pub(super) fn change_votes(db: &mut PgConnection, id: ProjectChangeId, agrees: bool) -> Result<usize, Refused> {
    let voters: Vec<Option<PersonId>> = project_change_vote::table.inner_join(membership::table.on(membership::id.eq(project_change_vote::membership_id)))
        .filter(project_change_vote::change_id.eq(id)).filter(project_change_vote::agrees.eq(agrees)).distinct().select(membership::person_id).load(db)?;
    Ok(voters.len())
}

pub(super) fn settle_change(db: &mut PgConnection, id: ProjectChangeId, state: &str, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(project_change::table.find(id)).set((project_change::state.eq(state), project_change::settled_at.eq(Some(now)))).execute(db)?)
}

/// A later last day, for the project and in the public list.
pub(super) fn extend(db: &mut PgConnection, id: ProjectId, until: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(project_listed::table.find(id)).set(project_listed::ends_on.eq(Some(until))).execute(db)?)?;
    exactly_one(diesel::update(project::table.find(id)).set(project::ends_on.eq(Some(until))).execute(db)?)
}
