//! Enrolment with a typed code, sign-in with passphrase and one-time code, sessions and their refresh (`security.md` section 6).
//!
//! Wrong, expired and unknown are one answer, and cost the same. Guessing is slowed, never locked for good. The passphrase is
//! stored nowhere: it is right when it opens the private key.

mod account;
mod account_pages;
mod api;
mod enrol;
mod join;
mod look;
mod lost;
mod pages;
mod parked;
mod refresh;
mod secret_api;
mod secret_pages;
mod secrets;
mod sessions;
mod store;
mod suggest;
mod totp;
mod typing;

pub use account::{Device, Ending, Hat, choose_language, devices, end_session, hats, lock, set_reach, step_up, unlock, wear};
pub use lost::{Lost, LostTelephone, recover, without_authenticator};
pub use secrets::{NewCode, awaited_authenticator, awaited_groups, change_passphrase, confirm_authenticator, confirm_printed_code, new_authenticator, new_printed_code, put_on_paper};
pub use parked::{Parked, forget, keep, park, parked, unpark};
pub use enrol::{Begun, Enrolment, begin, finish};
pub use join::{join, works};
pub use refresh::refresh;
pub use sessions::{Attempt, Tokens, sign_in};

use zeroize::Zeroizing;

use crate::http::Routes;

/// Adds the room's routes.
pub fn routes(routes: &mut Routes) {
    api::routes(routes);
    secret_api::routes(routes);
    pages::routes(routes);
    account_pages::routes(routes);
    secret_pages::routes(routes);
    typing::routes(routes);
}

/// Why somebody does not get in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The code does not work: wrong, expired, used or unknown.
    #[error("the code does not work")]
    Code,
    /// Name, passphrase or one-time code: which, is not told.
    #[error("sign-in failed")]
    Failed,
    /// The passphrase is too easy to guess.
    #[error("passphrase too weak")]
    Weak,
    /// The one-time code of the authenticator is not right, while enrolling.
    #[error("one-time code")]
    OneTimeCode,
    /// The refresh token was just used by another tab: try again with what that one got.
    #[error("refreshed by another tab")]
    Race,
    /// The refresh token is spent, ended or unknown.
    #[error("session ended")]
    Ended,
    /// Too fast, database ...
    #[error(transparent)]
    Refused(#[from] crate::tx::Refused),
}

impl crate::tx::Refusal for SignInError {
    fn status(&self) -> u16 {
        match self {
            SignInError::Code | SignInError::Weak | SignInError::OneTimeCode => 422,
            SignInError::Failed | SignInError::Ended => 401,
            SignInError::Race => 409,
            SignInError::Refused(common) => common.status(),
        }
    }
    fn kind(&self) -> &'static str {
        match self {
            SignInError::Code => "code",
            SignInError::Failed => "sign-in-failed",
            SignInError::Weak => "passphrase-weak",
            SignInError::OneTimeCode => "one-time-code",
            SignInError::Race => "refresh-race",
            SignInError::Ended => "session-ended",
            SignInError::Refused(common) => common.kind(),
        }
    }
    fn words(&self) -> Vec<(&'static str, String)> {
        if let SignInError::Refused(common) = self { common.words() } else { vec![] }
    }
}

impl From<vault::VaultError> for SignInError {
    fn from(why: vault::VaultError) -> Self {
        SignInError::Refused(why.into())
    }
}

/// The domain under which authenticators' secrets are sealed.
const TOTP: &str = "one-time codes";
/// zxcvbn's score of 3: "safely unguessable", at least 10^8 guesses.
const STRENGTH: u8 = 3;

/// That a passphrase is not easy to guess, by who knows the person's names either.
fn strong(passphrase: &str, names: &[&str]) -> Result<(), SignInError> {
    if u8::from(zxcvbn::zxcvbn(passphrase, names).score()) < STRENGTH { Err(SignInError::Weak) } else { Ok(()) }
}

/// 32 random bytes: handles, tokens, unlock secrets.
fn secret() -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; 32]);
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

/// A sign-in name as it is looked up: spaces and case do not matter.
fn normalised(name: &str) -> String {
    name.split_whitespace().collect::<String>().to_lowercase()
}

/// Stretches a passphrase on a thread of its own, four at once at most: each takes 64 MiB.
async fn stretch(app: &crate::tx::App, passphrase: &str, salt: [u8; 16]) -> Result<vault::SealKey, SignInError> {
    let failed = |why: String| crate::tx::Refused::Internal(why);
    let _turn = app.parts().stretching.acquire().await.map_err(|why| failed(why.to_string()))?;
    let passphrase = Zeroizing::new(passphrase.to_owned());
    let key = tokio::task::spawn_blocking(move || vault::derive_from_passphrase(&passphrase, &salt, &vault::Cost::STANDARD)).await;
    Ok(key.map_err(|why| failed(why.to_string()))??)
}
