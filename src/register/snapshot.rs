//! Freezing the register: at most yearly, with at least ten new complete cases; numbered, hashed, never changed.
//!
//! A practice bureau's register holds invented records, and it may freeze them whenever it likes (ruling 23).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use codebook::Codebook;
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::Value;

use super::progress::{Filter, lines};
use super::quality::{From, QualityNote};
use super::settled_store;
use super::store::{self, Settled};
use crate::access::{Act, Kind, Role};
use crate::counting::{Frozen, FrozenRow};
use crate::ids::{BureauId, SnapshotId};
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who freezes the register.
pub static SNAPSHOT: Act = Act { name: "register.snapshot", within: Kind::System, by: &[Role::RegisterManager], step_up: true };

/// Who sees the snapshots of their register.
static SEE: Act = Act { name: "register.snapshots", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// Most records that are invented at once.
const MOST_INVENTED: u32 = 20_000;

/// A snapshot, as everybody may know it.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Id.
    pub id: SnapshotId,
    /// Number within its register.
    pub number: i32,
    /// Whether it belongs to a practice register: its records are invented.
    pub practice: bool,
    /// Version of the codebook.
    pub codebook: String,
    /// Complete cases in it.
    pub cases: i32,
    /// SHA-256 of its rows, in hexadecimal.
    pub hash: String,
    /// Completeness, agreement and missing share, as they were; no small number among them.
    pub quality: QualityNote,
    /// When.
    pub taken_at: DateTime<Utc>,
}

/// Records a practice register invents.
#[derive(Clone, Copy, Debug)]
pub struct Invented {
    /// How many.
    pub cases: u32,
    /// Which: the same seed gives the same records.
    pub seed: u64,
}

/// Freezes the register. Pages, API and command line freeze it with its fixed public tables proposed, which research adds.
///
/// # Errors
/// `Rule("snapshot-too-soon")` within a year of the last; `Rule("snapshot-too-few")` with fewer than ten new complete cases;
/// `Rule("practice-is-invented")` and `Rule("nothing-is-invented")` for records of the wrong kind.
pub fn take(tx: &mut Tx, invented: Option<Invented>) -> Result<Snapshot, Refused> {
    tx.permit(&SNAPSHOT, Place::Hat, None)?;
    // Past cases come and go whole: none that is just being loaded or taken back is frozen in part.
    super::import::at_rest(tx)?;
    let (parts, now, practice) = (tx.parts(), tx.now(), tx.session()?.practice);
    let book = &parts.config.codebook;
    let register = register_of(tx)?;
    let last = store::newest_snapshot(tx.db(), register)?;
    let (records, quality): (Vec<Settled>, QualityNote) = match (practice, invented) {
        (true, Some(invented)) => invent(book, invented)?,
        (true, None) => return Err(Refused::Rule("practice-is-invented")),
        (false, Some(_)) => return Err(Refused::Rule("nothing-is-invented")),
        (false, None) => settled(tx)?,
    };
    let leaving = Leaving::of(book, tx.today().year().into());
    let cases: Vec<(i32, Frozen)> = records.iter().filter_map(|record| Some((record.number, frozen(book, &leaving, record, &parts.installation)?))).collect();
    if !practice {
        let days = last.as_ref().map_or(i64::from(gate::snapshot::LEAST_DAYS), |last| (now - last.taken_at).num_days());
        let new = i64::try_from(cases.len()).unwrap_or(i64::MAX) - last.as_ref().map_or(0, |last| i64::from(last.cases));
        gate::snapshot::may_follow(u32::try_from(days).unwrap_or(0), u32::try_from(new).unwrap_or(0)).map_err(|why| match why {
            gate::snapshot::TooSoon::Days(_) => Refused::Rule("snapshot-too-soon"),
            gate::snapshot::TooSoon::Cases(_) => Refused::Rule("snapshot-too-few"),
        })?;
    }
    let unlooked = records.iter().flat_map(|record| book.not_looked_for(&record.codes).into_iter().map(|level| (record.number, level.id.as_str()))).collect();
    let hash = Frozen::hash(cases.iter().map(|(number, case)| (*number, case)));
    let hat = tx.hat()?;
    let snapshot = Snapshot {
        id: SnapshotId::new(), number: last.map_or(1, |last| last.number + 1), practice, codebook: book.version.clone(), cases: i32::try_from(cases.len()).unwrap_or(i32::MAX),
        hash: HEXLOWER.encode(&hash), quality: quality.with_cases(book, &cases, &unlooked, records.len()), taken_at: now,
    };
    store::insert_snapshot(tx.db(), register, hat, &snapshot, &hash)?;
    store::insert_case_rows(tx.db(), snapshot.id, &cases)?;
    tx.note(Entry::done("register.frozen").on(snapshot.id));
    Ok(snapshot)
}

/// The register of a hat: the country's, or a practice bureau's.
///
/// # Errors
/// `NoSession`.
pub fn register_of(tx: &Tx) -> Result<Option<BureauId>, Refused> {
    Ok(tx.session()?.bureau)
}

/// Invented records, numbered from 1.
fn invent(book: &Codebook, invented: Invented) -> Result<(Vec<Settled>, QualityNote), Refused> {
    if invented.cases == 0 || invented.cases > MOST_INVENTED {
        return Err(Refused::Faults(vec![FieldFault::new("cases", "out-of-range")]));
    }
    let cases = usize::try_from(invented.cases).unwrap_or(0);
    let made = synthetic::generate(book, invented.seed, cases).map_err(|why| Refused::Internal(why.to_string()))?;
    let records = (1..).zip(made).map(|(number, codes)| Settled { number, codebook: book.version.clone(), codes, worked: None }).collect();
    Ok((records, QualityNote { invented: Some(From { cases: invented.cases, seed: invented.seed }), ..QualityNote::default() }))
}

