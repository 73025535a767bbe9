//! The worked examples of `docs/researchers.md`, which the page shows as well, run as they stand, with what signing in gives: curl, Python, R.

use std::io::Write;
use std::process::{Command, Stdio};

use lering::access::Role;
use lering::research;
use lering::sign_in::{self, Enrolment};
use lering::texts::Language;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::support::{Someone, World};
use crate::support::register::Register;
use crate::support::served::Served;

/// What runs an example; `./dev test` installs them.
fn program(language: &str) -> (&'static str, &'static [&'static str]) {
    match language {
        "sh" => ("sh", &["-eu", "-s"]),
        "python" => ("python3", &["-"]),
        "r" => ("Rscript", &["-"]),
        other => panic!("an example in {other}"),
    }
}

const NAME: &str = "nynke@voorbeeld.test";
const PASSPHRASE: &str = "koper lantaarn reiger otter mist";

/// A researcher with an account of their own, whose hat was confirmed, and their authenticator.
async fn researcher(world: &World, by: &Someone) -> (Someone, Totp) {
    let invited = world.invite(by, Role::Researcher).await;
    let code = || InvitationCode::parse(invited.code.normalised()).unwrap();
    let first = code();
    let begun = world.app.run_public(move |tx| sign_in::begin(tx, &first, None)).await.unwrap();
    let totp = Totp::from_url(begun.otpauth.as_str()).unwrap();
    let tokens = sign_in::finish(&world.app, Enrolment {
        token: begun.token.clone(), code: code(), second: None, sign_in_name: NAME.into(), name: "Nynke Vermeer".into(), passphrase: Zeroizing::new(PASSPHRASE.into()),
        one_time_code: totp.generate_current().to_string(), language: Language::Nl,
    }).await.unwrap();
    change(world, &format!("update app.membership set state = 'active' where id = '{}'", invited.hat));
    change(world, "update sec.person_secret set totp_spent = '{}'");
    (Someone::signed_in(invited.hat, &tokens), totp)
}

fn change(world: &World, sql: &str) {
    diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut world.connection("postgres")).unwrap();
}

/// Signs in as `docs/integrators.md` says: access token and unlock secret.
async fn signed_in(served: &Served, totp: &Totp) -> (Value, String, String) {
    let body = json!({ "signInName": NAME, "passphrase": PASSPHRASE, "oneTimeCode": totp.generate_current().to_string() });
    let (status, told) = served.told(served.client.post(format!("{}/api/v1/sessions", served.server)).json(&body)).await;
    assert_eq!(status, 201, "{told}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (told.clone(), text("accessToken"), text("unlockSecret"))
}

/// Who has one hat wears it; who has two is told to choose, whatever they ask, and finds both.
#[tokio::test(flavor = "multi_thread")]
async fn the_only_hat_is_worn_and_of_two_one_is_chosen() {
    let world = World::new().await;
    let by = world.administrator().await;
    let served = Served::new(&world);
    let (someone, totp) = researcher(&world, &by).await;
    let call = |method: Method, path: &str, (access, unlock): (&str, &str)| served.client.request(method, format!("{}{path}", served.server)).bearer_auth(access).header("X-Lering-Unlock", unlock);
    let (told, access, unlock) = signed_in(&served, &totp).await;
    assert_eq!(told["wearsHat"], true);
    assert_eq!(served.told(call(Method::GET, "/api/v1/register/projects", (&access, &unlock))).await, (200, json!([])));
    let other = world.person(&by, Role::OutputChecker).await;
    change(&world, &format!("update app.membership set person_id = (select person_id from app.membership where id = '{}') where id = '{}'", someone.hat, other.hat));
    change(&world, "update sec.person_secret set totp_spent = '{}'");
    let (told, access, unlock) = signed_in(&served, &totp).await;
    assert_eq!(told["wearsHat"], false);
    for path in ["/api/v1/register/projects", "/api/v1/register/outcomes", "/api/v1/register/output-requests", "/api/v1/cases"] {
        let (status, told) = served.told(call(Method::GET, path, (&access, &unlock))).await;
        assert_eq!((status, told["type"].as_str()), (403, Some("urn:lering:problem:no-hat")), "{path}: {told}");
        assert!(told["title"].as_str().is_some_and(|title| !title.contains("problem-")), "{told}");
    }
    let page = call(Method::GET, "/register/projects", (&access, &unlock)).header("accept", "text/html").send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers().get("location").and_then(|to| to.to_str().ok())), (303, Some("/account")), "a page leads to where one chooses");
    let (status, session) = served.told(call(Method::GET, "/api/v1/session", (&access, &unlock))).await;
    assert_eq!((status, session["hat"].is_null(), session["hats"].as_array().map(Vec::len)), (200, true, Some(2)), "{session}");
    assert_eq!(served.told(call(Method::PUT, "/api/v1/session/hat", (&access, &unlock)).json(&json!({ "hat": someone.hat }))).await.0, 204);
    assert_eq!(served.told(call(Method::GET, "/api/v1/register/projects", (&access, &unlock))).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_they_stand() {
    let world = World::new().await;
    let by = world.administrator().await;
    let mut people = Register::new(&world, &by).await;
    let served = Served::new(&world);
    people.frozen(&world, 600, 5).await;
    let (someone, totp) = researcher(&world, &by).await;
    let (_, access, unlock) = signed_in(&served, &totp).await;
    // The application is written in the hat put on meanwhile, in the session of the account.
    let wear = served.client.put(format!("{}/api/v1/session/hat", served.server)).bearer_auth(Served::secrets(&served, &someone).0).header("X-Lering-Unlock", Served::secrets(&served, &someone).1);
    assert_eq!(served.told(wear.json(&json!({ "hat": someone.hat }))).await.0, 204);
    people.researchers[0] = someone;
    let project = people.project(&world, 0, vec![]).await;
    let page = served.client.get(format!("{}/register/help", served.server)).send().await.unwrap().text().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ran = vec![];
    for example in research::examples() {
        let (name, arguments) = program(&example.language);
        let mut child = Command::new(name).args(arguments).current_dir(folder.path()).env("LERING", &served.server).env("TOKEN", &access).env("UNLOCK", &unlock).env("PROJECT", project.to_string())
            .stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap_or_else(|why| panic!("{name}: {why}; ./dev test installs it"));
        child.stdin.take().unwrap().write_all(example.text.as_bytes()).unwrap();
        let done = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{}:\n{}\n{out}\n{}", example.language, example.text, String::from_utf8_lossy(&done.stderr));
        ran.push((example.language.clone(), out));
        // Up to the first sign that HTML writes otherwise.
        let shown = example.text.lines().last().unwrap_or_default().split(['&', '<', '>', '"', '\'']).next().unwrap_or_default().to_owned();
        assert!(page.contains(&shown), "the page shows another example than {shown}");
    }
    let languages: Vec<&str> = ran.iter().map(|(language, _)| language.as_str()).collect();
    for wanted in ["sh", "python", "r"] {
        assert!(languages.contains(&wanted), "{languages:?}");
    }
    // What they print are figures: multiples of five, the same in all three.
    let figures = |language: &str| -> Vec<String> { ran.iter().filter(|(of, _)| of == language).flat_map(|(_, out)| out.lines().filter_map(|line| line.strip_prefix("period ")).map(str::to_owned).collect::<Vec<_>>()).collect() };
    assert!(figures("python").len() >= 2, "{ran:?}");
    assert_eq!(figures("python"), figures("r"));
    let zip = std::fs::read(folder.path().join("tables.zip")).unwrap();
    assert!(zip.starts_with(b"PK"), "the script of tables came as a ZIP");
}
