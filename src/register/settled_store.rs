//! SQL over records as they were settled, before and now: for snapshots, agreement, corrections and newer codebooks.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use codebook::Record;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use super::agreement::{Numbers, Pair};
use super::correcting::Edition;
use super::draw::Drawn;
use super::store::{Settled, json, read};
use crate::db::schema::app::case_step;
use crate::ids::{CaseId, MembershipId, RecordId};
use crate::tx::Refused;

/// Opens the settled codes of a complete record again and keeps all as they stood, with the reason; whose they are, or none.
pub(super) fn reopen(db: &mut PgConnection, id: RecordId, reason: &str) -> Result<Option<String>, Refused> {
    #[derive(QueryableByName)]
    struct Slot {
        #[diesel(sql_type = Nullable<Text>)]
        slot: Option<String>,
    }
    let found: Slot = diesel::sql_query("select sec.reopen_record($1, $2) as slot").bind::<SqlUuid, _>(id.uuid()).bind::<Text, _>(reason).get_result(db)?;
    Ok(found.slot)
}

/// Codes of a record as they stood before, the newest first: of the hat's own, or for a register manager that there are.
pub(super) fn editions(db: &mut PgConnection, id: RecordId) -> Result<Vec<(MembershipId, Edition)>, Refused> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = SqlUuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = Text)]
        slot: String,
        #[diesel(sql_type = Text)]
        codebook: String,
        #[diesel(sql_type = Integer)]
        version: i32,
        #[diesel(sql_type = Nullable<Timestamptz>)]
        final_at: Option<DateTime<Utc>>,
        #[diesel(sql_type = Timestamptz)]
        kept_at: DateTime<Utc>,
        #[diesel(sql_type = Text)]
        why: String,
        #[diesel(sql_type = Jsonb)]
        codes: serde_json::Value,
    }
    let rows: Vec<Line> = diesel::sql_query("select membership_id, slot, codebook, version, final_at, kept_at, case when final_at is null and slot <> 'intake' and why = 'codebook' then 'successor' else why end as why, codes from app.coding_before where record_id = $1 order by kept_at desc, slot limit 100")
        .bind::<SqlUuid, _>(id.uuid()).load(db)?;
    rows.into_iter().map(|line| Ok((line.membership_id, Edition {
        slot: line.slot, codebook: line.codebook, version: line.version, final_at: line.final_at, kept_at: line.kept_at, why: line.why, rows: read(line.codes)?,
    }))).collect()
}

/// Both final codings of each record that has two, as they were made and with the codebook they were made with. Of a record that went over
/// into another codebook, or was opened again, as they first stood.
pub(super) fn double_codings(db: &mut PgConnection) -> Result<Vec<Pair>, Refused> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        record_id: RecordId,
        #[diesel(sql_type = Integer)]
        year: i32,
        #[diesel(sql_type = Nullable<Text>)]
        profile: Option<String>,
        #[diesel(sql_type = Text)]
        codebook: String,
        #[diesel(sql_type = SqlUuid)]
        membership_id: MembershipId,
        #[diesel(sql_type = Jsonb)]
        codes: serde_json::Value,
        #[diesel(sql_type = Timestamptz)]
        final_at: DateTime<Utc>,
    }
    let rows: Vec<Row> = diesel::sql_query("select one.*, f.profile from ( \
          select c.record_id, r.year, r.case_id, r.codebook, c.slot, c.membership_id, c.codes, c.final_at from app.coding c join app.record r on r.id = c.record_id \
           where r.recoded_slot is null and r.state <> 'merged' and c.slot in ('c1', 'c2') and c.final_at is not null \
          union all select * from (select distinct on (b.record_id, b.slot) b.record_id, r.year, r.case_id, b.codebook, b.slot, b.membership_id, b.codes, b.final_at from app.coding_before b join app.record r on r.id = b.record_id \
           where r.recoded_slot is not null and r.state <> 'merged' and b.slot in ('c1', 'c2') and b.final_at is not null order by b.record_id, b.slot, b.kept_at) before \
        ) one left join app.case_file f on f.id = one.case_id order by one.record_id, one.slot").load(db)?;
    let (mut records, mut coders, mut found) = (Numbers::default(), Numbers::default(), vec![]);
    let mut rows = rows.into_iter().peekable();
    while let Some(one) = rows.next() {
        let Some(other) = rows.next_if(|row| row.record_id == one.record_id) else { continue };
        let year = one.final_at.max(other.final_at).year();
        found.push(Pair {
            record: one.record_id, begun: one.year, profile: one.profile, codebook: one.codebook, drawn: Drawn::default(), case: records.of(one.record_id.uuid()),
            coders: [coders.of(one.membership_id.uuid()), coders.of(other.membership_id.uuid())], year, codes: [read(one.codes)?, read(other.codes)?],
        });
    }
    Ok(found)
}

