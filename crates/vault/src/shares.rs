//! The recovery key in halves: every pair of officers together holds it, no single one does (I-5).

use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::VaultError;

/// Splits a secret in two halves (XOR); each alone is random.
pub fn split_in_two(secret: &[u8], rng: &mut impl CryptoRng) -> (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>) {
    let mut first = Zeroizing::new(vec![0u8; secret.len()]);
    rng.fill_bytes(&mut first);
    let second = Zeroizing::new(secret.iter().zip(first.iter()).map(|(a, b)| a ^ b).collect::<Vec<u8>>());
    (first, second)
}

/// Joins two halves.
///
/// # Errors
/// `Malformed` when they differ in length.
pub fn join(first: &[u8], second: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    if first.len() != second.len() {
        return Err(VaultError::Malformed);
    }
    Ok(Zeroizing::new(first.iter().zip(second).map(|(a, b)| a ^ b).collect()))
}

/// All pairs of `officers`, three to five of them.
///
/// # Errors
/// `Malformed` outside three to five.
pub fn pairs(officers: usize) -> Result<Vec<(usize, usize)>, VaultError> {
    if !(3..=5).contains(&officers) {
        return Err(VaultError::Malformed);
    }
    Ok((0..officers).flat_map(|a| (a + 1..officers).map(move |b| (a, b))).collect())
}
