//! What an account holds of a person: sealed under the installation key, opened where a name or a number is shown.

use serde::{Deserialize, Serialize};

use super::{Refused, Tx};
use crate::ids::PersonId;

/// The domain under which accounts are sealed.
const ACCOUNT: &str = "account";

/// What stands in an account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Account {
    /// The name others see.
    pub name: String,
    /// The name one signs in with: a mail address, or a word of one's own.
    pub sign_in_name: String,
    /// The telephone number at work, for who has this person as their contact.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub work_phone: String,
    /// When they can be reached there, in their own words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub work_hours: String,
}

impl Tx<'_> {
    /// A person's account.
    ///
    /// # Errors
    /// `Sealed` when it was touched.
    pub fn account(&self, person: PersonId, sealed: &[u8]) -> Result<Account, Refused> {
        let plain = self.parts.installation.open_account(ACCOUNT, &person.bytes(), sealed)?;
        serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))
    }
    /// The caller's own account.
    ///
    /// # Errors
    /// `NoSession`; `Sealed` when it was touched.
    pub fn own_account(&self) -> Result<Account, Refused> {
        let session = self.session()?;
        self.account(session.person, &session.account_sealed)
    }
    /// An account as the database keeps it.
    ///
    /// # Errors
    /// Never for what an account holds.
    pub fn seal_account(&self, person: PersonId, account: &Account) -> Result<Vec<u8>, Refused> {
        let plain = serde_json::to_vec(account).map_err(|why| Refused::Internal(why.to_string()))?;
        Ok(self.parts.installation.seal_account(ACCOUNT, &person.bytes(), &plain, &mut rand::rng()))
    }
    /// The name in a sealed account, as others see it.
    ///
    /// # Errors
    /// `Sealed` when it was touched.
    pub fn name_in_account(&self, person: PersonId, sealed: &[u8]) -> Result<String, Refused> {
        Ok(self.account(person, sealed)?.name)
    }
    /// The name an inviter gave for a hat nobody wears yet; empty when it does not open.
    pub fn name_of_invited(&self, hat: crate::ids::MembershipId, sealed: &[u8]) -> String {
        self.parts.installation.open_account("invited", &hat.bytes(), sealed).map(|plain| String::from_utf8_lossy(&plain).into_owned()).unwrap_or_default()
    }
    /// The caller's own name.
    ///
    /// # Errors
    /// `NoSession`; `Sealed` when the account was touched.
    pub fn own_name(&self) -> Result<String, Refused> {
        Ok(self.own_account()?.name)
    }
}

/// Whether a text can be dialled, or is empty: digits with the signs people write between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.is_empty() || (3..=20).contains(&digits) && text.len() <= 40 && text.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ' ' | '+' | '-' | '(' | ')' | '.' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_dialled() {
        for fits in ["", "112", "030 123 45 67", "+599 717-1234", "(030) 123.45.67"] {
            assert!(is_phone(fits), "{fits}");
        }
        for wrong in ["12", "bel mij", "030\n123", "javascript:1234", "0301234567890123456789012"] {
            assert!(!is_phone(wrong), "{wrong}");
        }
    }
}
