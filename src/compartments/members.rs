//! Membership: the single access concept. Removal deletes the wrap at once; the next unlocked member starts an epoch.

use chrono::{DateTime, Utc};
use vault::PublicKey;

use super::birth::seal_key_to;
use super::keys::{compartment_key, start_epoch};
use super::{Compartment, find, recovery, store};
use crate::access::{Kind, Role};
use crate::db::signed;
use crate::ids::{CaseId, CompartmentId, MembershipId};
use crate::tx::{Entry, Refused, Tx};

/// How far membership reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Holds the key: reads and writes content.
    Full,
    /// Holds the key and reads content; the policies let nothing be written.
    Read,
    /// Sees the process inside, and single items granted.
    Facts,
}

impl Access {
    /// The word in the database.
    pub(super) fn word(self) -> &'static str {
        match self {
            Access::Full => "full",
            Access::Read => "read",
            Access::Facts => "facts",
        }
    }
    /// Whether the compartment's key comes with it.
    pub fn holds_key(self) -> bool {
        self != Access::Facts
    }
}

/// A member of a compartment.
#[derive(Clone, Debug)]
pub struct Member {
    /// The hat.
    pub membership: MembershipId,
    /// The role in this compartment.
    pub role: Role,
    /// How far it reaches.
    pub access: Access,
    /// Whether they stand in for the named contact or coordinator.
    pub deputy: bool,
    /// When it ends by itself.
    pub until: Option<DateTime<Utc>>,
}

/// Whether the program made somebody a member, and let them reach so far and so long: what who administers the database writes there says nothing.
pub(super) fn is_signed(tx: &Tx, id: CompartmentId, hat: MembershipId, access: &str, until: Option<DateTime<Utc>>, mac: Option<&[u8]>) -> bool {
    signed::is_member(&tx.parts().installation, id, hat, access, until, mac)
}

