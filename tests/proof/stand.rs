//! The stand the figures are measured on: two bureaus with the same practice case, in several states, and everyone signed in.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use lering::demo::factors;
use lering::start::{self, Bureau, Installation};
use reqwest::{Client, Method, RequestBuilder};
use scenario::{Options, SignIn, play_several, read};
use serde_json::{Value, json};
use uuid::Uuid;

const FILE: &str = include_str!("../../config/practice/light-1.yaml");
/// States in which a case of the first bureau stands, besides the finished one.
pub const STOPS: [&str; 3] = ["screening", "gathering", "consultation"];

/// Somebody signed in over HTTP.
#[derive(Clone)]
pub struct Person {
    /// Two letters.
    pub role: String,
    /// `A` or `B`.
    pub bureau: char,
    pub name: String,
    pub account: SignIn,
    pub access: String,
    pub unlock: String,
    pub refresh: String,
    pub hat: Uuid,
}

/// A case of the first bureau and what hangs on it: parameter of a path to the ids of it.
pub struct Case {
    pub state: String,
    pub ids: BTreeMap<&'static str, Vec<String>>,
    /// Compartment, its kind, a form that lies there, a document of it.
    pub rooms: Vec<(Uuid, String, String, Uuid)>,
}

pub struct Stand {
    pub installation: Installation,
    pub server: String,
    pub client: Client,
    pub people: Vec<Person>,
    pub cases: Vec<Case>,
    /// Access and refresh tokens that stand for those a person came with, and since when.
    renewed: Mutex<(Instant, BTreeMap<String, (String, String)>)>,
    _folder: tempfile::TempDir,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}
#[derive(QueryableByName)]
struct StateRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    state: String,
}
#[derive(QueryableByName)]
struct RoomRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    form: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    item: Option<Uuid>,
}

impl Stand {
    /// Plays the cases and signs everyone in.
    pub async fn new(stops: &[&str]) -> Stand {
        let folder = tempfile::Builder::new().prefix("lering proof ").tempdir().unwrap();
        let installation = start::open(folder.path(), None).unwrap();
        let server = installation.serve_beside().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let told = read("light-1.yaml", FILE).unwrap();
        let mut accounts = vec![];
        for (bureau, stops) in [('A', stops), ('B', &[])] {
            let name = format!("Reviewbureau {bureau}");
            let code = start::tenant(&installation, &Bureau { name, zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() }).unwrap();
            let options = Options { server: server.parse().unwrap(), bootstrap_code: code, until: None, pdf_folder: folder.path().join("reports"), factors: factors().unwrap(), progress: |_: &str| {} };
            accounts.extend(play_several(&told, options, stops).await.unwrap().into_iter().map(|account| (bureau, account)));
        }
        let mut stand = Stand { installation, server, client, people: vec![], cases: vec![], renewed: Mutex::new((Instant::now(), BTreeMap::new())), _folder: folder };
        for (bureau, account) in accounts {
            let person = stand.sign_in(bureau, account).await;
            stand.people.push(person);
        }
        stand.propose();
        stand.coders_sign();
        stand.cases = stand.look_up();
        stand
    }

    /// A second signature is asked for in each case, so that its routes have an object.
    fn propose(&self) {
        diesel::sql_query("insert into app.proposal (id, case_id, kind, by_membership_id) select gen_random_uuid(), c.id, 'stopped', p.membership_id from app.case_file c \
            join app.case_party p on p.case_id = c.id and p.role = 'CO' and not p.deputy").execute(&mut self.superuser()).unwrap();
    }

    /// Coders sign the statements of their cases, without which they are given no evidence.
    fn coders_sign(&self) {
        diesel::sql_query("update app.case_party set accepted_at = now(), statement_signed_at = now() where role = 'CD'").execute(&mut self.superuser()).unwrap();
    }

