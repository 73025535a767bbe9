//! All SQL of documents: items, their versions and keys, drafts, single items sealed to one person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::drafts::Writing;
use crate::db::schema::app::{case_party, compartment, item, item_draft, item_grant, item_version};
use crate::db::schema::keys::item_key;
use crate::db::statement;
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId};
use crate::tx::{Refused, exactly_one};

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

/// Counts a version on, where the item still has the one that was seen.
pub(super) fn step_version(db: &mut PgConnection, id: ItemId, seen: i32, complete: bool, at: DateTime<Utc>) -> Result<bool, Refused> {
    let rows = diesel::update(item::table.find(id).filter(item::version.eq(seen)).filter(item::removed_at.is_null()))
        .set((item::version.eq(seen + 1), item::complete.eq(complete), item::changed_at.eq(at))).execute(db)?;
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
pub(super) fn whole_items(db: &mut PgConnection, within: CompartmentId, kinds: &[&str], only: Option<&[ItemId]>, at_most: i64) -> Result<Vec<(ItemRow, VersionRow, Vec<u8>)>, Refused> {
    let rows: Vec<WholeRow> = statement(
        "select i.id, i.kind, i.subject_id, i.version, i.complete, i.author_id, i.changed_at, v.epoch, v.placed, v.author_id as written_by, v.form_version, v.ground, v.body, v.created_at, k.sealed \
         from app.item i join app.item_version v on v.item_id = i.id and v.version = i.version join keys.item_key k on k.item_id = v.item_id and k.version = v.version \
         where i.compartment_id = $1 and i.kind = any($2) and i.removed_at is null and ($3::uuid[] is null or i.id = any($3)) order by i.created_at, i.id limit $4",
    ).bind::<diesel::sql_types::Uuid, _>(within).bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(kinds)
        .bind::<diesel::sql_types::Nullable<diesel::sql_types::Array<diesel::sql_types::Uuid>>, _>(only).bind::<diesel::sql_types::BigInt, _>(at_most).load(db)?;
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

/// Whoever asks for the same compartment waits until this transaction is over.
pub(super) fn one_at_a_time(db: &mut PgConnection, within: CompartmentId) -> Result<(), Refused> {
    statement("select pg_advisory_xact_lock(hashtextextended($1::text, 5))").bind::<diesel::sql_types::Uuid, _>(within).execute(db)?;
    Ok(())
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

pub(super) fn my_item_grant(db: &mut PgConnection, of: ItemId, hat: MembershipId) -> Result<Option<(i32, Vec<u8>)>, Refused> {
    Ok(item_grant::table.filter(item_grant::item_id.eq(of)).filter(item_grant::membership_id.eq(hat))
        .filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now)))
        .order(item_grant::version.desc()).select((item_grant::version, item_grant::sealed)).first(db).optional()?)
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
        // Who comes back after a pause sits down anew: since when somebody writes is said to the others.
        "update app.item_draft d set seen_version = $1, revision = $2, epoch = $3, key_sealed = $4, body = $5, saved_at = $6, \
           begun_at = case when d.saved_at < $6 - interval '10 minutes' then $6 else d.begun_at end from app.item i \
         where d.membership_id = $7 and d.item_id = $8 and i.id = $8 and i.compartment_id = $9 and i.kind = $10 and i.removed_at is null and d.revision = $11"
    };
    let rows = statement(sql)
        .bind::<Integer, _>(row.seen_version).bind::<Integer, _>(row.revision).bind::<Integer, _>(row.epoch).bind::<Binary, _>(&row.key_sealed)
        .bind::<Binary, _>(&row.body).bind::<Timestamptz, _>(row.saved_at).bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(of).bind::<SqlUuid, _>(within)
        .bind::<Text, _>(kind).bind::<Integer, _>(before).execute(db)?;
    Ok(rows == 1)
}

pub(super) fn drop_draft(db: &mut PgConnection, of: ItemId, hat: MembershipId) -> Result<(), Refused> {
    diesel::delete(item_draft::table.filter(item_draft::item_id.eq(of)).filter(item_draft::membership_id.eq(hat))).execute(db)?;
    Ok(())
}

/// The drafts of a document of the report: that they are there, and since when.
pub(super) fn drafts_on(db: &mut PgConnection, of: ItemId) -> Result<Vec<Writing>, Refused> {
    use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = Timestamptz)]
        begun_at: DateTime<Utc>,
        #[diesel(sql_type = Timestamptz)]
        saved_at: DateTime<Utc>,
    }
    let rows: Vec<Row> = statement("select membership_id, begun_at, saved_at from sec.drafts_on($1)").bind::<SqlUuid, _>(of).load(db)?;
    Ok(rows.into_iter().map(|row| Writing { hat: row.membership_id, begun_at: row.begun_at, saved_at: row.saved_at }).collect())
}

pub(super) fn delete_keys_before(db: &mut PgConnection, of: ItemId, version: i32) -> Result<(), Refused> {
    diesel::delete(item_key::table.filter(item_key::item_id.eq(of)).filter(item_key::version.lt(version))).execute(db)?;
    Ok(())
}

/// Items of a kind about something that are sealed to the caller, as the policy shows them.
pub(super) fn granted_items(db: &mut PgConnection, within: CompartmentId, kind: &str, subject: Uuid) -> QueryResult<Vec<ItemId>> {
    item::table.inner_join(item_grant::table).filter(item::compartment_id.eq(within)).filter(item::kind.eq(kind)).filter(item::subject_id.eq(subject)).filter(item::removed_at.is_null())
        .filter(item_grant::membership_id.eq(diesel::dsl::sql::<diesel::sql_types::Uuid>("(select sec.hat())")))
        .filter(item_grant::until.is_null().or(item_grant::until.gt(diesel::dsl::now)))
        .select(item::id).distinct().order(item::id).load(db)
}

/// Until when somebody codes a case, and what says that the program named them.
type NamedToCode = (Option<DateTime<Utc>>, Option<Vec<u8>>);

/// As what somebody is named to code a case; none who is not.
pub(super) fn named_to_code(db: &mut PgConnection, case: CaseId, hat: MembershipId) -> Result<Option<NamedToCode>, Refused> {
    Ok(case_party::table.find((case, hat)).filter(case_party::role.eq("CD")).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now)))
        .select((case_party::until, case_party::named_mac)).first(db).optional()?)
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
