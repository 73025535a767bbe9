//! The program itself, from the command line, on machines as they are: a path with spaces, an existing server with logins of all kinds, two
//! started at once, a power cut, an older database, a port that is taken.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use lering::db::cluster::PrivateCluster;
use lering::db::log_chain::{Chain, verify};
use lering::start;

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("lering set up ").tempdir().unwrap();
    // The database runs as another account than root and must reach its files.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

fn lering(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lering"));
    for name in ["DATABASE_URL", "LERING_DATA", "LERING_LISTEN", "LERING_SMTP", "LERING_SMTP_CA", "LERING_ADDRESS"] {
        command.env_remove(name);
    }
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// A started program: it ends with the test.
struct Running {
    child: Child,
    /// The address it answered with; none when it ended without.
    address: Option<String>,
}

impl Running {
    /// `up` without the demo bureau, until it answers or ends.
    fn up(data: &Path, more: &[&str]) -> Running {
        Running::wait(lering(data).args(["up", "--empty", "--listen", "127.0.0.1:0"]).args(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }
    fn wait(mut child: Child) -> Running {
        let (told, hears) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| drop(told.send(line))));
        let address = hears.recv_timeout(PATIENCE).ok().and_then(|line| line.strip_prefix("ready ").map(str::to_owned));
        Running { child, address }
    }
    /// How a start page answers.
    fn status(&self) -> u16 {
        let address = self.address.clone().unwrap_or_else(|| panic!("not ready"));
        let mut stream = std::net::TcpStream::connect(address.trim_start_matches("http://")).unwrap();
        std::io::Write::write_all(&mut stream, b"GET /sign-in HTTP/1.0\r\n\r\n").unwrap();
        let mut text = String::new();
        let _ = BufReader::new(stream).read_line(&mut text);
        text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }
    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
    /// The exit code and the last words.
    fn ended(&mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        let mut words = String::new();
        let _ = self.child.stderr.take().map(|mut err| err.read_to_string(&mut words));
        (status.code(), words)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-TERM");
            let _ = self.child.wait();
        }
    }
}

fn postmaster(data: &Path) -> Option<String> {
    std::fs::read_to_string(data.join("pg/postmaster.pid")).ok()?.lines().next().map(str::to_owned)
}

fn lives(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[test]
fn two_at_once_on_one_folder_are_one_server_and_a_plain_no_and_sigterm_ends_all_of_it() {
    let place = folder();
    let data = place.path().join("a path with spaces");
    let (one, two) = std::thread::scope(|scope| {
        let start = || Running::up(&data, &[]);
        let (one, two) = (scope.spawn(start), scope.spawn(start));
        (one.join().unwrap(), two.join().unwrap())
    });
    let (mut serves, mut refused) = if one.address.is_some() { (one, two) } else { (two, one) };
    assert_eq!(serves.status(), 200);
    let (code, words) = refused.ended();
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("already runs on the data in") && words.contains("a path with spaces"), "{words}");
    let pid = postmaster(&data).unwrap();
    serves.signal("-TERM");
    assert_eq!(serves.ended().0, Some(0));
    assert!(!lives(&pid) && postmaster(&data).is_none(), "the private database goes with it");
    // And comes again on the same data.
    assert_eq!(Running::up(&data, &[]).status(), 200);
}

#[test]
fn two_at_once_on_two_folders_are_two_servers() {
    let (one, two) = (folder(), folder());
    let started = std::thread::scope(|scope| {
        let all = [&one, &two].map(|place| scope.spawn(|| Running::up(place.path(), &[])));
        all.map(|one| one.join().unwrap())
    });
    assert_eq!(started.each_ref().map(Running::status), [200, 200]);
    // Each with few arenas, so that it gives back what it no longer uses.
    for one in &started {
        let environment = std::fs::read_to_string(format!("/proc/{}/environ", one.child.id())).unwrap();
        assert!(environment.contains("MALLOC_ARENA_MAX="), "set before the server begins");
    }
}

