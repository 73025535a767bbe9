//! Setting reports aside from pages (ruling 10): one at a time, in a program of its own that gives way to whatever else runs.
//!
//! Why a program and not a thread: Linux shares a processor between *sessions* first (sched(7), "The autogroup feature"), and each connection of
//! PostgreSQL is one. A thread of the server with the lowest priority still takes half a processor from the database whenever the server's other threads
//! wait for it. A session of its own with a low priority does not. What a report takes in memory is given back as well.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use typeset::ReportDoc;

/// How far it gives way, as `nice` counts: about a tenth of a processor while pages take all of them, and all that is left otherwise. With 19 it
/// would be a seventieth, and a report on a full machine take minutes.
const NICE: i32 = 10;

/// The argument with which the program sets one report.
pub const ARGUMENT: &str = "typeset";

/// Where reports are set.
pub struct Typesetting {
    program: Option<PathBuf>,
    turn: Semaphore,
}

/// Why a report was not set.
#[derive(Debug, thiserror::Error)]
pub enum TypesettingError {
    /// The template failed, or the file would not conform.
    #[error(transparent)]
    Set(#[from] typeset::TypesetError),
    /// The words could not be handed over.
    #[error("typesetting: {0}")]
    Data(#[from] serde_json::Error),
    /// The program could not be run.
    #[error("typesetting: {0}")]
    Program(#[from] io::Error),
    /// It said why it stopped.
    #[error("typesetting stopped: {0}")]
    Stopped(String),
}

#[derive(Serialize, Deserialize)]
struct Task {
    doc: ReportDoc,
    on: NaiveDate,
}

impl Task {
    fn set(&self) -> Result<Vec<u8>, typeset::TypesetError> {
        typeset::report(&self.doc, (self.on.year(), self.on.month(), self.on.day()))
    }
}

impl Typesetting {
    /// By this very program, or the one named: it is called with [`ARGUMENT`].
    pub fn by(program: impl Into<PathBuf>) -> Typesetting {
        Typesetting { program: Some(program.into()), turn: Semaphore::new(1) }
    }

    /// In this process, on a thread for it: for callers that are no program of ours.
    pub fn here() -> Typesetting {
        Typesetting { program: None, turn: Semaphore::new(1) }
    }

    /// A report as tagged PDF, dated.
    ///
    /// # Errors
    /// See [`TypesettingError`].
    pub async fn report(&self, doc: ReportDoc, on: NaiveDate) -> Result<Vec<u8>, TypesettingError> {
        let task = Task { doc, on };
        let _turn = self.turn.acquire().await.map_err(|why| TypesettingError::Stopped(why.to_string()))?;
        let program = self.program.clone();
        tokio::task::spawn_blocking(move || match program {
            Some(program) => run(Command::new(program), &task),
            None => Ok(task.set()?),
        }).await.map_err(|why| TypesettingError::Stopped(why.to_string()))?
    }
}

/// The words go in, the file comes out; neither is ever on a disk, in an argument or in the environment.
fn run(mut program: Command, task: &Task) -> Result<Vec<u8>, TypesettingError> {
    let words = serde_json::to_vec(task)?;
    let mut child = program.arg0("lering").arg(ARGUMENT).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // All is read before anything is written, so that neither waits for the other. One that stops early closes its end, and says why below.
    let told = child.stdin.take().map_or(Ok(()), |mut to| to.write_all(&words));
    let out = child.wait_with_output()?;
    if !out.status.success() {
        return Err(TypesettingError::Stopped(format!("{}; {}", out.status, String::from_utf8_lossy(&out.stderr).trim())));
    }
    told?;
    Ok(out.stdout)
}

/// What the program does when it is called to set one report: words from standard input, PDF to standard output.
///
/// # Errors
/// Why it was not set; what is said of it goes into the server's log.
pub fn child() -> Result<(), TypesettingError> {
    // Of a panic as well: where it stopped, never at which words.
    std::panic::set_hook(Box::new(|panic| eprintln!("stopped at {}", panic.location().map(ToString::to_string).unwrap_or_default())));
    give_way();
    let mut words = Vec::new();
    io::stdin().lock().read_to_end(&mut words)?;
    let task: Task = serde_json::from_slice(&words)?;
    let pdf = task.set()?;
    let mut out = io::stdout().lock();
    out.write_all(&pdf)?;
    Ok(out.flush()?)
}

/// A session of its own that comes last. Where the system refuses either, or knows no sessions, the report is set all the same.
fn give_way() {
    let _ = rustix::process::setsid();
    let _ = rustix::process::nice(NICE);
    let _ = std::fs::write("/proc/self/autogroup", NICE.to_string());
}
