//! What a form refers to, with the words people know it by: lists of things of a case, made for one caller and one page.

use std::collections::BTreeMap;

use form::{ListOption, Lists};

use crate::settings::CodeLists;

/// Lists of things, by the kind a form refers to (`finding`, `organisation` ...).
#[derive(Clone, Debug, Default)]
pub struct Choices(BTreeMap<String, Vec<ListOption>>);

/// Kinds of organisations, as the codebook has them: what is chosen where nobody is told who takes part.
pub fn kinds_of_organisations(codes: &CodeLists<'_>) -> Vec<ListOption> {
    codes.options("organisation").unwrap_or_default()
}

impl Choices {
    /// Keeps the list of a kind.
    pub fn put(&mut self, to: &str, options: Vec<ListOption>) {
        self.0.insert(to.to_owned(), options);
    }

    /// The list of a kind, made when there is none.
    pub fn of(&mut self, to: &str) -> &mut Vec<ListOption> {
        self.0.entry(to.to_owned()).or_default()
    }

    /// These lists, over those of the codebook.
    pub fn over<'a>(&'a self, codes: CodeLists<'a>) -> Known<'a> {
        Known { choices: self, codes }
    }
}

/// The lists of a page: things of the case, and codes of the codebook.
pub struct Known<'a> {
    choices: &'a Choices,
    codes: CodeLists<'a>,
}

impl Lists for Known<'_> {
    fn options(&self, list: &str) -> Option<Vec<ListOption>> {
        match list.strip_prefix("ref:") {
            Some(to) => self.choices.0.get(to).cloned(),
            None => self.codes.options(list),
        }
    }
}