    /// What the played cases do not leave behind, so that the routes to it have an object too: a file brought in, a pair of records that may
    /// be one event, somebody to be removed, a project to be renewed, a table of a project, a pattern.
    pub fn objects(&mut self) {
        self.superuser().batch_execute(
            "create temp table a as select id from app.bureau where name = 'Reviewbureau A'; \
             create temp table hats as select m.role, (array_agg(m.id order by m.since, m.id))[1] as id from app.membership m join a on a.id = m.bureau_id where m.state = 'active' and m.person_id is not null group by m.role; \
             insert into app.import (id, bureau_id, membership_id, file_mac, rows, codebook, state) select gen_random_uuid(), a.id, h.id, sha256('a file'), 1, '2026.1', 'uploaded' from a, hats h where h.role = 'RM'; \
             create temp table twins as select r.id, r.case_id, row_number() over (order by r.case_no) as n from app.record r join a on a.id = r.bureau_id where r.case_id is not null; \
             insert into app.record_pair (id, first_id, second_id, kinds, score, state, keeps_id) select gen_random_uuid(), least(o.id, t.id), greatest(o.id, t.id), '{region}', 5, 'proposed', o.id from twins o, twins t where o.n = 1 and t.n > 1; \
             insert into app.merge_question (pair_id, case_id, other_bureau, leads, asked_by) select p.id, t.case_id, 'Reviewbureau B', t.n = 1, h.id from app.record_pair p join twins t on t.id in (p.first_id, p.second_id), hats h where h.role = 'RM'; \
             insert into app.removal (id, case_id, bureau_id, subject, reason, by_membership_id) select gen_random_uuid(), c.id, c.bureau_id, 'v1', 'entered_twice', h.id from app.case_file c join a on a.id = c.bureau_id, hats h where h.role = 'CO'; \
             insert into app.project_change (id, project_id, kind, until, asked_by) select gen_random_uuid(), p.id, 'renewal', current_date + 400, p.applicant_id from app.project p join a on a.id = p.bureau_id where p.state = 'approved'; \
             insert into app.released_table (snapshot_id, question_id, outcome, second, cells, body, project_id, released_by) select t.snapshot_id, repeat(md5('another'), 2), t.outcome, t.second, t.cells, t.body, p.id, p.applicant_id \
               from app.project p join a on a.id = p.bureau_id, lateral (select t.* from app.released_table t join frozen.snapshot s on s.id = t.snapshot_id and s.bureau_id = p.bureau_id limit 1) t where p.state = 'approved'; \
             insert into app.item (id, compartment_id, kind, author_id) select gen_random_uuid(), c.id, 'timeline-pattern', h.id from app.compartment c join a on a.id = c.bureau_id, hats h where c.kind = 'panel' and c.epoch > 0 and h.role = 'CH'; \
             insert into app.item (id, compartment_id, kind, author_id) select gen_random_uuid(), c.id, 'report-remark', h.id from app.compartment c join a on a.id = c.bureau_id, hats h where c.kind = 'panel' and c.epoch > 0 and h.role = 'PM'; \
             create temp table sides as select b.id as batch, s.id as source, r.id as reflection, r.compartment_id as room from app.case_file b join a on a.id = b.bureau_id join app.case_file s on s.bureau_id = b.bureau_id and s.id <> b.id \
               join app.reflection r on r.case_id = s.id order by b.number desc, s.number, r.created_at limit 1; \
             insert into app.thematic_source (id, batch_id, source_id, number, named_by) select gen_random_uuid(), batch, source, 1, h.id from sides, hats h where h.role = 'CO'; \
             insert into app.thematic_item (id, thematic_id, batch_id, source_id, reflection_id, compartment_id, kind, copy_id, document_id, due_on, shred_on, asked_by) \
               select gen_random_uuid(), t.id, t.batch_id, t.source_id, s.reflection, s.room, 'reflection', i.id, i.id, current_date + 10, current_date + 100, t.named_by from app.thematic_source t, sides s, lateral (select id from app.item limit 1) i; \
             drop table a, hats, twins, sides",
        ).unwrap();
        self.cases = self.look_up();
        let without: Vec<&str> = ["{import}", "{pair}", "{removal}", "{change}", "{table}", "{organisation}", "{pattern}", "{remark}", "{source}", "{proposed}"].into_iter().filter(|param| self.cases.iter().all(|case| case.ids.get(param).is_none_or(Vec::is_empty))).collect();
        assert!(without.is_empty(), "nothing stands at {without:?}");
    }

