//! The register follows the process (workflow T4, T16; ruling 32): what a step of the case says of its record stands there, wherever nobody
//! coded it yet. Which step says what: `config/intake.toml`.

use codebook::{Codebook, Record, Row};

use super::settled_store;
use super::store::{Found, SlotRow};
use crate::tx::{Refused, Tx};

/// Fills in what the steps of a case tell of its record. The third coder begins from two codings and not from this; a second coder whose lot it is
/// to look sources up again finds it open.
pub(super) fn fill(tx: &mut Tx, found: &Found, slot: &SlotRow, book: &Codebook, rows: &mut Record) -> Result<(), Refused> {
    if slot.finished || slot.slot == "c3" || slot.slot == "c2" && super::drawn(tx, found).source {
        return Ok(());
    }
    let (parts, steps) = (tx.parts(), settled_store::steps(tx.db(), found.case)?);
    for (level, variable, value) in parts.config.intake.followed(&found.profile, &steps) {
        let Some(known) = book.levels.iter().find(|known| known.id == level).filter(|_| book.variable(variable).is_some()) else { continue };
        let own = rows.0.entry(level.to_owned()).or_default();
        if own.is_empty() && known.at_least > 0 {
            own.push(Row::new());
        }
        if let Some(row) = own.first_mut().filter(|row| row.get(variable).is_none_or(serde_json::Value::is_null)) {
            row.insert(variable.to_owned(), value);
        }
    }
    Ok(())
}
