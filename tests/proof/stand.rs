//! The stand the figures are measured on: two bureaus with the same practice case, in several states, and everyone signed in.

use std::collections::BTreeMap;

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
    pub ids: BTreeMap<&'static str, Vec<Uuid>>,
    /// Compartment, its kind, a form that lies there, a document of it.
    pub rooms: Vec<(Uuid, String, String, Uuid)>,
}

pub struct Stand {
    pub installation: Installation,
    pub server: String,
    pub client: Client,
    pub people: Vec<Person>,
    pub cases: Vec<Case>,
    _folder: tempfile::TempDir,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
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
            let code = start::tenant(&installation, &Bureau { name, zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true }).unwrap();
            let options = Options { server: server.parse().unwrap(), bootstrap_code: code, until: None, pdf_folder: folder.path().join("reports"), factors: factors().unwrap(), progress: |_: &str| {} };
            accounts.extend(play_several(&told, options, stops).await.unwrap().into_iter().map(|account| (bureau, account)));
        }
        let mut stand = Stand { installation, server, client, people: vec![], cases: vec![], _folder: folder };
        for (bureau, account) in accounts {
            let person = stand.sign_in(bureau, account).await;
            stand.people.push(person);
        }
        stand.propose();
        stand.cases = stand.look_up();
        stand
    }

    /// A second signature is asked for in each case, so that its routes have an object.
    fn propose(&self) {
        diesel::sql_query("insert into app.proposal (id, case_id, kind, by_membership_id) select gen_random_uuid(), c.id, 'stopped', p.membership_id from app.case_file c \
            join app.case_party p on p.case_id = c.id and p.role = 'CO' and not p.deputy").execute(&mut self.superuser()).unwrap();
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

    /// A request as somebody, or as nobody.
    pub fn call(&self, who: Option<&Person>, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.server)).header("If-Match", "\"1\"");
        match who {
            Some(person) => request.bearer_auth(&person.access).header("X-Lering-Unlock", &person.unlock),
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
            let mut ids: BTreeMap<&'static str, Vec<Uuid>> = BTreeMap::from([("{case}", vec![case.id])]);
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
                ("{proposal}", "select id from app.proposal where case_id = $1 limit 1"),
                ("{term}", "select id from app.deadline where case_id = $1 and done_at is null limit 1"),
                ("{notice}", "select id from app.notice where case_id = $1 limit 1"),
                ("{hat}", "select membership_id as id from app.case_party where case_id = $1 and role = 'CO' limit 1"),
                ("{item}", "select i.id from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = $1 and i.kind = 'finding' limit 1"),
            ] {
                let found: Vec<Id> = diesel::sql_query(sql).bind::<SqlUuid, _>(case.id).load(&mut db).unwrap();
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
        let fixed = |path: String| path.replace("{fact}", "om_consulted").replace("{step}", "T2").replace("{slot}", "c1").replace("{what}", "meeting").replace("{level}", "victim").replace("{format}", "csv").replace("{section}", "summary").replace("{to}", "relatives");
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
            real = real.replace(param, &id.to_string());
            absent = absent.replace(param, &Uuid::new_v4().to_string());
            any = true;
        }
        if any && !real.replace("{fact}", "").replace("{step}", "").replace("{slot}", "").replace("{what}", "").replace("{level}", "").replace("{format}", "").replace("{section}", "").replace("{to}", "").contains('{') { vec![(fixed(real), fixed(absent))] } else { vec![] }
    }
}
