//! The way of working as data: review profiles and calendars, checked at start.
//!
//! Unknown keys are refused, and an error names the file, so a spelling mistake stops the start and not a case.

mod duplicates;
mod followed;
mod intake;
mod lists;
mod no_names;
mod profile;
mod retention;

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Calendar;
use codebook::Codebook;
use form::Forms;
use rust_embed::RustEmbed;

pub use duplicates::Duplicates;
pub use followed::Followed;
pub use intake::Intake;
pub use lists::CodeLists;
pub use no_names::NoNames;
pub use profile::{Circumstances, Filled, Naming, Profile, QualityBy, Relatives, Section, Terms, Thematic};
pub use retention::{By, From as RetentionFrom, Happened, Keep, Kept, Released, Retention};

#[derive(RustEmbed)]
#[folder = "config"]
struct Files;

/// Everything configured, loaded and checked.
#[derive(Clone, Debug)]
pub struct Configured {
    /// Review profiles by id, as they are now.
    pub profiles: Arc<BTreeMap<String, Profile>>,
    /// What profiles were, by id and version: a case keeps the one it began with.
    earlier: Arc<BTreeMap<(String, String), Profile>>,
    /// Forms by id.
    pub forms: Arc<Forms>,
    /// The codebook in force.
    pub codebook: Arc<Codebook>,
    /// All codebooks, the oldest first: a record keeps the one it was coded under.
    codebooks: Arc<Vec<Arc<Codebook>>>,
    /// How codes of follow-up read as states.
    pub followed: Arc<Followed>,
    /// Which words are no name.
    pub no_names: Arc<NoNames>,
    /// When two records may be one event.
    pub duplicates: Arc<Duplicates>,
    /// Which answers of the notification are codes.
    pub intake: Arc<Intake>,
    /// What is kept how long.
    pub retention: Arc<Retention>,
    calendars: Arc<BTreeMap<String, Calendar>>,
    dutch: Calendar,
}

/// A file of the configuration that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

impl Configured {
    /// Loads everything.
    ///
    /// # Errors
    /// The first file that is missing, misspelt or contradicts itself.
    pub fn load() -> Result<Configured, ConfigError> {
        let (mut profiles, mut earlier) = (BTreeMap::new(), BTreeMap::new());
        for (name, file, text) in folder("profiles/")? {
            let fault = |why: String| ConfigError { file: file.clone(), why };
            let profile: Profile = toml::from_str(&text).map_err(|why| fault(why.to_string()))?;
            profile.check().map_err(fault)?;
            // `full.toml` is the profile as it is now, `full/2026.1.toml` what it was.
            match name.split_once('/') {
                Some((id, version)) if profile.version == version => drop(earlier.insert((id.to_owned(), version.to_owned()), profile)),
                Some((_, version)) => return Err(fault(format!("holds version {}, not {version}", profile.version))),
                None => drop(profiles.insert(name, profile)),
            }
        }
        let mut calendars = BTreeMap::new();
        for (name, file, text) in folder("calendars/")? {
            let calendar = Calendar::parse(&text).map_err(|why| ConfigError { file, why: why.to_string() })?;
            calendars.insert(name, calendar);
        }
        let dutch = calendars.get("nl").cloned().ok_or_else(|| ConfigError { file: "config/calendars/nl.toml".into(), why: "is not there".into() })?;
        let texts = folder("forms/")?.into_iter().map(|(name, _, text)| (name, text)).collect();
        let forms = Forms::load(texts).map_err(|why| ConfigError { file: format!("config/forms/{}.toml", why.form), why: why.to_string() })?;
        let codebooks = folder("codebook/")?.into_iter().map(|(_, file, text)| Codebook::parse(&text).map(Arc::new).map_err(|why| ConfigError { file, why: why.to_string() })).collect::<Result<Vec<_>, _>>()?;
        let codebook = codebooks.last().cloned().ok_or_else(|| ConfigError { file: "config/codebook".into(), why: "holds no codebook".into() })?;
        let fault = |why: String| ConfigError { file: "config/intake.toml".into(), why };
        let bytes = Files::get("intake.toml").ok_or_else(|| fault("is not there".into()))?;
        let intake: Intake = toml::from_str(&String::from_utf8_lossy(&bytes.data)).map_err(|why| fault(why.to_string()))?;
        intake.check(&codebook).map_err(fault)?;
        let fault = |why: String| ConfigError { file: "config/followed.toml".into(), why };
        let bytes = Files::get("followed.toml").ok_or_else(|| fault("is not there".into()))?;
        let followed: Followed = toml::from_str(&String::from_utf8_lossy(&bytes.data)).map_err(|why| fault(why.to_string()))?;
        let fault = |why: String| ConfigError { file: "config/no-names.toml".into(), why };
        let bytes = Files::get("no-names.toml").ok_or_else(|| fault("is not there".into()))?;
        let no_names: NoNames = toml::from_str(&String::from_utf8_lossy(&bytes.data)).map_err(|why| fault(why.to_string()))?;
        no_names.check().map_err(fault)?;
        let fault = |why: String| ConfigError { file: "config/duplicates.toml".into(), why };
        let bytes = Files::get("duplicates.toml").ok_or_else(|| fault("is not there".into()))?;
        let duplicates: Duplicates = toml::from_str(&String::from_utf8_lossy(&bytes.data)).map_err(|why| fault(why.to_string()))?;
        duplicates.check().map_err(fault)?;
        let fault = |why: String| ConfigError { file: "config/retention.toml".into(), why };
        let bytes = Files::get("retention.toml").ok_or_else(|| fault("is not there".into()))?;
        let retention: Retention = toml::from_str(&String::from_utf8_lossy(&bytes.data)).map_err(|why| fault(why.to_string()))?;
        retention.check().map_err(fault)?;
        Ok(Configured { duplicates: Arc::new(duplicates), retention: Arc::new(retention), followed: Arc::new(followed), no_names: Arc::new(no_names), intake: Arc::new(intake), forms: Arc::new(forms), codebook, codebooks: Arc::new(codebooks), profiles: Arc::new(profiles), earlier: Arc::new(earlier), calendars: Arc::new(calendars), dutch })
    }

