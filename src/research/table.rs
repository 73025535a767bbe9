//! A table: as somebody has it in mind, what it would cost, and as it left.

use codebook::Label;
use serde::Serialize;

use crate::counting::Outcome;
use crate::ids::SnapshotId;
use crate::register::{Doubt, Snapshot};

/// A table somebody has in mind.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of which snapshot; none is the newest of one's register.
    pub snapshot: Option<SnapshotId>,
    /// What is counted.
    pub outcome: String,
    /// Its keys: at most two, the period one of them.
    pub keys: Vec<String>,
}

/// What a table would cost, before anything is counted.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The table's id: the same for equal questions.
    pub table: String,
    /// Its outcome.
    pub outcome: String,
    /// Its keys, the period first.
    pub keys: Vec<String>,
    /// Cells by their keys.
    pub cells: u32,
    /// New cells it would take from the budget.
    pub cost: u32,
    /// Cells of this outcome given so far, by everybody.
    pub spent: u32,
    /// Cells of an outcome that are given without anyone looking.
    pub budget: u32,
    /// Whether it was released before: then it is free.
    pub released: bool,
    /// Cells the project may still be the first to ask for; none outside a project.
    pub quota: Option<u32>,
    /// Whether the cost is to be said once more when the table is asked: above ten cells, and where the last fifteen are touched.
    pub confirm: bool,
    /// Another outcome about the same answer that left this snapshot: then this one is not given.
    pub kept_by: Option<String>,
    /// How far coders agreed on what it is of, where its figures don't leave without a mark, or not at all (`withheld`).
    pub reliability: Vec<Doubt>,
    /// Why it would not be given if it were asked now, in the project: `not-reliable`, `gate-family`, `gate-budget`, `gate-quota`, `gate-reconstruction`.
    pub refused: Option<&'static str>,
    /// Other outcomes about the same answer that nobody can ask of this snapshot any more once this one has left, in any project or for all.
    pub closes: Vec<Closed>,
}

/// An outcome that a table would close for its snapshot.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Closed {
    /// The outcome.
    pub id: String,
    /// Name.
    pub label: Label,
    /// Whether it may become public.
    pub public: bool,
}

/// A table that has left, as it is kept in the ledger.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Id.
    pub id: String,
    /// Outcome.
    pub outcome: String,
    /// Keys, the period first.
    pub keys: Vec<String>,
    /// How far coders agreed on what it is of, where its figures don't leave without a mark.
    pub reliability: Vec<Doubt>,
    /// The unit that is counted.
    pub unit: String,
    /// Groups with their figures.
    pub body: Body,
    /// When it left.
    pub released_at: chrono::DateTime<chrono::Utc>,
    /// Whether everybody may see it.
    pub public: bool,
}

impl Table {
    /// How to cite it, in Dutch or English: the register, the snapshot, the table, its persistent identifier.
    pub fn citation(&self, caption: &str, language: &str) -> String {
        let (state, book) = if language == "en" { ("snapshot", "codebook") } else { ("stand", "codeboek") };
        format!("Lering register, {state} {} ({}), {book} {}. {caption}. {}", self.snapshot.number, self.snapshot.taken_at.format("%Y-%m-%d"), self.snapshot.codebook, self.identifier())
    }
    /// The persistent identifier: the same as long as the snapshot stands, whatever the server is called.
    pub fn identifier(&self) -> String {
        format!("urn:lering:{}:{}", self.snapshot.id, self.id)
    }
}

impl Body {
    /// The outcome with the categories its cells stand for.
    pub fn of(&self, mut outcome: Outcome) -> Outcome {
        if self.applying {
            outcome.categories = outcome.counted().cloned().collect();
        }
        outcome
    }
}

/// Figures as they left: hidden ones carry the reason and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Whether totals and percentages are of those to whom the question applies, the only ones counted. False for a table that left before that
    /// was so: it stays as it left, with totals of all, and a cell for those to whom the question does not apply.
    #[serde(default)]
    pub applying: bool,
    /// One per combination of keys.
    pub groups: Vec<Group>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Group {
    /// Codes of the keys.
    pub codes: Vec<i64>,
    /// Units of the group to which the question applies, a multiple of ten.
    pub total: Cell,
    /// One per code of the outcome, but for -7 (does not apply).
    pub cells: Vec<Cell>,
}

/// A figure, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cell {
    /// Shown.
    Shown {
        /// A multiple of five.
        units: u32,
        /// Of the group's shown total.
        percent: Option<u8>,
    },
    /// Hidden, with the key of the text that says why.
    Hidden(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_left_before_only_those_it_applies_to_were_counted_stays_as_it_left() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let outcome = || crate::counting::outcomes(&book).into_iter().find(|outcome| outcome.id == "femicide_yn").expect("an outcome");
        let codes = |body: &Body| body.of(outcome()).categories.iter().map(|category| category.code).collect::<Vec<_>>();
        let before: Body = serde_json::from_value(serde_json::json!({ "groups": [] })).expect("as it was kept");
        assert!(!before.applying && codes(&before).contains(&crate::counting::NOT_APPLICABLE));
        let now = Body { applying: true, groups: vec![] };
        assert!(!codes(&now).contains(&crate::counting::NOT_APPLICABLE) && codes(&now).len() + 1 == codes(&before).len());
        assert_eq!(serde_json::from_value::<Body>(serde_json::to_value(&now).expect("json")).expect("as it is kept"), now);
    }
}
