//! A world for one test: a private PostgreSQL with the production roles, a bureau, and people with real keys and sessions.

pub mod facts;
pub mod played;
pub mod post;
pub mod register;
pub mod review;
pub mod served;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use lering::access::Role;
use lering::db::cluster::PrivateCluster;
use lering::db::provision::{Passwords, provision};
use lering::ids::{BureauId, CaseId, InvitationId, MembershipId, OrganisationId, PersonId};
use lering::tx::{App, Caller, Parts, Refused, Tx};
use lering::{compartments, db};
use vault::{Cost, InstallationKey, InvitationCode, PrivateKey, SealKey};
use zeroize::Zeroizing;

const NAME: &str = "lering";

/// A signed-in person.
#[derive(Clone)]
pub struct Someone {
    /// The hat.
    pub hat: MembershipId,
    handle: Vec<u8>,
    unlock: Vec<u8>,
}

impl Someone {
    /// Somebody who signed in as people do.
    #[allow(dead_code, reason = "journeys alone sign in for real")]
    pub fn signed_in(hat: MembershipId, tokens: &lering::sign_in::Tokens) -> Someone {
        Someone { hat, handle: tokens.handle.to_vec(), unlock: tokens.unlock.to_vec() }
    }
    /// As their requests arrive.
    pub fn caller(&self) -> Caller {
        Caller { handle: Some(Zeroizing::new(self.handle.clone())), unlock: Some(Zeroizing::new(self.unlock.clone())), ..Caller::default() }
    }
    /// The secret that unlocks their key.
    pub fn unlock(&self) -> &[u8] {
        &self.unlock
    }
    /// The handle in their access token.
    pub fn handle(&self) -> &[u8] {
        &self.handle
    }
}

/// An invitation not redeemed yet.
pub struct Invited {
    /// The hat it is for.
    pub hat: MembershipId,
    /// The code in the letter.
    pub code: InvitationCode,
    salt: [u8; 16],
}

/// Everything a test needs; dropping it stops the database.
pub struct World {
    /// The application under test.
    pub app: App,
    /// The bureau.
    pub bureau: BureauId,
    passwords: Passwords,
    installation: [u8; 32],
    worker_token: Vec<u8>,
    cluster: PrivateCluster,
    folder: tempfile::TempDir,
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

fn cheap() -> Cost {
    Cost::from_parts(8192, 1).unwrap()
}

impl World {
    /// A bureau with its recovery set up by three officers.
    pub async fn new() -> World {
        let folder = tempfile::Builder::new().prefix("lering test ").tempdir().unwrap();
        let passwords = Passwords { migrate: "migrate".into(), app: "app".into(), register: "register".into(), backup: "backup".into() };
        // PostgreSQL runs as another account than root and must be able to reach its data.
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let cluster = PrivateCluster::start(folder.path(), false).unwrap();
        provision(&|name| cluster.admin_url(name), NAME, &passwords).unwrap();
        let (worker_token, installation) = (random::<32>().to_vec(), random::<32>());
        db::migrate(&cluster.url("hr_migrate", "migrate", NAME), &worker_token, Some(&InstallationKey::from_bytes(&installation).unwrap()), &[]).unwrap();
        let pool = db::pool(&cluster.url("hr_app", "app", NAME), 4).unwrap();
        let parts = Parts {
            config: lering::settings::Configured::load().unwrap(),
            installation: InstallationKey::from_bytes(&installation).unwrap(), worker_token: worker_token.clone(),
            stretching: tokio::sync::Semaphore::new(4), typesetting: lering::typesetting::Typesetting::here(),
            counting: lering::counting::Counting::new(cluster.url("hr_register", "register", NAME)),
        };
        let world = World { app: App::new(pool, parts), bureau: BureauId::new(), passwords, installation, worker_token, cluster, folder };
        world.begin(world.bureau).await;
        world
    }

    /// One more practice bureau with its recovery set up; gives its administrator.
    #[allow(dead_code, reason = "the proof attacks many registers")]
    pub async fn another_bureau(&self) -> Someone {
        self.begin(BureauId::new()).await
    }

    async fn begin(&self, bureau: BureauId) -> Someone {
        let administrator = self.bureau_with_administrator(bureau).await;
        let mut officers = vec![];
        for _ in 0..3 {
            officers.push(self.person(&administrator, Role::RecoveryOfficer).await);
        }
        self.app.run(officers[0].caller(), |tx| compartments::establish(tx)).await.unwrap();
        administrator
    }

