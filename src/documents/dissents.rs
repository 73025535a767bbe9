//! What members hold against a finding, as it stands on the finding's page: under their roles, and where one adds one's own.

use super::pages::writes;
use crate::access::Role;
use crate::compartments;
use crate::findings;
use crate::ids::{CompartmentId, ItemId};
use crate::texts::Words;
use crate::tx::{Refused, Tx};

/// How a dissent is headed: under the role of whose it is.
pub fn of_role(role: Role, words: &Words) -> String {
    words.a("dissent-role", "role", words.t(&format!("role-{}", role.code())).to_lowercase())
}

/// What members hold against a finding, on its page.
#[derive(Default)]
pub(super) struct Dissents {
    /// Under which role, the words, and where it is changed, for whose it is.
    pub(super) said: Vec<(String, String, Option<String>)>,
    /// Where one adds one's own, for who may and has none yet.
    pub(super) add: Option<String>,
}

impl Dissents {
    /// Of a finding; of any other document there are none. A dissent itself says whose it is.
    pub(super) fn of(tx: &mut Tx, within: CompartmentId, form: &str, item: ItemId, words: &Words) -> Result<Dissents, Refused> {
        if form != findings::FINDING.form && form != findings::DISSENT.form {
            return Ok(Dissents::default());
        }
        let (_, case) = compartments::kind_of(tx, within)?;
        let case = case.ok_or(Refused::NotFound)?;
        let all = findings::dissents(tx, case)?;
        let room = format!("/rooms/{within}/{}", findings::DISSENT.form);
        if form == findings::DISSENT.form {
            let own = all.into_iter().find(|one| one.id == item && !one.own);
            return Ok(Dissents { said: own.map(|one| (of_role(one.role, words), String::new(), None)).into_iter().collect(), add: None });
        }
        let here: Vec<findings::Dissent> = all.into_iter().filter(|one| one.finding == item).collect();
        let add = writes(tx, &findings::DISSENT) && !here.iter().any(|one| one.own);
        let said = here.into_iter().map(|one| (of_role(one.role, words), one.text, one.own.then(|| format!("{room}/{}", one.id)))).collect();
        Ok(Dissents { said, add: add.then(|| format!("{room}/new")) })
    }
}