#[test]
fn a_port_that_is_taken_is_said_before_anything_is_started() {
    let (place, taken) = (folder(), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let address = taken.local_addr().unwrap().to_string();
    let said = lering(place.path()).args(["up", "--empty", "--listen", &address]).output().unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{words}");
    assert!(words.contains(&format!("can't listen on {address}")) && words.contains("--listen"), "{words}");
    assert!(!place.path().join("pg").exists(), "nothing was started");
}

#[test]
fn i_13_after_kill_9_of_server_and_database_it_starts_again_on_what_was_kept() {
    let place = folder();
    let mut first = Running::up(place.path(), &[]);
    let made = lering(place.path()).args(["tenant", "create", "Kept"]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let pid = postmaster(place.path()).unwrap();
    first.signal("-KILL");
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    first.ended();
    let again = Running::up(place.path(), &[]);
    assert_eq!(again.status(), 200);
    let beside = start::open_beside(place.path(), None).unwrap();
    assert_eq!(verify(&beside.migrate_url, &[]).unwrap(), Chain::Whole(0));
    assert_eq!(bureaus(&beside.migrate_url), 1);
}

#[test]
fn a_bureau_whose_administrators_are_gone_gets_another_from_the_command_line() {
    let place = folder();
    let said = |arguments: &[&str]| lering(place.path()).args(arguments).output().unwrap();
    let first = said(&["tenant", "create", "Kept"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let second = said(&["tenant", "administrator", "Kept"]);
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    assert!(!second.stdout.is_empty() && second.stdout != first.stdout, "a code of its own");
    let none = said(&["tenant", "administrator", "Nowhere"]);
    assert!(none.status.code() == Some(1) && String::from_utf8_lossy(&none.stderr).contains("no bureau has this name"));
    {
        let beside = start::open_beside(place.path(), None).unwrap();
        assert_eq!(verify(&beside.migrate_url, &[]).unwrap(), Chain::Whole(1), "it stands in the log, once");
    }
    // No second one of the name, however it is written.
    for name in ["Kept", " kEPT ", "K e p t"] {
        let twice = said(&["tenant", "create", name]);
        assert!(twice.status.code() == Some(1) && twice.stdout.is_empty() && String::from_utf8_lossy(&twice.stderr).contains("there is a bureau of this name"), "{name}: {twice:?}");
    }
    assert!(said(&["tenant", "administrator", "kept"]).status.success(), "found as it would be refused");
    // Two that came by another way are told apart by their ids.
    let id = {
        let beside = start::open_beside(place.path(), None).unwrap();
        start::tenant_to_play(&beside, &start::Bureau { name: "KEPT".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..start::Bureau::default() }).unwrap();
        let mut owner = PgConnection::establish(&beside.migrate_url).unwrap();
        owner.batch_execute("set role hr_sec").unwrap();
        #[derive(QueryableByName)]
        struct Id {
            #[diesel(sql_type = diesel::sql_types::Text)]
            id: String,
        }
        diesel::sql_query("select id::text as id from app.bureau where name = 'KEPT'").get_result::<Id>(&mut owner).unwrap().id
    };
    let which = said(&["tenant", "administrator", "Kept"]);
    assert!(which.status.code() == Some(1) && String::from_utf8_lossy(&which.stderr).contains(&format!("{id}  KEPT")), "{which:?}");
    let third = said(&["tenant", "administrator", &id]);
    assert!(third.status.success() && !third.stdout.is_empty(), "{third:?}");
}

fn bureaus(migrate_url: &str) -> i64 {
    let mut owner = PgConnection::establish(migrate_url).unwrap();
    number(&mut owner, "set role hr_sec", "select count(*) as n from app.bureau where name = 'Kept'")
}

fn number(db: &mut PgConnection, role: &str, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    db.batch_execute(role).unwrap();
    diesel::sql_query(query).get_result::<Number>(db).unwrap().n
}

#[test]
fn a_folder_of_an_older_version_comes_up_to_date_with_what_is_in_it() {
    let place = folder();
    {
        let installation = start::open(place.path(), None).unwrap();
        start::tenant(&installation, &lering::start::Bureau { name: "Kept".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..lering::start::Bureau::default() }).unwrap();
        assert_eq!(lering::db::migrate_down(&installation.migrate_url, 3).unwrap(), 3);
        before_anything_was_signed(&installation);
        // The folder of an older version says of nothing that it was signed.
        std::fs::remove_file(installation.folder.signed()).unwrap();
    }
    let again = Running::up(place.path(), &[]);
    assert_eq!(again.status(), 200);
    let beside = start::open_beside(place.path(), None).unwrap();
    assert_eq!(bureaus(&beside.migrate_url), 1);
    assert_eq!(lering::db::migrate(&beside.migrate_url, &beside.folder.worker_token().unwrap(), None, &[]).unwrap().ran, 0, "nothing is left to do");
}

/// Past every policy, in the private database of an installation.
fn admin(installation: &start::Installation) -> PgConnection {
    PgConnection::establish(&installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap()
}

/// Takes changes back until rows have no marks, as in an older version.
fn before_anything_was_signed(installation: &start::Installation) {
    let marks = "select count(*) as n from information_schema.columns where table_schema = 'app' and column_name = 'named_mac'";
    while number(&mut admin(installation), "reset role", marks) > 0 {
        assert_eq!(lering::db::migrate_down(&installation.migrate_url, 1).unwrap(), 1);
    }
}

const MEMBERS: &str = "select count(*) as n from app.compartment_member where named_mac is null";
const PARTIES: &str = "select count(*) as n from app.case_party where named_mac is null";

#[test]
fn who_is_in_the_rooms_of_an_older_version_is_signed_by_the_start_that_brings_it_up_to_date_and_by_no_other() {
    #[derive(QueryableByName)]
    struct Member {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        room: uuid::Uuid,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        hat: uuid::Uuid,
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        person: uuid::Uuid,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        named_mac: Vec<u8>,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        person_mac: Vec<u8>,
    }
    let place = folder();
    let open = || start::open(place.path(), None);
    let unsigned = |installation: &start::Installation, query: &str| number(&mut admin(installation), "reset role", query);
    let member = |of: &str| format!("insert into app.compartment_member (compartment_id, membership_id, role, access) select md5('{of}')::uuid, id, 'TA', 'full' from app.membership");
    {
        let installation = open().unwrap();
        start::tenant(&installation, &lering::start::Bureau { name: "Kept".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..lering::start::Bureau::default() }).unwrap();
        admin(&installation).batch_execute(&format!(
            "insert into app.person (id, account_sealed, public_key, public_key_mac) values (md5('one')::uuid, '\\x00', sha256('one'), '\\x00'); \
             update app.membership set person_id = md5('one')::uuid, state = 'active'; \
             insert into app.compartment (id, bureau_id, kind, epoch) select md5(room)::uuid, b.id, 'project', 1 from app.bureau b, unnest(array['old', 'new']) room; {}", member("old"),
        )).unwrap();
        assert_eq!(unsigned(&installation, MEMBERS), 1);
        before_anything_was_signed(&installation);
        std::fs::remove_file(installation.folder.signed()).unwrap();
    }
    {
        let installation = open().unwrap();
        let key = installation.key().unwrap();
        let found: Member = diesel::sql_query("select m.compartment_id as room, h.id as hat, h.person_id as person, m.named_mac, h.person_mac from app.compartment_member m join app.membership h on h.id = m.membership_id").get_result(&mut admin(&installation)).unwrap();
        assert!(lering::db::signed::is_member(&key, found.room.into(), found.hat.into(), "full", None, Some(&found.named_mac)));
        assert!(lering::db::signed::is_of(&key, found.hat.into(), found.person.into(), Some(&found.person_mac)).is_ok());
        // Who writes a row from now on finds it signed by no start.
        admin(&installation).batch_execute(&member("new")).unwrap();
    }
    {
        let installation = open().unwrap();
        assert_eq!(unsigned(&installation, MEMBERS), 1);
        // Nor by taking the change back, so that the next start makes it again.
        before_anything_was_signed(&installation);
    }
    assert!(matches!(open(), Err(start::StartError::SignedBefore(_))));
    assert!(matches!(open(), Err(start::StartError::SignedBefore(_))), "whoever starts again");
    // Who holds the folder says that it is another database.
    std::fs::remove_file(place.path().join("members.signed")).unwrap();
    assert_eq!(unsigned(&open().unwrap(), MEMBERS), 0);
}

#[test]
fn who_takes_part_in_the_cases_of_a_version_that_signed_members_only_is_signed_once() {
    let place = folder();
    let open = || start::open(place.path(), None);
    let unsigned = |installation: &start::Installation, query: &str| number(&mut admin(installation), "reset role", query);
    let marks = "select count(*) as n from information_schema.columns where table_schema = 'app' and table_name = 'case_party' and column_name = 'named_mac'";
    let as_before = |installation: &start::Installation| {
        while number(&mut admin(installation), "reset role", marks) > 0 {
            assert_eq!(lering::db::migrate_down(&installation.migrate_url, 1).unwrap(), 1);
        }
    };
    {
        let installation = open().unwrap();
        start::tenant(&installation, &lering::start::Bureau { name: "Kept".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: true, ..lering::start::Bureau::default() }).unwrap();
        admin(&installation).batch_execute(
            "insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, zone, notified_on) \
               select md5('case')::uuid, id, 'HG-2026-0001', 'notified', now(), 'full', '2026.1', true, 'review', 'public_task', 'european', current_date from app.bureau; \
             insert into app.case_party (case_id, membership_id, role) select md5('case')::uuid, id, 'CO' from app.membership; \
             insert into app.compartment (id, bureau_id, kind, epoch) select md5('room')::uuid, id, 'project', 1 from app.bureau; \
             insert into app.compartment_member (compartment_id, membership_id, role, access) select md5('room')::uuid, id, 'TA', 'full' from app.membership",
        ).unwrap();
        as_before(&installation);
        // As the version before wrote it.
        std::fs::write(installation.folder.signed(), "Who belongs to the rooms of this installation's database was signed.\n").unwrap();
    }
    {
        let installation = open().unwrap();
        assert_eq!((unsigned(&installation, PARTIES), unsigned(&installation, MEMBERS)), (0, 1), "members were signed before: not again");
        as_before(&installation);
    }
    assert!(matches!(open(), Err(start::StartError::SignedBefore(_))));
}

/// Somebody else's server, with a login that may do so much.
struct Theirs {
    cluster: PrivateCluster,
    _place: tempfile::TempDir,
}

impl Theirs {
    fn start() -> Theirs {
        let place = folder();
        Theirs { cluster: PrivateCluster::start(place.path(), false).unwrap(), _place: place }
    }
    fn run(&self, database: &str, sql: &str) {
        PgConnection::establish(&self.cluster.admin_url(database)).unwrap().batch_execute(sql).unwrap();
    }
    fn login(&self, name: &str, may: &str, database: &str) -> String {
        self.run("postgres", &format!("create role {name} login password 'theirs' {may}"));
        self.cluster.url(name, "theirs", database)
    }
}

fn migrated(data: &Path, url: &str) -> Output {
    lering(data).arg("--database-url").arg(url).arg("migrate").output().unwrap()
}

#[test]
fn on_an_existing_server_a_login_that_may_makes_the_roles_and_keeps_no_part_in_them() {
    let (theirs, place) = (Theirs::start(), folder());
    let url = theirs.login("dba", "createrole createdb", "review");
    let up = Running::up(place.path(), &["--database-url", &url]);
    assert_eq!(up.status(), 200);
    assert!(!place.path().join("pg").exists(), "no private database beside a given one");
    let mut admin = PgConnection::establish(&theirs.cluster.admin_url("review")).unwrap();
    assert_eq!(number(&mut admin, "reset role", "select count(*) as n from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = 'dba'"), 0);
    // The application's own role owns and bypasses nothing.
    assert_eq!(number(&mut admin, "reset role", "select count(*) as n from pg_roles where rolname = 'hr_app' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"), 0);
    drop(up);
    // Started again, it finds everything in its place.
    assert_eq!(Running::up(place.path(), &["--database-url", &url]).status(), 200);
}

#[test]
fn a_login_that_may_not_is_told_what_an_administrator_must_run_and_then_it_works() {
    let (theirs, place) = (Theirs::start(), folder());
    let url = theirs.login("plain", "", "review");
    let said = migrated(place.path(), &url);
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{words}");
    let (_, script) = words.split_once("An administrator runs:\n\n").unwrap_or_else(|| panic!("{words}"));
    // Exactly that, and a second time: both go through to the end.
    for _ in 0..2 {
        let mut psql = Command::new("psql").args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &theirs.cluster.admin_url("postgres")])
            .stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut psql.stdin.take().unwrap(), script.as_bytes()).unwrap();
        let ran = psql.wait_with_output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(Running::up(place.path(), &["--database-url", &url]).status(), 200);
}

#[test]
fn an_application_login_that_became_too_strong_is_refused() {
    let (theirs, place) = (Theirs::start(), folder());
    let url = theirs.login("dba", "createrole createdb", "review");
    assert!(migrated(place.path(), &url).status.success());
    for strong in ["superuser", "bypassrls", "createrole"] {
        theirs.run("postgres", &format!("alter role hr_app {strong}"));
        let mut up = Running::up(place.path(), &["--database-url", &url]);
        let (code, words) = up.ended();
        assert_eq!(code, Some(1), "{strong}: {words}");
        assert!(words.contains("hr_app is too strong"), "{words}");
        theirs.run("postgres", &format!("alter role hr_app no{strong}"));
    }
    assert_eq!(Running::up(place.path(), &["--database-url", &url]).status(), 200);
}

#[test]
fn a_second_installation_does_not_take_the_roles_of_the_first() {
    let (theirs, first, second) = (Theirs::start(), folder(), folder());
    let url = theirs.login("dba", "superuser", "review");
    assert!(migrated(first.path(), &url).status.success());
    let said = migrated(second.path(), &url);
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{words}");
    assert!(words.contains("belong to another installation"), "{words}");
    assert!(migrated(first.path(), &url).status.success(), "the first goes on as before");
}

#[test]
fn two_at_once_on_one_existing_database_take_turns() {
    let (theirs, place) = (Theirs::start(), folder());
    let url = theirs.login("dba", "createrole createdb", "review");
    let done = std::thread::scope(|scope| {
        let all = [0, 1].map(|_| scope.spawn(|| migrated(place.path(), &url)));
        all.map(|one| one.join().unwrap())
    });
    for one in done {
        assert!(one.status.success(), "{}", String::from_utf8_lossy(&one.stderr));
    }
}
