//! Who is asking: the caller as the network brought it, and the session as the database confirmed it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use zeroize::Zeroizing;

use crate::access::Role;
use crate::ids::{BureauId, MembershipId, OrganisationId, PersonId, SessionId};
use crate::texts::Language;

/// What came with a request. Tokens are only ever bound as parameters, never logged.
#[derive(Clone, Default)]
pub struct Caller {
    /// The session handle out of the access token.
    pub handle: Option<Zeroizing<Vec<u8>>>,
    /// The secret that unwraps the private key kept with the session.
    pub unlock: Option<Zeroizing<Vec<u8>>>,
    /// The language chosen on this device, if any.
    pub language: Option<Language>,
    /// What repeats of a call carry (`Idempotency-Key`).
    pub idempotency: Option<std::sync::Arc<super::Claim>>,
    /// Whether the call is one of those that a session which has to be set up first is for.
    pub sets_up: bool,
}

impl Caller {
    /// For what a session that the printed code opened in place of the authenticator may do: set up another, and leave.
    pub fn to_set_up(self) -> Caller {
        Caller { sets_up: true, ..self }
    }
    /// Whether a session opens for this call.
    pub(super) fn fits(&self, session: &Session) -> bool {
        self.sets_up || session.sets_up.is_none()
    }
}

/// What a session that the printed code opened in place of the authenticator still has to set up: till then it opens nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetUp {
    /// Another authenticator.
    Authenticator,
    /// Another printed code: it was used.
    PrintedCode,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("signed_in", &self.handle.is_some()).field("unlocked", &self.unlock.is_some()).finish()
    }
}

/// Where leaving leads when a bureau names no site of its own: the weather.
pub const NEUTRAL: &str = "https://www.knmi.nl/";

/// A live session, as `sec.enter` confirmed it for this transaction.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The person.
    pub person: PersonId,
    /// The hat worn; none while the person has not been given one.
    pub membership: Option<MembershipId>,
    /// The bureau of the hat; none for national hats.
    pub bureau: Option<BureauId>,
    /// The role of the hat.
    pub role: Option<Role>,
    /// The organisation of the hat.
    pub organisation: Option<OrganisationId>,
    /// The private key under the session's unlock secret; none while locked.
    pub(super) wrapped_key: Option<Vec<u8>>,
    /// When the person last confirmed who they are.
    pub stepped_up_at: Option<DateTime<Utc>>,
    /// When the session ends whatever happens.
    pub ends_at: DateTime<Utc>,
    /// The account, sealed under the installation key.
    pub account_sealed: Vec<u8>,
    /// The person's language.
    pub language: Language,
    /// The person's public key.
    pub public_key: Vec<u8>,
    /// Name of the bureau, empty for national hats.
    pub bureau_name: String,
    /// The bureau's time zone.
    pub zone: chrono_tz::Tz,
    /// The bureau's calendar of public holidays.
    pub calendar: String,
    /// Whether the bureau is for practice.
    pub practice: bool,
    /// Where "leave this page" leads.
    pub neutral_site: String,
    /// How many hats the person has.
    pub hats: i32,
    /// What has to be set up before anything else opens; none for every session that was signed in to.
    pub sets_up: Option<SetUp>,
}

impl Session {
    /// Whether the private key stands ready with this session.
    pub fn unlocked(&self) -> bool {
        self.wrapped_key.is_some()
    }
}

#[derive(QueryableByName)]
pub(super) struct EnterRow {
    #[diesel(sql_type = SqlUuid)]
    session_id: uuid::Uuid,
    #[diesel(sql_type = SqlUuid)]
    person_id: uuid::Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    membership_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    bureau_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organisation_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    wrapped_key: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    stepped_up_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    ends_at: DateTime<Utc>,
    #[diesel(sql_type = Binary)]
    account_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Binary)]
    public_key: Vec<u8>,
    #[diesel(sql_type = Nullable<Text>)]
    bureau_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    bureau_zone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    bureau_calendar: Option<String>,
    #[diesel(sql_type = Bool)]
    bureau_practice: bool,
    #[diesel(sql_type = Nullable<Text>)]
    neutral_site: Option<String>,
    #[diesel(sql_type = Integer)]
    hats: i32,
    #[diesel(sql_type = Nullable<Text>)]
    sets_up: Option<String>,
}

pub(super) const ENTER: &str = "select * from sec.enter($1)";

impl From<EnterRow> for Session {
    fn from(row: EnterRow) -> Self {
        Session {
            id: row.session_id.into(),
            person: row.person_id.into(),
            membership: row.membership_id.map(Into::into),
            bureau: row.bureau_id.map(Into::into),
            role: Role::from_code(&row.role),
            organisation: row.organisation_id.map(Into::into),
            wrapped_key: row.wrapped_key,
            stepped_up_at: row.stepped_up_at,
            ends_at: row.ends_at,
            account_sealed: row.account_sealed,
            language: Language::from_code(&row.language).unwrap_or_default(),
            public_key: row.public_key,
            bureau_name: row.bureau_name.unwrap_or_default(),
            zone: row.bureau_zone.and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::Europe::Amsterdam),
            calendar: row.bureau_calendar.unwrap_or_else(|| "nl".into()),
            practice: row.bureau_practice,
            neutral_site: row.neutral_site.unwrap_or_else(|| NEUTRAL.into()),
            hats: row.hats,
            sets_up: row.sets_up.map(|what| if what == "printed_code" { SetUp::PrintedCode } else { SetUp::Authenticator }),
        }
    }
}

impl super::Tx<'_> {
    /// The telephone number of the caller's bureau; empty where there is none.
    ///
    /// # Errors
    /// `NoSession`.
    pub fn bureau_phone(&mut self) -> Result<String, super::Refused> {
        use crate::db::schema::app::bureau;
        let Some(id) = self.session()?.bureau else { return Ok(String::new()) };
        Ok(bureau::table.find(id).select(bureau::phone).first(self.db).optional()?.unwrap_or_default())
    }
}
