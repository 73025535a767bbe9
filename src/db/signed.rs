//! What the installation key, which no database holds, says of rows: who the program made a member of a room, whom it named to a case, whose a hat is, for
//! which hat a code is (`security.md` section 4, grant). Who administers the database writes any row, and none of these: by a row without its MAC, or with
//! that of another, no key is sealed.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;
use vault::{InstallationKey, VaultError};

use super::DbError;
use crate::ids::{CaseId, CompartmentId, MembershipId, PersonId};

// A value made for one purpose never passes for another.
const MEMBER: &str = "lering member of a room";
const PARTY: &str = "lering party of a case";
const PERSON: &str = "lering person of a hat";
const CODE: &str = "lering code of a hat";

/// What is said of a row, and its end, where it has one: who puts it back after that says something else.
fn with_end<T>(parts: &[&[u8]], until: Option<DateTime<Utc>>, then: impl FnOnce(&[&[u8]]) -> T) -> T {
    let end = until.map(|at| at.timestamp_micros().to_be_bytes());
    let mut all = parts.to_vec();
    if let Some(end) = &end {
        all.push(end);
    }
    then(&all)
}

/// That a hat is a member of a room, with an access, until then.
pub fn member(key: &InstallationKey, room: CompartmentId, hat: MembershipId, access: &str, until: Option<DateTime<Utc>>) -> [u8; 32] {
    with_end(&[&room.bytes(), &hat.bytes(), access.as_bytes()], until, |parts| key.mac(MEMBER, parts))
}

/// Whether that was said.
pub fn is_member(key: &InstallationKey, room: CompartmentId, hat: MembershipId, access: &str, until: Option<DateTime<Utc>>, found: Option<&[u8]>) -> bool {
    found.is_some_and(|mac| with_end(&[&room.bytes(), &hat.bytes(), access.as_bytes()], until, |parts| key.verify_mac(MEMBER, parts, mac).is_ok()))
}

/// That a hat takes part in a case, in a role, until then.
pub fn party(key: &InstallationKey, case: CaseId, hat: MembershipId, role: &str, until: Option<DateTime<Utc>>) -> [u8; 32] {
    with_end(&[&case.bytes(), &hat.bytes(), role.as_bytes()], until, |parts| key.mac(PARTY, parts))
}

/// Whether that was said.
pub fn is_party(key: &InstallationKey, case: CaseId, hat: MembershipId, role: &str, until: Option<DateTime<Utc>>, found: Option<&[u8]>) -> bool {
    found.is_some_and(|mac| with_end(&[&case.bytes(), &hat.bytes(), role.as_bytes()], until, |parts| key.verify_mac(PARTY, parts, mac).is_ok()))
}

/// That a hat is a person's.
pub fn person(key: &InstallationKey, hat: MembershipId, person: PersonId) -> [u8; 32] {
    key.mac(PERSON, &[&hat.bytes(), &person.bytes()])
}

/// Checks that it is.
///
/// # Errors
/// `Refused` when nothing says so.
pub fn is_of(key: &InstallationKey, hat: MembershipId, person: PersonId, found: Option<&[u8]>) -> Result<(), VaultError> {
    key.verify_mac(PERSON, &[&hat.bytes(), &person.bytes()], found.ok_or(VaultError::Refused)?)
}

/// That a code, by its keyed hash, is for a hat.
pub fn code(key: &InstallationKey, hat: MembershipId, hash: &[u8]) -> [u8; 32] {
    key.mac(CODE, &[&hat.bytes(), hash])
}

/// Whether that was said.
pub fn is_for(key: &InstallationKey, hat: MembershipId, hash: &[u8], found: Option<&[u8]>) -> bool {
    found.is_some_and(|mac| key.verify_mac(CODE, &[&hat.bytes(), hash], mac).is_ok())
}

/// How many rows from before were signed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Signed {
    /// Members of rooms.
    pub members: usize,
    /// Hats of persons.
    pub hats: usize,
    /// Codes not redeemed yet.
    pub codes: usize,
    /// Who takes part in cases.
    pub parties: usize,
}

