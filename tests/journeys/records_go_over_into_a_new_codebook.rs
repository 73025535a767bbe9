//! An old case under a new version of the codebook: the old codes stay, what the lines of the version take over goes over, the rest is work,
//! and what follows is computed anew.

use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::register;
use lering::settings::Configured;
use lering::tx::Refusal;
use serde_json::json;

use crate::two_coders_see_nothing_of_each_other::Coding;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Version 2026.2, invented: the night is split in two, a code that lies apart is merged into another, and a year is computed otherwise.
pub fn next_version() -> String {
    let text = include_str!("../../config/codebook/2026.1.toml");
    let changes = [
        ("version = \"2026.1\"", "version = \"2026.2\""),
        ("{ code = 1, nl = \"nacht (0-6 uur)\", en = \"night (0-6)\" },", "{ code = 1, nl = \"nacht (0-6 uur)\", en = \"night (0-6)\", retired_in = \"2026.2\" },\n  { code = 5, nl = \"eerste helft van de nacht\", en = \"first half of the night\" },\n  { code = 6, nl = \"tweede helft van de nacht\", en = \"second half of the night\" },"),
        ("{ code = 3, nl = \"landelijk, zonder naam\", en = \"national, without name\" },", "{ code = 3, nl = \"landelijk, zonder naam\", en = \"national, without name\", retired_in = \"2026.2\" },"),
        ("function = \"year(incident_date)\"", "function = \"year(incident_date) + 100\""),
    ];
    let changed = changes.iter().fold(text.to_owned(), |text, (from, to)| { assert!(text.contains(from), "{from}"); text.replacen(from, to, 1) });
    changed + "\n[[history]]\nversion = \"2026.2\"\ndate = 2026-12-01\nnote = \"invented\"\nmapping = [\n  { variable = \"incident_daypart\", from = 1, to = [5, 6], kind = \"split_recode\" },\n  { variable = \"public_exposure\", from = 3, to = 2, kind = \"merged\" },\n]\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_codes_stay_what_can_goes_over_the_rest_is_work_and_what_follows_is_computed_anew() {
    let mut c = Coding::new().await;
    let record = c.record;
    let [first, second] = [c.coders[0].clone(), c.coders[1].clone()];
    c.name(&first, "c1").await;
    c.name(&second, "c2").await;
    let mut whole = c.invented(21);
    let case = &mut whole.0.get_mut("case").unwrap()[0];
    case.insert("incident_daypart".into(), json!(1));
    case.insert("public_exposure".into(), json!(3));
    for (coder, slot) in [(&first, "c1"), (&second, "c2")] {
        c.code(coder, slot, &whole, None).await.unwrap();
        c.finish(coder, slot).await.unwrap();
    }
    let manager = c.manager.clone();
    let line = |c: &Coding, query: &str| -> String {
        let rows: Vec<Line> = diesel::sql_query(query).load(&mut c.r.world.connection("postgres")).unwrap();
        rows.into_iter().map(|row| row.line).collect::<Vec<_>>().join(" ")
    };
    let run = async |c: &Coding, act: fn(&mut lering::tx::Tx, lering::ids::RecordId) -> Result<(), lering::tx::Refused>| c.r.world.app.run(manager.caller(), move |tx| act(tx, record)).await;
    run(&c, register::close).await.unwrap();
    assert_eq!(run(&c, register::take_over).await.unwrap_err().kind(), "nothing-to-take-over", "it stands under the newest");

    c.r.world.restart(Configured::load().unwrap().with_codebook(&next_version()).unwrap());
    let year = "select worked -> 'case' -> 0 -> 'values' ->> 'incident_year' as line from app.coding where slot = 'c1'";
    let before = line(&c, year);
    assert_eq!(c.view(&first).await.codebook, "2026.1", "nothing goes over by itself");
    assert_eq!(c.r.world.app.run(first.caller(), move |tx| register::take_over(tx, record)).await.unwrap_err().kind(), "not-yours");
    run(&c, register::take_over).await.unwrap();
    assert_eq!(run(&c, register::take_over).await.unwrap_err().kind(), "nothing-to-take-over", "once");

    // The coder whose codes were settled finds them taken over, and what is left to do.
    let seen = c.view(&first).await;
    let own = &seen.slots[0];
    assert_eq!((seen.codebook.as_str(), own.finished, &own.rows.0["case"][0]["public_exposure"]), ("2026.2", false, &json!(2)));
    assert!(own.rows.0["case"][0].get("incident_daypart").is_none());
    assert_eq!(own.work.iter().map(|left| (left.field.as_str(), left.rule.as_str(), left.choices.clone())).collect::<Vec<_>>(), [("case[0].incident_daypart", "split", vec![5, 6])]);
    // The other coder's stand as they stood.
    let other = c.view(&second).await.slots.remove(0);
    assert_eq!((other.finished, &other.rows.0["case"][0]["public_exposure"], &other.rows.0["case"][0]["incident_daypart"]), (true, &json!(3), &json!(1)));
    assert_eq!(run(&c, register::close).await.unwrap_err().kind(), "record-not-settled");

    // The work done, the record is complete again; what follows was computed by the new version, and the old codes are where they were.
    let mut rows = own.rows.clone();
    rows.0.get_mut("case").unwrap()[0].insert("incident_daypart".into(), json!(6));
    c.code(&first, "c1", &rows, None).await.unwrap();
    assert!(c.view(&first).await.slots[0].work.is_empty());
    c.finish(&first, "c1").await.unwrap();
    run(&c, register::close).await.unwrap();
    assert_eq!(line(&c, year).parse::<i64>().unwrap(), before.parse::<i64>().unwrap() + 100);
    assert_eq!(line(&c, "select string_agg(slot || ' ' || codebook || ' ' || (codes -> 'case' -> 0 ->> 'incident_daypart'), ', ' order by slot) as line from app.coding_before where slot <> 'intake'"), "c1 2026.1 1, c2 2026.1 1");
    assert_eq!(line(&c, "select codebook || ' ' || state || ' ' || recoded_slot as line from app.record"), "2026.2 complete c1");
    assert!(!line(&c, "select t::text as line from app.coding_before t").contains("otter-lantern-5521"), "nor did what lies apart get out");
}
