//! Whose text it is sees who read and wrote it, who could, and how long it is kept; nobody else sees that log.

use lering::access::Kind;
use lering::documents::{SHEETS, looks};

use diesel::RunQueryDsl;
use lering::access::Role;
use lering::relatives;
use reqwest::Method;
use serde_json::json;

use crate::support::played::Played;
use crate::support::review::{Review, answers};
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn as_sentences_by_day_as_a_table_and_nobody_elses() {
    let played = Played::new(&[]).await;
    let (author, relative, member) = (played.one("AU").await, played.one("RE").await, played.one("PM").await);
    let mine = played.get(&author, "/api/v1/reflections").await;
    let room = mine[0]["compartment"].as_str().unwrap_or_else(|| panic!("{mine}")).to_owned();
    let (status, page) = played.page(&author, &format!("/who-saw/{room}")).await;
    assert!(status == 200 && page.contains("u schreef hier iets") && page.contains("Akkoordgever ") && page.contains("Wie kan dit lezen?"), "{page}");
    let (_, only) = played.page(&author, &format!("/who-saw/{room}?deed=looked")).await;
    assert!(!only.contains("schreef hier iets of") && only.contains("keek wie dit heeft gezien"), "narrowed, and one's own look is a line too: {only}");
    let (_, none) = played.page(&author, &format!("/who-saw/{room}?from=2199-01-01")).await;
    assert!(none.contains("Niets past bij uw keuze"));
    let (status, table) = played.page(&author, &format!("/who-saw/{room}/log.csv")).await;
    assert!(status == 200 && table.trim_start_matches('\u{feff}').starts_with("seq,at,role,role_label,act,act_label,result\r\n") && table.lines().count() > 3 && table.lines().all(|line| line.split(',').count() == 7), "{table}");
    assert!(table.contains(",AP,Akkoordgever,reflection.") && table.contains(",log.read,keek wie dit heeft gezien,done"), "codes for programs, and the words of the page beside them: {table}");
    for (who, path) in [(&member, format!("/who-saw/{room}")), (&relative, format!("/who-saw/{room}")), (&member, format!("/who-saw/{room}/log.csv"))] {
        assert_eq!(played.page(who, &path).await.0, 404, "{path}");
    }
    // A relative's own, in sentences, with the way to ask.
    let places = played.page(&relative, "/mine").await;
    assert_eq!(places.0, 303);
    let (status, kept) = (played.client.get(format!("{}/about/retention", played.server)).send().await.unwrap().status(), played.page(&relative, "/about/retention").await.1);
    assert!(status.is_success() && kept.matches("12 maanden na de vaststelling").count() == 2 && kept.contains("72 uur"), "{kept}");
}

#[test]
fn who_only_looked_is_never_said_to_have_written_and_who_wrote_is() {
    let all = lering::routes::all();
    let acts = |reads: bool| all.infos().iter().filter(move |info| info.path.starts_with("/api/") && (info.method == "GET") == reads)
        .filter_map(|info| info.act).filter(|act| matches!(act.within, Kind::Kin | Kind::Reflection)).map(|act| act.name).collect::<Vec<_>>();
    let (reading, writing) = (acts(true), acts(false));
    assert!(reading.len() > 6 && writing.len() > 20, "{} {}", reading.len(), writing.len());
    assert_eq!(reading.into_iter().filter(|act| !looks(act)).collect::<Vec<_>>(), Vec::<&str>::new(), "told as writing");
    assert_eq!(writing.into_iter().filter(|act| looks(act)).collect::<Vec<_>>(), Vec::<&str>::new(), "told as reading");
    let sheets: Vec<&str> = SHEETS.iter().filter(|sheet| !looks(sheet.read.name) || looks(sheet.write.name)).map(|sheet| sheet.form).collect();
    assert_eq!(sheets, Vec::<&str>::new());
    assert_eq!(["passage.read_as_relative", "report.name_check", "passage.list", "relative.let_supporter_in", "thematic.read_requests"].map(looks), [true, true, true, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_page_is_one_look_and_no_number_of_looks_pushes_a_writing_off_the_list() {
    let r = Review::new().await;
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["ask"], "again_on": "2099-01-01",
    }));
    let (id, room) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let look = async || {
        let answer = served.call(&r.coordinator, Method::GET, &format!("/relatives/{id}")).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    };
    // What stands after the time, of the line with those words about somebody else.
    let line = async |words: &str| {
        let answer = served.call(&one, Method::GET, &format!("/who-saw/{room}")).header("accept", "text/html").send().await.unwrap();
        let page = answer.text().await.unwrap();
        page.split("<li>").find(|line| line.contains(words) && line.contains("/ask?entry=")).and_then(|line| line.split("</time>").nth(1)).and_then(|line| line.split("<a ").next()).map(str::to_owned).unwrap_or_default()
    };
    let a_minute_later = || {
        diesel::sql_query("update sec.log_entry set at = at - interval '1 minute' where compartment_id = $1").bind::<diesel::sql_types::Uuid, _>(room).execute(&mut r.world.connection("postgres")).unwrap();
    };
    a_minute_later();
    let wrote = line("schreef hier iets of besliste").await;
    assert!(!wrote.is_empty());
    a_minute_later();
    let before = line("las wat hier staat").await;
    // A page of many texts is one look: what it opened is not counted.
    look().await;
    let first = line("las wat hier staat").await;
    assert!(first.contains("las wat hier staat") && first != before, "{first}");
    let times = |line: &str| line.split('(').nth(1).and_then(|rest| rest.split(' ').next()).and_then(|times| times.parse::<usize>().ok()).unwrap_or(1);
    a_minute_later();
    look().await;
    let second = line("las wat hier staat").await;
    assert_eq!(times(&second), times(&first) + 1, "{first} {second}");
    // So many looks that they fill a page of the log: the writings stay, and their number.
    for _ in 0..12 {
        look().await;
    }
    let entries: i64 = diesel::sql_query("select count(*) as n from sec.log_entry where compartment_id = $1").bind::<diesel::sql_types::Uuid, _>(room).get_result::<Entries>(&mut r.world.connection("postgres")).unwrap().n;
    assert!(entries > 100, "{entries}");
    assert_eq!(line("schreef hier iets of besliste").await, wrote);
}

#[derive(diesel::QueryableByName)]
struct Entries {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}