/// The settled codes of every complete record that counts, under whatever codebook: what the third coder settled, what both agreed on, or what
/// a file of past cases brought. A record that is coded on, under a newer codebook or to correct it, counts as it stood before.
pub(super) fn complete_records(db: &mut PgConnection) -> Result<Vec<Settled>, Refused> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Integer)]
        case_no: i32,
        #[diesel(sql_type = Text)]
        codebook: String,
        #[diesel(sql_type = Jsonb)]
        codes: serde_json::Value,
        #[diesel(sql_type = Nullable<Jsonb>)]
        worked: Option<serde_json::Value>,
    }
    let rows: Vec<Line> = diesel::sql_query("select * from ( \
          select distinct on (r.id) r.case_no, r.codebook, c.codes, c.worked from app.coding c join app.record r on r.id = c.record_id \
           where r.state in ('complete', 'imported') and not r.practice and c.slot in ('c1', 'c3') and c.final_at is not null order by r.id, c.slot desc) now \
          union all select * from (select distinct on (r.id) r.case_no, b.codebook, b.codes, b.worked from app.coding_before b join app.record r on r.id = b.record_id \
           where r.state not in ('complete', 'imported', 'merged') and not r.practice and b.slot = r.recoded_slot and b.final_at is not null order by r.id, b.kept_at desc) before \
        order by case_no").load(db)?;
    rows.into_iter().map(|line| Ok(Settled { number: line.case_no, codebook: line.codebook, codes: read(line.codes)?, worked: line.worked.map(read).transpose()? })).collect()
}

/// A record under an earlier codebook: itself, the number of its case, the codebook, its settled codes.
type UnderEarlier = (RecordId, Option<String>, String, Record);

/// Complete records, and past cases, that stand under another codebook than the newest.
pub(super) fn under_earlier(db: &mut PgConnection, newest: &str) -> Result<Vec<UnderEarlier>, Refused> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = SqlUuid)]
        id: RecordId,
        #[diesel(sql_type = Nullable<Text>)]
        number: Option<String>,
        #[diesel(sql_type = Text)]
        codebook: String,
        #[diesel(sql_type = Jsonb)]
        codes: serde_json::Value,
    }
    let rows: Vec<Line> = diesel::sql_query("select distinct on (r.id) r.id, f.number, r.codebook, c.codes from app.record r join app.coding c on c.record_id = r.id left join app.case_file f on f.id = r.case_id \
         where r.state in ('complete', 'imported') and r.codebook <> $1 and c.slot in ('c1', 'c3') and c.final_at is not null order by r.id, c.slot desc limit 5000").bind::<Text, _>(newest).load(db)?;
    rows.into_iter().map(|line| Ok((line.id, line.number, line.codebook, read(line.codes)?))).collect()
}

/// Takes a past case over into a codebook; whether there was one to take over.
pub(super) fn take_over_past_case(db: &mut PgConnection, id: RecordId, codebook: &str, codes: &Record) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Bool)]
        done: bool,
    }
    let found: Done = diesel::sql_query("select sec.take_over_past_case($1, $2, $3) as done").bind::<SqlUuid, _>(id.uuid()).bind::<Text, _>(codebook).bind::<Jsonb, _>(json(codes)?).get_result(db)?;
    Ok(found.done)
}
/// The steps of a case, in their order.
pub(super) fn steps(db: &mut PgConnection, case: CaseId) -> Result<Vec<(String, NaiveDate)>, Refused> {
    let rows: Vec<(String, DateTime<Utc>)> = case_step::table.filter(case_step::case_id.eq(case)).order((case_step::at, case_step::step)).select((case_step::step, case_step::at)).load(db)?;
    Ok(rows.into_iter().map(|(step, at)| (step, at.date_naive())).collect())
}
