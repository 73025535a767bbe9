//! The way of working as data: review profiles and calendars, checked at start.
//!
//! Unknown keys are refused, and an error names file, line and field, so a spelling mistake stops the start and not a case.

mod duplicates;
mod fault;
mod followed;
mod intake;
mod lists;
mod no_names;
mod profile;
mod retention;

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Calendar, CalendarError};
use codebook::Codebook;
use form::Forms;
use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

use fault::Fault;

pub use duplicates::Duplicates;
pub use fault::ConfigError;
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

impl Configured {
    /// Loads everything.
    ///
    /// # Errors
    /// The first file that is missing, misspelt or contradicts itself.
    pub fn load() -> Result<Configured, ConfigError> {
        let (mut profiles, mut earlier) = (BTreeMap::new(), BTreeMap::new());
        for (name, file, text) in folder("profiles/")? {
            let profile: Profile = parsed::<Profile>(&file, &text, Profile::check)?;
            // `full.toml` is the profile as it is now, `full/2026.1.toml` what it was.
            match name.split_once('/') {
                Some((id, version)) if profile.version == version => drop(earlier.insert((id.to_owned(), version.to_owned()), profile)),
                Some((_, version)) => return Err(Fault::new("version", format!("hier staat versie {}, niet {version}", profile.version), format!("holds version {}, not {version}", profile.version)).of(&file, &text)),
                None => drop(profiles.insert(name, profile)),
            }
        }
        let mut calendars = BTreeMap::new();
        for (name, file, text) in folder("calendars/")? {
            calendars.insert(name, Calendar::parse(&text).map_err(|why| of_calendar(&file, &text, why))?);
        }
        let dutch = calendars.get("nl").cloned().ok_or_else(|| absent("config/calendars/nl.toml"))?;
        let texts: Vec<(String, String)> = folder("forms/")?.into_iter().map(|(name, _, text)| (name, text)).collect();
        let forms = Forms::load(texts.clone()).map_err(|why| {
            let text = texts.iter().find(|(name, _)| *name == why.form).map(|(_, text)| text.as_str()).unwrap_or_default();
            ConfigError::of_form(text, why)
        })?;
        let codebooks = folder("codebook/")?.into_iter().map(|(_, file, text)| Codebook::parse(&text).map(Arc::new).map_err(|why| ConfigError::of_book(&file, &text, why))).collect::<Result<Vec<_>, _>>()?;
        let codebook = codebooks.last().cloned().ok_or_else(|| ConfigError::whole("config/codebook", "er staat geen codeboek in", "holds no codebook"))?;
        let intake: Intake = one("intake.toml", |intake: &Intake| intake.check(&codebook))?;
        let followed: Followed = one("followed.toml", |_: &Followed| Ok(()))?;
        let no_names: NoNames = one("no-names.toml", NoNames::check)?;
        let duplicates: Duplicates = one("duplicates.toml", Duplicates::check)?;
        let retention: Retention = one("retention.toml", Retention::check)?;
        Ok(Configured { duplicates: Arc::new(duplicates), retention: Arc::new(retention), followed: Arc::new(followed), no_names: Arc::new(no_names), intake: Arc::new(intake), forms: Arc::new(forms), codebook, codebooks: Arc::new(codebooks), profiles: Arc::new(profiles), earlier: Arc::new(earlier), calendars: Arc::new(calendars), dutch })
    }

