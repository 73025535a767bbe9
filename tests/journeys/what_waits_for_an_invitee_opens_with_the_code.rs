use lering::access::{Act, Kind, Role};
use lering::compartments::{self, Access, FirstMember, Written};
use lering::tx::{Place, Refused};

use crate::support::World;

static LEAD: Act = Act { name: "test.lead", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static REFLECT: Act = Act { name: "test.reflect", within: Kind::Reflection, by: &[Role::Author], step_up: false };

/// Ruling 5: the first sign-in is not empty, and no coordinator ever held the key of a reflection.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_placed_before_the_contact_had_keys_is_read_at_first_sign_in() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    let police = world.organisation(&coordinator, "Politie, eenheid Noord-Nederland").await;
    let contact = world.invite_of(&coordinator, Role::Contact, Some(police)).await;
    let contact_hat = contact.hat;
    let (reflection, item) = world.app.run(coordinator.caller(), move |tx| -> Result<_, Refused> {
        let own = compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)?.id;
        let permit = tx.permit(&LEAD, Place::Compartment(own), None)?;
        let first = FirstMember { membership: contact_hat, role: Role::Contact, access: Access::Facts };
        let reflection = compartments::await_birth(tx, Kind::Reflection, case, first)?.id;
        let written = Written { kind: "invitation", subject: None, form_version: "1", ground: "public_task", complete: true };
        let item = compartments::place(tx, &permit, reflection, &written, &"Ziet u een dossier?")?;
        Ok((reflection, item))
    }).await.unwrap();
    let contact = world.enrol(contact).await;
    let words = world.app.run(contact.caller(), move |tx| compartments::open_granted::<String>(tx, item)).await.unwrap();
    assert_eq!(words.body, "Ziet u een dossier?");
    assert!(world.app.run(coordinator.caller(), move |tx| compartments::open_granted::<String>(tx, item)).await.is_err());
    // The contact names an author, who has a code and no account yet; the compartment is born in the contact's session, who
    // keeps no wrap of its key. The author's grant waits under the code.
    let author = world.invite_of(&contact, Role::Author, Some(police)).await;
    let author_hat = author.hat;
    let born = world.app.run(contact.caller(), move |tx| compartments::be_born(tx, reflection, &[(author_hat, Role::Author)])).await.unwrap();
    assert_eq!(born.epoch, 1);
    let author = world.enrol(author).await;
    let read = move |tx: &mut lering::tx::Tx| -> Result<String, Refused> {
        let permit = tx.permit(&REFLECT, Place::Compartment(reflection), None)?;
        Ok(compartments::open::<String>(tx, &permit, item)?.body)
    };
    assert_eq!(world.app.run(author.caller(), read).await.unwrap(), "Ziet u een dossier?");
    let released = world.app.run(author.caller(), move |tx| -> Result<_, Refused> {
        let permit = tx.permit(&REFLECT, Place::Compartment(reflection), None)?;
        let written = Written { kind: "reflection", subject: None, form_version: "1", ground: "public_task", complete: true };
        compartments::put(tx, &permit, &written, &"copper-otter-2290")
    }).await;
    assert!(released.is_ok());
    // The coordinator, who leads the case, sees the process and no word.
    assert!(matches!(world.app.run(coordinator.caller(), read).await, Err(Refused::NotYours)));
    let again = world.app.run(contact.caller(), move |tx| -> Result<(), Refused> {
        let permit = tx.permit(&REFLECT, Place::Compartment(reflection), None)?;
        compartments::open::<String>(tx, &permit, item).map(|_| ())
    }).await;
    assert!(matches!(again, Err(Refused::NotYours)), "a contact sees the process, not the reflection");
}
