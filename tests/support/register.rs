//! A practice register with its people: manager, two researchers, the committee, two output checkers.

use diesel::RunQueryDsl;
use lering::access::Role;
use lering::ids::{ProjectId, SnapshotId};
use lering::register::{self, Invented};
use lering::research::{self, Vote};
use lering::tx::Refused;
use lering::{documents, forms};
use serde_json::json;

use super::{Someone, World};

/// The people of one register.
pub struct Register {
    pub manager: Someone,
    pub researchers: [Someone; 2],
    pub committee: [Someone; 2],
    pub checkers: [Someone; 2],
}

impl Register {
    /// Everybody, invited by an administrator of the register's bureau.
    pub async fn new(world: &World, by: &Someone) -> Register {
        Register {
            manager: world.person(by, Role::RegisterManager).await,
            researchers: [world.person(by, Role::Researcher).await, world.person(by, Role::Researcher).await],
            committee: [world.person(by, Role::AccessCommittee).await, world.person(by, Role::AccessCommittee).await],
            checkers: [world.person(by, Role::OutputChecker).await, world.person(by, Role::OutputChecker).await],
        }
    }

    /// Freezes invented records.
    pub async fn frozen(&self, world: &World, cases: u32, seed: u64) -> SnapshotId {
        world.app.run(self.manager.caller(), move |tx| register::take(tx, Some(Invented { cases, seed }))).await.unwrap().id
    }

    /// Freezes invented records as in a later year, when every period of the codebook has begun: more groups, more cells.
    #[allow(dead_code, reason = "journeys spend a budget, the proof attacks snapshots of now")]
    pub async fn frozen_late(&self, world: &World, cases: u32, seed: u64) -> SnapshotId {
        let id = self.frozen(world, cases, seed).await;
        diesel::sql_query("update frozen.snapshot set taken_at = '2031-06-01' where id = $1").bind::<diesel::sql_types::Uuid, _>(id).execute(&mut world.connection("postgres")).unwrap();
        id
    }

    /// An application of a researcher, written whole and handed in, to end after so many days.
    pub async fn application(&self, world: &World, of: usize, days: i64, outcomes: Vec<String>) -> ProjectId {
        world.app.run(self.researchers[of].caller(), move |tx| -> Result<ProjectId, Refused> {
            let (id, within) = research::begin(tx)?;
            let answers = serde_json::from_value(json!({
                "title": "What was known beforehand", "organisation": "University", "summary": "Counts what organisations knew.", "purpose": "Learning what helps.", "questions": ["What was known?"],
                "why_these": "Counts only.", "output": ["article"], "ethics": "not_needed", "ethics_note": "Counts only.", "relatives": "Nothing.", "interests": "None.",
                "people": [{ "person": { "name": "R. Zoeker" }, "does": "analysis" }], "ends_on": (chrono::Utc::now() + chrono::Duration::days(days)).date_naive().to_string(),
            })).unwrap();
            let sheet = documents::sheet_of(lering::access::Kind::Project, "research-application").unwrap();
            forms::create(tx, sheet, within, None, &answers)?;
            research::choose_outcomes(tx, id, &outcomes)?;
            research::hand_in(tx, id)?;
            Ok(id)
        }).await.unwrap()
    }

    /// A member of the committee writes an assessment and votes.
    pub async fn vote(&self, world: &World, of: usize, id: ProjectId, vote: Vote) -> Result<research::State, Refused> {
        world.app.run(self.committee[of].caller(), move |tx| -> Result<_, Refused> {
            let view = research::find(tx, id)?;
            let sheet = documents::sheet_of(lering::access::Kind::Project, "research-assessment").unwrap();
            let answers = serde_json::from_value(json!({ "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Clear." })).unwrap();
            if !research::assessed(tx, id)? {
                forms::create(tx, sheet, view, None, &answers)?;
            }
            research::vote(tx, id, vote, None)
        }).await
    }

    /// A researcher's project: applied for, approved by two, signed.
    pub async fn project(&self, world: &World, of: usize, outcomes: Vec<String>) -> ProjectId {
        let id = self.application(world, of, 300, outcomes).await;
        self.vote(world, 0, id, Vote::Approve).await.unwrap();
        assert_eq!(self.vote(world, 1, id, Vote::Approve).await.unwrap(), research::State::Approved);
        world.app.run(self.researchers[of].caller(), move |tx| research::sign(tx, id)).await.unwrap();
        id
    }
}
