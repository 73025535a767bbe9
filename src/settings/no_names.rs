//! Words that are no name, though they stand where a name is asked: `config/no-names.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::fault::Fault;

/// The words, per language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoNames {
    nl: BTreeSet<String>,
    en: BTreeSet<String>,
    pap: BTreeSet<String>,
}

impl NoNames {
    /// Whether a word, as the name check compares it, is no name in any language.
    pub fn has(&self, word: &str) -> bool {
        [&self.nl, &self.en, &self.pap].iter().any(|words| words.contains(word))
    }

    /// Every word stands as it is compared.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match [&self.nl, &self.en, &self.pap].into_iter().flatten().find(|word| word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase())) {
            Some(odd) => Err(Fault::new("nl, en, pap", format!("{odd:?} is niet in kleine letters zonder accenten geschreven"), format!("{odd:?} is not written in small letters without accents")).marked(format!("\"{odd}\""))),
            None => Ok(()),
        }
    }
}
