//! A played case behind a running server, and its people signed in over HTTP: as a program, or with cookies as a browser.

use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::demo::factors;
use lering::start::{self, Bureau, Installation};
use reqwest::{Client, Method, RequestBuilder, Response};
use scenario::{Options, SignIn, play_several, read};
use serde_json::{Value, json};
use tempfile::TempDir;

const FILE: &str = include_str!("../../config/practice/light-1.yaml");

/// The server and everyone of the case.
pub struct Played {
    pub installation: Installation,
    pub server: String,
    pub client: Client,
    pub accounts: Vec<SignIn>,
    folder: TempDir,
}

/// Somebody signed in.
#[derive(Clone)]
pub struct Signed {
    pub hat: String,
    access: String,
    unlock: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Played {
    /// A bureau with one finished case, and one more in each of the states given.
    pub async fn new(stops: &[&str]) -> Played {
        Played::of_file(("light-1.yaml", FILE), "Oefenbureau", stops).await
    }

    /// The same with another case and bureau.
    pub async fn of_file((name, text): (&str, &str), bureau: &str, stops: &[&str]) -> Played {
        let folder = tempfile::Builder::new().prefix("lering played ").tempdir().unwrap();
        let installation = start::open(folder.path(), None).unwrap();
        let server = installation.serve_beside().unwrap();
        let client = client();
        let bureau = Bureau { name: bureau.into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..Bureau::default() };
        let options = Options {
            server: server.parse().unwrap(), bootstrap_code: start::tenant(&installation, &bureau).unwrap(), until: None, pdf_folder: folder.path().join("reports"), factors: factors().unwrap(),
            progress: |_: &str| {},
        };
        let accounts = play_several(&read(name, text).unwrap(), options, stops).await.unwrap();
        Played { installation, server, client, accounts, folder }
    }

    /// The superuser's connection, to look past everything.
    pub fn superuser(&self) -> PgConnection {
        PgConnection::establish(&self.installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap()
    }

    /// Everyone in a role, signed in as programs.
    pub async fn all(&self, role: &str) -> Vec<Signed> {
        let mut found = vec![];
        for account in self.accounts.iter().filter(|account| account.role == role) {
            found.push(self.sign_in(account).await);
        }
        found
    }

    /// The first in a role.
    pub async fn one(&self, role: &str) -> Signed {
        self.sign_in(self.accounts.iter().find(|account| account.role == role).unwrap_or_else(|| panic!("no {role}"))).await
    }

    /// The same people before another installation: one that was restored.
    #[allow(dead_code, reason = "the proof restores backups, and a browser walks in copies")]
    pub fn of(installation: Installation, folder: TempDir, accounts: Vec<SignIn>) -> Played {
        let server = installation.serve_beside().unwrap();
        Played { installation, server, client: client(), accounts, folder }
    }

    /// Stops it; what it kept lies in the folder.
    #[allow(dead_code, reason = "a browser walks in copies")]
    pub fn stop(self) -> TempDir {
        drop(self.installation);
        self.folder
    }

    /// Signs an account in.
    pub async fn sign_in(&self, account: &SignIn) -> Signed {
        for attempt in 0..6 {
            let moment = chrono::Utc::now().timestamp() + [0, 30, -30, 30, 30, 30][attempt];
            let code = totp_rs::Totp::from_url(&account.otpauth).unwrap().generate(moment.unsigned_abs()).to_string();
            let told = json!({ "signInName": account.sign_in_name, "passphrase": account.passphrase, "oneTimeCode": code });
            let answer = self.client.post(format!("{}/api/v1/sessions", self.server)).json(&told).send().await.unwrap();
            if !answer.status().is_success() {
                // A code works once, and the play has used some: the next half minute has new ones.
                tokio::time::sleep(std::time::Duration::from_millis(if attempt < 3 { 1200 } else { 16_000 })).await;
                continue;
            }
            let tokens: Value = answer.json().await.unwrap();
            let text = |member: &str| tokens[member].as_str().unwrap_or_default().to_owned();
            let mut signed = Signed { hat: String::new(), access: text("accessToken"), unlock: text("unlockSecret") };
            let me = self.get(&signed, "/api/v1/session").await;
            signed.hat = me["hats"][0]["id"].as_str().unwrap_or_else(|| panic!("{me}")).to_owned();
            self.wear(&signed, &signed.hat).await;
            return signed;
        }
        panic!("{} can't sign in", account.name)
    }

    /// Puts a hat on.
    pub async fn wear(&self, who: &Signed, hat: &str) {
        assert!(self.call(who, Method::PUT, "/api/v1/session/hat").json(&json!({ "hat": hat })).send().await.unwrap().status().is_success());
    }

    /// A call that must succeed; gives its answer, null where there is none.
    #[allow(dead_code, reason = "each binary uses its part")]
    pub async fn done(&self, who: &Signed, method: Method, path: &str, body: &Value) -> Value {
        let answer = self.call(who, method, path).json(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A request as somebody.
    pub fn call(&self, who: &Signed, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server)).bearer_auth(&who.access).header("X-Lering-Unlock", &who.unlock)
    }

    /// A JSON answer that must come.
    pub async fn get(&self, who: &Signed, path: &str) -> Value {
        let answer = self.call(who, Method::GET, path).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// A page as somebody sees it.
    pub async fn page(&self, who: &Signed, path: &str) -> (u16, String) {
        said(self.call(who, Method::GET, path).send().await.unwrap()).await
    }

    /// A form posted.
    pub async fn post(&self, who: &Signed, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body = serde_urlencoded::to_string(fields).unwrap();
        said(self.call(who, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()).await
    }

    /// Everything in the database but sessions, the log and answers kept for repeats, as one line a table: count and hash.
    pub fn rows(&self) -> Vec<String> {
        let mut db = self.superuser();
        let tables: Vec<Line> = diesel::sql_query(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) as line from pg_tables where schemaname in ('app', 'keys') or schemaname = 'sec' and tablename = 'parked' order by 1",
        ).load(&mut db).unwrap();
        tables.into_iter().map(|table| {
            let row: Line = diesel::sql_query(format!("select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as line from {} t", table.line)).get_result(&mut db).unwrap();
            format!("{} {}", table.line, row.line)
        }).collect()
    }
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Status and text.
pub async fn said(answer: Response) -> (u16, String) {
    (answer.status().as_u16(), answer.text().await.unwrap())
}
