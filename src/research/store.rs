//! All SQL of research: process facts, the ledger and its log. Words of applications are documents of their compartments.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use serde_json::Value;

use super::project::{Listed, Public, State};
use crate::access::Role;
use crate::db::schema::app::{item, membership, person, project, project_change, project_listed, project_person, project_vote, released_table, table_query};
use crate::ids::{BureauId, CompartmentId, ItemId, MembershipId, PersonId, ProjectChangeId, ProjectId, SnapshotId};
use crate::tx::{Refused, exactly_one};

/// What the acts need of a project.
pub(super) struct Found {
    pub(super) compartment: CompartmentId,
    pub(super) number: String,
    pub(super) applicant: MembershipId,
    pub(super) state: State,
    pub(super) outcomes: Vec<String>,
    pub(super) cells: i32,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) version: i32,
    pub(super) decided_at: Option<DateTime<Utc>>,
}

/// A project, and when the committee last decided on it.
pub(super) struct Round {
    pub(super) listed: Listed,
    pub(super) decided_at: Option<DateTime<Utc>>,
}

/// Whose document is looked for: one's own, or a certain one.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Of(MembershipId),
    Itself(ItemId),
}

/// A project's public line.
pub(super) struct NewPublic {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) organisation: String,
    pub(super) since: NaiveDate,
    pub(super) ends_on: Option<NaiveDate>,
}

/// A table that left, as everybody may know of it.
#[derive(QueryableByName)]
pub(super) struct Left {
    #[diesel(sql_type = SqlUuid)]
    pub(super) snapshot_id: SnapshotId,
    #[diesel(sql_type = Text)]
    pub(super) question_id: String,
    #[diesel(sql_type = Text)]
    pub(super) outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) second: Option<String>,
    #[diesel(sql_type = Date)]
    pub(super) released_on: NaiveDate,
    #[diesel(sql_type = Bool)]
    pub(super) is_public: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) project: Option<String>,
}

/// A row of the ledger.
pub(super) struct Entered {
    pub(super) id: String,
    pub(super) outcome: String,
    pub(super) second: Option<String>,
    pub(super) cells: i32,
    pub(super) body: Value,
    pub(super) released_at: DateTime<Utc>,
    pub(super) public: bool,
}

