//! A client that costs little, since it shares the machine with what it measures: plain HTTP/1.1, a thread a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Res;

/// A request.
pub struct Request {
    /// Method and path: `GET /cases`.
    pub line: String,
    /// Further header lines, each ended.
    pub headers: String,
    /// The body; empty for none.
    pub body: String,
}

impl Request {
    /// Reads a page, as a browser asks for it: compressed.
    pub fn page(path: &str, headers: &str) -> Request {
        Request { line: format!("GET {path}"), headers: format!("{headers}accept-encoding: gzip\r\n"), body: String::new() }
    }
    /// Sends JSON.
    pub fn json(line: &str, headers: &str, body: &serde_json::Value) -> Request {
        Request { line: line.to_owned(), headers: format!("{headers}content-type: application/json\r\n"), body: body.to_string() }
    }
}

/// An answer.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body as it came, compressed or not.
    pub body: Vec<u8>,
    /// Bytes on the wire.
    pub bytes: usize,
}

/// A kept connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nothing listens there.
    pub fn open(address: &str) -> Res<Connection> {
        let host = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Connection { stream: BufReader::new(stream), host })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When the connection breaks or the answer can't be read.
    pub fn send(&mut self, request: &Request) -> Res<Answer> {
        let length = if request.body.is_empty() { String::new() } else { format!("content-length: {}\r\n", request.body.len()) };
        let text = format!("{} HTTP/1.1\r\nhost: {}\r\n{}{length}\r\n{}", request.line, self.host, request.headers, request.body);
        self.stream.get_mut().write_all(text.as_bytes())?;
        let (mut headers, mut bytes) = (String::new(), 0);
        loop {
            let read = self.stream.read_line(&mut headers)?;
            bytes += read;
            if read <= 2 {
                break;
            }
        }
        let status = headers.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("an answer without a status")?;
        let body = match field(&headers, "content-length").and_then(|length| length.parse().ok()) {
            Some(length) => {
                let mut body = vec![0; length];
                self.stream.read_exact(&mut body)?;
                bytes += length;
                body
            }
            None if field(&headers, "transfer-encoding") == Some("chunked") => {
                let mut body = vec![];
                loop {
                    let mut line = String::new();
                    bytes += self.stream.read_line(&mut line)?;
                    let length = usize::from_str_radix(line.trim(), 16)?;
                    let start = body.len();
                    body.resize(start + length + 2, 0);
                    self.stream.read_exact(&mut body[start..])?;
                    bytes += length + 2;
                    body.truncate(start + length);
                    if length == 0 {
                        break body;
                    }
                }
            }
            None => vec![],
        };
        Ok(Answer { status, body, bytes })
    }
}

/// A field of the header.
fn field<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
    headers.lines().find_map(|line| line.split_once(':').filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()))
}

/// One request, which must succeed.
///
/// # Errors
/// When it does not; the body says why.
pub fn one(address: &str, request: &Request) -> Res<Answer> {
    let answer = Connection::open(address)?.send(request)?;
    if answer.status < 400 { Ok(answer) } else { Err(format!("{}: {} {}", request.line, answer.status, String::from_utf8_lossy(&answer.body)).into()) }
}

/// What became of a load.
#[derive(Default)]
pub struct Outcome {
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How long each request took, in milliseconds.
    pub took: Vec<f64>,
}

/// The value a share of all is below; `values` sorted.
pub fn share(values: &[f64], part: f64) -> f64 {
    let at = ((values.len() as f64 * part).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).copied().unwrap_or(0.0)
}

/// The middle of some values.
pub fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    share(&values, 0.5)
}

/// Asks over some connections, each one request after another, until the time is over. `next` makes the request of a connection's
/// turn.
///
/// # Errors
/// The first request that fails.
pub fn run(address: &str, connections: usize, time: Duration, next: impl Fn(usize, usize) -> Request + Sync) -> Res<Outcome> {
    let began = Instant::now();
    let each: Vec<Res<Vec<f64>>> = std::thread::scope(|scope| {
        let working: Vec<_> = (0..connections).map(|number| {
            let next = &next;
            scope.spawn(move || -> Res<Vec<f64>> {
                let (mut connection, mut took) = (Connection::open(address)?, vec![]);
                while began.elapsed() < time {
                    let request = next(number, took.len());
                    let sent = Instant::now();
                    let answer = connection.send(&request)?;
                    took.push(sent.elapsed().as_secs_f64() * 1e3);
                    if answer.status >= 400 {
                        return Err(format!("{}: {} {}", request.line, answer.status, String::from_utf8_lossy(&answer.body)).into());
                    }
                }
                Ok(took)
            })
        }).collect();
        working.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("a client stopped".into()))).collect()
    });
    let mut took = vec![];
    for one in each {
        took.extend(one?);
    }
    took.sort_by(f64::total_cmp);
    Ok(Outcome { seconds: began.elapsed().as_secs_f64(), took })
}