/// The settled codes of every complete case.
fn settled(tx: &mut Tx) -> Result<(Vec<Settled>, QualityNote), Refused> {
    let parts = tx.parts();
    let records = settled_store::complete_records(tx.db())?.into_iter().map(|settled| super::succession::carried(&parts.config, settled)).collect();
    let (lines, judged) = (lines(tx, Filter::default())?, super::agreement::agreement(tx)?);
    Ok((records, QualityNote::of_register(&lines, &judged)))
}

/// What of a record enters a snapshot: variables that may leave through the gate, and those among them that are keys.
struct Leaving<'a> {
    variables: BTreeSet<&'a str>,
    keys: BTreeSet<&'a str>,
    /// Keys of the case itself.
    own: Vec<&'a str>,
    /// The year it is frozen in.
    year: i64,
}

impl<'a> Leaving<'a> {
    fn of(book: &'a Codebook, year: i64) -> Leaving<'a> {
        let keys = || book.columns().filter(|column| column.gate == "key");
        let outermost = |level: &str| book.levels.iter().any(|known| known.id == level && known.parent.is_none());
        let leaves = |column: &codebook::Column<'_>| column.export != "never" && column.gate != "none";
        Leaving {
            variables: book.columns().filter(leaves).map(|column| column.id).collect(), keys: keys().filter(leaves).map(|column| column.id).collect(),
            own: keys().filter(|column| outermost(column.level)).map(|column| column.id).collect(), year,
        }
    }
}

/// A case as it is frozen; none when its own keys (period, region ...) are not known, or its period is still to come: it could not be counted by them.
/// What follows from values that lie apart was worked out by who coded them.
fn frozen(book: &Codebook, leaving: &Leaving<'_>, record: &Settled, installation: &vault::InstallationKey) -> Option<Frozen> {
    let number = record.number;
    let flat = record.worked.clone().unwrap_or_else(|| book.flat(&record.codes));
    let mut frozen = Frozen::default();
    for level in &book.levels {
        let rows = flat.get(&level.id).map(Vec::as_slice).unwrap_or_default();
        let mut kept = vec![];
        // A pair of which one is gone is none.
        let whole = |row: &codebook::FlatRow| level.links.iter().all(|link| row.belongs.contains_key(link));
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| whole(row)) {
            let mut codes: BTreeMap<String, Value> = row.values.iter().filter(|(id, _)| leaving.variables.contains(id.as_str())).map(|(id, value)| (id.clone(), value.clone())).collect();
            // The keys of the rows this one hangs under or links are its keys too.
            for (other, index) in &row.belongs {
                let of = flat.get(other).and_then(|rows| rows.get(*index));
                codes.extend(of.iter().flat_map(|row| &row.values).filter(|(id, _)| leaving.keys.contains(id.as_str())).map(|(id, value)| (id.clone(), value.clone())));
            }
            if level.parent.is_none() && leaving.own.iter().any(|id| codes.get(*id).and_then(Value::as_i64).is_none_or(|code| code < 0 || book.period.as_deref() == Some(*id) && !book.has_begun(code, leaving.year))) {
                return None;
            }
            // A row keeps its record key when others come before it.
            let own = record.codes.0.get(&level.id).and_then(|rows| rows.get(at)).and_then(|row| row.get("key")).map_or_else(|| at.to_string(), Value::to_string);
            let key = installation.mac("register record key", &[&number.to_be_bytes(), level.id.as_bytes(), own.as_bytes()]);
            kept.push(FrozenRow { key: key.first().copied().unwrap_or_default(), codes });
        }
        frozen.0.insert(level.id.clone(), kept);
    }
    Some(frozen)
}

/// A snapshot.
///
/// # Errors
/// `NotFound`.
pub fn snapshot(tx: &mut Tx, id: SnapshotId) -> Result<Snapshot, Refused> {
    store::snapshot(tx.db(), id)
}

/// The newest snapshot of the caller's register.
///
/// # Errors
/// `NoSession`.
pub fn newest_snapshot(tx: &mut Tx) -> Result<Option<Snapshot>, Refused> {
    let register = register_of(tx)?;
    store::newest_snapshot(tx.db(), register)
}

/// All snapshots, the newest first: that they exist, and their quality notes, is public.
///
/// # Errors
/// Database errors only.
pub fn snapshots(tx: &mut Tx) -> Result<Vec<Snapshot>, Refused> {
    store::snapshots(tx.db())
}

/// The snapshots of the caller's register, the newest first.
///
/// # Errors
/// `NotFound` for who is no register manager.
pub fn own_snapshots(tx: &mut Tx) -> Result<Vec<Snapshot>, Refused> {
    tx.permit(&SEE, Place::Hat, None)?;
    let practice = register_of(tx)?.is_some();
    Ok(store::snapshots(tx.db())?.into_iter().filter(|snapshot| snapshot.practice == practice).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_freezes_alike_whether_its_dates_stand_beside_it_or_lie_apart() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let (leaving, installation) = (Leaving::of(&book, 2026), vault::InstallationKey::generate(&mut rand::rng()));
        for (number, codes) in (1..).zip(synthetic::generate(&book, 5, 60).expect("records")) {
            let (plain, worked) = (book.take_apart(&codes).0, book.worked_out(&codes));
            assert!(!serde_json::to_string(&plain).expect("json").contains("incident_date"));
            let whole = frozen(&book, &leaving, &Settled { number, codebook: book.version.clone(), codes, worked: None }, &installation);
            let halved = frozen(&book, &leaving, &Settled { number, codebook: book.version.clone(), codes: plain, worked: Some(worked) }, &installation);
            assert!(whole.is_some() && whole == halved, "{number}");
        }
    }
}
