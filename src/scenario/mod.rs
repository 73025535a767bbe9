//! Practice cases: a whole review as data, played through the public interface with real sign-ins of every role.

mod client;
mod file;
mod play;

pub use client::PlayError;
pub use file::{Bureau, FileError, Scenario, read};
pub use play::{DemoAccount, Options, Played, play, play_several};
