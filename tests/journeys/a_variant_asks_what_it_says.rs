//! A variant is what it says (`workflow.md` section 6): which parts of the reflection are asked, how persons may be named, how far relatives
//! take part, in which languages there is a summary, what a case of child abuse needs. What is not asked is neither shown, nor missed, nor taken.

use diesel::RunQueryDsl;
use lering::access::{Kind, Role};
use lering::ids::{CompartmentId, RelativeId};
use lering::settings::Relatives;
use lering::tx::Refused;
use lering::{cases, compartments, forms, relatives, reflections, reports};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Someone;
use crate::support::review::{Partner, Review, answers};
use crate::support::served::Served;

/// A review of a variant.
async fn review(profile: &str, child: bool) -> Review {
    let r = Review::new().await;
    diesel::sql_query(format!("update app.case_file set profile = '{profile}', child_variant = {child} where id = '{}'", r.case)).execute(&mut r.world.connection("postgres")).unwrap();
    r
}

fn faults(refused: Refused) -> Vec<String> {
    match refused {
        Refused::Faults(all) => all.into_iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn relative(r: &Review, wants: Value) -> Result<(RelativeId, CompartmentId), Refused> {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"], "language": "nl", "wants": wants, "again_on": "2099-01-01",
    }));
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await
}

async fn let_in(r: &Review, id: RelativeId) -> Someone {
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    one
}

