//! Sealing: keys of persons, compartments and items (`security.md` section 4). Knows nothing of HTTP, SQL or the clock, and
//! takes its randomness from the caller.
//!
//! * persons: X25519 pairs; to *seal to* one is HPKE base mode (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305);
//! * compartments and items: 32-byte keys; to *wrap* is XChaCha20-Poly1305 with a random nonce;
//! * every item version is bound to its [`ItemLabel`]: moved, swapped or rolled back it does not open.
#![forbid(unsafe_code)]

mod codes;
mod installation;
mod item;
mod keys;
mod passphrase;
mod sealing;
pub mod shares;

pub use codes::{InvitationCode, PrintedCode};
pub use installation::{InstallationKey, mac_with, verify_mac_with};
pub use item::{ItemLabel, SealedItem, open_body, open_item, open_item_key, seal_item, seal_item_with};
pub use keys::{PrivateKey, PublicKey, SealKey};
pub use passphrase::{Cost, derive_from_passphrase};
pub use sealing::{is_sealed_to, open_with, seal_to, unwrap_sealed, wrap};

/// Why something did not open. Never says more: a wrong key, touched bytes and a wrong label are one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Wrong key, touched bytes or wrong label.
    #[error("does not open")]
    Refused,
    /// Not of the right length or alphabet.
    #[error("malformed")]
    Malformed,
    /// The stretching of a passphrase failed or its cost is below the floor.
    #[error("passphrase cost not possible")]
    Cost,
}
