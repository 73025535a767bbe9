//! The calls of `sec`'s functions: the only way to secrets, sessions and invitations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::statement;
use crate::ids::{InvitationId, MembershipId, PersonId};
use crate::tx::{Refused, exactly_one};

#[derive(QueryableByName)]
pub(super) struct Material {
    #[diesel(sql_type = SqlUuid)]
    pub(super) person_id: PersonId,
    #[diesel(sql_type = Binary)]
    pub(super) salt: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) passphrase_wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) printed_wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) totp_sealed: Vec<u8>,
    /// Whether it is known what its key proves; not of an account from before, till it signs in.
    #[diesel(sql_type = Bool)]
    pub(super) proven: bool,
}

/// What is kept of every account of a name; none for a name nobody has.
pub(super) fn materials(db: &mut PgConnection, lookup: &[u8]) -> Result<Vec<Material>, Refused> {
    Ok(statement("select person_id, salt, passphrase_wrapped, printed_wrapped, totp_sealed, proven from sec.material($1)").bind::<Binary, _>(lookup).load(db)?)
}

#[derive(QueryableByName)]
struct Seconds {
    #[diesel(sql_type = Double)]
    left: f64,
}

pub(super) fn lock_left(db: &mut PgConnection, subject: &[u8]) -> Result<f64, Refused> {
    Ok(statement("select sec.lock_left($1) as left").bind::<Binary, _>(subject).get_result::<Seconds>(db)?.left)
}

pub(super) fn lock_failed(db: &mut PgConnection, subject: &[u8]) -> Result<(), Refused> {
    statement("select sec.lock_failed($1)").bind::<Binary, _>(subject).execute(db)?;
    Ok(())
}

pub(super) fn lock_cleared(db: &mut PgConnection, subject: &[u8]) -> Result<(), Refused> {
    statement("select sec.lock_cleared($1)").bind::<Binary, _>(subject).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

pub(super) fn spend_totp(db: &mut PgConnection, person: PersonId, step: i64) -> Result<bool, Refused> {
    Ok(statement("select sec.spend_totp($1, $2) as yes").bind::<SqlUuid, _>(person).bind::<BigInt, _>(step).get_result::<Yes>(db)?.yes)
}

/// A session to open.
pub(super) struct NewSession<'a> {
    pub(super) person: PersonId,
    pub(super) hat: Option<MembershipId>,
    pub(super) handle_hash: &'a [u8],
    pub(super) refresh_hash: &'a [u8],
    pub(super) wrapped_key: &'a [u8],
    pub(super) ends_at: DateTime<Utc>,
    /// What shows that the key was opened.
    pub(super) proof: &'a [u8],
}

pub(super) fn open_session(db: &mut PgConnection, new: &NewSession<'_>) -> Result<(), Refused> {
    statement("select sec.open_session($1, $2, $3, $4, $5, $6, '', $7)")
        .bind::<SqlUuid, _>(new.person).bind::<Nullable<SqlUuid>, _>(new.hat).bind::<Binary, _>(new.handle_hash).bind::<Binary, _>(new.refresh_hash)
        .bind::<Binary, _>(new.wrapped_key).bind::<Timestamptz, _>(new.ends_at).bind::<Binary, _>(new.proof).execute(db)?;
    Ok(())
}

/// The first proof of an account from before there was one; with the server's token only.
pub(super) fn first_proof(db: &mut PgConnection, person: PersonId, proof: &[u8], token: &[u8]) -> Result<(), Refused> {
    statement("select sec.first_proof($1, $2, $3)").bind::<SqlUuid, _>(person).bind::<Binary, _>(proof).bind::<Binary, _>(token).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Outcome {
    #[diesel(sql_type = Text)]
    outcome: String,
}

pub(super) fn rotate(db: &mut PgConnection, old: &[u8], new_hash: &[u8]) -> Result<String, Refused> {
    Ok(statement("select outcome from sec.rotate($1, $2)").bind::<Binary, _>(old).bind::<Binary, _>(new_hash).get_result::<Outcome>(db)?.outcome)
}

#[derive(QueryableByName)]
pub(super) struct Invitation {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: InvitationId,
    #[diesel(sql_type = SqlUuid)]
    pub(super) membership_id: MembershipId,
    #[diesel(sql_type = Binary)]
    pub(super) salt: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) hat_mac: Option<Vec<u8>>,
}

