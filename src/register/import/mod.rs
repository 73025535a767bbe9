//! Past cases in bulk: a file, how its columns are read, a dry run that lists every row's faults, and a load of all rows or none.
//!
//! A past case has no case file and no compartment; it was coded once, by whoever made the file, and its record says so (`imported`). What
//! leaves the register in no form is not kept: a day becomes its year. The file, the mapping and the faults are sealed under the installation
//! key and go with the load, or after a week.

mod api;
mod job;
mod mapping;
mod reading;
mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use tabular::{Found, Table, TableError, read};

pub use job::{check, load};
pub use mapping::{Column, Dates, Mapping};
pub use reading::Told;

use crate::access::{Act, Kind, Role};
use crate::ids::ImportId;
use crate::tx::{App, Caller, Entry, FieldFault, Parts, Place, Refused, Tx};

/// Who hands over a file, maps its columns and tries it.
pub static IMPORT: Act = Act { name: "register.import", within: Kind::System, by: &[Role::RegisterManager], step_up: false };
/// Who loads it into the register.
pub static LOAD: Act = Act { name: "register.load_import", within: Kind::System, by: &[Role::RegisterManager], step_up: true };

/// Who takes a load back that was a mistake.
pub static TAKE_BACK: Act = Act { name: "register.take_back_import", within: Kind::System, by: &[Role::RegisterManager], step_up: true };

/// Why a load is taken back.
pub const TAKEN_BACK_FOR: [&str; 4] = ["wrong_file", "wrong_mapping", "known_already", "no_ground"];

/// A job that gave no sign of life for so long, in seconds, and holds nothing, has stopped; it may be begun anew. It gives one every hundred rows.
const SILENT: i64 = 20;
/// Values of a column that are shown to be mapped.
const MOST_VALUES: usize = 60;
/// The longest title of a file, in signs.
const LONGEST_TITLE: usize = 200;
/// Values of a column that are shown as examples.
const EXAMPLES: usize = 3;

/// How far an import is.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Id.
    pub id: ImportId,
    /// What whoever handed it over calls it; empty where they said nothing.
    pub title: String,
    /// `uploaded`, `checking`, `checked`, `loading`, `loaded`, `abandoned`, `taken_back`; `stopped` where a check or a load ended before it was done: nothing was
    /// stored, begin it again.
    pub state: String,
    /// Rows in the file.
    pub rows: i32,
    /// Rows the running job has done.
    pub done: i32,
    /// Rows that stop the load, after the check.
    pub faulty: i32,
    /// Rows with something to know.
    pub warned: i32,
    /// Version of the codebook its codes are of.
    pub codebook: String,
    /// Version, for the next change.
    pub version: i32,
    /// When the file came.
    pub created_at: DateTime<Utc>,
    /// Why its records were taken out of the register again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back_for: Option<String>,
    /// The last sign of life.
    #[serde(skip)]
    pub moved_at: DateTime<Utc>,
}

impl Import {
    /// Whether a job runs that has given a sign of life lately.
    pub fn runs(&self, now: DateTime<Utc>) -> bool {
        self.at_work() && (now - self.moved_at).num_seconds() < SILENT
    }
    fn at_work(&self) -> bool {
        matches!(self.state.as_str(), "checking" | "loading")
    }
}

/// An import as it is told: a job whose server was ended says so. While it puts its rows, all at once, it gives no sign, but holds the file.
fn as_told(tx: &mut Tx, import: Import) -> Result<Import, Refused> {
    let silent = import.at_work() && !import.runs(tx.now());
    if silent && !store::held(tx.db(), import.id)? {
        return Ok(Import { state: "stopped".into(), ..import });
    }
    // What holds the file works.
    let moved_at = if silent { tx.now() } else { import.moved_at };
    Ok(Import { moved_at, ..import })
}

/// The import that loaded a row before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Earlier {
    /// Its id.
    pub import: ImportId,
    /// The day its file came.
    pub on: NaiveDate,
    /// What it is called.
    pub title: String,
}

/// A column as it is shown for mapping.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Some of its values.
    pub examples: Vec<String>,
    /// How it is read; none while nobody said.
    pub column: Option<Column>,
    /// Whether it is read as days or months, so that it can be said what stands first in them.
    pub dated: bool,
    /// Values that are no code yet, and those mapped before.
    pub values: Vec<String>,
}

