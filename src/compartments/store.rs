//! All SQL of compartments, their members and keys; that of documents stands in `item_store`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::Compartment;
use crate::access::Kind;
use crate::db::schema::app::{bureau, compartment, compartment_epoch, compartment_member, key_grant, membership, person};
use crate::db::statement;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId, PersonId};
use crate::tx::{Refused, exactly_one};

#[derive(Queryable, Selectable)]
#[diesel(table_name = compartment)]
pub(super) struct CompartmentRow {
    id: CompartmentId,
    bureau_id: Option<BureauId>,
    case_id: Option<CaseId>,
    kind: String,
    epoch: i32,
    first_member_id: Option<MembershipId>,
}

impl TryFrom<CompartmentRow> for Compartment {
    type Error = Refused;
    fn try_from(row: CompartmentRow) -> Result<Self, Refused> {
        let kind = Kind::from_word(&row.kind).ok_or_else(|| Refused::Internal(format!("kind {}", row.kind)))?;
        Ok(Compartment { id: row.id, bureau: row.bureau_id, case: row.case_id, kind, epoch: row.epoch, first_member: row.first_member_id })
    }
}

pub(super) fn compartments_of_case(db: &mut PgConnection, case: CaseId, kind: Kind) -> Result<Vec<Compartment>, Refused> {
    let rows = compartment::table
        .filter(compartment::case_id.eq(case)).filter(compartment::kind.eq(kind.word()))
        .order(compartment::created_at).select(CompartmentRow::as_select()).load(db)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(super) fn all_of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Compartment>, Refused> {
    let rows = compartment::table.filter(compartment::case_id.eq(case)).order(compartment::created_at).select(CompartmentRow::as_select()).load(db)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(super) fn insert_compartment(db: &mut PgConnection, new: &Compartment) -> Result<(), Refused> {
    diesel::insert_into(compartment::table)
        .values((
            compartment::id.eq(new.id), compartment::bureau_id.eq(new.bureau), compartment::case_id.eq(new.case),
            compartment::kind.eq(new.kind.word()), compartment::epoch.eq(new.epoch), compartment::first_member_id.eq(new.first_member),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn set_epoch(db: &mut PgConnection, id: CompartmentId, from: i32, to: i32) -> Result<(), Refused> {
    let rows = diesel::update(compartment::table.find(id).filter(compartment::epoch.eq(from))).set(compartment::epoch.eq(to)).execute(db)?;
    exactly_one(rows)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = compartment_epoch)]
pub(super) struct EpochRow {
    pub(super) place_public: Vec<u8>,
    pub(super) place_private_sealed: Option<Vec<u8>>,
    pub(super) mac: Vec<u8>,
}

pub(super) fn epoch(db: &mut PgConnection, id: CompartmentId, epoch: i32) -> Result<EpochRow, Refused> {
    Ok(compartment_epoch::table.find((id, epoch)).select(EpochRow::as_select()).first(db)?)
}

pub(super) fn insert_epoch(db: &mut PgConnection, id: CompartmentId, number: i32, row: &EpochRow) -> Result<(), Refused> {
    diesel::insert_into(compartment_epoch::table)
        .values((
            compartment_epoch::compartment_id.eq(id), compartment_epoch::epoch.eq(number), compartment_epoch::place_public.eq(&row.place_public),
            compartment_epoch::place_private_sealed.eq(&row.place_private_sealed), compartment_epoch::mac.eq(&row.mac),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) struct GrantRow {
    pub(super) compartment: CompartmentId,
    pub(super) epoch: i32,
    pub(super) membership: Option<MembershipId>,
    pub(super) sealed: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

pub(super) fn my_grant(db: &mut PgConnection, id: CompartmentId, epoch: i32, hat: MembershipId) -> Result<Option<GrantRow>, Refused> {
    let row = key_grant::table
        .filter(key_grant::compartment_id.eq(id)).filter(key_grant::epoch.eq(epoch)).filter(key_grant::membership_id.eq(hat))
        .select((key_grant::sealed, key_grant::mac)).first::<(Vec<u8>, Vec<u8>)>(db).optional()?;
    Ok(row.map(|(sealed, mac)| GrantRow { compartment: id, epoch, membership: Some(hat), sealed, mac }))
}

pub(super) fn all_my_grants(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<GrantRow>, Refused> {
    let rows = key_grant::table.filter(key_grant::membership_id.eq(hat))
        .select((key_grant::compartment_id, key_grant::epoch, key_grant::sealed, key_grant::mac)).load::<(CompartmentId, i32, Vec<u8>, Vec<u8>)>(db)?;
    Ok(rows.into_iter().map(|(compartment, epoch, sealed, mac)| GrantRow { compartment, epoch, membership: Some(hat), sealed, mac }).collect())
}

pub(super) fn insert_grant(db: &mut PgConnection, grant: &GrantRow, by: MembershipId) -> Result<(), Refused> {
    diesel::insert_into(key_grant::table)
        .values((
            key_grant::compartment_id.eq(grant.compartment), key_grant::epoch.eq(grant.epoch), key_grant::membership_id.eq(grant.membership),
            key_grant::for_recovery.eq(grant.membership.is_none()), key_grant::sealed.eq(&grant.sealed), key_grant::mac.eq(&grant.mac),
            key_grant::granted_by.eq(Some(by.uuid())),
        ))
        .on_conflict_do_nothing().execute(db)?;
    Ok(())
}

pub(super) fn reseal_grant(db: &mut PgConnection, grant: &GrantRow) -> Result<(), Refused> {
    let rows = diesel::update(
        key_grant::table.filter(key_grant::compartment_id.eq(grant.compartment)).filter(key_grant::epoch.eq(grant.epoch)).filter(key_grant::membership_id.eq(grant.membership)),
    ).set((key_grant::sealed.eq(&grant.sealed), key_grant::mac.eq(&grant.mac))).execute(db)?;
    exactly_one(rows)
}

pub(super) fn delete_grants(db: &mut PgConnection, id: CompartmentId, of: MembershipId) -> Result<(), Refused> {
    diesel::delete(key_grant::table.filter(key_grant::compartment_id.eq(id)).filter(key_grant::membership_id.eq(of))).execute(db)?;
    Ok(())
}

#[derive(Queryable)]
pub(super) struct MemberRow {
    pub(super) membership: MembershipId,
    pub(super) role: String,
    pub(super) access: String,
    pub(super) deputy: bool,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) awaits: bool,
    pub(super) named_mac: Option<Vec<u8>>,
}

pub(super) fn members(db: &mut PgConnection, id: CompartmentId) -> Result<Vec<MemberRow>, Refused> {
    Ok(compartment_member::table
        .filter(compartment_member::compartment_id.eq(id)).filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now)))
        // Whose hat ended belongs nowhere any more.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("sec.is_worn(compartment_member.membership_id)"))
        .order(compartment_member::since)
        .select((
            compartment_member::membership_id, compartment_member::role, compartment_member::access, compartment_member::deputy, compartment_member::until,
            compartment_member::awaits, compartment_member::named_mac,
        ))
        .load(db)?)
}

/// How far a member reaches and until when, and what says so.
type AsNamed = (String, Option<DateTime<Utc>>, Option<Vec<u8>>);

/// As what a member is named; none who does not belong there.
pub(super) fn as_named(db: &mut PgConnection, id: CompartmentId, of: MembershipId) -> Result<Option<AsNamed>, Refused> {
    Ok(compartment_member::table.find((id, of)).select((compartment_member::access, compartment_member::until, compartment_member::named_mac)).first(db).optional()?)
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    done: bool,
}

/// That a member was let in by hand, by who holds the key; false for who waits still, and for who holds none.
pub(super) fn sign_member(db: &mut PgConnection, id: CompartmentId, of: MembershipId, access: &str, mac: &[u8]) -> Result<bool, Refused> {
    Ok(statement("select sec.sign_member($1, $2, $3, $4) as done").bind::<diesel::sql_types::Uuid, _>(id).bind::<diesel::sql_types::Uuid, _>(of)
        .bind::<diesel::sql_types::Text, _>(access).bind::<diesel::sql_types::Binary, _>(mac).get_result::<Done>(db)?.done)
}

/// From now on a member waits until they are let in by hand; whether they did not before.
pub(super) fn hold_back(db: &mut PgConnection, id: CompartmentId, of: MembershipId) -> Result<bool, Refused> {
    Ok(statement("select sec.hold_back($1, $2) as done").bind::<diesel::sql_types::Uuid, _>(id).bind::<diesel::sql_types::Uuid, _>(of).get_result::<Done>(db)?.done)
}

/// The members who wait until somebody hands them the key.
pub(super) fn awaiting(db: &mut PgConnection, id: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    Ok(compartment_member::table.filter(compartment_member::compartment_id.eq(id)).filter(compartment_member::awaits)
        .filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now))).select(compartment_member::membership_id).load(db)?)
}

pub(super) fn set_access(db: &mut PgConnection, id: CompartmentId, of: MembershipId, access: super::Access, mac: Option<&[u8]>) -> Result<(), Refused> {
    let rows = diesel::update(compartment_member::table.filter(compartment_member::compartment_id.eq(id)).filter(compartment_member::membership_id.eq(of)))
        .set((compartment_member::access.eq(access.word()), compartment_member::named_mac.eq(mac))).execute(db)?;
    exactly_one(rows)
}

pub(super) fn insert_member(db: &mut PgConnection, id: CompartmentId, member: &super::Member, mac: Option<&[u8]>) -> Result<(), Refused> {
    let access = member.access.word();
    diesel::insert_into(compartment_member::table)
        .values((
            compartment_member::compartment_id.eq(id), compartment_member::membership_id.eq(member.membership), compartment_member::role.eq(member.role.code()),
            compartment_member::access.eq(access), compartment_member::deputy.eq(member.deputy), compartment_member::until.eq(member.until), compartment_member::named_mac.eq(mac),
        ))
        .on_conflict((compartment_member::compartment_id, compartment_member::membership_id))
        .do_update().set((compartment_member::until.eq(member.until), compartment_member::access.eq(access), compartment_member::named_mac.eq(mac)))
        .execute(db)?;
    Ok(())
}

/// The first member of a compartment not born yet, named by someone who may place there but not see its members: an upsert
/// would ask for that sight.
pub(super) fn insert_first_member(db: &mut PgConnection, id: CompartmentId, member: &super::Member, mac: &[u8]) -> Result<(), Refused> {
    let access = member.access.word();
    diesel::insert_into(compartment_member::table)
        .values((
            compartment_member::compartment_id.eq(id), compartment_member::membership_id.eq(member.membership), compartment_member::role.eq(member.role.code()),
            compartment_member::access.eq(access), compartment_member::deputy.eq(member.deputy), compartment_member::until.eq(member.until), compartment_member::named_mac.eq(Some(mac)),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// By the clock of the database, the one an epoch begins by.
pub(super) fn end_member(db: &mut PgConnection, id: CompartmentId, of: MembershipId) -> Result<(), Refused> {
    let rows = diesel::update(compartment_member::table.find((id, of))).set(compartment_member::until.eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>("now()"))).execute(db)?;
    exactly_one(rows)
}

/// Compartments this hat writes in where somebody who held the key ceased to belong after the epoch began.
pub(super) fn epochs_due(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<CompartmentId>, Refused> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: CompartmentId,
    }
    let rows: Vec<Due> = statement(
        "select c.id from app.compartment_member mine join app.compartment c on c.id = mine.compartment_id and c.epoch > 0 \
         join app.compartment_epoch e on e.compartment_id = c.id and e.epoch = c.epoch \
         where mine.membership_id = $1 and mine.access = 'full' and (mine.until is null or mine.until > now()) \
           and exists (select from app.compartment_member gone where gone.compartment_id = c.id and gone.access in ('full', 'read') and gone.until <= now() and gone.until > e.started_at) limit 50",
    ).bind::<diesel::sql_types::Uuid, _>(hat).load(db)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Members of my compartments who lack the key of the current epoch, with the key it would be sealed to; none who is kept out,
/// whose hat ended, or who waits until somebody hands it over.
#[derive(QueryableByName)]
pub(super) struct PendingRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub(super) epoch: i32,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) membership_id: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(super) access: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
    pub(super) until: Option<DateTime<Utc>>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Binary>)]
    pub(super) named_mac: Option<Vec<u8>>,
}

