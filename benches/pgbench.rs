//! The other side of every ratio: `pgbench`, running what the server's own transactions said to the database.
//!
//! The statements are taken from the database's log of one request each, with their parameters, so that the two sides can't drift
//! apart: context by a live session, the same queries, the log entry by the same function, commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection;

use crate::Res;
use crate::load::{self, Outcome, Request};
use crate::processes;
use crate::world::World;

/// What stands for null, since a variable of pgbench is never null or empty.
const NULL: &str = "(null)";

/// One transaction as pgbench runs it.
#[derive(Clone)]
pub struct Script {
    file: PathBuf,
    variables: Vec<(String, String)>,
    /// How many statements it has, begin and commit included.
    pub statements: usize,
}

/// A statement of the log.
struct Logged {
    sql: String,
    parameters: Vec<Option<String>>,
}

/// What pgbench did.
pub struct Ran {
    /// Transactions and their times.
    pub outcome: Outcome,
    /// Seconds of CPU of the database.
    pub database: f64,
    /// Seconds of CPU of pgbench itself.
    pub client: f64,
}

/// Sends each request once while the database logs statements, and writes each transaction down as a script.
///
/// # Errors
/// When a request fails or left no transaction in the log.
pub fn scripts(world: &mut World, name: &str, requests: &[Request]) -> Res<Vec<Script>> {
    world.stop_server();
    let mut database = world.database()?;
    database.batch_execute("alter role hr_app set log_statement = 'all'; alter role hr_app set log_parameter_max_length = -1")?;
    let taken = taken(world, name, requests);
    database.batch_execute("alter role hr_app reset log_statement; alter role hr_app reset log_parameter_max_length")?;
    world.stop_server();
    taken
}

fn taken(world: &mut World, name: &str, requests: &[Request]) -> Res<Vec<Script>> {
    let log = world.folder().join("pg.log");
    let address = world.server()?.address.clone();
    let mut scripts = vec![];
    for (number, request) in requests.iter().enumerate() {
        let before = fs::metadata(&log)?.len();
        load::one(&address, request)?;
        std::thread::sleep(Duration::from_millis(150));
        let text = fs::read(&log)?;
        let text = String::from_utf8_lossy(text.get(before as usize..).unwrap_or_default()).into_owned();
        let logged = read(&text);
        let statements = transactions(&logged);
        if statements.is_empty() {
            return Err(format!("{}: no transaction in the log", request.line).into());
        }
        scripts.push(write(world.folder(), &format!("{name}{number}"), &statements)?);
    }
    Ok(scripts)
}

/// The statements in a piece of the log. A line that goes on begins with a tab.
fn read(text: &str) -> Vec<Logged> {
    let mut found: Vec<Logged> = vec![];
    for entry in text.replace("\n\t", " ").lines() {
        let Some((_, entry)) = entry.split_once("] ") else { continue };
        if let Some(sql) = entry.strip_prefix("LOG:  statement: ").or_else(|| entry.strip_prefix("LOG:  execute ").and_then(|rest| rest.split_once(": ")).map(|(_, sql)| sql)) {
            found.push(Logged { sql: sql.to_owned(), parameters: vec![] });
        } else if let Some((_, told)) = entry.strip_prefix("DETAIL:  ").and_then(|rest| rest.split_once("arameters: "))
            && let Some(last) = found.last_mut()
        {
            last.parameters = parameters(told);
        }
    }
    found
}

/// `$1 = 'a', $2 = NULL`, quotes doubled inside.
fn parameters(text: &str) -> Vec<Option<String>> {
    let (mut found, mut rest) = (vec![], text);
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            found.push(None);
            rest = after.split_once(", ").map_or("", |(_, rest)| rest);
            continue;
        };
        let (mut value, mut signs) = (String::new(), quoted.char_indices().peekable());
        let mut end = quoted.len();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '\'' if signs.peek().is_some_and(|(_, next)| *next == '\'') => {
                    value.push('\'');
                    signs.next();
                }
                '\'' => {
                    end = at + 1;
                    break;
                }
                sign => value.push(sign),
            }
        }
        found.push(Some(value));
        rest = quoted.get(end..).unwrap_or_default().trim_start_matches(", ");
    }
    found
}

