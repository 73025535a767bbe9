//! Sending what waits: one mail a person a day, the urgent at once, by the rules of when and how. Claimed under a lock, sent outside
//! any transaction, then settled: two servers send nothing twice, and a killed one sends again after the claim has run out.

use lettre::Address;

use super::delivery::{self, Delivery, Ruling};
use super::mail::Words;
use super::store::{self, Claimed};
use super::{Kind, Mail, MailError};
use crate::ids::NoticeId;
use crate::texts::Language;
use crate::tx::{App, Refused, Tx};

/// What one turn did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sent {
    /// Mails sent.
    pub sent: usize,
    /// Mails that will be tried again.
    pub later: usize,
    /// Given up.
    pub failed: usize,
    /// Shown on the page only, or left to a contact.
    pub kept: usize,
}

/// A mail ready to go: to whom, in what words, for which notices.
struct Ready {
    to: Address,
    language: Language,
    phone: String,
    notices: Vec<(NoticeId, i32)>,
}

/// People served in one turn.
const AT_ONCE: i64 = 25;
/// Attempts before a notice is given up: with the waits between them about two days.
const ATTEMPTS: i32 = 8;

/// Sends what waits and may go now. `address` is the server's, as people type it.
///
/// # Errors
/// Database errors; a mail that does not go is settled, never an error.
pub async fn send(app: &App, mail: &Mail, address: &str) -> Result<Sent, Refused> {
    let goes = mail.goes();
    let (ready, mut told) = app.run_worker(move |tx| claim(tx, goes)).await?;
    for one in ready {
        let words = Words { language: one.language, address, phone: &one.phone };
        let outcome = mail.send(one.to, &words).await;
        match &outcome {
            Ok(()) => told.sent += 1,
            Err(MailError::Later(_)) if one.notices.iter().all(|(_, attempts)| *attempts < ATTEMPTS) => told.later += 1,
            Err(why) => {
                told.failed += 1;
                tracing::warn!(%why, "a mail was given up");
            }
        }
        app.run_worker(move |tx| settle(tx, &one.notices, &outcome)).await?;
    }
    Ok(told)
}

/// Takes what may go now, and settles what never goes by mail.
fn claim(tx: &mut Tx, goes: bool) -> Result<(Vec<Ready>, Sent), Refused> {
    let (now, parts) = (tx.now(), tx.parts());
    let mut told = Sent::default();
    let mut ready: Vec<Ready> = vec![];
    for one in store::claim(tx.db(), now, AT_ONCE)? {
        let ids: Vec<NoticeId> = one.notices.iter().map(|(id, _)| *id).collect();
        let calendar = parts.config.calendar(&one.calendar);
        let ruling = match (&one.delivery, one.of_relatives) {
            (Some(sealed), true) => {
                let plain = parts.installation.open_account(Delivery::DOMAIN, &one.hat.bytes(), sealed)?;
                let rules: Delivery = serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))?;
                rules.ruling(now, one.zone, calendar)
            }
            (None, true) => Ruling::PageOnly,
            // Waiting times are waived where one practises (ruling 23); a relative's own rules never.
            (_, false) if one.practice => Ruling::Now,
            (_, false) => delivery::for_professionals(now, one.zone, calendar),
        };
        let address = address_of(tx, &one);
        match (ruling, address) {
            (Ruling::At(then), Some(_)) => store::put_off(tx.db(), &ids, then)?,
            (Ruling::Now, Some(to)) if goes => {
                store::taken(tx.db(), &ids, now)?;
                ready.push(Ready { to, language: Language::from_code(&one.language).unwrap_or_default(), phone: one.phone, notices: one.notices });
            }
            (Ruling::Now, Some(_)) => {
                store::set_state(tx.db(), &ids, "held")?;
                told.kept += ids.len();
            }
            (ruling, _) => {
                if ruling == Ruling::ByContact
                    && let Some((contact, bureau, case, relative)) = store::contact_of(tx.db(), one.hat)?
                {
                    super::remind(tx, bureau, contact, Kind::TaskAssigned, Some(case), Some(relative))?;
                }
                store::set_state(tx.db(), &ids, "page_only")?;
                told.kept += ids.len();
            }
        }
    }
    Ok((ready, told))
}

/// The mail address somebody signs in with; none where they chose a word of their own, or have no account yet.
fn address_of(tx: &Tx, of: &Claimed) -> Option<Address> {
    tx.account(of.person?, of.account.as_ref()?).ok()?.sign_in_name.parse().ok()
}

fn settle(tx: &mut Tx, notices: &[(NoticeId, i32)], outcome: &Result<(), MailError>) -> Result<(), Refused> {
    let now = tx.now();
    let ids: Vec<NoticeId> = notices.iter().map(|(id, _)| *id).collect();
    match outcome {
        Ok(()) => store::sent(tx.db(), &ids, now),
        Err(why) => {
            let attempts = notices.iter().map(|(_, attempts)| attempts + 1).max().unwrap_or(1);
            let given_up = attempts >= ATTEMPTS || !matches!(why, MailError::Later(_));
            // 1, 4, 16, 64 minutes ... at most twelve hours.
            let minutes = 4_i64.saturating_pow(u32::try_from(attempts - 1).unwrap_or(0)).min(720);
            store::not_sent(tx.db(), &ids, given_up, now + chrono::Duration::minutes(minutes), &why.to_string())
        }
    }
}