    /// The same with one more codebook, the newest: to try a version out before it is adopted.
    ///
    /// # Errors
    /// When the codebook contradicts itself, or the notification asks for a variable it lacks.
    pub fn with_codebook(mut self, text: &str) -> Result<Configured, ConfigError> {
        let file = "the codebook tried out";
        let book = Arc::new(Codebook::parse(text).map_err(|why| ConfigError::of_book(file, text, why))?);
        self.intake.check(&book).map_err(|fault| fault.of("config/intake.toml", ""))?;
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

fn absent(file: &str) -> ConfigError {
    ConfigError::whole(file, "is er niet", "is not there")
}

/// The text of a file of the configuration.
fn text_of(name: &str) -> Result<String, ConfigError> {
    let file = format!("config/{name}");
    let bytes = Files::get(name).ok_or_else(|| absent(&file))?;
    String::from_utf8(bytes.data.into_owned()).map_err(|_| ConfigError::whole(&file, "is niet in UTF-8 geschreven", "is not written in UTF-8"))
}

/// A file of the configuration, read and checked.
fn one<T: DeserializeOwned>(name: &str, check: impl FnOnce(&T) -> Result<(), Fault>) -> Result<T, ConfigError> {
    parsed(&format!("config/{name}"), &text_of(name)?, check)
}

/// What a text says, read and checked.
fn parsed<T: DeserializeOwned>(file: &str, text: &str, check: impl FnOnce(&T) -> Result<(), Fault>) -> Result<T, ConfigError> {
    let found: T = toml::from_str(text).map_err(|why| ConfigError::unread(file, text, &why))?;
    check(&found).map_err(|fault| fault.of(file, text))?;
    Ok(found)
}

fn of_calendar(file: &str, text: &str, why: CalendarError) -> ConfigError {
    match why {
        CalendarError::Unreadable(why) => ConfigError::unread(file, text, &why),
        CalendarError::NoSuchDay(name) => {
            let (nl, en) = (format!("{name}: die dag is er niet, of heeft geen naam in nl en en"), format!("{name}: there is no such day, or it has no name in nl and en"));
            Fault::new("holidays", nl, en).marked(name).of(file, text)
        }
    }
}

/// The files of a folder in the order of their names: id, path for messages, text.
fn folder(prefix: &str) -> Result<Vec<(String, String, String)>, ConfigError> {
    let mut files: Vec<_> = Files::iter().filter(|file| file.starts_with(prefix) && file.ends_with(".toml")).collect();
    files.sort();
    files.into_iter()
        .map(|file| {
            let path = format!("config/{file}");
            let text = text_of(&file)?;
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

    /// What is wrong with a file of which the words of one line became others, in English and Dutch.
    fn refused(name: &str, from: &str, to: &str) -> (String, String) {
        let (file, text) = (format!("config/{name}"), text_of(name).expect("a file"));
        assert!(text.contains(from), "{name} does not say {from}");
        let text = text.replacen(from, to, 1);
        let book = Configured::load().expect("configuration loads").codebook;
        let why = match name.split('/').next().unwrap_or_default() {
            "profiles" => parsed::<Profile>(&file, &text, Profile::check).map(drop),
            "calendars" => Calendar::parse(&text).map(drop).map_err(|why| of_calendar(&file, &text, why)),
            "forms" => form::Forms::load(vec![(name.trim_start_matches("forms/").trim_end_matches(".toml").to_owned(), text.clone())]).map(drop).map_err(|why| ConfigError::of_form(&text, why)),
            "codebook" => Codebook::parse(&text).map(drop).map_err(|why| ConfigError::of_book(&file, &text, why)),
            "intake.toml" => parsed::<Intake>(&file, &text, |intake: &Intake| intake.check(&book)).map(drop),
            "followed.toml" => parsed::<Followed>(&file, &text, |_: &Followed| Ok(())).map(drop),
            "no-names.toml" => parsed::<NoNames>(&file, &text, NoNames::check).map(drop),
            "duplicates.toml" => parsed::<Duplicates>(&file, &text, Duplicates::check).map(drop),
            _ => parsed::<Retention>(&file, &text, Retention::check).map(drop),
        };
        let why = why.expect_err(to);
        (why.told("en"), why.told("nl"))
    }

    #[test]
    fn whatever_is_wrong_with_a_file_is_told_with_file_line_and_field_in_dutch_and_english() {
        let line = |name: &str, words: &str| text_of(name).expect("a file").lines().position(|line| line.contains(words)).expect(words) + 1;
        // A key there is not, of every kind of file.
        for (name, at) in [
            ("profiles/full.toml", "version = \""), ("calendars/nl.toml", "[[holidays]]"), ("intake.toml", "own_account_from"), ("duplicates.toml", "threshold = "), ("no-names.toml", "nl = ["),
            ("forms/finding.toml", "version = \""), ("retention.toml", "version = \""),
        ] {
            let (en, nl) = refused(name, at, &format!("surprise = 1\n{at}"));
            let number = line(name, at);
            assert!(en.starts_with(&format!("config/{name}, line {number}: surprise: ")) && en.contains("unknown field"), "{name}: {en}");
            assert!(nl.starts_with(&format!("config/{name}, regel {number}: surprise: er is geen veld surprise")), "{name}: {nl}");
        }
        // What the types can't see.
        for (name, from, to, field, dutch) in [
            ("profiles/full.toml", "languages = [\"nl\", \"en\"]", "languages = [\"nl\", \"xx\"]", "languages", "xx is niet nl, en of pap"),
            ("retention.toml", "keep = \"12m\"", "keep = \"2m\"", "kept.reflection", "wil maanden"),
            ("duplicates.toml", "kind = \"family\"", "kind = \"shoe\"", "field.shoe", "staat er twee keer"),
        ] {
            let (en, nl) = refused(name, from, to);
            assert!(en.starts_with(&format!("config/{name}, line ")) && en.contains(&format!(": {field}: ")), "{en}");
            assert!(nl.contains(&format!(": {field}: ")) && nl.contains(dutch), "{nl}");
        }
        // A term of another kind stands on its own line, under its table.
        let (en, _) = refused("profiles/full.toml", "screening = \"30d\"", "screening = true");
        assert!(en.starts_with(&format!("config/profiles/full.toml, line {}: terms.screening: ", line("profiles/full.toml", "screening = \"30d\""))), "{en}");
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
