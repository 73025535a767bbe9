//! A type per id: a case can't be looked up with a person's id.

use std::fmt;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema, FromSqlRow, AsExpression)]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new random id. Ids are made by the server only, never taken from a client.
            pub fn new() -> Self { Self(Uuid::new_v4()) }
            /// The 16 bytes, as they go into associated data.
            pub fn bytes(&self) -> [u8; 16] { *self.0.as_bytes() }
            /// The plain value, for columns that hold ids of several kinds.
            pub fn uuid(&self) -> Uuid { self.0 }
        }
        impl Default for $name { fn default() -> Self { Self::new() } }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Uuid { id.0 } }
        impl fmt::Display for $name { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) } }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
        impl FromSql<diesel::sql_types::Uuid, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                <Uuid as FromSql<diesel::sql_types::Uuid, Pg>>::from_sql(bytes).map(Self)
            }
        }
        impl ToSql<diesel::sql_types::Uuid, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <Uuid as ToSql<diesel::sql_types::Uuid, Pg>>::to_sql(&self.0, out)
            }
        }
    )* };
}

ids! {
    /// A review bureau, the tenant.
    BureauId,
    /// A chain partner, or a unit of one.
    OrganisationId,
    /// An account.
    PersonId,
    /// A hat: one person in one role.
    MembershipId,
    /// A session of one device.
    SessionId,
    /// An invitation by code.
    InvitationId,
    /// A case.
    CaseId,
    /// A compartment.
    CompartmentId,
    /// A sealed document.
    ItemId,
    /// A case's step in its history.
    StepId,
    /// A term.
    DeadlineId,
    /// A second signature asked for.
    ProposalId,
    /// A notice in the outbox.
    NoticeId,
    /// One organisation's reflection in one case.
    ReflectionId,
    /// An event of the chronology.
    EventId,
    /// A relative in one case.
    RelativeId,
    /// A question of a relative.
    QuestionId,
    /// A passage placed for reaction.
    PassageId,
    /// A meeting of the panel.
    MeetingId,
    /// A finding.
    FindingId,
    /// A recommendation.
    RecommendationId,
    /// A report of a case.
    ReportId,
    /// A coded record of the register.
    RecordId,
    /// Two records that may be one event.
    PairId,
    /// A yearly total of others.
    TotalId,
    /// A file with past cases.
    ImportId,
    /// A frozen state of the register.
    SnapshotId,
    /// A research project.
    ProjectId,
    /// A table that output checkers look at.
    OutputRequestId,
    /// A person to be removed from a case.
    RemovalId,
    /// A change of a project that the committee decides on.
    ProjectChangeId,
    /// A closed case that a thematic review reads.
    ThematicId,
    /// A released copy whose organisation is asked whether a thematic review may read it.
    ThematicItemId,
}
