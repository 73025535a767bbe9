//! The process facts a step's needs are judged by: milestones, parties, signed proposals. Never content.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::Role;
use crate::settings::{Profile, Thematic};

/// Someone who takes part in a case on the bureau's side.
#[derive(Clone, Debug)]
pub struct Party {
    /// The role.
    pub role: Role,
    /// The sector a panel member comes from, a code.
    pub sector: String,
    /// Whether they are an expert on domestic violence without a role in the case.
    pub dv_expert: bool,
    /// When they accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When they signed the statement of confidentiality and conflict of interest.
    pub statement_signed_at: Option<DateTime<Utc>>,
}

/// What is known of a case's process.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Since when the case is in its state: some milestones count only from then.
    pub state_since: DateTime<Utc>,
    /// Milestones: name, subject, when.
    pub milestones: BTreeMap<String, Vec<(Uuid, DateTime<Utc>)>>,
    /// On how many organisations that knew the family nothing is decided, while a review is prepared; none where no list of them was kept.
    pub undecided_organisations: Option<i64>,
    /// On how many registered relatives nothing is decided, while a review is prepared; none where none is registered.
    pub undecided_relatives: Option<i64>,
    /// Whether a case of a small place may be told now: together with others, or long enough after. Others always may.
    pub told_together: bool,
    /// What was decided to be published of a case of a small place: `whole`, `summary`, `learning_brief`, `none`; empty of others, before, and of
    /// decisions from before it was kept.
    pub publication_form: String,
    /// What a thematic review must have of earlier ones; none of other variants, and where practice waives it.
    pub thematic: Option<Thematic>,
    /// How many earlier reviews it names, and of how many it is open what is placed; while a review is prepared.
    pub sources: (i64, i64),
    /// How many organisations released their reflection.
    pub released: i64,
    /// Sections of the report that are still to be written.
    pub open_sections: Vec<String>,
    /// Who takes part.
    pub parties: Vec<Party>,
    /// Kinds of proposals that were signed and not used yet.
    pub signed: Vec<String>,
    /// The profile, as it holds for this case.
    pub profile: Profile,
    /// The sector the panel needs because the child-abuse variant applies.
    pub child_sector: Option<String>,
    /// Whether the bureau is for practice: waiting times are waived there, and only there (ruling 23).
    pub practice: bool,
}

impl Facts {
    /// Whether a milestone was ever reached.
    pub fn has(&self, name: &str) -> bool {
        self.count(name) > 0
    }
    /// Whether a milestone was reached since the case came into its state.
    pub fn fresh(&self, name: &str) -> bool {
        self.milestones.get(name).is_some_and(|found| found.iter().any(|(_, at)| *at >= self.state_since))
    }
    /// Whether a milestone was reached, and none of those that take it back was reached later.
    pub fn stands(&self, name: &str, unless: &[&str]) -> bool {
        let latest = |name: &str| self.milestones.get(name).and_then(|found| found.iter().map(|(_, at)| *at).max());
        latest(name).is_some_and(|at| unless.iter().filter_map(|other| latest(other)).all(|other| other <= at))
    }
    /// For how many subjects a milestone was reached.
    pub fn count(&self, name: &str) -> i64 {
        self.milestones.get(name).map_or(0, |found| found.len() as i64)
    }
    /// The parties in a role.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.role == role)
    }
}