pub(super) fn invitation(db: &mut PgConnection, code: &[u8], second: Option<&[u8]>) -> Result<Option<Invitation>, Refused> {
    Ok(statement("select id, membership_id, salt, hat_mac from sec.invitation_for($1, $2)").bind::<Binary, _>(code).bind::<Nullable<Binary>, _>(second).get_result(db).optional()?)
}

/// A hat somebody took who has an account already.
#[derive(QueryableByName)]
pub(super) struct Joined {
    #[diesel(sql_type = SqlUuid)]
    pub(super) hat: MembershipId,
    /// Whether it can be worn: it waits for nobody, and nothing holds it.
    #[diesel(sql_type = Bool)]
    pub(super) opens: bool,
}

pub(super) fn join_with(db: &mut PgConnection, code: &[u8], second: Option<&[u8]>) -> Result<Option<Joined>, Refused> {
    Ok(statement("select hat, opens from sec.join_with($1, $2)").bind::<Binary, _>(code).bind::<Nullable<Binary>, _>(second).get_result(db).optional()?)
}

/// Whether a hat one has a code for would make one administrator and officer in one bureau (`sec.administers_and_holds`).
pub(super) fn administers_and_holds(db: &mut PgConnection, hat: MembershipId) -> Result<bool, Refused> {
    Ok(statement("select sec.administers_and_holds($1) as yes").bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

/// That a hat is of a person, under the installation key.
pub(super) fn bind_person(db: &mut PgConnection, hat: MembershipId, mac: &[u8]) -> Result<(), Refused> {
    statement("select sec.bind_person($1, $2)").bind::<SqlUuid, _>(hat).bind::<Binary, _>(mac).execute(db)?;
    Ok(())
}

/// For the rest of this transaction, as another hat of the person; with none, as the one worn.
pub(super) fn under(db: &mut PgConnection, hat: Option<MembershipId>) -> Result<bool, Refused> {
    Ok(statement("select sec.under($1) as yes").bind::<Nullable<SqlUuid>, _>(hat).get_result::<Yes>(db)?.yes)
}

pub(super) fn begin_enrolment(db: &mut PgConnection, invitation: InvitationId, token: &[u8], sealed: &[u8]) -> Result<(), Refused> {
    statement("select sec.begin_enrolment($1, $2, $3)").bind::<SqlUuid, _>(invitation).bind::<Binary, _>(token).bind::<Binary, _>(sealed).execute(db)?;
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
    Ok(statement("select id, sealed from sec.enrolment($1)").bind::<Binary, _>(token).get_result(db).optional()?)
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
    pub(super) proof: Vec<u8>,
}

#[derive(QueryableByName)]
struct Hat {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

pub(super) fn finish_enrolment(db: &mut PgConnection, token: &[u8], new: &NewPerson) -> Result<MembershipId, Refused> {
    let hat: Hat = statement("select sec.finish_enrolment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as id")
        .bind::<Binary, _>(token).bind::<SqlUuid, _>(new.id).bind::<Binary, _>(&new.account).bind::<Binary, _>(&new.lookup).bind::<Binary, _>(&new.public)
        .bind::<Binary, _>(&new.public_mac).bind::<Text, _>(new.language).bind::<Binary, _>(&new.salt).bind::<Binary, _>(&new.passphrase_wrapped)
        .bind::<Binary, _>(&new.printed_wrapped).bind::<Binary, _>(&new.totp_sealed).bind::<BigInt, _>(new.first_step).bind::<Binary, _>(&new.proof).get_result(db)?;
    Ok(hat.id.into())
}

type HatRow = (MembershipId, String, String, Option<chrono::NaiveDate>);

/// Where each hat of who is signed in is: bureau and organisation.
pub(super) fn places(db: &mut PgConnection) -> Result<BTreeMap<MembershipId, (String, String)>, Refused> {
    #[derive(QueryableByName)]
    struct Of {
        #[diesel(sql_type = SqlUuid)]
        hat: MembershipId,
        #[diesel(sql_type = Nullable<Text>)]
        bureau: Option<String>,
        #[diesel(sql_type = Nullable<Text>)]
        organisation: Option<String>,
    }
    let found: Vec<Of> = statement("select hat, bureau, organisation from sec.my_places()").load(db)?;
    Ok(found.into_iter().map(|of| (of.hat, (of.bureau.unwrap_or_default(), of.organisation.unwrap_or_default()))).collect())
}

/// All live hats of a person.
pub(super) fn hats(db: &mut PgConnection, person: PersonId) -> Result<Vec<HatRow>, Refused> {
    use crate::db::schema::app::{loan, membership};
    Ok(membership::table.left_join(loan::table.on(loan::membership_id.eq(membership::id)))
        .filter(membership::person_id.eq(person)).filter(membership::state.ne("ended")).filter(membership::until.is_null().or(membership::until.gt(diesel::dsl::now))).order(membership::since)
        .select((membership::id, membership::role, membership::state, loan::until.nullable())).load(db)?)
}

pub(super) fn wear(db: &mut PgConnection, hat: MembershipId) -> Result<bool, Refused> {
    Ok(statement("select sec.wear($1) as yes").bind::<SqlUuid, _>(hat).get_result::<Yes>(db)?.yes)
}

pub(super) fn stepped_up(db: &mut PgConnection, proof: &[u8]) -> Result<(), Refused> {
    statement("select sec.stepped_up($1)").bind::<Binary, _>(proof).execute(db)?;
    Ok(())
}

pub(super) fn set_unlocked(db: &mut PgConnection, wrapped: Option<&[u8]>) -> Result<(), Refused> {
    statement("select sec.set_unlocked($1)").bind::<Nullable<Binary>, _>(wrapped).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
pub(super) struct OwnMaterial {
    #[diesel(sql_type = Binary)]
    pub(super) salt: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) passphrase_wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) printed_wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(super) totp_sealed: Vec<u8>,
    #[diesel(sql_type = Bool)]
    pub(super) proven: bool,
}

pub(super) fn my_material(db: &mut PgConnection) -> Result<OwnMaterial, Refused> {
    Ok(statement("select salt, passphrase_wrapped, printed_wrapped, totp_sealed, proven from sec.my_material()").get_result(db)?)
}

#[derive(QueryableByName)]
struct DeviceRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    seen_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    here: bool,
}

pub(super) fn devices(db: &mut PgConnection) -> Result<Vec<super::Device>, Refused> {
    let rows: Vec<DeviceRow> = statement("select id, created_at, seen_at, here from sec.my_sessions()").load(db)?;
    Ok(rows.into_iter().map(|row| super::Device { id: row.id, since: row.created_at, seen_at: row.seen_at, here: row.here }).collect())
}

#[derive(QueryableByName)]
struct Ended {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    ended: i32,
}

pub(super) fn end_session(db: &mut PgConnection, which: &str) -> Result<i32, Refused> {
    Ok(statement("select sec.end_sessions($1, 'signed_out') as ended").bind::<Text, _>(which).get_result::<Ended>(db)?.ended)
}

/// Goes on as the person whose session was just opened, within this transaction.
pub(super) fn enter(db: &mut PgConnection, handle: &[u8]) -> Result<Vec<u8>, Refused> {
    #[derive(QueryableByName)]
    struct Entered {
        #[diesel(sql_type = Binary)]
        account_sealed: Vec<u8>,
    }
    Ok(statement("select account_sealed from sec.enter($1)").bind::<Binary, _>(handle).get_result::<Entered>(db)?.account_sealed)
}

/// From now on the session opens the set-up of an authenticator and a printed code only, and its person is told.
pub(super) fn set_up_only(db: &mut PgConnection, proof: &[u8]) -> Result<(), Refused> {
    statement("select sec.set_up_only($1)").bind::<Binary, _>(proof).execute(db)?;
    Ok(())
}

/// What is put in place of what opened one's key; the rest stays.
#[derive(Default)]
pub(super) struct NewSecret {
    pub(super) passphrase: Option<Vec<u8>>,
    pub(super) printed: Option<Vec<u8>>,
    /// With the step of the code that showed it works.
    pub(super) authenticator: Option<(Vec<u8>, i64)>,
}

/// Changes it, ends every other session, and tells the person. The salt stays: it is that of every account of the name.
pub(super) fn change_secret(db: &mut PgConnection, new: NewSecret) -> Result<(), Refused> {
    let (authenticator, step) = new.authenticator.unzip();
    statement("select sec.change_secret(null, $1, $2, $3, $4)").bind::<Nullable<Binary>, _>(new.passphrase)
        .bind::<Nullable<Binary>, _>(new.printed).bind::<Nullable<Binary>, _>(authenticator).bind::<Nullable<BigInt>, _>(step).execute(db)?;
    Ok(())
}

/// A printed code or an authenticator that waits for its proof, sealed to its owner; the other waits no more.
pub(super) fn await_secret(db: &mut PgConnection, printed: Option<&[u8]>, authenticator: Option<&[u8]>) -> Result<(), Refused> {
    statement("select sec.await_secret($1, $2)").bind::<Nullable<Binary>, _>(printed).bind::<Nullable<Binary>, _>(authenticator).execute(db)?;
    Ok(())
}

#[derive(QueryableByName, Default)]
pub(super) struct Awaited {
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) printed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) totp: Option<Vec<u8>>,
}

