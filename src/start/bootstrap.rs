//! First administrator of a bureau, another where those are gone, and first national hats, on the command line: nobody inside could make them.

use vault::{Cost, InvitationCode};

use super::{Installation, StartError};
use crate::access::Role;
use crate::bureaus::is_site;
use crate::db::{bootstrap, signed};
use crate::ids::MembershipId;
use crate::settings::Configured;
use crate::tx::is_phone;

/// A new bureau.
#[derive(Clone, Debug, Default)]
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
    /// The number people can call; may be empty until the administrator sets it.
    pub phone: String,
    /// Where "leave this page" leads; empty for the weather.
    pub neutral_site: String,
}

fn code(installation: &Installation) -> Result<(InvitationCode, bootstrap::Code), StartError> {
    let (code, salt) = (InvitationCode::generate(&mut rand::rng()), *uuid::Uuid::new_v4().as_bytes());
    let pair = code.key_pair(&salt, &Cost::STANDARD).map_err(|why| StartError::Refused(why.to_string()))?;
    let (key, hat) = (installation.key()?, MembershipId::new());
    let hash = key.lookup("invitation", code.normalised()).to_vec();
    let config = Configured::load()?;
    let until = chrono::Utc::now() + config.retention.period("code");
    Ok((code, bootstrap::Code { hat, hat_mac: signed::code(&key, hat, &hash).to_vec(), hash, salt, public: pair.public().as_bytes().to_vec(), until }))
}

/// Makes a bureau and the invitation of its first administrator. Returns the code, which is nowhere kept.
///
/// # Errors
/// When the zone or calendar is unknown, number or site are none, another bureau has the name, or the database refuses.
pub fn tenant(installation: &Installation, bureau: &Bureau) -> Result<String, StartError> {
    made(installation, bureau, true)
}

/// As [`tenant`], to play a case in: played once more, it has another bureau of the same name.
///
/// # Errors
/// As there, but for the name.
pub fn tenant_to_play(installation: &Installation, bureau: &Bureau) -> Result<String, StartError> {
    made(installation, bureau, false)
}

fn made(installation: &Installation, bureau: &Bureau, alone: bool) -> Result<String, StartError> {
    if bureau.zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(StartError::Refused(format!("--zone {}: not a time zone; write Europe/Amsterdam or America/Kralendijk", bureau.zone)));
    }
    if !is_phone(&bureau.phone) {
        return Err(StartError::Refused(format!("--phone {}: not a telephone number", bureau.phone)));
    }
    if !bureau.neutral_site.is_empty() && !is_site(&bureau.neutral_site) {
        return Err(StartError::Refused(format!("--neutral-site {}: not an address that begins with https://", bureau.neutral_site)));
    }
    let (code, made) = code(installation)?;
    let new = bootstrap::Bureau { name: &bureau.name, zone: &bureau.zone, calendar: &bureau.calendar, language: &bureau.language, practice: bureau.practice, phone: &bureau.phone, neutral_site: &bureau.neutral_site };
    match bootstrap::bureau(&installation.migrate_url, &new, &made, alone)? {
        None => Ok(code.to_string()),
        Some(there) => Err(StartError::Refused(format!("{}: there is a bureau of this name, {}; give this one another name, or invite an administrator of that one: lering tenant administrator {}", bureau.name, there.id, there.id))),
    }
}

/// Makes an invitation of another administrator of a bureau: where the last has left, nobody inside can. Returns the code.
///
/// # Errors
/// Where no bureau has that name or id, or more than one has the name, with the ids to choose from; when the database refuses.
pub fn administrator(installation: &Installation, bureau: &str) -> Result<String, StartError> {
    let (code, made) = code(installation)?;
    match bootstrap::administrator(&installation.migrate_url, bureau, &made)? {
        1 => Ok(code.to_string()),
        0 => Err(StartError::Refused(format!("{bureau}: no bureau has this name or id"))),
        _ => {
            let all: Vec<String> = bootstrap::called(&installation.migrate_url, bureau)?.into_iter().map(|known| format!("  {}  {}", known.id, known.name)).collect();
            Err(StartError::Refused(format!("{bureau}: more than one bureau has this name; write the id of the one you mean\n{}", all.join("\n"))))
        }
    }
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
