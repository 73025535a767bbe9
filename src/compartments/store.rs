//! All SQL of compartments, grants and items.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::Compartment;
use crate::access::Kind;
use crate::db::schema::app::{bureau, compartment, compartment_epoch, compartment_member, item, item_draft, item_grant, item_version, key_grant, membership, person};
use crate::db::schema::keys::item_key;
use crate::db::statement;
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, MembershipId, PersonId};
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
}

pub(super) fn members(db: &mut PgConnection, id: CompartmentId) -> Result<Vec<MemberRow>, Refused> {
    Ok(compartment_member::table
        .filter(compartment_member::compartment_id.eq(id)).filter(compartment_member::until.is_null().or(compartment_member::until.gt(diesel::dsl::now)))
        .order(compartment_member::since)
        .select((compartment_member::membership_id, compartment_member::role, compartment_member::access, compartment_member::deputy, compartment_member::until))
        .load(db)?)
}

pub(super) fn set_access(db: &mut PgConnection, id: CompartmentId, of: MembershipId, access: super::Access) -> Result<(), Refused> {
    let rows = diesel::update(compartment_member::table.filter(compartment_member::compartment_id.eq(id)).filter(compartment_member::membership_id.eq(of)))
        .set(compartment_member::access.eq(access.word())).execute(db)?;
    exactly_one(rows)
}

pub(super) fn insert_member(db: &mut PgConnection, id: CompartmentId, member: &super::Member) -> Result<(), Refused> {
    let access = member.access.word();
    diesel::insert_into(compartment_member::table)
        .values((
            compartment_member::compartment_id.eq(id), compartment_member::membership_id.eq(member.membership), compartment_member::role.eq(member.role.code()),
            compartment_member::access.eq(access), compartment_member::deputy.eq(member.deputy), compartment_member::until.eq(member.until),
        ))
        .on_conflict((compartment_member::compartment_id, compartment_member::membership_id))
        .do_update().set((compartment_member::until.eq(member.until), compartment_member::access.eq(access)))
        .execute(db)?;
    Ok(())
}