/// A member's row, with what says that the program wrote it.
pub(super) fn write_member(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<(), Refused> {
    let mac = signed::member(&tx.parts().installation, id, member.membership, member.access.word(), member.until);
    store::insert_member(tx.changing_places(), id, member, Some(&mac))
}

/// A member nothing vouches for gets no key, and waits from now on like who follows another: until a holder lets them in by hand. Noted once.
pub(super) fn hold_back(tx: &mut Tx, id: CompartmentId, hat: MembershipId) -> Result<(), Refused> {
    if store::hold_back(tx.changing_places(), id, hat)? {
        tx.note(Entry::done("member.unsigned").within(id).on(hat));
    }
    Ok(())
}

/// The live members of a compartment the caller belongs to.
///
/// # Errors
/// Database errors only; others see an empty list.
pub fn members(tx: &mut Tx, id: CompartmentId) -> Result<Vec<Member>, Refused> {
    let rows = store::members(tx.db(), id)?;
    Ok(rows.into_iter().filter_map(|row| {
        let access = match row.access.as_str() {
            "full" => Access::Full,
            "read" => Access::Read,
            _ => Access::Facts,
        };
        Some(Member { membership: row.membership, role: Role::from_code(&row.role)?, access, deputy: row.deputy, until: row.until })
    }).collect())
}

/// The compartments of one kind of a case that the caller may see or place into.
///
/// # Errors
/// Database errors only.
pub fn of_case(tx: &mut Tx, case: CaseId, kind: Kind) -> Result<Vec<Compartment>, Refused> {
    store::compartments_of_case(tx.db(), case, kind)
}

/// The compartment of a kind a case has one of: the latest.
///
/// # Errors
/// `NotFound` before it is born, and for who neither sees it nor places into it.
pub fn of_kind(tx: &mut Tx, case: CaseId, kind: Kind) -> Result<CompartmentId, Refused> {
    Ok(of_case(tx, case, kind)?.pop().ok_or(Refused::NotFound)?.id)
}

/// All compartments of a case that the caller may see or place into, oldest first.
///
/// # Errors
/// Database errors only.
pub fn all_of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Compartment>, Refused> {
    store::all_of_case(tx.db(), case)
}

/// Whom to tell that something was placed in a compartment: who answers for it. Nothing else is learned of them.
///
/// # Errors
/// Database errors only.
pub fn owners(tx: &mut Tx, id: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    store::owners(tx.db(), id)
}

/// The members who wait until somebody who holds the key hands it over to them.
///
/// # Errors
/// Database errors only; others see an empty list.
pub fn awaiting(tx: &mut Tx, id: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    store::awaiting(tx.db(), id)
}

/// Freezes a compartment, or thaws it: it stays readable, nothing new is placed.
///
/// # Errors
/// `NotFound`.
pub fn set_frozen(tx: &mut Tx, id: CompartmentId, at: Option<DateTime<Utc>>) -> Result<(), Refused> {
    store::set_frozen(tx.changing_places(), id, at)
}

/// Adds a member. A full member gets the key of every epoch, so that what is already there opens; one without an account or
/// code yet waits, and the grant completes when a granting member next unlocks. Who is lent to the bureau and kept out of the
/// compartment belongs to it without its key.
///
/// # Errors
/// `Locked`, or `Rule("key-waits")` when the caller has no grant to pass on.
pub fn add_member(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<(), Refused> {
    let found = find(tx, id)?;
    let member = &as_far_as_let_in(tx, id, member)?;
    write_member(tx, id, member)?;
    tx.note(Entry::done("compartment.member_added").within(id).on(member.membership));
    if member.access.holds_key() && recipient(tx, member.membership).is_ok() {
        for epoch in 1..=found.epoch {
            let key = compartment_key(tx, id, epoch)?;
            seal_key_to(tx, id, epoch, &key, member.membership)?;
        }
    }
    Ok(())
}

/// Who is lent to the bureau sees the process, and no content before a member of the bureau lets them (`workflow.md` section 7). Only coordinators are lent.
fn as_far_as_let_in(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<Member, Refused> {
    let closed = member.role == Role::Coordinator && member.access.holds_key() && store::is_kept_out(tx.db(), id, member.membership)?;
    Ok(Member { access: if closed { Access::Facts } else { member.access }, ..member.clone() })
}

/// Whether the caller is lent to the bureau, and a compartment closed to them.
///
/// # Errors
/// `NoSession`.
pub fn is_kept_out(tx: &mut Tx, id: CompartmentId) -> Result<bool, Refused> {
    let hat = tx.hat()?;
    store::is_kept_out(tx.db(), id, hat)
}

/// Adds a member, and passes on the key where the caller holds it; else somebody who does passes it on when they next unlock. For those who name
/// people without reading themselves: a coordinator who took a case on, or is lent.
///
/// # Errors
/// `Locked`.
pub fn add_or_name(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<(), Refused> {
    let found = find(tx, id)?;
    match compartment_key(tx, id, found.epoch) {
        Ok(_) => add_member(tx, id, member),
        Err(Refused::Rule("key-waits")) => name_member(tx, id, member),
        Err(why) => Err(why),
    }
}

/// Hands the keys of a compartment to somebody the database made a full member of it, or who waited there for them: those of all epochs the caller holds.
/// From then on they are a member like any other: the caller, who decided, vouches for them.
///
/// # Errors
/// `NotFound` for who does not belong there; `Locked`, or `Rule("key-waits")` when the caller has no grant of the current epoch to pass on.
pub fn hand_key(tx: &mut Tx, id: CompartmentId, to: MembershipId) -> Result<(), Refused> {
    let found = find(tx, id)?;
    let (access, until, _) = store::as_named(tx.db(), id, to)?.ok_or(Refused::NotFound)?;
    let mac = signed::member(&tx.parts().installation, id, to, &access, until);
    if !store::sign_member(tx.changing_places(), id, to, &access, &mac)? {
        return Err(Refused::Rule("key-waits"));
    }
    tx.note(Entry::done("compartment.key_granted").within(id).on(to));
    for epoch in (1..=found.epoch).rev() {
        match compartment_key(tx, id, epoch) {
            Ok(key) => seal_key_to(tx, id, epoch, &key, to)?,
            Err(why) if epoch == found.epoch => return Err(why),
            // An earlier epoch the caller does not open: somebody else who does hands it on when they unlock.
            Err(_) => {}
        }
    }
    Ok(())
}

/// Names a member without passing on the key: for who decides about members and holds none (an organisation's contact). The grant completes
/// when a granting member next unlocks; for whom a coordinator names who stands there without the program's doing, when a holder lets them in.
///
/// # Errors
/// Database errors only.
pub fn name_member(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<(), Refused> {
    if !vouches_for(tx, id, member.membership)? {
        return name_unsigned(tx, id, member);
    }
    let member = &as_far_as_let_in(tx, id, member)?;
    write_member(tx, id, member)?;
    tx.note(Entry::done("compartment.member_added").within(id).on(member.membership));
    Ok(())
}

/// Whether the program vouches for whom the caller names: not where nothing vouches for the coordinator who does, as they were written into the place, or
/// took the case on and wait there; but for who was vouched for before, and for whom somebody names who is lent, which is what they are lent for.
fn vouches_for(tx: &mut Tx, id: CompartmentId, named: MembershipId) -> Result<bool, Refused> {
    let own = tx.hat()?;
    if tx.session()?.role != Some(Role::Coordinator) || store::is_kept_out(tx.db(), id, own)? {
        return Ok(true);
    }
    for hat in [own, named] {
        if let Some((access, until, mac)) = store::as_named(tx.db(), id, hat)?
            && is_signed(tx, id, hat, &access, until, mac.as_deref())
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Names a member nothing vouches for, as far as the database says that they belong here: they wait until a holder lets them in by hand, as who takes a
/// case on does.
///
/// # Errors
/// Database errors only.
pub fn name_unsigned(tx: &mut Tx, id: CompartmentId, member: &Member) -> Result<(), Refused> {
    let member = &as_far_as_let_in(tx, id, member)?;
    store::insert_member(tx.changing_places(), id, member, None)?;
    tx.note(Entry::done("compartment.member_added").within(id).on(member.membership));
    if member.access.holds_key() { hold_back(tx, id, member.membership) } else { Ok(()) }
}

/// Changes whether a member who holds the key also writes. One nothing vouched for is vouched for no more than before.
///
/// # Errors
/// `NotFound` when there is no such member.
pub fn set_access(tx: &mut Tx, id: CompartmentId, of: MembershipId, access: Access) -> Result<(), Refused> {
    let (before, until, mac) = store::as_named(tx.db(), id, of)?.ok_or(Refused::NotFound)?;
    let mac = is_signed(tx, id, of, &before, until, mac.as_deref()).then(|| signed::member(&tx.parts().installation, id, of, access.word(), until));
    store::set_access(tx.changing_places(), id, of, access, mac.as_ref().map(|mac| mac.as_slice()))?;
    tx.note(Entry::done("compartment.access_changed").within(id).on(of));
    Ok(())
}

/// Ends a membership: the next request is refused (I-7), the wraps are gone, and a new epoch starts with the members that stay.
///
/// # Errors
/// `NotFound` when there is no such member.
pub fn end_member(tx: &mut Tx, id: CompartmentId, of: MembershipId) -> Result<(), Refused> {
    let found = find(tx, id)?;
    store::end_member(tx.changing_places(), id, of)?;
    store::delete_grants(tx.changing_places(), id, of)?;
    tx.note(Entry::done("compartment.member_ended").within(id).on(of));
    if found.epoch == 0 || compartment_key(tx, id, found.epoch).is_err() {
        return Ok(());
    }
    match next_epoch(tx, &found) {
        Err(Refused::Rule("key-waits")) => Ok(()),
        done => done,
    }
}

/// A new epoch, sealed to the members there are, as far as the program made them members.
///
/// # Errors
/// `Rule("key-waits")` for a caller nothing vouches for: they would keep nothing of it.
pub(super) fn next_epoch(tx: &mut Tx, found: &Compartment) -> Result<(), Refused> {
    let (id, next, own) = (found.id, found.epoch + 1, tx.hat()?);
    let mut to = vec![];
    for row in store::members(tx.db(), id)?.into_iter().filter(|row| row.access != Access::Facts.word() && !row.awaits) {
        if is_signed(tx, id, row.membership, &row.access, row.until, row.named_mac.as_deref()) {
            to.push(row.membership);
        } else if row.membership == own {
            return Err(Refused::Rule("key-waits"));
        } else {
            hold_back(tx, id, row.membership)?;
        }
    }
    let key = start_epoch(tx, id, next)?;
    for hat in to {
        if recipient(tx, hat).is_ok() {
            seal_key_to(tx, id, next, &key, hat)?;
        }
    }
    recovery::seal_to_bureau(tx, id, next, &key, found.bureau)?;
    store::set_epoch(tx.changing_places(), id, found.epoch, next)
}

/// Leaves a compartment: the caller's own key to it goes at once; the next unlocked member starts the epoch (ruling 12).
///
/// # Errors
/// `NotFound` for who is no member.
pub fn leave(tx: &mut Tx, id: CompartmentId) -> Result<(), Refused> {
    let hat = tx.hat()?;
    store::delete_grants(tx.changing_places(), id, hat)?;
    store::end_member(tx.changing_places(), id, hat)?;
    tx.note(Entry::done("compartment.left").within(id).on(hat));
    Ok(())
}

/// Starts the epochs that are due in the compartments of the caller's hat: somebody's time ended by itself, or was ended by one who holds
/// no key (ruling 12). Called when somebody unlocks. Returns how many began.
///
/// # Errors
/// Database errors only.
pub fn renew(tx: &mut Tx) -> Result<usize, Refused> {
    let hat = tx.hat()?;
    let mut begun = 0;
    for id in store::epochs_due(tx.db(), hat)? {
        let found = find(tx, id)?;
        if compartment_key(tx, id, found.epoch).is_err() {
            continue;
        }
        // One that can't begin now waits for the next who unlocks; nobody is locked out by it.
        if tx.attempt(|tx| next_epoch(tx, &found))?.is_some() {
            tx.note(Entry::done("compartment.epoch_started").within(id));
            begun += 1;
        }
    }
    Ok(begun)
}

/// The public key to which something for this hat is sealed, checked against its MAC: the person's own, where it stands that the hat is theirs, or,
/// while they have no account, the one their invitation code yields.
///
/// # Errors
/// `Rule("no-recipient")` when there is neither; `Sealed` when the key was swapped, or the hat put on somebody else.
pub fn recipient(tx: &mut Tx, hat: MembershipId) -> Result<PublicKey, Refused> {
    let row = store::recipient(tx.db(), hat)?.ok_or(Refused::Rule("no-recipient"))?;
    let (owner, parts) = (row.person.map_or(hat.bytes(), |person| person.bytes()), tx.parts());
    if let Some(person) = row.person {
        signed::is_of(&parts.installation, hat, person, row.person_mac.as_deref())?;
    }
    parts.installation.verify_mac("lering person key", &[&owner, &row.public], &row.mac)?;
    Ok(PublicKey::from_bytes(&row.public)?)
}
