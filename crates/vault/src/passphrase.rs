//! From a passphrase to a key: Argon2id.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::{SealKey, VaultError};

/// What stretching costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 64 MiB and three passes (`security.md` section 4; the second choice of RFC 9106 section 4).
    pub const STANDARD: Cost = Cost { memory_kib: 64 * 1024, passes: 3 };

    /// Other figures, for tests and for raising the cost later.
    ///
    /// # Errors
    /// `Cost` below 8 MiB or one pass.
    pub fn from_parts(memory_kib: u32, passes: u32) -> Result<Cost, VaultError> {
        if memory_kib < 8 * 1024 || passes < 1 { Err(VaultError::Cost) } else { Ok(Cost { memory_kib, passes }) }
    }
}

/// A key from a passphrase and its own salt.
///
/// # Errors
/// `Cost` when the parameters are not possible.
///
/// # Source
/// RFC 9106, Argon2id version 0x13, one lane.
pub fn derive_from_passphrase(passphrase: &str, salt: &[u8; 16], cost: &Cost) -> Result<SealKey, VaultError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| VaultError::Cost)?;
    let mut out = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(passphrase.as_bytes(), salt, out.as_mut()).map_err(|_| VaultError::Cost)?;
    SealKey::from_bytes(out.as_ref())
}
