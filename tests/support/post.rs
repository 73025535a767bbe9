//! A mail server for tests: it speaks SMTP on a port of this machine, keeps what it gets, and can be told to refuse.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

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

/// How a line to it is made safe.
#[derive(Clone)]
enum Safe {
    /// Not at all.
    No,
    /// From the first byte.
    Wrapped(Arc<ServerConfig>),
    /// After `STARTTLS`.
    Asked(Arc<ServerConfig>),
}

/// A certificate made by itself for an address of this machine, with its key.
pub struct Certificate {
    /// In PEM, as a bureau would hand it over.
    pub pem: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// For a name or an address.
    pub fn made_for(name: &str) -> Certificate {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        Certificate { pem: made.cert.pem(), config: Arc::new(config) }
    }
}

impl PostOffice {
    /// Opens on a free port.
    pub fn open() -> PostOffice {
        PostOffice::on("127.0.0.1", "smtp", Safe::No)
    }
    /// One that wants TLS from the first byte.
    pub fn wrapped(host: &str, certificate: &Certificate) -> PostOffice {
        PostOffice::on(host, "smtps", Safe::Wrapped(Arc::clone(&certificate.config)))
    }
    /// One that offers `STARTTLS` and takes no mail before it.
    pub fn start_tls(host: &str, certificate: &Certificate) -> PostOffice {
        PostOffice::on(host, "smtp", Safe::Asked(Arc::clone(&certificate.config)))
    }
    /// One on another address than the machine's usual one, without TLS.
    pub fn bare(host: &str) -> PostOffice {
        PostOffice::on(host, "smtp", Safe::No)
    }
    fn on(host: &str, scheme: &str, safe: Safe) -> PostOffice {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let office = PostOffice { url: format!("{scheme}://{}", listener.local_addr().unwrap()), mails: Arc::default(), says: Arc::new(Mutex::new(Says::Yes)) };
        let (mails, says) = (Arc::clone(&office.mails), Arc::clone(&office.says));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mails, says, safe) = (Arc::clone(&mails), Arc::clone(&says), safe.clone());
                std::thread::spawn(move || serve(stream, &safe, &mails, &says));
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

trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

fn behind_tls(stream: TcpStream, config: &Arc<ServerConfig>) -> Option<Box<dyn Line>> {
    Some(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(config)).ok()?, stream)))
}

fn serve(stream: TcpStream, safe: &Safe, mails: &Mutex<Vec<String>>, says: &Mutex<Says>) -> Option<()> {
    match safe {
        Safe::No => talk(Box::new(stream), true, true, mails, says).map(drop),
        Safe::Wrapped(config) => talk(behind_tls(stream, config)?, true, true, mails, says).map(drop),
        Safe::Asked(config) => {
            // The client sends nothing between its STARTTLS and the answer, so nothing of it is lost with the reader.
            let again = stream.try_clone().ok()?;
            match talk(Box::new(stream), true, false, mails, says)? {
                Ended::StartsTls => talk(behind_tls(again, config)?, false, true, mails, says).map(drop),
                Ended::Bye => Some(()),
            }
        }
    }
}

enum Ended {
    Bye,
    StartsTls,
}

/// One conversation. Before TLS, where it is wanted (`open` false), no mail is taken.
fn talk(line: Box<dyn Line>, greets: bool, open: bool, mails: &Mutex<Vec<String>>, says: &Mutex<Says>) -> Option<Ended> {
    let mut line = BufReader::new(line);
    let say = |line: &mut BufReader<Box<dyn Line>>, text: &str| {
        line.get_mut().write_all(format!("{text}\r\n").as_bytes()).ok()?;
        line.get_mut().flush().ok()
    };
    let read = |line: &mut BufReader<Box<dyn Line>>| {
        let mut text = String::new();
        (line.read_line(&mut text).ok()? > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned())
    };
    if greets {
        say(&mut line, "220 post.example.org ESMTP")?;
    }
    while let Some(text) = read(&mut line) {
        let verb = text.to_uppercase();
        if verb.starts_with("EHLO") || verb.starts_with("HELO") {
            say(&mut line, if open { "250-post.example.org\r\n250 8BITMIME" } else { "250-post.example.org\r\n250 STARTTLS" })?;
        } else if verb == "STARTTLS" && !open {
            say(&mut line, "220 go on")?;
            return Some(Ended::StartsTls);
        } else if verb == "QUIT" {
            say(&mut line, "221 bye")?;
            return Some(Ended::Bye);
        } else if !open {
            say(&mut line, "530 first STARTTLS")?;
        } else if verb.starts_with("RCPT") {
            let answer = *says.lock().unwrap();
            say(&mut line, match answer {
                Says::Yes => "250 ok",
                Says::Later => "451 anna@example.org is busy",
                Says::No => "550 no anna@example.org here",
            })?;
        } else if verb == "DATA" {
            say(&mut line, "354 go on")?;
            let mut mail = vec![];
            loop {
                match read(&mut line)?.as_str() {
                    "." => break,
                    told => mail.push(told.to_owned()),
                }
            }
            mails.lock().unwrap().push(mail.join("\n"));
            say(&mut line, "250 kept")?;
        } else {
            say(&mut line, "250 ok")?;
        }
    }
    Some(Ended::Bye)
}
