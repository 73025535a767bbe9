//! Made-up records that follow the codebook: every question that is asked is answered, no check that stops closing fires.
//!
//! How often what happens stands in `weights.toml`, in the language of the codebook; no variable is named in this code. Nothing in
//! these records is about anybody: the shares are guesses of the right order, skewed as such registers are, not findings.
//!
//! The same seed gives the same records on every machine: the random numbers are ChaCha8's, record by record from a stream of their
//! own, and they are drawn with whole numbers only.
#![forbid(unsafe_code)]

mod draw;
mod weights;

use codebook::{Answer, Asked, Codebook, Handle, Record, Severity, Sheet};

use draw::Dice;
use weights::{Plan, Rows};
pub use weights::SyntheticError;

/// Records by seed, one after the other.
///
/// # Errors
/// The weights name a variable, a level or a code that this codebook lacks.
pub fn generate(book: &Codebook, seed: u64, cases: usize) -> Result<impl Iterator<Item = Record> + '_, SyntheticError> {
    let generator = Generator::new(book)?;
    Ok((0..cases).map(move |number| generator.record(seed, number)))
}

/// The weights, looked up in a codebook.
pub struct Generator<'a> {
    book: &'a Codebook,
    plan: Plan,
}

/// So often it is looked whether answers opened or closed questions that were already passed.
const ROUNDS: usize = 4;

impl<'a> Generator<'a> {
    /// Looks the weights up.
    ///
    /// # Errors
    /// They name a variable, a level or a code that this codebook lacks.
    pub fn new(book: &'a Codebook) -> Result<Generator<'a>, SyntheticError> {
        Ok(Generator { book, plan: Plan::read(book, include_str!("../weights.toml"))? })
    }

    /// The record of a number; records of different numbers have nothing in common but the seed.
    pub fn record(&self, seed: u64, number: usize) -> Record {
        self.sheet(seed, number).record()
    }

    /// The same, laid out by the codebook.
    pub fn sheet(&self, seed: u64, number: usize) -> Sheet<'a> {
        let (mut dice, mut sheet) = (Dice::new(seed, number), Sheet::empty(self.book));
        for level in &self.plan.levels {
            match &level.rows {
                Rows::Drawn(weights) => {
                    for row in 0..dice.of(weights) {
                        sheet.add(&level.id, [("key".to_owned(), format!("{}{}", level.id, row + 1).into())].into_iter().collect());
                    }
                    sheet.bind();
                }
                Rows::Completed => {
                    sheet.complete();
                }
            }
            self.answer(&mut sheet, &mut dice, level, false);
        }
        for _ in 0..ROUNDS {
            let mut changed = false;
            for level in &self.plan.levels {
                changed |= self.answer(&mut sheet, &mut dice, level, true);
            }
            if !changed && !self.silence(&mut sheet) {
                break;
            }
        }
        sheet
    }

    /// Answers what is asked on a level and has no answer, in the order of the codebook; takes back what is closed. Whether an
    /// answer changed that others may lean on.
    fn answer(&self, sheet: &mut Sheet<'a>, dice: &mut Dice, level: &weights::Level, late: bool) -> bool {
        let mut changed = false;
        for row in 0..sheet.len(&level.id) {
            for variable in &level.variables {
                let stands = sheet.stands(variable.handle, row).is_some_and(|answer| *answer != Answer::Nothing);
                match sheet.asked_of(variable.handle, row) {
                    Asked::Closed | Asked::Computed if stands => changed |= sheet.set(variable.handle, row, Answer::Nothing),
                    Asked::Open if !stands && (late || !variable.late) => {
                        let answer = draw::answer(variable, sheet, row, dice);
                        changed |= answer != Answer::Nothing && sheet.set(variable.handle, row, answer) && !variable.late;
                    }
                    _ => {}
                }
            }
        }
        changed
    }

    /// The last resort where the weights let a check fire that stops closing: what it read is said to be unknown, until it is silent.
    fn silence(&self, sheet: &mut Sheet<'a>) -> bool {
        let mut changed = false;
        while let Some(place) = sheet.fired(Some(Severity::Hard)).into_iter().flat_map(|fired| fired.hits).flat_map(|hit| hit.variables).find(|place| {
            self.handle(&place.variable).is_some_and(|handle| sheet.stands(handle, place.row).is_some_and(|answer| !matches!(answer, Answer::Nothing | Answer::Missing(_))))
        }) {
            let Some(handle) = self.handle(&place.variable) else { break };
            changed |= sheet.set(handle, place.row, Answer::Missing(draw::UNKNOWN));
        }
        changed
    }
    fn handle(&self, id: &str) -> Option<Handle> {
        self.book.handle(id)
    }
}