pub(super) fn insert(db: &mut PgConnection, id: ProjectId, register: Option<BureauId>, within: CompartmentId, hat: MembershipId, today: NaiveDate, outcomes: &[String]) -> Result<(), Refused> {
    // The number is random in its tail: a running one would tell how many apply.
    let number = format!("R{}-{}", today.year(), id.to_string().get(..6).unwrap_or_default());
    diesel::insert_into(project::table)
        .values((project::id.eq(id), project::bureau_id.eq(register), project::compartment_id.eq(within), project::number.eq(number), project::applicant_id.eq(hat), project::outcomes.eq(outcomes)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Names a person; one who comes after approval waits for the change. Whether they were not there, nor ever had been.
pub(super) fn insert_person(db: &mut PgConnection, id: ProjectId, hat: MembershipId, change: Option<ProjectChangeId>) -> Result<bool, Refused> {
    let row = (project_person::project_id.eq(id), project_person::membership_id.eq(hat), project_person::change_id.eq(change.map(|id| id.uuid())));
    Ok(diesel::insert_into(project_person::table).values(row).on_conflict_do_nothing().execute(db)? == 1)
}

/// Somebody works in a project no longer.
pub(super) fn end_person(db: &mut PgConnection, id: ProjectId, hat: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(project_person::table.find((id, hat)).filter(project_person::until.is_null())).set(project_person::until.eq(Some(at))).execute(db)?)
}

/// Whether the committee agreed to the change that brought a person into an approved project; those approved with it need none.
const AGREED_TO: &str = "(project_person.change_id is null or exists (select from app.project_change c where c.id = project_person.change_id and c.state = 'agreed'))";

type FoundLine = (CompartmentId, String, MembershipId, String, Vec<Option<String>>, i32, Option<NaiveDate>, i32, Option<DateTime<Utc>>);

pub(super) fn found(db: &mut PgConnection, id: ProjectId) -> Result<Found, Refused> {
    let (compartment, number, applicant, state, outcomes, cells, ends_on, version, decided_at): FoundLine = project::table.find(id)
        .select((project::compartment_id, project::number, project::applicant_id, project::state, project::outcomes, project::cells, project::ends_on, project::version, project::decided_at)).first(db)?;
    Ok(Found { compartment, number, applicant, state: State::from_word(&state)?, outcomes: outcomes.into_iter().flatten().collect(), cells, ends_on, version, decided_at })
}

/// The project whose documents lie in a compartment.
pub(super) fn of_compartment(db: &mut PgConnection, within: CompartmentId) -> Result<Round, Refused> {
    let (id, number, state, ends_on, decided_at) = project::table.filter(project::compartment_id.eq(within))
        .select((project::id, project::number, project::state, project::ends_on, project::decided_at)).first(db)?;
    Ok(Round { listed: listed((id, number, state, ends_on, None))?, decided_at })
}

/// Whether a document of a form lies in a compartment: anybody's, one's own, or a certain one; of those changed after a moment.
pub(super) fn has_document(db: &mut PgConnection, within: CompartmentId, form: &str, whose: Option<Whose>, after: Option<DateTime<Utc>>) -> Result<bool, Refused> {
    let mut found = item::table.filter(item::compartment_id.eq(within)).filter(item::kind.eq(form)).filter(item::removed_at.is_null()).select(item::id).into_boxed();
    found = match whose {
        Some(Whose::Of(hat)) => found.filter(item::author_id.eq(hat)),
        Some(Whose::Itself(id)) => found.filter(item::id.eq(id)),
        None => found,
    };
    if let Some(after) = after {
        found = found.filter(item::changed_at.gt(after));
    }
    Ok(found.first::<ItemId>(db).optional()?.is_some())
}

type ListedLine = (ProjectId, String, String, Option<NaiveDate>, Option<String>);

fn listed((id, number, state, ends_on, title): ListedLine) -> Result<Listed, Refused> {
    Ok(Listed { id, number, title: title.unwrap_or_default(), state: State::from_word(&state)?, ends_on, opens: true })
}

/// The title of a project on the public list.
pub(super) fn title(db: &mut PgConnection, id: ProjectId) -> Result<Option<String>, Refused> {
    Ok(project_listed::table.find(id).select(project_listed::title).first(db).optional()?)
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<(Listed, CompartmentId)>, Refused> {
    let rows: Vec<(ListedLine, CompartmentId)> = project::table.left_join(project_listed::table.on(project_listed::project_id.eq(project::id))).order(project::created_at.desc()).limit(200)
        .select(((project::id, project::number, project::state, project::ends_on, project_listed::title.nullable()), project::compartment_id)).load(db)?;
    rows.into_iter().map(|(line, within)| Ok((listed(line)?, within))).collect()
}

pub(super) fn working(db: &mut PgConnection, hat: MembershipId, today: NaiveDate) -> Result<Vec<Listed>, Refused> {
    let rows: Vec<ListedLine> = project::table.inner_join(project_person::table).left_join(project_listed::table.on(project_listed::project_id.eq(project::id)))
        .filter(project_person::membership_id.eq(hat)).filter(project_person::signed_at.is_not_null()).filter(project_person::until.is_null())
        .filter(diesel::dsl::sql::<Bool>(AGREED_TO)).filter(project::state.eq("approved")).filter(project::ends_on.ge(today)).order(project::created_at.desc())
        .select((project::id, project::number, project::state, project::ends_on, project_listed::title.nullable())).load(db)?;
    rows.into_iter().map(listed).collect()
}

pub(super) fn public_list(db: &mut PgConnection) -> Result<Vec<Public>, Refused> {
    type Line = (String, String, String, String, NaiveDate, Option<NaiveDate>, Option<NaiveDate>, Option<BureauId>);
    let rows: Vec<Line> = project_listed::table.order((project_listed::since.desc(), project_listed::number)).limit(500)
        .select((project_listed::number, project_listed::title, project_listed::summary, project_listed::organisation, project_listed::since, project_listed::ends_on, project_listed::ended_on, project_listed::bureau_id))
        .load(db)?;
    Ok(rows.into_iter().map(|(number, title, summary, organisation, since, until, ended_on, bureau)| Public { number, title, summary, organisation, since, until, ended_on, practice: bureau.is_some() }).collect())
}

/// Somebody who works in a project, or waits to.
pub(super) struct Works {
    pub(super) hat: MembershipId,
    pub(super) person: PersonId,
    pub(super) account: Vec<u8>,
    pub(super) signed: bool,
    /// The change that brings them in, and how far it is.
    pub(super) change: Option<(ProjectChangeId, String)>,
}

pub(super) fn people(db: &mut PgConnection, id: ProjectId) -> Result<Vec<Works>, Refused> {
    type Line = (MembershipId, PersonId, Vec<u8>, Option<DateTime<Utc>>, Option<uuid::Uuid>, Option<String>);
    let rows: Vec<Line> = project_person::table
        .inner_join(membership::table.on(membership::id.eq(project_person::membership_id))).inner_join(person::table.on(membership::person_id.eq(person::id.nullable())))
        .left_join(project_change::table.on(project_person::change_id.eq(project_change::id.nullable())))
        .filter(project_person::project_id.eq(id)).filter(project_person::until.is_null()).order(project_person::membership_id)
        .select((membership::id, person::id, person::account_sealed, project_person::signed_at, project_person::change_id, project_change::state.nullable())).load(db)?;
    Ok(rows.into_iter().map(|(hat, person, account, signed, change, state)| Works { hat, person, account, signed: signed.is_some(), change: change.map(|id| (id.into(), state.unwrap_or_default())) }).collect())
}

/// Cells the project was the first to ask for, over all snapshots.
pub(super) fn used(db: &mut PgConnection, id: ProjectId) -> Result<i32, Refused> {
    let sum: Option<i64> = table_query::table.filter(table_query::project_id.eq(Some(id.uuid()))).select(diesel::dsl::sum(table_query::cost)).first(db)?;
    Ok(sum.map_or(0, |sum| i32::try_from(sum).unwrap_or(i32::MAX)))
}

/// The caller's own vote on a version, and how many there are.
pub(super) fn votes(db: &mut PgConnection, id: ProjectId, version: i32, hat: MembershipId) -> Result<(Option<String>, i64), Refused> {
    let of_version = || project_vote::table.filter(project_vote::project_id.eq(id)).filter(project_vote::version.eq(version));
    let own = of_version().filter(project_vote::membership_id.eq(hat)).select(project_vote::vote).first(db).optional()?;
    Ok((own, of_version().count().get_result(db)?))
}

pub(super) fn insert_vote(db: &mut PgConnection, id: ProjectId, version: i32, hat: MembershipId, vote: &str, cells: Option<i32>) -> Result<(), Refused> {
    let inserted = diesel::insert_into(project_vote::table)
        .values((project_vote::project_id.eq(id), project_vote::version.eq(version), project_vote::membership_id.eq(hat), project_vote::vote.eq(vote), project_vote::cells.eq(cells)))
        .on_conflict_do_nothing().execute(db)?;
    if inserted == 1 { Ok(()) } else { Err(Refused::Rule("already-voted")) }
}

/// A vote is given anew, where the committee is divided.
pub(super) fn change_vote(db: &mut PgConnection, id: ProjectId, version: i32, hat: MembershipId, vote: &str, cells: Option<i32>, at: DateTime<Utc>) -> Result<(), Refused> {
    let changed = diesel::update(project_vote::table.find((id, version, hat))).set((project_vote::vote.eq(vote), project_vote::cells.eq(cells), project_vote::voted_at.eq(at))).execute(db)?;
    if changed == 1 { Ok(()) } else { Err(Refused::Rule("already-voted")) }
}

/// How it stands with an application that lies before the committee, in people who may decide.
#[derive(QueryableByName, Default)]
pub(super) struct Stands {
    /// Who read it and have not voted.
    #[diesel(sql_type = Integer)]
    pub(super) waiting: i32,
    /// Who voted.
    #[diesel(sql_type = Integer)]
    pub(super) voted: i32,
    /// Who came to the committee after it was handed in, and have no key to it.
    #[diesel(sql_type = Integer)]
    pub(super) further: i32,
}

pub(super) fn committee_stands(db: &mut PgConnection, id: ProjectId) -> Result<Stands, Refused> {
    let row: Option<Stands> = diesel::sql_query("select waiting, voted, further from sec.committee_stands($1)").bind::<SqlUuid, _>(id.uuid()).get_result(db).optional()?;
    Ok(row.unwrap_or_default())
}

/// Votes on a version with the cells given, one a person: somebody with two hats votes once.
pub(super) fn votes_of_version(db: &mut PgConnection, id: ProjectId, version: i32) -> Result<Vec<(String, Option<i32>)>, Refused> {
    let rows: Vec<(String, Option<PersonId>, Option<i32>)> = project_vote::table.inner_join(membership::table.on(membership::id.eq(project_vote::membership_id)))
        .filter(project_vote::project_id.eq(id)).filter(project_vote::version.eq(version))
        .distinct_on((project_vote::vote, membership::person_id)).order((project_vote::vote, membership::person_id, project_vote::cells.asc()))
        .select((project_vote::vote, membership::person_id, project_vote::cells)).load(db)?;
    Ok(rows.into_iter().map(|(vote, _, cells)| (vote, cells)).collect())
}

pub(super) fn set_outcomes(db: &mut PgConnection, id: ProjectId, outcomes: &[String]) -> Result<(), Refused> {
    exactly_one(diesel::update(project::table.find(id)).set(project::outcomes.eq(outcomes)).execute(db)?)
}

pub(super) fn hand_in(db: &mut PgConnection, id: ProjectId, version: i32, ends_on: NaiveDate, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(project::table.find(id))
        .set((project::state.eq(State::Submitted.word()), project::version.eq(version), project::ends_on.eq(Some(ends_on)), project::submitted_at.eq(Some(now)))).execute(db)?)
}

pub(super) fn set_state(db: &mut PgConnection, id: ProjectId, state: State) -> Result<(), Refused> {
    exactly_one(diesel::update(project::table.find(id)).set(project::state.eq(state.word())).execute(db)?)
}

/// What two members decided, and the cells an approved project gets.
pub(super) fn decide(db: &mut PgConnection, id: ProjectId, state: State, cells: i32, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(project::table.find(id)).set((project::state.eq(state.word()), project::cells.eq(cells), project::decided_at.eq(Some(now)))).execute(db)?)
}

pub(super) fn publish(db: &mut PgConnection, id: ProjectId, register: Option<BureauId>, public: &NewPublic) -> Result<(), Refused> {
    diesel::insert_into(project_listed::table)
        .values((
            project_listed::project_id.eq(id), project_listed::bureau_id.eq(register), project_listed::number.eq(&public.number), project_listed::title.eq(&public.title),
            project_listed::summary.eq(&public.summary), project_listed::organisation.eq(&public.organisation), project_listed::since.eq(public.since), project_listed::ends_on.eq(public.ends_on),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn end_listed(db: &mut PgConnection, id: ProjectId, on: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(project_listed::table.find(id)).set(project_listed::ended_on.eq(Some(on))).execute(db)?)
}

/// The active hats of a role in the caller's register, as the policies show them.
pub(super) fn hats(db: &mut PgConnection, role: Role) -> Result<Vec<MembershipId>, Refused> {
    Ok(membership::table.filter(membership::role.eq(role.code())).filter(membership::state.eq("active")).filter(membership::person_id.is_not_null())
        .order(membership::id).select(membership::id).load(db)?)
}

/// The same with person and sealed account, for names.
pub(super) fn named_hats(db: &mut PgConnection, role: Role) -> Result<Vec<(MembershipId, PersonId, Vec<u8>)>, Refused> {
    Ok(membership::table.inner_join(person::table.on(membership::person_id.eq(person::id.nullable()))).filter(membership::role.eq(role.code())).filter(membership::state.eq("active"))
        .order(membership::id).select((membership::id, person::id, person::account_sealed)).load(db)?)
}

pub(super) fn sign(db: &mut PgConnection, id: ProjectId, hat: MembershipId, now: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(project_person::table.find((id, hat))).set(project_person::signed_at.eq(Some(now))).execute(db)?)
}

pub(super) fn has_signed(db: &mut PgConnection, id: ProjectId, hat: MembershipId) -> Result<bool, Refused> {
    let signed: Option<Option<DateTime<Utc>>> = project_person::table.find((id, hat)).filter(project_person::until.is_null()).filter(diesel::dsl::sql::<Bool>(AGREED_TO)).select(project_person::signed_at).first(db).optional()?;
    Ok(signed.flatten().is_some())
}

/// Holds something for the rest of the transaction: the ledger of a snapshot, or a project that is decided on. What was read before is
/// read again: another may have held it meanwhile.
pub(super) fn hold(db: &mut PgConnection, what: uuid::Uuid) -> Result<(), Refused> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended($1::text, 0))").bind::<SqlUuid, _>(what).execute(db)?;
    Ok(())
}

