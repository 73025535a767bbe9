//! All SQL of relatives: process facts, seen by the named contact and the relative only.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::schema::app::{question, relative};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, MembershipId, QuestionId, RelativeId};
use crate::tx::{Refused, exactly_one};

/// A relative in a case.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Found {
    pub(super) id: RelativeId,
    pub(super) case: CaseId,
    pub(super) compartment: CompartmentId,
    pub(super) contact: MembershipId,
    pub(super) state: String,
    pub(super) withdrawn_at: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) held: Option<String>,
    pub(super) wants_nothing: bool,
}

macro_rules! columns {
    () => {
        (relative::id, relative::case_id, relative::compartment_id, relative::contact_id, relative::state, relative::withdrawn_at.nullable(), relative::held.nullable(), relative::wants_nothing)
    };
}

pub(super) fn insert(db: &mut PgConnection, new: &Found, again_on: Option<NaiveDate>) -> Result<(), Refused> {
    diesel::insert_into(relative::table)
        .values((
            relative::id.eq(new.id), relative::case_id.eq(new.case), relative::compartment_id.eq(new.compartment), relative::contact_id.eq(new.contact), relative::again_on.eq(again_on),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn found(db: &mut PgConnection, id: RelativeId) -> Result<Found, Refused> {
    Ok(relative::table.find(id).select(columns!()).first(db)?)
}

/// Where the case stands, for who belongs to the place: state, the state a deferred one left, since when.
pub(super) type Stands = (String, Option<String>, DateTime<Utc>);

pub(super) fn stands(db: &mut PgConnection, id: RelativeId) -> Result<Option<Stands>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        state: String,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        left_state: Option<String>,
        #[diesel(sql_type = diesel::sql_types::Timestamptz)]
        since: DateTime<Utc>,
    }
    let found: Option<Row> = diesel::sql_query("select state, left_state, since from sec.phase_of_mine($1)").bind::<diesel::sql_types::Uuid, _>(id).get_result(db).optional()?;
    Ok(found.map(|row| (row.state, row.left_state, row.since)))
}

/// How many relatives a case has, for who coordinates it (`sec.count_relatives`): also those whose place does not open.
pub(super) fn count(db: &mut PgConnection, case: CaseId) -> Result<i64, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    Ok(diesel::sql_query("select sec.count_relatives($1) as n").bind::<diesel::sql_types::Uuid, _>(case).get_result::<Row>(db)?.n)
}

/// Whether one of some hats is somebody's by now: its code was redeemed.
pub(super) fn have_signed_in(db: &mut PgConnection, hats: Vec<MembershipId>) -> Result<bool, Refused> {
    use crate::db::schema::app::membership;
    let found: i64 = membership::table.filter(membership::id.eq_any(hats)).filter(membership::person_id.is_not_null()).count().get_result(db)?;
    Ok(found > 0)
}

/// Where the contact of a relative is gone, tells who is in charge instead (`sec.tell_instead`); whether that was so.
pub(super) fn tell_instead(db: &mut PgConnection, of: RelativeId) -> Result<bool, Refused> {
    Ok(diesel::sql_query("select sec.tell_instead($1) as yes").bind::<diesel::sql_types::Uuid, _>(of).get_result::<Yes>(db)?.yes)
}

