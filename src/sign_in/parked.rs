//! Parked text: what was posted when the session had ended, sealed to its author for 72 hours (`security.md` section 9), and
//! shown under the hat it was typed under only, and while that belongs where it was typed: what belongs to a case one is in no more is not read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::PublicKey;

use super::store;
use crate::http;
use crate::tx::{Refused, Tx};

const PARKED: &[u8] = b"lering parked text";

/// A form that came too late.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parked {
    /// Where it was posted to.
    pub path: String,
    /// Its fields, in order.
    pub fields: Vec<(String, String)>,
    /// The page it is being typed on, of a form that was not sent: one goes on there, and nothing is sent from anywhere else.
    #[serde(default)]
    pub page: Option<String>,
}

/// Keeps a form for whoever held the session of `handle`. False when there is nobody to keep it for: the session was revoked, or
/// its hat ended.
///
/// # Errors
/// Database errors only.
pub fn park(tx: &mut Tx, handle: &[u8], form: &Parked) -> Result<bool, Refused> {
    let Some((person, public)) = store::parking(tx.db(), handle)? else { return Ok(false) };
    let plain = serde_json::to_vec(form).map_err(|why| Refused::Internal(why.to_string()))?;
    let sealed = vault::seal_to(&PublicKey::from_bytes(&public)?, PARKED, &person.bytes(), &plain, &mut rand::rng())?;
    store::park(tx.db(), handle, &sealed)
}

/// Keeps a form the caller is still typing in, in place of what was kept of it before: `which`, as this answered then.
///
/// # Errors
/// `Rule("too-much-kept")` when fifty texts are waiting already.
pub fn keep(tx: &mut Tx, which: Option<Uuid>, form: &Parked) -> Result<Uuid, Refused> {
    let (person, public) = { let session = tx.session()?; (session.person, session.public_key.clone()) };
    let plain = serde_json::to_vec(form).map_err(|why| Refused::Internal(why.to_string()))?;
    let sealed = vault::seal_to(&PublicKey::from_bytes(&public)?, PARKED, &person.bytes(), &plain, &mut rand::rng())?;
    store::keep_parked(tx.db(), which, &sealed)?.ok_or(Refused::Rule("too-much-kept"))
}

/// What is parked for the caller under the hat worn, and what was typed without one; nothing of a case, or a room, they were taken off.
///
/// # Errors
/// `Locked`.
pub fn parked(tx: &mut Tx) -> Result<Vec<(Uuid, DateTime<Utc>, Parked)>, Refused> {
    let person = tx.session()?.person;
    let rows = store::my_parked(tx.db())?;
    let private = tx.private_key()?;
    let mut found = rows.into_iter().map(|(id, sealed, at)| {
        let plain = vault::open_with(private, PARKED, &person.bytes(), &sealed)?;
        Ok((id, at, serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))?))
    }).collect::<Result<Vec<(Uuid, DateTime<Utc>, Parked)>, Refused>>()?;
    // What was sent too late is the later word of what was kept of it while it was typed.
    let older: Vec<String> = found.iter().flat_map(|(.., form)| &form.fields).filter(|(name, _)| name == http::KEPT).map(|(_, id)| id.clone()).collect();
    found.retain(|(id, ..)| !older.contains(&id.to_string()));
    let mut there = vec![];
    for one in found {
        let left = match place_of(one.2.page.as_deref().unwrap_or(&one.2.path)) {
            Some((place, id)) => store::has_left(tx.db(), place, id)?,
            None => false,
        };
        if !left {
            there.push(one);
        }
    }
    Ok(there)
}

/// What an address belongs to: `cases`, `rooms`, `tasks` or `relatives`, and which.
fn place_of(path: &str) -> Option<(&str, Uuid)> {
    let mut parts = path.trim_start_matches('/').split(['/', '?']);
    let place = parts.next()?;
    Some((place, parts.next()?.parse().ok()?))
}

/// Deletes the texts nobody came back for within their time: the worker's. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn forget(tx: &mut Tx) -> Result<usize, Refused> {
    store::forget_parked(tx.db())
}

/// Throws one away.
///
/// # Errors
/// Database errors only.
pub fn unpark(tx: &mut Tx, id: Uuid) -> Result<(), Refused> {
    tx.session()?;
    store::unpark(tx.db(), id)
}
