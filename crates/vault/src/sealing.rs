//! The two ways of sealing: to a public half, and under a symmetric key. Each output starts with a byte that names its form.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::{PrivateKey, PublicKey, SealKey, VaultError};

const HPKE_FORM: u8 = 1;
const WRAP_FORM: u8 = 2;
const NONCE: usize = 24;
const ENCAPPED: usize = 32;

/// Seals to a public half. `info` names the purpose, `aad` what it is bound to. Output: form byte, encapsulated key, ciphertext.
///
/// # Errors
/// `Malformed` when the public half is none.
///
/// # Source
/// RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
pub fn seal_to(public: &PublicKey, info: &[u8], aad: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Result<Vec<u8>, VaultError> {
    let (encapped, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base, &public.hpke()?, info, plain, aad, rng,
    ).map_err(|_| VaultError::Malformed)?;
    Ok([&[HPKE_FORM], encapped.to_bytes().as_slice(), &sealed].concat())
}

/// Opens what was sealed to a public half.
///
/// # Errors
/// `Refused` for a wrong key, purpose or binding, or touched bytes.
pub fn open_with(private: &PrivateKey, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let rest = sealed.strip_prefix(&[HPKE_FORM]).ok_or(VaultError::Refused)?;
    let (encapped, body) = rest.split_at_checked(ENCAPPED).ok_or(VaultError::Refused)?;
    let encapped = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapped).map_err(|_| VaultError::Refused)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeR::Base, &private.hpke()?, &encapped, info, body, aad)
        .map(Zeroizing::new).map_err(|_| VaultError::Refused)
}

/// Whether something was sealed to a public half, rather than wrapped under a symmetric key.
pub fn is_sealed_to(sealed: &[u8]) -> bool {
    sealed.first() == Some(&HPKE_FORM)
}

/// Wraps under a symmetric key, with a random 192-bit nonce. Output: form byte, nonce, ciphertext.
///
/// # Source
/// draft-irtf-cfrg-xchacha-03 (XChaCha20-Poly1305).
pub fn wrap(key: &SealKey, aad: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0u8; NONCE];
    rng.fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new(key.as_bytes().into());
    // Sealing fails only beyond 256 GiB, which no caller can hold; an empty output then opens with nothing.
    let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad }).unwrap_or_default();
    let mut out = Vec::with_capacity(1 + NONCE + body.len());
    out.push(WRAP_FORM);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&body);
    out
}

/// Opens what was wrapped.
///
/// # Errors
/// `Refused` for a wrong key or binding, or touched bytes.
pub fn unwrap_sealed(key: &SealKey, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let rest = sealed.strip_prefix(&[WRAP_FORM]).ok_or(VaultError::Refused)?;
    let (nonce, body) = rest.split_at_checked(NONCE).ok_or(VaultError::Refused)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::Refused)?;
    let cipher = XChaCha20Poly1305::new(key.as_bytes().into());
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad }).map(Zeroizing::new).map_err(|_| VaultError::Refused)
}
