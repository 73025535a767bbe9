//! What a case's variant asks: its profile, in the version the case began with, as it holds for this very case. Decided here once, for the
//! steps' needs, for the forms of organisations and relatives, and for the report.

use serde::Serialize;

use super::store;
use crate::ids::{CaseId, CompartmentId};
use crate::settings::{Circumstances, Configured, Naming, Profile, Relatives};
use crate::tx::{Refused, Tx};

/// What a case asks of those who take part, for programs.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    /// Whether the child-abuse variant applies.
    pub child: bool,
    /// Parts of the reflection form that are asked, by number.
    pub reflection_parts: Vec<u8>,
    /// How far relatives take part.
    pub relatives: Relatives,
    /// How persons may be named.
    pub naming: Naming,
    /// Whether it is held in a small place, where little gives somebody away.
    pub small_place: bool,
}

impl store::Found {
    /// The profile of the case as it holds for it.
    pub(super) fn profile(&self, config: &Configured) -> Option<Profile> {
        let profile = config.profile(&self.profile, &self.profile_version)?.clone();
        Some(profile.of_case(Circumstances { child: self.child_variant, language: &self.language, region: self.region }))
    }
    /// What it asks.
    pub(super) fn variant(&self, profile: &Profile) -> Variant {
        Variant { child: self.child_variant, reflection_parts: (1..=8).filter(|part| profile.asks_part(*part)).collect(), relatives: profile.relatives, naming: profile.naming, small_place: profile.small_place.is_some() }
    }
}

/// The profile of a case as it holds for it, and the language of the case.
///
/// # Errors
/// `NotFound`.
pub fn profile_and_language(tx: &mut Tx, case: CaseId) -> Result<(Profile, String), Refused> {
    let (found, _, language, _, _) = store::seen(tx.db(), case)?;
    let profile = found.profile(&tx.parts().config).ok_or_else(|| Refused::Internal(format!("profile {}", found.profile)))?;
    Ok((profile, language))
}

/// What a report may not tell of a small place.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// What it is called.
    pub names: Vec<String>,
    /// Ages are told in bands of so many years.
    pub age_band: u32,
}

/// What may not be told of a case's small place; none for a case of another variant.
///
/// # Errors
/// `NotFound`.
pub fn small_place_of(tx: &mut Tx, case: CaseId) -> Result<Option<Hidden>, Refused> {
    let (found, ..) = store::seen(tx.db(), case)?;
    let profile = found.profile(&tx.parts().config);
    Ok(profile.and_then(|profile| profile.small_place).map(|small| Hidden { age_band: small.age_band, names: small.names(found.region).into_iter().map(str::to_owned).collect() }))
}

/// The profile of the case a place belongs to, for who belongs to that place: organisations and relatives see no case.
///
/// # Errors
/// `NotFound` for a place one does not belong to.
pub fn profile_of_place(tx: &mut Tx, within: CompartmentId) -> Result<Profile, Refused> {
    let found = store::variant_of(tx.db(), within)?.ok_or(Refused::NotFound)?;
    let parts = tx.parts();
    let profile = parts.config.profile(&found.profile, &found.version).cloned().ok_or_else(|| Refused::Internal(format!("profile {}", found.profile)))?;
    Ok(profile.of_case(Circumstances { child: found.child, language: &found.language, region: found.region }))
}