    /// The superuser's connection, to look past everything.
    pub fn superuser(&self) -> PgConnection {
        PgConnection::establish(&self.installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap()
    }

    /// Signs in over HTTP, and puts the hat on.
    pub async fn sign_in(&self, bureau: char, account: SignIn) -> Person {
        for attempt in 0..4 {
            let moment = chrono::Utc::now().timestamp() + [0, 30, -30, 30][attempt];
            let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate(moment.unsigned_abs()).to_string();
            let told = json!({ "signInName": account.sign_in_name, "passphrase": account.passphrase, "oneTimeCode": code });
            let answer = self.client.post(format!("{}/api/v1/sessions", self.server)).json(&told).send().await.unwrap();
            if !answer.status().is_success() {
                tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
                continue;
            }
            let tokens: Value = answer.json().await.unwrap();
            let text = |member: &str| tokens[member].as_str().unwrap_or_default().to_owned();
            let mut person = Person {
                role: account.role.clone(), bureau, name: account.name.clone(), access: text("accessToken"), unlock: text("unlockSecret"), refresh: text("refreshToken"), account, hat: Uuid::nil(),
            };
            let me: Value = self.call(Some(&person), Method::GET, "/api/v1/session").send().await.unwrap().json().await.unwrap();
            person.hat = me["hats"][0]["id"].as_str().unwrap_or_else(|| panic!("{me}")).parse().unwrap();
            let worn = self.call(Some(&person), Method::PUT, "/api/v1/session/hat").json(&json!({ "hat": person.hat })).send().await.unwrap();
            assert!(worn.status().is_success(), "{}", worn.status());
            return person;
        }
        panic!("{} can't sign in", account.name)
    }

    /// Renews everybody's access when it is some minutes old: it holds ten, and a slow machine measures longer.
    pub async fn renew(&self) {
        if self.renewed.lock().unwrap().0.elapsed() < Duration::from_secs(240) { return }
        for person in &self.people {
            let refresh = self.renewed.lock().unwrap().1.get(&person.access).map_or(person.refresh.clone(), |(_, refresh)| refresh.clone());
            let answer = self.call(Some(person), Method::POST, "/api/v1/sessions/refresh").json(&json!({ "refreshToken": refresh })).send().await.unwrap();
            assert!(answer.status().is_success(), "{} is signed out: {}", person.name, answer.status());
            let tokens: Value = answer.json().await.unwrap();
            let text = |member: &str| tokens[member].as_str().unwrap_or_default().to_owned();
            self.renewed.lock().unwrap().1.insert(person.access.clone(), (text("accessToken"), text("refreshToken")));
        }
        self.renewed.lock().unwrap().0 = Instant::now();
    }

    /// A request as somebody, or as nobody.
    pub fn call(&self, who: Option<&Person>, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.server)).header("If-Match", "\"1\"");
        match who {
            Some(person) => request.bearer_auth(self.renewed.lock().unwrap().1.get(&person.access).map_or(&person.access, |(access, _)| access)).header("X-Lering-Unlock", &person.unlock),
            None => request,
        }
    }

    /// The first of a bureau in a role.
    pub fn one(&self, bureau: char, role: &str) -> &Person {
        self.people.iter().find(|person| person.bureau == bureau && person.role == role).unwrap_or_else(|| panic!("no {role} in {bureau}"))
    }

    fn look_up(&self) -> Vec<Case> {
        let mut db = self.superuser();
        let cases: Vec<StateRow> = diesel::sql_query("select c.id, c.state from app.case_file c join app.bureau b on b.id = c.bureau_id where b.name = 'Reviewbureau A' order by c.number").load(&mut db).unwrap();
        cases.into_iter().map(|case| {
            let mut ids: BTreeMap<&'static str, Vec<String>> = BTreeMap::from([("{case}", vec![case.id.to_string()])]);
            for (param, sql) in [
                ("{reflection}", "select id from app.reflection where case_id = $1 order by created_at limit 1"),
                ("{relative}", "select id from app.relative where case_id = $1 order by created_at limit 1"),
                ("{question}", "select id from app.question where case_id = $1 order by asked_at limit 1"),
                ("{passage}", "select id from app.passage where case_id = $1 order by placed_at limit 1"),
                ("{recommendation}", "select id from app.recommendation where case_id = $1 order by number limit 1"),
                ("{record}", "select id from app.record where case_id = $1"),
                ("{project}", "select p.id from app.project p join app.case_file c on c.bureau_id = p.bureau_id where c.id = $1 limit 1"),
                ("{snapshot}", "select s.id from frozen.snapshot s join app.case_file c on c.bureau_id = s.bureau_id where c.id = $1 limit 1"),
                ("{request}", "select r.id from app.output_request r join app.case_file c on c.bureau_id = r.bureau_id where c.id = $1 limit 1"),
                ("{import}", "select i.id from app.import i join app.case_file c on c.bureau_id = i.bureau_id where c.id = $1 limit 1"),
                ("{pair}", "select p.id from app.record_pair p join app.record r on r.id in (p.first_id, p.second_id) where r.case_id = $1 limit 1"),
                ("{removal}", "select id from app.removal where case_id = $1 limit 1"),
                ("{change}", "select k.id from app.project_change k join app.project p on p.id = k.project_id join app.case_file c on c.bureau_id = p.bureau_id where c.id = $1 limit 1"),
                ("{table}", "select t.question_id as id from app.released_table t join app.project p on p.id = t.project_id join app.case_file c on c.bureau_id = p.bureau_id where c.id = $1 and t.public_at is null limit 1"),
                ("{organisation}", "select m.organisation_id as id from app.membership m join app.case_file c on c.bureau_id = m.bureau_id where c.id = $1 and m.organisation_id is not null limit 1"),
                ("{remark}", "select i.id from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = $1 and i.kind = 'report-remark' limit 1"),
                ("{pattern}", "select i.id from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = $1 and i.kind = 'timeline-pattern' limit 1"),
                ("{source}", "select id from app.thematic_source where $1 in (batch_id, source_id) limit 1"),
                ("{proposed}", "select id from app.thematic_item where source_id = $1 limit 1"),
                ("{proposal}", "select id from app.proposal where case_id = $1 limit 1"),
                ("{known}", "select subject_id as id from app.milestone where case_id = $1 and name = 'organisation_known' limit 1"),
                ("{term}", "select id from app.deadline where case_id = $1 and done_at is null limit 1"),
                ("{notice}", "select id from app.notice where case_id = $1 limit 1"),
                ("{hat}", "select membership_id as id from app.case_party where case_id = $1 and role = 'CO' limit 1"),
                ("{wording}", "select i.id from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = $1 and c.kind = 'kin' limit 1"),
                ("{item}", "select i.id from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = $1 and i.kind = 'finding' limit 1"),
            ] {
                let found: Vec<Id> = diesel::sql_query(format!("select id::text as id from ({sql}) found")).bind::<SqlUuid, _>(case.id).load(&mut db).unwrap();
                ids.insert(param, found.into_iter().map(|row| row.id).collect());
            }
            let rooms: Vec<RoomRow> = diesel::sql_query(
                "select distinct on (c.kind) c.id, c.kind, i.kind as form, i.id as item from app.compartment c left join app.item i on i.compartment_id = c.id \
                 and i.kind in ('notification', 'screening', 'reflection', 'relative-input', 'contact-plan', 'meeting', 'report-section', 'action-response') \
                 where c.case_id = $1 and c.kind in ('case', 'reflection', 'kin', 'panel', 'report', 'action') order by c.kind, i.kind nulls last",
            ).bind::<SqlUuid, _>(case.id).load(&mut db).unwrap();
            let default = |kind: &str| match kind { "case" => "notification", "reflection" => "reflection", "kin" => "relative-input", "panel" => "meeting", "report" => "report-section", _ => "action-response" };
            let rooms = rooms.into_iter().map(|row| (row.id, row.kind.clone(), row.form.unwrap_or_else(|| default(&row.kind).to_owned()), row.item.unwrap_or_else(Uuid::new_v4))).collect();
            Case { state: case.state, ids, rooms }
        }).collect()
    }
}

