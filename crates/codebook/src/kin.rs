//! Which variables tell of one another by how the codebook is made: one is a merging of another's codes, or is asked by another's answer.

use std::collections::BTreeSet;

use crate::Codebook;
use crate::plan::Method;
use crate::resolve::read_by_condition;

impl Codebook {
    /// The one variable whose codes a derived one merges, or cuts into bands; none where it needs more than that.
    pub fn made_of(&self, id: &str) -> Option<&str> {
        let number = self.derived.iter().position(|derived| derived.id == id)?;
        match self.plan.methods.get(number)? {
            Method::Bands(slot, _) | Method::Map(slot, _) => self.plan.slots.get(*slot).map(|slot| slot.id.as_str()),
            Method::Cases(_) | Method::Function(_) => None,
        }
    }

    /// The variables whose answers decide whether a variable is asked.
    pub fn asked_by(&self, id: &str) -> BTreeSet<&str> {
        let mut read = vec![];
        if let Some(condition) = self.plan.by_id.get(id).and_then(|at| self.plan.slots.get(*at)).and_then(|slot| slot.condition.as_ref()) {
            read_by_condition(&self.plan, condition, &mut read);
        }
        read.into_iter().filter_map(|at| self.plan.slots.get(at)).map(|slot| slot.id.as_str()).collect()
    }
}
