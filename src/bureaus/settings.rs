//! What a bureau says of itself: its name, the number people can call, and where "leave this page" leads.

use serde::Serialize;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::tx::{FieldFault, Place, Refused, Tx, is_phone};

/// Who changes it.
pub static CHANGE: Act = Act { name: "bureau.change", within: Kind::System, by: &[Role::Administrator], step_up: false };

/// A bureau, as its own people see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Name.
    pub name: String,
    /// The number people can call; may be empty.
    pub phone: String,
    /// Where "leave this page" leads.
    pub neutral_site: String,
    /// Time zone; fixed when the bureau was made.
    pub zone: String,
    /// Calendar of public holidays; fixed too.
    pub calendar: String,
}

/// What is changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Name.
    pub name: String,
    /// The number people can call; may be empty.
    pub phone: String,
    /// Where "leave this page" leads.
    pub neutral_site: String,
}

/// The settings of the caller's bureau.
///
/// # Errors
/// `NotYours` for national hats, which have none.
pub fn settings(tx: &mut Tx) -> Result<Settings, Refused> {
    let bureau = tx.bureau()?;
    store::settings(tx.db(), bureau)
}

/// Changes them. Mail, letters and pages say the new number from now on.
///
/// # Errors
/// `NotFound` for other roles; `Faults`.
pub fn change(tx: &mut Tx, change: &Change) -> Result<(), Refused> {
    let bureau = tx.bureau()?;
    tx.permit(&CHANGE, Place::Hat, bureau.uuid())?;
    let (name, phone, site) = (change.name.trim(), change.phone.trim(), change.neutral_site.trim());
    let mut faults = vec![];
    if name.is_empty() || name.chars().count() > 200 {
        faults.push(FieldFault::new("name", if name.is_empty() { "required" } else { "too-long" }));
    }
    if !is_phone(phone) {
        faults.push(FieldFault::new("phone", "phone-number"));
    }
    if !is_site(site) {
        faults.push(FieldFault::new("neutralSite", "https-address"));
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    store::change(tx.db(), bureau, name, phone, site)
}

/// Whether a text is the address of a site reached over TLS.
pub fn is_site(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    text.len() <= 200 && text.chars().all(|sign| sign.is_ascii_graphic() && !matches!(sign, '"' | '\'' | '<' | '>' | '\\' | '@'))
        && host.contains('.') && !host.starts_with(['.', '-', ':']) && !host.ends_with(['.', '-', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neutral_site_is_reached_over_tls() {
        for fits in ["https://www.knmi.nl/", "https://weer.example.org", "https://example.org/nl?x=1"] {
            assert!(is_site(fits), "{fits}");
        }
        for wrong in ["", "http://www.knmi.nl/", "javascript:alert(1)", "https://", "https://local", "https://a@b.nl", "https://a.nl/\r\nSet-Cookie: x", "https://a b.nl", "//knmi.nl"] {
            assert!(!is_site(wrong), "{wrong}");
        }
    }
}
