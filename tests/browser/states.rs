//! States a played case does not come to by itself: closed reviews read together (decision 28), and a bureau without a coordinator (decision 29).

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::ids::{BureauId, CaseId};
use lering::start::{self, Bureau};
use reqwest::Method;
use serde_json::{Value, json};

use crate::facts;
use crate::judge::Look;
use crate::played::Signed;
use crate::world::World;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a query says, a line a row.
pub fn lines(world: &World, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(format!("select ({sql})::text as line")).load(&mut world.superuser()).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn sql(world: &World, sql: &str) {
    diesel::sql_query(sql).execute(&mut world.superuser()).unwrap();
}

/// What must be a text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// A case that is taken in; a thematic one can begin.
async fn notified(world: &World, by: &Signed, profile: &str) -> (String, String) {
    let told = json!({ "profile": profile, "childVariant": false, "language": "nl", "answers": facts::another_notification() });
    let made = world.done(by, Method::POST, "/api/v1/cases", &told).await;
    let id = text(&made["id"]);
    if profile == "batch" {
        sql(world, &format!("update app.case_file set state = 'preparation' where id = '{id}'"));
    }
    (id, text(&made["number"]))
}

/// Closed reviews are read together, in every state: a source settled with nothing, one only asked, and one of which copies are placed, agreed to,
/// refused, unanswered and asked; beside it a review that asked for nothing yet, and one without a theme.
pub async fn earlier_reviews(world: &World) -> Vec<Look> {
    let (lead, chair, approver) = (world.one("CO").await, world.one("CH").await, world.one("AP").await);
    let (source, number) = (lines(world, "select id from app.case_file where state = 'follow_up'").remove(0), lines(world, "select number from app.case_file where state = 'follow_up'").remove(0));
    let (batch, _) = notified(world, &lead, "batch").await;
    world.done(&lead, Method::POST, &format!("/api/v1/cases/{batch}/parties"), &json!({ "hat": chair.hat, "role": "CH", "sector": "", "dvExpert": false })).await;
    world.done(&chair, Method::POST, &format!("/api/v1/cases/{batch}/parties/me"), &json!({ "noConflict": true, "confidentiality": true })).await;
    world.done(&lead, Method::PUT, &format!("/api/v1/cases/{batch}/theme"), &json!({ "words": "Wat er gebeurt in de weken na een scheiding, en wie dat ziet" })).await;
    let name = async |batch: &str, number: &str| text(&world.done(&lead, Method::POST, &format!("/api/v1/cases/{batch}/sources"), &json!({ "number": number })).await["id"]);
    let id = name(&batch, &number).await;
    for (days, reason) in [(60, "Deze zaak gaat niet over een scheiding."), (30, "")] {
        let (other, number) = notified(world, &lead, "full").await;
        facts::settled(&mut world.superuser(), other.parse::<CaseId>().unwrap(), days);
        let id = name(&batch, &number).await;
        if !reason.is_empty() {
            world.done(&lead, Method::POST, &format!("/api/v1/cases/{other}/thematic-requests/{id}/nothing"), &json!({ "reason": reason })).await;
        }
    }
    // What one organisation gave is asked for but for one piece, and one piece of another.
    let own = world.get(&approver, "/api/v1/reflections").await.as_array().unwrap().iter().find(|one| one["case"] == json!(source)).cloned().unwrap();
    let reflection = text(&own["id"]);
    let asked = world.get(&lead, &format!("/api/v1/cases/{source}/thematic-requests")).await;
    let (mine, others): (Vec<&Value>, Vec<&Value>) = asked[0]["choices"].as_array().unwrap().iter().partition(|choice| choice["organisation"] == own["organisationName"]);
    let chosen: Vec<&Value> = mine.iter().skip(1).take(7).chain(others.iter().take(1)).map(|choice| &choice["copy"]).collect();
    let requests = format!("/api/v1/cases/{source}/thematic-requests/{id}");
    world.done(&lead, Method::POST, &format!("{requests}/items"), &json!({ "items": chosen })).await;
    let asked = world.get(&approver, &format!("/api/v1/reflections/{reflection}/thematic-requests")).await;
    let items: Vec<String> = asked.as_array().unwrap().iter().map(|one| text(&one["id"])).collect();
    assert!(items.len() > 5, "{asked}");
    let answer = async |item: usize, word: &str, words: Value| { world.done(&approver, Method::POST, &format!("/api/v1/reflections/{reflection}/thematic-requests/{}/{word}", items[item]), &json!({ "words": words })).await; };
    answer(0, "agree", json!("Wij willen wel horen wat eruit komt.")).await;
    answer(1, "agree", json!(null)).await;
    world.done(&lead, Method::POST, &format!("{requests}/placing"), &json!(null)).await;
    answer(2, "agree", json!(null)).await;
    answer(3, "decline", json!("Onze mensen herkennen zichzelf hierin.")).await;
    sql(world, &format!("update app.thematic_item set due_on = current_date - 2 where id = '{}'", items[4]));
    let (second, _) = notified(world, &lead, "batch").await;
    world.done(&lead, Method::PUT, &format!("/api/v1/cases/{second}/theme"), &json!({ "theme": 1 })).await;
    name(&second, &number).await;
    let (empty, _) = notified(world, &lead, "batch").await;
    // One of which a review was just decided on, where organisations are invited.
    let (begun, _) = notified(world, &lead, "full").await;
    sql(world, &format!("update app.case_file set state = 'commissioned' where id = '{begun}'"));
    [
        ("CO", "sources", format!("/cases/{batch}/sources")), ("CO", "sources-asked", format!("/cases/{second}/sources")), ("CO", "sources-none", format!("/cases/{empty}/sources")),
        ("CO", "invite", format!("/cases/{begun}/invite")),
        ("CO", "thematic-requests", format!("/cases/{source}/thematic-requests")), ("CO", "thematic-case", format!("/cases/{batch}")), ("CO", "asked-case", format!("/cases/{source}")),
        ("AP", "own-requests", format!("/tasks/{reflection}/thematic-requests")), ("AU", "own-requests", format!("/tasks/{reflection}/thematic-requests")), ("AP", "own-task", format!("/tasks/{reflection}")),
        ("CH", "thematic-timeline", format!("/cases/{batch}/timeline")), ("CH", "thematic-reading", format!("/cases/{batch}/reading")),
    ].map(|(role, what, path)| Look { role, what, path }).into()
}

/// What stands behind pages that ask before an act: the played case has left those states behind. Nothing else is looked at in this world afterwards.
pub async fn before_acts(world: &World) -> Vec<Look> {
    let (approver, manager) = (world.one("AP").await, world.one("RM").await);
    let source = lines(world, "select id from app.case_file where state = 'follow_up'").remove(0);
    let own = world.get(&approver, "/api/v1/reflections").await.as_array().unwrap().iter().find(|one| one["case"] == json!(source)).cloned().unwrap();
    let reflection = text(&own["id"]);
    let writing = format!("set session_replication_role = replica; update app.reflection set state = 'answered' where id = '{reflection}'; update app.reflection_inner set state = 'writing' where reflection_id = '{reflection}'");
    world.superuser().batch_execute(&writing).unwrap();
    let file = "incident_date;police_region;case_scope\n2019;1;11\n2019;99;11\n";
    let import: Value = world.call(&manager, Method::POST, "/api/v1/register/imports").header("content-type", "text/csv").body(file).send().await.unwrap().json().await.unwrap_or_default();
    let other = "incident_date;police_region;case_scope\n2018;1;11\n";
    let loaded: Value = world.call(&manager, Method::POST, "/api/v1/register/imports").header("content-type", "text/csv").body(other).send().await.unwrap().json().await.unwrap_or_default();
    world.superuser().batch_execute(&format!("update app.import set state = 'loaded', sealed_file = null where id = '{}'", text(&loaded["id"]))).unwrap();
    let mut looks = vec![
        ("RM", "import-take-back", format!("/register/imports/{}/take-back", text(&loaded["id"]))),
        ("AU", "paste", format!("/tasks/{reflection}/paste")), ("CO", "same-case", format!("/cases/{source}/same-case")),
    ];
    looks.extend(import["id"].as_str().map(|id| ("RM", "import", format!("/register/imports/{id}"))));
    looks.into_iter().map(|(role, what, path)| Look { role, what, path }).collect()
}

/// A bureau whose cases nobody coordinates, a nation that lends, and two coordinators of another bureau, of whom one is lent.
pub struct Loan<'a> {
    world: &'a World,
    nation: Signed,
    helper: Signed,
    /// The hat of the nation, and the hat that is lent.
    pub national: String,
    pub lent: String,
    /// A case nobody took on; one the lent coordinator took on; one where they read as well.
    pub cases: [String; 3],
}

