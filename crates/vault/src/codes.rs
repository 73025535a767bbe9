//! Codes that people type: the printed one that recovers an account, and the one of an invitation.

use std::fmt;

use hkdf::Hkdf;
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Cost, PrivateKey, SealKey, VaultError, derive_from_passphrase};

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PRINTED: usize = 32;
const INVITATION: usize = 12;

fn generate(length: usize, rng: &mut impl CryptoRng) -> String {
    let mut bytes = Zeroizing::new(vec![0u8; length]);
    rng.fill_bytes(&mut bytes);
    bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 31))).map(|&sign| char::from(sign)).collect()
}

/// Tolerates case, spaces, hyphens, and the letters people read for digits.
fn parse(text: &str, length: usize) -> Result<String, VaultError> {
    let clean: String = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '.' | '\u{2013}'))
        .map(|sign| match sign.to_ascii_uppercase() { 'O' => '0', 'I' | 'L' => '1', other => other }).collect();
    if clean.len() == length && clean.bytes().all(|sign| ALPHABET.contains(&sign)) { Ok(clean) } else { Err(VaultError::Malformed) }
}

fn grouped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, sign) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            f.write_str(" ")?;
        }
        write!(f, "{sign}")?;
    }
    Ok(())
}

/// 160 random bits on paper: 32 signs in groups of four. Strong enough to need no stretching.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrintedCode(String);

impl PrintedCode {
    /// A new code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(generate(PRINTED, rng))
    }
    /// As typed back by a person.
    ///
    /// # Errors
    /// `Malformed` for another length or alphabet.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        parse(text, PRINTED).map(Self)
    }
    /// The key it yields (HKDF-SHA256, RFC 5869).
    pub fn key(&self) -> SealKey {
        let mut out = Zeroizing::new([0u8; 32]);
        // 32 bytes are always within HKDF's limit, so the expansion cannot fail.
        let _ = Hkdf::<Sha256>::new(None, self.0.as_bytes()).expand(b"lering printed code", out.as_mut());
        SealKey::from_bytes(out.as_ref()).unwrap_or_else(|_| unreachable_key())
    }
}

fn unreachable_key() -> SealKey {
    // A 32-byte array always makes a key; a random one opens nothing, should that ever change.
    SealKey::generate(&mut rand::rng())
}

impl fmt::Display for PrintedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(&self.0, f)
    }
}

/// 60 random bits in a letter: `K7RM 2QXT 9HWA`. Its key pair is stretched, since 60 bits alone could be tried through.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// A new code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(generate(INVITATION, rng))
    }
    /// As typed by a person.
    ///
    /// # Errors
    /// `Malformed` for another length or alphabet.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        parse(text, INVITATION).map(Self)
    }
    /// Without spaces, for a keyed hash.
    pub fn normalised(&self) -> &str {
        &self.0
    }
    /// The pair it yields: what waits for an invitee is sealed to its public half.
    ///
    /// # Errors
    /// `Cost` when stretching is not possible.
    pub fn key_pair(&self, salt: &[u8; 16], cost: &Cost) -> Result<PrivateKey, VaultError> {
        let stretched = derive_from_passphrase(&self.0, salt, cost)?;
        Ok(PrivateKey::derived(stretched.as_bytes()))
    }
}

impl fmt::Display for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(&self.0, f)
    }
}
