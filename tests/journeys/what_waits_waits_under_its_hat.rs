//! What somebody typed waits under the hat they typed it under: lent no longer, or no more in a bureau, they do not read it under another.

use diesel::prelude::*;
use lering::access::{Kind, Role};
use lering::ids::MembershipId;
use lering::sign_in::{self, Parked};
use lering::tx::Refused;
use lering::{cases, compartments};

use crate::support::review::Review;
use crate::support::{Someone, World};

struct Hats {
    world: World,
    one: Someone,
    second: MembershipId,
}

fn text(words: &str) -> Parked {
    Parked { path: "/rooms/x/note".into(), fields: vec![("words".into(), words.into())], page: None }
}

impl Hats {
    async fn new() -> Hats {
        let world = World::new().await;
        let administrator = world.administrator().await;
        let (one, second) = (world.person(&administrator, Role::Coordinator).await, MembershipId::new());
        let hats = Hats { world, one, second };
        hats.sql(&format!("insert into app.membership (id, bureau_id, person_id, role, state, account_sealed) select '{second}'::uuid, bureau_id, person_id, 'SE', 'active', '\\x00'::bytea from app.membership where id = '{}'", hats.one.hat));
        hats
    }
    fn sql(&self, sql: &str) -> usize {
        diesel::sql_query(sql).execute(&mut self.world.connection("postgres")).unwrap()
    }
    async fn keeps(&self, which: Option<uuid::Uuid>, words: &str) -> uuid::Uuid {
        let form = text(words);
        self.world.app.run(self.one.caller(), move |tx| sign_in::keep(tx, which, &form)).await.unwrap()
    }
    /// A form that came too late, with the handle of the session.
    async fn late(&self, words: &str) -> bool {
        let (handle, form) = (self.one.handle().to_vec(), text(words));
        self.world.app.run_public(move |tx| sign_in::park(tx, &handle, &form)).await.unwrap()
    }
    async fn reads(&self) -> Vec<String> {
        let found = self.world.app.run(self.one.caller(), |tx| sign_in::parked(tx)).await.unwrap();
        found.into_iter().map(|(.., form)| form.fields[0].1.clone()).collect()
    }
    async fn wears(&self, hat: MembershipId) -> Result<(), Refused> {
        sign_in::wear(&self.world.app, self.one.caller(), hat).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_under_that_hat_only_and_goes_with_it() {
    let h = Hats::new().await;
    let typed = h.keeps(None, "terwijl ik typte").await;
    assert!(h.late("te laat").await);
    assert_eq!(h.reads().await, ["terwijl ik typte", "te laat"]);
    // Another hat of the same person shows none of it, and what is typed there takes no text's place.
    h.wears(h.second).await.unwrap();
    assert_eq!(h.reads().await, [""; 0]);
    assert_ne!(h.keeps(Some(typed), "als secretaris").await, typed);
    assert_eq!(h.reads().await, ["als secretaris"]);
    h.wears(h.one.hat).await.unwrap();
    assert_eq!(h.reads().await, ["terwijl ik typte", "te laat"]);
    // Typed without a hat it is about one's account: any hat of theirs shows it.
    h.sql("update sec.session set membership_id = null where membership_id is not null");
    assert!(h.late("over mijn account").await);
    assert_eq!(h.reads().await, ["over mijn account"]);
    h.wears(h.one.hat).await.unwrap();
    assert_eq!(h.reads().await, ["terwijl ik typte", "te laat", "over mijn account"]);
    // A hat that ended, or whose last day passed: nothing is kept for it any more, and nothing of it is read.
    for gone in ["state = 'ended'", "state = 'active', until = now() - interval '1 minute'"] {
        h.sql(&format!("update app.membership set {gone} where id = '{}'", h.one.hat));
        assert!(!h.late("nog iets").await, "{gone}");
    }
    h.sql(&format!("update sec.session set membership_id = '{}' where membership_id = '{}'", h.second, h.one.hat));
    assert_eq!(h.reads().await, ["als secretaris", "over mijn account"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_gone_after_its_three_days() {
    let h = Hats::new().await;
    for _ in 0..50 {
        h.keeps(None, "oud").await;
    }
    assert!(!h.late("te veel").await);
    h.sql("update sec.parked set created_at = now() - interval '73 hours'");
    assert_eq!(h.reads().await, [""; 0]);
    // What nobody sees any more keeps nobody from keeping.
    assert!(h.late("nieuw").await);
    assert_eq!((h.reads().await, h.sql("select 1 from sec.parked")), (vec!["nieuw".to_owned()], 1));
    // Nobody need come for that: the worker deletes them, and no sooner.
    lering::worker::look(&h.world.app).await;
    assert_eq!(h.sql("select 1 from sec.parked"), 1);
    h.sql("update sec.parked set created_at = now() - interval '73 hours'");
    let asked = h.world.app.run(h.one.caller(), |tx| sign_in::forget(tx)).await.unwrap();
    assert_eq!((asked, h.sql("select 1 from sec.parked")), (0, 1), "the worker's alone");
    lering::worker::look(&h.world.app).await;
    assert_eq!(h.sql("select 1 from sec.parked"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_read_by_who_was_taken_off_the_case_it_is_of() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = r.party(Role::PanelMember).await;
    let hat = member.hat;
    let panel = app.run(member.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    for (path, page) in [(format!("/cases/{case}/extend"), None), (format!("/rooms/{panel}/analysis"), None), ("/forms/keep".to_owned(), Some(format!("/rooms/{panel}/analysis/new?part=2"))), ("/account".to_owned(), None)] {
        let form = Parked { fields: vec![("words".into(), path.clone())], path, page };
        app.run(member.caller(), move |tx| sign_in::keep(tx, None, &form)).await.unwrap();
    }
    let reads = async || app.run(member.caller(), |tx| sign_in::parked(tx)).await.unwrap().into_iter().map(|(.., form)| form.path).collect::<Vec<_>>();
    assert_eq!(reads().await.len(), 4);
    app.run(r.coordinator.caller(), move |tx| cases::end_party(tx, case, hat)).await.unwrap();
    assert_eq!(reads().await, ["/account"], "the hat lives on");
}
