//! Form 5.19: one evaluation a person, by role, words sealed, and nothing shown of fewer than five.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::reports;
use lering::tx::Refused;
use serde_json::json;

use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn five_members_are_shown_with_their_words_and_four_are_not() {
    let r = Review::new().await;
    let (case, run) = (r.case, &r.world.app);
    let mut members = vec![];
    for _ in 0..5 {
        members.push(r.party(Role::PanelMember).await);
    }
    let give = async |who: &crate::support::Someone, fair: i64, words: &str| {
        let told = answers(json!({ "fair": fair, "will_change": words }));
        run.run(who.caller(), move |tx| reports::evaluate(tx, case, &told)).await
    };
    let stranger = r.world.person(&r.administrator, Role::PanelMember).await;
    assert!(matches!(give(&stranger, 1, "not mine").await, Err(Refused::NotFound)));
    for (at, member) in members.iter().take(4).enumerate() {
        give(member, 4, &format!("walnut-swift-{at}")).await.unwrap();
    }
    give(&r.chair, 1, "the only chair").await.unwrap();
    // Four members and one chair are five together; the chair alone is nobody's group.
    let read = async |who: &crate::support::Someone| run.run(who.caller(), move |tx| reports::evaluated(tx, case)).await;
    let shown = read(&r.coordinator).await.unwrap();
    assert_eq!(shown.iter().map(|group| (group.roles.join("+"), group.answers)).collect::<Vec<_>>(), [("CH+PM".to_owned(), 5)]);
    // Given again it replaces the first; the fifth member makes a group, and the chair's answer is hidden again.
    give(&members[0], 5, "walnut-swift-9").await.unwrap();
    give(&members[4], 4, "walnut-swift-4").await.unwrap();
    let shown = read(&r.coordinator).await.unwrap();
    assert_eq!(shown.iter().map(|group| (group.roles.join("+"), group.answers, group.means["fair"])).collect::<Vec<_>>(), [("PM".to_owned(), 5, 4.2)]);
    assert_eq!(shown[0].words["will_change"], ["walnut-swift-1", "walnut-swift-2", "walnut-swift-3", "walnut-swift-4", "walnut-swift-9"]);
    // The nation sees figures and no words; others nothing.
    let nation = r.world.person(&r.administrator, Role::NationalCoordinator).await;
    let seen = read(&nation).await.unwrap();
    assert!(seen[0].means["fair"] == 4.2 && seen[0].words.is_empty());
    assert!(matches!(read(&r.chair).await, Err(Refused::NotYours)));
    // No row names a hat, and the words lie there sealed.
    let named = |column: &str| diesel::sql_query(format!("select count(*) as n from app.evaluation e where position({column} in e::text) > 0")).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!((named(&format!("'{}'", members[0].hat)), named("encode('walnut-swift', 'hex')"), named("'walnut'")), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn why_no_figures_are_shown_is_said_and_relatives_questions_are_asked_of_relatives() {
    let r = Review::new().await;
    let (case, run) = (r.case, &r.world.app);
    for at in 0..5 {
        let member = r.party(Role::PanelMember).await;
        // Each answers one question; none is answered by five.
        let told = answers(json!({ (if at % 2 == 0 { "fair" } else { "learned" }): 4 }));
        run.run(member.caller(), move |tx| reports::evaluate(tx, case, &told)).await.unwrap();
    }
    r.world.name_everyone("Anna Bakker");
    let served = crate::support::served::Served::new(&r.world);
    let page = served.call(&r.coordinator, reqwest::Method::GET, &format!("/cases/{case}/evaluation")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Geen vraag is door vijf of meer"), "{page}");
    assert!(page.contains("Het was eerlijk") && !page.contains("Ik ben gehoord"), "{page}");
    let asked = |role| reports::asked_of(run.parts().config.forms.get("evaluation").unwrap().clone(), Some(role)).field("heard").is_some();
    assert!(asked(Role::Relative) && !asked(Role::PanelMember));
}
