//! The wire between browser and server, which can be cut: every connection ends, and none is made until it is mended.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What runs over the wire; none while it is cut.
type Running = Arc<Mutex<Option<Vec<TcpStream>>>>;

/// A wire to a server.
pub struct Wire {
    /// Where the browser finds the server.
    pub address: String,
    running: Running,
}

fn carry(from: TcpStream, to: TcpStream) {
    thread::spawn(move || {
        let (mut reading, mut writing) = (&from, &to);
        let _ = io::copy(&mut reading, &mut writing);
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    });
}

impl Wire {
    /// A wire to the server at an address like `http://127.0.0.1:1234`.
    pub fn to(server: &str) -> Wire {
        let there = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let running: Running = Arc::new(Mutex::new(Some(vec![])));
        let kept = Arc::clone(&running);
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                let mut kept = kept.lock().unwrap();
                let Some(kept) = kept.as_mut() else { continue };
                let Ok(server) = TcpStream::connect(&there) else { continue };
                kept.extend([browser.try_clone().unwrap(), server.try_clone().unwrap()]);
                carry(browser.try_clone().unwrap(), server.try_clone().unwrap());
                carry(server, browser);
            }
        });
        Wire { address, running }
    }

    /// Cuts it: whatever runs ends in the middle.
    pub fn cut(&self) {
        for stream in self.running.lock().unwrap().take().unwrap_or_default() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Mends it.
    pub fn mend(&self) {
        self.running.lock().unwrap().get_or_insert_with(Vec::new);
    }
}
