//! Working days and terms: public holidays as rules in a file, Easter computed, terms that end on a working day.
#![forbid(unsafe_code)]

mod holidays;
mod term;

pub use holidays::{Calendar, CalendarError, Holiday};
pub use term::{Term, TermError};
