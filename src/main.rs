//! The program. Everything it does stands in `cli.rs`, a command a line.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    lering::cli::main()
}
