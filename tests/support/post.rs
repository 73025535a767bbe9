//! A mail server for tests: it speaks SMTP on a port of this machine, keeps what it gets, and can be told to refuse.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it answers to the recipient.
#[derive(Clone, Copy)]
pub enum Says {
    /// Takes it.
    Yes,
    /// Not now (451).
    Later,
    /// Never (550).
    No,
}

/// The server; it runs as long as the test.
pub struct PostOffice {
    /// `smtp://127.0.0.1:port`.
    pub url: String,
    /// Mails as they came, headers and all.
    pub mails: Arc<Mutex<Vec<String>>>,
    says: Arc<Mutex<Says>>,
}

impl PostOffice {
    /// Opens on a free port.
    pub fn open() -> PostOffice {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let office = PostOffice { url: format!("smtp://{}", listener.local_addr().unwrap()), mails: Arc::default(), says: Arc::new(Mutex::new(Says::Yes)) };
        let (mails, says) = (Arc::clone(&office.mails), Arc::clone(&office.says));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mails, says) = (Arc::clone(&mails), Arc::clone(&says));
                std::thread::spawn(move || talk(stream, &mails, &says));
            }
        });
        office
    }
    /// From now on it answers so.
    pub fn says(&self, answer: Says) {
        *self.says.lock().unwrap() = answer;
    }
    /// What it has.
    pub fn got(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

fn talk(stream: TcpStream, mails: &Mutex<Vec<String>>, says: &Mutex<Says>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 post.example.org ESMTP")?;
    while let Some(Ok(line)) = lines.next() {
        let verb = line.to_uppercase();
        if verb.starts_with("EHLO") || verb.starts_with("HELO") {
            say("250-post.example.org\r\n250 8BITMIME")?;
        } else if verb.starts_with("RCPT") {
            match *says.lock().unwrap() {
                Says::Yes => say("250 ok")?,
                Says::Later => say("451 anna@example.org is busy")?,
                Says::No => say("550 no anna@example.org here")?,
            };
        } else if verb == "DATA" {
            say("354 go on")?;
            let mail: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
            mails.lock().unwrap().push(mail.join("\n"));
            say("250 kept")?;
        } else if verb == "QUIT" {
            say("221 bye")?;
            return Some(());
        } else {
            say("250 ok")?;
        }
    }
    Some(())
}
