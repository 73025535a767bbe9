//! The pictures over time: on the case page what the process tells, on the timeline what was released; each with its table.

use crate::support::played::Played;

#[tokio::test(flavor = "multi_thread")]
async fn the_case_page_shows_its_course_and_the_timeline_a_lane_per_source_to_those_who_may() {
    let played = Played::new(&[]).await;
    let (coordinator, member, contact, manager) = (played.one("CO").await, played.one("PM").await, played.one("AC").await, played.one("RM").await);
    let cases = played.get(&coordinator, "/api/v1/cases").await;
    let case = cases["cases"][0]["id"].as_str().unwrap().to_owned();
    let (status, page) = played.page(&coordinator, &format!("/cases/{case}")).await;
    assert!(status == 200 && page.contains("role=\"img\"") && page.contains("class=\"stay") && page.contains("<caption id=\"cap0\">Verloop van de zaak"), "{page}");
    assert!(page.contains("Verslag vastgesteld") && page.contains("Besluit over review"), "meetings and terms that were met stand in the table");
    let opened = page.split("<main").nth(1).unwrap().contains("data-lanes");
    assert!(!opened, "the case page opens no chronology");
    // Process facts only for who sees no content; nothing at all for those outside.
    let (status, page) = played.page(&manager, &format!("/cases/{case}")).await;
    assert!(status == 200 && page.contains("class=\"stay") && !page.contains(&format!("/cases/{case}/timeline")), "{status}");
    assert_eq!(played.page(&contact, &format!("/cases/{case}")).await.0, 404);

    let timeline = format!("/cases/{case}/timeline");
    let (status, page) = played.page(&member, &timeline).await;
    assert!(status == 200 && page.contains("role=\"group\" data-lanes") && page.matches("data-lane>").count() >= 2, "{page}");
    let rows = page.matches("<tr id=\"e-").count();
    assert!(rows >= 6, "{rows} events");
    for link in page.split("<a href=\"#e-").skip(1).map(|part| part.split('"').next().unwrap()) {
        assert!(page.contains(&format!("<tr id=\"e-{link}\"")), "each dot leads to its row");
    }
    assert!(!page.contains("tabindex=\"0\" aria-label=\""), "without a script the table is the way by keyboard");
    let year: i32 = page.split("<tr id=\"e-").nth(1).unwrap().split("</th>").next().unwrap().split(|sign: char| !sign.is_ascii_digit()).rfind(|part| part.len() == 4).unwrap().parse().unwrap();
    let (_, before) = played.page(&member, &format!("{timeline}?to={}", year - 1)).await;
    assert!(before.contains("Geen gebeurtenis past") && !before.contains("<tr id=\"e-"), "nothing lies before the first year");
    // A year is one press away, and from there the year before and after.
    let zoomed = format!("{timeline}?source=&amp;kind=&amp;from={year}&amp;to={year}");
    let plain = |link: &str| link.replace("&#38;", "&amp;");
    assert!(plain(&page).contains(&format!("href=\"{zoomed}\"")), "a link for each year: {page}");
    let (_, of_year) = played.page(&member, &zoomed.replace("&amp;", "&")).await;
    let shown = of_year.matches("<tr id=\"e-").count();
    assert!(shown > 0 && shown < rows, "{shown} of {rows} events in {year}");
    for beside in [year - 1, year + 1] {
        assert!(plain(&of_year).contains(&format!("from={beside}&amp;to={beside}\"")), "{beside}: {of_year}");
    }
    let (_, some) = played.page(&member, &format!("{timeline}?kind=incident")).await;
    assert!(some.matches("<tr id=\"e-").count() < rows, "narrowed by kind");
    let (status, wrong) = played.page(&member, &format!("{timeline}?from=vorig+jaar")).await;
    assert!(status == 200 && wrong.contains("error-summary") && wrong.contains("value=\"vorig jaar\""), "an unreadable period is said, and stands there");
    for who in [&contact, &manager] {
        assert!(matches!(played.page(who, &timeline).await.0, 403 | 404));
    }
    assert_eq!(played.page(&member, &format!("{timeline}?from=%00")).await.0, 400);
}
