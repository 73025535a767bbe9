//! `lering codebook check`, and the start: a code in use may not go or change its meaning, and both say so by name.

use std::path::Path;
use std::process::{Command, Output};

use diesel::prelude::*;
use lering::access::Role;
use lering::start;

use crate::records_go_over_into_a_new_codebook::next_version;

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_lering")).env_remove("DATABASE_URL").env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8").arg("--data").arg(folder).args(["codebook", "check"]).args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn what_is_in_use_stops_a_version_that_loses_it() {
    let folder = tempfile::Builder::new().prefix("lering codebook ").tempdir().unwrap();
    let path = |name: &str, text: &str| { let path = folder.path().join(name); std::fs::write(&path, text).unwrap(); path.display().to_string() };
    let line = "  { variable = \"incident_daypart\", from = 1, to = [5, 6], kind = \"split_recode\" },\n";
    assert!(next_version().contains(line));
    // The year is computed otherwise there: said by a line.
    let whole = next_version().replace(line, &format!("{line}  {{ variable = \"incident_year\", kind = \"same\" }},\n"));
    let good = path("good.toml", &whole);
    // The same without a line for the code that was retired: a note, while nobody uses it.
    let bad = path("bad.toml", &whole.replace(line, ""));
    let data = folder.path().join("data");
    let (code, told, said) = check(&data, &[&good]);
    assert_eq!(code, Some(0), "{told}{said}");
    assert!(said.contains("there is no database") && !data.join("pg").exists(), "none is made for the question: {said}");
    let (code, told, _) = check(&data, &[&bad]);
    assert!(code == Some(0) && told.contains("notes mapping-missing"), "{told}");
    // In use: out of a file, then out of the database.
    let used = path("used.csv", "variable,code,times\nincident_daypart,1,5\n");
    let (code, told, said) = check(&data, &[&bad, "--used", &used]);
    assert_eq!(code, Some(1), "{told}{said}");
    assert!(told.contains("stops mapping-missing: no line says what becomes of code 1") && told.contains("It stands in 5 answers.") && said.contains("1 difference stops this version"), "{told}{said}");
    assert_eq!(check(&data, &[&bad, "--used", &path("wrong.csv", "variable,code,times\nnothing\n")]).0, Some(1));

    let installation = start::open(&data, None).unwrap();
    start::national(&installation, Role::RegisterManager).unwrap();
    let mut superuser = PgConnection::establish(&installation.cluster.as_ref().unwrap().admin_url("lering")).unwrap();
    assert!(check(&data, &[&bad]).1.contains("notes mapping-missing"));
    diesel::sql_query("insert into app.import (id, membership_id, state, file_mac, rows, codebook) select gen_random_uuid(), id, 'loaded', decode(repeat('00', 32), 'hex'), 1, '2026.1' from app.membership where role = 'RM'").execute(&mut superuser).unwrap();
    diesel::sql_query("insert into app.record (id, codebook, state, year, import_id, practice) select gen_random_uuid(), '2026.1', 'imported', 2020, id, false from app.import").execute(&mut superuser).unwrap();
    diesel::sql_query("insert into app.coding (record_id, slot, membership_id, codes, final_at) select r.id, 'c1', i.membership_id, '{\"case\": [{\"incident_daypart\": 1, \"methods_all\": [2, 3]}]}', now() from app.record r join app.import i on i.id = r.import_id").execute(&mut superuser).unwrap();
    let (code, told, said) = check(&data, &[&bad]);
    assert!(code == Some(1) && told.contains("It stands in 1 answer.") && said.contains("read from the database"), "{told}{said}");
    // Codes of practice cases are not among them, and that is said; all of it in Dutch for who asks in Dutch.
    assert!(said.contains("Practice cases are left out"), "{said}");
    let (_, told, said) = check(&data, &[&bad, "--language", "nl"]);
    assert!(told.contains("stopt mapping-missing: geen regel zegt wat code 1") && told.contains("Dat staat in 1 antwoord.") && said.contains("Oefenzaken tellen niet mee") && said.contains("houdt deze versie tegen"), "{told}{said}");
    // So is a file that can't be read, of codes or of counts.
    let broken = path("broken.toml", &whole.replacen("condition = \"", "condition = \"moon == 1 and ", 1));
    let (code, _, said) = check(&data, &[&broken, "--language", "nl"]);
    assert!(code == Some(1) && said.contains("er is geen variabele moon (teken 1 van"), "{said}");
    assert!(check(&data, &[&broken]).2.contains("there is no variable moon (character 1 of"));
    assert!(check(&data, &[&good, "--language", "nl", "--used", &path("counts.csv", "variable,code,times\nnothing\n")]).2.contains("regel 2: is niet variabele,code,aantal"));
    // A question that can never be asked is a mistake.
    let never = path("never.toml", &whole.replacen("condition = \"", "condition = \"police_region == 1 and police_region == 2 and ", 1));
    let (code, told, _) = check(&data, &[&never]);
    assert!(code == Some(1) && told.contains("stops never-true") && told.contains("no value of police_region ever makes this true"), "{told}");
    assert_eq!(check(&data, &[&good]).0, Some(0));
    let (_, told, _) = check(&data, &[&bad, "--json"]);
    assert!(told.lines().any(|line| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|one| one["rule"] == "mapping-missing" && one["used"] == 1)), "{told}");

    // At the start: a codebook that records stand under has to be there.
    installation.app(1).unwrap();
    diesel::sql_query("update app.record set codebook = '2024.9'").execute(&mut superuser).unwrap();
    let refused = installation.app(1).err().map(|why| why.to_string()).unwrap_or_default();
    assert!(refused.contains("2024.9"), "{refused}");
}

#[test]
fn versions_are_compared_one_after_the_other_with_what_is_in_use() {
    let old = codebook::Codebook::parse(include_str!("../../config/codebook/2026.1.toml")).unwrap();
    let line = "  { variable = \"incident_daypart\", from = 1, to = [5, 6], kind = \"split_recode\" },\n";
    let new = codebook::Codebook::parse(&next_version().replace(line, "")).unwrap();
    let mut used = codebook::Used::default();
    assert!(start::codebooks::checked(&[&old, &new], &[("2026.1".to_owned(), used.clone())].into()).stops.iter().all(|(_, one)| one.used == 0));
    used.count("incident_daypart", Some(1), 3);
    let found = start::codebooks::checked(&[&old, &new], &[("2026.1".to_owned(), used), ("2020.1".to_owned(), codebook::Used::default())].into());
    assert_eq!(found.lacking, ["2020.1"]);
    assert!(found.stops.iter().any(|(version, one)| version == "2026.2" && one.variable == "incident_daypart" && one.code == Some(1) && one.used == 3));
}