/// Those the hat sees, found through its own compartments: the policy alone would be asked of every relative there is.
pub(super) fn list(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<Found>, Refused> {
    use crate::db::schema::app::compartment_member as own;
    let mine = own::table.filter(own::membership_id.eq(hat)).select(own::compartment_id);
    Ok(relative::table.filter(relative::compartment_id.eq_any(mine)).order(relative::created_at).select(columns!()).limit(500).load(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: RelativeId, state: &str) -> Result<(), Refused> {
    exactly_one(diesel::update(relative::table.find(id)).set(relative::state.eq(state)).execute(db)?)
}

pub(super) fn insert_question(db: &mut PgConnection, id: QuestionId, of: &Found, item: ItemId, due: NaiveDate) -> Result<(), Refused> {
    diesel::insert_into(question::table)
        .values((
            question::id.eq(id), question::relative_id.eq(of.id), question::case_id.eq(of.case), question::compartment_id.eq(of.compartment), question::item_id.eq(item), question::due_on.eq(due),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Lets somebody who waits in a relative's place have its key; gives the place, none where the caller has none to give or nobody waits.
pub(super) fn let_in_beside(db: &mut PgConnection, id: RelativeId, hat: MembershipId) -> Result<Option<CompartmentId>, Refused> {
    #[derive(QueryableByName)]
    struct Room {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
        room: Option<CompartmentId>,
    }
    let query = diesel::sql_query("select sec.let_in_beside($1, $2) as room").bind::<diesel::sql_types::Uuid, _>(id).bind::<diesel::sql_types::Uuid, _>(hat);
    Ok(query.get_result::<Room>(db)?.room)
}

/// The number of a question in its case, given when it is first placed.
pub(super) fn number(db: &mut PgConnection, id: QuestionId) -> Result<i32, Refused> {
    #[derive(QueryableByName)]
    struct Given {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Integer>)]
        number: Option<i32>,
    }
    let found: Given = diesel::sql_query("select sec.number_question($1) as number").bind::<diesel::sql_types::Uuid, _>(id).get_result(db)?;
    found.number.ok_or(Refused::NotFound)
}

/// A question: whose it is, its words, its state, its answer.
pub(super) type QuestionRow = (RelativeId, ItemId, String, Option<ItemId>);

pub(super) fn question(db: &mut PgConnection, id: QuestionId) -> Result<QuestionRow, Refused> {
    Ok(question::table.find(id).select((question::relative_id, question::item_id, question::state, question::answer_item_id.nullable())).for_update().first(db)?)
}

pub(super) fn answer(db: &mut PgConnection, id: QuestionId, state: &str, answer: ItemId) -> Result<(), Refused> {
    exactly_one(diesel::update(question::table.find(id)).set((question::state.eq(state), question::answer_item_id.eq(Some(answer)))).execute(db)?)
}

type QuestionLine = (QuestionId, ItemId, Option<ItemId>, String, NaiveDate);

pub(super) fn questions(db: &mut PgConnection, of: RelativeId) -> Result<Vec<QuestionLine>, Refused> {
    Ok(question::table.filter(question::relative_id.eq(of)).order(question::asked_at)
        .select((question::id, question::item_id, question::answer_item_id.nullable(), question::state, question::due_on)).load(db)?)
}

/// A question that waits for its first reply, with the named contact.
#[derive(QueryableByName)]
pub(super) struct Waiting {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: QuestionId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) contact_id: MembershipId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case_id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) started: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) due: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    pub(super) reminded: Vec<String>,
}

/// Questions of which something is to be said, one server at a time.
pub(super) fn due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Waiting>, Refused> {
    let condition = crate::cases::marks_behind("$1", "q.asked_at::date", "q.due_on", "q.reminded");
    Ok(diesel::sql_query(format!(
        "select q.id, coalesce(sec.in_charge(r.id), r.contact_id) as contact_id, c.bureau_id, q.case_id, q.asked_at::date as started, q.due_on as due, q.reminded from app.question q join app.relative r on r.id = q.relative_id join app.case_file c on c.id = q.case_id \
         where q.state = 'asked' and r.state <> 'ended' and {condition} order by q.due_on limit 500 for update of q skip locked",
    )).bind::<diesel::sql_types::Date, _>(today).load(db)?)
}

pub(super) fn mark_reminded(db: &mut PgConnection, id: QuestionId, marks: Vec<String>) -> Result<(), Refused> {
    exactly_one(diesel::update(question::table.find(id)).set(question::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}

/// Relatives who may be asked again from today: "no" now is not "no" for ever.
pub(super) fn to_ask_again(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<(RelativeId, MembershipId, BureauId, CaseId, NaiveDate)>, Refused> {
    use crate::db::schema::app::case_file;
    let rows: Vec<(RelativeId, MembershipId, BureauId, CaseId, Option<NaiveDate>)> = relative::table.inner_join(case_file::table)
        .filter(relative::state.eq("active")).filter(relative::again_on.le(today))
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("not again_on::text = any(relative.reminded)"))
        .select((relative::id, relative::contact_id, case_file::bureau_id, relative::case_id, relative::again_on)).for_update().skip_locked().limit(500).load(db)?;
    Ok(rows.into_iter().filter_map(|(id, contact, bureau, case, again)| Some((id, contact, bureau, case, again?))).collect())
}

pub(super) fn mark_asked_again(db: &mut PgConnection, id: RelativeId, day: NaiveDate) -> Result<(), Refused> {
    let said: Vec<Option<String>> = relative::table.find(id).select(relative::reminded).first(db)?;
    mark_relative(db, id, said.into_iter().flatten().chain([day.to_string()]).collect())
}

/// What was said of a relative to their contact.
pub(super) fn mark_relative(db: &mut PgConnection, id: RelativeId, marks: Vec<String>) -> Result<(), Refused> {
    exactly_one(diesel::update(relative::table.find(id)).set(relative::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}

/// A relative whose guardian's time ends: id, contact, bureau, case, the mark, what was said before.
pub(super) type Ending = (RelativeId, MembershipId, BureauId, CaseId, String, Vec<String>);

/// Places where a relative's access ends by a day, up to `until`, that the contact was not reminded of.
pub(super) fn guardians_ending(db: &mut PgConnection, until: NaiveDate) -> Result<Vec<Ending>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: RelativeId,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        contact_id: MembershipId,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        bureau_id: BureauId,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        case_id: CaseId,
        #[diesel(sql_type = diesel::sql_types::Text)]
        mark: String,
        #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
        reminded: Vec<String>,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "select r.id, coalesce(sec.in_charge(r.id), r.contact_id) as contact_id, f.bureau_id, r.case_id, 'guardian ' || m.until::date as mark, r.reminded from app.relative r \
         join app.case_file f on f.id = r.case_id join app.compartment_member m on m.compartment_id = r.compartment_id and m.role = 'RE' \
         where r.state = 'active' and m.until > now() and m.until::date <= $1 and not 'guardian ' || m.until::date = any(r.reminded) limit 200 for update of r skip locked",
    ).bind::<diesel::sql_types::Date, _>(until).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.contact_id, row.bureau_id, row.case_id, row.mark, row.reminded)).collect())
}