/// Whether the person of the caller works in a project, or declared an interest in it, in whatever hat.
pub(super) fn has_interest(db: &mut PgConnection, id: ProjectId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    Ok(diesel::sql_query("select sec.has_interest($1) as found").bind::<SqlUuid, _>(id.uuid()).get_result::<Found>(db)?.found)
}

/// The committee's hats that may decide on a project, with their people.
pub(super) fn deciders(db: &mut PgConnection, id: ProjectId) -> Result<Vec<(MembershipId, PersonId)>, Refused> {
    #[derive(QueryableByName)]
    struct Decider {
        #[diesel(sql_type = SqlUuid)]
        hat: MembershipId,
        #[diesel(sql_type = SqlUuid)]
        person: PersonId,
    }
    let rows: Vec<Decider> = diesel::sql_query("select hat, person from sec.deciders($1)").bind::<SqlUuid, _>(id.uuid()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.hat, row.person)).collect())
}

pub(super) fn ledger(db: &mut PgConnection, snapshot: SnapshotId) -> Result<Vec<(String, Option<String>)>, Refused> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        outcome: String,
        #[diesel(sql_type = Nullable<Text>)]
        second: Option<String>,
    }
    let rows: Vec<Line> = diesel::sql_query("select outcome, second from sec.ledger($1)").bind::<SqlUuid, _>(snapshot.uuid()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.outcome, row.second)).collect())
}

