//! A private PostgreSQL on Debian's programs, for a machine where no server is given. It listens on a socket only.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::pg::PgConnection;

/// Why the private cluster does not run.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL's server programs are missing.
    #[error("no PostgreSQL 15 or newer under /usr/lib/postgresql; install the package `postgresql`")]
    NotInstalled,
    /// Another server holds these data.
    #[error("Lering already runs on the data in {0}")]
    Runs(PathBuf),
    /// As root, PostgreSQL runs as the account `postgres`, which is missing.
    #[error("there is no account `postgres` to run the database as")]
    NoAccount,
    /// A program failed.
    #[error("{program}: {why}")]
    Program {
        /// Which.
        program: &'static str,
        /// Its last words.
        why: String,
    },
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
}

/// A running private cluster; dropping it stops the server.
#[derive(Debug)]
pub struct PrivateCluster {
    programs: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    password: String,
    account: Option<(u32, u32)>,
    /// Held by whoever started the server; none for a process that only uses it.
    lock: Option<File>,
}

impl PrivateCluster {
    /// Starts, making the cluster first where there is none. `durable` off skips syncing: for tests and demos only.
    ///
    /// # Errors
    /// `Runs` when another server holds the data; `NotInstalled`, `NoAccount`, or a program's last words.
    pub fn start(folder: &Path, durable: bool) -> Result<PrivateCluster, ClusterError> {
        let programs = programs()?;
        fs::create_dir_all(folder).map_err(|why| ClusterError::File(folder.into(), why))?;
        let folder = folder.canonicalize().map_err(|why| ClusterError::File(folder.into(), why))?;
        let lock_file = folder.join("lock");
        let lock = File::create(&lock_file).map_err(|why| ClusterError::File(lock_file.clone(), why))?;
        lock.try_lock().map_err(|_| ClusterError::Runs(folder.clone()))?;
        let account = account()?;
        let password = password(&folder.join("superuser"))?;
        // A socket's path holds some 100 signs, so it stands in a short place of its own.
        let socket = short_folder(&folder, account)?;
        let data = folder.join("pg");
        let cluster = PrivateCluster { programs, data, socket, password, account, lock: Some(lock) };
        if !cluster.data.join("PG_VERSION").exists() {
            cluster.initialise(&folder)?;
        }
        cluster.launch(durable)?;
        Ok(cluster)
    }

    /// Whether a folder has a private database.
    pub fn stands(folder: &Path) -> bool {
        folder.join("pg").join("PG_VERSION").exists()
    }

    /// The cluster another process runs on these data: used, not stopped.
    ///
    /// # Errors
    /// `Program` when nothing answers there.
    pub fn join(folder: &Path) -> Result<PrivateCluster, ClusterError> {
        let folder = folder.canonicalize().map_err(|why| ClusterError::File(folder.into(), why))?;
        let read = |name: &str| fs::read_to_string(folder.join(name)).map_err(|why| ClusterError::File(folder.join(name), why));
        let cluster = PrivateCluster { programs: programs()?, data: folder.join("pg"), socket: read("socket")?.into(), password: read("superuser")?, account: account()?, lock: None };
        PgConnection::establish(&cluster.admin_url("postgres")).map_err(|why| ClusterError::Program { program: "postgres", why: why.to_string() })?;
        Ok(cluster)
    }

