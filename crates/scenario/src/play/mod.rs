//! Playing: from notification to follow-up, in the order of the states the file expects.

mod client;
mod closing;
mod compare;
mod consult;
mod intake;
mod panel;
mod partners;
mod people;
mod register;
mod relatives;
mod report;
mod research;
mod sectors;
mod stage;
mod variant;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use reqwest::Url;
use serde::Serialize;

use crate::Scenario;
pub use client::{PlayError, SignIn};
pub(crate) use consult::needs_settling;
pub(crate) use intake::{LISTS, deferral, notification, screening, terms};
pub(crate) use panel::advice;
pub(crate) use partners::entry;
pub(crate) use report::lessons;
pub use sectors::SECTORS;
use client::Stranger;
use stage::Stage;

/// How to play.
pub struct Options<Progress: Fn(&str) + Sync> {
    /// The server.
    pub server: Url,
    /// Code of a practice bureau's first administrator.
    pub bootstrap_code: String,
    /// Stop the first time this state is reached.
    pub until: Option<String>,
    /// Where the PDF goes.
    pub pdf_folder: PathBuf,
    /// Codes of the codebook's factors by id, as the register wants them; a file names factors by id. A factor that is not here
    /// is not coded, and is told as a disagreement.
    pub factors: BTreeMap<String, i64>,
    /// Is told each step.
    pub progress: Progress,
}

/// What was played: the line of the command.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Played {
    /// Number of the case.
    pub case: String,
    /// The state it stopped in.
    pub state: String,
    /// The states it passed.
    pub path: Vec<String>,
    /// Organisations invited.
    pub organisations: usize,
    /// Reflections released.
    pub reflections: usize,
    /// Organisations that knew nothing.
    pub nothing_known: usize,
    /// Events in the merged timeline.
    pub events: usize,
    /// Relatives.
    pub relatives: usize,
    /// Meetings with adopted minutes.
    pub meetings: usize,
    /// Findings adopted.
    pub findings: usize,
    /// Recommendations adopted.
    pub recommendations: usize,
    /// Where the PDF is, when one was published.
    pub report: Option<PathBuf>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Where it differs from what the file expects.
    pub disagreements: Vec<String>,
}

/// Plays a case. Acts happen today; a day of the process that is still ahead becomes today and as many days as it lies ahead.
/// Names to sign in with and passphrases are made for the run, so a file can be played again and again.
///
/// # Errors
/// What the server refuses, with who asked what; a server that can't be reached; a PDF that can't be written.
pub async fn play<Progress: Fn(&str) + Sync>(told: &Scenario, options: Options<Progress>) -> Result<Played, PlayError> {
    let started = Instant::now();
    let mut stage = Stage::new(told, Stranger::new(&options.server)?, vec![], &options.pdf_folder, &options.factors, &options.progress);
    stage.enrol_everyone(&options.bootstrap_code, &[]).await?;
    stage.through(options.until.as_deref()).await?;
    stage.played.seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(stage.played)
}

/// A case that stops while it gathers, in which an organisation has answered and its author has something to write.
pub const WRITING: &str = "writing";

/// Plays a case to its end and research with a register of invented records, and then, with the same people of the bureau, one more
/// case that stops in each of the states given, or in [`WRITING`].
/// Returns everyone of the first case, and behind them who writes and approves in one that is being written, with what is needed to sign in as them.
///
/// # Errors
/// As [`play`].
pub async fn play_several<Progress: Fn(&str) + Sync>(told: &Scenario, options: Options<Progress>, stops: &[&str]) -> Result<Vec<SignIn>, PlayError> {
    let stranger = Stranger::new(&options.server)?;
    let mut stage = Stage::new(told, stranger.clone(), vec![], &options.pdf_folder, &options.factors, &options.progress);
    stage.enrol_everyone(&options.bootstrap_code, &research::PEOPLE).await?;
    stage.through(None).await?;
    stage.research().await?;
    let (mut accounts, people) = (stranger.accounts(), stage.people);
    for stop in stops {
        let mut further = Stage::new(told, stranger.clone(), people.clone(), &options.pdf_folder, &options.factors, &options.progress);
        if *stop == WRITING {
            further.through(Some("gathering")).await?;
            let before = stranger.accounts().len();
            further.begin_to_write().await?;
            accounts.extend(stranger.accounts().into_iter().skip(before));
        } else {
            further.through(Some(stop)).await?;
        }
    }
    Ok(accounts)
}
