//! Notices: that something is ready, never what. Written in the transaction of the act they tell of; sent by the worker.

mod api;
mod delivery;
mod folded;
mod mail;
mod outbox;
mod pages;
mod send;
mod store;

use serde::Serialize;
use uuid::Uuid;

use crate::access::Role;
use crate::ids::{BureauId, CaseId, MembershipId, NoticeId};
use crate::tx::{Refused, Tx};

pub use delivery::Delivery;
pub use folded::{Folded, fold};
pub use mail::{Mail, MailError};
pub use outbox::{OFFER_AGAIN, OUTBOX, Waiting, offer_again, outbox};
pub use send::{Sent, send};

/// What a notice is about (`workflow.md` section 4). The database itself writes `SignInChanged`, when what opens somebody's
/// key changes, and `PrintedCodeUsed`, when it opened a session in place of the authenticator, and `RoleAdded`, when they took another hat by its code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kinds of workflow.md section 4 are their names")]
pub enum Kind { TaskAssigned, TermNear, TermPassed, Returned, Released, Placed, Answered, StateChanged, ReadByOther, PublicationDate, ActionDue, Deferred, Resumed, SignInChanged, AsksToBeTold, Lent, PrintedCodeUsed, OfficerUnconfirmed, RoleAdded }

impl Kind {
    /// The word in the database; the key of its text is `notice-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::TaskAssigned => "task_assigned",
            Kind::TermNear => "term_near",
            Kind::TermPassed => "term_passed",
            Kind::Returned => "returned",
            Kind::Released => "released",
            Kind::Placed => "placed",
            Kind::Answered => "answered",
            Kind::StateChanged => "state_changed",
            Kind::ReadByOther => "read_by_other",
            Kind::PublicationDate => "publication_date",
            Kind::ActionDue => "action_due",
            Kind::Deferred => "deferred",
            Kind::Resumed => "resumed",
            Kind::SignInChanged => "sign_in_changed",
            Kind::AsksToBeTold => "asks_to_be_told",
            Kind::Lent => "lent",
            Kind::PrintedCodeUsed => "printed_code_used",
            Kind::OfficerUnconfirmed => "officer_unconfirmed",
            Kind::RoleAdded => "role_added",
        }
    }
    /// Whether it goes at once; the others wait for the one mail of a day.
    fn urgent(self) -> bool {
        matches!(self, Kind::TermPassed | Kind::Deferred | Kind::PublicationDate | Kind::SignInChanged | Kind::PrintedCodeUsed | Kind::RoleAdded)
    }
}

/// Tells somebody that something is ready. Whom one may tell, a policy says (`sec.may_tell`).
///
/// # Errors
/// Database errors only.
pub fn tell(tx: &mut Tx, to: MembershipId, kind: Kind, case: Option<CaseId>, subject: Option<Uuid>) -> Result<(), Refused> {
    let bureau = tx.session()?.bureau;
    store::insert(tx.db(), &store::New { bureau, to, kind: kind.word(), urgent: kind.urgent(), case, subject })
}

/// As [`tell`], from the worker, which wears no hat.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx, bureau: BureauId, to: MembershipId, kind: Kind, case: Option<CaseId>, subject: Option<Uuid>) -> Result<(), Refused> {
    store::insert(tx.db(), &store::New { bureau: Some(bureau), to, kind: kind.word(), urgent: kind.urgent(), case, subject })
}

/// A notice of the hat worn.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mine {
    /// Id.
    pub id: NoticeId,
    /// Kind.
    pub kind: String,
    /// The case, where it may be seen.
    pub case: Option<CaseId>,
    /// Its number, for who sees cases.
    pub number: Option<String>,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Whether it was read.
    pub read: bool,
}

/// How many of the latest notices are shown.
const LATEST: i64 = 100;

/// The latest notices of the hat worn. Relatives and organisations know their task or their place, not the number of a case.
///
/// # Errors
/// `NoSession`.
pub fn mine(tx: &mut Tx) -> Result<Vec<Mine>, Refused> {
    let (hat, role) = (tx.hat()?, tx.session()?.role);
    let mut found = store::mine(tx.db(), hat, LATEST)?;
    if matches!(role, Some(Role::Relative | Role::Supporter | Role::Contact | Role::Author | Role::Approver)) {
        found.iter_mut().for_each(|notice| notice.number = None);
    }
    Ok(found)
}

/// Marks some of one's own notices as read, or all.
///
/// # Errors
/// `NotFound` when one of them is not one's own.
pub fn mark_read(tx: &mut Tx, these: Option<&[NoticeId]>) -> Result<(), Refused> {
    let (hat, now) = (tx.hat()?, tx.now());
    if let Some(ids) = these
        && !store::are_mine(tx.db(), hat, ids)?
    {
        return Err(Refused::NotFound);
    }
    store::mark_read(tx.db(), hat, these, now).map(drop)
}

/// Tells owners, at most once a day, that others read what they released or placed: never who or what (`workflow.md` section 4). Who it
/// was, by role and time, stands in their own log. Returns how many people.
///
/// # Errors
/// Database errors only.
pub fn tell_readers(tx: &mut Tx) -> Result<usize, Refused> {
    let owners = store::read_by_others(tx.db())?;
    for (hat, bureau) in &owners {
        store::insert(tx.db(), &store::New { bureau: *bureau, to: *hat, kind: Kind::ReadByOther.word(), urgent: false, case: None, subject: None })?;
    }
    Ok(owners.len())
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