pub(super) fn awaited_secret(db: &mut PgConnection) -> Result<Awaited, Refused> {
    Ok(statement("select printed, totp from sec.awaited_secret()").get_result(db).optional()?.unwrap_or_default())
}

/// What the person keeps in their own account, and the language mail to them is written in.
pub(super) fn set_account(db: &mut PgConnection, id: PersonId, sealed: &[u8]) -> Result<(), Refused> {
    use crate::db::schema::app::person;
    exactly_one(diesel::update(person::table.find(id)).set(person::account_sealed.eq(sealed)).execute(db)?)
}

pub(super) fn set_language(db: &mut PgConnection, id: PersonId, code: &str) -> Result<(), Refused> {
    use crate::db::schema::app::person;
    exactly_one(diesel::update(person::table.find(id)).set(person::language.eq(code)).execute(db)?)
}

#[derive(QueryableByName)]
struct Parking {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Binary)]
    public_key: Vec<u8>,
}

pub(super) fn parking(db: &mut PgConnection, handle: &[u8]) -> Result<Option<(PersonId, Vec<u8>)>, Refused> {
    let found: Option<Parking> = statement("select person_id, public_key from sec.parking($1)").bind::<Binary, _>(handle).get_result(db).optional()?;
    Ok(found.map(|row| (row.person_id, row.public_key)))
}

