//! Enrolment: a typed code becomes an account with a key pair of its own, a passphrase, an authenticator and a printed code.

use vault::{InvitationCode, PrintedCode, PrivateKey, SealKey};
use zeroize::Zeroizing;

use super::sessions::{Tokens, open, salt_of};
use super::{SignInError, TOTP, normalised, secret, store, stretch, strong, totp};
use crate::compartments;
use crate::db::signed;
use crate::ids::{MembershipId, PersonId};
use crate::texts::Language;
use crate::tx::{Account, App, Caller, Refused, Tx};

/// What the person gets to see once, before they choose a passphrase.
pub struct Begun {
    /// Proof of the code, for the next call; 30 minutes.
    pub token: Zeroizing<Vec<u8>>,
    /// For the authenticator, as a QR code or typed: `otpauth://…`.
    pub otpauth: Zeroizing<String>,
    /// To be printed: opens the account when everything else is lost.
    pub printed: PrintedCode,
}

/// What the person answers.
pub struct Enrolment {
    /// From [`Begun`].
    pub token: Zeroizing<Vec<u8>>,
    /// The invitation code once more: what waits is sealed to it.
    pub code: InvitationCode,
    /// The second code, for relatives.
    pub second: Option<String>,
    /// The name one signs in with: a mail address, or a word of one's own.
    pub sign_in_name: String,
    /// The name others see.
    pub name: String,
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// The first code of the authenticator.
    pub one_time_code: String,
    /// The language.
    pub language: Language,
}

pub(super) fn code_hash(tx: &Tx, code: &InvitationCode) -> Vec<u8> {
    tx.parts().installation.lookup("invitation", code.normalised()).to_vec()
}

pub(super) fn second_hash(tx: &Tx, second: Option<&str>) -> Option<Vec<u8>> {
    second.map(|second| tx.parts().installation.lookup("second code", &normalised(second)).to_vec())
}

/// The invitation of a code. For which hat it is, the installation key says: put before another hat in the database, it is a code that is not there.
pub(super) fn invitation(tx: &mut Tx, code: &InvitationCode, second: Option<&str>) -> Result<store::Invitation, SignInError> {
    let (hash, second) = (code_hash(tx, code), second_hash(tx, second));
    let found = store::invitation(tx.db(), &hash, second.as_deref())?.ok_or(SignInError::Code)?;
    if signed::is_for(&tx.parts().installation, found.membership_id, &hash, found.hat_mac.as_deref()) { Ok(found) } else { Err(SignInError::Code) }
}

/// Checks a code and prepares the account.
///
/// # Errors
/// `Code`, one answer for wrong, expired, used and unknown.
pub fn begin(tx: &mut Tx, code: &InvitationCode, second: Option<&str>) -> Result<Begun, SignInError> {
    let invitation = invitation(tx, code, second)?;
    let mut rng = rand::rng();
    let (token, printed) = (secret(), PrintedCode::generate(&mut rng));
    let mut kept = Zeroizing::new(secret().get(..20).unwrap_or_default().to_vec());
    let otpauth = Zeroizing::new(totp::authenticator(&kept)?.to_url().map_err(|why| Refused::Internal(why.to_string()))?);
    kept.extend_from_slice(printed.to_string().as_bytes());
    let sealed = tx.parts().installation.seal_account(TOTP, &invitation.id.bytes(), &kept, &mut rng);
    store::begin_enrolment(tx.db(), invitation.id, &token, &sealed)?;
    Ok(Begun { token, otpauth, printed })
}

