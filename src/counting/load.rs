//! Loading a snapshot: rows to columns, checked against the hash it was frozen with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use gate::{Attacker, Builder, Columns, Earlier, Register, Seed, Table};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vault::InstallationKey;

use super::askable::{Askable, year_of};
use super::loaded::Told;
use super::store::{self, Head};
use super::{CountingError, Loaded};
use crate::ids::SnapshotId;
use crate::settings::Configured;

/// A row of a level as it is frozen: its record key, and its codes, those of the rows it belongs to included.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FrozenRow {
    /// Random, and the same in every snapshot the row is in: the noise of a group hangs on the keys of its rows.
    pub key: u8,
    /// Variable and code; several codes a list, missing ones negative.
    pub codes: BTreeMap<String, serde_json::Value>,
}

/// A case as it is frozen: rows per level.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frozen(pub BTreeMap<String, Vec<FrozenRow>>);

impl Frozen {
    /// SHA-256 over cases in order: number, then the canonical JSON.
    pub fn hash<'a>(cases: impl Iterator<Item = (i32, &'a Frozen)>) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (number, case) in cases {
            hash.update(number.to_be_bytes());
            // Maps are ordered and hold nothing that can't be JSON.
            hash.update(serde_json::to_vec(case).unwrap_or_default());
        }
        hash.finalize().into()
    }
}

pub(super) fn load(url: &str, config: &Configured, installation: &InstallationKey, id: SnapshotId) -> Result<Loaded, CountingError> {
    let mut db = store::connect(url)?;
    let (head, earlier) = store::heads(&mut db, id)?;
    let book = config.codebook_of(&head.codebook).ok_or_else(|| CountingError::Codebook(head.codebook.clone()))?;
    let askable = Askable::of(book, year_of(head.taken_at)).related(book);
    let now = cases(&mut db, &head)?;
    let columns = columns(&askable, &now)?;
    let (mut before, mut told) = (vec![], vec![]);
    for earlier in earlier {
        // Each by the codebook it was frozen under: what is compared are cases in groups, whatever the groups are called. Without that
        // codebook nobody knows what left, and nothing leaves. Outcomes come along for to whom they did not apply.
        let book = config.codebook_of(&earlier.codebook).ok_or_else(|| CountingError::Codebook(earlier.codebook.clone()))?;
        let then = Askable::of(book, year_of(earlier.taken_at)).related(book);
        let were = cases(&mut db, &earlier)?;
        before.push(Earlier { catalogue: then.catalogue()?, columns: self::columns(&then, &were)?, corrected: corrected(&were, &now) });
        told.push(Told { id: earlier.id, outcomes: then.outcomes });
    }
    let register = Register::after(askable.catalogue()?, columns, before)?;
    // The noise table belongs to the register, not to a snapshot; a practice register has another one, as its records are known.
    let of: [u8; 16] = head.bureau.map_or([0; 16], |bureau| bureau.bytes());
    let seed = |what: &str, more: &[u8]| Seed::new(installation.mac(what, &[&of, more]));
    Ok(Loaded {
        register, noise: Table::secret(&seed("register noise", b"")), attacker: Mutex::new(Attacker::new(seed("register attack", &head.id.bytes()))), outcomes: askable.outcomes, keys: askable.keys, told,
    })
}

fn cases(db: &mut diesel::PgConnection, head: &Head) -> Result<Vec<(i32, Frozen)>, CountingError> {
    let mut cases = vec![];
    for (number, levels) in store::rows(db, head.id)? {
        cases.push((number, serde_json::from_value(levels).map_err(|why| CountingError::Malformed(why.to_string()))?));
    }
    if Frozen::hash(cases.iter().map(|(number, case)| (*number, case))).as_slice() != head.hash.as_slice() {
        return Err(CountingError::Changed(head.id));
    }
    Ok(cases)
}

/// Cases of both snapshots whose codes are not what they were. A variable that one of them had not is not compared: it was no answer there.
fn corrected(were: &[(i32, Frozen)], now: &[(i32, Frozen)]) -> BTreeSet<u32> {
    let now: BTreeMap<i32, &Frozen> = now.iter().map(|(number, case)| (*number, case)).collect();
    let differ = |was: &FrozenRow, is: &FrozenRow| was.codes.iter().any(|(variable, code)| is.codes.get(variable).is_some_and(|now| now != code));
    let other = |was: &Frozen, is: &Frozen| was.0.iter().any(|(level, was)| is.0.get(level).is_some_and(|is| was.len() != is.len() || was.iter().zip(is).any(|(was, is)| differ(was, is))));
    were.iter().filter(|(number, was)| now.get(number).is_some_and(|is| other(was, is))).filter_map(|(number, _)| u32::try_from(*number).ok()).collect()
}

fn columns(askable: &Askable, cases: &[(i32, Frozen)]) -> Result<Vec<Columns>, CountingError> {
    let mut units = vec![];
    for unit in askable.units() {
        let variables = askable.of_unit(&unit);
        let named: Vec<(&str, u16)> = variables.iter().map(|slots| (slots.id.as_str(), slots.codes())).collect();
        let mut builder = Builder::new(&unit, &named)?;
        for (number, case) in cases {
            let number = u32::try_from(*number).map_err(|why| CountingError::Malformed(why.to_string()))?;
            for row in case.0.get(&unit).map(Vec::as_slice).unwrap_or_default() {
                let codes: Vec<u16> = variables.iter().map(|slots| slots.slot(row.codes.get(&slots.variable))).collect();
                builder.push(number, row.key, &codes)?;
            }
        }
        units.push(builder.finish());
    }
    Ok(units)
}


#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(rows: &[serde_json::Value]) -> Frozen {
        Frozen([("victim".to_owned(), rows.iter().map(|codes| FrozenRow { key: 7, codes: serde_json::from_value(codes.clone()).expect("codes") }).collect())].into())
    }

    #[test]
    fn a_case_is_corrected_when_any_counted_code_is_another() {
        let were = |rows: &[serde_json::Value]| vec![(4, case(rows))];
        let found = |was: &[serde_json::Value], is: &[serde_json::Value]| !corrected(&were(was), &were(is)).is_empty();
        let (one, two) = (json!({ "sex": 1, "helped": [1, 2] }), json!({ "sex": 2, "helped": [3] }));
        assert!(!found(&[one.clone(), two.clone()], &[one.clone(), two.clone()]));
        // A code, one of several, a row more, the rows in another order.
        for is in [vec![json!({ "sex": 2, "helped": [1, 2] }), two.clone()], vec![json!({ "sex": 1, "helped": [1] }), two.clone()], vec![one.clone()], vec![two.clone(), one.clone()]] {
            assert!(found(&[one.clone(), two.clone()], &is), "{is:?}");
        }
        // What the other codebook did not ask was no answer; a case of one snapshot only is new, or gone.
        assert!(!found(&[json!({ "sex": 1 })], &[one.clone()]) && !found(&[one.clone()], &[json!({ "sex": 1, "new": 3 })]));
        assert!(corrected(&were(std::slice::from_ref(&one)), &[(5, case(&[two]))]).is_empty());
        assert_eq!(corrected(&were(&[one]), &[(4, case(&[json!({ "sex": 2 })]))]), BTreeSet::from([4]));
    }
}
