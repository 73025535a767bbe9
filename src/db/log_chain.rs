//! The log's hash chain, recomputed over the stored bytes (`security.md` section 7, I-8): SHA-256 of the previous hash, the
//! sequence, the length and the bytes; the first previous hash is that of the words `lering log`.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer};
use sha2::{Digest, Sha256};

use super::DbError;

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
struct End {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

/// What a check of the whole log found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chain {
    /// Every entry fits; how many there are.
    Whole(i64),
    /// The sequence of the first entry that was changed, moved, removed or put in.
    Broken(i64),
}

/// Entries read at a time.
const PAGE: i32 = 1000;

/// Checks the whole log, as the schema's owner.
///
/// # Errors
/// When the database can't be reached.
pub fn verify(url: &str) -> Result<Chain, DbError> {
    let mut db = PgConnection::establish(url)?;
    diesel::sql_query("set role hr_owner").execute(&mut db)?;
    let (mut head, mut last) = (Sha256::digest(b"lering log").to_vec(), 0_i64);
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
            (head, last) = (expected, line.seq);
        }
    }
    // What was cut off at the end shows at the head, which is kept apart.
    let end: End = diesel::sql_query("select seq, hash from sec.log_end()").get_result(&mut db)?;
    Ok(if end.seq == last && end.hash == head { Chain::Whole(last) } else { Chain::Broken(last + 1) })
}
