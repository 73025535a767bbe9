//! All SQL of the name check's hashes.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::app::name_token;
use crate::ids::CaseId;
use crate::tx::Refused;

pub(super) fn insert(db: &mut PgConnection, case: CaseId, hash: &[u8], reason: &str) -> Result<(), Refused> {
    diesel::insert_into(name_token::table)
        .values((name_token::case_id.eq(case), name_token::hash.eq(hash), name_token::reason.eq(reason)))
        .on_conflict_do_nothing().execute(db)?;
    Ok(())
}

pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<BTreeMap<Vec<u8>, String>, Refused> {
    let rows: Vec<(Vec<u8>, String)> = name_token::table.filter(name_token::case_id.eq(case)).select((name_token::hash, name_token::reason)).load(db)?;
    Ok(rows.into_iter().collect())
}

/// Takes a hash back, whatever it was placed for.
pub(super) fn delete(db: &mut PgConnection, case: CaseId, hash: &[u8]) -> Result<(), Refused> {
    diesel::delete(name_token::table.filter(name_token::case_id.eq(case)).filter(name_token::hash.eq(hash))).execute(db)?;
    Ok(())
}