    /// The same with one more codebook, the newest: to try a version out before it is adopted.
    ///
    /// # Errors
    /// When the codebook contradicts itself, or the notification asks for a variable it lacks.
    pub fn with_codebook(mut self, text: &str) -> Result<Configured, ConfigError> {
        let fault = |why: String| ConfigError { file: "the codebook tried out".into(), why };
        let book = Arc::new(Codebook::parse(text).map_err(|why| fault(why.to_string()))?);
        self.intake.check(&book).map_err(fault)?;
        self.codebooks = Arc::new(self.codebooks.iter().cloned().chain([Arc::clone(&book)]).collect());
        self.codebook = book;
        Ok(self)
    }

    /// The profile of a case, in the version it began with; as it is now, where that one is configured no more.
    pub fn profile(&self, id: &str, version: &str) -> Option<&Profile> {
        let now = self.profiles.get(id);
        now.filter(|profile| profile.version == version).or_else(|| self.earlier.get(&(id.to_owned(), version.to_owned()))).or(now)
    }

    /// The lists that forms choose from.
    pub fn lists(&self) -> CodeLists<'_> {
        CodeLists(&self.codebook)
    }

    /// All codebooks, the oldest first.
    pub fn codebooks(&self) -> impl Iterator<Item = &Codebook> {
        self.codebooks.iter().map(Arc::as_ref)
    }

    /// The codebook of a version.
    pub fn codebook_of(&self, version: &str) -> Option<&Codebook> {
        self.codebooks.iter().map(Arc::as_ref).find(|book| book.version == version)
    }

    /// The calendar of a bureau; the Dutch one where a bureau names none of ours.
    pub fn calendar(&self, name: &str) -> &Calendar {
        self.calendars.get(name).unwrap_or(&self.dutch)
    }
}

/// The files of a folder in the order of their names: id, path for messages, text.
fn folder(prefix: &str) -> Result<Vec<(String, String, String)>, ConfigError> {
    let mut files: Vec<_> = Files::iter().filter(|file| file.starts_with(prefix) && file.ends_with(".toml")).collect();
    files.sort();
    files.into_iter()
        .map(|file| {
            let path = format!("config/{file}");
            let fault = |why: String| ConfigError { file: path.clone(), why };
            let bytes = Files::get(&file).ok_or_else(|| fault("is not there".into()))?;
            let text = String::from_utf8(bytes.data.into_owned()).map_err(|why| fault(why.to_string()))?;
            Ok((file.trim_start_matches(prefix).trim_end_matches(".toml").to_owned(), path, text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_profiles_load_and_say_their_terms() {
        let config = Configured::load().expect("configuration loads");
        let names: Vec<_> = config.profiles.keys().map(String::as_str).collect();
        assert_eq!(names, ["batch", "caribbean", "full", "light"]);
        let screening = |profile: &str| config.profiles.get(profile).map(|found| found.terms.screening.to_string());
        assert_eq!((screening("full").as_deref(), screening("light").as_deref()), (Some("30d"), Some("21d")));
    }

    #[test]
    fn a_case_keeps_the_version_of_the_profile_it_began_with() {
        let mut config = Configured::load().expect("configuration loads");
        let mut before = config.profiles.get("light").cloned().expect("light");
        (before.version, before.panel_min) = ("2025.9".into(), 99);
        config.earlier = Arc::new(BTreeMap::from([(("light".to_owned(), "2025.9".to_owned()), before)]));
        let members = |version: &str| config.profile("light", version).map(|profile| profile.panel_min);
        assert_eq!((members("2025.9"), members("2026.1"), members("2020.1")), (Some(99), Some(4), Some(4)));
        assert!(config.profile("none", "2026.1").is_none());
    }

    #[test]
    fn an_unknown_key_or_a_double_section_is_refused() {
        let text = String::from_utf8(Files::get("profiles/full.toml").expect("full").data.into_owned()).expect("text");
        assert!(toml::from_str::<Profile>(&format!("surprise = 1\n{text}")).is_err());
        let mut profile: Profile = toml::from_str(&text).expect("full");
        let again = profile.sections.first().cloned().expect("a section");
        profile.sections.push(again);
        assert!(profile.check().is_err());
    }
}
