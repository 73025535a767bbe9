//! First administrator of a bureau and first national hats, on the command line: nobody inside could make them.

use vault::{Cost, InvitationCode};

use super::{Installation, StartError};
use crate::access::Role;
use crate::db::bootstrap;
use crate::settings::Configured;

/// A new bureau.
#[derive(Clone, Debug)]
pub struct Bureau {
    /// Name.
    pub name: String,
    /// Time zone, `Europe/Amsterdam`.
    pub zone: String,
    /// Calendar of public holidays: `nl`, `bonaire`, `statia`, `saba`.
    pub calendar: String,
    /// Language: `nl`, `en`, `pap`.
    pub language: String,
    /// Whether it is for practice: no register, no national figures, waits waived (ruling 23).
    pub practice: bool,
}

fn code(installation: &Installation) -> Result<(InvitationCode, bootstrap::Code), StartError> {
    let (code, salt) = (InvitationCode::generate(&mut rand::rng()), *uuid::Uuid::new_v4().as_bytes());
    let pair = code.key_pair(&salt, &Cost::STANDARD).map_err(|why| StartError::Refused(why.to_string()))?;
    let hash = installation.key()?.lookup("invitation", code.normalised()).to_vec();
    let config = Configured::load().map_err(|why| StartError::Refused(why.to_string()))?;
    let until = chrono::Utc::now() + config.retention.period("code");
    Ok((code, bootstrap::Code { hash, salt, public: pair.public().as_bytes().to_vec(), until }))
}

/// Makes a bureau and the invitation of its first administrator. Returns the code, which is nowhere kept.
///
/// # Errors
/// When the zone or calendar is unknown, or the database refuses.
pub fn tenant(installation: &Installation, bureau: &Bureau) -> Result<String, StartError> {
    if bureau.zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(StartError::Refused(format!("--zone {}: not a time zone; write Europe/Amsterdam or America/Kralendijk", bureau.zone)));
    }
    let (code, made) = code(installation)?;
    bootstrap::bureau(&installation.migrate_url, &bureau.name, &bureau.zone, &bureau.calendar, &bureau.language, bureau.practice, &made)?;
    Ok(code.to_string())
}

/// Makes an invitation to a national role.
///
/// # Errors
/// When the database refuses.
pub fn national(installation: &Installation, role: Role) -> Result<String, StartError> {
    let (code, made) = code(installation)?;
    bootstrap::national(&installation.migrate_url, role.code(), &made)?;
    Ok(code.to_string())
}
