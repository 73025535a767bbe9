//! All SQL of people.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use super::HangsOn;
use crate::access::Role;
use crate::db::schema::app::membership;
use crate::ids::{BureauId, InvitationId, MembershipId, OrganisationId, PersonId};
use crate::tx::{Refused, exactly_one};

/// A hat nobody wears yet.
pub(super) struct NewHat {
    pub(super) id: MembershipId,
    pub(super) bureau: Option<BureauId>,
    pub(super) organisation: Option<OrganisationId>,
    pub(super) role: Role,
    pub(super) account_sealed: Vec<u8>,
    pub(super) public: Vec<u8>,
    pub(super) public_mac: Vec<u8>,
    pub(super) by: MembershipId,
}

pub(super) fn insert(db: &mut PgConnection, new: &NewHat) -> Result<(), Refused> {
    diesel::insert_into(membership::table)
        .values((
            membership::id.eq(new.id), membership::bureau_id.eq(new.bureau), membership::organisation_id.eq(new.organisation), membership::role.eq(new.role.code()),
            membership::account_sealed.eq(&new.account_sealed), membership::invited_public.eq(Some(&new.public)), membership::invited_public_mac.eq(Some(&new.public_mac)),
            membership::invited_by.eq(Some(new.by)),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// A code for a hat.
pub(super) struct NewCode<'a> {
    pub(super) hat: MembershipId,
    pub(super) code_hash: &'a [u8],
    /// That it is for that hat, under the installation key.
    pub(super) hat_mac: &'a [u8],
    pub(super) second_hash: Option<&'a [u8]>,
    pub(super) salt: &'a [u8],
    pub(super) public: &'a [u8],
    pub(super) until: DateTime<Utc>,
}

pub(super) fn insert_code(db: &mut PgConnection, new: &NewCode<'_>) -> Result<(), Refused> {
    let id = InvitationId::new();
    diesel::sql_query("select sec.invite($1, $2, $3, $4, $5, $6, $7)")
        .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(new.hat).bind::<Binary, _>(new.code_hash).bind::<Nullable<Binary>, _>(new.second_hash)
        .bind::<Binary, _>(new.salt).bind::<Binary, _>(new.public).bind::<Timestamptz, _>(new.until).execute(db)?;
    diesel::sql_query("select sec.bind_code($1, $2)").bind::<SqlUuid, _>(id).bind::<Binary, _>(new.hat_mac).execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    answer: String,
}

/// Whether who is signed in runs the accounts here, under whatever hat (`sec.administers`).
pub(super) fn administers(db: &mut PgConnection) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Yes {
        #[diesel(sql_type = Bool)]
        yes: bool,
    }
    Ok(diesel::sql_query("select sec.administers() as yes").get_result::<Yes>(db)?.yes)
}

pub(super) fn confirm(db: &mut PgConnection, hat: MembershipId) -> Result<String, Refused> {
    Ok(diesel::sql_query("select sec.confirm_hat($1) as answer").bind::<SqlUuid, _>(hat).get_result::<Answer>(db)?.answer)
}

pub(super) fn recall(db: &mut PgConnection, hat: MembershipId) -> Result<String, Refused> {
    Ok(diesel::sql_query("select sec.recall_invitation($1) as answer").bind::<SqlUuid, _>(hat).get_result::<Answer>(db)?.answer)
}

/// A bureau's new officer whom the nation's confirm.
#[derive(QueryableByName)]
pub(super) struct OfficerWaiting {
    #[diesel(sql_type = SqlUuid)]
    pub(super) hat: MembershipId,
    #[diesel(sql_type = Text)]
    pub(super) state: String,
    #[diesel(sql_type = Binary)]
    pub(super) account_sealed: Vec<u8>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) person_id: Option<PersonId>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) person_account: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    pub(super) bureau: String,
    #[diesel(sql_type = Bool)]
    pub(super) confirmed: bool,
    #[diesel(sql_type = Bool)]
    pub(super) by_you: bool,
}

pub(super) fn officers_waiting(db: &mut PgConnection) -> Result<Vec<OfficerWaiting>, Refused> {
    Ok(diesel::sql_query("select hat, state, account_sealed, person_id, person_account, bureau, confirmed, by_you from sec.officers_waiting()").load(db)?)
}

pub(super) fn officers_holding(db: &mut PgConnection) -> Result<i64, Refused> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    Ok(diesel::sql_query("select sec.officers_holding() as n").get_result::<Count>(db)?.n)
}

pub(super) fn end(db: &mut PgConnection, hat: MembershipId, because: &str, at_once: bool) -> Result<String, Refused> {
    Ok(diesel::sql_query("select sec.end_hat($1, $2, $3) as answer").bind::<SqlUuid, _>(hat).bind::<Text, _>(because).bind::<Bool, _>(at_once).get_result::<Answer>(db)?.answer)
}