type Line = (String, String, Option<String>, i32, Value, DateTime<Utc>, Option<DateTime<Utc>>);

fn entered((id, outcome, second, cells, body, released_at, public_at): Line) -> Entered {
    Entered { id, outcome, second, cells, body, released_at, public: public_at.is_some() }
}

macro_rules! entered_columns {
    () => {
        (released_table::question_id, released_table::outcome, released_table::second, released_table::cells, released_table::body, released_table::released_at, released_table::public_at)
    };
}

pub(super) fn released(db: &mut PgConnection, snapshot: SnapshotId, id: &str) -> Result<Option<Entered>, Refused> {
    let row: Option<Line> = released_table::table.filter(released_table::snapshot_id.eq(snapshot)).filter(released_table::question_id.eq(id)).select(entered_columns!()).first(db).optional()?;
    Ok(row.map(entered))
}

pub(super) fn all_released(db: &mut PgConnection) -> Result<Vec<(SnapshotId, Entered)>, Refused> {
    let rows: Vec<(SnapshotId, Line)> = released_table::table.order(released_table::released_at.desc()).limit(500).select((released_table::snapshot_id, entered_columns!())).load(db)?;
    Ok(rows.into_iter().map(|(snapshot, line)| (snapshot, entered(line))).collect())
}

