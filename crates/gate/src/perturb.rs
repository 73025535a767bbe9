//! Noise by cell key: a cell's noise is read from a secret table at the sum of its record keys modulo 256. The same group of
//! records always gets the same noise, however it was asked for; a group with one record more gets an unrelated one.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Malformed;
use crate::entropy::LAWS;
use crate::stream::Stream;

/// Where secret tables and simulations come from. Shown nowhere, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Seed(pub(crate) [u8; 32]);

impl Seed {
    /// A seed of 32 random bytes; kept sealed with the snapshot.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// A noise table: a row per count, 256 steps in each. Has no `Debug`: whoever knows it can undo the noise.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Table {
    rows: Vec<[i16; 256]>,
    again: usize,
}

impl Table {
    /// The register's own table: the laws of [`LAWS`], each with an order of cell keys that only the seed knows.
    pub fn secret(seed: &Seed) -> Self {
        let rows = (0_u16..).zip(LAWS.iter()).map(|(count, law)| {
            let label = [b"noise table, count ".as_slice(), &count.to_be_bytes()].concat();
            Stream::new(&seed.0, &label).shuffled().map(|slot| law.step(slot))
        });
        Self { rows: rows.collect(), again: 1 }
    }

    /// A table made elsewhere: `rows[count][cell key]`. Counts beyond the last row use the last `again` rows in turn (count
    /// `n` the row of the same remainder of `n - 1`), as the census table does with rows 501 to 750.
    ///
    /// # Errors
    /// [`Malformed::Noise`] when there are fewer than `again` rows after the first, or `again` is 0.
    pub fn from_rows(rows: Vec<[i16; 256]>, again: usize) -> Result<Self, Malformed> {
        if again == 0 || rows.len() <= again { Err(Malformed::Noise) } else { Ok(Self { rows, again }) }
    }

    /// The step of a cell.
    pub fn noise(&self, cell_key: u8, count: u32) -> i16 {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let row = if count < self.rows.len() { count } else { self.rows.len() - self.again + count.saturating_sub(1) % self.again };
        self.rows.get(row).map_or(0, |row| row[usize::from(cell_key)])
    }

    /// The perturbed count; never negative.
    pub fn apply(&self, cell_key: u8, count: u32) -> u32 {
        count.saturating_add_signed(self.noise(cell_key, count).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_mean_zero_and_the_variance_and_nothing_becomes_negative() {
        let table = Table::secret(&Seed::new([3; 32]));
        for count in [1_u32, 2, 3, 4, 10, 299, 70_000] {
            let noise = || (0..=255_u8).map(|key| i32::from(table.noise(key, count)));
            assert_eq!((noise().sum::<i32>(), noise().map(|d| d * d).sum::<i32>()), (0, 512), "{count}");
            assert!(noise().all(|d| d.abs() <= 3 && i64::from(d) + i64::from(count) >= 0));
        }
        assert!((0..=255).all(|key| table.apply(key, 0) == 0));
    }

    #[test]
    fn noise_depends_on_the_cell_key_alone_once_stationary_and_on_the_seed() {
        let (one, other) = (Table::secret(&Seed::new([3; 32])), Table::secret(&Seed::new([4; 32])));
        for key in 0..=255 {
            assert!([4, 10, 11, 299, 1_000_000].iter().all(|count| one.noise(key, *count) == one.noise(key, 3)));
        }
        assert!((0..=255).filter(|key| one.noise(*key, 10) != other.noise(*key, 10)).count() > 100);
    }

    #[test]
    fn rows_beyond_the_last_are_used_in_turn() {
        let rows = (0..=750_i16).map(|count| [count; 256]).collect();
        let table = Table::from_rows(rows, 250).unwrap();
        for (count, row) in [(750, 750), (751, 501), (752, 502), (1000, 750), (1001, 501), (1251, 501)] {
            assert_eq!(table.noise(9, count), row);
        }
        assert!(Table::from_rows(vec![[0; 256]], 1).is_err());
    }
}
