//! `weights.toml`, looked up in a codebook.

use std::collections::BTreeMap;

use codebook::{Codebook, CodebookError, Expression, Handle, Quantity, Stage};
use serde::Deserialize;

/// Why the weights don't fit a codebook.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("weights: {at}: {why}")]
pub struct SyntheticError {
    /// The entry.
    pub at: String,
    /// What is wrong.
    pub why: String,
}

fn wrong<T>(at: &str, why: impl ToString) -> Result<T, SyntheticError> {
    Err(SyntheticError { at: at.to_owned(), why: why.to_string() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    missing: BTreeMap<Stage, [u64; 2]>,
    rows: BTreeMap<String, BTreeMap<String, u64>>,
    draw: Vec<RawDraw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDraw {
    variable: String,
    when: Option<String>,
    #[serde(default)]
    first: bool,
    codes: Option<BTreeMap<String, u64>>,
    alone: Option<u64>,
    size: Option<BTreeMap<String, u64>>,
    bands: Option<Vec<(i64, i64, u64)>>,
    after: Option<String>,
    years: Option<(i32, i32)>,
    is: Option<String>,
    text: Option<String>,
    missing: Option<[u64; 2]>,
}

/// Numbers and how often each comes.
pub(crate) type Weights = Vec<(i64, u64)>;

/// How many rows a level has.
pub(crate) enum Rows {
    Drawn(Weights),
    /// As many as the codebook asks for.
    Completed,
}

pub(crate) struct Level {
    pub(crate) id: String,
    pub(crate) rows: Rows,
    /// Its variables, in the order of the codebook.
    pub(crate) variables: Vec<Variable>,
}

/// How an answer is drawn.
pub(crate) enum How {
    /// One of these codes.
    Codes(Weights),
    /// Several, so many of them; or, in so many of a thousand, one that stands alone.
    Several { codes: Weights, size: Weights, alone: (Weights, u64) },
    /// A number of a band, each of which comes so often.
    Bands(Vec<(i64, i64, u64)>),
    /// A day or a month so long after another.
    After(Handle, Vec<(i64, i64, u64)>, bool),
    /// A day of these years.
    Years(i32, i32, bool),
    /// What something else is.
    Is(Quantity),
    /// Text, a `#` being any digit.
    Text(String),
}

pub(crate) struct Draw {
    pub(crate) when: Option<Expression>,
    pub(crate) first: bool,
    pub(crate) how: How,
    /// Unknown and withheld, of a thousand.
    pub(crate) missing: [u64; 2],
}

/// A variable and how it is drawn: the first draw that fits.
pub(crate) struct Variable {
    pub(crate) handle: Handle,
    pub(crate) level: String,
    pub(crate) draws: Vec<Draw>,
    /// Drawn once all else is there.
    pub(crate) late: bool,
    /// The codes it may hold; none for a variable without codes.
    pub(crate) codes: Vec<i64>,
}

pub(crate) struct Plan {
    pub(crate) levels: Vec<Level>,
}

impl Plan {
    pub(crate) fn read(book: &Codebook, text: &str) -> Result<Plan, SyntheticError> {
        let mut raw: Raw = toml::from_str(text).or_else(|why| wrong("weights.toml", why.message()))?;
        let mut levels: Vec<Level> = book.levels.iter().map(|level| Ok(Level {
            id: level.id.clone(),
            rows: match raw.rows.remove(&level.id) {
                Some(rows) => Rows::Drawn(weights(&level.id, &rows)?),
                None => Rows::Completed,
            },
            variables: vec![],
        })).collect::<Result<_, SyntheticError>>()?;
        if let Some(level) = raw.rows.keys().next() {
            return wrong(level, "there is no such level");
        }
        let mut draws: BTreeMap<String, Vec<RawDraw>> = BTreeMap::new();
        for draw in raw.draw {
            draws.entry(draw.variable.clone()).or_default().push(draw);
        }
        for variable in &book.variables {
            let Some(handle) = book.handle(&variable.id) else { continue };
            let missing = raw.missing.get(&variable.stage).copied().unwrap_or_default();
            let told = draws.remove(&variable.id).unwrap_or_default();
            let late = told.iter().any(|draw| draw.is.is_some());
            let mut read = told.into_iter().map(|draw| read_draw(book, variable, draw, missing)).collect::<Result<Vec<_>, _>>()?;
            read.push(Draw { when: None, first: false, how: by_default(variable), missing });
            let Some(level) = levels.iter_mut().find(|level| level.id == variable.level) else { continue };
            level.variables.push(Variable { handle, level: variable.level.clone(), draws: read, late, codes: variable.codes.iter().map(|code| code.code).collect() });
        }
        match draws.keys().next() {
            Some(id) => wrong(id, "there is no such variable"),
            None => Ok(Plan { levels }),
        }
    }
}

fn weights(at: &str, told: &BTreeMap<String, u64>) -> Result<Weights, SyntheticError> {
    let mut found: Weights = told.iter().map(|(code, weight)| code.parse().map(|code| (code, *weight)).or_else(|_| wrong(at, format!("{code} is no number")))).collect::<Result<_, _>>()?;
    found.sort_unstable();
    Ok(found)
}

fn read_draw(book: &Codebook, variable: &codebook::Variable, draw: RawDraw, missing: [u64; 2]) -> Result<Draw, SyntheticError> {
    let id = variable.id.as_str();
    let refused = |why: CodebookError| SyntheticError { at: id.to_owned(), why: why.to_string() };
    let months = variable.kind == "year_month";
    let codes = draw.codes.as_ref().map(|codes| weights(id, codes)).transpose()?;
    if let Some((code, _)) = codes.iter().flatten().find(|(code, _)| !variable.codes.is_empty() && !variable.codes.iter().any(|known| known.code == *code)) {
        return wrong(id, format!("there is no code {code}"));
    }
    let how = match (codes, draw.bands, draw.after, draw.years, draw.is, draw.text) {
        (codes, None, None, None, None, None) if variable.kind == "multi" => several(variable, codes, draw.size.as_ref().map(|size| weights(id, size)).transpose()?, draw.alone),
        (Some(codes), None, None, None, None, None) => How::Codes(codes),
        (None, Some(bands), None, None, None, None) => How::Bands(bands),
        (None, Some(bands), Some(after), None, None, None) => match book.handle(&after) {
            Some(after) => How::After(after, bands, months),
            None => return wrong(id, format!("there is no variable {after}")),
        },
        (None, None, None, Some((from, to)), None, None) => How::Years(from, to, months),
        (None, None, None, None, Some(is), None) => How::Is(book.quantity(&variable.level, &is).map_err(refused)?),
        (None, None, None, None, None, Some(text)) => How::Text(text),
        (None, None, None, None, None, None) => by_default(variable),
        _ => return wrong(id, "says in two ways what is drawn"),
    };
    let when = draw.when.map(|when| book.expression(&variable.level, &when)).transpose().map_err(refused)?;
    Ok(Draw { when, first: draw.first, how, missing: draw.missing.unwrap_or(missing) })
}

/// Codes in falling order, as lists tend to be written.
fn falling<'a>(codes: impl Iterator<Item = &'a codebook::Code>) -> Weights {
    codes.zip(1u64..).map(|(code, place)| (code.code, 1 + 1000 / place)).collect()
}

fn several(variable: &codebook::Variable, codes: Option<Weights>, size: Option<Weights>, alone: Option<u64>) -> How {
    let exclusive: Weights = variable.codes.iter().filter(|code| code.exclusive).map(|code| (code.code, 1)).collect();
    let codes: Weights = codes.unwrap_or_else(|| falling(variable.codes.iter())).into_iter().filter(|(code, _)| !exclusive.iter().any(|(known, _)| known == code)).collect();
    let share = if exclusive.is_empty() { 0 } else { alone.unwrap_or(450) };
    How::Several { codes, size: size.unwrap_or_else(|| vec![(1, 60), (2, 28), (3, 12)]), alone: (exclusive, share) }
}

fn by_default(variable: &codebook::Variable) -> How {
    match variable.kind.as_str() {
        "multi" => several(variable, None, None, None),
        "code" => How::Codes(falling(variable.codes.iter())),
        "integer" => {
            let least = variable.range.0.unwrap_or(0);
            How::Bands(vec![(least, variable.range.1.unwrap_or(least + 9).min(least + 9), 1)])
        }
        "date" | "year_month" => How::Years(2019, 2026, variable.kind == "year_month"),
        _ => How::Text("SYN-######".into()),
    }
}
