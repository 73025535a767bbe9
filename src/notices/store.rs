//! All SQL of notices.

use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::app::notice;
use crate::ids::{BureauId, CaseId, MembershipId, NoticeId};
use crate::tx::{Refused, exactly_one};

pub(super) fn insert(db: &mut PgConnection, id: NoticeId, bureau: Option<BureauId>, to: MembershipId, kind: &str, case: Option<CaseId>, subject: Option<Uuid>) -> Result<(), Refused> {
    diesel::insert_into(notice::table)
        .values((
            notice::id.eq(id), notice::bureau_id.eq(bureau), notice::membership_id.eq(to), notice::kind.eq(kind), notice::case_id.eq(case.map(|case| case.uuid())), notice::subject_id.eq(subject),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn mine(db: &mut PgConnection, hat: MembershipId) -> Result<Vec<super::Mine>, Refused> {
    type Row = (NoticeId, String, Option<Uuid>, chrono::DateTime<chrono::Utc>, Option<chrono::DateTime<chrono::Utc>>);
    let rows: Vec<Row> = notice::table.filter(notice::membership_id.eq(hat)).order(notice::created_at.desc()).limit(20)
        .select((notice::id, notice::kind, notice::case_id, notice::created_at, notice::read_at)).load(db)?;
    Ok(rows.into_iter().map(|(id, kind, case, at, read)| super::Mine { id, kind, case: case.map(CaseId::from), at, read: read.is_some() }).collect())
}
