//! `product.md` section 7: lists that grow come by 25, from a row on and not after so many; what comes, goes or moves while somebody pages
//! loses nothing else and shows nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Text, Uuid as SqlUuid};
use lering::access::Role;
use lering::cases::{self, Filter, Listed, PAGE};
use lering::findings::{self, Followed};
use lering::ids::{BureauId, CaseId};
use lering::register::duplicates;
use lering::tx::{Paged, Refused};
use reqwest::Method;

use crate::support::review::Review;
use crate::support::served::Served;
use crate::support::{Someone, World};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: CaseId,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Date>)]
    due: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
}

fn sql(world: &World, sql: &str) {
    diesel::sql_query(sql).execute(&mut world.connection("postgres")).unwrap();
}

/// Sixty cases: many days the same, some with a nearer term that is done or paused, some with a later one, every fourth with none.
fn sixty(world: &World, bureau: BureauId, practice: bool) {
    sql(world, &format!(
        "insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, zone, notified_on) \
         select gen_random_uuid(), '{bureau}', 'HG-2020-' || 1000 + i, (array['screening', 'panel'])[1 + i % 2], now(), 'full', '2026.1', {practice}, 'review', 'public_task', 'european', current_date from generate_series(1, 60) i",
    ));
    let of = |day: &str, more: &str, which: &str| format!(
        "insert into app.deadline (id, case_id, kind, role, started_on, due_on{more}) select gen_random_uuid(), c.id, 'panel', (array['CO', 'CH', 'SE'])[1 + i % 3], current_date - 90, {day} \
         from app.case_file c cross join lateral (select right(c.number, 2)::int as i) n where c.bureau_id = '{bureau}' and c.number like 'HG-2020-%' and {which}",
    );
    sql(world, &of("current_date - 4 + i % 7", "", "i % 4 <> 0"));
    sql(world, &of("current_date + 40 + i % 3", "", "i % 5 = 0 and i % 4 <> 0"));
    sql(world, &of("current_date - 60, now()", ", done_at", "i % 2 = 0"));
    sql(world, &of("current_date - 61, current_date - 62", ", paused_on", "i % 3 = 0"));
}

fn rows(world: &World) -> Vec<Row> {
    diesel::sql_query(
        "select c.id, c.number, c.state, d.due_on as due, d.role from app.case_file c left join lateral (select due_on, role from app.deadline d where d.case_id = c.id and d.done_at is null and d.paused_on is null order by due_on limit 1) d on true \
         where c.number like 'HG-2020-%'",
    ).load(&mut world.connection("postgres")).unwrap()
}

/// The order that is promised, of those that fit.
fn expected(world: &World, sort: &str, fits: impl Fn(&Row) -> bool) -> Vec<CaseId> {
    let mut all: Vec<Row> = rows(world).into_iter().filter(|row| fits(row)).collect();
    all.sort_by(|one, other| {
        let by_day = match sort {
            "due" => (one.due.is_none(), one.due).cmp(&(other.due.is_none(), other.due)),
            "-due" => other.due.cmp(&one.due),
            _ => std::cmp::Ordering::Equal,
        };
        // Of one day, in the order of the index; with nothing due, newest number first.
        let of_one_day = match (sort, one.due) {
            ("due", Some(_)) => one.id.cmp(&other.id),
            ("-due", Some(_)) => other.id.cmp(&one.id),
            _ => (&other.number, other.id).cmp(&(&one.number, one.id)),
        };
        by_day.then(of_one_day)
    });
    all.into_iter().map(|row| row.id).collect()
}

async fn page(world: &World, who: &Someone, filter: Filter) -> Result<Paged<Listed>, Refused> {
    world.app.run(who.caller(), move |tx| cases::pages_of_cases(tx, &filter)).await
}

/// Pages from the first to the last, with something happening after each.
async fn walked(world: &World, who: &Someone, filter: &Filter, mut between: impl FnMut(usize, &[Listed])) -> Vec<Paged<Listed>> {
    let (mut pages, mut at) = (vec![], None);
    loop {
        let found = page(world, who, Filter { at, ..filter.clone() }).await.unwrap();
        between(pages.len(), &found.rows);
        at = found.next.clone();
        pages.push(found);
        if at.is_none() {
            return pages;
        }
        assert!(pages.len() < 20, "it never ends");
    }
}

