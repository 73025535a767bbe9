//! Trying and loading, row by row beside the request that asked for it. How far it is stands in the database, so that any server can tell;
//! the records themselves come in one transaction at the end, or not at all.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::Utc;
use tabular::Table;

use super::mapping::Mapping;
use super::reading::{Reading, Ready, Told};
use super::{IMPORT, Import, LOAD, TOLD, contents, sealed, store, table_of};
use crate::ids::ImportId;
use crate::register::duplicates;
use crate::tx::{App, Caller, Entry, Parts, Place, Refused, Tx};

/// Rows between two signs of life.
const AT_ONCE: usize = 100;

/// Begins the dry run: every row is read and examined, nothing is loaded. Asked again while it runs, it goes on as it was.
///
/// # Errors
/// `NotFound`; `Rule("import-over")`; `Rule("import-unmapped")` while no column is mapped.
pub async fn check(app: &App, caller: Caller, id: ImportId) -> Result<(), Refused> {
    let asked = caller.clone();
    let begun = app.run(caller, move |tx| -> Result<_, Refused> {
        tx.permit(&IMPORT, Place::Hat, id.uuid())?;
        begin(tx, id, "checking", |import| !matches!(import.state.as_str(), "loaded" | "abandoned"))
    }).await?;
    if let Some((bytes, mapping)) = begun {
        go(app, asked, id, bytes, mapping, false);
    }
    Ok(())
}

/// Begins the load of a file whose rows all passed. Asked again while it runs or after it is done, nothing happens twice.
///
/// # Errors
/// `NotFound`; `StepUp`; `Rule("import-not-checked")` before the dry run or with rows that stop it; `Rule("import-known")` when the same file
/// was loaded before; `Rule("import-over")` for one thrown away.
pub async fn load(app: &App, caller: Caller, id: ImportId) -> Result<(), Refused> {
    let asked = caller.clone();
    let begun = app.run(caller, move |tx| -> Result<_, Refused> {
        tx.permit(&LOAD, Place::Hat, id.uuid())?;
        let import = store::lock(tx.db(), id)?;
        match import.state.as_str() {
            "loaded" => return Ok(None),
            "abandoned" => return Err(Refused::Rule("import-over")),
            "checked" if import.faulty == 0 => {}
            "loading" => {}
            _ => return Err(Refused::Rule("import-not-checked")),
        }
        if store::loaded_before(tx.db(), id)? {
            return Err(Refused::Rule("import-known"));
        }
        begin(tx, id, "loading", |_| true)
    }).await?;
    if let Some((bytes, mapping)) = begun {
        go(app, asked, id, bytes, mapping, true);
    }
    Ok(())
}

/// Claims the job; none when it runs already.
fn begin(tx: &mut Tx, id: ImportId, state: &str, possible: impl Fn(&Import) -> bool) -> Result<Option<(Vec<u8>, Mapping)>, Refused> {
    let (import, now) = (store::lock(tx.db(), id)?, tx.now());
    if !possible(&import) {
        return Err(Refused::Rule("import-over"));
    }
    if import.runs(now) {
        return Ok(None);
    }
    let (bytes, mapping) = contents(tx, id)?;
    if mapping.columns.is_empty() {
        return Err(Refused::Rule("import-unmapped"));
    }
    store::begin(tx.db(), id, state, now)?;
    Ok(Some((bytes, mapping)))
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
    let (mut told, mut ready, mut faulty, mut warned) = (vec![], vec![], 0, 0);
    let (mut from, said) = (0, Arc::new(AtomicBool::new(false)));
    while from < table.lines.len() {
        let to = (from + AT_ONCE).min(table.lines.len());
        let (table, mapping, parts, said) = (Arc::clone(&table), Arc::clone(&mapping), Arc::clone(app.parts()), Arc::clone(&said));
        let read = tokio::task::spawn_blocking(move || some(&parts, &table, &mapping, &said, from..to)).await.map_err(|why| Refused::Internal(why.to_string()))?;
        for (lines, one) in read {
            faulty += i32::from(lines.iter().any(|line| line.stops));
            warned += i32::from(lines.iter().any(|line| !line.stops));
            told.extend(lines);
            ready.extend(one.filter(|_| loads));
        }
        from = to;
        app.run(caller.clone(), move |tx| -> Result<(), Refused> { let now = tx.now(); store::progress(tx.db(), id, i32::try_from(to).unwrap_or(i32::MAX), now) }).await?;
    }
    let whole = loads && faulty == 0;
    app.run(caller, move |tx| if whole { put(tx, id, &ready) } else { checked(tx, id, &told, faulty, warned) }).await
}

fn some(parts: &Parts, table: &Table, mapping: &Mapping, said: &AtomicBool, rows: Range<usize>) -> Vec<(Vec<Told>, Option<Ready>)> {
    let reading = Reading { book: &parts.config.codebook, intake: &parts.config.intake, mapping, table, today: Utc::now().date_naive(), said };
    table.lines.get(rows).unwrap_or_default().iter().map(|line| reading.line(line)).collect()
}

fn checked(tx: &mut Tx, id: ImportId, told: &[Told], faulty: i32, warned: i32) -> Result<(), Refused> {
    let (parts, now) = (tx.parts(), tx.now());
    let told = sealed(&parts, TOLD, &id.bytes(), &told)?;
    store::checked(tx.db(), id, &told, faulty, warned, now)
}

/// All records of the file, once: whoever comes second finds it loaded.
fn put(tx: &mut Tx, id: ImportId, ready: &[Ready]) -> Result<(), Refused> {
    let (hat, now, register, practice, parts) = (tx.hat()?, tx.now(), tx.session()?.bureau, tx.session()?.practice, tx.parts());
    if store::lock(tx.db(), id)?.state != "loading" {
        return Ok(());
    }
    for some in ready.chunks(500) {
        let records = store::insert_records(tx.db(), id, register, practice, &parts.config.codebook.version, some)?;
        store::insert_codings(tx.db(), hat, &records, some, now)?;
        for (record, one) in records.into_iter().zip(some) {
            duplicates::place(tx, record, &one.answers)?;
        }
    }
    store::loaded(tx.db(), id, i32::try_from(ready.len()).unwrap_or(i32::MAX), now)?;
    tx.note(Entry::done("register.imported").on(id));
    Ok(())
}
