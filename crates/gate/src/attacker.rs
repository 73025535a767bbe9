//! Remembers how far attacks came. Their outcome depends on the unit and on which tables are out, not on the outcome asked, so
//! that most questions find their answer here; and a set that grows by a table goes on where the last attack stood.

use std::collections::{BTreeMap, BTreeSet};

use crate::Malformed;
use crate::attack::{Attack, Measure};
use crate::perturb::Seed;
use crate::register::Register;

/// The tables of a unit, by their second key.
type Tables = BTreeSet<Option<String>>;

/// Measured sets kept at most; a budget of sixty cells leaves room for far fewer.
const KEPT: usize = 4096;

/// The attacker of one snapshot.
pub struct Attacker {
    seed: Seed,
    measured: BTreeMap<(String, Tables), Measure>,
    standing: BTreeMap<String, (Tables, Attack)>,
}

impl Attacker {
    /// Nothing measured yet. The seed invents the outcomes that are attacked; it is kept for as long as the snapshot, so that
    /// the same question is refused or answered alike.
    pub fn new(seed: Seed) -> Self {
        Self { seed, measured: BTreeMap::new(), standing: BTreeMap::new() }
    }

    /// How far an attack on these tables of a unit comes.
    ///
    /// # Errors
    /// [`Malformed`] when a table isn't one of the register.
    pub fn measure(&mut self, register: &Register, unit: &str, tables: Tables) -> Result<Measure, Malformed> {
        let wanted = (unit.to_owned(), tables);
        if let Some(measure) = self.measured.get(&wanted) {
            return Ok(*measure);
        }
        let columns = register.columns(unit)?;
        let fresh = || (Tables::new(), Attack::new(columns, &self.seed));
        let (mut done, mut attack) = self.standing.remove(unit).filter(|(done, _)| done.is_subset(&wanted.1)).unwrap_or_else(fresh);
        let period = register.catalogue().period();
        for second in wanted.1.difference(&done) {
            let keys: Vec<&str> = std::iter::once(period).chain(second.as_deref()).collect();
            attack.add(columns, &keys, register.near(unit, second.as_deref())?)?;
        }
        done.clone_from(&wanted.1);
        let measure = attack.measure();
        self.standing.insert(unit.into(), (done, attack));
        if self.measured.len() >= KEPT {
            self.measured.clear();
        }
        self.measured.insert(wanted, measure);
        Ok(measure)
    }
}