fn ids(pages: &[Paged<Listed>]) -> Vec<CaseId> {
    pages.iter().flat_map(|page| page.rows.iter().map(|case| case.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_cases_is_paged_to_and_fro_and_loses_nothing() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    sixty(&world, world.bureau, true);
    let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
    let filters: [(Filter, &dyn Fn(&Row) -> bool); 5] = [
        (Filter { number: Some("HG-2020".into()), ..Filter::default() }, &|_| true),
        (Filter { number: Some("HG-2020".into()), state: Some("panel".into()), ..Filter::default() }, &|row| row.state == "panel"),
        (Filter { due: Some("late".into()), ..Filter::default() }, &|row| row.due.is_some_and(|due| due < today)),
        (Filter { due: Some("week".into()), ..Filter::default() }, &|row| row.due.is_some_and(|due| due >= today && due <= today + chrono::Duration::days(7))),
        (Filter { must_act: Some("SE".into()), ..Filter::default() }, &|row| row.role.as_deref() == Some("SE")),
    ];
    for sort in ["", "due", "-due"] {
        for (at, (filter, fits)) in filters.iter().enumerate() {
            let filter = Filter { sort: Some(sort.to_owned()).filter(|sort| !sort.is_empty()), ..filter.clone() };
            let expected = expected(&world, sort, fits);
            let pages = walked(&world, &coordinator, &filter, |_, _| ()).await;
            assert_eq!(ids(&pages), expected, "{sort} {at}");
            assert!(at > 1 || pages.len() > 1);
            assert!(pages[0].before.is_none() && pages.iter().rev().skip(1).all(|page| page.rows.len() == PAGE as usize), "{sort} {at}");
            // Back again, page by page.
            for (here, before) in pages.iter().rev().zip(pages.iter().rev().skip(1)) {
                let back = page(&world, &coordinator, Filter { at: here.before.clone(), ..filter.clone() }).await.unwrap();
                assert_eq!(back.rows.iter().map(|case| case.id).collect::<Vec<_>>(), before.rows.iter().map(|case| case.id).collect::<Vec<_>>(), "{sort} {at}");
                assert_eq!((back.before.is_some(), back.next.is_some()), (before.before.is_some(), true), "{sort} {at}");
            }
        }
    }
    // While somebody pages, cases come before and after, terms of cases that were shown move, and one that was not shown yet goes.
    for sort in ["", "due", "-due"] {
        let filter = Filter { number: Some("HG-2020".into()), sort: Some(sort.to_owned()), ..Filter::default() };
        let all = expected(&world, sort, |_| true);
        let gone = *all.last().unwrap();
        let mut shown: BTreeSet<CaseId> = BTreeSet::new();
        let (bureau, turn) = (world.bureau, sort.len());
        let pages = walked(&world, &coordinator, &filter, |at, rows| {
            shown.extend(rows.iter().map(|case| case.id));
            let (first, last) = (rows[0].id, rows[rows.len() - 1].id);
            for number in [format!("HG-2020-9{turn}{at}0"), format!("HG-2020-0{turn}{at}0")] {
                sql(&world, &format!(
                    "with made as (insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, zone, notified_on) \
                     values (gen_random_uuid(), '{bureau}', '{number}', 'panel', now(), 'full', '2026.1', true, 'review', 'public_task', 'european', current_date) returning id) \
                     insert into app.deadline (id, case_id, kind, role, started_on, due_on) select gen_random_uuid(), id, 'panel', 'CO', current_date, current_date - 4 from made",
                ));
            }
            // The first of the page changes its state; of the last, by which the next page begins, the term is done.
            sql(&world, &format!("update app.case_file set state = 'drafting' where id = '{first}'"));
            if sort.is_empty() {
                sql(&world, &format!("update app.deadline set done_at = now() where case_id = '{last}'"));
            }
            if at == 0 {
                sql(&world, &format!("delete from app.deadline where case_id = '{gone}'; "));
                sql(&world, &format!("delete from app.case_file where id = '{gone}'"));
            }
        }).await;
        let found = ids(&pages);
        let once: BTreeMap<CaseId, usize> = found.iter().fold(BTreeMap::new(), |mut counts, id| { *counts.entry(*id).or_default() += 1; counts });
        assert!(once.values().all(|count| *count == 1), "{sort}: shown twice");
        let lost: Vec<_> = all.iter().filter(|id| **id != gone && !once.contains_key(id)).collect();
        assert!(lost.is_empty() && !once.contains_key(&gone), "{sort}: {lost:?}");
        // Back from the last page one comes to the new ones too, and ends at the first page.
        let mut at = pages.last().unwrap().before.clone();
        for _ in 0..20 {
            let Some(place) = at else { break };
            at = page(&world, &coordinator, Filter { at: Some(place), ..filter.clone() }).await.unwrap().before;
        }
        assert!(at.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_many_bureaus_have_are_told_apart_and_a_place_says_nothing() {
    let mut world = World::new().await;
    let nation = world.national(Role::NationalCoordinator).await;
    let mut bureaus = vec![world.bureau];
    for name in ["Reviewbureau Zuid", "Reviewbureau Oost"] {
        bureaus.push(world.found(name).await);
    }
    for bureau in &bureaus {
        sixty(&world, *bureau, false);
    }
    for sort in ["", "due", "-due"] {
        let filter = Filter { sort: Some(sort.to_owned()), ..Filter::default() };
        let pages = walked(&world, &nation, &filter, |_, _| ()).await;
        assert_eq!((ids(&pages), pages.len()), (expected(&world, sort, |_| true), 8), "{sort}");
    }
    let first = |sort: &str| { let filter = Filter { sort: Some(sort.to_owned()), ..Filter::default() }; page(&world, &nation, filter) };
    let place = first("").await.unwrap().next.unwrap();
    // Another order, a sign less, none of ours.
    for (sort, at) in [("due", place.clone()), ("", place[1..].to_owned()), ("", "HG-2020-1030".to_owned()), ("", "é".to_owned())] {
        let refused = page(&world, &nation, Filter { sort: Some(sort.into()), at: Some(at), ..Filter::default() }).await.unwrap_err();
        assert!(matches!(refused, Refused::Faults(faults) if faults[0].field == "cursor"));
    }
    // The API refuses it; a page begins anew.
    let served = Served::new(&world);
    world.name_everyone("Anna Bakker");
    let (status, told) = served.get(&nation, &format!("/api/v1/cases?sort=due&cursor={place}")).await;
    assert_eq!((status, told["faults"][0]["field"].as_str()), (422, Some("cursor")));
    let shown = async |path: String| { let answer = served.call(&nation, Method::GET, &path).header("accept", "text/html").send().await.unwrap(); (answer.status().as_u16(), answer.text().await.unwrap()) };
    let (status, page_of) = shown(format!("/cases?sort=due&cursor={place}")).await;
    assert!(status == 200 && !page_of.contains("rel=\"prev\"") && page_of.contains("rel=\"next\""), "{status}");
    // By links and by calls: all of them, once.
    let (mut path, mut seen) = ("/cases?sort=-due".to_owned(), 0);
    for turn in 0..8 {
        let (_, html) = shown(path.clone()).await;
        assert!(!path.contains("HG-"), "{path}");
        seen += html.matches("<th scope=\"row\"><a href=\"/cases/").count();
        assert_eq!((html.contains("rel=\"prev\""), html.contains("rel=\"next\"")), (turn > 0, turn < 7), "{turn}");
        path = html.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().replace("&#38;", "&");
    }
    assert_eq!(seen, 180);
    let (_, told) = served.get(&nation, "/api/v1/cases?sort=due").await;
    let (_, second) = served.get(&nation, &format!("/api/v1/cases?sort=due&cursor={}", told["next"].as_str().unwrap())).await;
    let (_, back) = served.get(&nation, &format!("/api/v1/cases?sort=due&cursor={}", second["before"].as_str().unwrap())).await;
    assert_eq!((told["before"].as_str(), &back["cases"]), (None, &told["cases"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_of_records_are_paged_to_and_fro_while_they_are_judged() {
    let world = World::new().await;
    world.in_earnest();
    let manager = world.national(Role::RegisterManager).await;
    // Without the file they would come from: twelve past cases, each with each.
    let mut superuser = world.connection("postgres");
    for statement in [
        "set session_replication_role = replica",
        "insert into app.record (id, practice, codebook, state, year, import_id) select gen_random_uuid(), false, '2026.1', 'imported', 2010, gen_random_uuid() from generate_series(1, 12)",
        "insert into app.record_pair (first_id, second_id, keeps_id, reason, kinds, score, state) select a.id, b.id, a.id, 'other_event', array['month', 'region'], 7 + abs(hashtext(a.id::text || b.id::text)) % 3, \
         (array['open', 'open', 'proposed', 'rejected'])[1 + abs(hashtext(b.id::text || a.id::text)) % 4] from app.record a join app.record b on a.id < b.id",
    ] {
        diesel::sql_query(statement).execute(&mut superuser).unwrap();
    }
    let all = async |at: Option<String>| world.app.run(manager.caller(), move |tx| duplicates::list(tx, at.as_deref())).await;
    let (mut pages, mut at) = (vec![], None);
    loop {
        let found = all(at).await.unwrap();
        at = found.next.clone();
        pages.push(found);
        if at.is_none() { break }
    }
    let rank = |state: &str| match state { "open" => 0, "proposed" => 1, _ => 2 };
    let places: Vec<_> = pages.iter().flat_map(|page| page.rows.iter().map(|pair| (rank(&pair.state), -pair.score))).collect();
    assert!(places.is_sorted() && places.iter().collect::<BTreeSet<_>>().len() > 6, "{places:?}");
    assert_eq!(pages.iter().map(|page| page.rows.len()).collect::<Vec<_>>(), [25, 25, 16]);
    assert_eq!(pages.iter().flat_map(|page| page.rows.iter().map(|pair| pair.id)).collect::<BTreeSet<_>>().len(), 66, "each once");
    let back = all(pages[1].before.clone()).await.unwrap();
    assert_eq!(back.rows.iter().map(|pair| pair.id).collect::<Vec<_>>(), pages[0].rows.iter().map(|pair| pair.id).collect::<Vec<_>>());
    // One that was shown is judged: what comes after it stays as it was.
    let first = pages[0].rows[0].id;
    world.app.run(manager.caller(), move |tx| duplicates::reject(tx, first, "other_event")).await.unwrap();
    let second = all(pages[0].next.clone()).await.unwrap();
    // It may come again among those that were judged, since it is one of them now.
    let after: Vec<_> = second.rows.iter().map(|pair| pair.id).filter(|id| *id != first).collect();
    let before: Vec<_> = pages[1].rows.iter().map(|pair| pair.id).collect();
    assert!(after.len() > 23 && before.starts_with(&after), "{after:?} {before:?}");
    assert!(matches!(all(Some("x".into())).await, Err(Refused::Faults(_))));
    let served = Served::new(&world);
    world.name_everyone("Anna Bakker");
    let (_, told) = served.get(&manager, "/api/v1/register/duplicates").await;
    assert_eq!((told["pairs"].as_array().unwrap().len(), told["before"].as_str()), (25, None));
    assert_eq!(served.get(&manager, "/api/v1/register/duplicates?cursor=x").await.0, 422);
    let shown = served.call(&manager, Method::GET, &format!("/register/duplicates?cursor={}", told["next"].as_str().unwrap())).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("rel=\"prev\"") && shown.contains("rel=\"next\""), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_of_all_cases_are_paged_to_and_fro() {
    let r = Review::new().await;
    // Without the documents they would stand on.
    let mut superuser = r.world.connection("postgres");
    diesel::sql_query("set session_replication_role = replica").execute(&mut superuser).unwrap();
    diesel::sql_query("insert into app.recommendation (id, case_id, item_id, number, state, due_on) select gen_random_uuid(), $1, gen_random_uuid(), i, (array['adopted', 'done'])[1 + i % 2], current_date - 3 + i % 5 from generate_series(1, 60) i")
        .bind::<SqlUuid, _>(r.case).execute(&mut superuser).unwrap();
    let all = async |state: Option<&str>, at: Option<String>| {
        let wanted = Followed { state: state.map(str::to_owned), at, ..Followed::default() };
        r.world.app.run(r.coordinator.caller(), move |tx| findings::all(tx, &wanted)).await
    };
    for (state, sizes) in [(None, vec![25, 25, 10]), (Some("done"), vec![25, 5])] {
        let (mut pages, mut at) = (vec![], None);
        loop {
            let found = all(state, at).await.unwrap();
            at = found.next.clone();
            pages.push(found);
            if at.is_none() { break }
        }
        let places: Vec<_> = pages.iter().flat_map(|page| page.rows.iter().map(|one| (one.due_on, one.id))).collect();
        assert!(places.is_sorted() && places.iter().collect::<BTreeSet<_>>().len() == places.len());
        assert_eq!(pages.iter().map(|page| page.rows.len()).collect::<Vec<_>>(), sizes);
        let back = all(state, pages[1].before.clone()).await.unwrap();
        assert_eq!(back.rows.iter().map(|one| one.id).collect::<Vec<_>>(), pages[0].rows.iter().map(|one| one.id).collect::<Vec<_>>());
        assert!(back.before.is_none() && pages[0].before.is_none());
    }
    assert!(matches!(all(None, Some("x".into())).await, Err(Refused::Faults(_))));
    let served = Served::new(&r.world);
    r.world.name_everyone("Anna Bakker");
    let (_, told) = served.get(&r.coordinator, "/api/v1/recommendations").await;
    assert_eq!(told["recommendations"].as_array().unwrap().len(), 25);
    assert_eq!(served.get(&r.coordinator, "/api/v1/recommendations?cursor=x").await.0, 422);
    let shown = served.call(&r.coordinator, Method::GET, &format!("/actions?cursor={}", told["next"].as_str().unwrap())).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("rel=\"prev\"") && shown.contains("rel=\"next\""), "{shown}");
}
