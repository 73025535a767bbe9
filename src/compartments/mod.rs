//! Compartments: who belongs to one, its keys by epoch, and the sealed documents inside.
//!
//! A row lives in one compartment; membership is the single access concept, and policies, keys and log all follow it. Human
//! words are sealed as items: every saved version under a key of its own, that key under the compartment's. To *place* is to put
//! something into a compartment one can't read: sealed to its public half. An organisation's or a relative's compartment is not
//! born before its first member has unlocked once; what is placed till then is sealed to that person, or to the code they got.

mod apart;
mod as_of;
mod birth;
mod drafts;
mod grants;
mod item_store;
mod items;
mod keys;
mod members;
mod readers;
mod recovery;
mod scan;
mod store;
mod unsigned;

pub use apart::{Apart, granted_about, put_apart, save_apart, share};
pub use birth::{FirstMember, await_birth, be_born, create, is_unborn, kind_of};
pub use drafts::{Draft, Writing, drop_draft, open_draft, save_draft, written_by_another};
pub use grants::{ItemGrant, adopt, complete_pending, end_evidence, end_item_grants, grant_item, item_grants};
pub use as_of::as_of;
pub use items::{Listed, author_of, finish, granted, is_granted, Opened, Written, list, list_versions, one_at_a_time, open, open_all, open_granted, open_some, open_version, place, place_for, put, remove, save, set_complete, shred, shred_before, subject_of};
pub use members::{Access, Member, add_member, add_or_name, all_of_case, awaiting, of_kind, end_member, hand_key, is_kept_out, leave, members, name_member, name_unsigned, owners, of_case, recipient, renew, set_frozen, set_access};
pub use keys::person_mac;
pub use unsigned::{open_unsigned, seal_unsigned};
pub use readers::{DAYS, Narrowed, Seen, SeenLine, log_in_days, log_of};
pub use scan::{Budget, Fits, Own, own, scan, titled};
pub use recovery::{ESTABLISH, choose_recovery, establish, is_established, recovery_chosen};

use crate::access::Kind;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId};
use crate::tx::{Refused, Tx};

/// A compartment, as far as the caller may see it.
#[derive(Clone, Debug)]
pub struct Compartment {
    /// Id.
    pub id: CompartmentId,
    /// The bureau; none for national ones.
    pub bureau: Option<BureauId>,
    /// The case, if it belongs to one.
    pub case: Option<CaseId>,
    /// Kind.
    pub kind: Kind,
    /// Current epoch; 0 until born.
    pub epoch: i32,
    /// Who brings it to life.
    pub first_member: Option<MembershipId>,
}

/// A compartment the caller may see.
///
/// # Errors
/// `NotFound`.
fn find(tx: &mut Tx, id: CompartmentId) -> Result<Compartment, Refused> {
    let place = tx.place(id)?;
    Ok(Compartment { id, bureau: place.bureau, case: place.case, kind: place.kind, epoch: place.epoch, first_member: place.first_member })
}
