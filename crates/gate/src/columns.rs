//! The counting copy of a frozen snapshot: for one unit (case, victim, relation ...) a column of small codes per variable.
//!
//! A million records of twenty variables are 25 MB. Rows whose case has no other row stand first: for those a count of rows is
//! a count of cases, and only the rest needs the slower way of [`crate::runs`].

use std::collections::BTreeMap;

use crate::Malformed;

/// Most rows of a unit: sums of record keys stay within 32 bits.
pub const MOST_ROWS: usize = 4_000_000;
/// Most codes of a variable.
pub const MOST_CODES: u16 = 1024;
/// Marks "no case"; never a case number.
pub(crate) const NO_CASE: u32 = u32::MAX;

/// Codes in the least room that holds them.
pub(crate) enum Codes {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
}

/// One variable.
pub(crate) struct Column {
    pub(crate) codes: u16,
    pub(crate) values: Codes,
}

impl Column {
    /// The code of one row; 0 beyond the last.
    pub(crate) fn code(&self, row: usize) -> u32 {
        match &self.values {
            Codes::Narrow(values) => values.get(row).copied().unwrap_or_default().into(),
            Codes::Wide(values) => values.get(row).copied().unwrap_or_default().into(),
        }
    }
    /// Whether any row has a code.
    pub(crate) fn holds(&self, code: u16) -> bool {
        match &self.values {
            Codes::Narrow(values) => u8::try_from(code).is_ok_and(|code| values.contains(&code)),
            Codes::Wide(values) => values.contains(&code),
        }
    }
}

/// The snapshot of one unit. No function gives a row back: what leaves this package is counted, hidden and perturbed.
pub struct Columns {
    unit: String,
    pub(crate) record_keys: Vec<u8>,
    /// The case of each row, sorted within the two parts.
    pub(crate) cases: Vec<u32>,
    /// So many rows from the first on are the only ones of their case.
    pub(crate) alone: usize,
    columns: BTreeMap<String, Column>,
}

impl Columns {
    /// The unit a row stands for.
    pub fn unit(&self) -> &str {
        &self.unit
    }
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.cases.len()
    }
    /// Memory of codes, keys and case numbers in bytes.
    pub fn bytes(&self) -> usize {
        let of_codes = |column: &Column| match &column.values {
            Codes::Narrow(values) => values.len(),
            Codes::Wide(values) => values.len() * 2,
        };
        self.cases.len() * 5 + self.columns.values().map(of_codes).sum::<usize>()
    }
    /// How many codes a variable has.
    ///
    /// # Errors
    /// [`Malformed::Variable`] when it isn't here.
    pub fn codes(&self, variable: &str) -> Result<u16, Malformed> {
        self.column(variable).map(|column| column.codes)
    }
    pub(crate) fn column(&self, variable: &str) -> Result<&Column, Malformed> {
        self.columns.get(variable).ok_or_else(|| Malformed::Variable(variable.into()))
    }

    /// These variables of some rows: of those that have a code of `of`, or of all others.
    pub(crate) fn part(&self, variables: &[&str], of: &str, code: u16, having: bool) -> Result<Columns, Malformed> {
        let by = self.column(of)?;
        let kept: Vec<u32> = (0..self.rows()).filter(|row| (by.code(*row) == u32::from(code)) == having).filter_map(|row| u32::try_from(row).ok()).collect();
        // Rows keep their order. One that was alone in its case is so still; one that is left of several is walked, which counts it as well.
        let alone = kept.iter().take_while(|row| usize::try_from(**row).is_ok_and(|row| row < self.alone)).count();
        let columns = variables.iter().map(|variable| {
            let column = self.column(variable)?;
            let values = match &column.values {
                Codes::Narrow(values) => Codes::Narrow(reordered(values, &kept)),
                Codes::Wide(values) => Codes::Wide(reordered(values, &kept)),
            };
            Ok(((*variable).to_owned(), Column { codes: column.codes, values }))
        }).collect::<Result<BTreeMap<_, _>, Malformed>>()?;
        Ok(Columns { unit: self.unit.clone(), record_keys: reordered(&self.record_keys, &kept), cases: reordered(&self.cases, &kept), alone, columns })
    }
}

