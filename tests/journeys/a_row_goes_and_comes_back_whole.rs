//! A row added, answered, taken away and put back on the page of its level: its pairs go and come with it, and with them what was said of them. A
//! page that is no longer the newest loses nothing of what was chosen on it.

use lering::register::{self, RecordView};
use reqwest::Method;

use crate::support::Someone;
use crate::support::served::Served;
use crate::two_coders_see_nothing_of_each_other::Coding;

struct Page {
    served: Served,
    c: Coding,
}

impl Page {
    async fn post(&self, who: &Someone, level: &str, version: i32, fields: &[(&str, &str)]) -> (u16, String) {
        let version = version.to_string();
        let all: Vec<(&str, &str)> = [("version", version.as_str())].into_iter().chain(fields.iter().copied()).collect();
        let request = self.served.call(who, Method::POST, &format!("/coding/{}/level/{level}", self.c.record)).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(serde_urlencoded::to_string(all).unwrap()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
    async fn seen(&self, who: &Someone) -> RecordView {
        self.c.view(who).await
    }
    async fn version(&self, who: &Someone) -> i32 {
        self.seen(who).await.slots[0].version
    }
}

fn undo_of(page: &str) -> String {
    let at = page.find("name=\"undo\" value=\"").expect("a way back") + "name=\"undo\" value=\"".len();
    page[at..].split('"').next().unwrap().replace("&#34;", "\"").replace("&quot;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_victim_taken_away_takes_its_pairs_and_all_comes_back_to_its_place() {
    let c = Coding::new().await;
    let coder = c.coders[0].clone();
    c.name(&coder, "c1").await;
    c.r.world.named(&coder, "C. Codeur");
    let page = Page { served: Served::new(&c.r.world), c };
    // A second victim, and a suspect, so that there are two pairs; something said of each.
    for (level, fields) in [("suspect", vec![("do", "add")]), ("victim", vec![("do", "add")])] {
        let version = page.version(&coder).await;
        assert_eq!(page.post(&coder, level, version, &fields).await.0, 303);
    }
    let version = page.version(&coder).await;
    let told = [
        ("victim.0.victim_sex.there", "1"), ("victim.0.victim_sex", "2"), ("victim.0.victim_sex.note", "otter-note-one"), ("victim.0.victim_sex.certainty", "certain"),
        ("victim.1.victim_sex.there", "1"), ("victim.1.victim_sex", "1"), ("victim.1.victim_sex.note", "otter-note-two"), ("victim.1.victim_sex.certainty", "probable"), ("do", "save"),
    ];
    assert_eq!(page.post(&coder, "victim", version, &told).await.0, 303);
    let version = page.version(&coder).await;
    let pairs = [("relation.0.relation_type.there", "1"), ("relation.0.relation_type", "1"), ("relation.1.relation_type.there", "1"), ("relation.1.relation_type", "5"), ("relation.1.relation_type.note", "otter-note-pair"), ("do", "save")];
    assert_eq!(page.post(&coder, "relation", version, &pairs).await.0, 303);
    let before = page.seen(&coder).await.slots.remove(0);
    assert_eq!((before.rows.0["victim"].len(), before.rows.0["relation"].len(), before.beside.len()), (2, 2, 3));

    // The first goes, with its pair; what was said of the second moves up with it.
    let (status, shown) = page.post(&coder, "victim", before.version, &[("do", "remove:1")]).await;
    assert_eq!(status, 200);
    let left = page.seen(&coder).await.slots.remove(0);
    assert_eq!((left.rows.0["victim"].len(), left.rows.0["relation"].len()), (1, 1));
    assert_eq!((left.rows.0["relation"][0]["relation_type"].clone(), left.beside["victim[0].victim_sex"].note.as_str(), left.beside["relation[0].relation_type"].note.as_str()), (5.into(), "otter-note-two", "otter-note-pair"));
    assert!(page.c.book.orphans(&left.rows).is_empty());
    // And back, to its place, with all that was said.
    assert_eq!(page.post(&coder, "victim", left.version, &[("do", "undo"), ("undo", &undo_of(&shown))]).await.0, 303);
    let back = page.seen(&coder).await.slots.remove(0);
    assert_eq!((&back.rows, &back.beside), (&before.rows, &before.beside));

    // An orphan that a program leaves behind is in nobody's way: it leaves with the row it belonged to.
    let mut alone = back.rows.clone();
    alone.0.get_mut("victim").unwrap().remove(0);
    page.c.code(&coder, "c1", &alone, None).await.unwrap();
    let seen = page.seen(&coder).await.slots.remove(0);
    assert_eq!((seen.rows.0["victim"].len(), seen.rows.0["relation"].len()), (1, 1));
    assert!(!seen.open.iter().any(|field| field.starts_with("relation[1]")), "{:?}", seen.open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_no_longer_the_newest_shows_both_and_saves_at_the_second_try() {
    let c = Coding::new().await;
    let coder = c.coders[0].clone();
    c.name(&coder, "c1").await;
    c.r.world.named(&coder, "C. Codeur");
    let page = Page { served: Served::new(&c.r.world), c };
    let old = page.version(&coder).await;
    let chosen = |code: &'static str| [("case.0.overkill.there", "1"), ("case.0.overkill", code), ("case.0.overkill.note", "otter-note-here"), ("do", "save")];
    assert_eq!(page.post(&coder, "case", old, &chosen("1")).await.0, 303);
    let now = page.version(&coder).await;
    let (status, shown) = page.post(&coder, "case", old, &chosen("2")).await;
    assert_eq!(status, 412);
    assert!(shown.contains(&format!("name=\"version\" value=\"{now}\"")) && shown.contains("otter-note-here") && shown.contains("Nu opgeslagen"), "{shown}");
    assert!(shown.contains("id=\"case.0.overkill-2\" name=\"case.0.overkill\" value=\"2\" checked"), "what was chosen stands");
    assert_eq!(page.seen(&coder).await.slots[0].rows.0["case"][0]["overkill"], 1, "and nothing was changed by it");
    assert_eq!(page.post(&coder, "case", now, &chosen("2")).await.0, 303);
    assert_eq!(page.seen(&coder).await.slots[0].rows.0["case"][0]["overkill"], 2);
    assert!(page.c.r.world.app.run(coder.caller(), register::list).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_beside_why_there_is_none_is_refused_by_its_question_and_a_reason_alone_is_kept() {
    let c = Coding::new().await;
    let coder = c.coders[0].clone();
    c.name(&coder, "c1").await;
    c.r.world.named(&coder, "C. Codeur");
    let page = Page { served: Served::new(&c.r.world), c };
    let version = page.version(&coder).await;
    let told = |value: &'static str, why: &'static str| [("victim.0.victim_age.there", "1"), ("victim.0.victim_age", value), ("victim.0.victim_age.missing", why), ("do", "save")];
    let (status, shown) = page.post(&coder, "victim", version, &told("24", "-8")).await;
    let label = page.c.book.variable("victim_age").unwrap().label.nl.clone();
    assert!(status == 422 && shown.contains("<title>Fout: ") && shown.contains("href=\"#victim.0.victim_age\"") && shown.contains(&format!("{label} 1: Hier staat een antwoord")), "{status} {shown}");
    assert!(shown.contains("value=\"24\"") && shown.contains("<option value=\"-8\" selected>"), "both stand there still: {shown}");
    // What can't be a code is told at its question, and what was chosen beside it stays.
    let beside = [("victim.0.victim_age.there", "1"), ("victim.0.victim_age", "1000"), ("victim.0.victim_sex.there", "1"), ("victim.0.victim_sex", "2"), ("victim.0.victim_sex.note", "otter-note-kept"), ("do", "next")];
    let (status, shown) = page.post(&coder, "victim", version, &beside).await;
    assert!(status == 422 && shown.contains("id=\"victim.0.victim_age-f\"") && shown.contains("value=\"1000\" data-figures aria-invalid=\"true\""), "{status} {shown}");
    assert!(shown.contains("id=\"victim.0.victim_sex-2\" name=\"victim.0.victim_sex\" value=\"2\" checked") && shown.contains("otter-note-kept") && !shown.contains("Nu opgeslagen"), "{shown}");
    let several = [("case.0.direct_trigger.there", "1"), ("case.0.direct_trigger", "3"), ("case.0.direct_trigger.missing", "-6"), ("do", "save")];
    assert_eq!(page.post(&coder, "case", version, &several).await.0, 422);
    assert_eq!(page.version(&coder).await, version, "nothing was kept of either");
    assert_eq!(page.post(&coder, "victim", version, &told("", "-8")).await.0, 303);
    assert_eq!(page.seen(&coder).await.slots[0].rows.0["victim"][0]["victim_age"], -8);
}
