//! The installation key: lives outside the database; MACs public halves, seals account data, hashes for look-ups.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{SealKey, VaultError, sealing};

/// 32 bytes that a thief of the database does not have.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InstallationKey([u8; 32]);

impl InstallationKey {
    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// `Malformed` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        bytes.try_into().map(Self).map_err(|_| VaultError::Malformed)
    }
    /// The bytes, to be kept in a file.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// A MAC over parts, for one purpose.
    pub fn mac(&self, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.0, domain, parts)
    }
    /// Checks a MAC in constant time.
    ///
    /// # Errors
    /// `Refused` when it differs.
    pub fn verify_mac(&self, domain: &str, parts: &[&[u8]], found: &[u8]) -> Result<(), VaultError> {
        verify(&self.0, domain, parts, found)
    }
    /// A keyed hash to look something up by, without keeping it.
    pub fn lookup(&self, domain: &str, text: &str) -> [u8; 32] {
        mac(&self.0, domain, &[b"lookup", text.as_bytes()])
    }
    /// Seals account data, bound to its owner.
    pub fn seal_account(&self, domain: &str, owner: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        sealing::wrap(&self.sub_key(domain), owner, plain, rng)
    }
    /// Opens account data.
    ///
    /// # Errors
    /// `Refused` for another owner, purpose or installation.
    pub fn open_account(&self, domain: &str, owner: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        sealing::unwrap_sealed(&self.sub_key(domain), owner, sealed)
    }
    /// A key for one purpose (HKDF-SHA256, RFC 5869).
    pub fn sub_key(&self, domain: &str) -> SealKey {
        let mut out = Zeroizing::new([0u8; 32]);
        // 32 bytes are always within HKDF's limit.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(domain.as_bytes(), out.as_mut());
        SealKey::from_bytes(out.as_ref()).unwrap_or_else(|_| SealKey::generate(&mut rand::rng()))
    }
}

/// A MAC under a compartment's key.
pub fn mac_with(key: &SealKey, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
    mac(key.as_bytes(), domain, parts)
}

/// Checks a MAC made with [`mac_with`].
///
/// # Errors
/// `Refused` when it differs.
pub fn verify_mac_with(key: &SealKey, domain: &str, parts: &[&[u8]], found: &[u8]) -> Result<(), VaultError> {
    verify(key.as_bytes(), domain, parts, found)
}

/// HMAC-SHA256 (RFC 2104) over the domain and each part with its length in front.
fn state(key: &[u8; 32], domain: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

fn mac(key: &[u8; 32], domain: &str, parts: &[&[u8]]) -> [u8; 32] {
    state(key, domain, parts).finalize().into_bytes().into()
}

fn verify(key: &[u8; 32], domain: &str, parts: &[&[u8]], found: &[u8]) -> Result<(), VaultError> {
    state(key, domain, parts).verify_slice(found).map_err(|_| VaultError::Refused)
}