/// What hangs on a hat; none for who may not end it.
pub(super) fn hangs_on(db: &mut PgConnection, hat: MembershipId) -> Result<Option<HangsOn>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        role: String,
        #[diesel(sql_type = BigInt)]
        led: i64,
        #[diesel(sql_type = BigInt)]
        parts: i64,
        #[diesel(sql_type = BigInt)]
        rooms_alone: i64,
        #[diesel(sql_type = BigInt)]
        relatives: i64,
        #[diesel(sql_type = BigInt)]
        relatives_alone: i64,
        #[diesel(sql_type = BigInt)]
        administrators: i64,
        #[diesel(sql_type = BigInt)]
        officers: i64,
        #[diesel(sql_type = Bool)]
        recovery: bool,
    }
    let query = diesel::sql_query("select role, led, parts, rooms_alone, relatives, relatives_alone, administrators, officers, recovery from sec.hangs_on($1)").bind::<SqlUuid, _>(hat);
    Ok(query.get_result::<Row>(db).optional()?.map(|row| HangsOn {
        role: row.role, led: row.led, parts: row.parts, rooms_alone: row.rooms_alone, relatives: row.relatives, relatives_alone: row.relatives_alone, administrators: row.administrators,
        officers: row.officers, recovery: row.recovery,
    }))
}

/// A hat with what is needed to name it.
#[derive(Queryable)]
pub(super) struct HatRow {
    pub(super) id: MembershipId,
    pub(super) role: String,
    pub(super) state: String,
    pub(super) account_sealed: Vec<u8>,
    pub(super) first_confirmed: Option<uuid::Uuid>,
    pub(super) second_confirmed: Option<uuid::Uuid>,
    pub(super) person: Option<crate::ids::PersonId>,
    pub(super) person_account: Option<Vec<u8>>,
    pub(super) organisation: Option<String>,
    pub(super) lent_until: Option<chrono::NaiveDate>,
}

impl HatRow {
    /// Whether a role that starts at once was taken and is held: its person takes part in the case otherwise. To everybody it looks as if nobody
    /// had answered yet (ruling 18).
    pub(super) fn is_held(&self) -> bool {
        self.state == "waiting" && ["AC", "AU", "AP", "RE", "SU"].contains(&self.role.as_str())
    }
}

macro_rules! hats {
    ($($filter:expr),*) => {{
        use crate::db::schema::app::{loan, organisation, person};
        membership::table.left_join(person::table).left_join(organisation::table).left_join(loan::table.on(loan::membership_id.eq(membership::id)))$(.filter($filter))*
            .order((membership::role, membership::since))
            .select((
                membership::id, membership::role, membership::state, membership::account_sealed, membership::first_confirmed_by, membership::second_confirmed_by,
                membership::person_id, person::account_sealed.nullable(), crate::db::organisation_called(), loan::until.nullable(),
            ))
    }};
}

/// Everyone's hats that may be seen. In a bureau those of the bureau and of the nation, which the index finds: asking the policy of
/// every hat of every other bureau would cost seconds.
pub(super) fn hats(db: &mut PgConnection, bureau: Option<BureauId>) -> Result<Vec<HatRow>, Refused> {
    Ok(match bureau {
        Some(bureau) => hats!(membership::state.ne("ended"), membership::bureau_id.eq(bureau).or(membership::bureau_id.is_null())).limit(2000).load(db)?,
        None => hats!(membership::state.ne("ended")).limit(2000).load(db)?,
    })
}

/// The sealed accounts of people one works with across bureaus (`sec.accounts_beyond`), by their hats; of whom only the name is shown.
pub(super) fn accounts_beyond(db: &mut PgConnection, hats: &[MembershipId]) -> Result<Vec<(MembershipId, PersonId, Vec<u8>)>, Refused> {
    #[derive(QueryableByName)]
    struct Beyond {
        #[diesel(sql_type = SqlUuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = SqlUuid)]
        person_id: PersonId,
        #[diesel(sql_type = Binary)]
        account_sealed: Vec<u8>,
    }
    let hats: Vec<uuid::Uuid> = hats.iter().map(|hat| hat.uuid()).collect();
    let found: Vec<Beyond> = diesel::sql_query("select membership_id, person_id, account_sealed from sec.accounts_beyond($1)").bind::<Array<SqlUuid>, _>(hats).load(db)?;
    Ok(found.into_iter().map(|one| (one.membership_id, one.person_id, one.account_sealed)).collect())
}

pub(super) fn some_hats(db: &mut PgConnection, ids: Vec<MembershipId>) -> Result<Vec<HatRow>, Refused> {
    Ok(hats!(membership::id.eq_any(ids)).load(db)?)
}

/// The hats that confirmed another's role.
pub(super) fn confirmed_by(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<MembershipId>, Refused> {
    let by: Option<(Option<uuid::Uuid>, Option<uuid::Uuid>)> = membership::table.find(hat).select((membership::first_confirmed_by, membership::second_confirmed_by)).first(db).optional()?;
    Ok(by.into_iter().flat_map(|(first, second)| [first, second]).flatten().map(MembershipId::from).collect())
}

/// The name of an organisation; empty for one the caller does not see.
pub(super) fn organisation_name(db: &mut PgConnection, id: OrganisationId) -> Result<String, Refused> {
    use crate::db::schema::app::organisation;
    Ok(organisation::table.find(id).select(organisation::name).first(db).optional()?.unwrap_or_default())
}

/// Whether a hat is worn, or may be, for an organisation in a role.
pub(super) fn belongs(db: &mut PgConnection, hat: MembershipId, to: OrganisationId, role: &str) -> Result<bool, Refused> {
    let found: i64 = membership::table.find(hat).filter(membership::organisation_id.eq(Some(to.uuid()))).filter(membership::role.eq(role)).filter(membership::state.ne("ended")).count().get_result(db)?;
    Ok(found == 1)
}
