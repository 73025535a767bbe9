//! What stands beside a file of a backup, signed by the installation that made it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BackupError, Part, manifest_of};
use crate::db::log_chain::End;

const CONTEXT: &[u8] = b"lering backup";

/// Tables whose rows are in no backup: sessions, and what signs the context of a transaction.
pub(super) const LEFT_OUT: [&str; 2] = ["sec.session", "sec.context_key"];

/// The end of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Sequence of the last entry.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// What a backup holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Which part.
    pub part: Part,
    /// When its view of the data was taken.
    pub at: DateTime<Utc>,
    /// The program's version.
    pub program: String,
    /// Which installation: a word made with its key, so that a restore beside another key is refused before it begins.
    pub installation: String,
    /// SHA-256 of the encrypted file, hexadecimal.
    pub sha256: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// The end of the log.
    pub log: Head,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    manifest: String,
    signature: String,
}

impl Manifest {
    /// Writes it beside the file, signed and encrypted.
    pub(super) fn write(&self, dump: &Path, recipient: &dyn age::Recipient, key: &SigningKey) -> Result<(), BackupError> {
        let file = manifest_of(dump);
        let fault = |why: io::Error| BackupError::File(file.clone(), why);
        let manifest = serde_json::to_string(self).map_err(|why| fault(why.into()))?;
        let signature = STANDARD.encode(key.sign(&[CONTEXT, manifest.as_bytes()].concat()).to_bytes());
        let text = serde_json::to_string(&Signed { manifest, signature }).map_err(|why| fault(why.into()))?;
        sealed(&file, recipient, |out| out.write_all(text.as_bytes()).map_err(fault)).map(drop)
    }

    /// Reads the one beside a file and checks it: its signature, and that the file is the one it was written for.
    pub(super) fn read(dump: &Path, identity: &dyn age::Identity, key: &SigningKey) -> Result<Manifest, BackupError> {
        let file = manifest_of(dump);
        let not = |why: &str| BackupError::NotIt(file.clone(), why.to_owned());
        let mut text = String::new();
        opened(&file, identity)?.read_to_string(&mut text).map_err(|why| BackupError::File(file.clone(), why))?;
        let signed: Signed = serde_json::from_str(&text).map_err(|_| not("not a manifest of a backup"))?;
        let signature = STANDARD.decode(&signed.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok()).ok_or_else(|| not("its signature is none"))?;
        key.verifying_key().verify(&[CONTEXT, signed.manifest.as_bytes()].concat(), &signature).map_err(|_| not("not signed by this installation: is `anchor.key` in the folder the one it was made with?"))?;
        let manifest: Manifest = serde_json::from_str(&signed.manifest).map_err(|_| not("made by another version of the program"))?;
        let mut read = Hashed { to: io::sink(), hash: Sha256::new() };
        File::open(dump).and_then(|mut file| io::copy(&mut file, &mut read)).map_err(|why| BackupError::File(dump.to_owned(), why))?;
        if HEXLOWER.encode(&read.hash.finalize()) != manifest.sha256 {
            return Err(BackupError::NotIt(dump.to_owned(), "damaged or exchanged: it is not the file its manifest was made for".into()));
        }
        Ok(manifest)
    }
}

/// Writes a file through an encryption, whole or not at all. Returns its SHA-256.
pub(super) fn sealed(file: &Path, recipient: &dyn age::Recipient, fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupError>) -> Result<String, BackupError> {
    let fault = |why: io::Error| BackupError::File(file.to_owned(), why);
    let begun = file.with_extension("part");
    let mut out = Hashed { to: File::create(&begun).map_err(fault)?, hash: Sha256::new() };
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient)).map_err(|why| BackupError::Refused(why.to_string()))?;
    let mut stream = encryptor.wrap_output(&mut out).map_err(fault)?;
    let filled = fill(&mut stream).and_then(|()| stream.finish().map_err(fault).map(drop)).and_then(|()| out.to.sync_all().map_err(fault));
    if let Err(why) = filled {
        let _ = std::fs::remove_file(&begun);
        return Err(why);
    }
    std::fs::rename(&begun, file).map_err(fault)?;
    Ok(HEXLOWER.encode(&out.hash.finalize()))
}

/// What an encrypted file holds.
pub(super) fn opened(file: &Path, identity: &dyn age::Identity) -> Result<impl Read, BackupError> {
    let not = |why: age::DecryptError| BackupError::NotIt(file.to_owned(), why.to_string());
    let found = File::open(file).map_err(|why| BackupError::File(file.to_owned(), why))?;
    age::Decryptor::new(found).map_err(not)?.decrypt(std::iter::once(identity)).map_err(not)
}

/// Hashes what passes.
struct Hashed<To> {
    to: To,
    hash: Sha256,
}

impl<To: Write> Write for Hashed<To> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// What a statement counts, as `found`.
pub(super) fn count(db: &mut PgConnection, query: &str) -> Result<i64, BackupError> {
    Ok(diesel::sql_query(query).get_result::<Count>(db)?.found)
}

/// Rows of every table a backup holds, those of the keys or the others.
pub(super) fn rows(db: &mut PgConnection, part: Part) -> Result<BTreeMap<String, i64>, BackupError> {
    let tables: Vec<Name> = diesel::sql_query("select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace \
        where c.relkind = 'r' and n.nspname in ('app', 'keys', 'frozen', 'sec', 'migration') order by 1").load(db)?;
    let of = |name: &str| if name.starts_with("keys.") { Part::Keys } else { Part::Content };
    tables.into_iter().filter(|table| of(&table.name) == part && !LEFT_OUT.contains(&table.name.as_str())).map(|table| {
        let rows = count(db, &format!("select count(*) as found from {}", table.name))?;
        Ok((table.name, rows))
    }).collect()
}

/// The end of the log.
pub(super) fn head(db: &mut PgConnection) -> Result<Head, BackupError> {
    let end: End = diesel::sql_query("select seq, hash from sec.log_head").get_result(db)?;
    Ok(Head { seq: end.seq, hash: HEXLOWER.encode(&end.hash) })
}
