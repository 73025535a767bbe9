//! `lering register snapshot`: freezes the register from the command line. The same use case as the page, so the same rules: a register
//! manager, signed in a moment ago. Nobody freezes the register by reaching its machine alone.

use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::access::Role;
use crate::register::{Invented, Snapshot};
use crate::research;
use crate::sign_in::{self, Attempt};
use crate::start::{Installation, StartError};
use crate::texts::{Language, Words};
use crate::tx::{App, Caller, Refusal, Refused};

/// What is asked for.
pub(super) struct Wanted {
    /// The register manager's sign-in name.
    pub(super) name: String,
    /// For a practice register: the records to invent.
    pub(super) invented: Option<Invented>,
    /// Whether the answer is one line of JSON and nothing else.
    pub(super) json: bool,
}

/// Freezes the register and prints what was frozen.
///
/// # Errors
/// `Refused` with the sentence the page would show; nothing was frozen then.
pub(super) fn take(installation: &Installation, wanted: &Wanted) -> Result<(), StartError> {
    let step = |text: &str| if !wanted.json { eprintln!("  {text}") };
    let (passphrase, one_time_code) = (asked("passphrase: ")?, asked("one-time code: ")?);
    let app = installation.app(2)?;
    let began = std::time::Instant::now();
    let snapshot = super::runtime()?.block_on(async {
        step("signing in");
        let attempt = Attempt { sign_in_name: wanted.name.clone(), passphrase, one_time_code: one_time_code.trim().to_owned(), hat: None, address: "command line".into() };
        let tokens = sign_in::sign_in(&app, attempt).await.map_err(|why| said(&why))?;
        let caller = Caller { handle: Some(tokens.handle), unlock: Some(tokens.unlock), ..Caller::default() };
        let done = freeze(&app, &caller, wanted, &step).await;
        // The session was for this alone.
        app.run(caller, |tx| sign_in::end_session(tx, sign_in::Ending::This)).await.map_err(|why| said(&why))?;
        done.map_err(|why| said(&why))
    })?;
    if wanted.json {
        println!("{}", serde_json::to_string(&snapshot).map_err(|why| StartError::Refused(why.to_string()))?);
    } else {
        step(&format!("done in {:.1} s", began.elapsed().as_secs_f64()));
        println!("snapshot {}: {} cases, codebook {}, {}", snapshot.number, snapshot.cases, snapshot.codebook, snapshot.hash);
    }
    Ok(())
}

async fn freeze(app: &App, caller: &Caller, wanted: &Wanted, step: &impl Fn(&str)) -> Result<Snapshot, Refused> {
    let hats = app.run(caller.clone(), sign_in::hats).await?;
    let manages = |hat: &&sign_in::Hat| hat.role == Role::RegisterManager.code() && hat.state == "active";
    let hat = hats.iter().find(manages).ok_or(Refused::NotFound)?.id;
    sign_in::wear(app, caller.clone(), hat).await?;
    step("freezing the register: settled codes, agreement, missing shares, hash");
    let invented = wanted.invented;
    app.run(caller.clone(), move |tx| research::freeze(tx, invented)).await
}

/// The sentence a person reads, in English as all of the command line.
fn said(why: &dyn Refusal) -> StartError {
    let words = Words { language: Language::En };
    let args = why.words();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let faults: Vec<String> = why.faults().iter().map(|fault| format!("{}: {}", fault.field, fault.text(&words))).collect();
    StartError::Refused(std::iter::once(words.with(&format!("problem-{}", why.kind()), &args)).chain(faults).collect::<Vec<_>>().join(" "))
}

/// A line of standard input. At a terminal it is asked for, and what is typed is not shown.
fn asked(prompt: &str) -> Result<Zeroizing<String>, StartError> {
    let (input, terminal) = (std::io::stdin(), std::io::stdin().is_terminal());
    let echo = |how: &str| if terminal { drop(Command::new("stty").arg(how).stdin(Stdio::inherit()).status()) };
    if terminal {
        eprint!("{prompt}");
        drop(std::io::stderr().flush());
    }
    echo("-echo");
    let mut line = Zeroizing::new(String::new());
    let read = input.lock().read_line(&mut line);
    echo("echo");
    if terminal {
        eprintln!();
    }
    match read {
        Ok(0) | Err(_) => Err(StartError::Refused(format!("standard input ended before the {}", prompt.trim_end_matches(": ")))),
        Ok(_) => Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())),
    }
}