pub(super) fn pending(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<PendingRow>, Refused> {
    Ok(statement(
        "select m.compartment_id, e.epoch, m.membership_id, m.access, m.until, m.named_mac from app.compartment_member mine \
         join app.compartment_member m on m.compartment_id = mine.compartment_id and m.access in ('full', 'read') and not m.awaits and (m.until is null or m.until > now()) and m.membership_id <> mine.membership_id \
         join app.compartment_epoch e on e.compartment_id = m.compartment_id and e.epoch > 0 \
         where mine.membership_id = $1 and mine.access in ('full', 'read') and (mine.until is null or mine.until > now()) \
           and not exists (select from app.key_grant g where g.compartment_id = m.compartment_id and g.epoch = e.epoch and g.membership_id = m.membership_id) \
           and not sec.kept_out(m.membership_id, m.compartment_id) and sec.is_worn(m.membership_id) limit 200",
    ).bind::<diesel::sql_types::Uuid, _>(hat).load(db)?)
}

/// To which key something for this hat is sealed: the person's, or, while they have no account, the one of their code.
pub(super) struct RecipientRow {
    pub(super) person: Option<PersonId>,
    /// What says that the hat is of that person.
    pub(super) person_mac: Option<Vec<u8>>,
    pub(super) public: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

pub(super) fn recipient(db: &mut PgConnection, hat: MembershipId) -> Result<Option<RecipientRow>, Refused> {
    type Found = (Option<PersonId>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
    let row: Option<Found> = membership::table.left_join(person::table.on(person::id.nullable().eq(membership::person_id)))
        .filter(membership::id.eq(hat))
        .select((
            membership::person_id, membership::person_mac, person::public_key.nullable(), person::public_key_mac.nullable(), membership::invited_public, membership::invited_public_mac,
        ))
        .first(db).optional()?;
    Ok(match row {
        Some((who, person_mac, Some(public), Some(mac), ..)) => Some(RecipientRow { person: who, person_mac, public, mac }),
        Some((.., Some(public), Some(mac))) => Some(RecipientRow { person: None, person_mac: None, public, mac }),
        // Who is of the nation belongs to no bureau: their account is hidden here, or their hat too, and only the key is given to who may ask them.
        Some((Some(_), ..)) | None => key_of_nation(db, hat)?,
        Some(_) => None,
    })
}

/// The public key of somebody of the nation (`sec.key_of_nation`); none for everybody else, and for who asks nobody there.
fn key_of_nation(db: &mut PgConnection, hat: MembershipId) -> Result<Option<RecipientRow>, Refused> {
    #[derive(QueryableByName)]
    struct Key {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        person_id: PersonId,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        public_key: Vec<u8>,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        public_key_mac: Vec<u8>,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Binary>)]
        person_mac: Option<Vec<u8>>,
    }
    let found: Option<Key> = statement("select person_id, public_key, public_key_mac, person_mac from sec.key_of_nation($1)").bind::<diesel::sql_types::Uuid, _>(hat).get_result(db).optional()?;
    Ok(found.map(|key| RecipientRow { person: Some(key.person_id), person_mac: key.person_mac, public: key.public_key, mac: key.public_key_mac }))
}

pub(super) fn recovery_public(db: &mut PgConnection, of: BureauId) -> Result<Option<(Vec<u8>, Vec<u8>)>, Refused> {
    let row: (Option<Vec<u8>>, Option<Vec<u8>>) = bureau::table.find(of).select((bureau::recovery_public, bureau::recovery_mac)).first(db)?;
    Ok(row.0.zip(row.1))
}

pub(super) fn set_recovery(db: &mut PgConnection, of: BureauId, public: &[u8], mac: &[u8]) -> Result<(), Refused> {
    let rows = diesel::update(bureau::table.find(of)).set((bureau::recovery_public.eq(Some(public)), bureau::recovery_mac.eq(Some(mac)))).execute(db)?;
    exactly_one(rows)
}

/// What was chosen of recovery for a compartment; none while nobody chose.
pub(super) fn recovery_chosen(db: &mut PgConnection, id: CompartmentId) -> Result<Option<bool>, Refused> {
    let chosen: Option<Option<bool>> = compartment::table.find(id).select(compartment::recovery).first(db).optional()?;
    Ok(chosen.flatten())
}

/// Keeps the choice, and deletes what is sealed to the bureau where recovery applies no more; false for who may not choose.
pub(super) fn choose_recovery(db: &mut PgConnection, id: CompartmentId, applies: bool) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Chosen {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        chosen: bool,
    }
    let query = statement("select sec.choose_recovery($1, $2) as chosen").bind::<diesel::sql_types::Uuid, _>(id).bind::<diesel::sql_types::Bool, _>(applies);
    Ok(query.get_result::<Chosen>(db)?.chosen)
}

