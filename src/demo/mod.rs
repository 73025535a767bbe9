//! The demo bureau: the practice case of the repository, finished, and one more in each state, played through the public
//! interface. For practice only: its accounts are written to a file, with what is needed to sign in.

use std::collections::BTreeMap;
use std::path::Path;

use scenario::{Options, Scenario, SignIn};

use crate::settings::Configured;
use crate::start::{self, Bureau, Installation, StartError};

const FILE: &str = include_str!("../../config/practice/real-1.yaml");
/// Where further cases stop, so that there is one in each state; in the one that gathers an author has something to write. `README.md` leads to the
/// last of them by its number.
const STOPS: [&str; 11] = ["notified", "screening", "commissioned", "deferred", "preparation", scenario::WRITING, "panel", "drafting", "consultation", "quality_review", "decided"];

/// The number of a bureau where one practises: no subscriber's number begins with a nought, so it reaches nobody.
pub const PHONE: &str = "030 000 00 01";

/// Whether the demo was loaded into a folder before.
pub fn is_loaded(folder: &Path) -> bool {
    folder.join("demo-accounts.json").exists()
}

/// The code that starts the demo bureau.
///
/// # Errors
/// When the database refuses.
pub fn code(installation: &Installation) -> Result<String, StartError> {
    start::tenant_to_play(installation, &Bureau { name: "Reviewbureau Oefenland".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, phone: PHONE.into(), ..Bureau::default() })
}

/// Plays the demo into a running server and writes its accounts to a file.
///
/// # Errors
/// What the server refuses, or a file that can't be written.
pub async fn load(folder: &Path, server: &str, code: String, every_state: bool) -> Result<Vec<SignIn>, StartError> {
    let told = read("real-1.yaml", FILE)?;
    let server = server.parse().map_err(|why| StartError::Refused(format!("{server}: {why}")))?;
    let options = Options { server, bootstrap_code: code, until: None, pdf_folder: folder.join("reports"), factors: factors()?, progress: |_: &str| {} };
    let stops: &[&str] = if every_state { &STOPS } else { &[] };
    let accounts = scenario::play_several(&told, options, stops).await.map_err(|why| StartError::Refused(scenario::told("real-1.yaml", FILE, &told, &why)))?;
    let file = folder.join("demo-accounts.json");
    let text = serde_json::to_string_pretty(&accounts).map_err(|why| StartError::Refused(why.to_string()))?;
    std::fs::write(&file, text).map_err(|why| StartError::File(file, why))?;
    Ok(accounts)
}

/// Reads a practice case and holds it against the forms and the codebook in force.
///
/// # Errors
/// A file that is wrong, with line and field; a configuration that can't be loaded.
pub fn read(name: &str, text: &str) -> Result<Scenario, StartError> {
    let config = Configured::load()?;
    let relatives_read = |profile: &str| config.profiles.get(profile).is_some_and(|profile| profile.relatives.read_draft());
    let rules = scenario::Rules { forms: &config.forms, lists: &config.lists(), codebook: &config.codebook, relatives_read: &relatives_read };
    scenario::read_with(name, text, &rules).map_err(|why| StartError::Refused(why.to_string()))
}

/// Codes of the codebook's factors, which practice files name by id.
///
/// # Errors
/// When the configuration can't be loaded.
pub fn factors() -> Result<BTreeMap<String, i64>, StartError> {
    let config = Configured::load()?;
    Ok(config.codebook.factors.iter().map(|factor| (factor.id.clone(), factor.code)).collect())
}

/// The accounts with the one-time code of this moment, as a table.
///
/// # Errors
/// When the demo was not loaded.
pub fn table(folder: &Path) -> Result<String, StartError> {
    let file = folder.join("demo-accounts.json");
    let text = std::fs::read_to_string(&file).map_err(|why| StartError::File(file, why))?;
    let accounts: Vec<SignIn> = serde_json::from_str(&text).map_err(|why| StartError::Refused(why.to_string()))?;
    let width = accounts.iter().map(|account| account.name.chars().count()).max().unwrap_or_default().max(4) + 2;
    let mut lines = vec![format!("{:<5}{:<width$}{:<34}{:<38}{}", "role", "name", "sign-in name", "passphrase", "code now")];
    for account in accounts {
        let code = totp_rs::Totp::from_url(&account.otpauth).map(|totp| totp.generate(chrono::Utc::now().timestamp().unsigned_abs()).to_string()).unwrap_or_default();
        lines.push(format!("{:<5}{:<width$}{:<34}{:<38}{code}", account.role, account.name, account.sign_in_name, account.passphrase));
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_leads_to_the_last_case_of_the_demo_and_to_an_author_who_writes() {
        let walk = include_str!("../../README.md");
        // The whole case is the first; the others come behind it in this order.
        let number = format!("{:04}", STOPS.len() + 1);
        assert_eq!((STOPS.last(), walk.contains(&format!("ends in `{number}`"))), (Some(&"decided"), true), "{number}");
        assert!(STOPS.contains(&scenario::WRITING) && walk.contains("the last `AU` of the list"));
    }
}
