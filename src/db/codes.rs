//! How often codes stand in records, for the command line and the start: counts, by codebook.

use std::collections::BTreeMap;

use codebook::Used;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::DbError;

/// What is in use, by the codebook it stands under.
///
/// # Errors
/// When the database refuses.
pub fn in_use(url: &str) -> Result<BTreeMap<String, Used>, DbError> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        codebook: String,
        #[diesel(sql_type = Text)]
        variable: String,
        #[diesel(sql_type = Nullable<BigInt>)]
        code: Option<i64>,
        #[diesel(sql_type = BigInt)]
        times: i64,
    }
    let lines: Vec<Line> = diesel::sql_query("select * from sec.codes_in_use()").load(&mut super::bootstrap::owner(url)?)?;
    let mut found: BTreeMap<String, Used> = BTreeMap::new();
    for line in lines {
        found.entry(line.codebook).or_default().count(&line.variable, line.code, u64::try_from(line.times).unwrap_or(0));
    }
    Ok(found)
}

/// The codebooks codes stand under.
///
/// # Errors
/// When the database refuses.
pub fn codebooks(url: &str) -> Result<Vec<String>, DbError> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        codebook: String,
    }
    let lines: Vec<Line> = diesel::sql_query("select codebook from sec.codebooks_in_use() as codebook").load(&mut super::bootstrap::owner(url)?)?;
    Ok(lines.into_iter().map(|line| line.codebook).collect())
}