/// The first member of a compartment not born yet, named by someone who may place there but not see its members: an upsert
/// would ask for that sight.
pub(super) fn insert_first_member(db: &mut PgConnection, id: CompartmentId, member: &super::Member) -> Result<(), Refused> {
    let access = member.access.word();
    diesel::insert_into(compartment_member::table)
        .values((
            compartment_member::compartment_id.eq(id), compartment_member::membership_id.eq(member.membership), compartment_member::role.eq(member.role.code()),
            compartment_member::access.eq(access), compartment_member::deputy.eq(member.deputy), compartment_member::until.eq(member.until),
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

/// Members of my compartments who lack the key of the current epoch, with the key it would be sealed to.
#[derive(QueryableByName)]
pub(super) struct PendingRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub(super) epoch: i32,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) membership_id: MembershipId,
}

pub(super) fn pending(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<PendingRow>, Refused> {
    Ok(statement(
        "select m.compartment_id, e.epoch, m.membership_id from app.compartment_member mine \
         join app.compartment_member m on m.compartment_id = mine.compartment_id and m.access in ('full', 'read') and (m.until is null or m.until > now()) and m.membership_id <> mine.membership_id \
         join app.compartment_epoch e on e.compartment_id = m.compartment_id and e.epoch > 0 \
         where mine.membership_id = $1 and mine.access in ('full', 'read') and (mine.until is null or mine.until > now()) \
           and not exists (select from app.key_grant g where g.compartment_id = m.compartment_id and g.epoch = e.epoch and g.membership_id = m.membership_id) limit 200",
    ).bind::<diesel::sql_types::Uuid, _>(hat).load(db)?)
}

/// To which key something for this hat is sealed: the person's, or, while they have no account, the one of their code.
pub(super) struct RecipientRow {
    pub(super) person: Option<PersonId>,
    pub(super) public: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

pub(super) fn recipient(db: &mut PgConnection, hat: MembershipId) -> Result<Option<RecipientRow>, Refused> {
    type Found = (Option<PersonId>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
    let row: Option<Found> = membership::table.left_join(person::table.on(person::id.nullable().eq(membership::person_id)))
        .filter(membership::id.eq(hat))
        .select((membership::person_id, person::public_key.nullable(), person::public_key_mac.nullable(), membership::invited_public, membership::invited_public_mac))
        .first(db).optional()?;
    Ok(row.and_then(|(who, public, mac, invited, invited_mac)| match (public, mac, invited, invited_mac) {
        (Some(public), Some(mac), _, _) => Some(RecipientRow { person: who, public, mac }),
        (_, _, Some(public), Some(mac)) => Some(RecipientRow { person: None, public, mac }),
        _ => None,
    }))
}

pub(super) fn recovery_public(db: &mut PgConnection, of: BureauId) -> Result<Option<(Vec<u8>, Vec<u8>)>, Refused> {
    let row: (Option<Vec<u8>>, Option<Vec<u8>>) = bureau::table.find(of).select((bureau::recovery_public, bureau::recovery_mac)).first(db)?;
    Ok(row.0.zip(row.1))
}

pub(super) fn set_recovery(db: &mut PgConnection, of: BureauId, public: &[u8], mac: &[u8]) -> Result<(), Refused> {
    let rows = diesel::update(bureau::table.find(of)).set((bureau::recovery_public.eq(Some(public)), bureau::recovery_mac.eq(Some(mac)))).execute(db)?;
    exactly_one(rows)
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

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = item)]
pub(super) struct ItemRow {
    pub(super) id: ItemId,
    pub(super) compartment_id: CompartmentId,
    pub(super) kind: String,
    pub(super) subject_id: Option<Uuid>,
    pub(super) version: i32,
    pub(super) complete: bool,
    pub(super) author_id: MembershipId,
    pub(super) changed_at: DateTime<Utc>,
}

pub(super) fn item(db: &mut PgConnection, id: ItemId) -> Result<ItemRow, Refused> {
    Ok(item::table.find(id).filter(item::removed_at.is_null()).select(ItemRow::as_select()).first(db)?)
}

pub(super) fn items(db: &mut PgConnection, within: CompartmentId, kind: &str, subject: Option<Uuid>) -> Result<Vec<ItemRow>, Refused> {
    let mut query = item::table.filter(item::compartment_id.eq(within)).filter(item::kind.eq(kind)).filter(item::removed_at.is_null())
        .order((item::created_at, item::id)).select(ItemRow::as_select()).into_boxed();
    if let Some(subject) = subject {
        query = query.filter(item::subject_id.eq(subject));
    }
    Ok(query.load(db)?)
}

pub(super) fn insert_item(db: &mut PgConnection, row: &ItemRow, placed: bool) -> Result<(), Refused> {
    diesel::insert_into(item::table)
        .values((
            item::id.eq(row.id), item::compartment_id.eq(row.compartment_id), item::kind.eq(&row.kind), item::subject_id.eq(row.subject_id),
            item::version.eq(row.version), item::placed.eq(placed), item::complete.eq(row.complete), item::author_id.eq(row.author_id),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Everything a further version changes, in one statement: the item, if it still has the version that was seen, the version, its key, and,
/// where the writer is `done`, the writer's draft. False when somebody saved in between, or there is no such item there.
#[expect(clippy::too_many_arguments, reason = "one statement over four tables")]
pub(super) fn next_version(
    db: &mut PgConnection, id: ItemId, within: CompartmentId, seen: i32, complete: bool, (row, key): &(VersionRow, Vec<u8>), done: bool,
) -> Result<bool, Refused> {
    use diesel::sql_types::{Binary, Bool, Integer, Text, Timestamptz, Uuid as SqlUuid};
    let rows = statement(
        "with next as (update app.item i set version = $1, complete = $2, changed_at = $3 \
           where i.id = $4 and i.compartment_id = $5 and i.version = $6 and i.removed_at is null returning i.id), \
         gone as (delete from app.item_draft d using next where $7 and d.item_id = next.id and d.membership_id = $8), \
         kept as (insert into keys.item_key (item_id, version, compartment_id, sealed) select next.id, $1, $5, $9 from next) \
         insert into app.item_version (item_id, version, compartment_id, epoch, placed, author_id, form_version, ground, body, created_at) \
         select next.id, $1, $5, $10, false, $8, $11, $12, $13, $3 from next",
    )
    .bind::<Integer, _>(row.version).bind::<Bool, _>(complete).bind::<Timestamptz, _>(row.created_at).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(within)
    .bind::<Integer, _>(seen).bind::<Bool, _>(done).bind::<SqlUuid, _>(row.author).bind::<Binary, _>(key).bind::<Integer, _>(row.epoch)
    .bind::<Text, _>(&row.form_version).bind::<Text, _>(&row.ground).bind::<Binary, _>(&row.body).execute(db)?;
    Ok(rows == 1)
}

pub(super) fn set_complete(db: &mut PgConnection, id: ItemId, complete: bool) -> Result<(), Refused> {
    exactly_one(diesel::update(item::table.find(id)).set(item::complete.eq(complete)).execute(db)?)
}

pub(super) fn remove(db: &mut PgConnection, id: ItemId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(item::table.find(id)).set(item::removed_at.eq(Some(at))).execute(db)?)
}

/// Deletes every version's key, and what was sealed of it to single readers.
pub(super) fn delete_keys(db: &mut PgConnection, id: ItemId) -> Result<(), Refused> {
    diesel::update(item_grant::table.filter(item_grant::item_id.eq(id))).set((item_grant::sealed.eq(Vec::<u8>::new()), item_grant::until.eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>("now()")))).execute(db)?;
    diesel::delete(item_key::table.filter(item_key::item_id.eq(id))).execute(db)?;
    Ok(())
}

#[derive(Queryable, Clone)]
pub(super) struct VersionRow {
    pub(super) version: i32,
    pub(super) epoch: i32,
    pub(super) placed: bool,
    pub(super) author: MembershipId,
    pub(super) form_version: String,
    pub(super) ground: String,
    pub(super) body: Vec<u8>,
    pub(super) created_at: DateTime<Utc>,
}

pub(super) fn version(db: &mut PgConnection, id: ItemId, number: i32) -> Result<VersionRow, Refused> {
    Ok(item_version::table.find((id, number))
        .select((item_version::version, item_version::epoch, item_version::placed, item_version::author_id, item_version::form_version, item_version::ground, item_version::body, item_version::created_at))
        .first(db)?)
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

/// An item with its current version and sealed key: one row of three tables.
#[derive(QueryableByName)]
struct WholeRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: ItemId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    version: i32,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    complete: bool,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    author_id: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    changed_at: DateTime<Utc>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    epoch: i32,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    placed: bool,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    written_by: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    form_version: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    ground: String,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    body: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    sealed: Vec<u8>,
}

/// Every item of some kinds with its current version and sealed key, oldest first; what was shredded is not there any more.
#[expect(clippy::type_complexity, reason = "the three rows one opens a document with")]
pub(super) fn whole_items(db: &mut PgConnection, within: CompartmentId, kinds: &[&str], at_most: i64) -> Result<Vec<(ItemRow, VersionRow, Vec<u8>)>, Refused> {
    let rows: Vec<WholeRow> = statement(
        "select i.id, i.kind, i.subject_id, i.version, i.complete, i.author_id, i.changed_at, v.epoch, v.placed, v.author_id as written_by, v.form_version, v.ground, v.body, v.created_at, k.sealed \
         from app.item i join app.item_version v on v.item_id = i.id and v.version = i.version join keys.item_key k on k.item_id = v.item_id and k.version = v.version \
         where i.compartment_id = $1 and i.kind = any($2) and i.removed_at is null order by i.created_at, i.id limit $3",
    ).bind::<diesel::sql_types::Uuid, _>(within).bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(kinds).bind::<diesel::sql_types::BigInt, _>(at_most).load(db)?;
    Ok(rows.into_iter().map(|row| (
        ItemRow {
            id: row.id, compartment_id: within, kind: row.kind, subject_id: row.subject_id, version: row.version, complete: row.complete, author_id: row.author_id,
            changed_at: row.changed_at,
        },
        VersionRow {
            version: row.version, epoch: row.epoch, placed: row.placed, author: row.written_by, form_version: row.form_version, ground: row.ground, body: row.body,
            created_at: row.created_at,
        },
        row.sealed,
    )).collect())
}

pub(super) fn version_times(db: &mut PgConnection, id: ItemId) -> Result<Vec<(i32, MembershipId, DateTime<Utc>)>, Refused> {
    Ok(item_version::table.filter(item_version::item_id.eq(id)).order(item_version::version.desc())
        .select((item_version::version, item_version::author_id, item_version::created_at)).load(db)?)
}

pub(super) fn insert_version(db: &mut PgConnection, of: ItemId, within: CompartmentId, row: &VersionRow) -> Result<(), Refused> {
    diesel::insert_into(item_version::table)
        .values((
            item_version::item_id.eq(of), item_version::version.eq(row.version), item_version::compartment_id.eq(within), item_version::epoch.eq(row.epoch),
            item_version::placed.eq(row.placed), item_version::author_id.eq(row.author), item_version::form_version.eq(&row.form_version),
            item_version::ground.eq(&row.ground), item_version::body.eq(&row.body), item_version::created_at.eq(row.created_at),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn key(db: &mut PgConnection, of: ItemId, version: i32) -> Result<Option<Vec<u8>>, Refused> {
    Ok(item_key::table.find((of, version)).select(item_key::sealed).first(db).optional()?)
}

pub(super) fn delete_keys_before(db: &mut PgConnection, of: ItemId, version: i32) -> Result<(), Refused> {
    diesel::delete(item_key::table.filter(item_key::item_id.eq(of)).filter(item_key::version.lt(version))).execute(db)?;
    Ok(())
}

pub(super) fn insert_key(db: &mut PgConnection, of: ItemId, version: i32, within: CompartmentId, sealed: &[u8]) -> Result<(), Refused> {
    diesel::insert_into(item_key::table)
        .values((item_key::item_id.eq(of), item_key::version.eq(version), item_key::compartment_id.eq(within), item_key::sealed.eq(sealed)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn insert_item_grant(db: &mut PgConnection, of: ItemId, version: i32, to: MembershipId, sealed: &[u8], purpose: &str, by: MembershipId, until: Option<DateTime<Utc>>) -> Result<(), Refused> {
    diesel::insert_into(item_grant::table)
        .values((
            item_grant::item_id.eq(of), item_grant::version.eq(version), item_grant::membership_id.eq(to), item_grant::sealed.eq(sealed),
            item_grant::purpose.eq(purpose), item_grant::granted_by.eq(by.uuid()), item_grant::until.eq(until),
        ))
        .on_conflict_do_nothing().execute(db)?;
    Ok(())
}

/// A grant there is already gets another end; false when there is none. Only who opens the item may.
pub(super) fn renew_item_grant(db: &mut PgConnection, of: ItemId, version: i32, to: MembershipId, sealed: &[u8], until: Option<DateTime<Utc>>) -> Result<bool, Refused> {
    Ok(diesel::update(item_grant::table.find((of, version, to))).set((item_grant::until.eq(until), item_grant::sealed.eq(sealed))).execute(db)? == 1)
}

pub(super) fn end_item_grants(db: &mut PgConnection, case: CaseId, purpose: &str, of: Option<MembershipId>, at: DateTime<Utc>) -> Result<usize, Refused> {
    let of_case = item::table.inner_join(compartment::table).filter(compartment::case_id.eq(Some(case.uuid()))).select(item::id);
    let live = item_grant::table.filter(item_grant::purpose.eq(purpose)).filter(item_grant::item_id.eq_any(of_case)).filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now)));
    let to = (item_grant::until.eq(Some(at)), item_grant::sealed.eq(Vec::<u8>::new()));
    Ok(match of {
        Some(of) => diesel::update(live.filter(item_grant::membership_id.eq(of))).set(to).execute(db)?,
        None => diesel::update(live).set(to).execute(db)?,
    })
}

pub(super) type GrantLine = (ItemId, String, MembershipId, Option<DateTime<Utc>>);

pub(super) fn item_grants(db: &mut PgConnection, case: CaseId, purpose: &str) -> Result<Vec<GrantLine>, Refused> {
    Ok(item_grant::table.inner_join(item::table.inner_join(compartment::table)).filter(compartment::case_id.eq(Some(case.uuid()))).filter(item_grant::purpose.eq(purpose))
        .filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now))).order((item::created_at, item::id))
        .select((item_grant::item_id, item::kind, item_grant::membership_id, item_grant::until)).load(db)?)
}

pub(super) fn end_evidence(db: &mut PgConnection) -> Result<usize, Refused> {
    #[derive(QueryableByName)]
    struct Ended {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        ended: i32,
    }
    let found: Ended = statement("select sec.end_evidence() as ended").get_result(db)?;
    Ok(usize::try_from(found.ended).unwrap_or_default())
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

pub(super) fn my_item_grant(db: &mut PgConnection, of: ItemId, hat: MembershipId) -> Result<Option<(i32, Vec<u8>)>, Refused> {
    Ok(item_grant::table.filter(item_grant::item_id.eq(of)).filter(item_grant::membership_id.eq(hat))
        .filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now)))
        .order(item_grant::version.desc()).select((item_grant::version, item_grant::sealed)).first(db).optional()?)
}

/// Items of a kind about something that are sealed to the caller, as the policy shows them.
pub(super) fn granted_items(db: &mut PgConnection, within: CompartmentId, kind: &str, subject: Uuid) -> QueryResult<Vec<ItemId>> {
    item::table.inner_join(item_grant::table).filter(item::compartment_id.eq(within)).filter(item::kind.eq(kind)).filter(item::subject_id.eq(subject)).filter(item::removed_at.is_null())
        .filter(item_grant::membership_id.eq(diesel::dsl::sql::<diesel::sql_types::Uuid>("(select sec.hat())")))
        .filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now)))
        .select(item::id).distinct().order(item::id).load(db)
}

