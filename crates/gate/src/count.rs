//! Counting keys times outcome in one pass over the columns.
//!
//! The pass goes in chunks: first the cell of each row is computed column by column (the compiler makes vectors of it), then
//! the rows are added up in dense accumulators, a row count and a sum of record keys in one number. Four accumulators take
//! turns, because neighbours often fall in the same cell and would wait for each other.

use crate::columns::{Codes, Column, Columns};
use crate::runs::Runs;
use crate::Malformed;

/// Most cells of any count.
pub const MOST_CELLS: usize = 1 << 16;
const CHUNK: usize = 2048;
const SMALL: usize = 4096;
/// Fewer rows than this don't pay for clearing four accumulators.
const FEW_ROWS: usize = 20_000;
const ONE_ROW: u64 = 1 << 32;

/// What is known of a group or a cell. Stays in this package's hands until it is hidden or perturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows: units.
    pub units: u32,
    /// Distinct cases among them.
    pub cases: u32,
    /// Cases with a unit in the group to which the question applies and that is not in the cell; 0 for a group, and for the cell of
    /// those to whom it does not apply.
    pub rest: u32,
    /// Whether one case has over half of the units of the cell, or of its remainder.
    pub dominated: bool,
    /// Sum of the record keys modulo 256.
    pub cell_key: u8,
}

/// A counted table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Number of codes of the outcome.
    pub values: usize,
    /// Per combination of keys (the last key runs fastest).
    pub groups: Vec<Tally>,
    /// Per group, per code of the outcome.
    pub cells: Vec<Tally>,
    /// Per group, the units to which the question applies; their remainder are those to which it does not.
    pub applies: Vec<Tally>,
}

impl Columns {
    /// Counts `keys` (any number whose cells fit) times `outcome`. Which variables play which part is the caller's to decide:
    /// the rules that look at keys alone count a key in the outcome's place.
    pub(crate) fn count(&self, keys: &[&str], outcome: &str) -> Result<Counts, Malformed> {
        self.count_of(keys, outcome, None)
    }

    /// The same, of an outcome with a code of those to whom it does not apply: they are no remainder of the others.
    pub(crate) fn count_of(&self, keys: &[&str], outcome: &str, outside: Option<u16>) -> Result<Counts, Malformed> {
        let mut columns = keys.iter().map(|key| self.column(key)).collect::<Result<Vec<_>, _>>()?;
        let groups = columns.iter().fold(1_usize, |cells, column| cells.saturating_mul(column.codes.into()));
        let last = self.column(outcome)?;
        columns.push(last);
        let values = usize::from(last.codes);
        let cells = groups.saturating_mul(values);
        if cells > MOST_CELLS {
            return Err(Malformed::Cells(cells));
        }
        let packed = self.packed(&columns, cells);
        Ok(self.tallied(&columns, groups, values, outside.map(usize::from), &packed))
    }

    /// Rows and sums of record keys per cell, of all rows.
    fn packed(&self, columns: &[&Column], cells: usize) -> Vec<u64> {
        let mut index = [0_u16; CHUNK];
        if cells > SMALL || self.rows() < FEW_ROWS {
            let mut sums = vec![0_u64; cells];
            for (chunk, keys) in self.record_keys.chunks(CHUNK).enumerate() {
                cells_of(&mut index, columns, chunk * CHUNK);
                for (cell, key) in index.iter().zip(keys) {
                    if let Some(sum) = sums.get_mut(usize::from(*cell)) {
                        *sum += ONE_ROW | u64::from(*key);
                    }
                }
            }
            return sums;
        }
        let mut lanes = vec![[0_u64; SMALL]; 4];
        if let [a, b, c, d] = lanes.as_mut_slice() {
            for (chunk, keys) in self.record_keys.chunks(CHUNK).enumerate() {
                cells_of(&mut index, columns, chunk * CHUNK);
                let fours = keys.as_chunks::<4>();
                for ([i, j, k, l], [p, q, r, s]) in index.as_chunks::<4>().0.iter().zip(fours.0) {
                    add(a, *i, *p);
                    add(b, *j, *q);
                    add(c, *k, *r);
                    add(d, *l, *s);
                }
                for (cell, key) in index.iter().skip(fours.0.len() * 4).zip(fours.1) {
                    add(a, *cell, *key);
                }
            }
        }
        (0..cells).map(|cell| lanes.iter().filter_map(|lane| lane.get(cell)).sum()).collect()
    }

