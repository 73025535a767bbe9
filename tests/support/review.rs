//! A review under way, through the use cases: case, panel, one organisation with its people.
#![allow(dead_code, reason = "each journey uses its part")]

use lering::access::Role;
use lering::cases::{self, Named};
use lering::ids::{CaseId, CompartmentId, MembershipId, OrganisationId, ReflectionId};
use lering::reflections::{self, Answered, Invitation};

pub use super::facts::{answers, notification, told};
use super::{Invited, Someone, World};

/// A case with chair and secretary who accepted, so that panel and report exist.
pub struct Review {
    pub world: World,
    pub administrator: Someone,
    pub coordinator: Someone,
    pub chair: Someone,
    pub secretary: Someone,
    pub case: CaseId,
    pub police: OrganisationId,
}

/// An organisation that accepted.
pub struct Partner {
    pub contact: Someone,
    pub author: Someone,
    pub approver: Someone,
    pub reflection: ReflectionId,
    pub room: CompartmentId,
}

impl Review {
    pub async fn new() -> Review {
        let world = World::new().await;
        let administrator = world.administrator().await;
        let coordinator = world.person(&administrator, Role::Coordinator).await;
        let chair = world.person(&administrator, Role::Chair).await;
        let secretary = world.person(&administrator, Role::Secretary).await;
        let told = told();
        let case = world.app.run(coordinator.caller(), move |tx| cases::notify(tx, &told, &notification("tangerine-kite-8802"))).await.unwrap();
        for (hat, role) in [(chair.hat, Role::Chair), (secretary.hat, Role::Secretary)] {
            world.app.run(coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role, sector: String::new(), dv_expert: false })).await.unwrap();
        }
        for one in [&chair, &secretary] {
            world.app.run(one.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
        }
        let police = world.organisation(&coordinator, "Politie, eenheid Noord-Nederland").await;
        Review { world, administrator, coordinator, chair, secretary, case, police }
    }

    /// How many hear of a hat, and how many of them are the coordinator.
    #[allow(dead_code, reason = "journeys alone ask who hears")]
    pub fn told(&self, hat: MembershipId) -> (i64, i64) {
        let all = format!("select count(*) as n from app.notice where subject_id = '{hat}'");
        (self.world.count(&all), self.world.count(&format!("{all} and membership_id = '{}'", self.coordinator.hat)))
    }

    /// Somebody named to the case, who signed.
    pub async fn party(&self, role: Role) -> Someone {
        let one = self.world.person(&self.administrator, role).await;
        let (case, hat) = (self.case, one.hat);
        self.world.app.run(self.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role, sector: "health".into(), dv_expert: true })).await.unwrap();
        self.world.app.run(one.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
        one
    }

    /// Leads a case that was only notified to where organisations are invited: a review is decided on. What comes before has journeys of its own.
    pub fn commissioned(&self) {
        use diesel::RunQueryDsl;
        diesel::sql_query("update app.case_file set state = 'commissioned' where id = $1 and state in ('notified', 'screening')")
            .bind::<diesel::sql_types::Uuid, _>(self.case).execute(&mut self.world.connection("postgres")).unwrap();
    }

    /// Invites the police; the contact has a code and no account yet. The case is led on as far as that asks.
    pub async fn invite(&self) -> (Invited, ReflectionId, CompartmentId) {
        self.commissioned();
        let contact = self.world.invite_of(&self.coordinator, Role::Contact, Some(self.police)).await;
        let (case, organisation, hat) = (self.case, self.police, contact.hat);
        let words = answers(serde_json::json!({
            "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03",
            "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes", "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
        }));
        let (reflection, room) = self.world.app.run(self.coordinator.caller(), move |tx| reflections::invite(tx, case, &Invitation { organisation, contact: hat, answers: words, stands_for: None })).await.unwrap();
        (contact, reflection, room)
    }

    /// The police accepts and names author and approver.
    pub async fn partner(&self) -> Partner {
        let (contact, reflection, room) = self.invite().await;
        let contact = self.world.enrol(contact).await;
        let invited = self.world.invite_of(&contact, Role::Author, Some(self.police)).await;
        let author = self.world.enrol(invited).await;
        let invited = self.world.invite_of(&contact, Role::Approver, Some(self.police)).await;
        let approver = self.world.enrol(invited).await;
        let told = Answered { answers: answers(serde_json::json!({ "answer": "accept" })), author: Some(author.hat), approver: Some(approver.hat) };
        self.world.app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told)).await.unwrap();
        Partner { contact, author, approver, reflection, room }
    }
}