/// What stands between begin and commit.
fn transactions(all: &[Logged]) -> Vec<&Logged> {
    let (mut kept, mut inside) = (vec![], false);
    for one in all {
        let word = one.sql.trim().trim_end_matches(';').to_lowercase();
        inside |= word.starts_with("begin");
        if inside {
            kept.push(one);
        }
        inside &= !(word.starts_with("commit") || word.starts_with("rollback"));
    }
    kept
}

/// The type a parameter needs to be told, since pgbench sends text and an operator may know several types.
fn cast(value: &str) -> &'static str {
    if uuid::Uuid::parse_str(value).is_ok() {
        "::uuid"
    } else if value.parse::<chrono::NaiveDate>().is_ok() {
        "::date"
    } else if value.starts_with("\\x") {
        "::bytea"
    } else if value == "t" || value == "f" {
        "::boolean"
    } else if value.len() > 18 && value.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok()) {
        "::timestamptz"
    } else {
        ""
    }
}

fn write(folder: &Path, name: &str, statements: &[&Logged]) -> Res<Script> {
    let (mut text, mut variables) = (String::new(), vec![]);
    for (number, one) in statements.iter().enumerate() {
        let mut sql = one.sql.trim().trim_end_matches(';').replace('\n', " ");
        // From the last to the first, so that $1 is not found in $12.
        for (at, value) in one.parameters.iter().enumerate().rev() {
            let (mark, variable) = (format!("${}", at + 1), format!("{name}_{number}_{at}"));
            let put = match value {
                Some(value) => format!(":{variable}{}", cast(value)),
                // A parameter that is null stays a parameter where its type is told: nothing is folded away beforehand.
                None if sql.contains(&format!("{mark}::text")) => format!("nullif(:{variable}, '{NULL}')"),
                None => "null".into(),
            };
            sql = sql.replace(&mark, &put);
            variables.push((variable, value.clone().unwrap_or_else(|| NULL.into())));
        }
        text.push_str(&sql);
        text.push_str(";\n");
    }
    let file = folder.join(format!("{name}.sql"));
    fs::write(&file, text)?;
    Ok(Script { file, variables, statements: statements.len() })
}

/// A script of one's own.
///
/// # Errors
/// When it can't be written.
pub fn script(folder: &Path, name: &str, text: &str, variables: Vec<(String, String)>) -> Res<Script> {
    let file = folder.join(format!("{name}.sql"));
    fs::write(&file, text)?;
    Ok(Script { file, variables, statements: text.matches(';').count() })
}

/// PostgreSQL's newest programs, where Debian puts them.
fn program() -> Res<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")?.filter_map(|entry| {
        let entry = entry.ok()?;
        Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin/pgbench")))
    }).filter(|(_, path)| path.exists()).collect();
    found.sort();
    found.pop().map(|(_, path)| path).ok_or_else(|| "pgbench is missing; install the package `postgresql`".into())
}

/// Runs scripts, chosen at random, over some connections for some time.
///
/// # Errors
/// When pgbench fails, with its last words.
pub fn run(world: &World, url: &str, scripts: &[Script], connections: usize, time: Duration) -> Res<Ran> {
    let logs = tempfile::tempdir_in(world.folder())?;
    let mut command = Command::new(program()?);
    command.args(["-n", "-M", "prepared", "-j", "2", "-l", "-c", &connections.to_string(), "-T", &time.as_secs().max(1).to_string()]);
    command.arg("--log-prefix").arg(logs.path().join("took"));
    for script in scripts {
        command.arg("-f").arg(&script.file);
        for (name, value) in &script.variables {
            command.arg("-D").arg(format!("{name}={value}"));
        }
    }
    let postmaster = world.postmaster()?;
    let (database, client) = (processes::cpu_of_database(postmaster), processes::cpu_of_ended_children());
    let out = command.arg(url).output()?;
    let (database, client) = (processes::cpu_of_database(postmaster) - database, processes::cpu_of_ended_children() - client);
    if !out.status.success() {
        return Err(format!("pgbench: {}", String::from_utf8_lossy(&out.stderr)).into());
    }
    let mut took = vec![];
    for entry in fs::read_dir(logs.path())? {
        took.extend(fs::read_to_string(entry?.path())?.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok().map(|micro| micro / 1e3)));
    }
    took.sort_by(f64::total_cmp);
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    let rate: f64 = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok()).ok_or("pgbench told no rate")?;
    Ok(Ran { outcome: Outcome { seconds: took.len() as f64 / rate, took }, database, client })
}
