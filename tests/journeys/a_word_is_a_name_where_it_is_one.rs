//! The check of names (ruling 9) knows words of a case by hashes of that case alone: ordinary words are somebody's only as their own name and
//! written as one; short names and those of scripts without capitals are found, however they are written.

use std::collections::BTreeSet;

use lering::access::Kind;
use lering::ids::CaseId;
use lering::names::{self, Reason};
use lering::tx::Refused;
use lering::{compartments, forms, reports};
use serde_json::json;

use crate::support::review::{Review, answers};

async fn place(r: &Review, case: CaseId, reason: Reason, text: &'static str) {
    r.world.app.run(r.coordinator.caller(), move |tx| names::place(tx, case, reason, text)).await.unwrap();
}

async fn knows(r: &Review, case: CaseId, words: &'static [&'static str]) -> Vec<bool> {
    r.world.app.run(r.coordinator.caller(), move |tx| -> Result<Vec<bool>, Refused> {
        let known = names::of_case(tx, case)?;
        Ok(words.iter().map(|word| known.contains_key(names::hash(tx, case, word).as_slice())).collect())
    }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_placed_is_known_in_its_case_and_ordinary_words_only_as_somebodys_own_name() {
    let r = Review::new().await;
    let (case, other) = (r.case, r.world.case(&r.coordinator).await);
    place(&r, case, Reason::Organisation, "Stichting Veilig Thuis Zwaluwenberg 12").await;
    place(&r, case, Reason::Address, "Brinkhorst 1473, Noord").await;
    assert_eq!(knows(&r, case, &["zwaluwenberg", "brinkhorst", "stichting", "veilig", "thuis", "noord", "12", "1473"]).await, [true, true, false, false, false, false, false, false]);
    assert_eq!(knows(&r, case, &["raad", "west", "team"]).await, [false, false, false]);
    for (reason, name) in [(Reason::Name, "Kees de Raad"), (Reason::Alias, "West"), (Reason::Relative, "Mo Team")] {
        place(&r, case, reason, name).await;
    }
    assert_eq!(knows(&r, case, &["kees", "raad", "west", "mo", "team", "de"]).await, [true, true, true, true, true, false]);
    // What is typed where no name is known is none.
    place(&r, case, Reason::Name, "Unknown Man Brakelveld").await;
    place(&r, case, Reason::Alias, "Baby").await;
    assert_eq!(knows(&r, case, &["unknown", "man", "baby", "brakelveld"]).await, [false, false, false, true]);
    assert_eq!(knows(&r, other, &["kees", "raad", "zwaluwenberg"]).await, [false, false, false], "another case knows nothing of it");
    // One case's hash says nothing in another.
    let hashes = r.world.app.run(r.coordinator.caller(), move |tx| -> Result<_, Refused> { Ok((names::hash(tx, case, "kees"), names::hash(tx, other, "kees"), names::hash(tx, case, "kees"))) }).await.unwrap();
    assert!(hashes.0 != hashes.1 && hashes.0 == hashes.2);
    r.world.app.run(r.coordinator.caller(), move |tx| names::take_back(tx, case, "Kees de Raad")).await.unwrap();
    assert_eq!(knows(&r, case, &["kees", "raad", "west", "zwaluwenberg"]).await, [false, false, true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_report_it_is_found_however_it_is_written_and_as_a_word_it_may_stand() {
    let r = Review::new().await;
    let case = r.case;
    for (reason, name) in [
        (Reason::Name, "Kees de Raad"), (Reason::Name, "Bo Weiß"), (Reason::Name, "李 明"), (Reason::Alias, "Noe\u{301}mie"), (Reason::Relative, "Þóra Yıldız"), (Reason::Address, "Ĳsselkade 7"), (Reason::Organisation, "Hœve Đại"), (Reason::Name, "Jorrit Coco"),
    ] {
        place(&r, case, reason, name).await;
    }
    let room = r.world.app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let hits = async |section: &'static str, text: &'static str| {
        let said = answers(json!({ "section": section, "heading": "Eigen", "text": text }));
        r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &said)).await.unwrap();
        let found = r.world.app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits;
        found.into_iter().filter(|hit| hit.section == section).map(|hit| (hit.word, hit.reason)).collect::<BTreeSet<_>>()
    };
    let wanted = |all: &[(&str, &str)]| all.iter().map(|(word, reason)| ((*word).to_owned(), (*reason).to_owned())).collect::<BTreeSet<_>>();
    let found = hits("one", "KEES en de Raad. Daarna Bo met WEISS, 李 en 明. NOÉMIE belde Thora Yildiz aan de IJSSELKADE, bij Hoeve Dai.").await;
    assert_eq!(found, wanted(&[
        ("KEES", "name"), ("Raad", "name"), ("Bo", "name"), ("WEISS", "name"), ("李", "name"), ("明", "name"), ("NOÉMIE", "alias"), ("Thora Yildiz", "relative"), ("IJSSELKADE", "address"), ("Hoeve", "organisation"), ("Dai", "organisation"),
    ]));
    assert_eq!(hits("three", "Weiß' zus, de Weißjes en Yildizs fiets; Bo van de Weiß.").await, wanted(&[("Weiß", "name"), ("Weißjes", "name"), ("Yildizs", "relative"), ("Bo van de Weiß", "name")]));
    // A letter of another script that looks like a Latin one; a word all of them.
    assert_eq!(hits("four", "Daar was J\u{43e}rrit, en later \u{421}\u{43e}\u{441}\u{43e}.").await, wanted(&[("J\u{43e}rrit", "name"), ("\u{421}\u{43e}\u{441}\u{43e}", "name")]));
    assert_eq!(hits("two", "De raad besloot. Een bo is geen mens; B. en D. evenmin. 7 mensen in het weiland.").await, wanted(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heading_of_ones_own_and_its_name_are_read_as_the_text_is_wherever_the_report_goes() {
    let r = Review::new().await;
    let (app, case, co) = (&r.world.app, r.case, r.coordinator.caller());
    // A heading of ours names nobody, whatever somebody is called.
    place(&r, case, Reason::Name, "Bo Samenvatting").await;
    let room = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let write = async |told: serde_json::Value| app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, room, None, &answers(told))).await.unwrap().id;
    let check = async || app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits.into_iter().map(|hit| (hit.section, hit.word)).collect::<Vec<_>>();
    let own = |word: &str| vec![("own".to_owned(), word.to_owned())];
    write(json!({ "section": "summary", "text": "Het begon klein." })).await;
    assert!(check().await.is_empty());
    let item = write(json!({ "section": "own", "heading": "Wat Jansma vroeg", "text": "Om hulp." })).await;
    assert_eq!(check().await, own("Jansma"));
    // Nor does it go out by another door: under embargo, published, put right afterwards.
    let decision = json!({ "form": "whole", "reason": "Er valt te leren.", "publish_on": "2099-01-05" });
    app.run(co.clone(), move |tx| forms::create(tx, &reports::DECISION, room, None, &answers(decision))).await.unwrap();
    let stands = |told: Refused| match told { Refused::Faults(faults) => faults.into_iter().map(|fault| (fault.field, fault.rule)).collect::<Vec<_>>(), other => panic!("{other:?}") };
    let named = [("own".to_owned(), "name-stands".to_owned())];
    assert_eq!(stands(app.run(co.clone(), move |tx| reports::embargo(tx, case)).await.unwrap_err()), named);
    let Err(lering::cases::CaseError::Refused(refused)) = reports::publish(app, co.clone(), case, 1).await else { panic!("it was published") };
    assert_eq!(stands(refused), named);
    let decided = app.run(r.chair.caller(), move |tx| reports::to_decide(tx, case)).await.unwrap();
    assert_eq!(decided.hits.iter().map(|hit| hit.section.as_str()).collect::<Vec<_>>(), ["own"]);
    diesel::RunQueryDsl::execute(diesel::sql_query(format!("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on) \
        select gen_random_uuid(), id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', '{{\"title\":\"Leerrapport\",\"language\":\"nl\",\"sections\":[],\"open\":[]}}', '\\x25', sha256('x'), current_date from app.case_file where id = '{case}'")), &mut r.world.connection("postgres")).unwrap();
    let correction = reports::AddendumTold { kind: "correction".into(), text: "Een kop is veranderd.".into(), instead: false };
    assert_eq!(stands(reports::add(app, co, case, correction).await.unwrap_err()), named);
    // One press mends a heading.
    assert_eq!(app.run(r.chair.caller(), move |tx| reports::replace(tx, case, "own", "Jansma")).await.unwrap(), 1);
    assert!(check().await.is_empty());
    // The name of a section is public too. It gets no other one: what stands there is written elsewhere, and it is left out.
    let item_named = write(json!({ "section": "huis_jansma", "heading": "Het huis", "text": "" })).await;
    assert_eq!(check().await, [("huis_jansma".to_owned(), "jansma".to_owned())]);
    assert!(matches!(app.run(r.chair.caller(), move |tx| reports::replace(tx, case, "huis_jansma", "jansma")).await, Err(Refused::Rule("name-of-section"))));
    let left_out = json!({ "section": "huis_jansma", "heading": "Het huis", "text": "", "not_applicable": true, "because": "Staat elders." });
    app.run(r.secretary.caller(), move |tx| forms::save(tx, &reports::SECTION, room, item_named, 1, &answers(left_out))).await.unwrap();
    assert!(check().await.is_empty());
    let (report, sections) = app.run(r.secretary.caller(), move |tx| reports::overview(tx, case)).await.unwrap();
    assert!(!report.sections.iter().any(|one| one.id == "huis_jansma") && sections.iter().any(|one| one.id == "huis_jansma" && one.own && one.state == "not_applicable"), "left out, and there to be taken in again");
    assert!(app.run(r.secretary.caller(), move |tx| forms::open(tx, &reports::SECTION, room, item)).await.unwrap().version == 2);
}
