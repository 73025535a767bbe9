//! What a page offers leads somewhere, for whoever reads it.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::Role;
use reqwest::Method;

use crate::support::Someone;
use crate::support::review::Review;
use crate::support::served::Served;

impl Served {
    async fn html(&self, who: &Someone, path: &str) -> (u16, String) {
        let answer = self.call(who, Method::GET, path).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_took_part_in_a_case_is_led_to_its_evaluation() {
    let r = Review::new().await;
    r.world.in_earnest();
    diesel::sql_query("update app.case_file set practice = false where id = $1").bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
    let nation = r.world.national(Role::NationalCoordinator).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (case, evaluation) = (format!("/cases/{}", r.case), format!("/cases/{}/evaluation", r.case));
    for (who, took_part) in [(&r.coordinator, true), (&nation, false)] {
        let (status, page) = served.html(who, &case).await;
        assert_eq!((status, page.contains(&format!("href=\"{evaluation}\""))), (200, took_part), "{page}");
        assert_eq!(served.html(who, &evaluation).await.0, if took_part { 200 } else { 404 });
    }
}