    /// Adds what is known of cases: for rows that are alone in their case a row is a case; the others are walked.
    fn tallied(&self, columns: &[&Column], groups: usize, values: usize, outside: Option<usize>, packed: &[u64]) -> Counts {
        let mut runs = Runs::new(groups, values);
        // Only those to whom the question applies, where it does not apply to all.
        let mut applying = outside.map(|_| Runs::new(groups, values));
        let mut shared = vec![0_u32; packed.len()];
        let mut index = [0_u16; CHUNK];
        let mut from = self.alone;
        while let Some(cases) = self.cases.get(from..).filter(|cases| !cases.is_empty()) {
            cells_of(&mut index, columns, from);
            for (cell, case) in index.iter().zip(cases) {
                runs.see(*case, u32::from(*cell));
                if let Some(applying) = applying.as_mut().filter(|_| outside != Some(usize::from(*cell) % values)) {
                    applying.see(*case, u32::from(*cell));
                }
                if let Some(rows) = shared.get_mut(usize::from(*cell)) {
                    *rows += 1;
                }
            }
            from += CHUNK;
        }
        let (seen, applying) = (runs.end(), applying.map(Runs::end));
        let among = applying.as_ref().unwrap_or(&seen);
        let (mut of_groups, mut of_cells, mut applies) = (Vec::with_capacity(groups), Vec::with_capacity(packed.len()), Vec::with_capacity(groups));
        let per_cell = packed.iter().zip(&shared).zip(seen.with.iter().zip(&among.only));
        let mut cells = per_cell.map(|((packed, shared), (with, only))| {
            let (units, key) = (u32::try_from(packed >> 32).unwrap_or(u32::MAX), u8::try_from(packed & 255).unwrap_or_default());
            let alone = units - shared;
            (Tally { units, cases: alone + with, cell_key: key, ..Tally::default() }, alone, alone + only)
        });
        for (number, (parent, applied)) in seen.parents.iter().zip(&among.parents).enumerate() {
            let mut group = Tally { cases: *parent, ..Tally::default() };
            let mut applied = Tally { cases: *applied, ..Tally::default() };
            let here: Vec<_> = cells.by_ref().take(values).collect();
            for (value, (cell, alone, _)) in here.iter().enumerate() {
                group.units += cell.units;
                group.cases += alone;
                group.cell_key = group.cell_key.wrapping_add(cell.cell_key);
                if outside != Some(value) {
                    applied.units += cell.units;
                    applied.cases += alone;
                    applied.cell_key = applied.cell_key.wrapping_add(cell.cell_key);
                }
            }
            if let Some((outside, (cell, ..))) = outside.and_then(|outside| Some((outside, here.get(outside)?))) {
                applied.rest = cell.cases;
                applied.dominated = seen.dominated(number * values + outside, cell.units, applied.units);
            }
            of_cells.extend(here.into_iter().enumerate().map(|(value, (cell, _, only))| if outside == Some(value) { cell } else {
                Tally { rest: applied.cases - only, dominated: among.dominated(number * values + value, cell.units, applied.units - cell.units), ..cell }
            }));
            of_groups.push(group);
            applies.push(applied);
        }
        Counts { values, groups: of_groups, cells: of_cells, applies }
    }
}

/// The cell of each row from `from` on.
fn cells_of(index: &mut [u16; CHUNK], columns: &[&Column], from: usize) {
    index.fill(0);
    for column in columns {
        let codes = column.codes;
        match &column.values {
            Codes::Narrow(values) => place(index, codes, values.get(from..).unwrap_or_default()),
            Codes::Wide(values) => place(index, codes, values.get(from..).unwrap_or_default()),
        }
    }
}

/// Sixteen bits hold every cell ([`MOST_CELLS`]), and twice as many fit a vector.
fn place<T: Copy + Into<u16>>(index: &mut [u16; CHUNK], codes: u16, values: &[T]) {
    for (cell, value) in index.iter_mut().zip(values) {
        *cell = cell.wrapping_mul(codes).wrapping_add((*value).into());
    }
}

/// The mask says to the compiler what the number of cells says to us: no bounds to check.
fn add(lane: &mut [u64; SMALL], cell: u16, key: u8) {
    lane[usize::from(cell) & (SMALL - 1)] += ONE_ROW | u64::from(key);
}