/// An import with its file looked into.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// How far it is.
    #[serde(flatten)]
    pub import: Import,
    /// What the file was read as: encoding, delimiter; or sheet.
    pub encoding: Option<&'static str>,
    /// What stands between cells.
    pub delimiter: Option<char>,
    /// The sheet read.
    pub sheet: Option<String>,
    /// All sheets.
    pub sheets: Vec<String>,
    /// Those of them that are hidden: read only where one is asked for.
    pub hidden_sheets: Vec<String>,
    /// Whether rows that say what rows loaded before or rows above them say were said to be about other cases.
    pub other_cases: bool,
    /// Its columns.
    pub columns: Vec<Shown>,
    /// Levels no column is mapped to: their rows count as not looked for, not as none.
    pub not_looked_for: Vec<String>,
    /// What the check told, by row; warnings too.
    pub told: Vec<Told>,
}

fn refused(why: TableError) -> Refused {
    // Which column, as a spreadsheet numbers them: from 1.
    if let TableError::Header(number, name) = &why {
        let words = vec![("number".to_owned(), number.to_string()), ("name".to_owned(), name.clone().unwrap_or_default())];
        return Refused::Faults(vec![FieldFault { words, ..FieldFault::new(format!("columns[{}]", number.saturating_sub(1)), if name.is_some() { "column-twice" } else { "column-unnamed" }) }]);
    }
    if let TableError::NoSheet { asked, sheets } = &why {
        return Refused::Faults(vec![FieldFault::none_of("sheet", "no-sheet", asked, sheets.iter().map(String::as_str))]);
    }
    Refused::Rule(match why {
        TableError::Empty => "import-empty",
        TableError::NoTable => "import-no-table",
        TableError::Broken => "import-broken",
        TableError::NoSheet { .. } => "import-no-sheet",
        TableError::Header(..) => "import-header",
        TableError::TooLarge => "import-too-large",
        TableError::TooManyRows => "import-too-many-rows",
        TableError::TooManyColumns => "import-too-many-columns",
    })
}

/// Reads a file on a thread of its own.
async fn table_of(bytes: std::sync::Arc<Vec<u8>>, mapping: &Mapping) -> Result<Table, Refused> {
    let wishes = mapping.wishes();
    tokio::task::spawn_blocking(move || read(&bytes, &wishes)).await.map_err(|why| Refused::Internal(why.to_string()))?.map_err(refused)
}

/// Takes in a file; nothing of the register changes. Columns of these names are mapped as the last time, else by their names.
///
/// # Errors
/// `NotFound` for other roles; `Faults` at `title`, or at a column without a name of its own; a rule of the kind `import-…` that says why the file is no table.
pub async fn upload(app: &App, caller: Caller, title: &str, bytes: Vec<u8>) -> Result<ImportId, Refused> {
    // Who may not hand over a file learns nothing of what is done with one.
    app.run(caller.clone(), |tx| tx.may(&IMPORT, Place::Hat)).await?;
    let title = title.trim().to_owned();
    if title.chars().count() > LONGEST_TITLE {
        return Err(Refused::Faults(vec![FieldFault { words: vec![("max".into(), LONGEST_TITLE.to_string())], ..FieldFault::new("title", "too-long") }]));
    }
    if title.chars().any(char::is_control) {
        return Err(Refused::Faults(vec![FieldFault::new("title", "control-characters")]));
    }
    let bytes = std::sync::Arc::new(bytes);
    let table = table_of(std::sync::Arc::clone(&bytes), &Mapping::default()).await?;
    app.run(caller, move |tx| {
        let id = ImportId::new();
        tx.permit(&IMPORT, Place::Hat, id.uuid())?;
        let (parts, hat, register) = (tx.parts(), tx.hat()?, tx.session()?.bureau);
        let book = &parts.config.codebook;
        let mac = header_mac(&parts, &table.header);
        let remembered = match store::remembered(tx.db(), register, &mac)? {
            Some(sealed) => Some(opened::<Mapping>(&parts, REMEMBERED, &mac, &sealed)?).filter(|mapping| mapping.faults(book, &table.header).is_empty()),
            None => None,
        };
        let mapping = match remembered {
            // Encoding and delimiter are this file's own.
            Some(known) => Mapping { columns: known.columns, ..Mapping::default() },
            None => Mapping::guessed(book, &table.header),
        };
        let file_mac = parts.installation.mac("import file", &[bytes.as_slice()]);
        let sealed_file = parts.installation.seal_account(FILE, &id.bytes(), &bytes, &mut rand::rng());
        store::insert(tx.db(), &store::New {
            id, register, by: hat, file_mac: file_mac.to_vec(), sealed_file, sealed_mapping: sealed(&parts, MAPPING, &id.bytes(), &mapping)?, rows: i32::try_from(table.lines.len()).unwrap_or(i32::MAX), codebook: &book.version,
            sealed_title: if title.is_empty() { None } else { Some(sealed(&parts, TITLE, &id.bytes(), &title)?) },
        })?;
        Ok(id)
    }).await
}

