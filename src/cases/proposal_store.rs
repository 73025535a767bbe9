//! All SQL of proposals: what the national coordination signs beside a state (ruling 26).

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::app::{case_file, proposal};
use crate::ids::{CaseId, ItemId, MembershipId, ProposalId};
use crate::tx::{Refused, exactly_one};

/// Kinds of proposals signed since the case came into its state.
pub(super) fn signed(db: &mut PgConnection, case: CaseId, since: DateTime<Utc>) -> Result<Vec<String>, Refused> {
    Ok(proposal::table.filter(proposal::case_id.eq(case)).filter(proposal::state.eq("signed")).filter(proposal::settled_at.ge(since)).select(proposal::kind).load(db)?)
}

pub(super) fn insert_proposal(db: &mut PgConnection, id: ProposalId, case: CaseId, kind: &str, by: MembershipId, words: ItemId) -> Result<(), Refused> {
    diesel::insert_into(proposal::table)
        .values((proposal::id.eq(id), proposal::case_id.eq(case), proposal::kind.eq(kind), proposal::by_membership_id.eq(by), proposal::words_item_id.eq(Some(words))))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn open_proposals(db: &mut PgConnection) -> Result<Vec<super::Proposal>, Refused> {
    let rows: Vec<(ProposalId, CaseId, String, String, String, Option<ItemId>)> = proposal::table.inner_join(case_file::table)
        .filter(proposal::state.eq("open")).order(proposal::made_at)
        .select((proposal::id, proposal::case_id, case_file::number, proposal::kind, proposal::state, proposal::words_item_id)).limit(200).load(db)?;
    Ok(rows.into_iter().map(|(id, case, case_number, kind, state, words)| super::Proposal { id, case, case_number, kind, state, words }).collect())
}

pub(super) fn settle_proposal(db: &mut PgConnection, id: ProposalId, state: &str, by: Option<MembershipId>, at: DateTime<Utc>) -> Result<(CaseId, MembershipId), Refused> {
    let found: (CaseId, MembershipId) = proposal::table.find(id).filter(proposal::state.eq("open")).select((proposal::case_id, proposal::by_membership_id)).for_update().first(db)?;
    exactly_one(diesel::update(proposal::table.find(id)).set((proposal::state.eq(state), proposal::signed_by_id.eq(by), proposal::settled_at.eq(Some(at)))).execute(db)?)?;
    Ok(found)
}

/// An open proposal: of which case, what, its words.
pub(super) fn open_proposal(db: &mut PgConnection, id: ProposalId) -> Result<(CaseId, String, Option<ItemId>), Refused> {
    Ok(proposal::table.find(id).filter(proposal::state.eq("open")).select((proposal::case_id, proposal::kind, proposal::words_item_id)).first(db)?)
}

type Line = (ProposalId, String, String, MembershipId, DateTime<Utc>, Option<DateTime<Utc>>, Option<MembershipId>);

/// What was proposed in a case, latest first.
pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Line>, Refused> {
    Ok(proposal::table.filter(proposal::case_id.eq(case)).order(proposal::made_at.desc())
        .select((proposal::id, proposal::kind, proposal::state, proposal::by_membership_id, proposal::made_at, proposal::settled_at.nullable(), proposal::signed_by_id.nullable())).load(db)?)
}
