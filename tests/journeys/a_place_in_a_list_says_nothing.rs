//! Where a page of a list begins is sealed: what was altered, or is of another list, another order or another installation, is no place in it; and in
//! the hands of somebody else it opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use diesel::prelude::*;
use lering::access::Role;
use lering::cases::{self, Filter, Listed};
use lering::findings::{self, Followed};
use lering::ids::BureauId;
use lering::tx::{Paged, Refused};
use reqwest::Method;

use crate::support::review::Review;
use crate::support::served::Served;
use crate::support::{Someone, World};

fn thirty(world: &World, bureau: BureauId, year: i32) {
    diesel::sql_query(format!(
        "insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, zone, notified_on) \
         select gen_random_uuid(), '{bureau}', 'HG-{year}-' || 1000 + i, 'screening', now(), 'full', '2026.1', true, 'review', 'public_task', 'european', current_date from generate_series(1, 30) i",
    )).execute(&mut world.connection("postgres")).unwrap();
}

async fn page(world: &World, who: &Someone, sort: &str, at: Option<&str>) -> Result<Paged<Listed>, Refused> {
    let filter = Filter { sort: Some(sort.to_owned()).filter(|sort| !sort.is_empty()), at: at.map(str::to_owned), ..Filter::default() };
    world.app.run(who.caller(), move |tx| cases::pages_of_cases(tx, &filter)).await
}

fn no_place<T: std::fmt::Debug>(found: Result<T, Refused>) {
    assert!(matches!(&found, Err(Refused::Faults(faults)) if faults[0].field == "cursor" && faults[0].rule == "not-an-option"), "{found:?}");
}

/// A text with the sign at a place replaced by another of the same alphabet.
fn altered(text: &str, at: usize) -> String {
    text.char_indices().map(|(index, sign)| if index == at { if sign == 'A' { 'B' } else { 'A' } } else { sign }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_one_and_one_of_another_list_order_or_installation_is_no_place() {
    let r = Review::new().await;
    let who = &r.coordinator;
    thirty(&r.world, r.world.bureau, 2020);
    let mut superuser = r.world.connection("postgres");
    diesel::sql_query("set session_replication_role = replica").execute(&mut superuser).unwrap();
    diesel::sql_query(format!("insert into app.recommendation (id, case_id, item_id, number, state, due_on) select gen_random_uuid(), '{}', gen_random_uuid(), i, 'adopted', current_date + i from generate_series(1, 30) i", r.case)).execute(&mut superuser).unwrap();
    let place = page(&r.world, who, "", None).await.unwrap().next.unwrap();
    assert!(page(&r.world, who, "", Some(&place)).await.is_ok_and(|page| page.before.is_some()));
    // Each sign counts: of the seal, of what is sealed, of its end. So does its length.
    for at in (0..place.len() - 1).step_by(7) {
        no_place(page(&r.world, who, "", Some(&altered(&place, at))).await);
    }
    for text in [&place[..place.len() - 4], &format!("{place}AAAA"), &place.to_lowercase(), " ", "AAAA"] {
        no_place(page(&r.world, who, "", Some(text)).await);
    }
    assert!(page(&r.world, who, "", Some("")).await.is_ok_and(|page| page.before.is_none()), "none is the first page");
    let actions = async |at: Option<String>| r.world.app.run(who.caller(), move |tx| findings::all(tx, &Followed { at, ..Followed::default() })).await;
    let of_actions = actions(None).await.unwrap().next.unwrap();
    assert!(actions(Some(of_actions.clone())).await.is_ok());
    no_place(actions(Some(place.clone())).await);
    for sort in ["", "due", "-due"] {
        no_place(page(&r.world, who, sort, Some(&of_actions)).await);
        let own = page(&r.world, who, sort, None).await.unwrap().next.unwrap();
        for other in ["", "due", "-due"].into_iter().filter(|other| *other != sort) {
            no_place(page(&r.world, who, other, Some(&own)).await);
        }
    }
    let elsewhere = World::new().await;
    let administrator = elsewhere.administrator().await;
    let coordinator = elsewhere.person(&administrator, Role::Coordinator).await;
    thirty(&elsewhere, elsewhere.bureau, 2020);
    no_place(page(&elsewhere, &coordinator, "", Some(&place)).await);
    // A page begins anew where the API refuses.
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    for (path, place) in [("/cases", &of_actions), ("/actions", &place)] {
        assert_eq!(served.get(who, &format!("/api/v1{}?cursor={place}", if path == "/cases" { "/cases" } else { "/recommendations" })).await.0, 422);
        let answer = served.call(who, Method::GET, &format!("{path}?cursor={place}")).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        assert!(!answer.text().await.unwrap().contains("rel=\"prev\""), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_hands_of_somebody_else_it_shows_their_own_and_nothing_more() {
    let mut world = World::new().await;
    let administrator = world.administrator().await;
    let one = world.person(&administrator, Role::Coordinator).await;
    let (here, there) = (world.bureau, world.found("Reviewbureau Zuid").await);
    let administrator = world.administrator().await;
    let other = world.person(&administrator, Role::Coordinator).await;
    thirty(&world, here, 2022);
    thirty(&world, there, 2020);
    for sort in ["", "due", "-due"] {
        let place = page(&world, &one, sort, None).await.unwrap().next.unwrap();
        let found = page(&world, &other, sort, Some(&place)).await.unwrap();
        assert!(!found.rows.is_empty() && found.rows.iter().all(|case| case.number.starts_with("HG-2020-")), "{sort}: {:?}", found.rows);
        // Said twice, it is another text: nothing of where it leads can be read off it.
        let again = page(&world, &one, sort, None).await.unwrap().next.unwrap();
        assert_ne!(place, again);
        let sealed = BASE64.decode(&place).unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"HG-2022"));
    }
}
