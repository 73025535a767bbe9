//! What the committee decides on is what stands: one application, written until it is handed in; each assessment its author's alone, closed by
//! the decision; and nobody approves what they themselves found wanting.

use diesel::prelude::*;
use lering::ids::ProjectId;
use lering::research::{self, State, Vote};
use lering::tx::Refused;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

struct Room {
    world: World,
    people: Register,
    served: Served,
    project: ProjectId,
    within: String,
}

impl Room {
    async fn new() -> Room {
        let world = World::new().await;
        let by = world.administrator().await;
        let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
        for (who, name) in people.researchers.iter().chain(&people.committee).zip(["R. Zoeker", "T. Zoeker", "C. Lid", "D. Lid"]) {
            world.named(who, name);
        }
        let project = people.application(&world, 0, 300, vec![]).await;
        let (_, view) = served.get(&people.researchers[0], &format!("/api/v1/register/projects/{project}")).await;
        Room { within: view["compartment"].as_str().unwrap().to_owned(), world, people, served, project }
    }
    fn of(&self, form: &str) -> String {
        format!("/api/v1/compartments/{}/documents/{form}", self.within)
    }
    /// The documents of a form that somebody may read: id and author.
    async fn documents(&self, who: &Someone, form: &str) -> Vec<(String, String)> {
        let (_, list) = self.served.get(who, &self.of(form)).await;
        list.as_array().unwrap().iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one["author"].as_str().unwrap().to_owned())).collect()
    }
    /// What somebody hears who saves a further version of a document, and who keeps a draft of it.
    async fn saved(&self, who: &Someone, form: &str, id: &str, change: Value) -> [(u16, String); 2] {
        let path = format!("{}/{id}", self.of(form));
        let (_, open) = self.served.get(who, &path).await;
        let mut answers = open["answers"].clone();
        change.as_object().unwrap().iter().for_each(|(field, value)| answers[field] = value.clone());
        let draft = self.served.call(who, Method::PUT, &format!("{path}/draft")).json(&json!({ "seen": open["version"], "revision": 0, "answers": answers }));
        let draft = said(self.served.told(draft).await);
        let put = self.served.call(who, Method::PUT, &path).header("If-Match", format!("\"{}\"", open["version"])).json(&json!({ "answers": answers }));
        [said(self.served.told(put).await), draft]
    }
    async fn written(&self, who: &Someone, form: &str, answers: &Value) -> (u16, String) {
        said(self.served.post(who, &self.of(form), &json!({ "answers": answers })).await)
    }
    async fn voted(&self, who: &Someone, vote: Vote) -> Result<State, Refused> {
        let id = self.project;
        self.world.app.run(who.caller(), move |tx| research::vote(tx, id, vote, None)).await
    }
    async fn page(&self, who: &Someone, path: &str) -> (u16, String) {
        let answer = self.served.call(who, Method::GET, path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// Status, and the last word of the problem's type.
fn said((status, told): (u16, Value)) -> (u16, String) {
    (status, told["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default().to_owned())
}

fn refused(status: u16, kind: &str) -> [(u16, String); 2] {
    [(status, kind.to_owned()), (status, kind.to_owned())]
}

fn found(answer: &str) -> Value {
    json!({ "purpose_fits": answer, "least_data": answer, "cared_for": answer, "remarks": "Clear." })
}

/// Past the use cases, with the application's own role: whether anything changed.
async fn changes(world: &World, who: &Someone, sql: String) -> bool {
    let done = world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await;
    matches!(done, Ok(1..))
}

const APPLICATION: &str = "research-application";
const ASSESSMENT: &str = "research-assessment";

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_one_and_is_written_until_it_is_handed_in() {
    let room = Room::new().await;
    let applicant = &room.people.researchers[0];
    let (application, _) = room.documents(applicant, APPLICATION).await.remove(0);
    let change = || json!({ "title": "Something else" });
    assert_eq!(room.saved(applicant, APPLICATION, &application, change()).await, refused(409, "application-handed-in"));
    assert_eq!(room.written(applicant, APPLICATION, &change()).await, (409, "application-handed-in".into()));
    let (page, (status, _)) = (room.page(applicant, &format!("/rooms/{}/{APPLICATION}/{application}", room.within)).await, room.page(applicant, &format!("/rooms/{}/{APPLICATION}/new", room.within)).await);
    assert_eq!((page.0, page.1.contains("name=\"title\""), status), (200, false, 303), "read on its page, and not written: the empty form leads there");
    for sql in ["update app.item set changed_at = now() where kind = 'research-application'".to_owned(), format!(
        "insert into app.item (id, compartment_id, kind, author_id) values (gen_random_uuid(), '{}', '{APPLICATION}', '{}')", room.within, applicant.hat,
    )] {
        assert!(!changes(&room.world, applicant, sql.clone()).await, "the second wall: {sql}");
    }
    // What comes back is written on; a second one is none.
    for who in &room.people.committee {
        assert_eq!(room.written(who, ASSESSMENT, &found("no")).await.0, 201);
        room.voted(who, Vote::Return).await.unwrap();
    }
    assert_eq!(room.saved(applicant, APPLICATION, &application, json!({ "title": "Counts of what was known" })).await.map(|(status, _)| status), [200, 200]);
    assert_eq!(room.written(applicant, APPLICATION, &change()).await, (409, "already-there".into()));
    let id = room.project;
    room.world.app.run(applicant.caller(), move |tx| research::hand_in(tx, id)).await.unwrap();
    assert_eq!(room.saved(applicant, APPLICATION, &application, change()).await, refused(409, "application-handed-in"));
    for of in [0, 1] {
        room.people.vote(&room.world, of, id, Vote::Approve).await.unwrap();
    }
    assert_eq!(room.saved(applicant, APPLICATION, &application, change()).await, refused(409, "application-handed-in"));
    let (_, listed) = room.served.get(applicant, "/api/v1/register/projects/public").await;
    assert!(listed.to_string().contains("Counts of what was known") && !listed.to_string().contains("Something else"), "{listed}");
    assert_eq!(room.served.post(applicant, &format!("/api/v1/register/projects/{id}/withdraw"), &Value::Null).await.0, 204);
    assert_eq!(room.saved(applicant, APPLICATION, &application, change()).await, refused(409, "application-handed-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assessment_is_its_authors_and_closes_with_the_decision() {
    let room = Room::new().await;
    let ([first, second], id) = (&room.people.committee, room.project);
    room.people.vote(&room.world, 0, id, Vote::Approve).await.unwrap();
    let (theirs, _) = room.documents(first, ASSESSMENT).await.remove(0);
    let put = room.served.call(second, Method::PUT, &format!("{}/{theirs}", room.of(ASSESSMENT))).header("If-Match", "\"1\"").json(&json!({ "answers": found("no") }));
    assert_eq!(room.served.told(put).await.0, 404, "nor is it there to them yet");
    assert!(!changes(&room.world, second, format!("update app.item set changed_at = now() where id = '{theirs}'")).await, "the second wall");
    assert_eq!(room.written(first, ASSESSMENT, &found("yes")).await, (409, "already-there".into()), "one of each member");
    // Three times no, and approved all the same: first one or the other changes.
    assert_eq!(room.written(second, ASSESSMENT, &found("no")).await.0, 201);
    assert!(matches!(room.voted(second, Vote::Approve).await, Err(Refused::Rule("vote-against-assessment"))));
    let (own, _) = room.documents(second, ASSESSMENT).await.remove(0);
    assert_eq!(room.saved(second, ASSESSMENT, &own, json!({ "cared_for": "yes" })).await.map(|(status, _)| status), [200, 200]);
    assert!(matches!(room.voted(second, Vote::Approve).await, Err(Refused::Rule("vote-against-assessment"))), "two of three are still no");
    assert_eq!(room.saved(second, ASSESSMENT, &own, json!({ "purpose_fits": "yes", "least_data": "yes", "remarks": "Clear after all." })).await[0].0, 200);
    assert_eq!(room.voted(second, Vote::Approve).await.unwrap(), State::Approved);
    for (who, document) in [(first, &theirs), (second, &own)] {
        assert_eq!(room.saved(who, ASSESSMENT, document, json!({ "remarks": "Later." })).await, refused(409, "assessment-closed"));
        assert!(!changes(&room.world, who, format!("update app.item set changed_at = now() where id = '{document}'")).await, "the second wall");
    }
    assert_eq!(room.saved(second, ASSESSMENT, &theirs, json!({ "remarks": "Not so." })).await, refused(403, "not-yours"), "read by all now, and still its author's");
    // While it runs a member writes why it is to end; once it is over nobody writes.
    assert_eq!(room.written(first, ASSESSMENT, &found("no")).await.0, 201);
    assert_eq!(room.written(first, ASSESSMENT, &found("no")).await, (409, "already-there".into()));
    assert_eq!(room.served.post(&room.people.researchers[0], &format!("/api/v1/register/projects/{id}/withdraw"), &Value::Null).await.0, 204);
    assert_eq!(room.written(second, ASSESSMENT, &found("no")).await, (409, "assessment-closed".into()));
    let insert = format!("insert into app.item (id, compartment_id, kind, author_id) values (gen_random_uuid(), '{}', '{ASSESSMENT}', '{}')", room.within, second.hat);
    assert!(!changes(&room.world, second, insert).await, "the second wall: a new one after the end");
}

/// Each member comes to a view of their own, and the applicant hears it with the decision, not before.
#[tokio::test(flavor = "multi_thread")]
async fn an_assessment_is_read_by_nobody_else_before_the_committee_decided() {
    let room = Room::new().await;
    let ([first, second], applicant, id) = (&room.people.committee, &room.people.researchers[0], room.project);
    assert_eq!(room.written(first, ASSESSMENT, &json!({ "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Not to be told yet." })).await.0, 201);
    let (written, _) = room.documents(first, ASSESSMENT).await.remove(0);
    let path = format!("{}/{written}", room.of(ASSESSMENT));
    let at = format!("/rooms/{}/{ASSESSMENT}/{written}", room.within);
    let seen = |who: &Someone| {
        let who = who.caller();
        let sql = format!("select from app.item where id = '{written}'");
        room.world.app.run(who, move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) })
    };
    let closed = async |who: &Someone| {
        assert!(room.documents(who, ASSESSMENT).await.iter().all(|(id, _)| *id != written), "it is in the list");
        assert_eq!((room.served.get(who, &path).await.0, room.page(who, &at).await.0), (404, 404));
        assert!(!room.page(who, &format!("/register/projects/{id}")).await.1.contains(&written), "the project's page leads to it");
        assert_eq!(seen(who).await.unwrap(), 0, "the second wall");
    };
    for who in [applicant, second] {
        closed(who).await;
    }
    room.voted(first, Vote::Return).await.unwrap();
    for who in [applicant, second] {
        closed(who).await;
    }
    assert_eq!(room.written(second, ASSESSMENT, &found("no")).await.0, 201);
    assert_eq!(room.voted(second, Vote::Return).await.unwrap(), State::Returned);
    for who in [applicant, first, second] {
        assert_eq!(room.documents(who, ASSESSMENT).await.len(), 2);
        let (status, open) = room.served.get(who, &path).await;
        assert!(status == 200 && open.to_string().contains("Not to be told yet."), "{status} {open}");
    }
    // What led to that decision stays open in the next round, and what is written in it is not yet.
    room.world.app.run(applicant.caller(), move |tx| research::hand_in(tx, id)).await.unwrap();
    assert_eq!(room.written(first, ASSESSMENT, &found("yes")).await.0, 201);
    assert_eq!((room.documents(first, ASSESSMENT).await.len(), room.documents(second, ASSESSMENT).await.len(), room.documents(applicant, ASSESSMENT).await.len()), (3, 2, 2));
    // Taken back before the committee decided, it stays its author's.
    assert_eq!(room.served.post(applicant, &format!("/api/v1/register/projects/{id}/withdraw"), &Value::Null).await.0, 204);
    assert_eq!(room.documents(applicant, ASSESSMENT).await.len(), 2);
}
