//! A text in the languages of the pages.

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Dutch, always complete.
    #[default]
    Nl,
    /// English, always complete.
    En,
    /// Papiamentu, filled where the translation is certain.
    Pap,
}

impl Lang {
    /// All languages.
    pub const ALL: [Lang; 3] = [Lang::Nl, Lang::En, Lang::Pap];

    /// The code of `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Nl => "nl",
            Lang::En => "en",
            Lang::Pap => "pap",
        }
    }

    /// The language of a code; none for others.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// A text of a definition. Dutch and English are never blank.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "RawText")]
pub struct Text {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
    /// Papiamentu, if certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pap: Option<String>,
}

impl Text {
    /// A text in Dutch and English.
    pub fn new(nl: &str, en: &str) -> Text {
        Text { nl: nl.to_owned(), en: en.to_owned(), pap: None }
    }

    /// The same text, with its Papiamentu.
    pub fn with_pap(mut self, pap: &str) -> Text {
        self.pap = Some(pap.to_owned());
        self
    }

    /// The text in each language it is in.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [Some(self.nl.as_str()), Some(self.en.as_str()), self.pap.as_deref()].into_iter().flatten()
    }

    /// The text in a language; Papiamentu falls back to Dutch.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Nl => &self.nl,
            Lang::En => &self.en,
            Lang::Pap => self.pap.as_deref().unwrap_or(&self.nl),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawText {
    nl: String,
    en: String,
    pap: Option<String>,
}

impl TryFrom<RawText> for Text {
    type Error = &'static str;

    fn try_from(raw: RawText) -> Result<Text, Self::Error> {
        let blank = |text: &str| text.trim().is_empty();
        if blank(&raw.nl) || blank(&raw.en) || raw.pap.as_deref().is_some_and(blank) {
            return Err("a text is blank");
        }
        Ok(Text { nl: raw.nl, en: raw.en, pap: raw.pap })
    }
}
