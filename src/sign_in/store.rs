//! The calls of `sec`'s functions: the only way to secrets, sessions and invitations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::ids::{InvitationId, MembershipId, PersonId};
use crate::tx::Refused;

#[derive(QueryableByName)]
pub(super) struct Material {
    #[diesel(sql_type = SqlUuid)]
    pub(super) person_id: PersonId,
    #[diesel(sql_type = Binary)]
    pub(super) salt: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) passphrase_wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) totp_sealed: Vec<u8>,
}

pub(super) fn material(db: &mut PgConnection, lookup: &[u8]) -> Result<Option<Material>, Refused> {
    Ok(diesel::sql_query("select person_id, salt, passphrase_wrapped, totp_sealed from sec.material($1)").bind::<Binary, _>(lookup).get_result(db).optional()?)
}

#[derive(QueryableByName)]
struct Seconds {
    #[diesel(sql_type = Double)]
    left: f64,
}

pub(super) fn lock_left(db: &mut PgConnection, subject: &[u8]) -> Result<f64, Refused> {
    Ok(diesel::sql_query("select sec.lock_left($1) as left").bind::<Binary, _>(subject).get_result::<Seconds>(db)?.left)
}

pub(super) fn lock_failed(db: &mut PgConnection, subject: &[u8]) -> Result<(), Refused> {
    diesel::sql_query("select sec.lock_failed($1)").bind::<Binary, _>(subject).execute(db)?;
    Ok(())
}

pub(super) fn lock_cleared(db: &mut PgConnection, subject: &[u8]) -> Result<(), Refused> {
    diesel::sql_query("select sec.lock_cleared($1)").bind::<Binary, _>(subject).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

pub(super) fn spend_totp(db: &mut PgConnection, person: PersonId, step: i64) -> Result<bool, Refused> {
    Ok(diesel::sql_query("select sec.spend_totp($1, $2) as yes").bind::<SqlUuid, _>(person).bind::<BigInt, _>(step).get_result::<Yes>(db)?.yes)
}

/// A session to open.
pub(super) struct NewSession<'a> {
    pub(super) person: PersonId,
    pub(super) hat: Option<MembershipId>,
    pub(super) handle_hash: &'a [u8],
    pub(super) refresh_hash: &'a [u8],
    pub(super) wrapped_key: &'a [u8],
    pub(super) ends_at: DateTime<Utc>,
}

pub(super) fn open_session(db: &mut PgConnection, new: &NewSession<'_>) -> Result<(), Refused> {
    diesel::sql_query("select sec.open_session($1, $2, $3, $4, $5, $6, '')")
        .bind::<SqlUuid, _>(new.person).bind::<Nullable<SqlUuid>, _>(new.hat).bind::<Binary, _>(new.handle_hash).bind::<Binary, _>(new.refresh_hash)
        .bind::<Binary, _>(new.wrapped_key).bind::<Timestamptz, _>(new.ends_at).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Outcome {
    #[diesel(sql_type = Text)]
    outcome: String,
}

pub(super) fn rotate(db: &mut PgConnection, old: &[u8], new_hash: &[u8]) -> Result<String, Refused> {
    Ok(diesel::sql_query("select outcome from sec.rotate($1, $2)").bind::<Binary, _>(old).bind::<Binary, _>(new_hash).get_result::<Outcome>(db)?.outcome)
}

pub(super) fn end_all(db: &mut PgConnection) -> Result<(), Refused> {
    diesel::sql_query("select sec.end_sessions('all', 'signed_out')").execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
pub(super) struct Invitation {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: InvitationId,
    #[diesel(sql_type = Binary)]
    pub(super) salt: Vec<u8>,
}

pub(super) fn invitation(db: &mut PgConnection, code: &[u8], second: Option<&[u8]>) -> Result<Option<Invitation>, Refused> {
    Ok(diesel::sql_query("select id, salt from sec.invitation_for($1, $2)").bind::<Binary, _>(code).bind::<Nullable<Binary>, _>(second).get_result(db).optional()?)
}

pub(super) fn begin_enrolment(db: &mut PgConnection, invitation: InvitationId, token: &[u8], sealed: &[u8]) -> Result<(), Refused> {
    diesel::sql_query("select sec.begin_enrolment($1, $2, $3)").bind::<SqlUuid, _>(invitation).bind::<Binary, _>(token).bind::<Binary, _>(sealed).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
pub(super) struct Open {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: InvitationId,
    #[diesel(sql_type = Binary)]
    pub(super) sealed: Vec<u8>,
}

pub(super) fn enrolment(db: &mut PgConnection, token: &[u8]) -> Result<Option<Open>, Refused> {
    Ok(diesel::sql_query("select id, sealed from sec.enrolment($1)").bind::<Binary, _>(token).get_result(db).optional()?)
}

/// What an enrolment ends with.
pub(super) struct NewPerson {
    pub(super) id: PersonId,
    pub(super) account: Vec<u8>,
    pub(super) lookup: Vec<u8>,
    pub(super) public: Vec<u8>,
    pub(super) public_mac: Vec<u8>,
    pub(super) language: &'static str,
    pub(super) salt: Vec<u8>,
    pub(super) passphrase_wrapped: Vec<u8>,
    pub(super) printed_wrapped: Vec<u8>,
    pub(super) totp_sealed: Vec<u8>,
    pub(super) first_step: i64,
}

#[derive(QueryableByName)]
struct Hat {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

pub(super) fn finish_enrolment(db: &mut PgConnection, token: &[u8], new: &NewPerson) -> Result<MembershipId, Refused> {
    let hat: Hat = diesel::sql_query("select sec.finish_enrolment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as id")
        .bind::<Binary, _>(token).bind::<SqlUuid, _>(new.id).bind::<Binary, _>(&new.account).bind::<Binary, _>(&new.lookup).bind::<Binary, _>(&new.public)
        .bind::<Binary, _>(&new.public_mac).bind::<Text, _>(new.language).bind::<Binary, _>(&new.salt).bind::<Binary, _>(&new.passphrase_wrapped)
        .bind::<Binary, _>(&new.printed_wrapped).bind::<Binary, _>(&new.totp_sealed).bind::<BigInt, _>(new.first_step).get_result(db)?;
    Ok(hat.id.into())
}
