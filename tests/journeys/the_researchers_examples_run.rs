//! The worked examples of `docs/researchers.md`, which the page shows as well, run as they stand: curl, Python, R.

use std::io::Write;
use std::process::{Command, Stdio};

use lering::research;

use crate::support::World;
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

#[tokio::test(flavor = "multi_thread")]
async fn as_they_stand() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let served = Served::new(&world);
    people.frozen(&world, 600, 5).await;
    let project = people.project(&world, 0, vec![]).await;
    let (access, unlock) = served.secrets(&people.researchers[0]);
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
    assert!(figures("python").len() >= 4, "{ran:?}");
    assert_eq!(figures("python"), figures("r"));
    let zip = std::fs::read(folder.path().join("tables.zip")).unwrap();
    assert!(zip.starts_with(b"PK"), "the script of tables came as a ZIP");
}
