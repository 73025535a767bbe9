//! A compartment as the caller finds it: what a permit, a key and a document ask of it, read once a transaction.

use std::rc::Rc;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::{Refused, Tx};
use crate::access::{Kind, Role};
use crate::db::statement;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId};

/// A compartment and the caller's place in it.
#[derive(Debug)]
pub(crate) struct Found {
    /// The bureau; none for national ones.
    pub(crate) bureau: Option<BureauId>,
    /// The case, if it belongs to one.
    pub(crate) case: Option<CaseId>,
    /// Kind.
    pub(crate) kind: Kind,
    /// Current epoch; 0 until born.
    pub(crate) epoch: i32,
    /// Who brings it to life.
    pub(crate) first_member: Option<MembershipId>,
    /// The role in which the caller belongs to it; none for who may only place there.
    pub(crate) role: Option<Role>,
    /// The key of the current epoch sealed to the caller, and its MAC.
    pub(crate) grant: Option<(Vec<u8>, Vec<u8>)>,
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    bureau_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    case_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    epoch: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    first_member_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    mac: Option<Vec<u8>>,
}

/// The transaction names the room it works in first: policies then ask of that room alone before they ask of all.
const FIND: &str = "select c.bureau_id, c.case_id, c.kind, c.epoch, c.first_member_id, m.role, g.sealed, g.mac \
    from (select set_config('hr.room', $1::text, true) as named offset 0) r cross join app.compartment c \
    left join app.compartment_member m on m.compartment_id = c.id and m.membership_id = $2 and (m.until is null or m.until > now()) \
    left join app.key_grant g on g.compartment_id = c.id and g.epoch = c.epoch and g.membership_id = $2 where c.id = $1 and r.named is not null";

impl Tx<'_> {
    /// Finds a compartment.
    ///
    /// # Errors
    /// `NotFound` for one that is hidden or absent: one answer (I-1).
    pub(crate) fn place(&mut self, id: CompartmentId) -> Result<Rc<Found>, Refused> {
        if let Some(found) = self.places.get(&id) {
            return Ok(Rc::clone(found));
        }
        let hat = self.session.as_ref().and_then(|session| session.membership).map(|hat| hat.uuid());
        let row = statement(FIND).bind::<SqlUuid, _>(id.uuid()).bind::<Nullable<SqlUuid>, _>(hat).get_result::<FoundRow>(self.db()).optional()?.ok_or(Refused::NotFound)?;
        let found = Rc::new(Found {
            bureau: row.bureau_id.map(Into::into), case: row.case_id.map(Into::into),
            kind: Kind::from_word(&row.kind).ok_or_else(|| Refused::Internal(format!("kind {}", row.kind)))?,
            epoch: row.epoch, first_member: row.first_member_id.map(Into::into), role: row.role.as_deref().and_then(Role::from_code), grant: row.sealed.zip(row.mac),
        });
        // Who is no member yet may become one in this very transaction, by a function of the database.
        if found.role.is_some() && found.grant.is_some() {
            self.places.insert(id, Rc::clone(&found));
        }
        Ok(found)
    }

    /// The connection, for what changes a compartment, its members or its keys: what was found before counts no more.
    pub(crate) fn changing_places(&mut self) -> &mut PgConnection {
        self.places.clear();
        self.db
    }
}
