//! Trying and loading, row by row beside the request that asked for it. How far it is stands in the database, so that any server can tell;
//! the records themselves come in one transaction at the end, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::Utc;
use tabular::{Found, Table};

use super::mapping::Mapping;
use super::reading::{Reading, Ready, Told};
use super::{Earlier, IMPORT, Import, LOAD, TOLD, contents, sealed, store, table_of, told};
use crate::ids::ImportId;
use crate::register::duplicates;
use crate::tx::{App, Caller, Entry, Parts, Place, Refused, Tx};

/// Rows between two signs of life.
const AT_ONCE: usize = 100;

/// Begins the dry run: every row is read and examined, nothing is loaded.
///
/// # Errors
/// `NotFound`; `Rule("import-over")`; `Rule("import-runs")` while a check or a load runs; `Rule("import-unmapped")` while no column is mapped.
pub async fn check(app: &App, caller: Caller, id: ImportId) -> Result<(), Refused> {
    let asked = caller.clone();
    let (bytes, mapping) = app.run(caller, move |tx| -> Result<_, Refused> {
        tx.permit(&IMPORT, Place::Hat, id.uuid())?;
        begin(tx, id, "checking", |import| !matches!(import.state.as_str(), "loaded" | "abandoned" | "taken_back"))
    }).await?;
    go(app, asked, id, bytes, mapping, false);
    Ok(())
}

/// Begins the load of a file whose rows all passed. One that was cut off is begun again as it was.
///
/// # Errors
/// `NotFound`; `StepUp`; `Rule("import-runs")` while it runs; `Rule("import-not-checked")` before the dry run or with rows that stop it; `Rule("import-rows-known")` where rows stop it
/// because they were loaded before or stand in the file twice; `Rule("import-known")` when the same file was; `Rule("import-over")` for one loaded or thrown away.
pub async fn load(app: &App, caller: Caller, id: ImportId) -> Result<(), Refused> {
    let asked = caller.clone();
    let (bytes, mapping) = app.run(caller, move |tx| -> Result<_, Refused> {
        tx.permit(&LOAD, Place::Hat, id.uuid())?;
        let parts = tx.parts();
        let import = store::lock(tx.db(), id, &parts)?;
        match import.state.as_str() {
            "loaded" | "abandoned" | "taken_back" => return Err(Refused::Rule("import-over")),
            _ if store::loaded_before(tx.db(), id)? => return Err(Refused::Rule("import-known")),
            "checked" if import.faulty == 0 => {}
            "loading" => {}
            "checked" if told(tx, id)?.iter().any(|one| one.stops && one.known_already()) => return Err(Refused::Rule("import-rows-known")),
            _ => return Err(Refused::Rule("import-not-checked")),
        }
        begin(tx, id, "loading", |_| true)
    }).await?;
    go(app, asked, id, bytes, mapping, true);
    Ok(())
}

/// Claims the job. Whoever asks while its rows are put waits here till they are.
fn begin(tx: &mut Tx, id: ImportId, state: &str, possible: impl Fn(&Import) -> bool) -> Result<(Vec<u8>, Mapping), Refused> {
    let (parts, now) = (tx.parts(), tx.now());
    let import = store::lock(tx.db(), id, &parts)?;
    if !possible(&import) {
        return Err(Refused::Rule("import-over"));
    }
    if import.runs(now) {
        return Err(Refused::Rule("import-runs"));
    }
    let (bytes, mapping) = contents(tx, id)?;
    if mapping.columns.is_empty() {
        return Err(Refused::Rule("import-unmapped"));
    }
    store::begin(tx.db(), id, state, now)?;
    Ok((bytes, mapping))
}

/// Works beside the request. What goes wrong is told in our log and leaves the import where it can be begun anew.
fn go(app: &App, caller: Caller, id: ImportId, bytes: Vec<u8>, mapping: Mapping, loads: bool) {
    let app = app.clone();
    // Not the request's own call any more: it has no key that could be taken twice.
    let caller = Caller { idempotency: None, ..caller };
    tokio::spawn(async move {
        if let Err(why) = work(&app, caller.clone(), id, bytes, mapping, loads).await {
            tracing::error!(%why, loads, "an import stopped");
            let state = if loads { "checked" } else { "uploaded" };
            if let Err(why) = app.run(caller, move |tx| -> Result<(), Refused> { let now = tx.now(); store::begin(tx.db(), id, state, now) }).await {
                tracing::error!(%why, "an import could not be set back");
            }
        }
    });
}

