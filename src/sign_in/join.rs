//! Another hat for somebody who has an account: the code of its invitation adds it to the person. No key changes; what waited for the code is
//! sealed to the person's own key (ruling 5).

use vault::{InvitationCode, PrivateKey};

use super::enrol::{code_hash, invitation, key_of_code, second_hash};
use super::{SignInError, store};
use crate::compartments;
use crate::db::signed;
use crate::tx::{App, Caller, Entry, Refused, Tx};

/// Whether a code works, for who has an account and signs in first: nothing begins.
///
/// # Errors
/// `Code`, one answer for wrong, expired, used and unknown.
pub fn works(tx: &mut Tx, code: &InvitationCode, second: Option<&str>) -> Result<(), SignInError> {
    invitation(tx, code, second).map(drop)
}

/// Adds the hat of a code to who is signed in, unlocked and has just confirmed who they are; the person is told. A hat of somebody who takes part
/// in its case otherwise is taken like any other, and held without effect (ruling 18).
///
/// # Errors
/// `StepUp`; `Locked`; `Code`, one answer for wrong, expired, used and unknown; `Rule("administrators-hold-no-shares")` for an administrator with the code
/// of an officer of the same bureau, and the reverse: the code stays good.
pub async fn join(app: &App, caller: Caller, code: InvitationCode, second: Option<String>) -> Result<(), SignInError> {
    let (typed, also) = (InvitationCode::parse(code.normalised())?, second.clone());
    let found = app.run(caller.clone(), move |tx| -> Result<store::Invitation, SignInError> {
        ready(tx)?;
        let found = invitation(tx, &typed, also.as_deref()).and_then(|found| holds_no_share(tx, found));
        if found.is_err() {
            tx.note(Entry::done("account.join"));
        }
        found
    }).await?;
    let waiting = key_of_code(app, &code, &found.salt).await?;
    app.run(caller, move |tx| take(tx, &code, second.as_deref(), &waiting)).await
}

fn ready(tx: &Tx) -> Result<(), Refused> {
    tx.confirmed()?;
    tx.private_key().map(drop)
}

/// That nobody runs the accounts of a bureau and holds a share of its recovery key: one person would invite and confirm.
fn holds_no_share(tx: &mut Tx, found: store::Invitation) -> Result<store::Invitation, SignInError> {
    if store::administers_and_holds(tx.db(), found.membership_id)? {
        return Err(Refused::Rule("administrators-hold-no-shares").into());
    }
    Ok(found)
}

/// Takes the hat and what waited for it, in one transaction: refused, the code works as before.
fn take(tx: &mut Tx, code: &InvitationCode, second: Option<&str>, waiting: &PrivateKey) -> Result<(), SignInError> {
    ready(tx)?;
    let found = invitation(tx, code, second)?;
    let meant = holds_no_share(tx, found)?.membership_id;
    let (hash, second) = (code_hash(tx, code), second_hash(tx, second));
    let joined = store::join_with(tx.db(), &hash, second.as_deref())?.ok_or(SignInError::Code)?;
    if joined.hat != meant {
        return Err(SignInError::Code);
    }
    let mac = signed::person(&tx.parts().installation, meant, tx.session()?.person);
    store::bind_person(tx.db(), meant, &mac)?;
    tx.note(Entry::done("account.join").on(joined.hat));
    if joined.opens {
        // What waits lies where only its own hat sees it; the hat worn stays the one it was.
        if !store::under(tx.db(), Some(joined.hat))? {
            return Err(Refused::NotFound.into());
        }
        compartments::adopt(tx, joined.hat, waiting)?;
        store::under(tx.db(), None)?;
    }
    Ok(())
}
