//! The log's hash chain, recomputed over the stored bytes (`security.md` section 7, I-8): SHA-256 of the previous hash, the
//! sequence, the length and the bytes; the first previous hash is that of the words `lering log`. After five years entries go from the
//! start: where the chain begins then, an entry of the chain itself must say.

use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::DbError;
use crate::anchors::Anchor;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Binary)]
    stored: Vec<u8>,
    #[diesel(sql_type = Binary)]
    previous: Vec<u8>,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = Bool)]
    columns_agree: bool,
}

#[derive(QueryableByName)]
pub(super) struct End {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(sql_type = Binary)]
    pub(super) hash: Vec<u8>,
}

/// What the entry says that tells where the chain begins.
#[derive(Deserialize)]
struct Trimmed {
    action: String,
    until: i64,
    of: String,
}

impl Trimmed {
    fn says(stored: &[u8], start: &End) -> bool {
        let hash = HEXLOWER.encode(&start.hash);
        serde_json::from_slice::<Trimmed>(stored).is_ok_and(|told| told.action == "log.trim" && told.until == start.seq && told.of == hash)
    }
}

/// What a check of the whole log found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chain {
    /// Every entry fits; the sequence of the last.
    Whole(i64),
    /// The sequence of the first entry that was changed, moved, removed or put in.
    Broken(i64),
}

/// Entries read at a time.
const PAGE: i32 = 1000;

/// Checks the whole log, as the schema's owner, and against anchors in order of their sequence: one that is contradicted says that
/// something after the last that holds was rewritten, with all that follows it.
///
/// # Errors
/// When the database can't be reached.
pub fn verify(url: &str, anchors: &[Anchor]) -> Result<Chain, DbError> {
    let mut db = PgConnection::establish(url)?;
    diesel::sql_query("set role hr_owner").execute(&mut db)?;
    let start: End = diesel::sql_query("select seq, hash from sec.log_begin()").get_result(&mut db)?;
    let mut told = start.seq == 0 && start.hash == Sha256::digest(b"lering log").to_vec();
    let (mut head, mut last) = (start.hash.clone(), start.seq);
    let mut anchors = anchors.iter().filter(|anchor| anchor.seq > start.seq).peekable();
    let mut held = start.seq;
    loop {
        let page: Vec<Line> = diesel::sql_query("select seq, stored, previous, hash, coalesce(columns_agree, false) as columns_agree from sec.log_page($1, $2)")
            .bind::<BigInt, _>(last).bind::<Integer, _>(PAGE).load(&mut db)?;
        if page.is_empty() {
            break;
        }
        for line in page {
            let length = i64::try_from(line.stored.len()).unwrap_or(i64::MAX);
            let expected = Sha256::new().chain_update(&head).chain_update(line.seq.to_be_bytes()).chain_update(length.to_be_bytes()).chain_update(&line.stored).finalize().to_vec();
            if line.seq != last + 1 || line.previous != head || line.hash != expected || !line.columns_agree {
                return Ok(Chain::Broken(last + 1));
            }
            told = told || Trimmed::says(&line.stored, &start);
            while let Some(anchor) = anchors.next_if(|anchor| anchor.seq == line.seq) {
                if anchor.hash != expected {
                    return Ok(Chain::Broken(held + 1));
                }
                held = anchor.seq;
            }
            (head, last) = (expected, line.seq);
        }
    }
    // Nothing in the chain says that what came before its start went for its age.
    if !told {
        return Ok(Chain::Broken(start.seq + 1));
    }
    // An anchor beyond the end: what it saw was cut off, and the head set back.
    if anchors.peek().is_some() {
        return Ok(Chain::Broken(last + 1));
    }
    // What was cut off at the end shows at the head, which is kept apart.
    let end: End = diesel::sql_query("select seq, hash from sec.log_end()").get_result(&mut db)?;
    Ok(if end.seq == last && end.hash == head { Chain::Whole(last) } else { Chain::Broken(last + 1) })
}
