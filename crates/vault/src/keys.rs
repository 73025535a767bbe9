//! Keys. All secret ones are wiped when dropped and never printed.

use std::fmt;

use hkdf::Hkdf;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::VaultError;

type HpkePublic = <X25519HkdfSha256 as Kem>::PublicKey;
type HpkePrivate = <X25519HkdfSha256 as Kem>::PrivateKey;

/// A person's, code's or epoch's public half: 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// `Malformed` for another length or a point HPKE refuses.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        HpkePublic::from_bytes(bytes).map_err(|_| VaultError::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| VaultError::Malformed)
    }
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    pub(crate) fn hpke(&self) -> Result<HpkePublic, VaultError> {
        HpkePublic::from_bytes(&self.0).map_err(|_| VaultError::Malformed)
    }
}

/// The private half of a pair.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey([u8; 32]);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

impl PrivateKey {
    /// A new pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut material = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(material.as_mut());
        Self::derived(material.as_ref())
    }
    /// The pair that key material yields (RFC 9180 section 7.1.3, DeriveKeyPair).
    pub(crate) fn derived(material: &[u8]) -> Self {
        let (private, _) = X25519HkdfSha256::derive_keypair(material);
        let mut bytes = private.to_bytes();
        let mut own = [0; 32];
        own.copy_from_slice(&bytes);
        bytes.as_mut_slice().zeroize();
        Self(own)
    }
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// `Malformed` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        HpkePrivate::from_bytes(bytes).map_err(|_| VaultError::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| VaultError::Malformed)
    }
    /// The bytes, wiped when dropped.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_vec())
    }
    /// The public half.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        if let Ok(private) = HpkePrivate::from_bytes(&self.0) {
            bytes.copy_from_slice(&X25519HkdfSha256::sk_to_pk(&private).to_bytes());
        }
        PublicKey(bytes)
    }
    /// What shows that the key was opened, without telling it: 32 bytes of which the database keeps the hash (HKDF-SHA256, RFC 5869).
    pub fn proof(&self) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0u8; 32]);
        // 32 bytes are always within HKDF's limit.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(b"lering proof of the key", out.as_mut());
        out
    }
    pub(crate) fn hpke(&self) -> Result<HpkePrivate, VaultError> {
        HpkePrivate::from_bytes(&self.0).map_err(|_| VaultError::Malformed)
    }
}

/// A symmetric key: a compartment's of one epoch, an item's, one stretched from a passphrase.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

impl SealKey {
    /// A random key.
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
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