pub(super) fn enter(db: &mut PgConnection, snapshot: SnapshotId, entered: &Entered, auc: Option<f64>, checked: bool, project: Option<ProjectId>, hat: MembershipId) -> Result<(), Refused> {
    #[expect(clippy::cast_possible_truncation, reason = "kept to compare years, not to compute with")]
    let auc = auc.map(|auc| auc as f32);
    diesel::insert_into(released_table::table)
        .values((
            released_table::snapshot_id.eq(snapshot), released_table::question_id.eq(&entered.id), released_table::outcome.eq(&entered.outcome), released_table::second.eq(&entered.second),
            released_table::cells.eq(entered.cells), released_table::body.eq(&entered.body), released_table::auc.eq(auc), released_table::checked.eq(checked),
            released_table::project_id.eq(project.map(|id| id.uuid())), released_table::released_by.eq(Some(hat.uuid())), released_table::released_at.eq(entered.released_at),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// Who asked which table, and what became of it.
pub(super) fn log(db: &mut PgConnection, snapshot: SnapshotId, project: Option<ProjectId>, hat: MembershipId, asked: (&str, Option<&str>), answer: &str, cost: i32) -> Result<(), Refused> {
    diesel::insert_into(table_query::table)
        .values((
            table_query::snapshot_id.eq(snapshot), table_query::project_id.eq(project.map(|id| id.uuid())), table_query::membership_id.eq(hat), table_query::outcome.eq(asked.0),
            table_query::second.eq(asked.1), table_query::answer.eq(answer), table_query::cost.eq(cost),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// How many tables a hat asked since a moment, and when the first of them was.
pub(super) fn asked_since(db: &mut PgConnection, hat: MembershipId, since: DateTime<Utc>) -> Result<(i64, Option<DateTime<Utc>>), Refused> {
    let asked = table_query::table.filter(table_query::membership_id.eq(hat)).filter(table_query::asked_at.gt(since));
    Ok(asked.select((diesel::dsl::count_star(), diesel::dsl::min(table_query::asked_at))).first(db)?)
}

/// What left, with the number of the project it was asked in; no figures.
pub(super) fn outputs(db: &mut PgConnection) -> Result<Vec<Left>, Refused> {
    Ok(diesel::sql_query("select snapshot_id, question_id, outcome, second, released_on, is_public, project from sec.outputs()").load(db)?)
}
