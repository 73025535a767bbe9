//! The codebook's lists, as forms choose from them.

use codebook::Codebook;
use form::{ListOption, Lists, Text};

/// Lists of a codebook. A form that needs one the codebook lacks finds no options, and its answers are refused.
pub struct CodeLists<'a>(pub(super) &'a Codebook);

impl Lists for CodeLists<'_> {
    fn options(&self, list: &str) -> Option<Vec<ListOption>> {
        if list == "risk_factor" {
            return Some(self.0.factors.iter().map(|factor| ListOption::new(factor.id.clone(), Text::new(&factor.label.nl, &factor.label.en))).collect());
        }
        let codes = self.0.list(list)?;
        Some(codes.iter().map(|code| ListOption::new(code.code.to_string(), Text::new(&code.label.nl, &code.label.en))).collect())
    }
}