impl Signed {
    /// Both.
    pub(super) fn and(self, more: Signed) -> Signed {
        Signed { members: self.members + more.members, hats: self.hats + more.hats, codes: self.codes + more.codes, parties: self.parties + more.parties }
    }
}

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = SqlUuid)]
    compartment_id: CompartmentId,
    #[diesel(sql_type = SqlUuid)]
    membership_id: MembershipId,
    #[diesel(sql_type = Text)]
    access: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Binary>)]
    named_mac: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct PartyRow {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    membership_id: MembershipId,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    until: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct HatRow {
    #[diesel(sql_type = SqlUuid)]
    id: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
}

#[derive(QueryableByName)]
struct CodeRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    membership_id: MembershipId,
    #[diesel(sql_type = Binary)]
    code_hash: Vec<u8>,
}

/// Rows written in one statement.
const AT_ONCE: usize = 5000;

/// Signs what stands in a database from before: who belongs to a room and does not wait for its key, whose each hat is, and the codes that still work.
pub(super) fn all(db: &mut PgConnection, key: &InstallationKey) -> Result<Signed, DbError> {
    diesel::sql_query("set role hr_sec").execute(db)?;
    let members: Vec<MemberRow> = diesel::sql_query(
        "select m.compartment_id, m.membership_id, m.access, m.until, m.named_mac from app.compartment_member m where m.named_mac is null and not m.awaits and (m.until is null or m.until > now()) \
           and (m.access = 'facts' or not sec.kept_out(m.membership_id, m.compartment_id))",
    ).load(db)?;
    sign_members(db, key, &members)?;
    let hats: Vec<HatRow> = diesel::sql_query("select id, person_id from app.membership where person_id is not null and person_mac is null").load(db)?;
    for some in hats.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = some.iter().map(|row| row.id.uuid()).collect();
        let macs: Vec<Vec<u8>> = some.iter().map(|row| person(key, row.id, row.person_id).to_vec()).collect();
        diesel::sql_query("update app.membership m set person_mac = s.mac from unnest($1::uuid[], $2::bytea[]) s(hat, mac) where m.id = s.hat")
            .bind::<Array<SqlUuid>, _>(ids).bind::<Array<Binary>, _>(macs).execute(db)?;
    }
    let codes: Vec<CodeRow> = diesel::sql_query("select id, membership_id, code_hash from sec.invitation where hat_mac is null and used_at is null and recalled_at is null and expires_at > now()").load(db)?;
    for row in &codes {
        diesel::sql_query("update sec.invitation set hat_mac = $1 where id = $2").bind::<Binary, _>(code(key, row.membership_id, &row.code_hash).to_vec()).bind::<SqlUuid, _>(row.id).execute(db)?;
    }
    diesel::sql_query("set role hr_owner").execute(db)?;
    Ok(Signed { members: members.len(), hats: hats.len(), codes: codes.len(), parties: 0 })
}

fn sign_members(db: &mut PgConnection, key: &InstallationKey, members: &[MemberRow]) -> Result<(), DbError> {
    for some in members.chunks(AT_ONCE) {
        let (rooms, hats): (Vec<Uuid>, Vec<Uuid>) = some.iter().map(|row| (row.compartment_id.uuid(), row.membership_id.uuid())).unzip();
        let macs: Vec<Vec<u8>> = some.iter().map(|row| member(key, row.compartment_id, row.membership_id, &row.access, row.until).to_vec()).collect();
        diesel::sql_query("update app.compartment_member m set named_mac = s.mac from unnest($1::uuid[], $2::uuid[], $3::bytea[]) s(room, hat, mac) where m.compartment_id = s.room and m.membership_id = s.hat")
            .bind::<Array<SqlUuid>, _>(rooms).bind::<Array<SqlUuid>, _>(hats).bind::<Array<Binary>, _>(macs).execute(db)?;
    }
    Ok(())
}

