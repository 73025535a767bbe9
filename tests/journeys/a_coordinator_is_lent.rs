//! `workflow.md` section 7, a bureau without a coordinator: the nation lends one, who sees how the cases stand and takes them on; nothing sealed
//! opens before a member of the bureau lets them read, case by case; and it ends on its day, or at once.

use chrono::{Duration, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::{Kind, Role};
use lering::cases::{self, CaseError, Named};
use lering::ids::{BureauId, CaseId, MembershipId};
use lering::tx::Refused;
use lering::{compartments, forms, notices, panels, people, relatives, reports, sign_in, worker};
use reqwest::Method;
use serde_json::json;

use crate::support::review::{Review, answers, notification};
use crate::support::served::Served;
use crate::support::{Someone, facts};

/// A bureau whose cases wait, and another with two coordinators, of whom one could be lent.
pub(super) struct Unled {
    pub(super) r: Review,
    /// A second case of the bureau, with the same chair.
    pub(super) other: CaseId,
    pub(super) nation: Someone,
    /// The coordinator of the other bureau.
    pub(super) helper: Someone,
    pub(super) home: BureauId,
    /// Their own case.
    pub(super) led: CaseId,
    pub(super) here: BureauId,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn today() -> NaiveDate {
    Utc::now().date_naive()
}

impl Unled {
    pub(super) async fn new() -> Unled {
        let mut r = Review::new().await;
        let told = cases::Notification {
            purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: "full".into(), child_variant: false, language: "nl".into(), fatal: true,
            received_on: today() - Duration::days(2), deputy: None,
        };
        let other = r.world.app.run(r.coordinator.caller(), move |tx| cases::notify(tx, &told, &notification("walnut-comet-1177"))).await.unwrap();
        for (who, role) in [(&r.chair, Role::Chair), (&r.secretary, Role::Secretary)] {
            let hat = who.hat;
            r.world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, other, &Named { hat, role, sector: String::new(), dv_expert: false })).await.unwrap();
            r.world.app.run(who.caller(), move |tx| cases::accept(tx, other, false)).await.unwrap();
        }
        let entry = answers(json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "A call about tangerine", "known_then": "yes", "source": "paper" }));
        for case in [r.case, other] {
            let entry = entry.clone();
            r.world.app.run(r.secretary.caller(), move |tx| -> Result<_, Refused> {
                let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().unwrap().id;
                forms::create(tx, &panels::ENTRY, panel, None, &entry)
            }).await.unwrap();
        }
        let here = r.world.bureau;
        let nation = r.world.national(Role::NationalCoordinator).await;
        let home = r.world.found("Reviewbureau Zuid").await;
        let administrator = r.world.administrator().await;
        let helper = r.world.person(&administrator, Role::Coordinator).await;
        let led = r.world.case(&helper).await;
        r.world.bureau = here;
        r.world.in_earnest();
        r.world.name_everyone("Anna Bakker");
        r.world.named(&helper, "Sem Visser");
        let u = Unled { r, other, nation, helper, home, led, here };
        u.sql("update app.case_file set practice = false");
        u.unlead();
        u
    }

    pub(super) fn sql(&self, sql: &str) {
        diesel::sql_query(sql).execute(&mut self.r.world.connection("postgres")).unwrap();
    }

    pub(super) fn count(&self, sql: &str) -> i64 {
        diesel::sql_query(sql).get_result::<Count>(&mut self.r.world.connection("postgres")).unwrap().n
    }

    /// Nobody coordinates the bureau's cases, since twelve days.
    pub(super) fn unlead(&self) {
        facts::unled(&mut self.r.world.connection("postgres"), self.here);
    }

    pub(super) async fn lend(&self) -> Result<MembershipId, Refused> {
        let (here, hat) = (self.here, self.helper.hat);
        self.r.world.app.run(self.nation.caller(), move |tx| cases::lend(tx, here, hat, today() + Duration::days(90))).await
    }

    /// The helper puts a hat on.
    pub(super) async fn wear(&self, hat: MembershipId) {
        sign_in::wear(&self.r.world.app, self.helper.caller(), hat).await.unwrap();
    }

    pub(super) async fn take_on(&self, case: CaseId) -> Result<(), Refused> {
        self.r.world.app.run(self.helper.caller(), move |tx| cases::take_on(tx, case)).await
    }

    pub(super) async fn let_read(&self, who: &Someone, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
        self.r.world.app.run(who.caller(), move |tx| cases::let_read(tx, case, hat)).await
    }

    /// What of the case opens to somebody: documents of the case room, entries of the panel, sections of the report.
    pub(super) async fn reads(&self, who: &Someone, case: CaseId) -> (usize, usize, bool) {
        let app = &self.r.world.app;
        let notified = app.run(who.caller(), move |tx| -> Result<_, Refused> { let room = compartments::of_kind(tx, case, Kind::Case)?; Ok(forms::open_all(tx, &cases::NOTIFICATION, room)?.len()) }).await.unwrap_or(0);
        let entries = app.run(who.caller(), move |tx| panels::timeline(tx, case)).await.map_or(0, |told| told.entries.len());
        let writes = app.run(who.caller(), move |tx| -> Result<_, Refused> {
            let room = compartments::of_kind(tx, case, Kind::Report)?;
            let permit = tx.permit(&reports::READ, lering::tx::Place::Compartment(room), None)?;
            compartments::put(tx, &permit, &compartments::Written { kind: "note", subject: None, form_version: "1", ground: "public_task", complete: true }, &"x").map(drop)
        }).await.is_ok();
        (notified, entries, writes)
    }

    /// What the program's own role lets a statement of somebody's session change; none where it is refused.
    pub(super) async fn changes(&self, who: &Someone, sql: String) -> Option<usize> {
        self.r.world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await.ok()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nation_lends_where_nobody_acts_and_process_rights_come_first() {
    let u = Unled::new().await;
    let (served, case, app) = (Served::new(&u.r.world), u.r.case, &u.r.world.app);
    // Whom one could lend, and to which bureau: never to one that is led.
    let (_, waiting) = served.get(&u.nation, "/api/v1/nobody-to-act").await;
    assert_eq!((waiting[0]["bureau"].as_str(), waiting[0]["cases"].as_i64(), waiting[0]["mayLend"].as_bool(), waiting.as_array().unwrap().len()), (Some("Reviewbureau Noord"), Some(2), Some(true), 1), "{waiting}");
    let (_, whom) = served.get(&u.nation, "/api/v1/loans/coordinators").await;
    let helper = whom.as_array().unwrap().iter().find(|one| one["hat"] == json!(u.helper.hat)).unwrap();
    assert_eq!((helper["name"].as_str(), helper["bureau"].as_str(), helper["cases"].as_i64()), (Some("Sem Visser"), Some("Reviewbureau Zuid"), Some(1)));
    let lend = async |who: &Someone, bureau: BureauId, hat: MembershipId, until: NaiveDate| served.post(who, "/api/v1/loans", &json!({ "bureau": bureau, "hat": hat, "until": until })).await;
    let day = today() + Duration::days(90);
    for (who, bureau, hat, why) in [
        (&u.nation, u.home, u.r.coordinator.hat, "a bureau that is led"), (&u.nation, u.here, u.r.coordinator.hat, "their own bureau"), (&u.nation, u.here, u.r.chair.hat, "no coordinator"),
        (&u.nation, BureauId::new(), u.helper.hat, "no bureau"), (&u.r.chair, u.here, u.helper.hat, "a chair"), (&u.helper, u.here, u.helper.hat, "themself"),
    ] {
        assert_eq!(lend(who, bureau, hat, day).await.0, 404, "{why}");
    }
    for (until, rule) in [(today() - Duration::days(2), "in-the-past"), (today() + Duration::days(400), "out-of-range")] {
        let (status, told) = lend(&u.nation, u.here, u.helper.hat, until).await;
        assert_eq!((status, told["faults"][0]["rule"].as_str()), (422, Some(rule)));
    }
    let page = served.call(&u.nation, Method::GET, "/national").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Sem Visser, Reviewbureau Zuid") && page.contains("action=\"/loans\""), "{page}");
    let (status, made) = lend(&u.nation, u.here, u.helper.hat, day).await;
    assert_eq!(status, 201, "{made}");
    let hat: MembershipId = made["hat"].as_str().unwrap().parse().unwrap();
    assert_eq!(lend(&u.nation, u.here, u.helper.hat, day).await.0, 404, "not the same person twice");
    let confirmed = |which: &str| u.count(&format!("select count(*) as n from app.membership where id = '{hat}' and {which}_confirmed_by is not null"));
    assert_eq!((confirmed("first"), confirmed("second")), (1, 0));
    let page = served.call(&u.nation, Method::GET, "/national").send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("/loans/{hat}/end")), "{page}");
    // They are told, find the hat, and the bureau sees it.
    let told = app.run(u.helper.caller(), notices::mine).await.unwrap();
    assert!(told.iter().any(|one| one.kind == "lent"));
    let hats = app.run(u.helper.caller(), sign_in::hats).await.unwrap();
    assert_eq!(hats.iter().find(|one| one.id == hat).unwrap().lent_until, Some(day));
    let account = served.call(&u.helper, Method::GET, "/account").send().await.unwrap().text().await.unwrap();
    assert!(account.contains("uitgeleend tot en met") && account.contains(&format!("/loans/{hat}/end")), "{account}");
    let officer = u.r.world.person(&u.r.administrator, Role::RecoveryOfficer).await;
    u.r.world.named(&officer, "Officer");
    for who in [&u.r.administrator, &officer] {
        let seen = app.run(who.caller(), people::list).await.unwrap();
        assert_eq!(seen.iter().find(|one| one.id == hat).map(|one| (one.lent_until, one.name.as_str())), Some((Some(day), "Sem Visser")));
    }
    // With the hat: the bureau's cases as they stand.
    assert_eq!(app.run(u.helper.caller(), move |tx| cases::view(tx, case)).await.err().map(|why| why.to_string()), Some("not found".into()), "not under their own hat");
    u.wear(hat).await;
    let listed = app.run(u.helper.caller(), |tx| cases::list(tx, &cases::Filter::default())).await.unwrap();
    assert_eq!(listed.len(), 2);
    let seen = app.run(u.helper.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    assert!(!seen.deadlines.is_empty() && seen.parties.iter().any(|party| party.role == "CH" && party.name == "Anna Bakker"));
    let page = async || served.call(&u.helper, Method::GET, &format!("/cases/{case}")).send().await.unwrap().text().await.unwrap();
    let shown = page().await;
    assert!(shown.contains("Een lid van het bureau kan u laten lezen") && shown.contains("/take-on"), "{shown}");
    assert_eq!(served.post(&u.helper, &format!("/api/v1/cases/{}/take-on", u.led), &json!({})).await.0, 404, "not with this hat");
    assert_eq!(served.post(&u.r.chair, &format!("/api/v1/cases/{case}/take-on"), &json!({})).await.0, 403);
    assert_eq!(served.post(&u.helper, &format!("/api/v1/cases/{case}/take-on"), &json!({})).await.0, 204);
    assert_eq!(served.post(&u.helper, &format!("/api/v1/cases/{case}/take-on"), &json!({})).await.1["type"].as_str().map(|kind| kind.contains("case-is-led")), Some(true));
    // Terms are extended and people named; no new case is taken in, and nobody's role confirmed.
    let term = seen.deadlines[0].id;
    let due = seen.deadlines[0].due_on;
    app.run(u.helper.caller(), move |tx| cases::extend(tx, case, term, due + Duration::days(20), "Er was niemand")).await.unwrap();
    let member = u.r.world.person(&u.r.administrator, Role::PanelMember).await;
    u.r.world.named(&member, "Pam Lid");
    let named = Named { hat: member.hat, role: Role::PanelMember, sector: "health".into(), dv_expert: false };
    app.run(u.helper.caller(), move |tx| cases::name(tx, case, &named)).await.unwrap_or_else(|why| panic!("{why}"));
    app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    let told = notification("x");
    let facts = cases::Notification::from_answers(&told, "full", false, "nl", None).unwrap();
    let refused = app.run(u.helper.caller(), move |tx| cases::notify(tx, &facts, &told)).await;
    assert!(matches!(refused, Err(CaseError::Refused(Refused::Rule("lent-reads-nothing")))), "{refused:?}");
    let invited = u.r.world.invite(&u.r.administrator, Role::Coordinator).await.hat;
    assert!(matches!(app.run(u.helper.caller(), move |tx| people::confirm(tx, invited)).await, Err(Refused::NotFound)));
    assert_eq!(app.run(u.r.secretary.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.iter().find(|party| party.hat == hat).unwrap().lent_until, Some(day));
    let shown = page().await;
    assert!(shown.contains("Een lid van het bureau kan u laten lezen") && !shown.contains("/timeline\""), "{shown}");
    for path in ["/today", "/cases", &format!("/cases/{case}/people"), &format!("/cases/{case}/organisations"), &format!("/cases/{case}/history")] {
        let answer = served.call(&u.helper, Method::GET, path).send().await.unwrap();
        assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
    }
    // The panel member named without a key to pass on reads once the chair unlocks.
    assert!(app.run(member.caller(), move |tx| panels::timeline(tx, case)).await.is_err());
    app.run(u.r.chair.caller(), compartments::complete_pending).await.unwrap();
    assert_eq!(app.run(member.caller(), move |tx| panels::timeline(tx, case)).await.unwrap().entries.len(), 1);
    assert_eq!(u.reads(&u.helper, case).await, (0, 0, false), "and who is lent does not");
}

#[tokio::test(flavor = "multi_thread")]
async fn i_3_nothing_opens_before_a_member_of_the_bureau_lets_them_and_each_case_needs_its_own() {
    let u = Unled::new().await;
    let (served, case, other, app) = (Served::new(&u.r.world), u.r.case, u.other, &u.r.world.app);
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    for one in [case, other] {
        u.take_on(one).await.unwrap();
        assert_eq!(u.reads(&u.helper, one).await, (0, 0, false));
    }
    // By the API and by pages.
    for path in ["sheet", "reasons", "report/sections/summary", "panel-draft", "timeline"] {
        let (_, told) = served.get(&u.helper, &format!("/api/v1/cases/{case}/{path}")).await;
        assert!(!told.to_string().contains("tangerine"), "{path}: {told}");
        let shown = served.call(&u.helper, Method::GET, &format!("/cases/{case}/{path}")).send().await.unwrap().text().await.unwrap();
        assert!(!shown.contains("tangerine"), "{path}: {shown}");
    }
    // By SQL, with the program's own role: their session, and the sessions of those who hold the keys.
    let rows = async |sql: &'static str| app.run(u.helper.caller(), move |tx| -> Result<i64, Refused> { Ok(diesel::sql_query(sql).get_result::<Count>(tx.db())?.n) }).await.unwrap();
    for place in ["app.item", "app.item_version", "app.item_draft", "app.key_grant", "app.item_grant", "keys.item_key"] {
        let sql: &'static str = Box::leak(format!("select count(*) as n from {place}").into_boxed_str());
        // What they placed themself, a reason for an extension say, they do not see either.
        assert_eq!(rows(sql).await, 0, "{place}");
    }
    let panel = app.run(u.r.chair.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    let full = |access: &str| format!("update app.compartment_member set access = '{access}' where membership_id = '{hat}' and compartment_id = '{panel}'");
    let key = format!("insert into app.key_grant (compartment_id, epoch, membership_id, sealed, mac) values ('{panel}', 1, '{hat}', '\\x00', '\\x00')");
    let item = u.count(&format!("select count(*) as n from app.item where compartment_id = '{panel}'"));
    assert!(item > 0);
    let single = format!("insert into app.item_grant (item_id, version, membership_id, sealed, purpose, granted_by) select id, 1, '{hat}', '\\x00', 'reading', (select sec.hat()) from app.item where compartment_id = '{panel}'");
    for who in [&u.helper, &u.r.chair, &u.r.secretary] {
        for access in ["full", "read"] {
            assert_eq!(u.changes(who, full(access)).await, None, "access: {access}");
        }
        assert_eq!(u.changes(who, key.clone()).await, None, "a key");
        assert!(matches!(u.changes(who, single.clone()).await, None | Some(0)), "a document");
    }
    assert_eq!(u.changes(&u.r.chair, single.clone()).await, None);
    // The definer functions come no further, nor does the owner of the tables.
    for sql in [full("full"), key.clone()] {
        assert!(diesel::sql_query(sql).execute(&mut u.r.world.connection("postgres")).is_err());
    }
    // Named as a full member all the same, they get no key of it by themselves.
    let member = compartments::Member { membership: hat, role: Role::Coordinator, access: compartments::Access::Full, deputy: false, until: None };
    app.run(u.r.chair.caller(), move |tx| compartments::add_member(tx, panel, &member)).await.unwrap();
    app.run(u.r.chair.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    assert_eq!((u.reads(&u.helper, case).await, u.count(&format!("select count(*) as n from app.key_grant where membership_id = '{hat}'"))), ((0, 0, false), 0));
    // Who may let them: who takes part and holds the keys; never they themself, the administrator, the nation.
    let member = u.r.world.person(&u.r.administrator, Role::PanelMember).await;
    u.r.world.named(&member, "Pam Lid");
    assert!(matches!(u.let_read(&u.helper, case, hat).await, Err(Refused::NotYours)));
    assert!(matches!(u.let_read(&u.r.administrator, case, hat).await, Err(Refused::NotFound)));
    assert!(matches!(u.let_read(&member, case, hat).await, Err(Refused::NotFound | Refused::NotYours)));
    assert!(matches!(u.let_read(&u.nation, case, hat).await, Err(Refused::NotFound | Refused::NotYours)));
    let colleague = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    u.r.world.named(&colleague, "Coor");
    assert!(matches!(u.let_read(&colleague, case, hat).await, Err(Refused::Rule("no-key-to-give"))), "of the bureau, and takes no part");
    assert!(matches!(u.let_read(&u.r.chair, case, u.r.secretary.hat).await, Err(Refused::NotFound)), "not lent");
    // Nor the person behind the loan, under whatever hat: who lent, and who is lent.
    for who in [&u.nation, &u.helper] {
        u.sql(&format!("update app.membership set person_id = (select person_id from app.membership where id = '{}') where id = '{}'", who.hat, u.r.secretary.hat));
        u.sql(&format!("update sec.session set person_id = (select person_id from app.membership where id = '{0}') where membership_id = '{0}'", u.r.secretary.hat));
        assert!(matches!(u.let_read(&u.r.secretary, case, hat).await, Err(Refused::Rule("no-key-to-give"))));
    }
    assert_eq!(u.count(&format!("select count(*) as n from app.membership where id = '{hat}' and second_confirmed_by is not null")), 0);
    let shown = served.call(&u.r.chair, Method::GET, &format!("/cases/{case}")).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(&format!("/cases/{case}/parties/{hat}/let-read")) && shown.contains("Laat Sem Visser lezen"), "{shown}");
    let answer = served.call(&u.r.chair, Method::POST, &format!("/cases/{case}/parties/{hat}/let-read")).header("content-type", "application/x-www-form-urlencoded").body("").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    // Panel and report of this case; its case room needs a coordinator, the other case its own act.
    assert_eq!(u.count(&format!("select count(*) as n from app.membership where id = '{hat}' and second_confirmed_by = '{}'", u.r.chair.hat)), 1);
    assert_eq!(u.reads(&u.helper, case).await, (0, 1, true));
    assert_eq!(u.reads(&u.helper, other).await, (0, 0, false));
    assert_eq!(u.count(&format!("select count(*) as n from sec.log_entry where action = 'case.let_read' and object_id = '{hat}' and membership_id = '{}' and case_id = '{case}'", u.r.chair.hat)), 1);
    assert!(matches!(u.let_read(&u.r.chair, case, hat).await, Err(Refused::Rule("no-key-to-give"))), "nothing is closed that the chair opens");
    for room in [Kind::Case, Kind::Coding] {
        let closed = app.run(u.helper.caller(), move |tx| compartments::of_kind(tx, case, room)).await.unwrap();
        assert_eq!(u.changes(&u.helper, format!("update app.compartment_member set access = 'full' where membership_id = '{hat}' and compartment_id = '{closed}'")).await, None, "{room:?}");
    }
    let closed = app.run(u.r.chair.caller(), move |tx| compartments::of_kind(tx, other, Kind::Panel)).await.unwrap();
    assert_eq!(u.changes(&u.helper, format!("update app.compartment_member set access = 'full' where membership_id = '{hat}' and compartment_id = '{closed}'")).await, None, "the other case");
    assert_eq!(served.post(&u.r.chair, &format!("/api/v1/cases/{other}/parties/{hat}/let-read"), &json!({})).await.0, 204);
    assert_eq!(u.reads(&u.helper, other).await, (0, 1, true));
    // The coordinator is back for a day: case and coding open too; from now on a relative's place can be theirs.
    u.sql(&format!("update app.case_party set until = null where membership_id = '{}' and case_id = '{case}'", u.r.coordinator.hat));
    u.let_read(&u.r.coordinator, case, hat).await.unwrap();
    assert_eq!(u.reads(&u.helper, case).await, (1, 1, true));
    let page = served.call(&u.helper, Method::GET, &format!("/cases/{case}")).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("Een lid van het bureau kan u laten lezen"), "{page}");
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    app.run(u.helper.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    // The nation sees who is lent, and reads nothing by it.
    assert_eq!(app.run(u.nation.caller(), cases::loans).await.unwrap().iter().map(|one| one.reads).collect::<Vec<_>>(), [true]);
    assert_eq!(u.reads(&u.nation, case).await, (0, 0, false));
    let seen = app.run(u.nation.caller(), |tx| -> Result<i64, Refused> { Ok(diesel::sql_query("select (select count(*) from app.item) + (select count(*) from app.key_grant) + (select count(*) from app.loan) as n").get_result::<Count>(tx.db())?.n) }).await.unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lent_before_five_working_days_nor_to_or_from_practice_nor_beyond_the_day() {
    let u = Unled::new().await;
    u.sql("update app.case_file set state_since = now() - interval '2 days'");
    u.sql("update app.case_party set until = now() - interval '2 days' where role = 'CO' and until is not null");
    assert!(matches!(u.lend().await, Err(Refused::NotFound)), "two days");
    u.unlead();
    for bureau in [u.here, u.home] {
        u.sql(&format!("update app.bureau set practice = true where id = '{bureau}'"));
        assert!(matches!(u.lend().await, Err(Refused::NotFound)));
        u.sql("update app.bureau set practice = false");
    }
    // Lending, letting read and ending are done by who just confirmed who they are.
    let confirmed = |when: &str| u.sql(&format!("update sec.session set stepped_up_at = {when}"));
    let app = &u.r.world.app;
    confirmed("now() - interval '6 minutes'");
    assert!(matches!(u.lend().await, Err(Refused::StepUp)));
    confirmed("now()");
    // Who is lent has what they take on until that day, and what they read; they hear that they may.
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    u.take_on(u.r.case).await.unwrap();
    let told = |kind: &str, who: MembershipId| u.count(&format!("select count(*) as n from app.notice where membership_id = '{who}' and kind = '{kind}'"));
    let before = told("task_assigned", hat);
    confirmed("now() - interval '6 minutes'");
    assert!(matches!(u.let_read(&u.r.chair, u.r.case, hat).await, Err(Refused::StepUp)));
    assert!(matches!(app.run(u.nation.caller(), move |tx| cases::end_loan(tx, hat)).await, Err(Refused::StepUp)));
    confirmed("now()");
    u.let_read(&u.r.chair, u.r.case, hat).await.unwrap();
    assert_eq!(told("task_assigned", hat), before + 1);
    let lasting = |table: &str| u.count(&format!("select count(*) as n from app.{table} where membership_id = '{hat}' and (until is null or until > now() + interval '92 days')"));
    assert_eq!((lasting("case_party"), lasting("compartment_member")), (0, 0));
    // Who ends their own knows it.
    let before = told("lent", u.helper.hat);
    app.run(u.helper.caller(), move |tx| cases::end_loan(tx, hat)).await.unwrap();
    assert_eq!(told("lent", u.helper.hat), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_7_it_ends_on_its_day_and_at_once_when_it_is_ended() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    let hat = u.lend().await.unwrap();
    u.wear(hat).await;
    u.take_on(case).await.unwrap();
    u.let_read(&u.r.chair, case, hat).await.unwrap();
    let epoch = async || app.run(u.r.chair.caller(), move |tx| compartments::of_case(tx, case, Kind::Panel)).await.unwrap()[0].epoch;
    // Not by a stranger, nor by a coordinator of the bureau.
    let colleague = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    u.r.world.named(&colleague, "Coor");
    let end = async |who: &Someone, hat: MembershipId| app.run(who.caller(), move |tx| cases::end_loan(tx, hat)).await;
    assert!(matches!(end(&u.r.chair, hat).await, Err(Refused::NotFound)));
    assert!(matches!(end(&colleague, hat).await, Err(Refused::NotFound)));
    assert!(matches!(end(&u.nation, u.helper.hat).await, Err(Refused::NotFound)), "a hat that is not lent");
    end(&u.nation, hat).await.unwrap();
    let gone = |hat: MembershipId| u.count(&format!(
        "select (select count(*) from app.key_grant where membership_id = '{hat}') + (select count(*) from app.compartment_member where membership_id = '{hat}' and (until is null or until > now())) \
         + (select count(*) from app.case_party where membership_id = '{hat}' and (until is null or until > now())) + (select count(*) from app.membership where id = '{hat}' and state <> 'ended') \
         + (select count(*) from app.loan where membership_id = '{hat}' and ended_at is null) as n"));
    assert_eq!(gone(hat), 0);
    assert!(matches!(app.run(u.helper.caller(), |tx| cases::list(tx, &cases::Filter::default())).await, Err(Refused::NoHat | Refused::NoSession)), "their next request is refused");
    assert_eq!((app.run(u.r.chair.caller(), compartments::renew).await.unwrap(), epoch().await), (2, 2), "panel and report begin new keys");
    assert!(matches!(end(&u.nation, hat).await, Err(Refused::NotFound)));
    // Lent again, it is a new loan; on its day the worker ends it.
    u.sql(&format!("update sec.session set membership_id = '{0}' where person_id = (select person_id from app.membership where id = '{0}')", u.helper.hat));
    let again = u.lend().await.unwrap();
    assert_ne!(again, hat);
    u.wear(again).await;
    u.take_on(case).await.unwrap();
    assert_eq!(u.reads(&u.helper, case).await, (0, 0, false), "and needs its own act");
    u.let_read(&u.r.chair, case, again).await.unwrap();
    assert_eq!(u.reads(&u.helper, case).await, (0, 1, true));
    worker::look(app).await;
    assert_eq!(u.count("select count(*) as n from app.loan where ended_at is null"), 1);
    for (table, column) in [("membership", "id"), ("case_party", "membership_id"), ("compartment_member", "membership_id")] {
        u.sql(&format!("update app.{table} set until = now() - interval '1 millisecond' where {column} = '{again}'"));
    }
    assert!(matches!(app.run(u.helper.caller(), |tx| cases::list(tx, &cases::Filter::default())).await, Err(Refused::NoHat | Refused::NoSession)));
    worker::look(app).await;
    assert_eq!(gone(again), 0);
    assert_eq!(u.count(&format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'lent'", u.helper.hat)), 4, "told at its beginning and its end, twice");
    assert_eq!((app.run(u.r.chair.caller(), compartments::renew).await.unwrap(), epoch().await), (2, 3));
    // And by the person themself; an administrator who ends the hat ends the loan.
    u.sql(&format!("update sec.session set membership_id = '{0}' where person_id = (select person_id from app.membership where id = '{0}')", u.helper.hat));
    for by_administrator in [false, true] {
        u.unlead();
        let third = u.lend().await.unwrap();
        if by_administrator {
            app.run(u.r.administrator.caller(), move |tx| people::end(tx, third, "other_role", false)).await.unwrap();
        } else {
            end(&u.helper, third).await.unwrap();
        }
        assert_eq!(gone(third), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_of_the_bureau_takes_an_unled_case_on_and_reads_once_a_key_is_there() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    let new = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    let stranger = u.led;
    let take_on = async |who: &Someone, case: CaseId| app.run(who.caller(), move |tx| cases::take_on(tx, case)).await;
    assert!(matches!(take_on(&new, stranger).await, Err(Refused::NotFound)), "another bureau's");
    assert!(matches!(take_on(&u.r.chair, case).await, Err(Refused::NotYours)));
    assert!(matches!(take_on(&u.nation, case).await, Err(Refused::NotYours)));
    // Who is kin in the case is not its coordinator.
    let kin = u.r.world.invite(&new, Role::Relative).await.hat;
    u.sql(&format!("update app.membership set person_id = (select person_id from app.membership where id = '{}'), state = 'active' where id = '{kin}'", new.hat));
    u.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access) select id, '{kin}', 'RE', 'facts' from app.compartment where case_id = '{case}' and kind = 'case'"));
    assert!(matches!(take_on(&new, case).await, Err(Refused::Rule("conflict-of-interest"))));
    u.sql(&format!("update app.membership set person_id = null, state = 'ended' where id = '{kin}'"));
    take_on(&new, case).await.unwrap();
    assert!(matches!(take_on(&u.r.coordinator, case).await, Err(Refused::Rule("case-is-led"))), "one takes it on");
    assert_eq!(u.reads(&new, case).await.1, 0, "the key waits");
    app.run(u.r.chair.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    assert_eq!(u.reads(&new, case).await, (0, 0, false), "by somebody's act only");
    u.let_read(&u.r.chair, case, new.hat).await.unwrap();
    assert_eq!(u.reads(&new, case).await, (0, 1, true));
    // One case is led now: nobody is lent to the bureau, whoever else waits.
    u.sql("update app.case_file set state_since = now() - interval '30 days'");
    assert_eq!(app.run(u.nation.caller(), cases::nobody_to_act).await.unwrap().iter().map(|one| (one.cases, one.may_lend)).collect::<Vec<_>>(), [(1, false)]);
    assert!(matches!(u.lend().await, Err(Refused::NotFound)));
}
