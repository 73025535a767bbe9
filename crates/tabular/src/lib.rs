//! A table out of a file that somebody else made: CSV in whatever encoding and with whatever delimiter, or XLSX.
//!
//! Nothing is guessed silently. What was found (encoding, delimiter, sheet) is told and can be overruled; a cell that can't be taken as it
//! stands (a formula, a merged cell, bytes of another encoding, a line with too many cells) is a fault with its row and column. A file is
//! judged by its content, never by its name. No HTTP, SQL or clock here.
#![forbid(unsafe_code)]

mod delimited;
mod encoding;
mod unseen;
mod workbook;
mod written;

pub use encoding::Encoding;
pub use written::written;

/// The largest file, in bytes.
pub const LARGEST: usize = 25 * 1024 * 1024;
/// The most rows below the header.
pub const MOST_ROWS: usize = 20_000;
/// The most columns.
pub const MOST_COLUMNS: usize = 400;
/// The most characters in a cell.
pub const LONGEST_CELL: usize = 2_000;
/// The most bytes a workbook may unpack to.
const LARGEST_UNPACKED: u64 = 200 * 1024 * 1024;

/// What a reader wishes instead of what would be found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    /// The encoding of a CSV file.
    pub encoding: Option<Encoding>,
    /// The delimiter of a CSV file.
    pub delimiter: Option<char>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// What a file is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Delimited text.
    Csv {
        /// Its encoding.
        encoding: Encoding,
        /// What stands between cells.
        delimiter: char,
    },
    /// A workbook.
    Xlsx {
        /// The sheet read.
        sheet: String,
        /// All its sheets.
        sheets: Vec<String>,
        /// Those of them that are hidden; one is read only where it is asked for.
        hidden: Vec<String>,
    },
}

/// A row below the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number in the file, the header being 1 or where it stands; what a spreadsheet shows beside it.
    pub number: usize,
    /// Its cells, as many as the header has.
    pub cells: Vec<String>,
}

/// Something in the file that can't be taken as it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fault {
    /// The row, as in [`Line::number`].
    pub row: usize,
    /// The column, from 0; none where the whole row is meant.
    pub column: Option<usize>,
    /// Which rule: `formula`, `merged`, `error-value`, `columns`, `mixed-encoding`, `not-in-encoding`, `too-long`, `control-characters`,
    /// `hidden-row`, `hidden-column`.
    pub rule: &'static str,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// What the file was read as.
    pub found: Found,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows that hold anything.
    pub lines: Vec<Line>,
    /// What can't be taken as it stands, by row.
    pub faults: Vec<Fault>,
}

/// Why a file is no table at all.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TableError {
    /// Nothing in it, or no row below the header.
    #[error("the file holds no rows")]
    Empty,
    /// Neither delimited text nor a workbook: an image, an old binary workbook, another archive.
    #[error("the file is no table")]
    NoTable,
    /// A workbook that can't be read.
    #[error("the workbook is broken or locked")]
    Broken,
    /// There is no such sheet.
    #[error("there is no sheet {asked}")]
    NoSheet {
        /// The sheet asked for.
        asked: String,
        /// Those there are.
        sheets: Vec<String>,
    },
    /// A column without a name of its own: its number from 1, and its name where another bears it too or it is too long.
    #[error("column {0} has no name of its own")]
    Header(usize, Option<String>),
    /// Larger than is read.
    #[error("too large")]
    TooLarge,
    /// More rows than are read at once.
    #[error("too many rows")]
    TooManyRows,
    /// More columns than are read.
    #[error("too many columns")]
    TooManyColumns,
}

/// Reads a file.
///
/// # Errors
/// [`TableError`] when it is no table; what is wrong with single cells stands in [`Table::faults`].
pub fn read(bytes: &[u8], wishes: &Wishes) -> Result<Table, TableError> {
    if bytes.len() > LARGEST {
        return Err(TableError::TooLarge);
    }
    let mut table = if bytes.starts_with(b"PK\x03\x04") { workbook::read(bytes, wishes.sheet.as_deref())? } else { delimited::read(bytes, wishes)? };
    if table.lines.is_empty() {
        return Err(TableError::Empty);
    }
    named(&table.header)?;
    for line in &table.lines {
        for (column, cell) in line.cells.iter().enumerate() {
            let rule = if cell.chars().count() > LONGEST_CELL { "too-long" } else if cell.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) { "control-characters" } else { continue };
            table.faults.push(Fault { row: line.number, column: Some(column), rule });
        }
    }
    table.faults.sort();
    table.faults.dedup();
    Ok(table)
}

fn named(header: &[String]) -> Result<(), TableError> {
    if header.len() > MOST_COLUMNS {
        return Err(TableError::TooManyColumns);
    }
    let mut seen = std::collections::BTreeSet::new();
    let wrong = (1..).zip(header).find(|(_, name)| name.is_empty() || name.chars().count() > 200 || !seen.insert(name.to_lowercase()));
    wrong.map_or(Ok(()), |(number, name): (usize, &String)| Err(TableError::Header(number, Some(name.chars().take(200).collect()).filter(|name: &String| !name.is_empty()))))
}
