//! Setting reports aside from pages (ruling 10): one at a time, in a program of its own that gives way to whatever else runs.
//!
//! Why a program and not a thread: Linux shares a processor between *sessions* first (sched(7), "The autogroup feature"), and each connection of
//! PostgreSQL is one. A thread of the server with the lowest priority still takes half a processor from the database whenever the server's other threads
//! wait for it. A session of its own with a low priority does not. What a report takes in memory is given back as well.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use typeset::ReportDoc;

/// How far it gives way, as `nice` counts: about a tenth of a processor while pages take all of them, and all that is left otherwise. With 19 it
/// would be a seventieth, and a report on a full machine take minutes.
const NICE: i32 = 10;

/// How long a program that has its fonts ready waits for the next report: who asks for one often asks again. After that its memory is given back.
const WAITS: Duration = Duration::from_secs(120);

/// The argument with which the program sets one report.
pub const ARGUMENT: &str = "typeset";

/// Where reports are set.
pub struct Typesetting {
    program: Option<PathBuf>,
    turn: Semaphore,
    ahead: Arc<Mutex<Ahead>>,
    waits: Duration,
}

/// A program that was started ahead of its report, and how often one was wanted.
#[derive(Default)]
struct Ahead {
    waiting: Option<Child>,
    wanted: u64,
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
        Typesetting { program: Some(program.into()), turn: Semaphore::new(1), ahead: Arc::default(), waits: WAITS }
    }

    /// In this process, on a thread for it: for callers that are no program of ours.
    pub fn here() -> Typesetting {
        Typesetting { program: None, turn: Semaphore::new(1), ahead: Arc::default(), waits: WAITS }
    }

    /// With another time than two minutes for which a program that has its fonts ready waits for the next report.
    #[must_use]
    pub fn ready_for(self, waits: Duration) -> Typesetting {
        Typesetting { waits, ..self }
    }

    /// A report as tagged PDF, dated.
    ///
    /// # Errors
    /// See [`TypesettingError`].
    pub async fn report(&self, doc: ReportDoc, on: NaiveDate) -> Result<Vec<u8>, TypesettingError> {
        let task = Task { doc, on };
        let _turn = self.turn.acquire().await.map_err(|why| TypesettingError::Stopped(why.to_string()))?;
        let Some(program) = self.program.clone() else {
            return tokio::task::spawn_blocking(move || Ok(task.set()?)).await.map_err(|why| TypesettingError::Stopped(why.to_string()))?;
        };
        let (ahead, by) = (Arc::clone(&self.ahead), program.clone());
        let set = tokio::task::spawn_blocking(move || taken(&ahead, None).map_or_else(|| start(&by), Ok).and_then(|child| run(child, &task)))
            .await.map_err(|why| TypesettingError::Stopped(why.to_string()))?;
        tokio::spawn(Ahead::kept(Arc::clone(&self.ahead), program, self.waits));
        set
    }
}

impl Ahead {
    /// Starts the program for the next report, and lets it go when nobody asked for one for a while.
    async fn kept(ahead: Arc<Mutex<Ahead>>, program: PathBuf, waits: Duration) {
        let Ok(wanted) = tokio::task::spawn_blocking({
            let ahead = Arc::clone(&ahead);
            move || begin(&ahead, &program)
        }).await else { return };
        tokio::time::sleep(waits).await;
        if let Some(child) = taken(&ahead, Some(wanted)) {
            // It reads that nothing comes, and ends; its end is waited for, so that no trace of it stays.
            let _ = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        }
    }
}

/// The program that waits, while it still does; where one is meant, only when none was wanted since.
fn taken(ahead: &Mutex<Ahead>, wanted: Option<u64>) -> Option<Child> {
    let mut ahead = ahead.lock().unwrap_or_else(PoisonError::into_inner);
    if wanted.is_some_and(|which| which != ahead.wanted) {
        return None;
    }
    ahead.waiting.take().and_then(|mut child| matches!(child.try_wait(), Ok(None)).then_some(child))
}

/// Starts the program for the next report. Where that fails, the report starts its own, and says why.
fn begin(ahead: &Mutex<Ahead>, program: &Path) -> u64 {
    let mut ahead = ahead.lock().unwrap_or_else(PoisonError::into_inner);
    if ahead.waiting.is_none() {
        ahead.waiting = start(program).ok();
    }
    ahead.wanted += 1;
    ahead.wanted
}

fn start(program: &Path) -> Result<Child, TypesettingError> {
    let mut program = Command::new(program);
    Ok(program.arg0("lering").arg(ARGUMENT).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
}

/// The words go in, the file comes out; neither is ever on a disk, in an argument or in the environment.
fn run(mut child: Child, task: &Task) -> Result<Vec<u8>, TypesettingError> {
    let words = serde_json::to_vec(task)?;
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
    // It may have been started ahead of its report.
    typeset::make_ready()?;
    let mut words = Vec::new();
    io::stdin().lock().read_to_end(&mut words)?;
    if words.is_empty() {
        return Ok(());
    }
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
