//! Remembers how far attacks came. Their outcome depends on the unit, on to whom the question applies and on which tables are out, not on the
//! answers, so that most questions find their answer here; and a set that grows by a table goes on where the last attack stood.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Malformed;
use crate::attack::{Attack, Measure};
use crate::ledger::BUDGET;
use crate::perturb::Seed;
use crate::question::Question;
use crate::register::Register;

/// The tables of a unit: of which snapshot (0 is the one asked, others are the earlier ones in their order), by their second key.
pub type Out = BTreeSet<(usize, Option<String>)>;

/// Measured sets kept at most; a budget of sixty cells leaves room for far fewer.
const KEPT: usize = 4096;

/// Sets tried in advance at most, per unit: some seconds.
const PREPARED: usize = 1000;

/// Attacks in progress kept at most: one for what applies to a whole unit, others for outcomes that apply to some.
const STANDING: usize = 16;

/// The attacker of one snapshot.
pub struct Attacker {
    seed: Seed,
    measured: BTreeMap<(String, Out), Measure>,
    standing: BTreeMap<String, (Out, Attack)>,
}

impl Attacker {
    /// Nothing measured yet. The seed invents the outcomes that are attacked; it is kept for as long as the snapshot, so that
    /// the same question is refused or answered alike.
    pub fn new(seed: Seed) -> Self {
        Self { seed, measured: BTreeMap::new(), standing: BTreeMap::new() }
    }

    /// Measures every set of tables that fits an outcome's budget, so that no question waits for an attack; gives their number.
    /// Where keys are so many that there are more sets than can be tried, the smaller ones come first and the rest is
    /// measured when it is asked.
    ///
    /// # Errors
    /// [`Malformed`] when list and columns don't agree, which [`Register::new`] has checked.
    pub fn prepare(&mut self, register: &Register) -> Result<usize, Malformed> {
        let mut measured = 0;
        let units: BTreeSet<&str> = register.catalogue().outcomes().map(|(_, unit)| unit).collect();
        for unit in units {
            let periods = register.columns(unit)?.codes(register.catalogue().period())?;
            let keys = register.catalogue().keys_of(unit).map(|key| (Some(key.id.clone()), u32::from(key.codes)));
            let tables: Vec<(Option<String>, u32)> = std::iter::once((None, 1)).chain(keys).map(|(key, codes)| (key, codes * u32::from(periods))).collect();
            // Each set is made once: from the set without its last table.
            let mut sets: VecDeque<(Out, usize, u32)> = VecDeque::from([(Out::new(), 0, 0)]);
            let mut left = PREPARED;
            while let Some((set, from, cells)) = sets.pop_front() {
                for (number, (key, more)) in tables.iter().enumerate().skip(from) {
                    if cells + more <= BUDGET && left > 0 {
                        let mut larger = set.clone();
                        larger.insert((0, key.clone()));
                        self.measure(register, unit, larger.clone())?;
                        sets.push_back((larger, number + 1, cells + more));
                        (left, measured) = (left - 1, measured + 1);
                    }
                }
            }
        }
        Ok(measured)
    }

    /// How far an attack on these tables of a unit comes, on an outcome that applies to all.
    ///
    /// # Errors
    /// [`Malformed`] when a table isn't one of the register.
    pub fn measure(&mut self, register: &Register, unit: &str, tables: Out) -> Result<Measure, Malformed> {
        self.attacked(register, unit, None, tables)
    }

    /// How far an attack on these tables of a question's outcome comes, among those to whom it applies.
    ///
    /// # Errors
    /// As [`Attacker::measure`].
    pub fn measure_of(&mut self, register: &Register, question: &Question, tables: Out) -> Result<Measure, Malformed> {
        let outside = register.outside(question.outcome()).map(|outside| (question.outcome(), outside));
        self.attacked(register, question.unit(), outside, tables)
    }

    fn attacked(&mut self, register: &Register, unit: &str, outside: Option<(&str, u16)>, tables: Out) -> Result<Measure, Malformed> {
        // A space stands in no name.
        let on = outside.map_or_else(|| unit.to_owned(), |(outcome, _)| format!("{unit} {outcome}"));
        let wanted = (on.clone(), tables);
        if let Some(measure) = self.measured.get(&wanted) {
            return Ok(*measure);
        }
        let columns = register.columns(unit)?;
        let earlier = register.earlier(unit)?;
        let (mut done, mut attack) = match self.standing.remove(&on).filter(|(done, _)| done.is_subset(&wanted.1)) {
            Some(standing) => standing,
            None => {
                let fresh = Attack::after(columns, &earlier, &self.seed);
                (Out::new(), match outside { Some((outcome, outside)) => fresh.applying(columns, outcome, outside)?, None => fresh })
            }
        };
        for (snapshot, second) in wanted.1.difference(&done) {
            if let Some((columns, keys, near)) = register.table(unit, *snapshot, second.as_deref(), outside.map(|(outcome, _)| outcome))? {
                attack.add_of(*snapshot, columns, &keys, near)?;
            }
        }
        done.clone_from(&wanted.1);
        let measure = attack.measure();
        if self.standing.len() >= STANDING {
            self.standing.clear();
        }
        self.standing.insert(on, (done, attack));
        if self.measured.len() >= KEPT {
            self.measured.clear();
        }
        self.measured.insert(wanted, measure);
        Ok(measure)
    }
}