impl Case {
    /// The paths a route makes with this case's ids, and the same with ids nobody has. Routes without an id of a case make none.
    pub fn paths(&self, route: &str) -> Vec<(String, String)> {
        let fixed = |path: String| path.replace("{fact}", "om_consulted").replace("{step}", "T2").replace("{slot}", "c1").replace("{what}", "meeting").replace("{level}", "victim").replace("{format}", "csv").replace("{section}", "summary").replace("{to}", "relatives").replace("{how}", "pause").replace("{version}", "1");
        if route.contains("{compartment}") {
            return self.rooms.iter().map(|(room, _, form, item)| {
                let made = |room: Uuid, item: Uuid| fixed(route.replace("{compartment}", &room.to_string()).replace("{form}", form).replace("{item}", &item.to_string()));
                (made(*room, *item), made(Uuid::new_v4(), Uuid::new_v4()))
            }).collect();
        }
        let (mut real, mut absent, mut any) = (route.to_owned(), route.to_owned(), false);
        for (param, ids) in &self.ids {
            if !route.contains(param) { continue }
            let Some(id) = ids.first() else { return vec![] };
            real = real.replace(param, id);
            // An id of the same shape that nobody has: of a table it is a hash, of all else a UUID.
            let nobodys = if id.len() == 64 { Uuid::new_v4().simple().to_string().repeat(2) } else { Uuid::new_v4().to_string() };
            absent = absent.replace(param, &nobodys);
            any = true;
        }
        if any && !real.replace("{fact}", "").replace("{step}", "").replace("{slot}", "").replace("{what}", "").replace("{level}", "").replace("{format}", "").replace("{section}", "").replace("{to}", "").replace("{how}", "").replace("{version}", "").contains('{') { vec![(fixed(real), fixed(absent))] } else { vec![] }
    }
}
