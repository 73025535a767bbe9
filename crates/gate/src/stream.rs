//! Bytes from a seed: SHA-256 in counter mode. A library's generator may give other numbers in its next version; noise that
//! has been published must come out the same for as long as the snapshot lives.

use sha2::{Digest, Sha256};

/// An endless row of bytes that depends on a seed and a label only.
pub(crate) struct Stream {
    seed: [u8; 32],
    label: Vec<u8>,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Stream {
    /// The bytes of a seed for one purpose. The seed has a fixed length and the counter stands last, so that two labels never
    /// give the same input.
    pub(crate) fn new(seed: &[u8; 32], label: &[u8]) -> Self {
        Self { seed: *seed, label: label.to_vec(), counter: 0, block: [0; 32], used: 32 }
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        if self.used >= self.block.len() {
            let length = u64::try_from(self.label.len()).unwrap_or(u64::MAX);
            let hash = Sha256::new().chain_update(self.seed).chain_update(length.to_be_bytes()).chain_update(&self.label);
            self.block = hash.chain_update(self.counter.to_be_bytes()).finalize().into();
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let byte = self.block.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        byte
    }

    /// The next number of 16 bits.
    pub(crate) fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// A number below `limit` (1 to 65,535), each as likely: draws above the largest multiple are thrown away.
    pub(crate) fn below(&mut self, limit: u16) -> u16 {
        let limit = limit.max(1);
        let fair = u16::MAX - (u16::MAX % limit);
        loop {
            let drawn = self.word();
            if drawn < fair {
                return drawn % limit;
            }
        }
    }

    /// The next 32 bytes, for a seed under this one.
    pub(crate) fn seed(&mut self) -> [u8; 32] {
        std::array::from_fn(|_| self.byte())
    }

    /// The numbers 0 to 255 in an order that only the seed knows (Fisher and Yates).
    pub(crate) fn shuffled(&mut self) -> [u8; 256] {
        let mut order: [u8; 256] = std::array::from_fn(|slot| u8::try_from(slot).unwrap_or_default());
        for last in (1..256_u16).rev() {
            let chosen = self.below(last + 1);
            order.swap(usize::from(last), usize::from(chosen));
        }
        order
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.seed.zeroize();
        self.block.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_order_and_another_label_another() {
        let one = Stream::new(&[7; 32], b"a").shuffled();
        assert_eq!(one, Stream::new(&[7; 32], b"a").shuffled());
        assert_ne!(one, Stream::new(&[7; 32], b"b").shuffled());
        assert_ne!(one, Stream::new(&[8; 32], b"a").shuffled());
        let mut sorted = one;
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(slot, value)| slot == usize::from(*value)));
    }

    #[test]
    fn numbers_below_a_limit_are_even() {
        let mut stream = Stream::new(&[1; 32], b"even");
        let mut seen = [0_u32; 6];
        for _ in 0..60_000 {
            seen[usize::from(stream.below(6))] += 1;
        }
        // Five standard deviations of a binomial of 60,000 draws and a sixth: 456.
        assert!(seen.iter().all(|count| count.abs_diff(10_000) < 456), "{seen:?}");
    }
}