pub(super) fn officers(db: &mut PgConnection, of: BureauId) -> Result<Vec<MembershipId>, Refused> {
    Ok(membership::table.filter(membership::bureau_id.eq(of)).filter(membership::role.eq("RP")).filter(membership::state.eq("active"))
        .order(membership::since).select(membership::id).load(db)?)
}

pub(super) fn insert_share(db: &mut PgConnection, of: BureauId, officer: MembershipId, partner: MembershipId, sealed: &[u8]) -> Result<(), Refused> {
    use crate::db::schema::app::recovery_share as share;
    diesel::insert_into(share::table)
        .values((share::bureau_id.eq(of), share::officer_id.eq(officer), share::partner_id.eq(partner), share::share_sealed.eq(sealed)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Who answers for a compartment, by the function that tells it to who may place there.
pub(super) fn owners(db: &mut PgConnection, id: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    #[derive(QueryableByName)]
    struct Owner {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        hat: MembershipId,
    }
    let rows: Vec<Owner> = diesel::sql_query("select o as hat from sec.owners_of($1) o").bind::<diesel::sql_types::Uuid, _>(id).load(db)?;
    Ok(rows.into_iter().map(|row| row.hat).collect())
}

/// Compartments the hat opens, those of the newest cases first.
pub(super) fn own_open(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<super::Own>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: CompartmentId,
        #[diesel(sql_type = diesel::sql_types::Text)]
        kind: String,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
        case_id: Option<CaseId>,
        #[diesel(sql_type = diesel::sql_types::Text)]
        role: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "select c.id, c.kind, c.case_id, m.role from sec.my_open_compartments() o join app.compartment c on c.id = o and c.epoch > 0 \
         join app.compartment_member m on m.compartment_id = c.id and m.membership_id = $1 order by c.created_at desc, c.id limit 1000",
    ).bind::<diesel::sql_types::Uuid, _>(hat).load(db)?;
    Ok(rows.into_iter().filter_map(|row| Some(super::Own { id: row.id, kind: Kind::from_word(&row.kind)?, case: row.case_id, role: crate::access::Role::from_code(&row.role)? })).collect())
}

/// What words without a name are sealed to.
#[derive(QueryableByName)]
pub(super) struct Room {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub(super) epoch: i32,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    pub(super) place_public: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    pub(super) mac: Vec<u8>,
}

pub(super) fn evaluation_room(db: &mut PgConnection, case: CaseId) -> Result<Option<Room>, Refused> {
    Ok(statement("select compartment_id, epoch, place_public, mac from sec.evaluation_room($1)").bind::<diesel::sql_types::Uuid, _>(case).get_result(db).optional()?)
}

/// Compartments that wait for this hat to bring them to life.
pub(super) fn unborn_of(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<CompartmentId>, Refused> {
    Ok(compartment::table.filter(compartment::first_member_id.eq(hat)).filter(compartment::epoch.eq(0)).select(compartment::id).load(db)?)
}

/// The public half of a compartment not born yet, after its first member got a key of their own.
pub(super) fn replace_place(db: &mut PgConnection, id: CompartmentId, public: &[u8], mac: &[u8]) -> Result<(), Refused> {
    exactly_one(diesel::update(compartment_epoch::table.find((id, 0))).set((compartment_epoch::place_public.eq(public), compartment_epoch::mac.eq(mac))).execute(db)?)
}

pub(super) fn set_frozen(db: &mut PgConnection, id: CompartmentId, at: Option<DateTime<Utc>>) -> Result<(), Refused> {
    exactly_one(diesel::update(compartment::table.find(id)).set(compartment::frozen_at.eq(at)).execute(db)?)
}

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    member: bool,
}

/// Whether a hat is lent to the bureau and nobody of it let them into a compartment.
pub(super) fn is_kept_out(db: &mut PgConnection, id: CompartmentId, hat: MembershipId) -> Result<bool, Refused> {
    Ok(statement("select sec.kept_out($1, $2) as member").bind::<diesel::sql_types::Uuid, _>(hat).bind::<diesel::sql_types::Uuid, _>(id).get_result::<Member>(db)?.member)
}

pub(super) fn is_member(db: &mut PgConnection, id: CompartmentId) -> Result<bool, Refused> {
    Ok(statement("select $1 in (select sec.my_compartments()) as member").bind::<diesel::sql_types::Uuid, _>(id).get_result::<Member>(db)?.member)
}

#[derive(QueryableByName)]
struct LogRow {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    seq: i64,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = diesel::sql_types::Text)]
    role: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    action: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    object_id: Option<Uuid>,
    #[diesel(sql_type = diesel::sql_types::Text)]
    result: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    own: bool,
}