/// Takes rows in any order and makes [`Columns`] of them.
pub struct Builder {
    unit: String,
    variables: Vec<(String, u16)>,
    record_keys: Vec<u8>,
    cases: Vec<u32>,
    values: Vec<Codes>,
}

impl Builder {
    /// An empty snapshot of a unit, with its variables and how many codes each has (codes run from 0). A variable with several
    /// answers at once comes as one yes/no variable per answer; missing values are codes like others.
    ///
    /// # Errors
    /// [`Malformed`] for a name twice or a variable without codes or with too many.
    pub fn new(unit: &str, variables: &[(&str, u16)]) -> Result<Self, Malformed> {
        let mut seen = std::collections::BTreeSet::new();
        for (id, codes) in variables {
            if !seen.insert(*id) {
                return Err(Malformed::Twice((*id).into()));
            }
            if *codes == 0 || *codes > MOST_CODES {
                return Err(Malformed::Codes((*id).into()));
            }
        }
        let room = |codes: u16| if codes <= 256 { Codes::Narrow(Vec::new()) } else { Codes::Wide(Vec::new()) };
        Ok(Self {
            unit: unit.into(),
            variables: variables.iter().map(|(id, codes)| ((*id).into(), *codes)).collect(),
            record_keys: Vec::new(),
            cases: Vec::new(),
            values: variables.iter().map(|(_, codes)| room(*codes)).collect(),
        })
    }

    /// One row: its case, its record key (random, fixed for as long as the record is counted) and its codes in the order of
    /// the variables.
    ///
    /// # Errors
    /// [`Malformed`] for a code the variable doesn't have, a short or long row, or one row too many. Nothing is added then.
    pub fn push(&mut self, case: u32, record_key: u8, codes: &[u16]) -> Result<(), Malformed> {
        if codes.len() != self.variables.len() {
            return Err(Malformed::Row { found: codes.len(), wanted: self.variables.len() });
        }
        if case == NO_CASE {
            return Err(Malformed::Case(case));
        }
        if self.cases.len() >= MOST_ROWS {
            return Err(Malformed::Rows(MOST_ROWS));
        }
        for ((id, limit), code) in self.variables.iter().zip(codes) {
            if code >= limit {
                return Err(Malformed::Code(id.clone(), *code));
            }
        }
        for (column, code) in self.values.iter_mut().zip(codes) {
            match column {
                // Below 256 by the check above.
                Codes::Narrow(values) => values.push(u8::try_from(*code).unwrap_or_default()),
                Codes::Wide(values) => values.push(*code),
            }
        }
        self.cases.push(case);
        self.record_keys.push(record_key);
        Ok(())
    }

    /// The columns, in an order that depends on the case numbers only.
    pub fn finish(self) -> Columns {
        let mut order: Vec<u32> = (0..self.cases.len()).filter_map(|row| u32::try_from(row).ok()).collect();
        let case_of = |row: u32| usize::try_from(row).ok().and_then(|row| self.cases.get(row)).copied().unwrap_or(NO_CASE);
        order.sort_by_key(|row| case_of(*row));
        let (mut first, mut rest) = (Vec::with_capacity(order.len()), Vec::new());
        for run in order.chunk_by(|a, b| case_of(*a) == case_of(*b)) {
            if run.len() == 1 { first.extend_from_slice(run) } else { rest.extend_from_slice(run) }
        }
        let alone = first.len();
        first.append(&mut rest);
        let columns = self.variables.into_iter().zip(self.values).map(|((id, codes), values)| {
            let values = match values {
                Codes::Narrow(values) => Codes::Narrow(reordered(&values, &first)),
                Codes::Wide(values) => Codes::Wide(reordered(&values, &first)),
            };
            (id, Column { codes, values })
        });
        let columns = columns.collect();
        Columns { unit: self.unit, record_keys: reordered(&self.record_keys, &first), cases: reordered(&self.cases, &first), alone, columns }
    }
}

fn reordered<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().filter_map(|row| usize::try_from(*row).ok().and_then(|row| values.get(row)).copied()).collect()
}
