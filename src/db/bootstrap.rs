//! The definer functions of the command line: a bureau with its first administrator, another administrator, a national hat.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Text, Timestamptz, Uuid as SqlUuid};

use super::DbError;
use crate::ids::{BureauId, InvitationId, MembershipId};

/// An invitation code as the database keeps it.
pub struct Code {
    /// The hat it is for.
    pub hat: MembershipId,
    /// Keyed hash.
    pub hash: Vec<u8>,
    /// That it is for that hat, under the installation key.
    pub hat_mac: Vec<u8>,
    /// Salt of the key pair it yields.
    pub salt: [u8; 16],
    /// Public half of that pair.
    pub public: Vec<u8>,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

pub(super) fn owner(url: &str) -> Result<PgConnection, DbError> {
    let mut db = PgConnection::establish(url)?;
    diesel::sql_query("set role hr_owner").execute(&mut db)?;
    Ok(db)
}

/// A bureau, as it begins.
pub struct Bureau<'a> {
    /// Name.
    pub name: &'a str,
    /// Time zone.
    pub zone: &'a str,
    /// Calendar of public holidays.
    pub calendar: &'a str,
    /// Language.
    pub language: &'a str,
    /// Whether it is for practice.
    pub practice: bool,
    /// The number people can call; may be empty.
    pub phone: &'a str,
    /// Where "leave this page" leads; empty for the database's own choice.
    pub neutral_site: &'a str,
}

/// A bureau there is.
#[derive(Clone, Debug, QueryableByName)]
pub struct Known {
    /// Id.
    #[diesel(sql_type = SqlUuid)]
    pub id: BureauId,
    /// Name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

fn called_in(db: &mut PgConnection, called: &str) -> Result<Vec<Known>, DbError> {
    Ok(diesel::sql_query("select id, name from sec.bureaus_called($1)").bind::<Text, _>(called).load(db)?)
}

/// The bureaus of a name, whatever its case and spaces, or the one of an id.
///
/// # Errors
/// When the database refuses.
pub fn called(url: &str, called: &str) -> Result<Vec<Known>, DbError> {
    called_in(&mut owner(url)?, called)
}

/// A bureau and the hat of its first administrator; `alone` where no other may have its name. Returns the one that has it: then none is made.
///
/// # Errors
/// When the database refuses.
pub fn bureau(url: &str, new: &Bureau<'_>, code: &Code, alone: bool) -> Result<Option<Known>, DbError> {
    owner(url)?.transaction(|db| {
        // Two at once are one after the other.
        diesel::sql_query("select pg_advisory_xact_lock(hashtext('lering bureau'))").execute(db)?;
        if alone
            && let Some(known) = called_in(db, new.name)?.into_iter().next()
        {
            return Ok(Some(known));
        }
        insert(db, new, code)?;
        Ok(None)
    })
}

fn insert(db: &mut PgConnection, new: &Bureau<'_>, code: &Code) -> Result<(), DbError> {
    let id = InvitationId::new();
    diesel::sql_query("select sec.create_bureau($1, $2, $3, $4, $5, $6, $7, '\\x00', $8, $9, $10, $11, $12, $13, $14)")
        .bind::<SqlUuid, _>(BureauId::new()).bind::<Text, _>(new.name).bind::<Text, _>(new.zone).bind::<Text, _>(new.calendar).bind::<Text, _>(new.language).bind::<Bool, _>(new.practice)
        .bind::<SqlUuid, _>(code.hat).bind::<SqlUuid, _>(id)
        .bind::<Binary, _>(&code.hash).bind::<Binary, _>(code.salt.to_vec()).bind::<Binary, _>(&code.public).bind::<Timestamptz, _>(code.until)
        .bind::<Text, _>(new.phone).bind::<Text, _>(new.neutral_site).execute(db)?;
    bind(db, id, code)
}

/// That the code is for its hat.
fn bind(db: &mut PgConnection, id: InvitationId, code: &Code) -> Result<(), DbError> {
    diesel::sql_query("select sec.bind_code($1, $2)").bind::<SqlUuid, _>(id).bind::<Binary, _>(&code.hat_mac).execute(db)?;
    Ok(())
}

/// A national hat.
///
/// # Errors
/// When the database refuses.
pub fn national(url: &str, role: &str, code: &Code) -> Result<(), DbError> {
    let id = InvitationId::new();
    owner(url)?.transaction(|db| {
        diesel::sql_query("select sec.create_national($1, $2, '\\x00', $3, $4, $5, $6, $7)")
            .bind::<SqlUuid, _>(code.hat).bind::<Text, _>(role).bind::<SqlUuid, _>(id)
            .bind::<Binary, _>(&code.hash).bind::<Binary, _>(code.salt.to_vec()).bind::<Binary, _>(&code.public).bind::<Timestamptz, _>(code.until).execute(db)?;
        bind(db, id, code)
    })
}

/// Another administrator of a bureau, told by its name or its id. Returns how many there are: invited is only where it is exactly one.
///
/// # Errors
/// When the database refuses.
pub fn administrator(url: &str, bureau: &str, code: &Code) -> Result<i64, DbError> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        bureaus: i64,
    }
    let id = InvitationId::new();
    owner(url)?.transaction(|db| {
        let found: Found = diesel::sql_query("select sec.invite_administrator($1, $2, '\\x00', $3, $4, $5, $6, $7) as bureaus")
            .bind::<Text, _>(bureau).bind::<SqlUuid, _>(code.hat).bind::<SqlUuid, _>(id)
            .bind::<Binary, _>(&code.hash).bind::<Binary, _>(code.salt.to_vec()).bind::<Binary, _>(&code.public).bind::<Timestamptz, _>(code.until).get_result(db)?;
        bind(db, id, code)?;
        Ok(found.bureaus)
    })
}

/// Writes into the log that the database comes from a backup.
///
/// # Errors
/// When the database refuses.
pub fn restored(url: &str) -> Result<(), DbError> {
    let mut db = PgConnection::establish(url)?;
    // The log is written by its own role only.
    diesel::sql_query("set role hr_sec").execute(&mut db)?;
    diesel::sql_query("select sec.append('[{\"action\": \"installation.restored\"}]')").execute(&mut db)?;
    Ok(())
}