/// Signs who takes part in a case in a database from before, but who took it on and waits for a key; and the end of those members of whom something
/// was said already, without it.
pub(super) fn parties(db: &mut PgConnection, key: &InstallationKey) -> Result<Signed, DbError> {
    diesel::sql_query("set role hr_sec").execute(db)?;
    let parties: Vec<PartyRow> = diesel::sql_query(
        "select p.case_id, p.membership_id, p.role, p.until from app.case_party p where p.named_mac is null and (p.until is null or p.until > now()) \
           and not exists (select from app.compartment c join app.compartment_member m on m.compartment_id = c.id and m.awaits where c.case_id = p.case_id and m.membership_id = p.membership_id)",
    ).load(db)?;
    for some in parties.chunks(AT_ONCE) {
        let (cases, hats): (Vec<Uuid>, Vec<Uuid>) = some.iter().map(|row| (row.case_id.uuid(), row.membership_id.uuid())).unzip();
        let macs: Vec<Vec<u8>> = some.iter().map(|row| party(key, row.case_id, row.membership_id, &row.role, row.until).to_vec()).collect();
        diesel::sql_query("update app.case_party p set named_mac = s.mac from unnest($1::uuid[], $2::uuid[], $3::bytea[]) s(file, hat, mac) where p.case_id = s.file and p.membership_id = s.hat")
            .bind::<Array<SqlUuid>, _>(cases).bind::<Array<SqlUuid>, _>(hats).bind::<Array<Binary>, _>(macs).execute(db)?;
    }
    let mut ending: Vec<MemberRow> = diesel::sql_query("select m.compartment_id, m.membership_id, m.access, m.until, m.named_mac from app.compartment_member m where m.named_mac is not null and m.until > now()").load(db)?;
    ending.retain(|row| is_member(key, row.compartment_id, row.membership_id, &row.access, None, row.named_mac.as_deref()));
    sign_members(db, key, &ending)?;
    diesel::sql_query("set role hr_owner").execute(db)?;
    Ok(Signed { parties: parties.len(), ..Signed::default() })
}

/// Whether anything stands there that would have to be signed.
pub(super) fn holds_any(db: &mut PgConnection) -> Result<bool, DbError> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        there: bool,
    }
    diesel::sql_query("set role hr_sec").execute(db)?;
    let found: Found = diesel::sql_query("select exists (select from app.membership) as there").get_result(db)?;
    diesel::sql_query("set role hr_owner").execute(db)?;
    Ok(found.there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_one_row_says_nothing_of_another() {
        let (key, other) = (InstallationKey::from_bytes(&[7; 32]).expect("a key"), InstallationKey::from_bytes(&[8; 32]).expect("a key"));
        let (room, hat, one) = (CompartmentId::new(), MembershipId::new(), PersonId::new());
        let said = member(&key, room, hat, "full", None);
        assert!(is_member(&key, room, hat, "full", None, Some(&said)));
        assert!(!is_member(&key, CompartmentId::new(), hat, "full", None, Some(&said)) && !is_member(&key, room, MembershipId::new(), "full", None, Some(&said)));
        assert!(!is_member(&key, room, hat, "read", None, Some(&said)) && !is_member(&other, room, hat, "full", None, Some(&said)) && !is_member(&key, room, hat, "full", None, None));
        let case = CaseId::new();
        let said = party(&key, case, hat, "PM", None);
        assert!(is_party(&key, case, hat, "PM", None, Some(&said)) && !is_party(&key, case, hat, "CH", None, Some(&said)) && !is_party(&key, case, hat, "PM", None, None));
        assert!(!is_party(&key, CaseId::new(), hat, "PM", None, Some(&said)) && !is_party(&key, case, MembershipId::new(), "PM", None, Some(&said)) && !is_party(&other, case, hat, "PM", None, Some(&said)));
        let said = person(&key, hat, one);
        assert!(is_of(&key, hat, one, Some(&said)).is_ok() && is_of(&key, hat, PersonId::new(), Some(&said)).is_err() && is_of(&key, MembershipId::new(), one, Some(&said)).is_err() && is_of(&key, hat, one, None).is_err());
        let said = code(&key, hat, b"hash");
        assert!(is_for(&key, hat, b"hash", Some(&said)) && !is_for(&key, MembershipId::new(), b"hash", Some(&said)) && !is_for(&key, hat, b"other", Some(&said)) && !is_for(&key, hat, b"hash", None));
    }
    #[test]
    fn what_is_said_until_a_day_is_not_said_of_another_nor_for_good() {
        let key = InstallationKey::from_bytes(&[7; 32]).expect("a key");
        let (room, case, hat) = (CompartmentId::new(), CaseId::new(), MembershipId::new());
        let day = Utc::now();
        let (then, later) = (Some(day), Some(day + chrono::Duration::days(1)));
        let said = member(&key, room, hat, "full", then);
        assert!(is_member(&key, room, hat, "full", then, Some(&said)) && !is_member(&key, room, hat, "full", later, Some(&said)) && !is_member(&key, room, hat, "full", None, Some(&said)));
        assert!(!is_member(&key, room, hat, "full", then, Some(&member(&key, room, hat, "full", None))));
        let said = party(&key, case, hat, "CH", then);
        assert!(is_party(&key, case, hat, "CH", then, Some(&said)) && !is_party(&key, case, hat, "CH", later, Some(&said)) && !is_party(&key, case, hat, "CH", None, Some(&said)));
    }
}
