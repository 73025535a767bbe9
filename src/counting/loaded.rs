//! One snapshot, ready to be asked.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use gate::{Answer, Attacker, Before, Ledger, Price, Question, QuestionError, Register, Released, Table, Terms};

use super::CountingError;
use super::askable::{Category, Key, Outcome};
use crate::ids::SnapshotId;

/// A snapshot in memory: what may be asked, the columns, the secret noise, and the attacker who is tried before each answer.
pub struct Loaded {
    pub(super) register: Register,
    pub(super) noise: Table,
    pub(super) attacker: Mutex<Attacker>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) keys: Vec<Key>,
    pub(super) told: Vec<Told>,
}

/// An earlier snapshot of the register, and what was counted in it.
pub(super) struct Told {
    pub(super) id: SnapshotId,
    pub(super) outcomes: Vec<Outcome>,
}

impl Loaded {
    /// What may be counted.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }
    /// One of them.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == id)
    }
    /// What it may be counted by; the period first.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }
    /// One of them.
    pub fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
    /// The earlier snapshots of the register, the newest first.
    pub fn earlier(&self) -> impl Iterator<Item = SnapshotId> + '_ {
        self.told.iter().map(|told| told.id)
    }
    /// Writes down in a ledger that a table left an earlier snapshot: for every outcome it says something of, the same one and others
    /// about the same answer.
    pub fn note_before(&self, ledger: &mut Ledger, snapshot: SnapshotId, outcome: &str, second: Option<&str>) {
        let Some(number) = self.told.iter().position(|told| told.id == snapshot) else { return };
        let Some(then) = self.told.get(number).and_then(|told| told.outcomes.iter().find(|known| known.id == outcome)) else { return };
        let codes = |outcome: &Outcome| outcome.categories.iter().map(|category| category.code).collect::<Vec<_>>();
        for now in self.outcomes.iter().filter(|now| now.unit == then.unit && (now.id == then.id || now.kin.contains(&then.id) || then.kin.contains(&now.id))) {
            ledger.note_before(&now.id, Before { snapshot: number, second: second.map(str::to_owned), same: now.id == then.id && codes(now) == codes(then) });
        }
    }
    /// The codebook's code behind a slot of a key.
    pub fn code(&self, key: &str, slot: u16) -> i64 {
        self.key(key).and_then(|key| key.categories.get(usize::from(slot))).map_or(0, |category: &Category| category.code)
    }
    /// A question of the list, by its keys in any order.
    ///
    /// # Errors
    /// [`QuestionError`] when it is none.
    pub fn question(&self, outcome: &str, keys: &[String]) -> Result<Question, QuestionError> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        Question::new(self.register.catalogue(), &keys, outcome)
    }
    /// A question as the ledger keeps it: the period goes without saying.
    ///
    /// # Errors
    /// [`QuestionError`] when it is none.
    pub fn asked(&self, outcome: &str, second: Option<&str>) -> Result<Question, QuestionError> {
        let keys: Vec<&str> = std::iter::once(self.register.catalogue().period()).chain(second).collect();
        Question::new(self.register.catalogue(), &keys, outcome)
    }
    /// What a question would cost, or why the gate would refuse it. Nothing is counted.
    ///
    /// # Errors
    /// [`gate::Refused`], as [`Loaded::ask`].
    pub fn weigh(&self, ledger: &Ledger, question: &Question, terms: Terms) -> Result<Price, gate::Refused> {
        let mut attacker = self.attacker.lock().unwrap_or_else(PoisonError::into_inner);
        gate::weigh(&self.register, ledger, question, terms, &mut attacker).map(|(price, _)| price)
    }
    /// Asks the gate.
    ///
    /// # Errors
    /// [`gate::Refused`].
    pub fn ask(&self, ledger: &Ledger, question: &Question, terms: Terms) -> Result<Answer, gate::Refused> {
        let mut attacker = self.attacker.lock().unwrap_or_else(PoisonError::into_inner);
        gate::ask(&self.register, ledger, question, terms, &self.noise, &mut attacker)
    }
    /// How many figures of a table would be shown, and how many hidden for which reason; none of them is told.
    ///
    /// # Errors
    /// [`CountingError::Malformed`].
    pub fn outlook(&self, ledger: &Ledger, question: &Question) -> Result<(usize, BTreeMap<&'static str, usize>), CountingError> {
        Ok(Released::outlook(&self.register, ledger, question, &self.noise)?)
    }
    /// How far an attack on an outcome comes before and after a question is answered: mean area under the curve.
    ///
    /// # Errors
    /// [`CountingError::Malformed`].
    pub fn adds(&self, ledger: &Ledger, question: &Question) -> Result<(f64, f64), CountingError> {
        let mut attacker = self.attacker.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, after) = (ledger.out(question.outcome(), None), ledger.out(question.outcome(), Some(question)));
        let blank = before.is_empty();
        let before = if blank { 0.5 } else { attacker.measure_of(&self.register, question, before)?.auc };
        Ok((before, attacker.measure_of(&self.register, question, after)?.auc))
    }
}
