//! How codes of follow-up read as states: `config/followed.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Followed {
    response: BTreeMap<String, String>,
    status: BTreeMap<String, String>,
    effect: BTreeMap<String, String>,
}

impl Followed {
    /// The state an owner's answer leads to.
    pub fn response(&self, code: &str) -> String {
        self.response.get(code).cloned().unwrap_or_else(|| "adopted".into())
    }
    /// The state a report of progress leads to; `effect` where evidence was given and what is noticed of it.
    pub fn status(&self, code: &str, effect: bool) -> String {
        self.effect.get(code).filter(|_| effect).cloned().or_else(|| self.status.get(code).cloned()).unwrap_or_else(|| "under_way".into())
    }
}
