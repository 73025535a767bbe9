//! The counting copy: frozen snapshots as columns in memory, shared by all requests.
//!
//! It is loaded through a login of its own that can read frozen snapshots and nothing else; the application's login can put a
//! snapshot there and never read it back. Rows stay inside the package `gate`.

mod askable;
mod load;
mod loaded;
mod store;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use vault::InstallationKey;

pub use askable::{Category, Key, NOT_APPLICABLE, Outcome, fixed_set, outcomes, words};
pub use load::{Frozen, FrozenRow};
pub use loaded::Loaded;

use crate::ids::SnapshotId;
use crate::settings::Configured;

/// Snapshots kept in memory at most; the least recently asked goes first.
const KEPT: usize = 3;

/// Why a snapshot can't be counted. A fault of ours or of the database, never of whoever asks.
#[derive(Debug, thiserror::Error)]
pub enum CountingError {
    /// No connection of the register's login.
    #[error("no connection to the frozen snapshots: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The database refused.
    #[error("the database refused: {0}")]
    Query(#[from] diesel::result::Error),
    /// There is no such snapshot.
    #[error("no such snapshot")]
    Absent,
    /// Its rows are not those that were frozen.
    #[error("snapshot {0} is not what was frozen: its hash differs")]
    Changed(SnapshotId),
    /// It was coded under a codebook that is not configured any more.
    #[error("codebook {0} is not configured")]
    Codebook(String),
    /// Rows and codebook contradict each other.
    #[error("snapshot does not fit its codebook: {0}")]
    Malformed(String),
}

impl From<gate::Malformed> for CountingError {
    fn from(why: gate::Malformed) -> Self {
        CountingError::Malformed(why.to_string())
    }
}

/// The snapshots in memory.
pub struct Counting {
    url: String,
    kept: Mutex<VecDeque<(SnapshotId, Arc<Loaded>)>>,
}

impl Counting {
    /// None yet; `url` is the address of the register's own login.
    pub fn new(url: String) -> Counting {
        Counting { url, kept: Mutex::new(VecDeque::new()) }
    }

    /// A snapshot, loaded when it is first asked. Meanwhile others wait for it, so that it is loaded once.
    ///
    /// # Errors
    /// [`CountingError`].
    pub fn loaded(&self, config: &Configured, installation: &InstallationKey, id: SnapshotId) -> Result<Arc<Loaded>, CountingError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| *known == id)
            && let Some(found) = kept.remove(at)
        {
            kept.push_front(found.clone());
            return Ok(found.1);
        }
        let loaded = Arc::new(load::load(&self.url, config, installation, id)?);
        kept.push_front((id, Arc::clone(&loaded)));
        kept.truncate(KEPT);
        Ok(loaded)
    }
}