pub(super) fn park(db: &mut PgConnection, handle: &[u8], sealed: &[u8]) -> Result<bool, Refused> {
    Ok(statement("select sec.park($1, $2) as yes").bind::<Binary, _>(handle).bind::<Binary, _>(sealed).get_result::<Yes>(db)?.yes)
}

#[derive(QueryableByName)]
struct ParkedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

pub(super) fn my_parked(db: &mut PgConnection) -> Result<Vec<(Uuid, Vec<u8>, DateTime<Utc>)>, Refused> {
    let rows: Vec<ParkedRow> = statement("select id, sealed, created_at from sec.my_parked()").load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.sealed, row.created_at)).collect())
}

/// Deletes the texts whose time has passed (`sec.forget_parked`): the worker's. Returns how many.
pub(super) fn forget_parked(db: &mut PgConnection) -> Result<usize, Refused> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        gone: i64,
    }
    let gone = statement("select sec.forget_parked() as gone").get_result::<Gone>(db)?.gone;
    Ok(usize::try_from(gone).unwrap_or(0))
}

/// Whether the hat worn belonged to what an address leads to, and does no more (`sec.has_left`).
pub(super) fn has_left(db: &mut PgConnection, place: &str, target: Uuid) -> Result<bool, Refused> {
    Ok(statement("select sec.has_left($1, $2) as yes").bind::<diesel::sql_types::Text, _>(place).bind::<SqlUuid, _>(target).get_result::<Yes>(db)?.yes)
}

/// Which text it is now; none when too many wait.
pub(super) fn keep_parked(db: &mut PgConnection, which: Option<Uuid>, sealed: &[u8]) -> Result<Option<Uuid>, Refused> {
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = diesel::sql_types::Nullable<SqlUuid>)]
        id: Option<Uuid>,
    }
    Ok(statement("select sec.keep_parked($1, $2) as id").bind::<diesel::sql_types::Nullable<SqlUuid>, _>(which).bind::<Binary, _>(sealed).get_result::<Kept>(db)?.id)
}

pub(super) fn unpark(db: &mut PgConnection, id: Uuid) -> Result<(), Refused> {
    statement("select sec.unpark($1)").bind::<SqlUuid, _>(id).execute(db)?;
    Ok(())
}
