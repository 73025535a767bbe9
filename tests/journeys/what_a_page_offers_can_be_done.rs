//! What a page offers leads somewhere, for whoever reads it.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::{Kind, Role};
use lering::compartments;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_names_who_it_comes_from_and_speaks_of_a_second_code_where_there_is_one() {
    let r = Review::new().await;
    let partner = r.partner().await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let body = serde_urlencoded::to_string([("role", "AU"), ("name", "Jo Schrijver")]).unwrap();
    let answer = served.call(&partner.contact, Method::POST, "/people/invite").header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    let (status, letter) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{letter}");
    assert!(letter.contains("Anna Bakker van Politie, eenheid Noord-Nederland nodigt u uit") && letter.contains("Anna Bakker<br>Politie, eenheid Noord-Nederland"), "{letter}");
    assert!(!letter.contains("tweede code"), "{letter}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_its_gender_a_new_document_is_offered_in_words_that_fit() {
    let r = Review::new().await;
    let case = r.case;
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let (status, page) = Served::new(&r.world).html(&r.coordinator, &format!("/rooms/{room}/deferral")).await;
    assert!(status == 200 && page.contains("Nieuw<span class=\"vh\">: "), "{status} {page}");
}
