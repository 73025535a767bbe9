//! How many requests: a bucket by who asks (`security.md` section 9, ruling 33). Accounts have soft locks of their own.

use std::num::NonZeroU32;

use actix_web::http::Method;
use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};

use super::Who;
use crate::tx::Refused;

/// The buckets: reading, writing, nobody in particular, and searching.
pub struct Limits {
    reading: DefaultKeyedRateLimiter<[u8; 32]>,
    writing: DefaultKeyedRateLimiter<[u8; 32]>,
    strangers: DefaultKeyedRateLimiter<[u8; 32]>,
    searching: DefaultKeyedRateLimiter<[u8; 32]>,
}

fn per_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

impl Limits {
    /// Figures per minute: reads and writes of one session, calls without one from one address, searches of one session.
    pub fn new(reading: u32, writing: u32, strangers: u32, searching: u32) -> Limits {
        Limits { reading: RateLimiter::keyed(per_minute(reading)), writing: RateLimiter::keyed(per_minute(writing)), strangers: RateLimiter::keyed(per_minute(strangers)), searching: RateLimiter::keyed(per_minute(searching)) }
    }

    /// Takes one; otherwise the seconds to wait.
    pub(super) fn take(&self, handle: Option<&[u8]>, address: &str, method: &Method) -> Result<(), u64> {
        let (bucket, key) = match handle {
            Some(handle) if method == Method::GET => (&self.reading, Sha256::digest(handle)),
            Some(handle) => (&self.writing, Sha256::digest(handle)),
            None => (&self.strangers, Sha256::digest(address.as_bytes())),
        };
        bucket.check_key(&key.into()).map_err(|wait| wait.wait_time_from(governor::clock::DefaultClock::default().now()).as_secs().max(1))
    }

    /// Takes a search: decrypting and scanning costs more than reading.
    ///
    /// # Errors
    /// `TooMany` with the seconds to wait.
    pub fn search(&self, who: &Who) -> Result<(), Refused> {
        self.searching.check_key(&Sha256::digest(who.handle().unwrap_or_default()).into()).map_err(|wait| {
            let seconds = wait.wait_time_from(governor::clock::DefaultClock::default().now()).as_secs().max(1);
            Refused::TooMany { seconds: u32::try_from(seconds).unwrap_or(60) }
        })
    }
}
