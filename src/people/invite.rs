//! Inviting: a hat nobody wears yet, and a code that is typed from a letter or handed over.

use vault::{Cost, InvitationCode, PublicKey};

use super::store::{self, NewCode, NewHat};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::db::signed;
use crate::ids::{MembershipId, OrganisationId};
use crate::tx::{App, Caller, FieldFault, Place, Refused, Tx};

/// Who invites: an administrator the bureau's people, a coordinator or secretary an organisation's contact, a coordinator a
/// relative, a contact the organisation's author and approver, a relative a supporter. Who may invite whom, the policy says too.
pub static INVITE: Act = Act {
    name: "people.invite", within: Kind::System,
    by: &[Role::Administrator, Role::Coordinator, Role::Secretary, Role::Contact, Role::Relative], step_up: false,
};

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The role.
    pub role: Role,
    /// The name, for the list of invitations until the person chooses their own.
    pub name: String,
    /// The organisation, for its contact, author and approver.
    pub organisation: Option<OrganisationId>,
    /// A second code, read out in person or by telephone (relatives; ruling 20).
    pub second: Option<String>,
}

/// What the letter needs.
pub struct Invited {
    /// The hat.
    pub hat: MembershipId,
    /// The code, shown once.
    pub code: InvitationCode,
}

/// Makes the hat and its code. What is placed for the invitee meanwhile is sealed to the key pair the code yields.
///
/// # Errors
/// `NotFound` for a role the caller does not invite to; `Rule("role-of-the-nation")` for one a bureau has nobody in; `Faults` for a name with signs
/// that can't be seen.
pub async fn invite(app: &App, caller: Caller, told: Invitation) -> Result<Invited, Refused> {
    invite_and(app, caller, told, |_, _| Ok(())).await
}

/// As [`invite`], with what the invitation is for, in one transaction: refused, neither has happened (I-15).
///
/// # Errors
/// As [`invite`], and whatever `then` refuses.
pub async fn invite_and(app: &App, caller: Caller, told: Invitation, then: impl FnOnce(&mut Tx, MembershipId) -> Result<(), Refused> + Send + 'static) -> Result<Invited, Refused> {
    let (code, salt) = (InvitationCode::generate(&mut rand::rng()), *uuid::Uuid::new_v4().as_bytes());
    let _turn = app.parts().stretching.acquire().await.map_err(|why| Refused::Internal(why.to_string()))?;
    let typed = InvitationCode::parse(code.normalised())?;
    let pair = tokio::task::spawn_blocking(move || typed.key_pair(&salt, &Cost::STANDARD)).await.map_err(|why| Refused::Internal(why.to_string()))??;
    let (public, text) = (pair.public(), InvitationCode::parse(code.normalised())?);
    let hat = app.run(caller, move |tx| {
        let hat = make(tx, &told, &text, &salt, &public)?;
        then(tx, hat).map(|()| hat)
    }).await?;
    Ok(Invited { hat, code })
}

fn make(tx: &mut Tx, told: &Invitation, code: &InvitationCode, salt: &[u8; 16], public: &PublicKey) -> Result<MembershipId, Refused> {
    let hat = MembershipId::new();
    tx.permit(&INVITE, Place::Hat, hat.uuid())?;
    // The name is printed in the letter: as it is stored, so it is read.
    if form::hidden(&told.name, false) {
        return Err(Refused::Faults(vec![FieldFault::new("name", "control-characters")]));
    }
    // Said to who would invite to it; to everybody else the role is not there.
    let session = tx.session()?;
    if told.role.of_the_nation() && session.role == Some(Role::Administrator) && session.bureau.is_some() && !session.practice {
        return Err(Refused::Rule("role-of-the-nation"));
    }
    let (parts, bureau, by) = (tx.parts(), tx.session()?.bureau, tx.hat()?);
    let until = tx.now() + parts.config.retention.period("code");
    let new = NewHat {
        id: hat, bureau, organisation: told.organisation, role: told.role, by,
        account_sealed: parts.installation.seal_account("invited", &hat.bytes(), told.name.as_bytes(), &mut rand::rng()),
        public: public.as_bytes().to_vec(),
        public_mac: compartments::person_mac(tx, &hat.bytes(), public.as_bytes()).to_vec(),
    };
    // A role that is not the caller's to invite to is refused by the policy; told as if it were not there.
    if tx.attempt(|tx| store::insert(tx.db(), &new))?.is_none() {
        return Err(Refused::NotFound);
    }
    let code_hash = parts.installation.lookup("invitation", code.normalised());
    let second = told.second.as_deref().map(|second| parts.installation.lookup("second code", &second.split_whitespace().collect::<String>().to_lowercase()));
    store::insert_code(tx.db(), &NewCode { hat, code_hash: &code_hash, hat_mac: &signed::code(&parts.installation, hat, &code_hash), second_hash: second.as_ref().map(|hash| hash.as_slice()), salt, public: public.as_bytes(), until })?;
    Ok(hat)
}
