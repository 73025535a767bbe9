//! Item versions: each under a key of its own, bound to everything that says what it is.

use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::{SealKey, VaultError, sealing};

/// What a sealed version is bound to. Any other value, and it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemLabel<'a> {
    /// The bureau.
    pub bureau: [u8; 16],
    /// The case.
    pub case: [u8; 16],
    /// The compartment.
    pub compartment: [u8; 16],
    /// Epoch of the compartment's key.
    pub epoch: i32,
    /// The item.
    pub item: [u8; 16],
    /// Its version.
    pub version: i32,
    /// Who wrote it.
    pub author: [u8; 16],
    /// What it is: a form's name.
    pub kind: &'a str,
    /// Which side provided it.
    pub agency: &'a str,
    /// On which legal ground.
    pub ground: &'a str,
}

impl ItemLabel<'_> {
    /// One encoding for one label: every part with its length in front, after a domain word.
    pub fn to_aad(&self) -> Vec<u8> {
        let (epoch, version) = (self.epoch.to_be_bytes(), self.version.to_be_bytes());
        let parts: [&[u8]; 10] = [
            &self.bureau, &self.case, &self.compartment, &epoch, &self.item, &version, &self.author, self.kind.as_bytes(),
            self.agency.as_bytes(), self.ground.as_bytes(),
        ];
        let mut out = b"lering item 1".to_vec();
        for part in parts {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// A sealed version: the item's key under the compartment's, and the body under the item's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedItem {
    /// The item's key, wrapped. Deleting it shreds the version.
    pub key: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

/// Seals a body under a new key of its own. `key_aad` binds the wrapped key; the label binds the body.
pub fn seal_item(compartment: &SealKey, key_aad: &[u8], label: &ItemLabel<'_>, plain: &[u8], rng: &mut impl CryptoRng) -> SealedItem {
    let (item, body) = seal_item_with(label, plain, rng);
    SealedItem { key: sealing::wrap(compartment, key_aad, item.as_bytes(), rng), body }
}

/// Seals a body under a new key and hands that key over, for a caller that seals it to a public half (placing).
pub fn seal_item_with(label: &ItemLabel<'_>, plain: &[u8], rng: &mut impl CryptoRng) -> (SealKey, Vec<u8>) {
    let item = SealKey::generate(rng);
    let body = sealing::wrap(&item, &label.to_aad(), plain, rng);
    (item, body)
}

/// The item's key out of its wrap.
///
/// # Errors
/// `Refused` for a wrong compartment key or binding.
pub fn open_item_key(compartment: &SealKey, key_aad: &[u8], wrapped: &[u8]) -> Result<SealKey, VaultError> {
    SealKey::from_bytes(&sealing::unwrap_sealed(compartment, key_aad, wrapped)?)
}

/// A body under its item's key.
///
/// # Errors
/// `Refused` for a wrong key or label.
pub fn open_body(item: &SealKey, label: &ItemLabel<'_>, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    sealing::unwrap_sealed(item, &label.to_aad(), body)
}

/// A body straight from the compartment's key.
///
/// # Errors
/// As [`open_item_key`] and [`open_body`].
pub fn open_item(compartment: &SealKey, key_aad: &[u8], label: &ItemLabel<'_>, sealed: &SealedItem) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    open_body(&open_item_key(compartment, key_aad, &sealed.key)?, label, &sealed.body)
}