async fn work(app: &App, caller: Caller, id: ImportId, bytes: Vec<u8>, mapping: Mapping, loads: bool) -> Result<(), Refused> {
    let table = Arc::new(table_of(Arc::new(bytes), &mapping).await?);
    let mapping = Arc::new(mapping);
    let (mut told, mut ready, mut marked) = (unseen(&table), vec![], vec![]);
    let (mut from, said) = (0, Arc::new(AtomicBool::new(false)));
    while from < table.lines.len() {
        let to = (from + AT_ONCE).min(table.lines.len());
        let (table, mapping, parts, said) = (Arc::clone(&table), Arc::clone(&mapping), Arc::clone(app.parts()), Arc::clone(&said));
        let read = tokio::task::spawn_blocking(move || some(&parts, &table, &mapping, &said, from..to)).await.map_err(|why| Refused::Internal(why.to_string()))?;
        for (row, lines, one) in read {
            told.extend(lines);
            let Some((one, mac)) = one else { continue };
            marked.push((row, mac));
            ready.extend(Some(one).filter(|_| loads));
        }
        from = to;
        app.run(caller.clone(), move |tx| -> Result<(), Refused> { let now = tx.now(); store::progress(tx.db(), id, i32::try_from(to).unwrap_or(i32::MAX), now) }).await?;
    }
    let (lines, other_cases) = (table.lines.len(), mapping.other_cases);
    told.extend(same_rows(&marked, other_cases));
    app.run(caller, move |tx| -> Result<(), Refused> {
        // Held till all is put: who looks sees by it that this works, however long it takes.
        let parts = tx.parts();
        store::lock(tx.db(), id, &parts)?;
        if loads {
            // Another file with rows of these may be on its way in: one after the other.
            store::one_at_a_time(tx.db())?;
        }
        told.extend(known(tx, id, &marked, other_cases)?);
        // Every row that nothing stops is there to be put.
        let whole = loads && ready.len() == lines && !told.iter().any(|one| one.stops);
        if whole { put(tx, id, &ready, &marked) } else { checked(tx, id, told) }
    }).await
}

/// What is told of the workbook as a whole: sheets nobody sees, which are not read, or the one that is.
fn unseen(table: &Table) -> Vec<Told> {
    match &table.found {
        Found::Xlsx { sheet, hidden, .. } if hidden.contains(sheet) => vec![Told::of_file("hidden-sheet-read", sheet)],
        Found::Xlsx { hidden, .. } if !hidden.is_empty() => vec![Told::of_file("hidden-sheets", &hidden.join(", "))],
        _ => vec![],
    }
}

/// Rows that say what a row above them in the same file says: one case told twice, unless somebody said otherwise.
fn same_rows(marked: &[(usize, Vec<u8>)], other_cases: bool) -> Vec<Told> {
    let mut first: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut found = vec![];
    for (row, mac) in marked {
        match first.get(mac.as_slice()) {
            Some(before) => found.push(Told::same_row(*row, *before, !other_cases)),
            None => {
                first.insert(mac, *row);
            }
        }
    }
    found
}

/// Rows that say what rows of an earlier import say. The same file once more is known as such.
fn known(tx: &mut Tx, id: ImportId, marked: &[(usize, Vec<u8>)], other_cases: bool) -> Result<Vec<Told>, Refused> {
    let macs: Vec<&[u8]> = marked.iter().map(|(_, mac)| mac.as_slice()).collect();
    let (parts, zone) = (tx.parts(), tx.session()?.zone);
    let before = store::rows_before(tx.db(), id, &macs)?;
    let mut earlier = BTreeMap::new();
    for import in before.values().copied().collect::<BTreeSet<_>>() {
        let found = store::find(tx.db(), import, &parts)?;
        earlier.insert(import, Earlier { import, on: found.created_at.with_timezone(&zone).date_naive(), title: found.title });
    }
    let stops = !other_cases;
    Ok(marked.iter().filter_map(|(row, mac)| Some(Told::loaded_before(*row, earlier.get(before.get(mac)?)?.clone(), stops))).collect())
}

/// Of a row: its number, what is told of it, and where nothing stops it the record with its mark.
type Read = (usize, Vec<Told>, Option<(Ready, Vec<u8>)>);

fn some(parts: &Parts, table: &Table, mapping: &Mapping, said: &AtomicBool, rows: Range<usize>) -> Vec<Read> {
    let reading = Reading { book: &parts.config.codebook, intake: &parts.config.intake, mapping, table, today: Utc::now().date_naive(), said };
    table.lines.get(rows).unwrap_or_default().iter().map(|line| {
        let (told, ready) = reading.line(line);
        (line.number, told, ready.map(|ready| { let mac = parts.installation.mac("import row", &[&ready.says]).to_vec(); (ready, mac) }))
    }).collect()
}

fn checked(tx: &mut Tx, id: ImportId, mut told: Vec<Told>) -> Result<(), Refused> {
    let (parts, now) = (tx.parts(), tx.now());
    told.sort_by_key(|one| one.row);
    let rows = |stops: bool| i32::try_from(told.iter().filter(|one| one.stops == stops && one.row > 0).map(|one| one.row).collect::<BTreeSet<_>>().len()).unwrap_or(i32::MAX);
    let (faulty, warned) = (rows(true), rows(false));
    let told = sealed(&parts, TOLD, &id.bytes(), &told)?;
    store::checked(tx.db(), id, &told, faulty, warned, now)
}

/// All records of the file, once: whoever comes second finds it loaded.
fn put(tx: &mut Tx, id: ImportId, ready: &[Ready], marked: &[(usize, Vec<u8>)]) -> Result<(), Refused> {
    let (hat, now, register, practice, parts) = (tx.hat()?, tx.now(), tx.session()?.bureau, tx.session()?.practice, tx.parts());
    if store::lock(tx.db(), id, &parts)?.state != "loading" {
        return Ok(());
    }
    for (some, marked) in ready.chunks(500).zip(marked.chunks(500)) {
        let records = store::insert_records(tx.db(), id, register, practice, &parts.config.codebook.version, some, marked)?;
        store::insert_codings(tx.db(), hat, &records, some, now)?;
        for (record, one) in records.into_iter().zip(some) {
            duplicates::place(tx, record, &one.answers)?;
        }
    }
    store::loaded(tx.db(), id, i32::try_from(ready.len()).unwrap_or(i32::MAX), now)?;
    tx.note(Entry::done("register.imported").on(id));
    Ok(())
}
