//! What happens by itself: mail over SMTP, reminders, follow-up the day after, shredding on its day.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::compartments::{self, Access, FirstMember, Member, Written};
use lering::ids::{CaseId, CompartmentId, ItemId, MembershipId};
use lering::notices::{self, Mail, Sent};
use lering::tx::{Place, Refused};
use lering::worker::{self, Settings};

use crate::support::post::{PostOffice, Says};
use crate::support::{Someone, World};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

fn run(world: &World, sql: &str) {
    diesel::sql_query(sql).execute(&mut world.connection("postgres")).unwrap();
}

async fn tell(world: &World, by: &Someone, to: MembershipId) {
    world.app.run(by.caller(), move |tx| notices::tell(tx, to, notices::Kind::Released, None, None)).await.unwrap();
}

fn settings(office: &PostOffice) -> Settings {
    Settings::new(Mail::smtp(&office.url, "lering@example.org", None).unwrap(), "https://lering.example.org".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn i_14_mail_says_that_something_is_ready_once_a_day_and_nothing_more() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (anna, bert) = (world.person(&administrator, Role::Coordinator).await, world.person(&administrator, Role::Chair).await);
    world.with_mail_address(&anna, "anna@example.org");
    let office = PostOffice::open();
    let settings = settings(&office);
    tell(&world, &bert, anna.hat).await;
    tell(&world, &bert, anna.hat).await;
    assert_eq!(worker::send(&world.app, &settings).await, Sent { sent: 1, ..Sent::default() }, "two notices, one mail");
    let mails = office.got();
    let mail = mails.first().unwrap();
    assert!(mail.contains("To: anna@example.org") && mail.contains("Subject: Er staat iets voor u klaar") && mail.contains("https://lering.example.org"), "{mail}");
    for secret in ["Bakker", "Noord", "HG-", "vrijgegeven", "text/html"] {
        assert!(!mail.contains(secret), "{secret} in {mail}");
    }
    // The same day brings no second mail, but for what can't wait.
    tell(&world, &bert, anna.hat).await;
    assert_eq!(worker::send(&world.app, &settings).await, Sent::default());
    let to = anna.hat;
    world.app.run(bert.caller(), move |tx| notices::tell(tx, to, notices::Kind::Deferred, None, None)).await.unwrap();
    assert_eq!(worker::send(&world.app, &settings).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_does_not_go_is_tried_again_later_or_given_up_and_no_address_is_kept() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (anna, bert) = (world.person(&administrator, Role::Coordinator).await, world.person(&administrator, Role::Chair).await);
    world.with_mail_address(&anna, "anna@example.org");
    let office = PostOffice::open();
    let settings = settings(&office);
    office.says(Says::Later);
    tell(&world, &bert, anna.hat).await;
    assert_eq!(worker::send(&world.app, &settings).await, Sent { later: 1, ..Sent::default() });
    assert_eq!(worker::send(&world.app, &settings).await, Sent::default(), "it waits its turn");
    assert_eq!(count(&world, "select count(*) as n from app.notice where state = 'waiting' and attempts = 1 and next_at between now() + interval '50 s' and now() + interval '70 s'"), 1);
    run(&world, "update app.notice set next_at = now()");
    office.says(Says::No);
    assert_eq!(worker::send(&world.app, &settings).await, Sent { failed: 1, ..Sent::default() });
    assert_eq!(count(&world, "select count(*) as n from app.notice where state = 'failed' and last_error like 'refused: 550%' and last_error not like '%anna%'"), 1);
    // The administrator sees that it failed, and offers it again.
    let listed = world.app.run(administrator.caller(), |tx| notices::outbox(tx)).await.unwrap();
    let failed = listed.first().unwrap();
    assert_eq!((failed.state.as_str(), failed.attempts), ("failed", 2));
    let id = failed.id;
    world.app.run(administrator.caller(), move |tx| notices::offer_again(tx, id)).await.unwrap();
    office.says(Says::Yes);
    assert_eq!(worker::send(&world.app, &settings).await.sent, 1);
    assert!(matches!(world.app.run(administrator.caller(), move |tx| notices::offer_again(tx, id)).await, Err(Refused::Rule("message-gone"))));
    // Without a mail server it is held, never lost.
    run(&world, "update app.notice set sent_at = null");
    tell(&world, &bert, anna.hat).await;
    let nowhere = Settings::new(Mail::Nowhere, String::new());
    assert_eq!(worker::send(&world.app, &nowhere).await, Sent { kept: 1, ..Sent::default() });
    assert_eq!(count(&world, "select count(*) as n from app.notice where state = 'held'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_send_nothing_twice() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let bert = world.person(&administrator, Role::Chair).await;
    let office = PostOffice::open();
    let settings = settings(&office);
    for number in 0..12 {
        let anna = world.person(&administrator, Role::PanelMember).await;
        world.with_mail_address(&anna, &format!("panel{number}@example.org"));
        tell(&world, &bert, anna.hat).await;
    }
    let turns = async || { let mut sent = 0; for _ in 0..4 { sent += worker::send(&world.app, &settings).await.sent } sent };
    let (one, two, three) = tokio::join!(turns(), turns(), turns());
    let mut to: Vec<String> = office.got().iter().filter_map(|mail| mail.lines().find(|line| line.starts_with("To: ")).map(str::to_owned)).collect();
    assert_eq!((one + two + three, to.len()), (12, 12));
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_remind_who_must_act_and_the_day_after_publication_follow_up_begins() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    run(&world, "insert into app.deadline (id, case_id, kind, role, started_on, due_on) select gen_random_uuid(), id, 'screening', 'CO', current_date - 40, current_date - 3 from app.case_file");
    run(&world, "insert into app.deadline (id, case_id, kind, role, started_on, due_on, paused_on) select gen_random_uuid(), id, 'panel', 'CO', current_date - 40, current_date - 3, current_date - 5 from app.case_file");
    assert_eq!(worker::look(&world.app).await.reminded, 1, "one term is late, the other stands still");
    assert_eq!(worker::look(&world.app).await.reminded, 0);
    let mine = world.app.run(coordinator.caller(), |tx| notices::mine(tx)).await.unwrap();
    assert_eq!(mine.iter().map(|notice| (notice.kind.as_str(), notice.case)).collect::<Vec<_>>(), [("term_passed", Some(case))]);
    // Published today: nothing yet. Published yesterday: follow-up, with its step and its term.
    run(&world, "update app.case_file set state = 'published', state_since = now()");
    assert_eq!(worker::look(&world.app).await.followed, 0);
    run(&world, "update app.case_file set state_since = now() - interval '25 hours'");
    assert_eq!(worker::look(&world.app).await.followed, 1);
    assert_eq!(count(&world, "select count(*) as n from app.case_file c join app.case_step s on s.case_id = c.id where c.state = 'follow_up' and s.step = 'T19' and s.role = 'WK' and s.membership_id is null"), 1);
    assert_eq!(count(&world, "select count(*) as n from app.deadline where kind = 'owner_answer' and done_at is null"), 1);
    assert_eq!(worker::look(&world.app).await.followed, 0);
}

static WRITE: Act = Act { name: "test.write", within: Kind::Reflection, by: &[Role::Author], step_up: false };

async fn reflection_of(world: &World, coordinator: &Someone, author: &Someone, organisation: lering::ids::OrganisationId, case: CaseId) -> (CompartmentId, ItemId) {
    let hat = author.hat;
    let made = world.app.run(coordinator.caller(), move |tx| compartments::await_birth(tx, Kind::Reflection, case, FirstMember { membership: hat, role: Role::Author, access: Access::Full })).await.unwrap();
    let id = made.id;
    let item = world.app.run(author.caller(), move |tx| -> Result<_, Refused> {
        compartments::be_born(tx, id, &[])?;
        let permit = tx.permit(&WRITE, Place::Compartment(id), None)?;
        compartments::put(tx, &permit, &Written { kind: "reflection", subject: None, form_version: "1", ground: "public_task", complete: true }, &"what we saw")
    }).await.unwrap();
    diesel::sql_query("insert into app.reflection (id, case_id, organisation_id, compartment_id, contact_id, state, due_on) values (gen_random_uuid(), $1, $2, $3, $4, 'released', current_date)")
        .bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(organisation).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(author.hat).execute(&mut world.connection("postgres")).unwrap();
    (id, item)
}

#[tokio::test(flavor = "multi_thread")]
async fn i_12_a_reflection_is_shredded_twelve_months_after_adoption_and_no_day_sooner() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let organisation = world.organisation(&coordinator, "Politie").await;
    let invited = world.invite_of(&coordinator, Role::Contact, Some(organisation)).await;
    let contact = world.enrol(invited).await;
    let invited = world.invite_of(&contact, Role::Author, Some(organisation)).await;
    let author = world.enrol(invited).await;
    let (old, young) = (world.case(&coordinator).await, world.case(&coordinator).await);
    let (first, first_item) = reflection_of(&world, &coordinator, &author, organisation, old).await;
    let (second, second_item) = reflection_of(&world, &coordinator, &author, organisation, young).await;
    let adopted = |case: CaseId, ago: &str| {
        diesel::sql_query("insert into app.case_step (id, case_id, step, from_state, to_state, role, at) values (gen_random_uuid(), $1, 'T16', 'quality_review', 'decided', 'CO', now() - $2::interval)")
            .bind::<SqlUuid, _>(case).bind::<Text, _>(ago).execute(&mut world.connection("postgres")).unwrap();
    };
    adopted(old, "13 months");
    adopted(young, "11 months");
    run(&world, "update app.case_file set state = 'follow_up', state_since = now()");
    let opens = |id: CompartmentId, item: ItemId| {
        let (app, caller) = (world.app.clone(), author.caller());
        async move {
            app.run(caller, move |tx| -> Result<String, Refused> {
                let permit = tx.permit(&WRITE, Place::Compartment(id), item.uuid())?;
                Ok(compartments::open::<String>(tx, &permit, item)?.body)
            }).await
        }
    };
    assert_eq!(opens(first, first_item).await.unwrap(), "what we saw");
    assert_eq!(worker::look(&world.app).await.shredded, 1);
    assert!(opens(first, first_item).await.is_err(), "its key is gone");
    assert_eq!(opens(second, second_item).await.unwrap(), "what we saw");
    assert_eq!(count(&world, "select count(*) as n from sec.log_entry where action = 'reflection.shred' and role = 'worker'"), 1);
    assert_eq!(worker::look(&world.app).await.shredded, 0);
}

static WORDS: Act = Act { name: "test.words", within: Kind::Kin, by: &[Role::Coordinator, Role::Supporter], step_up: false };

#[tokio::test(flavor = "multi_thread")]
async fn a_supporter_who_may_read_reads_and_writes_nothing_whatever_the_code_does() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let supporter = world.person(&coordinator, Role::Supporter).await;
    let case = world.case(&coordinator).await;
    let note = || Written { kind: "note", subject: None, form_version: "1", ground: "consent", complete: true };
    let hat = supporter.hat;
    let (kin, item) = world.app.run(coordinator.caller(), move |tx| -> Result<_, Refused> {
        let kin = compartments::create(tx, Kind::Kin, Some(case), Role::Coordinator)?.id;
        let permit = tx.permit(&WORDS, Place::Compartment(kin), None)?;
        let item = compartments::put(tx, &permit, &note(), &"who she was")?;
        compartments::add_member(tx, kin, &Member { membership: hat, role: Role::Supporter, access: Access::Read, deputy: false, until: None })?;
        Ok((kin, item))
    }).await.unwrap();
    let read = world.app.run(supporter.caller(), move |tx| -> Result<String, Refused> {
        let permit = tx.permit(&WORDS, Place::Compartment(kin), item.uuid())?;
        Ok(compartments::open::<String>(tx, &permit, item)?.body)
    }).await.unwrap();
    assert_eq!(read, "who she was");
    let write = async || world.app.run(supporter.caller(), move |tx| -> Result<ItemId, Refused> {
        let permit = tx.permit(&WORDS, Place::Compartment(kin), None)?;
        compartments::put(tx, &permit, &note(), &"not mine to write")
    }).await;
    assert!(matches!(write().await, Err(Refused::NotYours)));
    // The relative changes their mind.
    world.app.run(coordinator.caller(), move |tx| compartments::set_access(tx, kin, hat, Access::Full)).await.unwrap();
    assert!(write().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_tells_whom_they_do_not_know_and_administrators_see_no_relatives_mail() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let stranger = world.person(&administrator, Role::Chair).await;
    let relative = world.person(&coordinator, Role::Relative).await;
    tell(&world, &coordinator, relative.hat).await;
    assert!(world.app.run(administrator.caller(), |tx| notices::outbox(tx)).await.unwrap().is_empty());
    let to = stranger.hat;
    let tried = world.app.run(relative.caller(), move |tx| notices::tell(tx, to, notices::Kind::Placed, None, None)).await;
    assert!(matches!(tried, Err(Refused::NotYours)), "{tried:?}");
    // A relative without rules for messages gets none.
    let office = PostOffice::open();
    world.with_mail_address(&relative, "relative@example.org");
    assert_eq!(worker::send(&world.app, &settings(&office)).await, Sent { kept: 1, ..Sent::default() });
    assert!(office.got().is_empty());
    assert!(matches!(world.app.run(coordinator.caller(), |tx| notices::outbox(tx)).await, Err(Refused::NotFound)));
}