/// Makes the account: key pair, passphrase, authenticator; opens the session, and takes over what waited for the code. A name somebody signs in with
/// already does as well as any: whoever holds a code learns of no account (I-6).
///
/// # Errors
/// `Code` when token or code do not fit; `Weak`; `OneTimeCode`.
pub async fn finish(app: &App, told: Enrolment) -> Result<Tokens, SignInError> {
    strong(&told.passphrase, &[&told.name, &told.sign_in_name])?;
    let (code, second, name) = (InvitationCode::parse(told.code.normalised())?, told.second.clone(), normalised(&told.sign_in_name));
    let (invitation, salt) = app.run_public(move |tx| -> Result<_, SignInError> {
        let invitation = invitation(tx, &code, second.as_deref())?;
        let lookup = tx.parts().installation.lookup("sign-in name", &name);
        Ok((invitation, salt_of(&lookup, &store::materials(tx.db(), &lookup)?)))
    }).await?;
    let stretched = stretch(app, &told.passphrase, salt).await?;
    let waiting = key_of_code(app, &told.code, &invitation.salt).await?;
    let private = PrivateKey::generate(&mut rand::rng());
    let own = PrivateKey::from_bytes(&private.to_bytes())?;
    let hat = invitation.membership_id;
    let tokens = app.run_public(move |tx| make(tx, &told, hat, &own, &stretched, salt)).await?;
    let caller = Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() };
    if tokens.wears_hat {
        app.run(caller, move |tx| compartments::adopt(tx, hat, &waiting)).await?;
    }
    Ok(tokens)
}

/// The key pair an invitation code yields: what waits for the invitee is sealed to it.
pub(super) async fn key_of_code(app: &App, code: &InvitationCode, salt: &[u8]) -> Result<PrivateKey, SignInError> {
    let salt: [u8; 16] = salt.try_into().map_err(|_| SignInError::Code)?;
    let _turn = app.parts().stretching.acquire().await.map_err(|why| Refused::Internal(why.to_string()))?;
    let code = InvitationCode::parse(code.normalised())?;
    Ok(tokio::task::spawn_blocking(move || code.key_pair(&salt, &vault::Cost::STANDARD)).await.map_err(|why| Refused::Internal(why.to_string()))??)
}

fn make(tx: &mut Tx, told: &Enrolment, hat: MembershipId, private: &PrivateKey, stretched: &SealKey, salt: [u8; 16]) -> Result<Tokens, SignInError> {
    let parts = tx.parts();
    let found = store::enrolment(tx.db(), &told.token)?.ok_or(SignInError::Code)?;
    let kept = parts.installation.open_account(TOTP, &found.id.bytes(), &found.sealed)?;
    let (shared, printed) = kept.split_at_checked(20).ok_or(SignInError::Code)?;
    let step = totp::step_of(shared, &told.one_time_code, tx.now())?.ok_or(SignInError::OneTimeCode)?;
    let printed = PrintedCode::parse(&String::from_utf8_lossy(printed))?;
    let (person, mut rng, public) = (PersonId::new(), rand::rng(), private.public());
    let account = Account { name: told.name.clone(), sign_in_name: told.sign_in_name.clone(), ..Account::default() };
    let new = store::NewPerson {
        id: person,
        account: tx.seal_account(person, &account)?,
        lookup: parts.installation.lookup("sign-in name", &normalised(&told.sign_in_name)).to_vec(),
        public: public.as_bytes().to_vec(),
        public_mac: compartments::person_mac(tx, &person.bytes(), public.as_bytes()).to_vec(),
        language: told.language.code(),
        salt: salt.to_vec(),
        passphrase_wrapped: vault::wrap(stretched, &person.bytes(), &private.to_bytes(), &mut rng),
        printed_wrapped: vault::wrap(&printed.key(), &person.bytes(), &private.to_bytes(), &mut rng),
        totp_sealed: parts.installation.seal_account(TOTP, &person.bytes(), shared, &mut rng),
        first_step: step,
        proof: private.proof().to_vec(),
    };
    // A token of another code's enrolment gives no other hat.
    if store::finish_enrolment(tx.db(), &told.token, &new)? != hat {
        return Err(SignInError::Code);
    }
    store::bind_person(tx.db(), hat, &signed::person(&parts.installation, hat, person))?;
    open(tx, person, Some(hat), private, true)
}
