//! Anchors of the log outside the database (`security.md` section 7): the head of the chain, signed with a key that no database holds, as a
//! line of a file that an operator keeps elsewhere. Whoever rewrites the whole chain in the database contradicts them.
//!
//! Ed25519 (RFC 8032) over the words `lering anchor`, the sequence in eight bytes, the hash in 32, and the moment as it stands in the line.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use serde::{Deserialize, Serialize};

const CONTEXT: &[u8] = b"lering anchor";

/// The head of the chain at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Sequence of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    hash: String,
    /// RFC 3339, UTC.
    at: String,
    signature: String,
}

fn signed(seq: i64, hash: &[u8], at: &str) -> Vec<u8> {
    [CONTEXT, &seq.to_be_bytes(), hash, at.as_bytes()].concat()
}

/// Why anchors can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The file.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// A line that is no anchor, or that another key signed.
    #[error("{0}, line {1}: not an anchor of this installation")]
    Line(PathBuf, usize),
}

/// The file of an installation, and the key its lines are signed with.
pub struct Anchors {
    file: PathBuf,
    key: SigningKey,
    /// The last sequence written: a head that has not moved is not written again.
    last: AtomicI64,
}

impl Anchors {
    /// A file, and the 32 bytes of the key.
    pub fn new(file: PathBuf, key: &[u8; 32]) -> Anchors {
        Anchors { file, key: SigningKey::from_bytes(key), last: AtomicI64::new(0) }
    }

    /// Adds a line, synced to disk; none for a head that was written before.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn append(&self, anchor: &Anchor, now: chrono::DateTime<chrono::Utc>) -> Result<bool, AnchorError> {
        if self.last.load(Ordering::SeqCst) >= anchor.seq {
            return Ok(false);
        }
        let at = now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let signature = self.key.sign(&signed(anchor.seq, &anchor.hash, &at));
        let line = Line { seq: anchor.seq, hash: STANDARD.encode(&anchor.hash), at, signature: STANDARD.encode(signature.to_bytes()) };
        let fault = |why| AnchorError::File(self.file.clone(), why);
        let mut text = serde_json::to_string(&line).map_err(|why| fault(why.into()))?;
        text.push('\n');
        let mut file = OpenOptions::new().create(true).append(true).open(&self.file).map_err(fault)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(fault)?;
        self.last.store(anchor.seq, Ordering::SeqCst);
        Ok(true)
    }

    /// The anchors of a file, in order; none where there is no file yet.
    ///
    /// # Errors
    /// When it can't be read, or a line is no anchor of this installation.
    pub fn read(&self, file: &Path) -> Result<Vec<Anchor>, AnchorError> {
        let text = match std::fs::read_to_string(file) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
            read => read.map_err(|why| AnchorError::File(file.to_owned(), why))?,
        };
        let key = self.key.verifying_key();
        let mut found = text.lines().enumerate().map(|(at, line)| anchor(line, &key).ok_or_else(|| AnchorError::Line(file.to_owned(), at + 1))).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|anchor| anchor.seq);
        Ok(found)
    }

    /// Where its own lines stand.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The anchor of a line, if the key signed it.
fn anchor(line: &str, key: &VerifyingKey) -> Option<Anchor> {
    let line: Line = serde_json::from_str(line).ok()?;
    let hash = STANDARD.decode(&line.hash).ok()?;
    let signature = Signature::from_slice(&STANDARD.decode(&line.signature).ok()?).ok()?;
    key.verify(&signed(line.seq, &hash, &line.at), &signature).ok()?;
    Some(Anchor { seq: line.seq, hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2: the library signs as the standard says.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let bytes = |hex: &str| -> Vec<u8> { (0..hex.len() / 2).filter_map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect() };
        let secret: [u8; 32] = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").try_into().expect("32 bytes");
        let signature = SigningKey::from_bytes(&secret).sign(&[0x72]);
        assert_eq!(signature.to_bytes().to_vec(), bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    }

    #[test]
    fn a_line_that_was_touched_or_signed_by_another_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("anchors.jsonl");
        let (ours, others) = (Anchors::new(file.clone(), &[1; 32]), Anchors::new(file.clone(), &[2; 32]));
        let now = chrono::Utc::now();
        let one = Anchor { seq: 7, hash: vec![9; 32] };
        assert!(ours.read(&file).expect("no file yet").is_empty());
        assert!(ours.append(&one, now).expect("written") && !ours.append(&one, now).expect("the same head"));
        assert!(ours.append(&Anchor { seq: 9, hash: vec![8; 32] }, now).expect("written"));
        assert_eq!(ours.read(&file).expect("read").first(), Some(&one));
        assert!(matches!(others.read(&file), Err(AnchorError::Line(_, 1))));
        let text = std::fs::read_to_string(&file).expect("text");
        for (from, to) in [("\"seq\":9", "\"seq\":8"), ("\"at\":\"2", "\"at\":\"3"), ("CAgI", "CQgI")] {
            assert!(text.contains(from), "{from}");
            let at = text.rfind(from).expect("there");
            std::fs::write(&file, format!("{}{to}{}", &text[..at], &text[at + from.len()..])).expect("written");
            assert!(matches!(ours.read(&file), Err(AnchorError::Line(_, 2))), "{to}");
        }
    }
}