async fn page(served: &Served, who: &Someone, path: &str) -> String {
    let answer = served.call(who, Method::GET, path).header("accept", "text/html").send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_review_asks_five_parts_of_the_reflection_and_takes_no_others() {
    let r = review("light", false).await;
    let Partner { author, approver, reflection, room, .. } = r.partner().await;
    let app = &r.world.app;
    let save = async |told: Value| app.run(author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &answers(told))).await;
    let told = json!({ "role": "Wij kwamen langs", "what_happened": "Twee keer", "facts_checked": true });
    let with = |field: &str| { let mut more = told.clone(); more[field] = "Iets".into(); more };
    assert_eq!(faults(save(with("went_well")).await.unwrap_err()), ["went_well not-in-variant"]);
    assert_eq!(faults(save(with("cooperation")).await.unwrap_err()), ["cooperation not-in-variant"]);
    assert_eq!(faults(save(json!({ "role": "a", "not_for_report": ["went_well"] })).await.unwrap_err()), ["not_for_report[0] not-an-option"], "what is not asked can't be kept out either");
    let saved = save(told.clone()).await.unwrap();
    assert!(saved.complete, "{:?}", saved.missing);
    // A draft takes no more, and the page shows no more.
    let draft = answers(with("cooperation"));
    let kept = app.run(author.caller(), move |tx| forms::keep_draft(tx, &reflections::REFLECTION, room, saved.id, 1, 0, &draft)).await;
    assert_eq!(faults(kept.unwrap_err()), ["cooperation not-in-variant"]);
    r.world.named(&author, "Ans Bakker");
    let served = Served::new(&r.world);
    let shown = page(&served, &author, &format!("/rooms/{room}/reflection/{}?part=role", saved.id)).await;
    for (part, asked) in [("knew", true), ("cooperation", false), ("conditions", true), ("went-well", false), ("differently", true), ("chronology", true), ("release", true)] {
        assert_eq!(shown.contains(&format!("part={part}")), asked, "{part}");
    }
    // Handed in, approved, and with the panel as it is.
    app.run(author.caller(), move |tx| reflections::submit(tx, reflection)).await.unwrap();
    app.run(approver.caller(), move |tx| reflections::approve(tx, reflection)).await.unwrap();
    // A full review asks all of them.
    let r = Review::new().await;
    let Partner { author, room, .. } = r.partner().await;
    let whole = answers(json!({ "role": "a", "what_happened": "b", "cooperation": "c", "went_well": "d", "facts_checked": true }));
    assert!(r.world.app.run(author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &whole)).await.unwrap().complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_named_relatives_are_not_asked_and_no_decision_names_anybody() {
    for variant in ["light", "caribbean"] {
        let r = review(variant, false).await;
        let (app, case) = (&r.world.app, r.case);
        let (id, room) = relative(&r, json!(["tell"])).await.unwrap();
        let write = async |told: Value| app.run(r.coordinator.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &answers(told))).await;
        assert_eq!(faults(write(json!({ "portrait": { "text": "Zij zong", "use": "panel" }, "naming": "real_first_name" })).await.unwrap_err()), ["naming not-in-variant"]);
        write(json!({ "portrait": { "text": "Zij zong", "use": "panel" } })).await.unwrap();
        let report = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
        let decide = async |told: Value| app.run(r.coordinator.caller(), move |tx| forms::create(tx, &reports::DECISION, report, None, &answers(told))).await;
        let decision = |how: &str, allowed: &str| json!({ "form": "whole", "naming_decision": [{ "person": "Noor Jansma", "how": how }], "allowed_names": [allowed], "reason": "r", "publish_on": "2099-01-01" });
        assert_eq!(faults(decide(decision("real_first_name", "Dorpsbelang")).await.unwrap_err()), ["naming_decision[0].how real-name-not-in-variant"]);
        assert_eq!(faults(decide(decision("letter", "Noor")).await.unwrap_err()), ["allowed_names[0] real-name-not-in-variant"]);
        decide(decision("letter", "Dorpsbelang")).await.unwrap();
        let tell = async |how: &'static str| app.run(r.coordinator.caller(), move |tx| relatives::tell_naming(tx, id, how, "N")).await;
        assert!(matches!(tell("real_first_name").await, Err(Refused::Rule("real-name-not-in-variant"))));
        tell("letter").await.unwrap();
        assert_eq!(app.run(r.coordinator.caller(), move |tx| relatives::naming_ways(tx, id)).await.unwrap(), ["pseudonym", "letter"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_promised_what_the_variant_gives() {
    let r = review("light", false).await;
    let (app, case) = (&r.world.app, r.case);
    assert_eq!(faults(relative(&r, json!(["tell", "read_draft"])).await.unwrap_err()), ["wants[1] not-an-option"]);
    let (id, room) = relative(&r, json!(["tell"])).await.unwrap();
    let sister = let_in(&r, id).await;
    r.world.named(&sister, "Fenna Hoekstra");
    let placed = app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "summary", "Samenvatting", "Wat er gebeurde")).await;
    assert!(matches!(placed, Err(Refused::Rule("no-preview-in-variant"))), "{placed:?}");
    let served = Served::new(&r.world);
    let state = |state: &str| diesel::sql_query(format!("update app.case_file set state = '{state}' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let step = |to: &str| diesel::sql_query(format!("insert into app.case_step (id, case_id, step, from_state, to_state, role, versions) values (gen_random_uuid(), '{case}', 'T11', 'panel', '{to}', 'CH', '{{}}')")).execute(&mut r.world.connection("postgres")).unwrap();
    step("drafting");
    let own = page(&served, &sister, &format!("/relatives/{id}")).await;
    assert!(own.contains("relative-input") && own.contains("vertelt uw contactpersoon u wat eruit kwam"), "words are asked, and the outcome is told");
    assert!(!own.contains("delen van het rapport lezen") && !own.contains("id=\"reading\""), "no preview is promised");
    // The round of relatives is not demanded before the quality review.
    state("consultation");
    let lacks = async || app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps.into_iter().find(|step| step.of == cases::Step::T14).unwrap().missing.into_iter().map(|one| one.what).collect::<Vec<_>>();
    assert_eq!(lacks().await, ["passages_placed"]);
    // No name is needed on the page of the reactions, so nobody's card is opened for it.
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let looks = || diesel::sql_query("select count(*) as n from sec.log_entry where action = 'relative.card'").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    r.world.named(&r.coordinator, "Anna Bakker");
    let (round, before) = (format!("/cases/{case}/consultation"), looks());
    assert!(!page(&served, &r.coordinator, &round).await.contains("Fenna Hoekstra"));
    assert_eq!(looks(), before);
    // In a full review all of it is there.
    diesel::sql_query(format!("update app.case_file set profile = 'full' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    assert_eq!(lacks().await, ["passages_placed", "relatives_round_done"]);
    app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "summary", "Samenvatting", "Wat er gebeurde")).await.unwrap();
    // There a name is shown, and one look at their card is in the log; who is not their contact looks at none.
    assert!(page(&served, &r.coordinator, &round).await.contains("Fenna Hoekstra"));
    assert_eq!(looks(), before + 1);
    r.world.named(&r.chair, "Bert Smit");
    assert!(!page(&served, &r.chair, &round).await.contains("Fenna Hoekstra"));
    assert_eq!(looks(), before + 1);
    let own = page(&served, &sister, &format!("/relatives/{id}")).await;
    assert!(own.contains("delen van het rapport lezen") && own.contains("id=\"reading\""));
    // In a thematic review they are informed, and asked for nothing.
    diesel::sql_query(format!("update app.case_file set profile = 'batch', state = 'gathering' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let words = answers(json!({ "portrait": { "text": "Zij zong", "use": "panel" } }));
    let written = app.run(sister.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &words)).await;
    assert!(written.is_ok(), "who tells something all the same is heard: {written:?}");
    let own = page(&served, &sister, &format!("/relatives/{id}")).await;
    assert!(!own.contains("relative-input"), "nobody asks for it");
    let view = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    assert_eq!(view.variant.relatives, Relatives::Informed);
    let t9 = view.steps.into_iter().find(|step| step.of == cases::Step::T9).unwrap();
    assert!(t9.missing.iter().all(|one| one.what != "relatives_asked"), "{:?}", t9.missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_summed_up_in_each_language_and_tells_the_childs_perspective() {
    let r = review("full", true).await;
    let (app, case) = (&r.world.app, r.case);
    let assemble = async || app.run(r.secretary.caller(), move |tx| reports::assemble(tx, case)).await.unwrap();
    assert_eq!(assemble().await.open, ["summary", "summary_en", "what_happened", "child_perspective", "recommendations", "changes_since", "method_and_limits"]);
    let within = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let write = async |section: &'static str, text: &'static str| app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, within, None, &answers(json!({ "section": section, "text": text })))).await.unwrap();
    diesel::sql_query(format!("update app.case_file set state = 'drafting' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let filled = async || {
        let view = app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        !view.steps.into_iter().find(|step| step.of == cases::Step::T12).unwrap().missing.iter().any(|one| one.what == "sections_filled")
    };
    for section in ["summary", "what_happened", "changes_since", "method_and_limits", "child_perspective"] {
        write(section, "Woorden.").await;
    }
    assert!(!filled().await, "the summary in English is still to be written");
    let view = app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    let lacks = view.steps.into_iter().find(|step| step.of == cases::Step::T12).unwrap().missing.into_iter().find(|one| one.what == "sections_filled").unwrap();
    assert_eq!(lacks.sections, ["summary_en"], "by name");
    write("summary_en", "She asked for help three times.").await;
    assert!(filled().await);
    let report = assemble().await;
    let told: Vec<(String, Option<&str>, String)> = report.sections.iter().filter(|section| section.id.starts_with("summary")).map(|section| (section.id.clone(), section.language.map(|language| language.code()), section.heading.clone())).collect();
    assert_eq!(told, [("summary".into(), None, "Samenvatting".into()), ("summary_en".into(), Some("en"), "Summary".into())]);
    r.world.named(&r.secretary, "Ans Bakker");
    let served = Served::new(&r.world);
    let drawn = page(&served, &r.secretary, &format!("/cases/{case}/report")).await;
    assert!(drawn.contains(r#"aria-labelledby="s-summary_en" lang="en""#), "read out in its own language");
    assert!(page(&served, &r.secretary, &format!("/cases/{case}/report/sections/summary_en")).await.contains(r#"rows="18" lang="en""#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_child_abuse_needs_the_youth_sector_and_the_inspectorates() {
    let r = review("full", true).await;
    let (app, case) = (&r.world.app, r.case);
    let lacks = async |step: cases::Step, state: &str| {
        diesel::sql_query(format!("update app.case_file set state = '{state}' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
        let view = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        view.steps.into_iter().find(|one| one.of == step).unwrap().missing.into_iter().map(|one| one.what).collect::<Vec<_>>()
    };
    assert!(lacks(cases::Step::T3, "screening").await.contains(&"inspectorates_checked".to_owned()));
    let declare = async |words: Option<&'static str>| app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "inspectorates_checked", words)).await;
    assert_eq!(faults(declare(None).await.unwrap_err()), ["words required"]);
    declare(Some("Zij onderzoeken de zorg, wij niet")).await.unwrap();
    assert!(!lacks(cases::Step::T3, "screening").await.contains(&"inspectorates_checked".to_owned()));
    r.party(Role::PanelMember).await;
    assert!(lacks(cases::Step::T8, "preparation").await.contains(&"panel_child_sector".to_owned()), "a member of another sector does not do");
    let youth = r.world.person(&r.administrator, Role::PanelMember).await.hat;
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &cases::Named { hat: youth, role: Role::PanelMember, sector: "youth".into(), dv_expert: false })).await.unwrap();
    assert!(!lacks(cases::Step::T8, "preparation").await.contains(&"panel_child_sector".to_owned()));
    // Of another case it is no fact at all.
    diesel::sql_query(format!("update app.case_file set child_variant = false where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    assert!(matches!(declare(Some("x")).await, Err(Refused::NotFound)));
    assert!(!lacks(cases::Step::T3, "screening").await.contains(&"inspectorates_checked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_small_place_months_its_names_and_other_words_are_found_and_no_case_is_told_alone() {
    let r = review("caribbean", false).await;
    let (app, case) = (&r.world.app, r.case);
    let run = |sql: &str| { diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap() };
    run(&format!("update app.case_file set region = 13, state = 'drafting' where id = '{case}'"));
    let own = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let noted = app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &cases::NOTIFICATION, own)).await.unwrap().pop().unwrap();
    let mut told = noted.answers.clone();
    told.insert("recognised_by".into(), json!(["Kerk Ebenezer", "de boot Morgenster"]));
    told.insert("time".into(), json!("rond 18:34"));
    app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::NOTIFICATION, own, noted.id, noted.version, &told)).await.unwrap();
    let report = app.run(r.secretary.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let text = answers(json!({ "section": "summary", "text": "In oktober 2025 kwam men op Saba langs bij Ebenezer. De Morgenster voer om 18.34 uur naar Bonaire, en om 10.15 uur terug. Op 24 november zag de 33-jarige buurvrouw in The Bottom niets." }));
    app.run(r.secretary.caller(), move |tx| forms::create(tx, &reports::SECTION, report, None, &text)).await.unwrap();
    let hits = async || -> Vec<(String, String, String)> { app.run(r.chair.caller(), move |tx| reports::check(tx, case)).await.unwrap().hits.into_iter().map(|hit| (hit.word, hit.reason, hit.proposal)).collect() };
    let hit = |word: &str, reason: &str, proposal: &str| (word.to_owned(), reason.to_owned(), proposal.to_owned());
    let recognised = |word: &str| hit(word, "recognised", "iets waaraan men iemand herkent");
    assert_eq!(hits().await, [hit("33-jarige", "age", "30- tot 40-jarige"), recognised("Ebenezer"), recognised("Morgenster"), hit("Op 24 november", "date", "In dat jaar"), hit("Saba", "place", "het eiland"), hit("The Bottom", "place", "het eiland"), hit("oktober 2025", "date", "2025"), hit("om 18.34 uur", "time", "in de avond")]);
    // The panel's sheet under pseudonyms holds none of it.
    let sheet = app.run(r.chair.caller(), move |tx| cases::copies(tx, case)).await.map(|copies| serde_json::to_string(&copies.sheet).unwrap()).unwrap_or_default();
    assert!(!sheet.contains("Ebenezer"));
    // Who signs the statement is asked about ties that count there.
    let member = r.world.person(&r.administrator, Role::PanelMember).await;
    let hat = member.hat;
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &cases::Named { hat, role: Role::PanelMember, sector: "health".into(), dv_expert: false })).await.unwrap();
    r.world.named(&member, "Ans Bakker");
    let served = Served::new(&r.world);
    assert!(page(&served, &member, &format!("/cases/{case}")).await.contains("vierde graad"));
    // Told with another case of the region, or long after; whole only with the agreement of all. In practice neither is waited for.
    let decision = answers(json!({ "form": "whole", "naming_decision": [{ "person": "v1", "how": "letter" }], "reason": "r", "publish_on": "2099-01-01" }));
    app.run(r.coordinator.caller(), move |tx| forms::create(tx, &reports::DECISION, report, None, &decision)).await.unwrap();
    run(&format!("update app.case_file set state = 'decided' where id = '{case}'"));
    let lacks = async || -> Vec<String> {
        let view = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        let step = view.steps.into_iter().find(|one| one.of == cases::Step::T17).unwrap();
        step.missing.into_iter().map(|one| one.what).filter(|what| matches!(what.as_str(), "told_together" | "whole_agreed")).collect()
    };
    assert_eq!(lacks().await, [""; 0]);
    r.world.in_earnest();
    run("update app.case_file set practice = false");
    assert_eq!(lacks().await, ["told_together", "whole_agreed"]);
    let agree = async |words: Option<&'static str>| app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "whole_agreed", words)).await;
    assert_eq!(faults(agree(None).await.unwrap_err()), ["words required"]);
    agree(Some("Beide families en de landelijke coördinatie, op 3 mei")).await.unwrap();
    assert_eq!(lacks().await, ["told_together"]);
    let other = r.world.case(&r.coordinator).await;
    run(&format!("update app.case_file set profile = 'caribbean', region = 12, state = 'decided', practice = false where id = '{other}'"));
    assert_eq!(lacks().await, ["told_together"], "of another island");
    run(&format!("update app.case_file set region = 13 where id = '{other}'"));
    assert_eq!(lacks().await, [""; 0]);
    run(&format!("update app.case_file set state = 'drafting' where id = '{other}'"));
    run(&format!("update app.case_file set notified_on = current_date - 740 where id = '{case}'"));
    assert_eq!(lacks().await, [""; 0], "long after it is told alone");
    // A review elsewhere asks none of this.
    run(&format!("update app.case_file set profile = 'full', notified_on = current_date where id = '{case}'"));
    assert_eq!(lacks().await, [""; 0]);
    assert!(matches!(agree(Some("x")).await, Err(Refused::NotFound)));
    run(&format!("update app.case_file set state = 'drafting' where id = '{case}'"));
    assert_eq!(hits().await, [recognised("Ebenezer"), recognised("Morgenster"), hit("Op 24 november", "date", "In november"), hit("om 18.34 uur", "time", "in de avond")]);
}
