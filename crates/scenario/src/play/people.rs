//! Accounts: an administrator, recovery officers, everyone of the file; who takes part in the case.

use serde_json::json;

use super::PlayError;
use super::client::{Enrolment, Session, text};
use super::stage::{Stage, language};

const OFFICERS: usize = 3;
/// How many confirm a role.
const CONFIRMING: usize = 2;

impl Stage<'_> {
    /// Administrator, officers, recovery, everyone of the file and `more` (key, role, name); content roles are confirmed by two officers.
    pub async fn enrol_everyone(&mut self, code: &str, more: &[(&str, &str, &str)]) -> Result<(), PlayError> {
        let language = language(&self.told.language);
        let mut administrator = self.stranger.enrol(Enrolment { who: "administrator", role: "TA", hat: "", code, second: None, name: "Beheerder", language }).await?;
        let mut officers: Vec<Session> = vec![];
        for number in 1..=OFFICERS {
            let name = format!("Herstelfunctionaris {number}");
            let invited = administrator.post("/invitations", &json!({ "role": "RP", "name": name })).await?;
            let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
            let session = self.stranger.enrol(Enrolment { who: "officer", role: "RP", hat: &hat, code: &code, second: None, name: &name, language }).await?;
            // The first two begin at once; who comes later is confirmed by them.
            if officers.len() >= CONFIRMING {
                for officer in officers.iter_mut().take(CONFIRMING) {
                    officer.post(&format!("/hats/{hat}/confirm"), &json!({})).await?;
                }
                session.put("/session/hat", &json!({ "hat": hat }), None).await?;
            }
            officers.push(session);
        }
        if let Some(first) = officers.first_mut() {
            first.post("/recovery", &json!({})).await?;
        }
        let of_file = self.told.people.iter().map(|person| (person.key.as_str(), person.role.as_str(), person.name.as_str()));
        for (key, called, name) in of_file.chain(more.iter().copied()) {
            // The file tells coders apart; to the server each is a coder.
            let role = if matches!(called, "C1" | "C2" | "C3") { "CD" } else { called };
            let invited = administrator.post("/invitations", &json!({ "role": role, "name": name })).await?;
            let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
            let session = self.stranger.enrol(Enrolment { who: key, role: called, hat: &hat, code: &code, second: None, name, language }).await?;
            // Who runs accounts reads nothing and confirms nobody, and needs nobody's word.
            for officer in officers.iter_mut().take(if role == "TA" { 0 } else { CONFIRMING }) {
                officer.post(&format!("/hats/{hat}/confirm"), &json!({})).await?;
            }
            session.put("/session/hat", &json!({ "hat": hat }), None).await?;
            self.people.push((key.to_owned(), session));
        }
        self.say(&format!("{} people signed in", self.people.len() + OFFICERS + 1));
        Ok(())
    }

    /// Names someone in the case, who accepts and signs.
    pub async fn name(&mut self, key: &str, role: &str, sector: &str, expert: bool) -> Result<(), PlayError> {
        let hat = self.who(key)?.hat.clone();
        self.act("CO", "/parties", json!({ "hat": hat, "role": role, "sector": sector, "dvExpert": expert })).await?;
        let accept = self.path("/parties/me");
        self.who(key)?.post(&accept, &json!({ "noConflict": true, "confidentiality": true })).await.map(drop)
    }
}
