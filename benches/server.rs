//! The server under measure: this program once more, as a process of its own on the same data.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use lering::http::{self, Settings};
use lering::{routes, start};

use crate::Res;

/// Far above what the machine can do, so that the limits cost what they cost and refuse nothing.
const UNLIMITED: u32 = 6_000_000;
/// As many connections to the database as the program has.
const CONNECTIONS: u32 = 8;

/// A running server; dropping it stops it.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub address: String,
}

impl Server {
    /// Starts one beside the database of a folder.
    ///
    /// # Errors
    /// When it does not say that it is ready.
    pub fn start(folder: &Path) -> Res<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").arg(folder);
        Server::ready(command)
    }

    /// Starts a command and waits until it says where it answers.
    ///
    /// # Errors
    /// When it ends without saying so.
    pub fn ready(mut command: Command) -> Res<Server> {
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        for line in BufReader::new(out).lines() {
            if let Some(address) = line?.strip_prefix("ready ") {
                return Ok(Server { child, address: address.to_owned() });
            }
        }
        Err(format!("the server ended: {}", child.wait()?).into())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as an operator would, and waits for it.
    ///
    /// # Errors
    /// When it can't be asked.
    pub fn stop(mut self) -> Res<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves on a free port until killed, without the worker: what it does by itself would count as somebody's request.
///
/// # Errors
/// As the program itself.
pub fn serve(folder: &Path) -> Res<()> {
    start::with_few_arenas();
    let installation = start::open_beside(folder, None)?.with_typesetter();
    let settings = Settings { reading: UNLIMITED, writing: UNLIMITED, strangers: UNLIMITED, ..Settings::default() };
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let app = installation.app(CONNECTIONS)?;
    actix_web::rt::System::new().block_on(async move {
        let server = http::serve(app, listener, &settings, routes::hooks(), routes::all)?;
        println!("ready http://{address}");
        server.await
    })?;
    Ok(())
}