const FILE: &str = "import file";
const MAPPING: &str = "import mapping";
const TOLD: &str = "import told";
const TITLE: &str = "import title";
const REMEMBERED: &str = "import remembered";

fn sealed(parts: &Parts, domain: &str, owner: &[u8], body: &impl Serialize) -> Result<Vec<u8>, Refused> {
    let plain = serde_json::to_vec(body).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok(parts.installation.seal_account(domain, owner, &plain, &mut rand::rng()))
}

fn opened<T: serde::de::DeserializeOwned>(parts: &Parts, domain: &str, owner: &[u8], sealed: &[u8]) -> Result<T, Refused> {
    let plain = parts.installation.open_account(domain, owner, sealed)?;
    serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))
}

fn header_mac(parts: &Parts, header: &[String]) -> Vec<u8> {
    let names: Vec<&[u8]> = header.iter().map(String::as_bytes).collect();
    parts.installation.mac("import header", &names).to_vec()
}

/// The imports of the register, the newest first.
///
/// # Errors
/// `NotFound` for other roles.
pub fn list(tx: &mut Tx) -> Result<Vec<Import>, Refused> {
    tx.permit(&IMPORT, Place::Hat, None)?;
    let parts = tx.parts();
    let found = store::list(tx.db(), &parts)?;
    found.into_iter().map(|import| as_told(tx, import)).collect()
}

/// How far an import is.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx, id: ImportId) -> Result<Import, Refused> {
    tx.permit(&IMPORT, Place::Hat, id.uuid())?;
    let parts = tx.parts();
    let found = store::find(tx.db(), id, &parts)?;
    as_told(tx, found)
}

/// The file and how it is read.
fn contents(tx: &mut Tx, id: ImportId) -> Result<(Vec<u8>, Mapping), Refused> {
    let parts = tx.parts();
    let (file, mapping) = store::sealed(tx.db(), id)?;
    // Loaded or abandoned: the file is gone.
    let (file, mapping) = file.zip(mapping).ok_or(Refused::Rule("import-over"))?;
    Ok((parts.installation.open_account(FILE, &id.bytes(), &file)?.to_vec(), opened(&parts, MAPPING, &id.bytes(), &mapping)?))
}

/// What the check told.
fn told(tx: &mut Tx, id: ImportId) -> Result<Vec<Told>, Refused> {
    let parts = tx.parts();
    store::told(tx.db(), id)?.map_or_else(|| Ok(vec![]), |sealed| opened(&parts, TOLD, &id.bytes(), &sealed))
}

/// Everything the check told of an import.
///
/// # Errors
/// `NotFound`.
pub fn faults(tx: &mut Tx, id: ImportId) -> Result<Vec<Told>, Refused> {
    find(tx, id)?;
    told(tx, id)
}

/// An import with its file looked into, for mapping and for what the check told.
///
/// # Errors
/// `NotFound`; `Rule("import-over")` after the load.
pub async fn open(app: &App, caller: Caller, id: ImportId) -> Result<Opened, Refused> {
    let (import, bytes, mapping, told) = app.run(caller, move |tx| -> Result<_, Refused> {
        let import = find(tx, id)?;
        let (bytes, mapping) = contents(tx, id)?;
        Ok((import, bytes, mapping, told(tx, id)?))
    }).await?;
    let table = table_of(std::sync::Arc::new(bytes), &mapping).await?;
    let book = app.parts().config.codebook.clone();
    let columns = table.header.iter().enumerate().map(|(at, name)| {
        let cells = || table.lines.iter().filter_map(move |line| line.cells.get(at)).filter(|cell| !cell.is_empty());
        let column = mapping.columns.get(name).cloned();
        let values = column.as_ref().and_then(|column| Some((column, book.variable(&column.variable)?))).map(|(column, variable)| reading::unknown(variable, column, cells())).unwrap_or_default();
        let mut examples: Vec<String> = vec![];
        for cell in cells() {
            if examples.len() == EXAMPLES { break }
            if !examples.contains(cell) { examples.push(cell.clone()) }
        }
        let dated = column.as_ref().and_then(|column| book.variable(&column.variable)).is_some_and(mapping::dated);
        Shown { name: name.clone(), examples, dated, column, values }
    }).collect();
    let (encoding, delimiter, sheet, sheets, hidden_sheets) = match table.found {
        Found::Csv { encoding, delimiter } => (Some(encoding.word()), Some(delimiter), None, vec![], vec![]),
        Found::Xlsx { sheet, sheets, hidden } => (None, None, Some(sheet), sheets, hidden),
    };
    let not_looked_for = mapping.not_looked_for(&book);
    Ok(Opened { import, encoding, delimiter, sheet, sheets, hidden_sheets, other_cases: mapping.other_cases, columns, not_looked_for, told })
}

