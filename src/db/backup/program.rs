//! PostgreSQL's own programs, with the password out of their arguments, which every account of the machine can read.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::percent_decode_str;

use super::BackupError;
use crate::db::cluster::programs;

fn command(program: &'static str, url: &str) -> Result<Command, BackupError> {
    let (url, password) = without_password(url);
    let path: PathBuf = programs()?.join(program);
    let mut command = Command::new(path);
    command.env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("PGAPPNAME", program).arg("--no-password").arg("--dbname").arg(url);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command.stderr(Stdio::piped());
    Ok(command)
}

/// An address, and the password that stood in it.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let ends = rest.find('/').unwrap_or(rest.len());
    let Some((login, _)) = rest[..ends].rsplit_once('@') else { return (url.to_owned(), None) };
    let Some((name, password)) = login.split_once(':') else { return (url.to_owned(), None) };
    let plain = percent_decode_str(password).decode_utf8_lossy().into_owned();
    (format!("{scheme}://{name}{}", &rest[login.len()..]), Some(plain))
}

fn last_words(program: &'static str, ended: io::Result<std::process::Output>) -> Result<(), BackupError> {
    match ended {
        Ok(out) if out.status.success() => Ok(()),
        Ok(out) => Err(BackupError::Program(program, format!("{}; {}", out.status, String::from_utf8_lossy(&out.stderr).trim()))),
        Err(why) => Err(BackupError::Program(program, why.to_string())),
    }
}

/// Runs `pg_dump` into a stream.
pub(super) fn dump(url: &str, arguments: &[String], out: &mut dyn Write) -> Result<(), BackupError> {
    const PROGRAM: &str = "pg_dump";
    let failed = |why: io::Error| BackupError::Program(PROGRAM, why.to_string());
    let mut child = command(PROGRAM, url)?.arg("--format=custom").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let copied = child.stdout.take().map(|mut from| io::copy(&mut from, out));
    last_words(PROGRAM, child.wait_with_output())?;
    copied.unwrap_or(Ok(0)).map(drop).map_err(failed)
}

/// Runs `pg_restore` from a stream.
pub(super) fn fill(url: &str, arguments: &[&str], mut from: impl Read, file: &Path) -> Result<(), BackupError> {
    const PROGRAM: &str = "pg_restore";
    let failed = |why: io::Error| BackupError::Program(PROGRAM, why.to_string());
    let mut child = command(PROGRAM, url)?.args(["--exit-on-error", "--single-transaction"]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().map_err(failed)?;
    // A program that stops at a fault closes its end; what it says of it comes first.
    let copied = child.stdin.take().map(|mut to| io::copy(&mut from, &mut to));
    last_words(PROGRAM, child.wait_with_output())?;
    match copied.unwrap_or(Ok(0)) {
        // What belongs to another section is not read to its end.
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => Err(BackupError::File(file.to_owned(), why)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_does_not_stand_in_the_arguments() {
        assert_eq!(without_password("postgres://me:p%40ss@db.example:5432/x?sslmode=require"), ("postgres://me@db.example:5432/x?sslmode=require".into(), Some("p@ss".into())));
        assert_eq!(without_password("postgres://me:secret@/x?host=/tmp/a"), ("postgres://me@/x?host=/tmp/a".into(), Some("secret".into())));
        assert_eq!(without_password("postgres://db.example/x"), ("postgres://db.example/x".into(), None));
    }
}