/// Lends somebody, who takes nothing on yet.
pub async fn lent(world: &World) -> Loan<'_> {
    let (nation, helper) = (world.one("NC").await, world.one("RC").await);
    start::tenant(&world.installation, &Bureau { name: "Reviewbureau Zuid".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), practice: false, ..Bureau::default() }).unwrap();
    let bureau = lines(world, "select id from app.bureau where name = 'Reviewbureau Oefenland'").remove(0);
    let cases = ["follow_up", "gathering", "drafting"].map(|state| lines(world, &format!("select id from app.case_file where state = '{state}'")).remove(0));
    for change in ["update app.bureau set practice = false, name = replace(name, 'Oefenland', 'Noord')", "update app.case_file set practice = false"] {
        sql(world, change);
    }
    facts::unled(&mut world.superuser(), bureau.parse::<BureauId>().unwrap());
    sql(world, "insert into app.membership (id, person_id, role, state, account_sealed) select gen_random_uuid(), person_id, 'NC', 'active', '' from app.membership where role = 'NC'");
    sql(world, "insert into app.membership (id, person_id, bureau_id, role, state, account_sealed) select gen_random_uuid(), m.person_id, b.id, 'CO', 'active', '' from app.membership m, app.bureau b where m.role = 'RC' and b.name = 'Reviewbureau Zuid'");
    let national = lines(world, "select id from app.membership where role = 'NC' and bureau_id is null").remove(0);
    let home = lines(world, &format!("select id from app.membership where role = 'CO' and person_id = (select person_id from app.membership where id = '{}')", helper.hat)).remove(0);
    // The hat is theirs, as it would be had they redeemed its code.
    let person = lines(world, &format!("select person_id from app.membership where id = '{home}'")).remove(0);
    let mac = lering::db::signed::person(&world.installation.key().unwrap(), home.parse().unwrap(), person.parse().unwrap());
    diesel::sql_query(format!("update app.membership set person_mac = $1 where id = '{home}'")).bind::<diesel::sql_types::Binary, _>(mac.to_vec()).execute(&mut world.superuser()).unwrap();
    world.wear(&nation, &national).await;
    let until = (chrono::Utc::now().date_naive() + chrono::Duration::days(90)).to_string();
    let lent = text(&world.done(&nation, Method::POST, "/api/v1/loans", &json!({ "bureau": bureau, "hat": home, "until": until })).await["hat"]);
    Loan { world, nation, helper, national, lent, cases }
}

impl Loan<'_> {
    /// They take two cases on; in one of them the chair lets them read.
    pub async fn taken_on(&self) {
        self.world.wear(&self.helper, &self.lent).await;
        for case in &self.cases[1..] {
            self.world.done(&self.helper, Method::POST, &format!("/api/v1/cases/{case}/take-on"), &json!(null)).await;
        }
        let chair = self.world.one("CH").await;
        self.world.done(&chair, Method::POST, &format!("/api/v1/cases/{}/parties/{}/let-read", self.cases[2], self.lent), &json!(null)).await;
    }

    /// The nation ends it before its day.
    pub async fn ended(&self) {
        self.world.done(&self.nation, Method::POST, &format!("/api/v1/loans/{}/end", self.lent), &json!(null)).await;
    }

    /// Whoever has that hat wears it, wherever they are signed in.
    pub fn worn(&self, hat: &str) {
        sql(self.world, &format!("update sec.session set membership_id = '{hat}' where person_id = (select person_id from app.membership where id = '{hat}')"));
    }
}