/// Keeps how a file is read, and remembers it for the next file with columns of these names. A check that was done counts no more.
///
/// # Errors
/// `NotFound`; `Stale`; `Faults`; `Rule("import-runs")`, `Rule("import-over")`; a rule of the kind `import-…` when the file is no table when read so.
pub async fn map(app: &App, caller: Caller, id: ImportId, seen: i32, mapping: Mapping) -> Result<i32, Refused> {
    let bytes = app.run(caller.clone(), move |tx| -> Result<_, Refused> {
        still(&find(tx, id)?, seen, tx.now())?;
        Ok(contents(tx, id)?.0)
    }).await?;
    let wanted: Vec<FieldFault> = mapping.faults(&app.parts().config.codebook, &[]).into_iter().filter(|fault| matches!(fault.field.as_str(), "encoding" | "delimiter")).collect();
    if !wanted.is_empty() {
        return Err(Refused::Faults(wanted));
    }
    let table = table_of(std::sync::Arc::new(bytes), &mapping).await?;
    let faults = mapping.faults(&app.parts().config.codebook, &table.header);
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    app.run(caller, move |tx| {
        tx.permit(&IMPORT, Place::Hat, id.uuid())?;
        let (parts, now, register) = (tx.parts(), tx.now(), tx.session()?.bureau);
        let import = store::lock(tx.db(), id, &parts)?;
        still(&import, seen, now)?;
        let mac = header_mac(&parts, &table.header);
        store::remember(tx.db(), register, &mac, &sealed(&parts, REMEMBERED, &mac, &mapping)?, now)?;
        store::keep_mapping(tx.db(), id, &sealed(&parts, MAPPING, &id.bytes(), &mapping)?, i32::try_from(table.lines.len()).unwrap_or(i32::MAX), seen + 1, now)?;
        Ok(seen + 1)
    }).await
}

fn still(import: &Import, seen: i32, now: DateTime<Utc>) -> Result<(), Refused> {
    match import.state.as_str() {
        "loaded" | "abandoned" | "taken_back" => Err(Refused::Rule("import-over")),
        _ if import.runs(now) => Err(Refused::Rule("import-runs")),
        _ if import.version != seen => Err(Refused::Stale { now: import.version }),
        _ => Ok(()),
    }
}

/// Throws a file away that is not to be loaded.
///
/// # Errors
/// `NotFound`; `Rule("import-runs")`, `Rule("import-over")`.
pub fn abandon(tx: &mut Tx, id: ImportId) -> Result<(), Refused> {
    tx.permit(&IMPORT, Place::Hat, id.uuid())?;
    let (parts, now) = (tx.parts(), tx.now());
    let import = store::lock(tx.db(), id, &parts)?;
    still(&import, import.version, now)?;
    store::abandon(tx.db(), id, now)
}

/// Takes a load back, all of its records or none, for a reason that is kept: while no snapshot was taken since, none of them was made one with
/// another record or is about to be, and nobody else coded one.
///
/// # Errors
/// `NotFound`; `StepUp`; `Faults` for a reason there is not; `Rule("import-not-loaded")`, `Rule("import-frozen")`, `Rule("import-merged")`,
/// `Rule("import-coded")`.
pub fn take_back(tx: &mut Tx, id: ImportId, reason: &str) -> Result<(), Refused> {
    tx.permit(&TAKE_BACK, Place::Hat, id.uuid())?;
    let reason = TAKEN_BACK_FOR.into_iter().find(|known| *known == reason).ok_or_else(|| Refused::Faults(vec![FieldFault::new("reason", "not-an-option")]))?;
    let (parts, now) = (tx.parts(), tx.now());
    at_rest(tx)?;
    store::lock(tx.db(), id, &parts)?;
    match store::take_back(tx.db(), id)?.as_deref() {
        Some("taken_back") => {}
        Some("not_loaded") => return Err(Refused::Rule("import-not-loaded")),
        Some("frozen") => return Err(Refused::Rule("import-frozen")),
        Some("merged") => return Err(Refused::Rule("import-merged")),
        Some("coded") => return Err(Refused::Rule("import-coded")),
        _ => return Err(Refused::NotFound),
    }
    store::taken_back(tx.db(), id, reason, now)?;
    tx.note(Entry::done("register.import_taken_back").on(id));
    Ok(())
}

/// Waits till no load and no taking back is under way, and lets none begin before the transaction ends.
pub(super) fn at_rest(tx: &mut Tx) -> Result<(), Refused> {
    store::one_at_a_time(tx.db())
}

/// Throws away files nobody went on with for a week: the worker's.
///
/// # Errors
/// Database errors only.
pub fn forget(tx: &mut Tx) -> Result<usize, Refused> {
    store::forget(tx.db())
}

/// Adds the routes.
pub(super) fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