pub(super) fn log_of(db: &mut PgConnection, id: CompartmentId, before: Option<i64>) -> Result<Vec<super::Seen>, Refused> {
    let rows: Vec<LogRow> = statement("select seq, at, role, action, object_id, result, membership_id is not distinct from (select sec.hat()) as own from sec.log_of($1, $2, 100)")
        .bind::<diesel::sql_types::Uuid, _>(id).bind::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>, _>(before).load(db)?;
    Ok(rows.into_iter().map(|row| super::Seen { seq: row.seq, at: row.at, role: row.role, action: row.action, object: row.object_id, result: row.result, own: row.own }).collect())
}

#[derive(QueryableByName)]
struct ActRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    act: String,
}

/// The names of the acts in a log.
pub(super) fn acts_seen_in(db: &mut PgConnection, id: CompartmentId) -> Result<Vec<String>, Refused> {
    let rows: Vec<ActRow> = statement("select act from sec.acts_seen_in($1) act").bind::<diesel::sql_types::Uuid, _>(id).load(db)?;
    Ok(rows.into_iter().map(|row| row.act).collect())
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = diesel::sql_types::Date)]
    day: chrono::NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Text)]
    role: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    own: bool,
    #[diesel(sql_type = diesel::sql_types::Text)]
    deed: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    times: i64,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    seq: i64,
}

/// The log by day, each role's doing once.
pub(super) fn log_in_days(db: &mut PgConnection, id: CompartmentId, zone: &str, acts: &[String], deeds: &[&str], narrowed: &super::Narrowed) -> Result<Vec<super::SeenLine>, Refused> {
    use diesel::sql_types::{Array, Date, Integer, Nullable, Text};
    let rows: Vec<DayRow> = diesel::sql_query("select day, role, own, deed, times, at, seq from sec.log_in_days($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind::<diesel::sql_types::Uuid, _>(id).bind::<Text, _>(zone).bind::<Array<Text>, _>(acts).bind::<Array<Text>, _>(deeds).bind::<Nullable<Text>, _>(narrowed.deed.as_deref())
        .bind::<Nullable<Date>, _>(narrowed.from).bind::<Nullable<Date>, _>(narrowed.to).bind::<Integer, _>(i32::try_from(super::DAYS).unwrap_or(i32::MAX)).load(db)?;
    Ok(rows.into_iter().map(|row| super::SeenLine { day: row.day, role: row.role, own: row.own, deed: row.deed, times: usize::try_from(row.times).unwrap_or(0), at: row.at, seq: row.seq }).collect())
}
