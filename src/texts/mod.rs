//! What people read: every text, in Dutch, English and Papiamentu, from `web/locales/<language>/<room>.ftl`.
//!
//! Dutch and English are complete; Papiamentu is filled where the translation is certain and falls back to Dutch.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};


#[derive(RustEmbed)]
#[folder = "web/locales"]
struct Files;

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, the one that is always complete.
    #[default]
    Nl,
    /// English.
    En,
    /// Papiamentu.
    Pap,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 3] = [Language::Nl, Language::En, Language::Pap];

    /// The code of `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Language::Nl => "nl",
            Language::En => "en",
            Language::Pap => "pap",
        }
    }

    /// The language of a code; none for others.
    pub fn from_code(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`): Dutch where it says so, else English, as all of the command line.
    pub fn of_terminal() -> Language {
        let told = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
        if told.is_some_and(|told| told.starts_with("nl")) { Language::Nl } else { Language::En }
    }

    /// The first of our languages in an `Accept-Language` header.
    pub fn from_header(header: &str) -> Option<Language> {
        header.split(',').find_map(|part| Language::from_code(part.split([';', '-']).next().unwrap_or_default().trim()))
    }
}

/// All texts, parsed once.
pub struct Texts {
    bundles: HashMap<&'static str, FluentBundle<FluentResource>>,
    /// How many texts each language has.
    many: HashMap<&'static str, usize>,
}

/// A text file that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct TextError {
    file: String,
    why: String,
}

impl Texts {
    /// Reads all files. Errors name the file: a faulty text stops the start, not a page.
    pub fn load() -> Result<Texts, TextError> {
        let (mut bundles, mut many) = (HashMap::new(), HashMap::new());
        for language in Language::ALL {
            let id = language.code().parse().map_err(|why| TextError { file: language.code().into(), why: format!("{why:?}") })?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            bundle.set_use_isolating(false);
            for file in Files::iter().filter(|file| file.starts_with(&format!("{}/", language.code())) && file.ends_with(".ftl")) {
                let name = file.to_string();
                let bytes = Files::get(&file).ok_or_else(|| TextError { file: name.clone(), why: "missing".into() })?;
                let text = String::from_utf8_lossy(&bytes.data).into_owned();
                let resource = FluentResource::try_new(text).map_err(|(_, why)| TextError { file: name.clone(), why: format!("{why:?}") })?;
                *many.entry(language.code()).or_default() += resource.entries().count();
                bundle.add_resource(resource).map_err(|why| TextError { file: name, why: format!("{why:?}") })?;
            }
            bundles.insert(language.code(), bundle);
        }
        Ok(Texts { bundles, many })
    }

    /// The texts, loaded at first use; start-up calls [`Texts::load`] first, so that a fault is told there.
    pub fn shared() -> &'static Arc<Texts> {
        static SHARED: OnceLock<Arc<Texts>> = OnceLock::new();
        SHARED.get_or_init(|| Arc::new(Texts::load().unwrap_or_else(|why| {
            tracing::error!(%why, "texts");
            Texts { bundles: HashMap::new(), many: HashMap::new() }
        })))
    }

    /// A text with its arguments; falls back to Dutch, then to the key itself, which a test looks for.
    pub fn say(&self, language: Language, key: &str, words: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in words {
            // Whole numbers choose plural forms; everything else is text.
            match value.parse::<i64>() {
                Ok(number) if value.len() < 10 && !value.starts_with('0') || *value == "0" => args.set(*name, FluentValue::from(number)),
                _ => args.set(*name, FluentValue::from(Cow::Owned((*value).to_owned()))),
            }
        }
        for code in [language.code(), Language::Nl.code()] {
            if let Some(bundle) = self.bundles.get(code)
                && let Some(pattern) = bundle.get_message(key).and_then(|message| message.value())
            {
                let mut errors = vec![];
                return bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
            }
        }
        key.to_owned()
    }

    /// Whether a language has at least half of the texts.
    pub fn mostly(&self, language: Language) -> bool {
        let many = |language: Language| self.many.get(language.code()).copied().unwrap_or_default();
        many(language) * 2 >= many(Language::Nl)
    }

    /// Whether a language has a text of its own.
    pub fn has(&self, language: Language, key: &str) -> bool {
        self.bundles.get(language.code()).is_some_and(|bundle| bundle.get_message(key).is_some())
    }
}

/// Words as a sentence begins with them.
pub fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().into_iter().flat_map(char::to_uppercase).chain(signs).collect()
}

/// The texts in one language, as templates use them: `{{ w.t("key") }}`.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Words {
    /// A text.
    pub fn t(&self, key: &str) -> String {
        Texts::shared().say(self.language, key, &[])
    }
    /// A text with one argument.
    pub fn a(&self, key: &str, name: &str, value: impl ToString) -> String {
        Texts::shared().say(self.language, key, &[(name, &value.to_string())])
    }
    /// A text with several arguments.
    pub fn with(&self, key: &str, words: &[(&str, &str)]) -> String {
        Texts::shared().say(self.language, key, words)
    }
    /// What a rule says of a field; its word `day`, told as 2026-03-01, is said as days are.
    pub fn rule(&self, rule: &str, told: &[(&str, &str)]) -> String {
        let day = told.iter().find(|(name, _)| *name == "day").and_then(|(_, value)| value.parse().ok()).map(|day: chrono::NaiveDate| self.day(&day));
        let said: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, day.as_deref().filter(|_| *name == "day").unwrap_or(*value))).collect();
        self.with(&format!("fault-{rule}"), &said)
    }
    /// The language a text is there in: Dutch where it is not translated.
    pub fn told_in(&self, key: &str) -> Language {
        if Texts::shared().has(self.language, key) { self.language } else { Language::Nl }
    }
    /// The code for a `lang` attribute.
    pub fn code(&self) -> &'static str {
        self.language.code()
    }
    /// The code for the `lang` attribute of a whole page: Dutch, as long as most texts of a language are, so that it is read aloud as what it is.
    pub fn page_code(&self) -> &'static str {
        if Texts::shared().mostly(self.language) { self.code() } else { Language::Nl.code() }
    }
    /// A day in words: "24 november 2026".
    pub fn day(&self, day: &chrono::NaiveDate) -> String {
        use chrono::Datelike;
        let month = self.t(&format!("month-{}", day.month()));
        let of = if self.language == Language::Pap { "di " } else { "" };
        format!("{} {of}{month} {}", day.day(), day.year())
    }
    /// A day in words, or a dash.
    pub fn day_or_none(&self, day: &Option<chrono::NaiveDate>) -> String {
        day.as_ref().map_or_else(|| "–".to_owned(), |day| self.day(day))
    }
    /// A moment in the bureau's zone: "24 november 2026, 14.32".
    pub fn moment(&self, at: &chrono::DateTime<chrono::Utc>, zone: &chrono_tz::Tz) -> String {
        format!("{}, {}", self.day(&at.with_timezone(zone).date_naive()), self.time(at, zone))
    }
    /// The time of day of a moment in the bureau's zone: "14.32".
    pub fn time(&self, at: &chrono::DateTime<chrono::Utc>, zone: &chrono_tz::Tz) -> String {
        at.with_timezone(zone).format("%H.%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(language: &str) -> std::collections::BTreeSet<String> {
        Files::iter()
            .filter(|file| file.starts_with(&format!("{language}/")))
            .flat_map(|file| {
                let text = Files::get(&file).map(|bytes| String::from_utf8_lossy(&bytes.data).into_owned()).unwrap_or_default();
                text.lines()
                    .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
                    .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn one_of_something_is_not_told_as_many() {
        for (key, count) in [("missing-minutes_adopted", "count"), ("missing-panel_members", "count"), ("missing-panel_sectors", "count"), ("missing-statements_signed", "count"), ("deferred-days", "days"), ("names-stand", "count")] {
            for language in [Language::Nl, Language::En] {
                let of = |number: &str| Texts::shared().say(language, key, &[(count, number)]);
                assert!(of("2").contains('2') && !of("1").contains('1'), "{key}: {}", of("1"));
            }
        }
    }

    #[test]
    fn dutch_and_english_have_the_same_texts() {
        let (nl, en) = (keys("nl"), keys("en"));
        let lacking: Vec<_> = nl.symmetric_difference(&en).collect();
        assert!(lacking.is_empty(), "only in one of nl, en: {lacking:?}");
    }

    #[test]
    fn papiamentu_has_no_text_that_dutch_lacks() {
        let nl = keys("nl");
        let extra: Vec<_> = keys("pap").into_iter().filter(|key| !nl.contains(key)).collect();
        assert!(extra.is_empty(), "only in pap: {extra:?}");
    }

    #[test]
    fn one_of_a_kind_is_told_as_one() {
        let nl = Words { language: Language::Nl };
        let course = |many: &str| nl.with("course-says", &[("state", "Gemeld"), ("states", many), ("terms", many), ("late", "0"), ("meetings", many)]);
        assert_eq!(course("1"), "Nu: Gemeld. 1 stand, 1 termijn waarvan 0 te laat, 1 vergadering.");
        assert_eq!(course("2"), "Nu: Gemeld. 2 standen, 2 termijnen waarvan 0 te laat, 2 vergaderingen.");
        assert_eq!(nl.a("card-quiet-days", "count", 1), "1 dag zonder bericht");
        assert_eq!(nl.a("problem-too-many", "seconds", 1), "Even rustig. Probeer het over 1 seconde opnieuw.");
    }

    /// The texts that a template names in so many words.
    fn named_in(template: &str) -> Vec<&str> {
        ["w.t(\"", "w.a(\"", "w.with(\""].into_iter().flat_map(|call| template.split(call).skip(1)).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_text_a_page_names_is_there() {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/templates")];
        let (nl, mut seen, mut lacking) = (keys("nl"), 0, vec![]);
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).expect("templates").map(|entry| entry.expect("template").path()) {
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let template = std::fs::read_to_string(&path).expect("template");
                let named = named_in(&template);
                seen += named.len();
                lacking.extend(named.into_iter().filter(|key| !nl.contains(*key)).map(|key| format!("{}: {key}", path.display())));
            }
        }
        assert!(seen > 500, "only {seen} texts were looked for");
        assert!(lacking.is_empty(), "pages show a bare key: {lacking:?}");
    }

    #[test]
    fn every_text_file_parses() {
        Texts::load().expect("all texts parse");
    }
}