/// Documents kept apart that the caller opens and that wait for somebody: item, version, for whom.
pub(super) fn apart_due(db: &mut PgConnection) -> Result<Vec<(ItemId, i32, MembershipId)>, Refused> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        item_id: ItemId,
        #[diesel(sql_type = diesel::sql_types::Integer)]
        version: i32,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        membership_id: MembershipId,
    }
    let rows: Vec<Due> = diesel::sql_query("select item_id, version, membership_id from sec.codes_to_hand_on()").load(db)?;
    Ok(rows.into_iter().map(|row| (row.item_id, row.version, row.membership_id)).collect())
}

pub(super) fn all_my_item_grants(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<(ItemId, i32, Vec<u8>)>, Refused> {
    Ok(item_grant::table.filter(item_grant::membership_id.eq(hat)).select((item_grant::item_id, item_grant::version, item_grant::sealed)).load(db)?)
}

pub(super) fn reseal_item_grant(db: &mut PgConnection, of: ItemId, version: i32, hat: MembershipId, sealed: &[u8]) -> Result<(), Refused> {
    exactly_one(diesel::update(item_grant::table.find((of, version, hat))).set(item_grant::sealed.eq(sealed)).execute(db)?)
}

/// Everything placed before birth: item, version, key.
pub(super) fn unborn_items(db: &mut PgConnection, within: CompartmentId) -> Result<Vec<(ItemId, i32, Vec<u8>)>, Refused> {
    Ok(item_key::table.filter(item_key::compartment_id.eq(within)).select((item_key::item_id, item_key::version, item_key::sealed)).load(db)?)
}

pub(super) fn reseal_key(db: &mut PgConnection, of: ItemId, version: i32, sealed: &[u8]) -> Result<(), Refused> {
    exactly_one(diesel::update(item_key::table.find((of, version))).set(item_key::sealed.eq(sealed)).execute(db)?)
}

/// Keys re-sealed by whoever reads them, in one statement. Where the policy lets a reader change nothing, they stay as they are.
pub(super) fn reseal_keys(db: &mut PgConnection, keys: Vec<(ItemId, i32, Vec<u8>)>) -> Result<(), Refused> {
    use diesel::sql_types::{Array, Binary, Integer, Uuid as SqlUuid};
    if keys.is_empty() {
        return Ok(());
    }
    let (mut items, mut versions, mut sealed) = (vec![], vec![], vec![]);
    for (item, version, key) in keys {
        items.push(item);
        versions.push(version);
        sealed.push(key);
    }
    statement("update keys.item_key k set sealed = n.sealed from unnest($1, $2, $3) n (item_id, version, sealed) where k.item_id = n.item_id and k.version = n.version")
        .bind::<Array<SqlUuid>, _>(items).bind::<Array<Integer>, _>(versions).bind::<Array<Binary>, _>(sealed).execute(db)?;
    Ok(())
}

pub(super) struct DraftRow {
    pub(super) seen_version: i32,
    pub(super) revision: i32,
    pub(super) epoch: i32,
    pub(super) key_sealed: Vec<u8>,
    pub(super) body: Vec<u8>,
    pub(super) saved_at: DateTime<Utc>,
}

pub(super) fn draft(db: &mut PgConnection, of: ItemId, hat: MembershipId) -> Result<Option<DraftRow>, Refused> {
    let row = item_draft::table.find((of, hat))
        .select((item_draft::seen_version, item_draft::revision, item_draft::epoch, item_draft::key_sealed, item_draft::body, item_draft::saved_at))
        .first::<(i32, i32, i32, Vec<u8>, Vec<u8>, DateTime<Utc>)>(db).optional()?;
    Ok(row.map(|(seen_version, revision, epoch, key_sealed, body, saved_at)| DraftRow { seen_version, revision, epoch, key_sealed, body, saved_at }))
}

/// Keeps a draft over the one with revision `before`, or as the first when that is 0. False when another draft is kept, or there is no
/// such document there.
pub(super) fn keep_draft(db: &mut PgConnection, of: ItemId, kind: &str, hat: MembershipId, within: CompartmentId, before: i32, row: &DraftRow) -> Result<bool, Refused> {
    use diesel::sql_types::{Binary, Integer, Text, Timestamptz, Uuid as SqlUuid};
    let sql = if before == 0 {
        "insert into app.item_draft (seen_version, revision, epoch, key_sealed, body, saved_at, item_id, membership_id, compartment_id) \
         select $1, $2, $3, $4, $5, $6, i.id, $7, i.compartment_id from app.item i \
         where i.id = $8 and i.compartment_id = $9 and i.kind = $10 and i.removed_at is null and $11 = 0 on conflict (item_id, membership_id) do nothing"
    } else {
        "update app.item_draft d set seen_version = $1, revision = $2, epoch = $3, key_sealed = $4, body = $5, saved_at = $6 from app.item i \
         where d.membership_id = $7 and d.item_id = $8 and i.id = $8 and i.compartment_id = $9 and i.kind = $10 and i.removed_at is null and d.revision = $11"
    };
    let rows = statement(sql)
        .bind::<Integer, _>(row.seen_version).bind::<Integer, _>(row.revision).bind::<Integer, _>(row.epoch).bind::<Binary, _>(&row.key_sealed)
        .bind::<Binary, _>(&row.body).bind::<Timestamptz, _>(row.saved_at).bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(of).bind::<SqlUuid, _>(within)
        .bind::<Text, _>(kind).bind::<Integer, _>(before).execute(db)?;
    Ok(rows == 1)
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