/// No message goes to a hat any more.
pub(super) fn forget_delivery(db: &mut PgConnection, hat: MembershipId, within: CompartmentId) -> Result<(), Refused> {
    use crate::db::schema::app::delivery;
    diesel::delete(delivery::table.find(hat).filter(delivery::compartment_id.eq(within))).execute(db)?;
    Ok(())
}

/// Keeps how a hat may be reached.
pub(super) fn keep_delivery(db: &mut PgConnection, hat: MembershipId, within: CompartmentId, sealed: &[u8]) -> Result<(), Refused> {
    use crate::db::schema::app::delivery;
    diesel::insert_into(delivery::table)
        .values((delivery::membership_id.eq(hat), delivery::compartment_id.eq(within), delivery::sealed.eq(sealed)))
        .on_conflict(delivery::membership_id).do_update().set((delivery::sealed.eq(sealed), delivery::changed_at.eq(diesel::dsl::now)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    yes: bool,
}

/// Pauses or stops, or goes on; false for who may not.
pub(super) fn hold(db: &mut PgConnection, id: RelativeId, how: Option<&str>) -> Result<bool, Refused> {
    let query = diesel::sql_query("select sec.hold_relative($1, $2) as yes").bind::<diesel::sql_types::Uuid, _>(id);
    Ok(query.bind::<diesel::sql_types::Nullable<diesel::sql_types::Text>, _>(how).get_result::<Yes>(db)?.yes)
}

/// Whether the relative of a place paused or stopped.
pub(super) fn is_held(db: &mut PgConnection, within: CompartmentId) -> Result<bool, Refused> {
    let found: Option<Option<String>> = relative::table.filter(relative::compartment_id.eq(within)).select(relative::held.nullable()).first(db).optional()?;
    Ok(found.flatten().is_some())
}

/// When the relative of a place may be asked again, as it was kept.
pub(super) fn again_on(db: &mut PgConnection, within: CompartmentId) -> Result<Option<NaiveDate>, Refused> {
    let found: Option<Option<NaiveDate>> = relative::table.filter(relative::compartment_id.eq(within)).select(relative::again_on).first(db).optional()?;
    Ok(found.flatten())
}

/// Keeps whether the relative of a place wants nothing.
pub(super) fn set_wants_nothing(db: &mut PgConnection, within: CompartmentId, nothing: bool) -> Result<(), Refused> {
    let query = diesel::sql_query("select sec.relative_wants_nothing($1, $2)").bind::<diesel::sql_types::Uuid, _>(within);
    query.bind::<diesel::sql_types::Bool, _>(nothing).execute(db)?;
    Ok(())
}

/// Whether the relative of a place, one the caller belongs to, is left alone.
pub(super) fn left_alone(db: &mut PgConnection, within: CompartmentId) -> Result<bool, Refused> {
    let found: Option<(Option<String>, bool)> = relative::table.filter(relative::compartment_id.eq(within)).select((relative::held.nullable(), relative::wants_nothing)).first(db).optional()?;
    Ok(found.is_some_and(|(held, nothing)| held.is_some() || nothing))
}

/// Deletes what opens the copies of a relative's words in panel and report; the function asks who, and which. Returns how many.
pub(super) fn withdraw_words(db: &mut PgConnection, id: RelativeId) -> Result<usize, Refused> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        gone: i32,
    }
    let found: Gone = diesel::sql_query("select sec.withdraw_words($1) as gone").bind::<diesel::sql_types::Uuid, _>(id).get_result(db)?;
    usize::try_from(found.gone).map_err(|_| Refused::NotFound)
}
