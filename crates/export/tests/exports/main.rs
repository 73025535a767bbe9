//! Files are made, and read back by programs that others wrote.

mod hidden;
mod read_back;
mod sample;
