//! Files are made, and read back by programs that others wrote.

mod documents;
mod flat_files;
mod hidden;
mod read_back;
mod sample;
mod words;