    /// The server starts anew with another configuration.
    pub fn restart(&mut self, config: lering::settings::Configured) {
        let parts = Parts {
            config, installation: InstallationKey::from_bytes(&self.installation).unwrap(), worker_token: self.worker_token.clone(),
            stretching: tokio::sync::Semaphore::new(4), typesetting: lering::typesetting::Typesetting::here(), counting: lering::counting::Counting::new(self.cluster.url("hr_register", &self.passwords.register, NAME)),
        };
        self.app = App::new(db::pool(&self.url("hr_app"), 4).unwrap(), parts);
    }

    /// The address for a role, to look past the application.
    pub fn url(&self, role: &str) -> String {
        match role {
            "hr_app" => self.cluster.url(role, &self.passwords.app, NAME),
            "hr_migrate" => self.cluster.url(role, &self.passwords.migrate, NAME),
            _ => self.cluster.admin_url(NAME),
        }
    }
    /// A connection of a role; anything but hr_app and hr_migrate is the superuser.
    pub fn connection(&self, role: &str) -> PgConnection {
        PgConnection::establish(&self.url(role)).unwrap()
    }
    /// The folder with the database's files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Gives somebody a mail address to sign in with.
    pub fn with_mail_address(&self, someone: &Someone, address: &str) {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = SqlUuid)]
            id: uuid::Uuid,
        }
        let mut db = self.connection("postgres");
        let person: Found = diesel::sql_query("select person_id as id from app.membership where id = $1").bind::<SqlUuid, _>(someone.hat).get_result(&mut db).unwrap();
        let account = serde_json::json!({ "name": "Anna Bakker", "signInName": address }).to_string();
        let sealed = self.app.parts().installation.seal_account("account", person.id.as_bytes(), account.as_bytes(), &mut rand::rng());
        diesel::sql_query("update app.person set account_sealed = $1 where id = $2").bind::<Binary, _>(sealed).bind::<SqlUuid, _>(person.id).execute(&mut db).unwrap();
    }
    /// Whatever waits to be sent may go now.
    pub fn send_waiting_now(&self) {
        diesel::sql_query("update app.notice set next_at = now() where state = 'waiting'").execute(&mut self.connection("postgres")).unwrap();
    }

    async fn bureau_with_administrator(&self, bureau: BureauId) -> Someone {
        let (code, salt) = (InvitationCode::generate(&mut rand::rng()), random::<16>());
        let public = code.key_pair(&salt, &cheap()).unwrap().public();
        let hat = MembershipId::new();
        let code_hash = self.app.parts().installation.lookup("invitation", code.normalised());
        let mut owner = self.connection("hr_migrate");
        diesel::sql_query("set role hr_owner").execute(&mut owner).unwrap();
        diesel::sql_query("select sec.create_bureau($1, 'Reviewbureau Noord', 'Europe/Amsterdam', 'nl', 'nl', true, $2, '\\x00', $3, $4, $5, $6, now() + interval '14 days')")
            .bind::<SqlUuid, _>(bureau).bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(InvitationId::new())
            .bind::<Binary, _>(code_hash.to_vec()).bind::<Binary, _>(salt.to_vec()).bind::<Binary, _>(public.as_bytes().to_vec())
            .execute(&mut owner).unwrap();
        self.enrol(Invited { hat, code, salt }).await
    }

    /// A chain partner of the bureau.
    pub async fn organisation(&self, by: &Someone, name: &'static str) -> OrganisationId {
        let (id, bureau) = (OrganisationId::new(), self.bureau);
        self.app.run(by.caller(), move |tx| -> Result<(), Refused> {
            diesel::sql_query("insert into app.organisation (id, bureau_id, name, kind) values ($1, $2, $3, 1)")
                .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(bureau).bind::<Text, _>(name).execute(tx.db())?;
            Ok(())
        }).await.unwrap();
        id
    }

    /// Somebody invited by another, with a code.
    pub async fn invite(&self, by: &Someone, role: Role) -> Invited {
        self.invite_of(by, role, None).await
    }

    /// Somebody of an organisation, invited with a code.
    pub async fn invite_of(&self, by: &Someone, role: Role, organisation: Option<OrganisationId>) -> Invited {
        let invited = Invited { hat: MembershipId::new(), code: InvitationCode::generate(&mut rand::rng()), salt: random() };
        let public = invited.code.key_pair(&invited.salt, &cheap()).unwrap().public();
        let (hat, salt) = (invited.hat, invited.salt);
        let code_hash = self.app.parts().installation.lookup("invitation", invited.code.normalised());
        self.app.run(by.caller(), move |tx| -> Result<(), Refused> {
            let (by, bureau, mac) = (tx.hat()?, tx.bureau()?, compartments::person_mac(tx, &hat.bytes(), public.as_bytes()));
            diesel::sql_query("insert into app.membership (id, bureau_id, role, account_sealed, invited_by, invited_public, invited_public_mac, organisation_id) values ($1, $2, $3, '\\x00', $4, $5, $6, $7)")
                .bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(bureau).bind::<Text, _>(role.code()).bind::<SqlUuid, _>(by)
                .bind::<Binary, _>(public.as_bytes().to_vec()).bind::<Binary, _>(mac.to_vec()).bind::<Nullable<SqlUuid>, _>(organisation).execute(tx.db())?;
            let (id, hat_mac) = (InvitationId::new(), db::signed::code(&tx.parts().installation, hat, &code_hash));
            diesel::sql_query("select sec.invite($1, $2, $3, null, $4, $5, now() + interval '14 days')")
                .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(hat).bind::<Binary, _>(code_hash.to_vec())
                .bind::<Binary, _>(salt.to_vec()).bind::<Binary, _>(public.as_bytes().to_vec()).execute(tx.db())?;
            diesel::sql_query("select sec.bind_code($1, $2)").bind::<SqlUuid, _>(id).bind::<Binary, _>(hat_mac.to_vec()).execute(tx.db())?;
            Ok(())
        }).await.unwrap();
        invited
    }

    /// Redeems a code: keys, session, and whatever waited for it.
    pub async fn enrol(&self, invited: Invited) -> Someone {
        let private = PrivateKey::generate(&mut rand::rng());
        let (token, handle, unlock) = (random::<32>(), random::<32>().to_vec(), random::<32>().to_vec());
        let wrapped = vault::wrap(&SealKey::from_bytes(&unlock).unwrap(), b"lering session key", &private.to_bytes(), &mut rand::rng());
        let (public, person, proof) = (private.public(), PersonId::new(), private.proof().to_vec());
        let shown = proof.clone();
        let code_hash = self.app.parts().installation.lookup("invitation", invited.code.normalised()).to_vec();
        let (refresh, handle_hash) = (random::<32>().to_vec(), sha(&handle));
        let hat = self.app.run_public(move |tx| -> Result<MembershipId, Refused> {
            #[derive(QueryableByName)]
            struct Id { #[diesel(sql_type = SqlUuid)] id: uuid::Uuid }
            let found: Id = diesel::sql_query("select id from sec.invitation_for($1, null)").bind::<Binary, _>(&code_hash).get_result(tx.db())?;
            diesel::sql_query("select sec.begin_enrolment($1, $2, '\\x00')").bind::<SqlUuid, _>(found.id).bind::<Binary, _>(token.to_vec()).execute(tx.db())?;
            let mac = compartments::person_mac(tx, &person.bytes(), public.as_bytes());
            let done: Id = diesel::sql_query("select sec.finish_enrolment($1, $2, '\\x00', $3, $4, $5, 'nl', $6, '\\x00', '\\x00', '\\x00', $7, $8) as id")
                .bind::<Binary, _>(token.to_vec()).bind::<SqlUuid, _>(person).bind::<Binary, _>(random::<32>().to_vec()).bind::<Binary, _>(public.as_bytes().to_vec())
                .bind::<Binary, _>(mac.to_vec()).bind::<Binary, _>(random::<16>().to_vec()).bind::<BigInt, _>(1).bind::<Binary, _>(&proof).get_result(tx.db())?;
            let hat = MembershipId::from(done.id);
            let person_mac = db::signed::person(&tx.parts().installation, hat, person).to_vec();
            diesel::sql_query("select sec.bind_person($1, $2)").bind::<SqlUuid, _>(hat).bind::<Binary, _>(person_mac).execute(tx.db())?;
            Ok(hat)
        }).await.unwrap();
        // Content roles wait for two confirmations; how those are given is not what these journeys are about.
        diesel::sql_query("update app.membership set state = 'active' where id = $1").bind::<SqlUuid, _>(hat).execute(&mut self.connection("postgres")).unwrap();
        let ends = chrono::Utc::now() + chrono::Duration::hours(12);
        self.app.run_public(move |tx| -> Result<(), Refused> {
            diesel::sql_query("select sec.open_session($1, $2, $3, $4, $5, $6, 'test', $7)").bind::<SqlUuid, _>(person).bind::<SqlUuid, _>(hat)
                .bind::<Binary, _>(handle_hash).bind::<Binary, _>(refresh).bind::<Binary, _>(wrapped).bind::<Timestamptz, _>(ends).bind::<Binary, _>(shown).execute(tx.db())?;
            Ok(())
        }).await.unwrap();
        let someone = Someone { hat, handle, unlock };
        let code_key = invited.code.key_pair(&invited.salt, &cheap()).unwrap();
        self.app.run(someone.caller(), move |tx| compartments::adopt(tx, hat, &code_key)).await.unwrap();
        someone
    }

    /// Another hat for somebody who has an account: they redeem its code as people do, having just confirmed who they are. That a content role
    /// waits for two confirmations is not what these journeys are about; what is held for a case stays held. The codes of this world are stretched
    /// less than real ones: what waits for one of them is not opened here.
    #[allow(dead_code, reason = "journeys alone have people of several hats")]
    pub async fn join(&self, who: &Someone, invited: Invited) -> MembershipId {
        self.confirmed(who);
        lering::sign_in::join(&self.app, who.caller(), invited.code, None).await.unwrap();
        diesel::sql_query("update app.membership set state = 'active' where id = $1 and role not in ('AC', 'AU', 'AP', 'RE', 'SU')").bind::<SqlUuid, _>(invited.hat).execute(&mut self.connection("postgres")).unwrap();
        invited.hat
    }

    /// What a query counts, as `n`, past every policy.
    #[allow(dead_code, reason = "journeys alone count so")]
    pub fn count(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        diesel::sql_query(sql).get_result::<Count>(&mut self.connection("postgres")).unwrap().n
    }

    /// The state a hat is in.
    #[allow(dead_code, reason = "journeys alone ask for it")]
    pub fn state_of(&self, hat: MembershipId) -> String {
        use lering::db::schema::app::membership;
        membership::table.find(hat).select(membership::state).first(&mut self.connection("postgres")).unwrap()
    }

    /// Somebody has just confirmed who they are.
    #[allow(dead_code, reason = "journeys alone confirm this way")]
    pub fn confirmed(&self, who: &Someone) {
        diesel::sql_query("update sec.session set stepped_up_at = now() where handle_hash = $1").bind::<Binary, _>(sha(&who.handle)).execute(&mut self.connection("postgres")).unwrap();
    }

    /// Somebody puts on another hat of theirs.
    #[allow(dead_code, reason = "journeys alone have people of several hats")]
    pub async fn wears(&self, who: &Someone, hat: MembershipId) {
        lering::sign_in::wear(&self.app, who.caller(), hat).await.unwrap();
    }

    /// Somebody of the bureau, signed in.
    pub async fn person(&self, by: &Someone, role: Role) -> Someone {
        let invited = self.invite(by, role).await;
        self.enrol(invited).await
    }

    /// Somebody who has redeemed the code of a role, and waits for two who confirm it.
    #[allow(dead_code, reason = "journeys alone confirm this way")]
    pub async fn waiting(&self, by: &Someone, role: Role) -> MembershipId {
        let hat = self.person(by, role).await.hat;
        diesel::sql_query("update app.membership set state = 'waiting' where id = $1").bind::<SqlUuid, _>(hat).execute(&mut self.connection("postgres")).unwrap();
        hat
    }

    /// A new administrator's hat, to invite others with.
    pub async fn administrator(&self) -> Someone {
        let hat = MembershipId::new();
        let (code, salt) = (InvitationCode::generate(&mut rand::rng()), random::<16>());
        let public = code.key_pair(&salt, &cheap()).unwrap().public();
        let mut superuser = self.connection("postgres");
        diesel::sql_query("insert into app.membership (id, bureau_id, role, account_sealed) values ($1, $2, 'TA', '\\x00')").bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(self.bureau).execute(&mut superuser).unwrap();
        diesel::sql_query("insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values ($1, $2, $3, $4, $5, now() + interval '1 day')")
            .bind::<SqlUuid, _>(InvitationId::new()).bind::<SqlUuid, _>(hat).bind::<Binary, _>(self.app.parts().installation.lookup("invitation", code.normalised()).to_vec())
            .bind::<Binary, _>(salt.to_vec()).bind::<Binary, _>(public.as_bytes().to_vec()).execute(&mut superuser).unwrap();
        self.enrol(Invited { hat, code, salt }).await
    }

    /// Another bureau with its recovery set up; from now on people and cases are of it.
    pub async fn found(&mut self, name: &str) -> BureauId {
        self.bureau = BureauId::new();
        self.begin(self.bureau).await;
        diesel::sql_query("update app.bureau set name = $1 where id = $2").bind::<Text, _>(name).bind::<SqlUuid, _>(self.bureau).execute(&mut self.connection("postgres")).unwrap();
        self.bureau
    }

    /// From now on no bureau is for practice: what they do counts.
    pub fn in_earnest(&self) {
        diesel::sql_query("update app.bureau set practice = false").execute(&mut self.connection("postgres")).unwrap();
    }

    /// Somebody of the nation.
    pub async fn national(&self, role: Role) -> Someone {
        let hat = MembershipId::new();
        let (code, salt) = (InvitationCode::generate(&mut rand::rng()), random::<16>());
        let public = code.key_pair(&salt, &cheap()).unwrap().public();
        let mut superuser = self.connection("postgres");
        diesel::sql_query("insert into app.membership (id, role, account_sealed) values ($1, $2, '\\x00')").bind::<SqlUuid, _>(hat).bind::<Text, _>(role.code()).execute(&mut superuser).unwrap();
        diesel::sql_query("insert into sec.invitation (id, membership_id, code_hash, salt, public_key, expires_at) values ($1, $2, $3, $4, $5, now() + interval '1 day')")
            .bind::<SqlUuid, _>(InvitationId::new()).bind::<SqlUuid, _>(hat).bind::<Binary, _>(self.app.parts().installation.lookup("invitation", code.normalised()).to_vec())
            .bind::<Binary, _>(salt.to_vec()).bind::<Binary, _>(public.as_bytes().to_vec()).execute(&mut superuser).unwrap();
        self.enrol(Invited { hat, code, salt }).await
    }

    /// Gives somebody a name, as their account holds it: pages show who is signed in.
    pub fn named(&self, who: &Someone, name: &str) {
        #[derive(QueryableByName)]
        struct Id { #[diesel(sql_type = SqlUuid)] id: uuid::Uuid }
        let mut superuser = self.connection("postgres");
        let person: Id = diesel::sql_query("select person_id as id from app.membership where id = $1").bind::<SqlUuid, _>(who.hat).get_result(&mut superuser).unwrap();
        let account = serde_json::json!({ "name": name }).to_string();
        let sealed = self.app.parts().installation.seal_account("account", person.id.as_bytes(), account.as_bytes(), &mut rand::rng());
        diesel::sql_query("update app.person set account_sealed = $1 where id = $2").bind::<Binary, _>(sealed).bind::<SqlUuid, _>(person.id).execute(&mut superuser).unwrap();
    }

    /// Gives everybody there is a name: pages with lists of people read all of them.
    pub fn name_everyone(&self, name: &str) {
        #[derive(QueryableByName)]
        struct Id { #[diesel(sql_type = SqlUuid)] id: uuid::Uuid }
        let mut superuser = self.connection("postgres");
        for person in diesel::sql_query("select id from app.person").load::<Id>(&mut superuser).unwrap() {
            let account = serde_json::json!({ "name": name }).to_string();
            let sealed = self.app.parts().installation.seal_account("account", person.id.as_bytes(), account.as_bytes(), &mut rand::rng());
            diesel::sql_query("update app.person set account_sealed = $1 where id = $2").bind::<Binary, _>(sealed).bind::<SqlUuid, _>(person.id).execute(&mut superuser).unwrap();
        }
    }

    /// The application behind a server on a free port of this machine. Returns its address.
    pub fn serve(&self) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = self.app.clone();
        std::thread::spawn(move || actix_web::rt::System::new().block_on(async move {
            let settings = lering::http::Settings { reading: 100_000, writing: 100_000, strangers: 100_000, ..lering::http::Settings::default() };
            lering::http::serve(app, listener, &settings, lering::routes::hooks(), lering::routes::all).unwrap().await.unwrap();
        }));
        address
    }

    /// A case led by a coordinator, as far as process facts go.
    pub async fn case(&self, coordinator: &Someone) -> CaseId {
        let (case, bureau) = (CaseId::new(), self.bureau);
        self.app.run(coordinator.caller(), move |tx: &mut Tx| -> Result<(), Refused> {
            let hat = tx.hat()?;
            diesel::sql_query("insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, zone, notified_on) \
                values ($1, $2, 'HG-2026-' || lpad((random() * 9999)::int::text, 4, '0'), 'notified', now(), 'full', '2026.1', true, 'review', 'public_task', 'european', current_date)")
                .bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(bureau).execute(tx.db())?;
            let mark = db::signed::party(&tx.parts().installation, case, hat, "CO", None).to_vec();
            diesel::sql_query("insert into app.case_party (case_id, membership_id, role, named_mac) values ($1, $2, 'CO', $3)").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<Binary, _>(mark).execute(tx.db())?;
            Ok(())
        }).await.unwrap();
        case
    }
}

/// SHA-256, as the database keeps handles.
pub fn sha(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}
