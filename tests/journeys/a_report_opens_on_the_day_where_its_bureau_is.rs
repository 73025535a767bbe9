//! A report is open from its day on, as its bureau counts days: also in the hours in which it is another day in London.

use chrono::{Duration, NaiveDate, Timelike, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Uuid as SqlUuid};
use lering::access::Role;

use crate::support::World;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn midnight_in_greenwich_opens_and_hides_nothing() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    // Where it is another day than in UTC at this moment.
    let zone: chrono_tz::Tz = if Utc::now().hour() >= 10 { chrono_tz::Pacific::Kiritimati } else { chrono_tz::Pacific::Niue };
    let today = Utc::now().with_timezone(&zone).date_naive();
    assert_ne!(today, Utc::now().date_naive());
    let mut superuser = world.connection("postgres");
    diesel::sql_query("update app.bureau set zone = $1").bind::<Text, _>(zone.name()).execute(&mut superuser).unwrap();
    let mut open_on = |day: NaiveDate| {
        diesel::sql_query("delete from app.publication").execute(&mut superuser).unwrap();
        diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, version, document, pdf, digest, published_on, kind) \
            select gen_random_uuid(), c.id, c.bureau_id, true, 'nl', 'Een rapport', 'whole', 1, '{}', '\\x00', sha256('x'), $2, 'report' from app.case_file c where c.id = $1")
            .bind::<SqlUuid, _>(case).bind::<Date, _>(day).execute(&mut superuser).unwrap();
        // Without a session: what everybody reads.
        diesel::sql_query("select count(*) as n from app.publication").get_result::<Count>(&mut world.connection("hr_app")).unwrap().n
    };
    assert_eq!([today - Duration::days(1), today, today + Duration::days(1), today + Duration::days(2)].map(&mut open_on), [1, 1, 0, 0], "{zone}");
}