    /// The address of a database for a role with a password.
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        format!("postgres://{role}:{password}@/{database}?host={}", self.socket.display())
    }

    /// The superuser's address of a database.
    pub fn admin_url(&self, database: &str) -> String {
        self.url("postgres", &self.password, database)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir("/").env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC").stdin(Stdio::null());
        if let Some((uid, gid)) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn initialise(&self, folder: &Path) -> Result<(), ClusterError> {
        let fresh = folder.join("pg.new");
        let _ = fs::remove_dir_all(&fresh);
        own_folder(&fresh, self.account)?;
        let secret = self.socket.join("initial");
        write_secret(&secret, &self.password)?;
        own(&secret, self.account)?;
        let mut command = self.command("initdb");
        command.args(["--no-sync", "-U", "postgres", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]);
        command.arg("--pwfile").arg(&secret).arg("-D").arg(&fresh);
        run(command, "initdb")?;
        let _ = fs::remove_file(&secret);
        fs::rename(&fresh, &self.data).map_err(|why| ClusterError::File(fresh, why))
    }

    fn launch(&self, durable: bool) -> Result<(), ClusterError> {
        // The lock says that nobody else serves these data: a pid file left by a killed server is stale, unless it still runs.
        let pid_file = self.data.join("postmaster.pid");
        if let Some(pid) = fs::read_to_string(&pid_file).ok().and_then(|text| text.lines().next().map(str::to_owned)) {
            let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if status.is_empty() || status.contains(") Z ") || !status.contains("(postgres)") {
                let _ = fs::remove_file(&pid_file);
            } else {
                let _ = self.stop("immediate");
            }
        }
        // The socket's own lock names a process too; killed and not yet reaped, it would keep the next server from starting.
        let socket_lock = self.socket.join(".s.PGSQL.5432.lock");
        if !pid_file.exists() && socket_lock.exists() {
            let _ = fs::remove_file(&socket_lock);
            let _ = fs::remove_file(self.socket.join(".s.PGSQL.5432"));
        }
        let log = self.data.with_extension("log");
        File::options().create(true).append(true).open(&log).map_err(|why| ClusterError::File(log.clone(), why))?;
        own(&log, self.account)?;
        let mut options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c unix_socket_permissions=0700 -c max_connections=120 \
             -c log_statement=none -c log_min_duration_statement=-1 -c log_parameter_max_length=0 -c log_parameter_max_length_on_error=0",
            self.socket.display()
        );
        if durable {
            let told = fs::read_to_string("/proc/meminfo").unwrap_or_default();
            options.push_str(&format!(" -c shared_buffers={}MB", kept_in_memory(&told)));
        } else {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let mut command = self.command("pg_ctl");
        command.args(["start", "-W", "-s", "-o", &options]).arg("-D").arg(&self.data).arg("-l").arg(&log);
        run(command, "pg_ctl")?;
        let (until, url) = (Instant::now() + Duration::from_secs(30), self.admin_url("postgres"));
        loop {
            match PgConnection::establish(&url) {
                Ok(_) => return Ok(()),
                Err(why) if Instant::now() > until => return Err(ClusterError::Program { program: "postgres", why: why.to_string() }),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn stop(&self, how: &str) -> Result<(), ClusterError> {
        let mut command = self.command("pg_ctl");
        command.args(["stop", "-s", "-w", "-t", "20", "-m", how]).arg("-D").arg(&self.data);
        run(command, "pg_ctl")
    }
}

/// How much of the database a private server keeps in memory, in MB: an eighth of the machine's, 128 at least and 1024 at most. PostgreSQL's
/// own default is 128 MB.
fn kept_in_memory(meminfo: &str) -> u64 {
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or_default();
    (total / 1024 / 8).clamp(128, 1024)
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if self.lock.is_none() {
            return;
        }
        if let Err(why) = self.stop("fast") {
            tracing::warn!(%why, "the private database did not stop");
        }
    }
}

fn run(mut command: Command, program: &'static str) -> Result<(), ClusterError> {
    let failed = |why: String| ClusterError::Program { program, why };
    // pg_ctl leaves a server behind that would hold a pipe open for ever; its words go to the log.
    let out = if program == "pg_ctl" {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().map(|status| (status, String::new()))
    } else {
        command.output().map(|out| (out.status, String::from_utf8_lossy(&out.stderr).into_owned()))
    };
    let (status, words) = out.map_err(|why| failed(why.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(format!("{status}; {}", words.trim()))) }
}

/// The folder of PostgreSQL's programs, of the newest version.
pub(super) fn programs() -> Result<PathBuf, ClusterError> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql").map_err(|_| ClusterError::NotInstalled)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists()).collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).ok_or(ClusterError::NotInstalled)
}

/// As root, the database runs as `postgres`: it refuses to run as root.
fn account() -> Result<Option<(u32, u32)>, ClusterError> {
    use std::os::unix::fs::MetadataExt;
    let me = fs::metadata("/proc/self").map_err(|why| ClusterError::File("/proc/self".into(), why))?.uid();
    if me != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").map_err(|why| ClusterError::File("/etc/passwd".into(), why))?;
    let fields: Vec<&str> = accounts.lines().find(|line| line.starts_with("postgres:")).ok_or(ClusterError::NoAccount)?.split(':').collect();
    match (fields.get(2).and_then(|id| id.parse().ok()), fields.get(3).and_then(|id| id.parse().ok())) {
        (Some(uid), Some(gid)) => Ok(Some((uid, gid))),
        _ => Err(ClusterError::NoAccount),
    }
}

fn password(file: &Path) -> Result<String, ClusterError> {
    if let Ok(found) = fs::read_to_string(file) {
        return Ok(found);
    }
    let new = uuid::Uuid::new_v4().simple().to_string();
    write_secret(file, &new)?;
    Ok(new)
}

fn write_secret(file: &Path, text: &str) -> Result<(), ClusterError> {
    let failed = |why| ClusterError::File(file.into(), why);
    let mut open = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(file).map_err(failed)?;
    open.write_all(text.as_bytes()).map_err(failed)
}

fn own(path: &Path, account: Option<(u32, u32)>) -> Result<(), ClusterError> {
    let Some((uid, gid)) = account else { return Ok(()) };
    chown(path, Some(uid), Some(gid)).map_err(|why| ClusterError::File(path.into(), why))
}

fn own_folder(path: &Path, account: Option<(u32, u32)>) -> Result<(), ClusterError> {
    fs::create_dir_all(path).map_err(|why| ClusterError::File(path.into(), why))?;
    fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(|why| ClusterError::File(path.into(), why))?;
    own(path, account)
}

/// A folder under /tmp, remembered beside the data.
fn short_folder(folder: &Path, account: Option<(u32, u32)>) -> Result<PathBuf, ClusterError> {
    let remembered = folder.join("socket");
    let kept = fs::read_to_string(&remembered).ok().map(PathBuf::from).filter(|path| path.is_dir());
    let path = kept.unwrap_or_else(|| Path::new("/tmp").join(format!("lering-{}", &uuid::Uuid::new_v4().simple().to_string()[..12])));
    own_folder(&path, account)?;
    write_secret(&remembered, &path.display().to_string())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_server_keeps_an_eighth_within_bounds() {
        let of = |kb: u64| kept_in_memory(&format!("MemFree: 1 kB\nMemTotal:       {kb} kB\n"));
        assert_eq!((of(512 * 1024), of(4 * 1024 * 1024), of(64 * 1024 * 1024)), (128, 512, 1024));
        assert_eq!(kept_in_memory("nothing of the kind"), 128);
    }
}
